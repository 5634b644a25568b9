"""What the lifter sees: themselves, and beside them the count and one thing to change.

layout.py   where picture and words go
panel.py    the words
screen.py   the lines on the lifter, and the whole
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.data import FloatArray, Verdict
from formcheck.live.layout import Box, Doing, Layout, Size, Whereabouts, arrange
from formcheck.live.panel import AMBER, GREEN, GROUND, painted, words_of
from formcheck.live.stage import Scene
from formcheck.report.body_lines import (
    draw_back,
    draw_joints,
    draw_limbs,
    draw_outline,
    draw_way,
)
from formcheck.report.lettering import Colour, Picture
from formcheck.report.overlay import COLOURS

OUTLINE_STEP_PX = 3


@dataclass(frozen=True)
class Shown:
    """A picture to show, and what is known of the lifter in it.

    ``row`` is of ``poses.rows.FRAME``; ``rgb`` is ``scale`` times as large as the picture
    whose pixels it counts. ``outline`` (N, 2) is the body's, of that picture as well.
    ``again`` says that it is a picture of the last repetition, shown once more.
    """

    rgb: Picture
    row: np.void
    time_s: float
    scale: float = 1.0
    outline: NDArray[np.int32] | None = None
    again: bool = False

    @property
    def camera_size(self) -> Size:
        """Width and height of the camera's picture."""
        height, width = self.rgb.shape[:2]
        return round(width / self.scale), round(height / self.scale)


class Screen:
    """Draws what the window shows. ``layout`` says where things went in the last one."""

    def __init__(self) -> None:
        self._whereabouts = Whereabouts()
        self.layout: Layout | None = None

    def draw(
        self,
        window: Size,
        shown: Shown,
        scene: Scene,
        *,
        facing_right: bool,
        note: str = "",
        mirror: bool = False,
        wrong: str = "",
        unjudged: str = "",
        rest_s: float = float("nan"),
    ) -> Picture:
        """Draw a scene; gives a picture of the window's size.

        Parameters
        ----------
        window
            Width and height.
        shown
            The newest picture, or one of the last repetition.
        scene
            What the session is at.
        facing_right
            Which side of the outline is the back.
        note
            A line about camera and speed for the foot.
        mirror
            Show the picture as a mirror would; letters stay readable.
        wrong
            What is wrong with the camera; "" if nothing.
        unjudged
            Why nothing can be judged at this moment; "" where it can.
        rest_s
            Seconds since the last repetition of the set before; NaN where there is none.
        """
        place = self._whereabouts
        lifts = scene.where == "lifting" or shown.again
        doing: Doing = "lifts" if lifts else "rests" if scene.where == "summary" else "looks"
        box = place.see(shown.time_s, shown.row, shown.camera_size, doing)
        layout = arrange(window, shown.camera_size, box, words_left=place.words_left != mirror)
        picture = _cropped(shown, layout)
        _draw_lines(picture, shown, scene, layout, facing_right=facing_right)
        if scene.where in ("framing", "ready"):
            _draw_edge(
                picture, GREEN if scene.where == "ready" and not (wrong or unjudged) else AMBER
            )
        whole = np.full((window[1], window[0], 3), GROUND, dtype=np.uint8)
        _put(whole, layout.picture, picture[:, ::-1] if mirror else picture)
        texts = words_of(
            scene, rest_s=rest_s, again=shown.again, wrong=wrong, note=note, unjudged=unjudged
        )
        size = (round(layout.words.width), round(layout.words.height))
        _put(whole, layout.words, painted(size, tuple(texts), min(window)))
        self.layout = layout
        return whole


def body_outline(mask: NDArray[np.float32] | None) -> NDArray[np.int32] | None:
    """The outline of the person in a mask (H, W), (N, 2) pixels; None if there is none."""
    if mask is None:
        return None
    inside = (mask[::OUTLINE_STEP_PX, ::OUTLINE_STEP_PX] > 0.5).astype(np.uint8)
    lines, _ = cv2.findContours(inside, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not lines:
        return None
    longest = max(lines, key=len)
    return np.asarray(longest.reshape(-1, 2) * OUTLINE_STEP_PX, np.int32)


def _put(whole: Picture, box: Box, part: Picture) -> None:
    left, top = round(box.left), round(box.top)
    whole[top : top + part.shape[0], left : left + part.shape[1]] = part


def _cropped(shown: Shown, layout: Layout) -> Picture:
    """The shown part of the picture, in the window's pixels."""
    crop, size = layout.crop, (round(layout.picture.width), round(layout.picture.height))
    # Where each pixel of the window comes from: a crop that isn't whole pixels doesn't shake.
    step = 1.0 / layout.scale * shown.scale
    left, top = (at * shown.scale + (step - 1.0) / 2 for at in (crop.left, crop.top))
    source = np.array([[step, 0.0, left], [0.0, step, top]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    border = cv2.BORDER_REPLICATE
    return np.asarray(
        cv2.warpAffine(shown.rgb, source, size, flags=flags, borderMode=border), np.uint8
    )


def _draw_lines(
    rgb: Picture, shown: Shown, scene: Scene, layout: Layout, *, facing_right: bool
) -> None:
    """The body's outline, the bar's way, and the lifter's limbs and back, in place."""
    longer = max(rgb.shape[:2])
    if shown.outline is not None:
        colour = GREEN if scene.where == "ready" else AMBER
        draw_outline(
            rgb, layout.in_crop(shown.outline.astype(float)), colour, max(2, round(longer / 320))
        )
    rep = scene.shown_again if shown.again else scene.last_rep if _lifts(scene) else None
    if rep is not None and len(rep.bar_px):
        draw_way(rgb, layout.in_crop(rep.bar_px), max(2, round(longer / 440)))
    row = shown.row
    if not np.isfinite(row["points_px"][0, 0]):
        return
    points: FloatArray = layout.in_crop(np.array(row["points_px"][:, :2], dtype=float))
    points[row["visibility"] < 0.5] = np.nan
    width, near = max(2, round(longer / 220)), 1 if facing_right else 0
    draw_limbs(rgb, points, near, width)
    said_of_back = back_verdict(scene, again=shown.again)
    if said_of_back is not None:
        back = np.array(row["outline_px"][0 if facing_right else 1], dtype=float)
        draw_back(rgb, layout.in_crop(back), COLOURS[said_of_back], width)
    draw_joints(rgb, points, near, width)


def _lifts(scene: Scene) -> bool:
    return scene.where == "lifting"


def back_verdict(scene: Scene, *, again: bool) -> Verdict | None:
    """What was last said of the back; None, and no line, where it can't be judged."""
    if not (again or _lifts(scene)):
        return None
    if not again and scene.cue is not None and scene.cue.cue == "lumbar_rounding":
        return scene.cue.verdict
    rep = scene.shown_again if again else scene.last_rep
    last = rep.judged.findings.get("lumbar_rounding") if rep is not None else None
    return None if last is None or last.verdict == "cannot_judge" else last.verdict


def _draw_edge(rgb: Picture, colour: Colour) -> None:
    """A frame round the picture, as a light."""
    edge = max(3, min(rgb.shape[:2]) // 96)
    rgb[:edge], rgb[-edge:], rgb[:, :edge], rgb[:, -edge:] = colour, colour, colour, colour

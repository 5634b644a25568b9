"""What the lifter sees: themselves, the count, and one thing to change, large.

Letters are sized to be read from three metres on a laptop: the count is an eighth
of the picture's height, a cue a fourteenth.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.cues.judging import words
from formcheck.data import Finding, FloatArray
from formcheck.live.framing import Framing
from formcheck.live.stage import Scene
from formcheck.report.body_lines import (
    draw_back,
    draw_joints,
    draw_limbs,
    draw_outline,
    draw_way,
)
from formcheck.report.lettering import Colour, Line, Picture, label, paste, wrap
from formcheck.report.overlay import COLOURS
from formcheck.report.wording import SYMBOLS

GREEN, AMBER, WHITE, GREY = COLOURS["good"], COLOURS["watch"], (255, 255, 255), (190, 194, 200)

SHORTEST_LONG_SIDE_PX = 960
OUTLINE_STEP_PX = 3
LETTERS, MOST_LINES = (1.7, 1.5, 1.3, 1.1), 5
"""Sizes of a cue's letters, the largest that needs no more lines."""

PHASES = {"down": "down", "up": "up", "still": ""}


def draw(
    rgb: Picture,
    scene: Scene,
    row: np.void | None,
    *,
    facing_right: bool,
    note: str,
    mirror: bool,
    outline: NDArray[np.int32] | None = None,
    trouble: str = "",
    unjudged: str = "",
) -> Picture:
    """Draw a scene on a picture; gives the picture, mirrored if asked.

    Parameters
    ----------
    rgb
        The newest picture, (H, W, 3); drawn on in place.
    scene
        What the session is at.
    row
        The lifter in the last analysed frame, of ``poses.rows.FRAME``.
    facing_right
        Which side of the outline is the back.
    note
        A line about camera and speed for the lower edge.
    mirror
        Show it as a mirror would; letters stay readable.
    outline
        The body's outline, (N, 2) pixels of the picture, while the framing is checked.
    trouble
        What is wrong with the camera, if anything; shown as large as a cue.
    unjudged
        Why nothing can be judged at this moment, if so.
    """
    rgb, scale = _large(rgb)
    if outline is not None:
        colour, width = GREEN if scene.where == "ready" else AMBER, max(rgb.shape[:2]) / 320
        draw_outline(rgb, outline * scale, colour, max(2, round(width)))
    last = scene.last_rep
    if scene.where == "lifting" and last is not None and len(last.bar_px):
        draw_way(rgb, last.bar_px * scale, max(2, round(max(rgb.shape[:2]) / 440)))
    if row is not None and np.isfinite(row["points_px"][0, 0]):
        _draw_lifter(rgb, row, scale, scene, facing_right)
    if mirror:
        rgb = np.ascontiguousarray(rgb[:, ::-1])
    unit = max(14, round(min(rgb.shape[0], rgb.shape[1]) / 24))
    wrong = trouble or unjudged
    if scene.where == "lifting":
        _draw_lifting(rgb, scene, unit, head_px=scene.head_px * scale, wrong=wrong)
    elif scene.where == "summary":
        _draw_summary(rgb, scene, unit)
    elif not trouble:
        _draw_framing(rgb, scene.framing, unit, green=scene.where == "ready")
    if wrong and scene.where != "lifting":
        _box(rgb, wrong, unit, AMBER, top=unit if trouble else math.inf)
    if note:
        size = max(11, unit * 3 // 5)
        (note,) = wrap(note, size, rgb.shape[1] - 3 * unit, bold=False, most_lines=1)
        line = label((Line(note, size, bold=False, colour=GREY),), opacity=0.6)
        paste(rgb, line, unit // 2, rgb.shape[0] - line.size[1] - unit // 2)
    return rgb


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


def _large(rgb: Picture) -> tuple[Picture, float]:
    """The picture, enlarged if it is small: the letters have to be read from afar."""
    scale = max(1.0, SHORTEST_LONG_SIDE_PX / max(rgb.shape[:2]))
    if scale == 1.0:
        return rgb, scale
    size = (round(rgb.shape[1] * scale), round(rgb.shape[0] * scale))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_LINEAR), np.uint8), scale


def _draw_lifter(
    rgb: Picture, row: np.void, scale: float, scene: Scene, facing_right: bool
) -> None:
    points: FloatArray = np.array(row["points_px"][:, :2], dtype=float) * scale
    points[row["visibility"] < 0.5] = np.nan
    width = max(2, round(max(rgb.shape[:2]) / 220))
    near = 1 if facing_right else 0
    draw_limbs(rgb, points, near, width)
    colour = _back_colour(scene)
    if colour is not None:
        back = np.array(row["outline_px"][0 if facing_right else 1], dtype=float) * scale
        draw_back(rgb, back, colour, width)
    draw_joints(rgb, points, near, width)


def _back_colour(scene: Scene) -> Colour | None:
    """What was last said of the back; None, and no line, where it can't be judged."""
    if scene.where != "lifting":
        return None
    if scene.cue is not None and scene.cue.cue == "lumbar_rounding":
        return COLOURS[scene.cue.verdict]
    last = scene.last_rep.judged.findings.get("lumbar_rounding") if scene.last_rep else None
    return None if last is None or last.verdict == "cannot_judge" else COLOURS[last.verdict]


def _draw_framing(rgb: Picture, framing: Framing, unit: int, *, green: bool) -> None:
    """The instruction, with a light beside it and a frame round the picture."""
    colour = GREEN if green else AMBER
    edge = max(3, unit // 4)
    rgb[:edge], rgb[-edge:], rgb[:, :edge], rgb[:, -edge:] = colour, colour, colour, colour
    _box(rgb, framing.say, unit, colour, top=unit)


def _draw_lifting(
    rgb: Picture, scene: Scene, unit: int, *, head_px: float, wrong: str = ""
) -> None:
    """The count, and below it what is wrong with the pictures, or the one thing to change."""
    lines = [Line(str(scene.count), unit * 3)]
    small = PHASES[scene.phase]
    lines.append(Line(small or " ", unit, bold=False))
    if scene.last_rep is not None:
        lines.append(Line(_tempo(scene), unit * 4 // 5, bold=False, colour=GREY))
    counter = label(tuple(lines), width_px=unit * 9)
    paste(rgb, counter, unit, unit)
    top = counter.size[1] + 2 * unit
    if wrong:
        _box(rgb, wrong, unit, AMBER, top=top, head_px=head_px)
    elif scene.cue is not None:
        title = f"{SYMBOLS[scene.cue.verdict]} {words.title(scene.cue.cue)}"
        _box(
            rgb,
            f"{title}. {_first(scene.cue)}",
            unit,
            COLOURS[scene.cue.verdict],
            top=top,
            head_px=head_px,
        )
    elif scene.last_rep is not None and scene.last_rep.worst is None:
        good = scene.last_rep.good
        text, colour = ("Good rep", GREEN) if good else ("Counted. Too little is seen.", GREY)
        mark = label((Line(text, unit * 3 // 2, colour=colour),))
        paste(rgb, mark, (rgb.shape[1] - mark.size[0]) / 2, rgb.shape[0] - mark.size[1] - 3 * unit)


def _tempo(scene: Scene) -> str:
    assert scene.last_rep is not None
    rep = scene.last_rep.judged.rep
    parts = (rep.eccentric_s, rep.pause_s, rep.concentric_s)
    return " - ".join(f"{part:.1f}" if np.isfinite(part) else "?" for part in parts) + " s"


def _draw_summary(rgb: Picture, scene: Scene, unit: int) -> None:
    """The card at the end of the set."""
    if scene.summary is None:
        _box(rgb, "No repetition was counted.", unit, AMBER, top=unit)
        return
    summary = scene.summary.summary
    width = min(rgb.shape[1] - 2 * unit, unit * 30)
    inside = width - 2 * unit
    score = f"Score {summary.score:.0f}" if np.isfinite(summary.score) else summary.score_reason
    lines: list[Line] = []
    for text, size, bold, colour in (
        (summary.headline, unit * 5 // 4, True, WHITE),
        (score, unit, False, GREY),
        (summary.praise, unit, False, GREEN),
        (_first_sentence(summary.main_advice), unit * 5 // 4, False, AMBER),
    ):
        wrapped = wrap(text, size, inside, bold=bold, most_lines=6) if text else []
        lines += [Line(part, size, bold=bold, colour=colour) for part in wrapped]
    lines.append(Line("Start again when you like.", unit * 4 // 5, bold=False, colour=GREY))
    card = label(tuple(lines), opacity=0.86, width_px=width)
    paste(rgb, card, (rgb.shape[1] - width) / 2, max(unit, (rgb.shape[0] - card.size[1]) / 2))


def _box(
    rgb: Picture, text: str, unit: int, colour: Colour, *, top: float, head_px: float = math.inf
) -> None:
    """A large text across the picture; near the lower edge if it would cover the head above.

    ``top`` is its upper edge, infinite for the lower edge of the picture.
    """
    width = min(rgb.shape[1] - 2 * unit, unit * 32)
    for size in (round(share * unit) for share in LETTERS):
        parts = wrap(text, size, width - 2 * size, bold=True, most_lines=9)
        if len(parts) <= MOST_LINES:
            break
    lines = tuple(Line(part, size) for part in parts)
    box = label(lines, opacity=0.82, accent=colour, width_px=width)
    covers = math.isinf(top) or top + box.size[1] > head_px
    y = rgb.shape[0] - box.size[1] - 2 * unit if covers else top
    paste(rgb, box, (rgb.shape[1] - width) / 2, y)


def _first(finding: Finding) -> str:
    """What can be read in mid-set."""
    return _first_sentence(finding.advice or finding.reason)


def _first_sentence(text: str) -> str:
    return text.split(". ", maxsplit=1)[0].rstrip(".") + "." if text else ""

"""The lifter's lines on a picture: limbs, joints and the line of the back."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.data import BoolArray, FloatArray
from formcheck.report.lettering import Colour, Picture

SKELETON: Colour = (120, 214, 255)
RIM: Colour = (20, 24, 30)
BAR: Colour = (255, 235, 170)

# BlazePose numbers, left side; the right side is one more.
LIMBS = ((7, 11), (11, 13), (13, 15), (11, 23), (23, 25), (25, 27), (27, 29), (29, 31), (27, 31))
JOINTS = (11, 13, 15, 23, 25, 27)
LEG = (23, 25, 27, 29, 31)


NOTHING_HIDDEN: BoolArray = np.zeros(33, dtype=bool)
DASH = 3.0
"""Line widths of a dash, and of the gap after it."""


def draw_limbs(
    rgb: Picture,
    points_px: FloatArray,
    near: int,
    width_px: int,
    hidden: BoolArray = NOTHING_HIDDEN,
) -> None:
    """Draw both sides' limbs, in place; those that end in a ``hidden`` (33,) joint dashed.

    ``points_px`` is (33, 2), NaN where unseen; ``near`` is 0 when the left side is
    the camera's, 1 when the right; ``width_px`` that of the near limbs. Where joints of
    the near leg are hidden the far leg, which is behind the same, isn't drawn.
    """
    if hidden.any():
        points_px = points_px.copy()
        points_px[[one + 1 - near for one in LEG]] = np.nan
    _draw_side(rgb, points_px, 1 - near, max(2, width_px // 2), is_near=False)
    _draw_side(rgb, points_px, near, width_px, is_near=True, hidden=hidden)


def draw_joints(rgb: Picture, points_px: FloatArray, near: int, width_px: int) -> None:
    """Draw the near side's joints as dots, in place."""
    for index in JOINTS:
        point = points_px[index + near]
        if np.isfinite(point).all():
            centre = xy(point)
            cv2.circle(rgb, centre, width_px * 3 // 2 + 1, RIM, -1, cv2.LINE_AA)
            cv2.circle(rgb, centre, width_px * 3 // 2, (255, 255, 255), -1, cv2.LINE_AA)


def draw_back(rgb: Picture, back_px: FloatArray, colour: Colour, width_px: int) -> None:
    """Draw the line of the back, (S, 2), in the stretches where it is seen."""
    for run in _seen_runs(back_px):
        _rimmed(rgb, run, colour, (width_px * 3, width_px * 2), closed=False)


def draw_way(rgb: Picture, way_px: FloatArray, width_px: int) -> None:
    """Draw the way of the bar so far, (N, 2), and a dot where it is now."""
    for run in _seen_runs(way_px):
        _rimmed(rgb, run, BAR, (width_px * 2, width_px), closed=False)
    if np.isfinite(way_px[-1]).all():
        cv2.circle(rgb, xy(way_px[-1]), width_px * 2 + 1, RIM, -1, cv2.LINE_AA)
        cv2.circle(rgb, xy(way_px[-1]), width_px * 2, BAR, -1, cv2.LINE_AA)


def draw_outline(rgb: Picture, outline_px: FloatArray, colour: Colour, width_px: int) -> None:
    """Draw a closed line, (N, 2), such as the whole body's."""
    _rimmed(rgb, outline_px, colour, (width_px * 2, width_px), closed=True)


def _rimmed(
    rgb: Picture, line_px: FloatArray, colour: Colour, widths_px: tuple[int, int], *, closed: bool
) -> None:
    """Draw a line with a dark rim: the widths are the rim's and the line's."""
    line = np.asarray(line_px).round().astype(np.int32)[:, None]
    for shade, width_px in zip((RIM, colour), widths_px, strict=True):
        cv2.polylines(rgb, [line], closed, shade, width_px, cv2.LINE_AA)


def xy(point: FloatArray) -> tuple[int, int]:
    """Give a point as whole pixels."""
    return round(float(point[0])), round(float(point[1]))


def _draw_side(
    rgb: Picture,
    points_px: FloatArray,
    side: int,
    width_px: int,
    *,
    is_near: bool,
    hidden: BoolArray = NOTHING_HIDDEN,
) -> None:
    colour = SKELETON if is_near else tuple(c * 3 // 4 for c in SKELETON)
    for rim in (True, False) if is_near else (False,):
        for start, end in LIMBS:
            line = points_px[[start + side, end + side]]
            if np.isfinite(line).all():
                thick = width_px + max(2, width_px // 2) if rim else width_px
                shade = RIM if rim else colour
                dashed = hidden[[start + side, end + side]].any()
                for one, other in _dashes(line, DASH * width_px) if dashed else [line]:
                    cv2.line(rgb, xy(one), xy(other), shade, thick, cv2.LINE_AA)


def _dashes(line_px: FloatArray, dash_px: float) -> list[FloatArray]:
    """A straight line (2, 2) in dashes as long as the gaps between them."""
    parts = max(1, round(float(np.hypot(*(line_px[1] - line_px[0]))) / dash_px))
    ends = line_px[0] + np.linspace(0.0, 1.0, parts + 1)[:, None] * (line_px[1] - line_px[0])
    return [ends[at : at + 2] for at in range(0, parts, 2)]


def _seen_runs(line: FloatArray) -> list[NDArray[np.floating]]:
    """Cut a line with NaN points into the stretches that are seen."""
    known = np.isfinite(line).all(axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], known.astype(np.int8), [0]))))
    return [
        line[start:stop]
        for start, stop in zip(edges[::2], edges[1::2], strict=True)
        if stop - start > 1
    ]

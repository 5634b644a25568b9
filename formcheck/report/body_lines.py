"""The lifter's lines on a picture: limbs, joints and the line of the back."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.data import FloatArray
from formcheck.report.lettering import Colour, Picture

SKELETON: Colour = (120, 214, 255)
RIM: Colour = (20, 24, 30)
BAR: Colour = (255, 235, 170)

# BlazePose numbers, left side; the right side is one more.
LIMBS = ((7, 11), (11, 13), (13, 15), (11, 23), (23, 25), (25, 27), (27, 29), (29, 31), (27, 31))
JOINTS = (11, 13, 15, 23, 25, 27)


def draw_limbs(rgb: Picture, points_px: FloatArray, near: int, width_px: int) -> None:
    """Draw both sides' limbs and the near joints, in place.

    ``points_px`` is (33, 2), NaN where unseen; ``near`` is 0 when the left side is
    the camera's, 1 when the right; ``width_px`` that of the near limbs.
    """
    _draw_side(rgb, points_px, 1 - near, max(2, width_px // 2), is_near=False)
    _draw_side(rgb, points_px, near, width_px, is_near=True)


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
    rgb: Picture, points_px: FloatArray, side: int, width_px: int, *, is_near: bool
) -> None:
    colour = SKELETON if is_near else tuple(c * 3 // 4 for c in SKELETON)
    for rim in (True, False) if is_near else (False,):
        for start, end in LIMBS:
            line = points_px[[start + side, end + side]]
            if np.isfinite(line).all():
                thick = width_px + max(2, width_px // 2) if rim else width_px
                shade = RIM if rim else colour
                cv2.line(rgb, xy(line[0]), xy(line[1]), shade, thick, cv2.LINE_AA)


def _seen_runs(line: FloatArray) -> list[NDArray[np.floating]]:
    """Cut a line with NaN points into the stretches that are seen."""
    known = np.isfinite(line).all(axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], known.astype(np.int8), [0]))))
    return [
        line[start:stop]
        for start, stop in zip(edges[::2], edges[1::2], strict=True)
        if stop - start > 1
    ]

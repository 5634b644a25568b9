"""Whether two pictures show the same place from the same camera.

A lamp, a nudge of the camera or a white frame changes nearly the whole picture at
once, as a cut does; the place behind the lifter tells them apart. Both pictures are
made small and freed of their brightness, laid on each other, and compared.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.data import FloatArray

LONG_SIDE_PX = 160

LOCAL_PX = 5.0
"""Over which a small picture's own brightness is taken away; the contrast over 8 px."""

LEAST_CONTRAST = 4.0
"""Grey levels of contrast under which there is nothing to recognise (our choice)."""

ALIKE = 0.65
"""Correlation from which two pictures show the same place. The same place after a
flash or a knock has 0.86..1.0, the two sides of a cut in the real clips under 0.4,
but for one place filmed twice, with 0.78 (our choice)."""

MOST_SHIFT = 0.2
MOST_TURN = 0.08
"""Of the picture's long side, and of a unit matrix: a camera that was moved further
stands somewhere else (our choice)."""

LEAST_HINT = 0.1
"""Response of the phase correlation under which its shift is noise: a place knocked
aside has 0.69, places that differ up to 0.27 (our choice)."""


def small_grey(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture in grey, ``LONG_SIDE_PX`` long."""
    height, width = rgb.shape[:2]
    scale = LONG_SIDE_PX / max(height, width)
    step = max(1, int(0.5 / scale))  # every pixel would cost 1 ms a frame
    grey = cv2.cvtColor(np.ascontiguousarray(rgb[::step, ::step]), cv2.COLOR_RGB2GRAY)
    size = (max(round(width * scale), 2), max(round(height * scale), 2))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)


def same_place(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float | None:
    """How far the camera was moved between two small grey pictures, None if away.

    0 for the same place unmoved; a share of the picture's long side.
    """
    if one.shape != other.shape:
        return None
    first, second = _features(one), _features(other)
    height, width = one.shape
    window = cv2.createHanningWindow((width, height), cv2.CV_32F)
    (across, down), response = cv2.phaseCorrelate(first, second, window)
    # A body that moves in front of a plain wall can be all that the phases tell.
    starts = [(0.0, 0.0)] if response < LEAST_HINT else [(across, down), (0.0, 0.0)]
    for start in starts:
        moved = _moved(first, second, start)
        if moved is not None:
            return moved
    return None


def _features(grey: NDArray[np.uint8]) -> FloatArray:
    """The picture without its brightness and contrast: edges and texture."""
    plain = grey.astype(np.float32)
    detail = plain - cv2.GaussianBlur(plain, (0, 0), LOCAL_PX)
    contrast = np.sqrt(cv2.GaussianBlur(detail * detail, (0, 0), 1.6 * LOCAL_PX))
    return np.asarray(detail / (contrast + LEAST_CONTRAST), np.float32)


def _moved(first: FloatArray, second: FloatArray, start: tuple[float, float]) -> float | None:
    warp = np.array([[1, 0, start[0]], [0, 1, start[1]]], np.float32)
    stop = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 40, 1e-4)
    try:
        # "Enhanced correlation coefficient": Evangelidis and Psarakis 2008, IEEE PAMI 30:1858.
        alike, warp = cv2.findTransformECC(first, second, warp, cv2.MOTION_AFFINE, stop, None, 5)
    except cv2.error:  # nothing in common
        return None
    shift = float(np.hypot(*warp[:, 2])) / max(first.shape)
    turn = float(np.abs(warp[:, :2] - np.eye(2)).max())
    away = alike < ALIKE or shift > MOST_SHIFT or turn > MOST_TURN
    return None if away else shift

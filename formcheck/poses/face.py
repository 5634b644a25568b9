"""Whether something is drawn over the head, or it was blurred.

People hide their face before they share a film. The engine still puts nose and ears
somewhere, and they don't turn with the head. A sticker is one plain colour; a blurred
head or one in blocks has no fine detail.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.data import FloatArray

NOSE, EARS, SHOULDERS, HIPS = 0, [7, 8], [11, 12], [23, 24]

RADIUS_TRUNKS = 0.14
"""Of the disc between nose and ears that is looked at: half a head's height."""

LEAST_RADIUS_PX = 6.0

NEAR_COLOUR = 10
PLAIN = 0.8
"""Share of the disc in its commonest colour, give or take ``NEAR_COLOUR``: 0.95 under
a sticker, at most 0.54 in real and rendered films, but for a dark hood with 0.71."""

LEAST_DETAIL = 4.0
LEAST_EDGES = 30.0
"""Middle and 90th percentile of the grey's slope (Sobel, 3 x 3) over the disc: 0 and 6
under a sticker, at least 10 and 45 in real and rendered films."""

DARK_GREY = 45.0
"""Hair and hoods that are darker show no detail anyway."""


def is_covered(rgb: NDArray[np.uint8], points_px: FloatArray) -> bool | None:
    """Whether the head of a person at ``points_px`` (33, 2+) is covered; None if unseen."""
    points = points_px[:, :2]
    trunk_px = np.hypot(*(points[SHOULDERS].mean(axis=0) - points[HIPS].mean(axis=0)))
    centre = (points[NOSE] + points[EARS].mean(axis=0)) / 2
    radius = float(RADIUS_TRUNKS * trunk_px)
    left, top = np.floor(centre - radius).astype(int)
    right, bottom = np.ceil(centre + radius).astype(int) + 1
    beyond = min(left, top) < 0 or right > rgb.shape[1] or bottom > rgb.shape[0]
    if not radius >= LEAST_RADIUS_PX or beyond:
        return None
    head = rgb[top:bottom, left:right]
    down, across = np.mgrid[top:bottom, left:right]
    disc = np.hypot(across - centre[0], down - centre[1]) <= radius
    colours = head[disc].astype(int)
    common = _commonest(colours)
    if common.mean() < DARK_GREY:
        return False
    plain = (np.abs(colours - common).max(axis=1) <= NEAR_COLOUR).mean()
    grey = cv2.cvtColor(np.ascontiguousarray(head), cv2.COLOR_RGB2GRAY)
    slopes = [cv2.Sobel(grey, cv2.CV_32F, *way) for way in ((1, 0), (0, 1))]
    detail, edges = np.percentile(np.hypot(*slopes)[disc], [50, 90])
    return bool(plain >= PLAIN or detail < LEAST_DETAIL or edges < LEAST_EDGES)


def _commonest(colours: NDArray[np.int_]) -> FloatArray:
    """The middle of the fullest of 16 x 16 x 16 boxes of colours (N, 3)."""
    boxes = (colours // 16) @ np.array([256, 16, 1])
    found, counts = np.unique(boxes, return_counts=True)
    return np.asarray(np.median(colours[boxes == found[counts.argmax()]], axis=0))

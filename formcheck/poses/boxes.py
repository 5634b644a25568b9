"""How far apart two people's boxes are: left, top, right, bottom (..., 4), pixels."""

from __future__ import annotations

import numpy as np

from formcheck.data import FloatArray

BESIDE, NEARER = 0.1, 0.5
"""Who is followed may be somebody else when so many body heights away from the lifter's place,
and is where somebody else's place is so much nearer: two who stand side by side are a fifth
apart, and a place between two sightings is known within a tenth (our choice)."""


def middles_apart_px(box: FloatArray, other: FloatArray) -> FloatArray:
    """Distance between the middles of two boxes."""
    middle, wanted = (box[..., :2] + box[..., 2:]) / 2, (other[..., :2] + other[..., 2:]) / 2
    return np.asarray(np.hypot(*np.moveaxis(middle - wanted, -1, 0)))


def taller_px(box: FloatArray, other: FloatArray) -> FloatArray:
    """Height of the taller of two boxes, one pixel at least."""
    return np.maximum(np.maximum(box[..., 3] - box[..., 1], other[..., 3] - other[..., 1]), 1.0)

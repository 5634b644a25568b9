"""Whether who was followed was the lifter, or somebody else, by where each was sighted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from formcheck.data import BoolArray, FloatArray
from formcheck.poses.people import SAME_PERSON, Sightings

NEARER, BESIDE = 0.5, 0.1
"""Who is followed is somebody else where that one's place is so much nearer than the
lifter's, which is at least so many body heights away: two who stand side by side are a fifth
apart, and a place between two sightings is known within a tenth (our choice)."""


UP_AND_DOWN = 0.15
"""Share of the height of shoulders over ankles that somebody who lifts gives up and takes back;
a swing takes a fifth, who stands or crouches beside a twentieth (our choice)."""

SHOULDERS, ANKLES = [11, 12], [27, 28]


def goes_up_and_down(points_px: FloatArray) -> bool:
    """Tell whether whoever was followed through a film, (T, 33, 2+), bends and rises."""
    high_px = points_px[:, ANKLES, 1].mean(axis=1) - points_px[:, SHOULDERS, 1].mean(axis=1)
    high_px = high_px[np.isfinite(high_px)]
    if not high_px.size:
        return False
    low, high = np.percentile(high_px, (5, 95))
    return bool(high - low > UP_AND_DOWN * high)


def elsewhere(
    times_s: FloatArray,
    boxes_px: FloatArray,
    scenes: NDArray[np.int32],
    lifter: Sightings,
    others: Sequence[Sightings],
) -> BoolArray:
    """Tell in which frames (T,) who was followed stands away from the lifter's place.

    Or so near to the place of another, of ``others`` that were seen beside the lifter, that it
    is that one.

    Parameters
    ----------
    times_s, boxes_px, scenes
        Of each frame the time (T,), the box round who was followed (T, 4), NaN for nobody,
        and the scene (T,).
    lifter, others
        Where they were sighted.
    """
    out = np.zeros(len(times_s), dtype=bool)
    for at, (time_s, box, scene) in enumerate(zip(times_s, boxes_px, scenes, strict=True)):
        if not np.isfinite(box[0]):
            continue
        size, away_px = _apart(box, lifter.box_at(time_s, int(scene)))
        out[at] = away_px > SAME_PERSON * size
        if away_px > BESIDE * size and not out[at]:
            apart = [_apart(box, one.box_at(time_s, int(scene)))[1] for one in others]
            out[at] = any(one < NEARER * away_px for one in apart)
    return out


def together(other: Sightings, lifter: Sightings) -> bool:
    """Whether somebody was mostly seen when the lifter was, too.

    A lifter who is taken for another one when bent is never seen beside herself.
    """
    return 2 * len(set(other.times_s) & set(lifter.times_s)) > len(other.times_s)


def _apart(box: FloatArray, expected: FloatArray) -> tuple[float, float]:
    """Height of the larger of two boxes, and how far apart their middles are, pixels."""
    size = max(expected[3] - expected[1], box[3] - box[1], 1.0)
    middle, other = (box[:2] + box[2:]) / 2, (expected[:2] + expected[2:]) / 2
    return float(size), float(np.hypot(*(middle - other)))

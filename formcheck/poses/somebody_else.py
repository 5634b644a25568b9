"""Whether who was followed was the lifter, or somebody else, by where each was sighted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from formcheck.data import BoolArray, FloatArray
from formcheck.poses.boxes import BESIDE, NEARER, middles_apart_px, taller_px
from formcheck.poses.people import SAME_PERSON, Sightings

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
    expected = lifter.boxes_at(times_s, scenes)
    away_px, size_px = middles_apart_px(boxes_px, expected), taller_px(boxes_px, expected)
    out = away_px > SAME_PERSON * size_px
    beside = ~out & (away_px > BESIDE * size_px)
    for one in others:
        apart_px = middles_apart_px(boxes_px, one.boxes_at(times_s, scenes))
        out |= beside & (apart_px < NEARER * away_px)
    return np.asarray(out)


def together(other: Sightings, lifter: Sightings) -> bool:
    """Whether somebody was mostly seen when the lifter was, too.

    A lifter who is taken for another one when bent is never seen beside herself.
    """
    return 2 * len(set(other.times_s) & set(lifter.times_s)) > len(other.times_s)

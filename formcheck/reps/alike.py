"""Whether a rise is like the others of its set: one that isn't is none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from formcheck.data import FloatArray, Signals
from formcheck.reps.drive import around, hip_height

if TYPE_CHECKING:
    from formcheck.reps.cycles import Cycle

UNLIKE = "unlike the other repetitions: another movement"

SPREADS = {"knee": 20.0, "trunk": 12.0, "hip_split": 20.0, "hands": 0.2, "sink": 0.15}
"""How far the bottoms of one set lie apart: degrees, the wrists over the hips in leg
lengths, and the hips' share of the shoulders' way (our choice: about the most that
two repetitions of one set differ by in 48 labelled sources)."""

OWN_SPREADS = 1.5
"""Of the others' own middle distance from their middle: legs that change in turn."""

FAR = 2.4
"""Spreads, over all five, from which a bottom is another movement's: of repetitions up to
1.6, of a lifter who picks up a bottle after squats 3.9 (half-way between)."""

LEAST_OTHERS, LEAST_READ = 2, 3
"""So many others say what the set's bottom is, and so many readings what a rise's is."""


def unlike(signals: Signals, found: list[Cycle]) -> list[Cycle]:
    """Rises whose bottom is another posture than that of all the others."""
    if len(found) <= LEAST_OTHERS:
        return []
    bottoms = np.array([_bottom(signals, one) for one in found])
    far = [_distance(row, np.delete(bottoms, at, axis=0)) for at, row in enumerate(bottoms)]
    at = int(np.argmax(far))
    if far[at] <= FAR:
        return []
    left = [one for other, one in enumerate(found) if other != at]
    return [found[at], *unlike(signals, left)]


def _bottom(signals: Signals, cycle: Cycle) -> list[float]:
    """The posture at the bottom, in the order of ``SPREADS``."""
    shape, at = signals.guesses.shape_deg, cycle.bottom.at
    hips = hip_height(signals)
    sink = (around(signals, hips, cycle.top.at) - around(signals, hips, at)) / cycle.rise
    angles = [around(signals, shape[name], at) for name in ("knee", "trunk", "hip_split")]
    return [*angles, around(signals, signals.guesses.gap_legs["wrist_over_hip"], at), sink]


def _distance(one: FloatArray, others: FloatArray) -> float:
    """Root mean square of the distances from the others' middle, in spreads."""
    far = []
    for value, theirs, spread in zip(one, others.T, SPREADS.values(), strict=True):
        known = theirs[np.isfinite(theirs)]
        if np.isfinite(value) and known.size >= LEAST_OTHERS:
            middle = float(np.median(known))
            own = OWN_SPREADS * float(np.median(np.abs(known - middle)))
            far.append((value - middle) / max(spread, own))
    return float(np.sqrt(np.mean(np.square(far)))) if len(far) >= LEAST_READ else 0.0

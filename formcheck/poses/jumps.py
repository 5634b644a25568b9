"""Jump cuts: the camera stays, but time is missing, and the lifter leaps.

Nearly all of the picture stays, so no cut is seen in it. But all joints are
elsewhere at once, faster than a body moves, while the picture changes more than
before and after. Both are asked for: the pose engine leaps by itself, behind
plates, and a lamp changes the picture alone.
"""

from __future__ import annotations

import numpy as np

from formcheck.data import BoolArray, FloatArray

JOINTS = (11, 12, 23, 24, 25, 26)
"""Shoulders, hips, knees: the middle one's leap counts."""

LEAP_TRUNKS = 0.15
LEAP_TRUNKS_S = 6.0
"""Trunk lengths, and trunk lengths a second, that a body doesn't move between two
pictures: half a metre trunk makes it 3 m/s. In two jump-cut films the leaps were
0.16..0.64 at 6.7..19 a second; swings reach 5 (our choice)."""

ABOVE_REST = 4.0
"""How many times the picture's usual change around: 6..82 at jump cuts, at most
2.6 where the engine leaps by itself in the real clips (our choice)."""

AROUND = 8
STILL_GREY = 0.3
"""Change of a film in which nothing moves, grey levels: the codec's own."""

SETTLED_S = 0.15
"""The engine follows from picture to picture, and needs so long to catch up."""


def jump_cuts(
    time_s: FloatArray, points_px: FloatArray, change: FloatArray
) -> tuple[BoolArray, BoolArray]:
    """Pictures (T,) before which time is missing, and those in which the engine lags.

    ``points_px`` is (T, 33, 2+), NaN where nobody is; ``change`` (T,) the change of
    the picture's grey from the one before.
    """
    cut, lagging = np.zeros((2, len(time_s)), dtype=bool)
    known = np.flatnonzero(np.isfinite(points_px[:, JOINTS, 0]).all(axis=1))
    leaps = _leaps_trunks(points_px[known])
    steps_s = np.diff(time_s[known])
    far = leaps > np.maximum(LEAP_TRUNKS, LEAP_TRUNKS_S * steps_s)
    for before, after in zip(known[:-1][far], known[1:][far], strict=True):
        at = before + 1 + int(np.argmax(change[before + 1 : after + 1]))
        around = np.concatenate(
            [change[max(at - AROUND, 1) : at], change[at + 1 : at + 1 + AROUND]]
        )
        # Of films whose pictures come twice every other change is nothing.
        usual = max(float(np.percentile(around, 90)) if around.size else 0.0, STILL_GREY)
        cut[at] |= change[at] > ABOVE_REST * usual
    leapt = known[1:][far]
    for at in np.flatnonzero(cut):
        late = leapt[(leapt > at) & (time_s[leapt] < time_s[at] + SETTLED_S)]
        if late.size:
            lagging[at : late[-1]] = True
    return cut, lagging


def _leaps_trunks(points_px: FloatArray) -> FloatArray:
    """How far the middle joint goes from each picture to the next, trunk lengths."""
    at = points_px[..., :2].astype(float)
    trunk_px = np.hypot(*(at[:, [11, 12]].mean(axis=1) - at[:, [23, 24]].mean(axis=1)).T)
    moved_px = np.linalg.norm(np.diff(at[:, JOINTS], axis=0), axis=-1)
    usual_px = max(float(np.median(trunk_px)), 1.0) if trunk_px.size else 1.0
    return np.asarray(np.median(moved_px, axis=1) / usual_px)

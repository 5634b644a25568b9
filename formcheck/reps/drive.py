"""The signal that repetitions are cut from: how high the shoulders are.

In every lift we know the shoulders sink and rise once per repetition, from
whichever side it is filmed; wrists are hidden by plates, hips by hands, and a
hinge moves the hips little. So the height of the shoulders above the picture's
lower edge, in leg lengths, drives the cutting.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

import numpy as np

from formcheck.data import Facing, FloatArray, Signals
from formcheck.signals.angles import HIP, SHOULDER, WRIST
from formcheck.signals.frame_times import FrameTimes

T = TypeVar("T")

NEAR_S = 0.15
"""Around a turn, over which a posture is taken."""


def height(signals: Signals, joints: dict[Facing, int] = SHOULDER) -> FloatArray:
    """Height of a pair of joints, (T,) leg lengths, up positive.

    The mean of both sides where both are seen for most of the set, else the
    camera side alone: never a change of side from frame to frame.
    """
    return -_place(signals, joints)[:, 1]


def hip_height(signals: Signals) -> FloatArray:
    """Height of the hips, (T,) leg lengths."""
    return height(signals, HIP)


def wrist_height(signals: Signals) -> FloatArray:
    """Height of the wrists, (T,) leg lengths."""
    return height(signals, WRIST)


def across(signals: Signals) -> FloatArray:
    """Place of the hips across the picture, (T,) leg lengths."""
    return _place(signals, HIP)[:, 0]


def _place(signals: Signals, joints: dict[Facing, int]) -> FloatArray:
    """Where a pair of joints is, (T, 2) leg lengths, y down: worked out once."""
    return once(signals, (_place.__name__, *joints.values()), lambda: _placed(signals, joints))


def moments(signals: Signals) -> FrameTimes:
    """The frames' times, whose usual step is worked out once."""
    return once(signals, moments.__name__, lambda: FrameTimes(signals.time_s))


def once(signals: Signals, what: Hashable, work: Callable[[], T]) -> T:
    """Give what was worked out of all frames before, or work it out: each repetition asks."""
    if what not in signals.worked_out:
        signals.worked_out[what] = work()
    found: T = signals.worked_out[what]
    return found


def _placed(signals: Signals, joints: dict[Facing, int]) -> FloatArray:
    both = signals.body.points_px[:, list(joints.values())]
    seen = np.isfinite(both[..., 1])
    total = max(int(seen.any(axis=1).sum()), 1)
    near = signals.body.points_px[:, joints[signals.stance.side]]
    use_near = np.isfinite(near[:, 1]).sum() >= 0.5 * total
    if seen.all(axis=1).sum() >= 0.9 * total or not use_near:
        return np.asarray(both.mean(axis=1) / signals.body.leg_px)
    return np.asarray(near / signals.body.leg_px)


def around(signals: Signals, values: FloatArray, frame: int) -> float:
    """The middle of what is read within 0.15 s of a frame; NaN where nothing is."""
    time_s = signals.time_s
    at_s = float(time_s[frame])
    first, stop = np.searchsorted(time_s, [at_s - 2 * NEAR_S, at_s + 2 * NEAR_S])
    near = np.abs(time_s[first:stop] - at_s) <= NEAR_S
    part = values[first:stop][near & np.isfinite(values[first:stop])]
    return float(np.median(part)) if part.size else float("nan")

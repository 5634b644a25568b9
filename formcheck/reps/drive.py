"""The signal that repetitions are cut from: how high the shoulders are.

In every lift we know the shoulders sink and rise once per repetition, from
whichever side it is filmed; wrists are hidden by plates, hips by hands, and a
hinge moves the hips little. So the height of the shoulders above the picture's
lower edge, in leg lengths, drives the cutting.
"""

from __future__ import annotations

import numpy as np

from formcheck.data import Facing, FloatArray, Signals
from formcheck.signals.angles import HIP, SHOULDER, WRIST


def height(signals: Signals, joints: dict[Facing, int] = SHOULDER) -> FloatArray:
    """Height of a pair of joints, (T,) leg lengths, up positive.

    The mean of both sides where both are seen for most of the set, else the
    camera side alone: never a change of side from frame to frame.
    """
    both = signals.points_px[:, list(joints.values()), 1]
    seen = np.isfinite(both)
    total = max(int(np.isfinite(both).any(axis=1).sum()), 1)
    if seen.all(axis=1).sum() >= 0.9 * total:
        y_px = both.mean(axis=1)
    else:
        near = signals.points_px[:, joints[signals.side], 1]
        y_px = near if np.isfinite(near).sum() >= 0.5 * total else both.mean(axis=1)
    return np.asarray(-y_px / signals.leg_px)


def hip_height(signals: Signals) -> FloatArray:
    """Height of the hips, (T,) leg lengths."""
    return height(signals, HIP)


def wrist_height(signals: Signals) -> FloatArray:
    """Height of the wrists, (T,) leg lengths."""
    return height(signals, WRIST)


def across(signals: Signals) -> FloatArray:
    """Place of the hips across the picture, (T,) leg lengths."""
    hips = signals.points_px[:, list(HIP.values()), 0]
    return np.asarray(hips.mean(axis=1) / signals.leg_px)

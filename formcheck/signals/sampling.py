"""What few pictures leave unknown: between two of them a body goes anywhere.

Errors of angles were measured at usual rates; below them comes what an angle may have
done between a picture and the next, and below a least rate turning points, phases and
repetitions aren't there any more: nothing is judged then.
"""

from __future__ import annotations

import numpy as np

from formcheck.data import BoolArray, FloatArray
from formcheck.signals.frame_times import FrameTimes
from formcheck.video.cautions import LOW_RATE_HZ

USUAL_STEP_S = 1.0 / LOW_RATE_HZ
"""Up to this interval the errors of ``uncertainty.py`` hold as they are."""

FEW_LOOKS = "few pictures a second"
"""Name of that error as a part of σ."""

LEAST_RATE_HZ = 10.0
"""Of a slow lift, in pictures a second of life. Measured by thinning out the poses of 120
real sets: of 20, 15, 10, 8, 6, 4 a second 118, 116, 113, 108, 101, 84 were counted as
before, and below 10 backs are called worse than they were."""

LEAST_SWING_HZ = LOW_RATE_HZ
"""Of a swing, whose turn takes about 0.1 s: at 15 three arms of 22 were called bent."""


def rate_hz(time_s: FloatArray) -> float:
    """Give the usual rate of the pictures; NaN with a single one."""
    return 1.0 / FrameTimes(time_s).step_s()


def unsampled_deg(
    time_s: FloatArray, angle_deg: FloatArray, looked: BoolArray | None = None
) -> FloatArray:
    """Error of an angle (T,) from what lies between the pictures, one standard deviation.

    Anything that the angle passes on its way from or to the picture beside is as likely,
    so it is the larger of the two steps by the square root of 12, of that share of the
    interval which is more than usual: 0 at usual rates, and where nothing moves.

    Where only some pictures were ``looked`` at (T,), the steps are those between them, and
    each interval counts by itself.
    """
    if looked is not None and not looked.all():
        return _between_looks_deg(time_s, angle_deg, looked)
    step_s = 1.0 / rate_hz(time_s)
    if not step_s > USUAL_STEP_S + 1e-6:  # stamps are rounded
        return np.zeros(len(time_s))
    steps = np.nan_to_num(np.abs(np.diff(angle_deg, prepend=np.nan, append=np.nan)))
    larger = np.maximum(steps[:-1], steps[1:])
    return np.asarray((1.0 - USUAL_STEP_S / step_s) * larger / np.sqrt(12.0))


def _between_looks_deg(time_s: FloatArray, angle_deg: FloatArray, looked: BoolArray) -> FloatArray:
    """That error where pictures were left out between those that were looked at."""
    looks = np.flatnonzero(looked)
    if looks.size < 2:
        return np.zeros(len(time_s))
    apart_s = np.diff(time_s[looks])
    steps = np.nan_to_num(np.abs(np.diff(angle_deg[looks])))
    passed = np.clip(1.0 - USUAL_STEP_S / apart_s, 0.0, None) * steps / np.sqrt(12.0)
    around = np.concatenate([[0.0], passed, [0.0]])  # before the first look and after the last
    later = np.searchsorted(looks, np.arange(len(time_s)), side="left")
    of_look = np.maximum(around[:-1], around[1:])
    inside = np.minimum(later, looks.size - 1)
    return np.asarray(np.where(looked, of_look[inside], around[later]))

"""Where in the movement the lifter is, frame by frame, without looking ahead.

The shoulders' height goes through a One-Euro filter (Casiez, Roussel and Vogel
2012, CHI): its cutoff rises with speed, so that it is calm at rest and hardly
lags in movement. With the cutoffs below it lags by about 60 ms at rest and 20 ms
at the speed of a squat.
"""

from __future__ import annotations

import math
from typing import Literal

from formcheck.data import FloatArray
from formcheck.signals.angles import ANKLE, HIP, KNEE, SHOULDER

Phase = Literal["still", "down", "up"]

LEAST_CUTOFF_HZ = 2.5
PER_SPEED = 4.0
"""Hertz of cutoff for each leg length a second (our choice)."""
SPEED_CUTOFF_HZ = 1.5

MOVES_PER_S = 0.12
"""Leg lengths a second above which the shoulders move: breathing and jitter stay
under 0.06 (our choice, as in ``reps/segment.py``)."""

SLOWING = 0.3
"""Of the movement's top speed: from there the set is looked at, as the filter tells
the stop itself a tenth of a second late (our choice)."""

TRAVEL = 0.10
"""Leg lengths the shoulders must go before a stop can end a phase."""


class OneEuro:
    """A causal low-pass whose cutoff rises with speed."""

    def __init__(self) -> None:
        self._value = math.nan
        self._time_s = math.nan
        self.speed = 0.0

    def __call__(self, time_s: float, value: float) -> float:
        """Take the next value; NaN is passed over and the last one given."""
        if not math.isfinite(value):
            return self._value
        step_s = time_s - self._time_s
        if not (math.isfinite(step_s) and step_s > 0) or step_s > 1.0:
            self._value, self._time_s, self.speed = value, time_s, 0.0
            return value
        raw_speed = (value - self._value) / step_s
        self.speed += _weight(SPEED_CUTOFF_HZ, step_s) * (raw_speed - self.speed)
        cutoff_hz = LEAST_CUTOFF_HZ + PER_SPEED * abs(self.speed)
        self._value += _weight(cutoff_hz, step_s) * (value - self._value)
        self._time_s = time_s
        return self._value


def _weight(cutoff_hz: float, step_s: float) -> float:
    lag_s = 1.0 / (2.0 * math.pi * cutoff_hz)
    return 1.0 / (1.0 + lag_s / step_s)


class Pace:
    """The phase of the movement, and the moments at which one slows down or ends."""

    def __init__(self) -> None:
        self._filter = OneEuro()
        self._leg_px = 0.0
        self._from = math.nan
        self._peak, self._slowed = 0.0, False
        self.phase: Phase = "still"
        self.last_moved_s = math.nan

    def add(self, time_s: float, points_px: FloatArray | None) -> bool:
        """Take one frame's landmarks (33, 2+); True when a long movement slows or just ended."""
        height = self._height(points_px)
        smooth = self._filter(time_s, height)
        speed = self._filter.speed
        if math.isnan(self._from):
            self._from = smooth
        phase: Phase = "still" if abs(speed) < MOVES_PER_S else "up" if speed > 0 else "down"
        far = abs(smooth - self._from) > TRAVEL
        if phase != "still" and far:
            self.last_moved_s = time_s
        self._peak = max(self._peak, abs(speed))
        slowing = far and not self._slowed and abs(speed) < SLOWING * self._peak
        self._slowed |= slowing
        if phase == self.phase:
            return slowing
        ended = self.phase != "still" and far
        self.phase, self._from = phase, smooth
        self._peak, self._slowed = abs(speed), False
        return ended

    def _height(self, points_px: FloatArray | None) -> float:
        """Height of the shoulders in leg lengths."""
        if points_px is None:
            return math.nan
        hip, knee, ankle, shoulder = (
            points_px[list(table.values()), :2].mean(axis=0)
            for table in (HIP, KNEE, ANKLE, SHOULDER)
        )
        leg = math.dist(hip, knee) + math.dist(knee, ankle)
        # The longest leg seen of late: a bent one is foreshortened from the front.
        self._leg_px = max(leg, 0.999 * self._leg_px)
        return float(-shoulder[1] / self._leg_px) if self._leg_px > 0 else math.nan

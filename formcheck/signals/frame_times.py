"""The times of a set's frames, and what is asked of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from formcheck.data import BoolArray, FloatArray

_EPS_S = 1e-6  # stamps are rounded


@dataclass(frozen=True)
class FrameTimes:
    """When each frame was taken, ``time_s`` (T,), seconds, increasing.

    Steps needn't be even: windows are asked for in seconds, and found by halving, so that
    a repetition's costs the same in a long film as in a short one. ``part`` is a part of
    them, whose usual step is that of all.
    """

    time_s: FloatArray
    all: FrameTimes | None = None

    def step_s(self, alone: float = float("nan")) -> float:
        """Give the usual time from a frame to the next; ``alone`` where there is no next."""
        if self.all is not None:
            return self.all.step_s(alone)
        return self._usual_s if len(self.time_s) > 1 else alone

    @cached_property
    def _usual_s(self) -> float:
        return float(np.median(np.diff(self.time_s)))

    def part(self, frames: slice) -> FrameTimes:
        """Give the times of some frames that follow each other."""
        return FrameTimes(self.time_s[frames], self.all or self)

    def frames(self, width_s: float) -> int:
        """How many steps a time is, at most as many as there are frames."""
        return min(round(width_s / self.step_s(alone=width_s)), len(self.time_s))

    def around(self, reach_s: float) -> int:
        """Odd number of frames in a window that reaches so far to both sides."""
        return 2 * self.frames(reach_s) + 1

    def within(self, width_s: float) -> int:
        """Odd number of frames, 3 or more, in a window of so many seconds."""
        return max(3, self.frames(width_s) | 1)

    def lasting_s(self, frames: BoolArray) -> float:
        """How long these frames (T,) last together."""
        return float(frames.sum() * self.step_s(alone=0.0))

    def nearest(self, at_s: float) -> int:
        """Index of the frame nearest to a moment."""
        after = int(np.searchsorted(self.time_s, at_s))
        if math.isnan(at_s) or after == 0:
            return 0
        if after == len(self.time_s):
            return after - 1
        nearer = abs(self.time_s[after] - at_s) < abs(self.time_s[after - 1] - at_s)
        return after if nearer else after - 1

    def span(self, start_s: float, end_s: float) -> slice:
        """Frames from ``start_s`` to ``end_s``, at least the nearest one, as a slice."""
        first = int(np.searchsorted(self.time_s, start_s - _EPS_S))
        stop = int(np.searchsorted(self.time_s, end_s + _EPS_S, side="right"))
        if first >= stop or math.isnan(end_s):
            first = self.nearest((start_s + end_s) / 2)
            stop = first + 1
        return slice(first, stop)

    def during(self, start_s: float, end_s: float) -> BoolArray:
        """Frames (T,) from ``start_s`` to ``end_s``, at least the nearest one."""
        inside = np.zeros(self.time_s.shape, dtype=bool)
        inside[self.span(start_s, end_s)] = True
        return inside

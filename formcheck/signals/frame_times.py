"""The times of a set's frames, and what is asked of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.data import BoolArray, FloatArray

_EPS_S = 1e-6  # stamps are rounded


@dataclass(frozen=True)
class FrameTimes:
    """When each frame was taken, ``time_s`` (T,), seconds, increasing.

    Steps needn't be even: windows are asked for in seconds.
    """

    time_s: FloatArray

    def step_s(self, alone: float = float("nan")) -> float:
        """Give the usual time from a frame to the next; ``alone`` where there is no next."""
        return float(np.median(np.diff(self.time_s))) if len(self.time_s) > 1 else alone

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
        return int(np.argmin(np.abs(self.time_s - at_s)))

    def during(self, start_s: float, end_s: float) -> BoolArray:
        """Frames (T,) from ``start_s`` to ``end_s``, at least the nearest one."""
        inside = (self.time_s >= start_s - _EPS_S) & (self.time_s <= end_s + _EPS_S)
        if not inside.any():
            inside[self.nearest((start_s + end_s) / 2)] = True
        return np.asarray(inside)

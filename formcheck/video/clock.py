"""Presentation times: repaired where a file's own are missing, sampled on demand."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

REPEATS_BEFORE_RESTART = 3  # so many times in a row that don't increase are a new timeline
RATE_TOLERANCE = 0.25  # of the interval: camera jitter that isn't a missed picture


class Clock:
    """Turns stream timestamps into seconds since the first picture, always increasing.

    A missing timestamp follows the one before by ``frame_s``. A picture whose
    time doesn't increase is dropped (``None``), unless it goes on so: then the
    stream restarted its count, and its times are moved to follow on.
    """

    def __init__(self, zero_pts: int | None, time_base: Fraction, frame_s: float) -> None:
        self._zero_pts = zero_pts or 0
        self._time_base = time_base
        self._frame_s = frame_s
        self._shift_s = 0.0
        self._last_s = -math.inf
        self._stalled = 0
        self.repairs = 0

    def time_s(self, pts: int | None) -> float | None:
        """Give the time of the next picture in seconds, None to drop it."""
        if pts is None:
            self.repairs += 1
            time_s = max(self._last_s + self._frame_s, 0.0)
        else:
            time_s = float((pts - self._zero_pts) * self._time_base) + self._shift_s
            if time_s <= self._last_s:
                self.repairs += 1
                self._stalled += 1
                if self._stalled < REPEATS_BEFORE_RESTART:
                    return None
                moved_s = self._last_s + self._frame_s
                self._shift_s += moved_s - time_s
                time_s = moved_s
        self._stalled = 0
        self._last_s = time_s
        return time_s


class Sampler:
    """Chooses pictures on a regular grid of times, at most one for each step.

    The grid doesn't drift; a picture up to a quarter of a step early is taken,
    so that a camera's jitter costs no picture.
    """

    def __init__(self, every_s: float | None) -> None:
        self._every_s = every_s
        self._due_s: float | None = None
        self._zero_s = 0.0

    def wants(self, time_s: float) -> bool:
        """Whether the picture at that time is one to deliver."""
        if self._every_s is None:
            return True
        early_s = RATE_TOLERANCE * self._every_s
        if self._due_s is None:
            self._zero_s = self._due_s = time_s
        if time_s < self._due_s - early_s:
            return False
        steps = math.floor((time_s - self._zero_s + early_s) / self._every_s) + 1
        self._due_s = self._zero_s + steps * self._every_s
        return True


@dataclass
class Tally:
    """What one pass over a film has read so far."""

    frames: int = 0
    delivered: int = 0
    damaged: int = 0
    repairs: int = 0
    broke_off: bool = False
    finished: bool = False
    first_s: float = math.nan
    last_s: float = math.nan
    first_delivered_s: float = math.nan
    last_delivered_s: float = math.nan
    longest_gap_s: float = 0.0
    gap_at_s: float = math.nan
    intervals_ms: Counter[int] = field(default_factory=Counter)

    def read(self, time_s: float) -> None:
        """Count one decoded picture."""
        if self.frames == 0:
            self.first_s = time_s
        else:
            gap_s = time_s - self.last_s
            self.intervals_ms[round(gap_s * 1000)] += 1
            if gap_s > self.longest_gap_s:
                self.longest_gap_s, self.gap_at_s = gap_s, self.last_s
        self.frames += 1
        self.last_s = time_s

    def deliver(self, time_s: float) -> None:
        """Count one picture given to the caller."""
        if self.delivered == 0:
            self.first_delivered_s = time_s
        self.delivered += 1
        self.last_delivered_s = time_s

    @property
    def rate_hz(self) -> float:
        """Mean rate of the decoded pictures, NaN before the second."""
        return _rate_hz(self.frames, self.first_s, self.last_s)

    @property
    def sampled_hz(self) -> float:
        """Mean rate of the delivered pictures, NaN before the second."""
        return _rate_hz(self.delivered, self.first_delivered_s, self.last_delivered_s)

    @property
    def usual_gap_s(self) -> float:
        """The commonest interval between pictures, 0 before the second."""
        return self.intervals_ms.most_common(1)[0][0] / 1000 if self.intervals_ms else 0.0

    @property
    def variable_rate(self) -> bool:
        """Whether more than one interval in fifty differs from the usual one."""
        if not self.intervals_ms:
            return False
        usual_ms = self.usual_gap_s * 1000
        allowed_ms = max(RATE_TOLERANCE * usual_ms, 1.5)
        odd = sum(n for ms, n in self.intervals_ms.items() if abs(ms - usual_ms) > allowed_ms)
        return odd > 0.02 * (self.frames - 1)


def _rate_hz(pictures: int, first_s: float, last_s: float) -> float:
    return (pictures - 1) / (last_s - first_s) if pictures > 1 else math.nan

"""Presentation times: repaired where a file's own are missing, sampled on demand."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Protocol, TypeVar

GAP_S = 0.5 + 1e-3  # long enough to hide a repetition's turning point; stamps are rounded
SEVERAL = 4.0  # and so many usual intervals: a film of one picture a second has no gaps
REPEATS_BEFORE_RESTART = 3  # so many times in a row that don't increase are a new timeline
MOST_WRONG = 3  # so many pictures in a row may have leapt ahead by a wrong time; more are a gap
RATE_TOLERANCE = 0.25  # of the interval: camera jitter that isn't a missed picture


class Stamped(Protocol):
    """A picture with the stream's own time."""

    @property
    def pts(self) -> int | None:
        """In units of the stream's time base; None when it is missing."""


Picture = TypeVar("Picture", bound=Stamped)


class StreamClock:
    """Turns stream timestamps into seconds since the first picture, always increasing.

    A missing timestamp follows the one before by ``frame_s``. A picture whose
    time doesn't increase is dropped (``None``), unless it goes on so: then the
    stream restarted its count, and its times are moved to follow on. Up to
    ``MOST_WRONG`` pictures that leap ahead of those around them have wrong times,
    and are spread between their neighbours; when time goes on from where it leapt
    to, there is a gap.
    """

    def __init__(self, zero_pts: int | None, time_base: Fraction, frame_s: float) -> None:
        self._zero_pts = zero_pts or 0
        self._time_base = time_base
        self._frame_s = frame_s
        self._shift_s = 0.0
        self._last_s = -math.inf
        self._stalled = 0
        self.repairs = 0
        self.leaps = 0

    def timed(self, pictures: Iterable[Picture]) -> Iterator[tuple[float, Picture]]:
        """Give each picture that keeps a time, with that time in seconds."""
        ahead: list[Picture] = []
        for picture in pictures:
            stamp_s = self._stamp_s(picture)
            if ahead and stamp_s is not None and self._follows(stamp_s, ahead[0]):
                yield from self._spread(ahead, stamp_s)
                ahead = []
            if not ahead and (stamp_s is None or not self._leaps(stamp_s)):
                yield from self._kept(picture)
                continue
            ahead.append(picture)
            if len(ahead) > MOST_WRONG:
                for one in ahead:
                    yield from self._kept(one)
                ahead = []
        for one in ahead:
            yield from self._kept(one)

    def _stamp_s(self, picture: Stamped) -> float | None:
        if picture.pts is None:
            return None
        return float((picture.pts - self._zero_pts) * self._time_base) + self._shift_s

    def _leaps(self, stamp_s: float) -> bool:
        return math.isfinite(self._last_s) and stamp_s - self._last_s > GAP_S

    def _follows(self, stamp_s: float, leapt: Stamped) -> bool:
        """Whether time goes on as if the pictures that leapt ahead had been on time."""
        from_s = self._stamp_s(leapt)
        assert from_s is not None  # only a time can leap
        room_s = GAP_S + (MOST_WRONG + 1) * self._frame_s
        return self._last_s < stamp_s < min(from_s, self._last_s + room_s)

    def _spread(self, wrong: list[Picture], until_s: float) -> Iterator[tuple[float, Picture]]:
        step_s = (until_s - self._last_s) / (len(wrong) + 1)
        self.repairs += len(wrong)
        self.leaps += len(wrong)
        for picture in wrong:
            self._last_s += step_s
            yield self._last_s, picture

    def _kept(self, picture: Picture) -> Iterator[tuple[float, Picture]]:
        time_s = self.time_s(picture.pts)
        if time_s is not None:
            yield time_s, picture

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
    """What one pass over a film has read so far.

    ``leaps`` are those ``repairs`` whose time was far ahead, so that the file's own
    length isn't to be trusted. ``smeared`` is true from a damaged picture on until one
    that stands by itself.
    """

    frames: int = 0
    delivered: int = 0
    damaged: int = 0
    repairs: int = 0
    leaps: int = 0
    smeared: bool = False
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
        """Mean rate of the decoded pictures while there are any, NaN before the second."""
        gaps, gaps_s = self._gaps()
        return _rate_hz(self.frames - gaps, self.last_s - self.first_s - gaps_s)

    @property
    def sampled_hz(self) -> float:
        """Mean rate of the delivered pictures, NaN before the second."""
        gaps, gaps_s = self._gaps()
        span_s = self.last_delivered_s - self.first_delivered_s
        return _rate_hz(self.delivered - gaps, span_s - gaps_s)

    @property
    def longest_allowed_s(self) -> float:
        """Longer intervals are gaps."""
        return max(GAP_S, SEVERAL * self.usual_gap_s)

    def _gaps(self) -> tuple[int, float]:
        """How many gaps there are, and how long they are together."""
        gaps = {ms: n for ms, n in self.intervals_ms.items() if ms / 1000 > self.longest_allowed_s}
        return sum(gaps.values()), sum(ms * n for ms, n in gaps.items()) / 1000

    @property
    def usual_gap_s(self) -> float:
        """The commonest interval between pictures, the shortest such, 0 before the second."""
        counted = self.intervals_ms.items()
        return min(counted, key=lambda one: (-one[1], one[0]))[0] / 1000 if counted else 0.0

    @property
    def variable_rate(self) -> bool:
        """Whether more than one interval in fifty differs from the usual one."""
        if not self.intervals_ms:
            return False
        usual_ms = self.usual_gap_s * 1000
        allowed_ms = max(RATE_TOLERANCE * usual_ms, 1.5)
        odd = sum(n for ms, n in self.intervals_ms.items() if abs(ms - usual_ms) > allowed_ms)
        return odd > 0.02 * (self.frames - 1)


def _rate_hz(pictures: int, span_s: float) -> float:
    return (pictures - 1) / span_s if pictures > 1 and span_s > 0 else math.nan

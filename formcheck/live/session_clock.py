"""The session's time: the clock on the wall, as smooth as the camera's own stamps.

A camera's stamps are steadier than the moments at which its pictures arrive, but they
can't be trusted for long: a nominal rate drifts away from the truth, a camera that
comes back counts from zero, a broken stamp lies a day ahead.
"""

from __future__ import annotations

import math

AHEAD_S = 0.25
"""A picture can't be older than its arrival: a stamp further ahead than this is wrong,
or the pictures before it came late in one heap (our choice: above a radio's jitter)."""

BEHIND_S = 1.0
"""Further behind, a picture is no longer what the lifter does now (our choice)."""

SLEW_OVER_S = 1.0
"""Time is drawn to the arrivals over about so long: a delay of 50 ms bends it by 5 %, and
stamps of 0.6 to 1.1 times the wall's pace are followed without a jump, a jitter of 80 ms
included (our choice)."""

LEAST_STEP_S = 1e-3
"""Pictures nearer than this are the same moment."""


class SessionClock:
    """Gives each picture a time of the session, strictly increasing; None leaves it out.

    A time lies at most ``AHEAD_S`` after and ``BEHIND_S`` before the picture's arrival.
    While pictures keep coming time runs at the stamps' pace, slewed towards the
    arrivals. Stamps that are missing, go back or jump are replaced by the arrival; so a
    gap in the pictures is a gap in time.
    """

    def __init__(self) -> None:
        self._last_s = -math.inf
        self._stamp_s = self._own_s = self._arrived_s = math.nan
        self._in_heap = False  # pictures come that were taken long ago: left out

    def reopen(self) -> None:
        """The source was opened anew: its stamps begin again."""
        self._stamp_s = math.nan

    def __call__(self, stamp_s: float | None, arrived_s: float) -> float | None:
        """Give the time of a picture; None leaves it out.

        Parameters
        ----------
        stamp_s
            The source's own time; None where it has none.
        arrived_s
            When it arrived: seconds of the session, not decreasing.
        """
        own_s = self._followed(stamp_s, arrived_s)
        if self._in_heap:
            own_s = min(own_s, arrived_s)
        if not -BEHIND_S <= own_s - arrived_s <= AHEAD_S:
            self._in_heap = own_s > arrived_s
            own_s = arrived_s
        self._own_s, self._arrived_s = own_s, arrived_s
        self._stamp_s = math.nan if stamp_s is None else stamp_s
        if own_s < self._last_s + LEAST_STEP_S:
            return None
        self._last_s, self._in_heap = own_s, False
        return own_s

    def _followed(self, stamp_s: float | None, arrived_s: float) -> float:
        """The time by the stamps since the last picture; NaN where they can't tell."""
        step_s = math.nan if stamp_s is None else stamp_s - self._stamp_s
        if not 0 < step_s < math.inf:
            return math.nan
        own_s = self._own_s + step_s
        # A picture that was held up, or one of a heap, says little of the time.
        short_s = min(step_s, arrived_s - self._arrived_s)
        return own_s + (arrived_s - own_s) * min(short_s / SLEW_OVER_S, 1.0)


class ReplayClock:
    """A film's own times, moved to follow on where it is played again."""

    def __init__(self) -> None:
        self._shift_s: float | None = 0.0
        self._last_s = -math.inf

    def reopen(self) -> None:
        """The film begins again, if it was played at all."""
        if self._last_s > -math.inf:
            self._shift_s = None

    def __call__(self, stamp_s: float | None, arrived_s: float) -> float | None:
        """Give the time of a picture; None leaves it out."""
        assert stamp_s is not None  # a film's pictures have times
        if self._shift_s is None:
            self._shift_s = max(arrived_s, self._last_s + LEAST_STEP_S) - stamp_s
        time_s = stamp_s + self._shift_s
        if time_s <= self._last_s:
            return None
        self._last_s = time_s
        return time_s


class TrueClock:
    """A browser's own times, taken as they are: its clock is as good as ours.

    What it sends is the moment of capture, so what the network holds up says nothing.
    """

    def __init__(self) -> None:
        self._last_s = -math.inf

    def reopen(self) -> None:
        """A browser that comes back begins a session of its own."""

    def __call__(self, stamp_s: float | None, arrived_s: float) -> float | None:  # noqa: ARG002
        """Give the time of a picture; None leaves it out."""
        if stamp_s is None or not self._last_s + LEAST_STEP_S <= stamp_s < math.inf:
            return None
        self._last_s = stamp_s
        return stamp_s

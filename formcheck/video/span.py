"""Which part of a film is asked for."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from formcheck.errors import BadRequest

TIME_TOLERANCE_S = 5e-4  # people type milliseconds


@dataclass(frozen=True)
class Span:
    """The part of the film to read: ``start_s`` <= time < ``end_s``, in seconds.

    Raises
    ------
    BadRequest
        The start is negative, or the end isn't after it.

    Examples
    --------
    >>> import formcheck
    >>> formcheck.Span(3, 40).is_past(41)
    True
    """

    start_s: float = 0.0
    end_s: float | None = None

    def __post_init__(self) -> None:
        if not (math.isfinite(self.start_s) and self.start_s >= 0):
            raise BadRequest(f"--start {self.start_s:g}: give seconds from the film's beginning.")
        if self.end_s is not None and not self.end_s > self.start_s:
            raise BadRequest(
                f"--end {self.end_s:g} is not after --start {self.start_s:g}. Give a later end."
            )

    def is_past(self, time_s: float) -> bool:
        """Whether that time lies at the end or after it."""
        return self.end_s is not None and time_s >= self.end_s - TIME_TOLERANCE_S


WHOLE_FILM = Span()

WORTH_SEEKING_S = 2.0
"""A shorter way is read through: a phone's film has a key picture every second, and what is
after one is decoded from there (our choice)."""


def stretches(times_s: Iterable[float], reach_s: float, span: Span) -> list[Span]:
    """Give the parts of a span within reach of some moments, in order; near ones are one."""
    last_s = math.inf if span.end_s is None else span.end_s
    found: list[tuple[float, float]] = []
    for at_s in sorted(times_s):
        start_s, end_s = max(at_s - reach_s, span.start_s), min(at_s + reach_s, last_s)
        if not start_s < end_s:
            continue
        if found and start_s - found[-1][1] < WORTH_SEEKING_S:
            found[-1] = found[-1][0], end_s
        else:
            found.append((start_s, end_s))
    return [Span(*one) for one in found]

"""Which part of a film is asked for."""

from __future__ import annotations

import math
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

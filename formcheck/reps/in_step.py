"""Two repetitions in step: which moment of the one is which of the other.

Both are cut at the same named moments, where a phase begins or ends. A shared clock runs
through these; between two of them both repetitions go on evenly, each at its own speed.
So both begin to sink, turn and stand at the same time, however long each took.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from formcheck.data import Rep

Moment = Literal["sinks", "low", "rises", "stands", "leaves", "down"]
"""In the order of a lift from the top, "sinks" to "stands", and of one from the floor,
"rises" to "down". "low" is where the way down ends, "leaves" where standing does."""

MOST_WAIT_S = 0.5
"""The shared clock gives the bottom's pause, and standing, no longer than this: what is
compared are the ways down and up (our choice)."""

_WAITS: frozenset[tuple[Moment, Moment]] = frozenset({("low", "rises"), ("stands", "leaves")})


@dataclass(frozen=True)
class InStep:
    """Two repetitions on one clock. All times are (K,) seconds, not falling.

    moments  (K,)  what both have, in their order
    clock_s  (K,)  the shared clock, from 0: each phase takes as long as in the middle of both
    one_s    (K,)  when the moments are in the one's film
    other_s  (K,)  and in the other's
    """

    moments: tuple[Moment, ...]
    clock_s: tuple[float, ...]
    one_s: tuple[float, ...]
    other_s: tuple[float, ...]

    @property
    def duration_s(self) -> float:
        """How long both take on the shared clock, in seconds."""
        return self.clock_s[-1]

    def at(self, clock_s: float) -> tuple[float, float]:
        """When that is in the film of the one and of the other, in seconds."""
        one, other = (
            float(np.interp(clock_s, self.clock_s, times)) for times in (self.one_s, self.other_s)
        )
        return one, other

    def clock_of(self, one_s: float) -> float:
        """The shared clock at a time of the one; outside of it the nearer end."""
        return float(np.interp(one_s, self.one_s, self.clock_s))

    def other_of(self, one_s: float) -> float:
        """The other's moment that is the same as the one's, in seconds of its film."""
        return self.at(self.clock_of(one_s))[1]


def in_step(one: Rep, other: Rep, slowed: tuple[float, float] = (1.0, 1.0)) -> InStep | None:
    """Lay two repetitions on one clock, or None where the way up isn't known of both.

    Parameters
    ----------
    one, other
        The repetitions, of one set or of two.
    slowed
        How many times slower than life each one's film plays.
    """
    mine, theirs = moments(one, slowed[0]), moments(other, slowed[1])
    shared = [name for name in mine if name in theirs]
    if "rises" not in shared or len(shared) < 2:
        return None
    one_s, other_s = [mine[name] for name in shared], [theirs[name] for name in shared]
    clock_s = [0.0]
    for at, step in enumerate(pairwise(shared), start=1):
        took_s = (one_s[at] - one_s[at - 1] + other_s[at] - other_s[at - 1]) / 2
        clock_s.append(clock_s[-1] + (min(took_s, MOST_WAIT_S) if step in _WAITS else took_s))
    if clock_s[-1] <= 0:
        return None
    return InStep(tuple(shared), tuple(clock_s), tuple(one_s), tuple(other_s))


def moments(rep: Rep, slowed: float = 1.0) -> Mapping[Moment, float]:
    """When a repetition's phases begin and end, in seconds of the film, in their order.

    Those that the film doesn't tell are left out. ``slowed`` is how many times slower
    than life the film plays: durations are life's, moments the film's.
    """
    rises_s = rep.top_s - rep.concentric_s * slowed
    found: list[tuple[Moment, float]]
    if rep.bottom_s <= rep.start_s:
        leaves_s = rep.end_s - rep.eccentric_s * slowed
        found = [("rises", rep.start_s), ("stands", rep.top_s), ("leaves", leaves_s)]
        found += [("down", rep.end_s)] if math.isfinite(leaves_s) else []
    else:
        low_s = rises_s - rep.pause_s * slowed
        sinks_s = rep.start_s if rep.start_s < rep.bottom_s else math.nan
        found = [("sinks", sinks_s), ("low", low_s), ("rises", rises_s), ("stands", rep.top_s)]
    told: dict[Moment, float] = {}
    last_s = -math.inf
    for name, at_s in found:
        if math.isfinite(at_s):
            last_s = told[name] = max(at_s, last_s)
    return told

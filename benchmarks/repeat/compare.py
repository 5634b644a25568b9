"""Two answers to the same film compared: verdicts kept and flipped, values and their spread."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.repeat.answers import Answer, RepSaid, Said, Says, SetSaid

SAME_REP_S = 0.5
"""Lowest points that are no further apart are those of one repetition."""

LEAST_VERSIONS = 3
"""A spread is taken of so many versions of a film or more."""


@dataclass(frozen=True)
class Pair:
    """One verdict of the film as it is, and of the changed one.

    at      which set and repetition of the film; of a set's own the repetition is 0
    before  None where the film as it is has none, as of a repetition that wasn't there
    after   None where the changed one has none
    """

    cue: str
    at: tuple[int, int]
    before: Said | None
    after: Said | None

    @property
    def of_set(self) -> bool:
        """It is the set's own verdict."""
        return self.at[1] == 0

    @property
    def verdicts(self) -> tuple[str, str]:
        """Before and after; "" for none."""
        before, after = (one.verdict if one else "" for one in (self.before, self.after))
        return before, after

    @property
    def kept(self) -> bool:
        """The verdict is the same."""
        before, after = self.verdicts
        return before == after

    @property
    def is_judged(self) -> bool:
        """One of both is a verdict."""
        return any(one is not None and one.is_judged for one in (self.before, self.after))

    @property
    def came_or_went(self) -> bool:
        """There is a verdict on one side alone."""
        return not self.kept and not set(self.verdicts).isdisjoint({"", "cannot_judge"})

    @property
    def flipped(self) -> bool:
        """Good became a fault, or a fault good."""
        return set(self.verdicts) == {"good", "fault"}

    @property
    def moved_sigmas(self) -> float:
        """How far the value moved, of its larger σ; NaN where it isn't known twice."""
        if self.before is None or self.after is None or self.before.unit != self.after.unit:
            return math.nan
        sigma = max(self.before.sigma, self.after.sigma)
        moved = abs(self.after.sided - self.before.sided)
        return moved / sigma if sigma > 0 else math.nan


@dataclass(frozen=True)
class Compared:
    """A film as it is and under one change.

    film     number of the film in the run
    change   name of the change
    crashed  the error's name where formcheck broke down on the changed film, or on the film as
             it is; else ""
    moved_s  by how much the lowest point of each repetition that is the same is earlier or later
    """

    film: int
    change: str
    pairs: tuple[Pair, ...]
    counts: tuple[int, int]
    same_lift: bool
    same_view: bool
    crashed: str = ""
    moved_s: tuple[float, ...] = ()

    @property
    def same_count(self) -> bool:
        """As many repetitions were counted."""
        return self.counts[0] == self.counts[1]


def compare(film: int, change: str, plain: Answer, changed: Answer) -> Compared:
    """Compare; the changed answer is in the terms of the plain one (``as_filmed``).

    A lift or a view is compared where both answers have one: where only one has, it is the
    count that changed.
    """
    pairs: list[Pair] = []
    moved_s: list[float] = []
    left = list(enumerate(changed.sets))
    for number, one in enumerate(plain.sets):
        other = max(left, key=lambda each: len(matched(one.reps, each[1].reps)), default=None)
        if other is not None and (matched(one.reps, other[1].reps) or not one.reps):
            left.remove(other)
            pairs += _set_pairs(number, one, other[1])
            moved_s += _moved_s(one.reps, other[1].reps)
        else:
            pairs += _set_pairs(number, one, None)
    for number, extra in left:
        pairs += _set_pairs(len(plain.sets) + number, None, extra)
    both = bool(plain.sets and changed.sets)
    return Compared(
        film,
        change,
        tuple(pairs),
        (plain.count, changed.count),
        not both or plain.lifts == changed.lifts,
        not both or plain.views == changed.views,
        next((one.problem for one in (changed, plain) if one.crashed), ""),
        tuple(moved_s),
    )


def _moved_s(one: Sequence[RepSaid], other: Sequence[RepSaid]) -> list[float]:
    return [abs(one[i].bottom_s - other[j].bottom_s) for i, j in matched(one, other)]


def matched(one: Sequence[RepSaid], other: Sequence[RepSaid]) -> list[tuple[int, int]]:
    """Places of the repetitions that are the same, nearest first; each is taken once."""
    near = sorted(
        (abs(a.bottom_s - b.bottom_s), i, j)
        for i, a in enumerate(one)
        for j, b in enumerate(other)
        if abs(a.bottom_s - b.bottom_s) <= SAME_REP_S
    )
    out: dict[int, int] = {}
    for _, i, j in near:
        if i not in out and j not in out.values():
            out[i] = j
    return sorted(out.items())


def _set_pairs(number: int, one: SetSaid | None, other: SetSaid | None) -> list[Pair]:
    """Pairs of one set; None for a set that the other answer hasn't."""
    before = one.reps if one else ()
    after = other.reps if other else ()
    same = dict(matched(before, after))
    pairs = _pairs((number, 0), one.cues if one else {}, other.cues if other else {})
    for i, rep in enumerate(before):
        pairs += _pairs((number, i + 1), rep.cues, after[same[i]].cues if i in same else {})
    extra = [j for j in range(len(after)) if j not in same.values()]
    for i, j in enumerate(extra, start=len(before)):
        pairs += _pairs((number, i + 1), {}, after[j].cues)
    return pairs


def _pairs(at: tuple[int, int], before: Says, after: Says) -> list[Pair]:
    cues = dict.fromkeys([*before, *after])
    return [Pair(cue, at, before.get(cue), after.get(cue)) for cue in cues]


@dataclass(frozen=True)
class Tally:
    """How many verdicts there are, and what became of them.

    kept     stayed the same
    silent   of the others: a verdict that came or went
    flipped  of the others: good became a fault, or a fault good
    """

    verdicts: int
    kept: int
    silent: int
    flipped: int

    @property
    def share(self) -> float:
        """Of the verdicts, those that stayed; NaN of none."""
        return self.kept / self.verdicts if self.verdicts else math.nan


def tally(pairs: Iterable[Pair]) -> Tally:
    """Count."""
    every = list(pairs)
    return Tally(
        len(every),
        sum(one.kept for one in every),
        sum(one.came_or_went for one in every),
        sum(one.flipped for one in every),
    )


def beyond_sigma(pairs: Iterable[Pair]) -> tuple[int, int]:
    """How many values moved by more than their σ, of how many."""
    moved = [one.moved_sigmas for one in pairs]
    return sum(one > 1.0 for one in moved), sum(math.isfinite(one) for one in moved)


@dataclass(frozen=True)
class Spread:
    """Values of one cue in one unit over all versions of their films.

    values  how many repetitions (or sets) have one in three versions or more
    spread  root mean square of their standard deviations over the versions
    sigma   root mean square of the σ that was said, in the middle version
    larger  of how many the spread is larger than the σ
    """

    cue: str
    unit: str
    values: int
    spread: float
    sigma: float
    larger: int

    @property
    def is_honest(self) -> bool:
        """The σ is no smaller than the spread."""
        return self.spread <= self.sigma


def spreads(compared: Iterable[Compared]) -> list[Spread]:
    """Take the spread of each cue's values, over the film as it is and all its changes.

    A set's own verdicts count only for the cues that aren't of a repetition.
    """
    pairs = [(one.film, pair) for one in compared for pair in one.pairs]
    of_rep = {pair.cue for _, pair in pairs if not pair.of_set}
    versions: dict[tuple[str, str, int, tuple[int, int]], list[Said]] = defaultdict(list)
    for film, pair in pairs:
        before = pair.before
        if before is None or not math.isfinite(before.value) or pair.of_set == (pair.cue in of_rep):
            continue
        said = versions[pair.cue, before.unit, film, pair.at]
        if not said:
            said.append(before)
        if pair.after is not None and pair.after.unit == before.unit:
            said.append(pair.after)
    by_cue: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for (cue, unit, _, _), said in versions.items():
        values = [one.sided for one in said if math.isfinite(one.value)]
        if len(values) >= LEAST_VERSIONS:
            sigma = np.median([one.sigma for one in said if math.isfinite(one.sigma)])
            by_cue[cue, unit].append((float(np.std(values, ddof=1)), float(sigma)))
    return [_spread(cue, unit, found) for (cue, unit), found in sorted(by_cue.items())]


def _spread(cue: str, unit: str, found: list[tuple[float, float]]) -> Spread:
    spread, sigma = np.array(found).T
    return Spread(
        cue,
        unit,
        len(found),
        float(np.sqrt(np.mean(spread**2))),
        float(np.sqrt(np.mean(sigma**2))),
        int(np.sum(spread > sigma)),
    )

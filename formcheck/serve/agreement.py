"""How often coach and formcheck agree, and coach and coach: Cohen's κ with its interval.

κ is (p − e) / (1 − e): p the share on which both say the same, e the share on which they
would by chance, each with their own habit (Cohen 1960, Educ Psychol Meas 20:37). The
interval is a percentile bootstrap over whole sets, since the repetitions of a set are no
independent cases (Efron & Tibshirani 1993).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from formcheck.serve.labels import Label

JUDGED = ("good", "watch", "fault")
BOOTSTRAPS = 2000
LEAST_SETS = 5
"""With fewer an interval would say more than is known. Our choice."""

CEILING = (
    "How people agree with each other: three experts on 196 deadlift films κ .21–.50; "
    "47 physiotherapists and students on 100 films of squats, lunges and deadlifts κ .18–.53 "
    "(Whelan 2019, Phys Ther 99:478)."
)


@dataclass(frozen=True)
class Agreement:
    """Two who judged the same.

    cue         "" for all cues together
    pairs, sets verdicts that both gave, and the sets that they are of
    same        share on which they agree, NaN without any
    kappa       Cohen's κ; NaN where chance alone would agree always
    low, high   its 95 % interval, NaN with fewer than ``LEAST_SETS`` sets
    faults      of the first's faults, how many the second called so too, and of how many
    unsure      verdicts that the first gave and the second couldn't
    """

    cue: str
    pairs: int
    sets: int
    same: float
    kappa: float
    low: float
    high: float
    faults: tuple[int, int]
    unsure: int


@dataclass(frozen=True)
class _Case:
    of: tuple[int, str]
    cue: str
    first: str
    second: str


def with_coaches(found: Iterable[Label], *, blind: bool = False) -> list[Agreement]:
    """Compare every coach's verdicts with what formcheck says now, all cues and each.

    Parameters
    ----------
    found
        The labels.
    blind
        Only those that were given before formcheck's was seen.
    """
    return _by_cue(
        _Case((one.decision.client_id, one.decision.content), one.decision.cue, said, one.says)
        for one in found
        if one.kind == "verdict" and one.rep is not None and one.says
        if (one.decision.blind or not blind) and (said := one.decision.said) in JUDGED
    )


def between_coaches(found: Iterable[Label]) -> list[Agreement]:
    """Compare coaches with each other, where each judged blind."""
    rated: dict[tuple[int, str, int, str], list[Label]] = defaultdict(list)
    for one in found:
        said = one.decision
        if one.kind == "verdict" and said.blind and one.rep is not None:
            rated[said.client_id, said.content, one.rep, said.cue].append(one)
    return _by_cue(
        _Case(about[:2], about[3], a.decision.said, b.decision.said)
        for about, ratings in rated.items()
        for a, b in combinations(sorted(ratings, key=lambda one: one.decision.coach_id), 2)
        if a.decision.said in JUDGED
    )


def _by_cue(cases: Iterable[_Case]) -> list[Agreement]:
    cases = list(cases)
    if not cases:
        return []
    cues = sorted({one.cue for one in cases})
    each = [_agreement(cue, [one for one in cases if one.cue == cue]) for cue in cues]
    return [_agreement("", cases), *each]


def _agreement(cue: str, cases: Sequence[_Case]) -> Agreement:
    both = [one for one in cases if one.second in JUDGED]
    tables = _tables(both)
    whole = tables.sum(axis=0)
    pairs = int(whole.sum())
    low, high = _interval(tables)
    fault = JUDGED.index("fault")
    return Agreement(
        cue=cue,
        pairs=pairs,
        sets=len(tables),
        same=float(np.trace(whole) / pairs) if pairs else math.nan,
        kappa=float(kappas(whole[None])[0]),
        low=low,
        high=high,
        faults=(int(whole[fault, fault]), int(whole[fault].sum())),
        unsure=len(cases) - len(both),
    )


def _tables(cases: Sequence[_Case]) -> np.ndarray:
    """Count what both said, (sets, 3, 3): the first's verdict down, the second's across."""
    sets = {name: at for at, name in enumerate(sorted({one.of for one in cases}))}
    counts = np.zeros((len(sets), len(JUDGED), len(JUDGED)))
    for one in cases:
        counts[sets[one.of], JUDGED.index(one.first), JUDGED.index(one.second)] += 1
    return counts


def kappas(tables: np.ndarray) -> np.ndarray:
    """Give Cohen's κ of counts (N, 3, 3); NaN where there is none."""
    total = tables.sum(axis=(1, 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        same = np.trace(tables, axis1=1, axis2=2) / total
        chance = (tables.sum(axis=1) * tables.sum(axis=2)).sum(axis=1) / total**2
        return np.where(chance < 1, (same - chance) / (1 - chance), np.nan)


def _interval(tables: np.ndarray) -> tuple[float, float]:
    sets = len(tables)
    if sets < LEAST_SETS:
        return math.nan, math.nan
    drawn = np.random.default_rng(1).integers(0, sets, (BOOTSTRAPS, sets))
    found = kappas(tables[drawn].sum(axis=1))
    found = found[np.isfinite(found)]
    if len(found) < BOOTSTRAPS / 2:  # mostly all alike: nothing to say of chance
        return math.nan, math.nan
    low, high = np.percentile(found, [2.5, 97.5])
    return float(low), float(high)

"""Shares, rates and rankings with the 95 % intervals that few films of few sources allow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import isfinite, nan, sqrt

import numpy as np

from benchmarks.squat_scores import auroc

Interval = tuple[float, float]

Z_95 = 1.959964
"""Of a two-sided interval of 95 %."""

DRAWS = 2000
"""Sources are drawn this often: the interval's ends then move by less than a hundredth."""

BINS = 10
"""Of the calibration error: equal widths, as Guo et al. 2017 (ICML) have it."""


@dataclass(frozen=True)
class Share:
    """How many of how many, or a rate.

    hits, of    for a rate faults and repetitions
    wilson      interval that takes each for itself
    by_source   interval over sources, drawn with repetition; NaN with only one
    sources     how many there are
    """

    hits: int
    of: int
    wilson: Interval
    by_source: Interval
    sources: int

    @property
    def value(self) -> float:
        """The share; NaN of none."""
        return self.hits / self.of if self.of else nan


@dataclass(frozen=True)
class Ranking:
    """How well a value tells two groups, and how many of each there are."""

    auroc: float
    by_source: Interval
    faulty: int
    clean: int


@dataclass(frozen=True)
class Bin:
    """Films about whose name we are about as sure."""

    films: int
    confidence: float
    right: float


@dataclass(frozen=True)
class Calibration:
    """The expected calibration error of a confidence, and its bins."""

    error: float
    by_source: Interval
    bins: tuple[Bin, ...]


def share(cases: Iterable[tuple[str, int, int]]) -> Share:
    """Add up cases: source, hits, of how many."""
    sums: dict[str, list[int]] = {}
    for source, hits, of in cases:
        if of:
            one = sums.setdefault(source, [0, 0])
            one[0] += hits
            one[1] += of
    table = np.array(list(sums.values()), dtype=float).reshape(-1, 2)
    hits, of = (int(one) for one in table.sum(axis=0))
    return Share(hits, of, wilson(hits, of), _share_by_source(table), len(table))


def wilson(hits: int, of: int) -> Interval:
    """Wilson's 95 % interval of a share.

    >>> tuple(round(one, 3) for one in wilson(10, 10))
    (0.722, 1.0)
    """
    if not of:
        return nan, nan
    found, z2 = hits / of, Z_95**2
    middle = (found + z2 / (2 * of)) / (1 + z2 / of)
    half = Z_95 / (1 + z2 / of) * sqrt(found * (1 - found) / of + z2 / (4 * of * of))
    return max(0.0, middle - half), min(1.0, middle + half)


def _share_by_source(table: np.ndarray) -> Interval:
    if len(table) < 2:
        return nan, nan
    draws = _drawn(len(table))
    sums = table[draws].sum(axis=1)
    return _interval(sums[:, 0] / sums[:, 1])


def ranking(cases: Sequence[tuple[str, float, bool]]) -> Ranking:
    """How well values rank the faulty above the clean: source, value, is faulty."""
    seen = [case for case in cases if isfinite(case[1])]
    faulty = sum(is_faulty for _, _, is_faulty in seen)
    by_source = _bootstrapped(seen, lambda drawn: auroc(*_parted(drawn)))
    return Ranking(auroc(*_parted(seen)), by_source, faulty, len(seen) - faulty)


def _parted(cases: Sequence[tuple[str, float, bool]]) -> tuple[list[float], list[float]]:
    return (
        [value for _, value, is_faulty in cases if is_faulty],
        [value for _, value, is_faulty in cases if not is_faulty],
    )


def calibration(cases: Sequence[tuple[str, float, bool]]) -> Calibration:
    """The expected calibration error: source, confidence, was right."""
    by_source = _bootstrapped(cases, lambda drawn: _error(_bins(drawn)))
    bins = _bins(cases)
    return Calibration(_error(bins), by_source, bins)


def _bins(cases: Sequence[tuple[str, float, bool]]) -> tuple[Bin, ...]:
    parted: dict[int, list[tuple[float, bool]]] = {}
    for _, confidence, right in cases:
        parted.setdefault(min(int(confidence * BINS), BINS - 1), []).append((confidence, right))
    return tuple(
        Bin(len(own), *(float(one) for one in np.mean(np.array(own, dtype=float), axis=0)))
        for _, own in sorted(parted.items())
    )


def _error(bins: Sequence[Bin]) -> float:
    films = sum(one.films for one in bins)
    off = sum(one.films * abs(one.confidence - one.right) for one in bins)
    return off / films if films else nan


def _bootstrapped(
    cases: Sequence[tuple[str, float, bool]],
    measure: Callable[[Sequence[tuple[str, float, bool]]], float],
) -> Interval:
    parted: dict[str, list[tuple[str, float, bool]]] = {}
    for case in cases:
        parted.setdefault(case[0], []).append(case)
    groups = list(parted.values())
    if len(groups) < 2:
        return nan, nan
    return _interval(
        np.array([measure([c for i in draw for c in groups[i]]) for draw in _drawn(len(groups))])
    )


def _drawn(sources: int) -> np.ndarray:
    """Places of sources drawn with repetition, (DRAWS, sources); the same in each run."""
    return np.random.default_rng(0).integers(0, sources, (DRAWS, sources))


def _interval(values: np.ndarray) -> Interval:
    seen = values[np.isfinite(values)]
    if not seen.size:
        return nan, nan
    low, high = np.percentile(seen, (2.5, 97.5))
    return float(low), float(high)

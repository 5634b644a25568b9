"""A repetition beside the others of its set: what is off once is seldom the lifter."""

from __future__ import annotations

import numpy as np

from formcheck.cues.judging.seen import Seen
from formcheck.data import FloatArray, Rep

UNLIKE_OTHERS = "unlike the other repetitions"
"""Name of a part of σ: how far a repetition reads from what the others let expect."""

NEAR_DEEPEST_DEG = 12.0
"""Of the trunk's furthest lean, evidence §1.4 row 5: where a back is read."""

LEAST_ALIKE = 3
"""Repetitions bent over alike from which on one can be told to be the odd one."""

UNLIKE_DEG = 15.0
"""From here on what reads otherwise than all others isn't believed. In 22 sets, real and
rendered, a back reads within 11° of the nearest other repetition's, and it was 42° away
where something drawn on the film was taken for the back; three times the σ of W (our
choice)."""


def unlike_others_deg(name: str, rep: Rep, seen: Seen, within_deg: float) -> float:
    """How far an angle is, where the trunk leans furthest, from what the others let expect.

    Of those whose trunk leans as far, within ``within_deg``; 0 where they are too few.
    They let expect what any of them reads, and what lies on a rise: a back may get
    rounder from repetition to repetition. Hollow, under 0, counts as flat.
    """
    values: list[float] = []
    own = 0
    near = seen.near(rep)
    lean_deg, _ = _medians_deg(near.signals.guesses.lean_deg, rep, near, within_deg)
    each_deg = seen.of_set(_each_deg, name, within_deg)
    for one, (one_lean_deg, value_deg) in zip(seen.reps, each_deg, strict=True):
        alike = abs(one_lean_deg - lean_deg) <= within_deg and np.isfinite(value_deg)
        if one is rep:
            own = len(values)
        elif not (one.comparable and alike):
            continue
        values.append(max(value_deg, 0.0))
    if len(values) < LEAST_ALIKE:
        return 0.0
    return min(abs(values[own] - one) for one in _expected(values, own))


def _expected(values: list[float], at: int) -> list[float]:
    """What the values of a set let expect of that at one place."""
    before, after = values[:at], values[at + 1 :]
    expected = [*before, *after]
    if before and after and before[-1] <= values[at] <= after[0]:
        expected.append(values[at])
    if len(before) > 1 and before[-1] > before[-2]:
        expected.append(2 * before[-1] - before[-2])
    if len(after) > 1 and after[0] < after[1]:
        expected.append(2 * after[0] - after[1])
    return expected


def _each_deg(seen: Seen, name: str, within_deg: float) -> list[tuple[float, float]]:
    """Lean and angle of every repetition."""
    near = [(one, seen.near(one)) for one in seen.reps]
    return [_medians_deg(by.angle(name), one, by, within_deg) for one, by in near]


def _medians_deg(
    values: FloatArray, rep: Rep, seen: Seen, within_deg: float
) -> tuple[float, float]:
    """The trunk's lean and an angle while it leans furthest; NaN where not enough is seen."""
    window, lean = seen.deepest(rep, within_deg), seen.signals.guesses.lean_deg
    if not seen.enough(values, window):
        return float("nan"), float("nan")
    return float(np.nanmedian(lean[window])), float(np.nanmedian(values[window]))

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
    near = seen.near(rep)
    lean_deg, _ = _medians_deg(near.signals.guesses.lean_deg, rep, near, within_deg)
    each_lean_deg, each_deg, comparable = seen.of_set(_each_deg, name, within_deg)
    own = next(at for at, one in enumerate(seen.reps) if one.index == rep.index)
    alike = (np.abs(each_lean_deg - lean_deg) <= within_deg) & np.isfinite(each_deg)
    alike &= comparable > 0
    alike[own] = True
    if alike.sum() < LEAST_ALIKE:
        return 0.0
    before, after = (np.maximum(each_deg[part][alike[part]], 0.0) for part in _apart(own))
    value_deg = max(float(each_deg[own]), 0.0)
    return float(np.min(np.abs(value_deg - _expected(before, value_deg, after))))


def _apart(at: int) -> tuple[slice, slice]:
    """What comes before a place, and after it."""
    return slice(0, at), slice(at + 1, None)


def _expected(before: FloatArray, value: float, after: FloatArray) -> FloatArray:
    """What the values of a set let expect of that between them."""
    rising = []
    if len(before) and len(after) and before[-1] <= value <= after[0]:
        rising.append(value)
    if len(before) > 1 and before[-1] > before[-2]:
        rising.append(2 * before[-1] - before[-2])
    if len(after) > 1 and after[0] < after[1]:
        rising.append(2 * after[0] - after[1])
    return np.concatenate([before, after, rising])


def _each_deg(seen: Seen, name: str, within_deg: float) -> FloatArray:
    """Of every repetition lean and angle, and whether it can be compared, (3, R)."""
    near = [(one, seen.near(one)) for one in seen.reps]
    found = [
        (*_medians_deg(by.angle(name), one, by, within_deg), one.comparable) for one, by in near
    ]
    return np.array(found, dtype=float).T


def _medians_deg(
    values: FloatArray, rep: Rep, seen: Seen, within_deg: float
) -> tuple[float, float]:
    """The trunk's lean and an angle while it leans furthest; NaN where not enough is seen."""
    window, lean = seen.deepest(rep, within_deg), seen.signals.guesses.lean_deg
    if not seen.enough(values, window):
        return float("nan"), float("nan")
    return float(np.nanmedian(lean[window])), float(np.nanmedian(values[window]))

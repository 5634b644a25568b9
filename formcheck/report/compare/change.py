"""The one rule by which two measurements differ, or don't as far as anybody can tell."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from formcheck.data import Verdict

SIGMAS = 2.0
"""A difference of so many of its own σ is one (our choice: where nothing changed one in twenty
would be told; at one σ it were one in three). Odd against even repetitions of labelled sets:
told as changed were 0 of 280 cues of a set and 13 of 730 of a pair of repetitions; at one σ it
was 6 and 62."""

Kind = Literal["better", "worse", "moved", "same", "unknown"]
"""How B stands to A. "moved": changed where that is neither better nor worse, or good both
times; "same": no change that the measurement can tell; "unknown": can't be compared."""


@dataclass(frozen=True)
class Told:
    """What one set, or one repetition, says of a quantity.

    ``value`` and ``sigma`` are in the quantity's unit, NaN where it isn't known; ``known``
    of ``of`` repetitions tell it. ``verdict`` is None of what isn't judged at all.
    """

    value: float
    sigma: float
    verdict: Verdict | None = None
    known: int = 1
    of: int = 1


UNKNOWN = Told(math.nan, math.nan, None, 0, 0)


@dataclass(frozen=True)
class Change:
    """What became of a quantity from A to B.

    ``difference`` is B less A with its standard deviation ``sigma``, in ``unit``; NaN where
    it can't be told, and then ``why`` says why and ``film`` how to film it.
    """

    kind: Kind
    a: Told
    b: Told
    unit: str
    difference: float = math.nan
    sigma: float = math.nan
    why: str = ""
    film: str = ""


def over_reps(values: Sequence[float], sigmas: Sequence[float]) -> tuple[float, float]:
    """The mean of a set's repetitions and its σ.

    What each of them may be off is taken to be common to the set (one camera, one body, one
    pair of trousers), so it isn't made smaller by their number; what they differ among
    themselves is.
    """
    scatter = float(np.std(values, ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else 0.0
    return float(np.mean(values)), math.hypot(float(np.mean(sigmas)), scatter)


def change(a: Told, b: Told, unit: str, worse: float = 0.0) -> Change:
    """Compare two measurements of a quantity.

    Parameters
    ----------
    a, b
        Before and after, or left and right.
    unit
        Of their values.
    worse
        1 where larger values are worse, -1 where smaller ones are, 0 where neither is.
    """
    difference, sigma = b.value - a.value, math.hypot(a.sigma, b.sigma)
    if not (math.isfinite(difference) and math.isfinite(sigma)):
        return Change("unknown", a, b, unit)
    kind: Kind = "same"
    if abs(difference) > SIGMAS * sigma:
        kind = _direction(worse * difference, a, b)
    return Change(kind, a, b, unit, difference, sigma)


def untold(one: Change) -> Change:
    """The same where it can't be compared after all."""
    return replace(one, kind="unknown", difference=math.nan, sigma=math.nan)


def _direction(worse_by: float, a: Told, b: Told) -> Kind:
    """Better or worse where the quantity has such a side and isn't good both times."""
    if worse_by == 0 or a.verdict == b.verdict == "good":
        return "moved"
    return "worse" if worse_by > 0 else "better"

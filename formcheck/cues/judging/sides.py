"""What is compared of a left and a right set: range, depth, lean and tempo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from formcheck.data import FloatArray
from formcheck.reps.lifts import LIFTS, Family

SIGMA_PERCENT = 6.0  # evidence §1.4 row 17
SPREADS = 2.0  # standard deviations within a side that a difference has to exceed
LEAST_REPS = 2


@dataclass(frozen=True)
class Quantity:
    """What is compared: a measure of analysis.json, or a phase, and its words.

    ``of`` is the measure a difference is a share of, where its own would be too
    small to be one.
    """

    name: str
    unit: str
    more: str
    label: str
    of: str = ""


QUANTITIES: dict[Family, tuple[Quantity, ...]] = {
    "squat": (
        Quantity("knee_range_deg", "deg", "moves further", "range of the knee"),
        Quantity("knee_flexion_deg_max", "deg", "goes deeper", "bend of the knee at the bottom"),
        Quantity("trunk_deg_max", "deg", "leans further forward", "lean", "knee_range_deg"),
    ),
    "hinge": (
        Quantity("hip_range_deg", "deg", "moves further", "range of the hip"),
        Quantity("trunk_deg_max", "deg", "leans further forward", "lean at the bottom"),
    ),
}
TIMES: tuple[Quantity, ...] = (
    Quantity("eccentric_s", "s", "lowers more slowly", "lowering"),
    Quantity("concentric_s", "s", "lifts more slowly", "lifting"),
)


@dataclass(frozen=True)
class Row:
    """One quantity of both sides: means, spread within a side, difference.

    ``spread`` and the means are in ``unit``, ``percent`` is of the larger mean and
    positive where the left one is larger; ``clear`` when it is more than the
    repetitions of a side differ.
    """

    label: str
    left: float
    right: float
    unit: str
    spread: float
    percent: float
    sigma_percent: float
    clear: bool
    more: str


def rows_of(left: Mapping[str, Any], right: Mapping[str, Any]) -> tuple[Row, ...]:
    """Compare all quantities of two sets of the same lift, in the form of analysis.json.

    Angles only as seen from the side or obliquely. A quantity that fewer than
    two repetitions of a side have is left out.
    """
    quantities = TIMES
    if left["view"]["name"] in {"side", "oblique"}:
        family = LIFTS[left["lift"]["name"]].family
        quantities = (*QUANTITIES[family], *TIMES)
    return tuple(row for one in quantities if (row := _row(one, left, right)) is not None)


def _row(one: Quantity, left: Mapping[str, Any], right: Mapping[str, Any]) -> Row | None:
    """Both sides of a quantity; None when too few repetitions have it."""
    a, b = _values(one.name, left), _values(one.name, right)
    if min(a.size, b.size) < LEAST_REPS:
        return None
    scale = max(abs(a.mean()), abs(b.mean()))
    if one.of:
        whole = [_values(one.of, side) for side in (left, right)]
        if min(part.size for part in whole) < LEAST_REPS:
            return None
        scale = max(part.mean() for part in whole)
    if scale <= 0.0:
        return None
    spread = float(np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2))
    difference = float(a.mean() - b.mean())
    error = spread * np.sqrt(1 / a.size + 1 / b.size) / scale * 100.0
    return Row(
        label=one.label,
        left=float(a.mean()),
        right=float(b.mean()),
        unit=one.unit,
        spread=spread,
        percent=100.0 * difference / float(scale),
        sigma_percent=float(np.hypot(SIGMA_PERCENT, error)),
        clear=abs(difference) > SPREADS * spread,
        more=one.more,
    )


def _values(name: str, analysis: Mapping[str, Any]) -> FloatArray:
    """A measure or phase of each repetition that has it, (N,)."""
    found = [{**rep["measures"], **rep["phases"]}.get(name) for rep in analysis["reps"]]
    return np.array([value for value in found if value is not None], dtype=float)

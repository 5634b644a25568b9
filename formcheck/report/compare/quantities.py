"""Tempo, range of motion and bar of two sets: what is measured, and isn't better or worse."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from formcheck.cues.tempo import phase_sigma_s
from formcheck.report.compare.change import Change, Told, change, over_reps, untold

SIGMA = "_sigma"
"""After the name of a measure: the name of its standard deviation."""


@dataclass(frozen=True)
class _Asked:
    """What is looked at: a measure of analysis.json, and its words for more and for less.

    ``angle`` says that it changes with the camera's place.
    """

    name: str
    title: str
    unit: str
    more: str
    less: str
    angle: bool = False


PHASES = (
    _Asked("eccentric_s", "Lowering", "s", "slower", "faster"),
    _Asked("pause_s", "Pause", "s", "longer", "shorter"),
    _Asked("concentric_s", "Lifting", "s", "slower", "faster"),
)
RANGES = (
    _Asked("hip_range_deg", "Range of the hip", "deg", "further", "less far", angle=True),
    _Asked("knee_range_deg", "Range of the knee", "deg", "further", "less far", angle=True),
    _Asked("trunk_deg_max", "Furthest lean", "deg", "further", "less far", angle=True),
)
BAR = (
    _Asked("bar_mean_m_s", "Bar's speed up", "m/s", "faster", "slower"),
    _Asked("bar_peak_m_s", "Bar's greatest speed", "m/s", "faster", "slower"),
    _Asked("bar_travel_m", "Bar's way up", "m", "further", "less far"),
    _Asked("bar_drift_cm", "Bar strays", "cm", "further", "less far"),
    _Asked("bar_mean_legs_s", "Bar's speed up", "leg lengths/s", "faster", "slower"),
    _Asked("bar_peak_legs_s", "Bar's greatest speed", "leg lengths/s", "faster", "slower"),
    _Asked("bar_travel_legs", "Bar's way up", "leg lengths", "further", "less far"),
    _Asked("bar_drift_legs", "Bar strays", "leg lengths", "further", "less far"),
)


@dataclass(frozen=True)
class Quantity:
    """A quantity in both sets, over the set and on each pair of repetitions.

    ``word`` says of a change which way: "slower"; "" where there is none to tell.
    """

    name: str
    title: str
    change: Change
    reps: tuple[Change, ...]
    word: str


def quantities(a: Mapping[str, Any], b: Mapping[str, Any], elsewhere: str) -> tuple[Quantity, ...]:
    """Compare what is measured in both sets; what neither has is left out.

    ``elsewhere`` says why angles don't compare, "" where they do.
    """
    found = []
    for one in (*PHASES, *RANGES, *BAR):
        both = [[_told(one, rep, said) for rep in said["reps"]] for said in (a, b)]
        known = [[rep for rep in reps if math.isfinite(rep.value)] for reps in both]
        if not any(known):
            continue
        found.append(_quantity(one, both, known, elsewhere if one.angle else ""))
    return tuple(found)


def _quantity(
    one: _Asked, both: Sequence[Sequence[Told]], known: Sequence[Sequence[Told]], elsewhere: str
) -> Quantity:
    a, b = (_mean(reps, len(every)) for reps, every in zip(known, both, strict=True))
    over = change(a, b, one.unit)
    reps = tuple(change(first, second, one.unit) for first, second in zip(*both, strict=False))
    if elsewhere or over.kind == "unknown":
        missing = [name for name, reps in zip("AB", known, strict=True) if not reps]
        why = elsewhere or (
            f"Not seen in {missing[0]}." if missing else "How far it may be off isn't known."
        )
        over = replace(untold(over), why=why)
        reps = tuple(untold(rep) for rep in reps)
    word = ""
    if over.kind == "moved":
        word = one.more if over.difference > 0 else one.less
    return Quantity(one.name, one.title, over, reps, word)


def _mean(known: Sequence[Told], of: int) -> Told:
    if not known:
        return Told(math.nan, math.nan, None, 0, of)
    value, sigma = over_reps([one.value for one in known], [one.sigma for one in known])
    return Told(value, sigma, None, len(known), of)


def _told(one: _Asked, rep: Mapping[str, Any], said: Mapping[str, Any]) -> Told:
    if one.unit == "s":
        value = rep["phases"].get(one.name)
        rate_hz = said["source"]["sampled_hz"]
        if value is None or not rate_hz:
            return Told(math.nan, math.nan)
        return Told(value, phase_sigma_s(value, 1.0 / rate_hz))
    value, sigma = (rep["measures"].get(name) for name in (one.name, one.name + SIGMA))
    return Told(math.nan if value is None else value, math.nan if sigma is None else sigma)

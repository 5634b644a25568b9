"""Words for findings, from ``advice.toml``: plain, kind, never medical."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from formcheck import filming
from formcheck.cues.judging.limits import Limits
from formcheck.data import CueInfo, Verdict

SHOWN_IN_PERCENT = {
    "thigh lengths": "thigh",
    "leg lengths": "leg",
    "foot lengths": "foot",
    "ankle widths": "stance",
    "shank lengths": "lower leg",
}
"""Lengths that are measured by the body's own, and what of it is said: nobody has a foot
length in mind, and "70 % of your foot" needs no picture."""

DIGITS = {
    "deg": 0,
    "%": 0,
    "thigh lengths": 2,
    "leg lengths": 2,
    "foot lengths": 2,
    "ankle widths": 2,
    "shank lengths": 2,
    "ratio": 2,
    "s": 1,
}
SIGNS = {"deg": "°", "%": " %", "ratio": ""}


@functools.cache
def texts() -> dict[str, Any]:
    """Everything in ``advice.toml``."""
    return tomllib.loads(files("formcheck.cues").joinpath("advice.toml").read_text("utf-8"))


def shown_unit(unit: str, unit_cm: float | None = None) -> tuple[float, str]:
    """How many of what people read make one of a unit: 100 "% of your foot" a foot length.

    ``unit_cm`` is how many centimetres it is, where that is known.
    """
    if unit_cm is not None:
        return unit_cm, "cm"
    if unit in SHOWN_IN_PERCENT:
        return 100.0, f"% of your {SHOWN_IN_PERCENT[unit]}"
    return 1.0, unit


def amount(value: float, sigma: float, unit: str, unit_cm: float | None = None) -> str:
    """A number with its uncertainty and unit, for people: "12 ± 3°", "18 ± 4 cm"."""
    times, shown = shown_unit(unit, unit_cm)
    digits = 0 if times != 1.0 else DIGITS.get(unit, 1)
    number = round(value * times, digits) + 0.0  # no "-0"
    return f"{number:.{digits}f} ± {sigma * times:.{digits}f}{SIGNS.get(shown, f' {shown}')}"


def reason_and_advice(
    cue: str,
    verdict: Verdict,
    value: str,
    note: str = "",
    details: Mapping[str, str] | None = None,
) -> tuple[str, str]:
    """What we saw, and what to try next (empty when all is well).

    A note's own words take the place of the general ones: those of the verdict
    (``notes.up.fault.what``) before those for any but a good one (``notes.up.what``).
    """
    table = texts()[cue]
    own = table.get(verdict, {})
    noted = table.get("notes", {}).get(note, {})
    if verdict != "good":
        own = {**own, **noted}
    own = {**own, **noted.get(verdict, {})}
    what = own["what"].format(value=value, **(details or {}))
    return what, "" if verdict == "good" else _tries(table, own)


def remedy(cue: str, verdict: Verdict) -> str:
    """What to try where a cue is so, whatever was measured; empty when all is well."""
    table = texts()[cue]
    return _tries(table, table.get(verdict, {})) if verdict in ("watch", "fault") else ""


def _tries(table: Mapping[str, Any], own: Mapping[str, Any]) -> str:
    general = table.get("any", {})
    tries = [own.get("try", general.get("try", "")), own.get("easier", general.get("easier", ""))]
    return " ".join(part for part in tries if part)


def not_seen(why: str, **details: str) -> tuple[str, str]:
    """Why a cue can't be judged, and how to film it."""
    table = texts()["not_seen"][why]
    film = table["film"].format(side=filming.SIDE, front=filming.FRONT, **details)
    return table["what"].format(**details), film


def praise(cue: str) -> str:
    """A true good thing, as the end of "Well done: …"."""
    return str(texts()[cue]["good"]["praise"])


def title(cue: str) -> str:
    """The cue's name for people."""
    return str(texts()[cue]["title"])


def info(cue: str, lift: str, limits: Limits) -> CueInfo:
    """What a reader needs to know about a cue."""
    table = texts()[cue]
    return CueInfo(
        id=cue,
        title=table["title"],
        question=table["question"],
        quantity=table["quantity"],
        source=limits.of(cue, lift).source,
        articles=tuple(table["articles"]),
    )

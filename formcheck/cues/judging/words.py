"""Words for findings, from ``advice.toml``: plain, kind, never medical."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from formcheck.cues.judging.limits import Limits
from formcheck.data import CueInfo, Verdict

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


def amount(value: float, sigma: float, unit: str) -> str:
    """A number with its uncertainty and unit, for people: "12 ± 3°"."""
    digits = DIGITS.get(unit, 1)
    shown = round(value, digits) + 0.0  # no "-0"
    return f"{shown:.{digits}f} ± {sigma:.{digits}f}{SIGNS.get(unit, f' {unit}')}"


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
    if verdict == "good":
        return what, ""
    general = table.get("any", {})
    tries = [own.get("try", general.get("try", "")), own.get("easier", general.get("easier", ""))]
    return what, " ".join(part for part in tries if part)


def not_seen(why: str, **details: str) -> tuple[str, str]:
    """Why a cue can't be judged, and how to film it."""
    table = texts()["not_seen"][why]
    return table["what"].format(**details), table["film"].format(**details)


def praise(cue: str) -> str:
    """A true good thing, as the end of "Well done: …"."""
    return str(texts()[cue]["good"]["praise"])


def title(cue: str) -> str:
    """The cue's name for people."""
    return str(texts()[cue]["title"])


def trouble(cue: str) -> str:
    """What is seen when the cue isn't good: "Hips rise first"."""
    table = texts()[cue]
    return str(table.get("trouble", table["title"]))


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
        trouble=table["trouble"],
    )

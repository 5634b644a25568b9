"""Everything there is to know about a cue, in words: for the terminal and for docs/cues.md.

Nothing is written twice: how a cue is measured is its function's docstring, the
numbers are those of ``limits.toml`` and ``views.toml``, the words those of ``advice.toml``.
"""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from formcheck.cues.judging import views, words
from formcheck.cues.judging.base import CUES, SET_CUES
from formcheck.cues.judging.limits import ANY_LIFT, Limit, Limits
from formcheck.cues.judging.views import Standpoint
from formcheck.reps.lifts import LIFTS

GROUPS = {
    "rep": "On every repetition",
    "set": "Over the set",
    "sets": "Over several sets",
}

SIGMA = (
    "Every number comes with its standard deviation σ, shown as ±. A fault has to clear its limit "
    "by σ and last for a tenth of a second. When σ is wider than the band between the two limits "
    "and the number doesn't stay clear of the first by σ, or too little was seen, the verdict is "
    "“can't judge”, with how to film it next time."
)
"""What holds for the number of every cue (evidence §1.2)."""

_SECTIONS = ("Parameters", "Returns", "Raises", "Notes")


@dataclass(frozen=True)
class Explanation:
    """A cue in words: rows of a heading with its paragraphs."""

    id: str
    title: str
    rows: Mapping[str, tuple[str, ...]]


def grouped(limits: Limits) -> dict[str, tuple[str, ...]]:
    """Cue ids by the heading they are listed under, in the order of the limits."""
    found: dict[str, list[str]] = {heading: [] for heading in GROUPS.values()}
    for cue in limits.cues:
        kind = "rep" if cue in CUES else "set" if cue in SET_CUES else "sets"
        found[GROUPS[kind]].append(cue)
    return {heading: tuple(cues) for heading, cues in found.items() if cues}


def explain(cue: str, limits: Limits) -> Explanation:
    """Explain one cue; KeyError when there are no limits or words for it."""
    table = words.texts()[cue]
    rows = {
        "Asks": (table["question"],),
        "Measures": (_sentence(table["quantity"]),),
        "How": _how(cue),
        "Uncertainty": tuple(table[key] for key in ("doubt",) if key in table),
        "Limits": tuple(_limits(cue, limits)),
        "Lifts": (_lifts(cue),),
        "Views": tuple(_views(cue)),
        "Can't tell": tuple(table[key] for key in ("unknown",) if key in table),
        "It may say": tuple(_said(table)),
        "To try": tuple(_tried(table)),
    }
    return Explanation(cue, table["title"], {name: row for name, row in rows.items() if row})


def limits_in_words(limit: Limit) -> str:
    """From where on it is worth watching, and a fault."""
    side = "above" if limit.fault > limit.watch else "below"
    watch, fault = (
        f"{side} {with_unit(value, limit.unit)}" for value in (limit.watch, limit.fault)
    )
    if limit.most == "watch":
        return (
            f"watch {watch} by more than its own uncertainty (σ). "
            "Never a fault, as the evidence is weak."
        )
    return f"watch {watch}; fault {fault} by more than its own uncertainty (σ)."


def with_unit(value: float, unit: str) -> str:
    """An exactly known number with its unit: "8°", "0.1 thigh lengths"."""
    return f"{value:g}{words.SIGNS.get(unit, f' {unit}')}"


def lift_name(lift: str) -> str:
    """A lift's name in a sentence; "any lift" for all without their own limits."""
    return LIFTS[lift].title if lift in LIFTS else "any lift" if lift == ANY_LIFT else lift


def _limits(cue: str, limits: Limits) -> list[str]:
    own = {lift: limit for (name, lift), limit in limits.table.items() if name == cue}
    lines = []
    for lift, limit in own.items():
        named = "" if lift == ANY_LIFT else f"For the {lift_name(lift)}: "
        lines.append(named + limits_in_words(limit))
        lines += [
            f"Yours: {change_in_words(key, value, standard, limit.unit)}."
            for key, value, standard in (
                (one.key, one.value, one.standard)
                for one in limits.changes
                if (one.cue, one.lift) == (cue, lift) and one.key != "source"
            )
        ]
        lines.append(f"Source: {limit.source}.")
    return lines


def change_in_words(key: str, value: float | str, standard: float | str, unit: str) -> str:
    """What a coach's file changed: "watch 0.05 (standard 0.1) thigh lengths"."""
    if key in {"most", "source"}:
        return f"{key} {value!r} (standard {standard!r})"
    own, usual = f"{float(value):g}", f"{float(standard):g}"
    if key in {"watch", "fault"}:
        sign = words.SIGNS.get(unit)
        unit_text = "" if sign is not None else f" {unit}"
        return f"{key} {own}{sign or ''} (standard {usual}{sign or ''}){unit_text}"
    return f"{key} {own} (standard {usual})"


def _how(cue: str) -> tuple[str, ...]:
    """How it is measured: the docstring of its function, without its formal parts."""
    measure = _function(cue)
    text = inspect.getdoc(measure) if measure else None
    if not text:
        return ()
    text = re.split(rf"^(?:{'|'.join(_SECTIONS)})\n-+$", text, flags=re.MULTILINE)[0]
    text = text.replace("``", "")
    return tuple(" ".join(part.split()) for part in text.strip().split("\n\n"))


def _function(cue: str) -> Callable[..., Any] | None:
    if cue in CUES:
        return CUES[cue].measure
    if cue in SET_CUES:
        return SET_CUES[cue].measure
    module = importlib.import_module(f"formcheck.cues.{cue}")
    found: Callable[..., Any] | None = getattr(module, cue, None)
    return found


def _lifts(cue: str) -> str:
    known = CUES.get(cue) or SET_CUES.get(cue)
    if known is None or known.lifts >= set(LIFTS):
        return "all"
    return ", ".join(LIFTS[name].title for name in LIFTS if name in known.lifts)


def _views(cue: str) -> Iterator[str]:
    for one_leg in (False, True):
        where = views.standpoint(cue, one_leg=one_leg)
        if where.one_leg == one_leg:
            yield f"{'On one leg: ' if one_leg else ''}{standpoint_in_words(where)}"
            yield f"Source: {where.source}."


def standpoint_in_words(where: Standpoint) -> str:
    """Between which yaws the camera may stand, and what such views are called."""
    if where.names == set(views.RANGES):
        return "any"
    names = ", ".join(name for name in views.RANGES if name in where.names)
    if not where.from_deg:
        return f"within {where.to_deg:g}° of a true side view ({names})"
    up_to = f"to {where.to_deg:g}°" if where.to_deg < views.FRONT_DEG else "or more"
    return f"{where.from_deg:g}° {up_to} from a true side view ({names})"


def _said(table: Mapping[str, Any]) -> list[str]:
    found = [
        _blank(table[verdict]["what"]) for verdict in ("good", "watch", "fault") if verdict in table
    ]
    notes = [note["what"] for note in table.get("notes", {}).values() if "what" in note]
    return list(dict.fromkeys([*found, *map(_blank, notes)]))


def _tried(table: Mapping[str, Any]) -> list[str]:
    places = [table.get("any", {}), table.get("watch", {}), table.get("fault", {})]
    places += table.get("notes", {}).values()
    tries = [place[key] for key in ("try", "easier") for place in places if key in place]
    return list(dict.fromkeys(map(_blank, tries)))


def _blank(text: str) -> str:
    """A sentence with "…" where the numbers will stand."""
    return re.sub(r"\{\w+\}", "…", text)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"

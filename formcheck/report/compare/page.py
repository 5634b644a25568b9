"""``compare.html``: both sets on one page that opens offline, on a phone or printed.

Its content security policy forbids every request but to the film beside it. The film is in
it where it is small enough to send on, else linked.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2

from formcheck.cues.judging import guidance
from formcheck.report import wording
from formcheck.report.compare import words
from formcheck.report.compare.change import Change, Kind, Told
from formcheck.report.compare.sets import Comparison, CueChange
from formcheck.report.page import (
    EMBED_UP_TO_BYTES,
    asset,
    base64_of,
    environment,
    write_parts,
)
from formcheck.version import version

CHANGED: frozenset[Kind] = frozenset({"better", "worse", "moved"})
_ROOM = 0.15  # of the numbers' span, beyond both ends of a bar


@dataclass(frozen=True)
class Dots:
    """Both sides' numbers on one bar; places are percent of its width, from the left.

    ``a`` and ``b`` are (low, value, high), low and high one σ away.
    """

    a: tuple[float, float, float]
    b: tuple[float, float, float]


def write_page(
    found: Comparison,
    said: tuple[Mapping[str, Any], Mapping[str, Any]],
    path: Path,
    film: Path | None = None,
) -> None:
    """Write the page, whole or not at all.

    Parameters
    ----------
    found
        What to show.
    said
        Both sets as ``analysis.json`` has them.
    path
        The file to write.
    film
        Both in step, for a page in the same folder.

    Raises
    ------
    OutputError
        The file can't be written.
    """
    embedded = film is not None and film.stat().st_size <= EMBED_UP_TO_BYTES
    page = (
        _environment()
        .get_template("compare.html.j2")
        .generate(
            **shown(found, said),
            safety=guidance.safety(),
            film=None if film is None else {"name": film.name, "href": quote(film.name)},
            film_data=base64_of(film) if film is not None and embedded else None,
            css=asset("report.css") + asset("compare.css"),
            js=asset("compare.js"),
            version=version(),
        )
    )
    write_parts(page, path)


def shown(found: Comparison, said: tuple[Mapping[str, Any], Mapping[str, Any]]) -> dict[str, Any]:
    """Give what a page shows of a comparison, by the names that its template has for it."""
    grid = _grid(found)
    return {
        "found": found,
        "title": words.title(found),
        "headline": words.headline(found),
        "tally": words.tally(found),
        "notes": words.notes(found),
        "rule": words.RULE,
        "neither": words.NEITHER,
        "sets": [_set(*one) for one in zip("AB", found.names, said, strict=True)],
        "groups": _groups(found),
        "grid": grid,
        "kinds": _kinds(grid),
        "unchanged": [one.title for one in _told_by_rep(found) if not _changes(one)],
        "untold": _untold(found),
        "quantities": _quantities(found),
        "has_bar": any(one.name.startswith("bar_") for one in found.quantities),
    }


@functools.cache
def _environment() -> jinja2.Environment:
    made = environment()
    made.globals |= {"SYMBOLS": wording.SYMBOLS, "WORDS": wording.WORDS}
    made.globals |= {"SIGNS": words.SIGNS, "HEADINGS": words.HEADINGS}
    return made


def _set(letter: str, name: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """What a set is, in a few words."""
    count, view, score = len(said["reps"]), said["view"], said["set"]["score"]
    yaw = "" if view["yaw_deg"] is None else f", {view['yaw_deg']:.0f}° from a true side view"
    return {
        "letter": letter,
        "name": "" if name == letter else name,
        "reps": f"{count} rep{'' if count == 1 else 's'}",
        "view": f"{view['name']}{yaw}",
        "score": "" if score is None else f"{score:.0f} of 100",
        "limits": said["limits"],
    }


def _groups(found: Comparison) -> list[dict[str, Any]]:
    """The cues by what became of them, those that can't be compared left out."""
    return [
        {"kind": kind, "rows": [_row(one) for one in found.of(kind)]}
        for kind in words.ORDER
        if kind != "unknown" and found.of(kind)
    ]


def _row(cue: CueChange) -> dict[str, Any]:
    one = cue.over_set
    return {
        "title": cue.title,
        "sides": [_side(letter, told, one.unit) for letter, told in (("A", one.a), ("B", one.b))],
        "difference": words.difference(one),
        "each": words.each(cue),
        "dots": _dots(one),
    }


def _side(letter: str, told: Told, unit: str) -> dict[str, Any]:
    return {
        "letter": letter,
        "verdict": told.verdict,
        "value": words.value(told, unit),
        "counted": words.counted(told),
    }


def _dots(one: Change) -> Dots | None:
    """Both numbers on one bar; None where one isn't known."""
    ends = [
        (told.value - told.sigma, told.value, told.value + told.sigma) for told in (one.a, one.b)
    ]
    every = [value for side in ends for value in side]
    if not all(map(math.isfinite, every)):
        return None
    low, high = min(every), max(every)
    room = _ROOM * (high - low) or 1.0
    low, high = low - room, high + room

    def percent(side: tuple[float, float, float]) -> tuple[float, float, float]:
        first, middle, last = (round(100 * (value - low) / (high - low), 2) for value in side)
        return first, middle, last

    return Dots(percent(ends[0]), percent(ends[1]))


def _told_by_rep(found: Comparison) -> list[CueChange]:
    """The cues of which something is told on a pair of repetitions, if there are several."""
    if len(found.pairs) < 2:
        return []
    return [
        cue
        for kind in words.ORDER
        for cue in found.of(kind)
        if len(cue.reps) == len(found.pairs) and any(rep.kind != "unknown" for rep in cue.reps)
    ]


def _changes(cue: CueChange) -> bool:
    return any(rep.kind in CHANGED for rep in cue.reps)


def _grid(found: Comparison) -> list[dict[str, Any]]:
    """What became of a cue on each pair of repetitions, where it changed on one."""
    return [
        {"title": cue.title, "cells": list(zip(found.pairs, cue.reps, strict=True))}
        for cue in _told_by_rep(found)
        if _changes(cue)
    ]


def _kinds(grid: list[dict[str, Any]]) -> list[Kind]:
    """The signs in the grid, to be explained under it."""
    shown = {rep.kind for row in grid for _, rep in row["cells"]}
    return [kind for kind in words.ORDER if kind in shown]


def _quantities(found: Comparison) -> list[dict[str, Any]]:
    rows = []
    for one in found.quantities:
        change = one.change
        none = change.why if change.kind == "unknown" else "no change that can be told"
        rows.append(
            {
                "title": one.title,
                "a": words.value(change.a, change.unit),
                "b": words.value(change.b, change.unit),
                "difference": words.difference(change),
                "word": one.word or none,
                "told": bool(one.word),
            }
        )
    return rows


def _untold(found: Comparison) -> list[dict[str, str]]:
    """Why cues can't be compared, those with the same reason together."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for cue in found.of("unknown"):
        reasons.setdefault((cue.over_set.why, cue.over_set.film), []).append(cue.title)
    return [
        {"titles": ", ".join(titles), "why": why, "film": film}
        for (why, film), titles in reasons.items()
    ]

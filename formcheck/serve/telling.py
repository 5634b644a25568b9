"""What a client says with a film: plain text from a form or an upload, made sense of."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from formcheck.errors import BadRequest
from formcheck.history.names import one_line
from formcheck.reps.lifts import LIFTS
from formcheck.serve.kept.uploads import Said

MOST_LETTERS = {"lift": 40, "load_kg": 12, "target_reps": 6, "side": 8, "notes": 2000}
"""The fields, and how long each may be."""

LONGEST_NAME = 120
HEAVIEST_KG = 600.0
"""A fifth more than anybody has lifted."""

MOST_REPS = 200
SIDES = ("left", "right")
NAMELESS = "film"


def fields_of(told: Mapping[str, str]) -> dict[str, str]:
    """Give the fields that we know, without what no text holds.

    Raises
    ------
    BadRequest
        One is too long.
    """
    fields = {}
    for name, most in MOST_LETTERS.items():
        lines = [one_line(line) for line in told.get(name, "").splitlines()]
        text = "\n".join(lines).strip()
        if len(text) > most:
            raise BadRequest(f"{_CALLED[name]} is longer than {most} letters.")
        if text:
            fields[name] = text
    return fields


def said_of(fields: Mapping[str, str]) -> Said:
    """Understand the fields.

    Raises
    ------
    BadRequest
        A number isn't one, or a lift or side isn't known; the message is for the client.
    """
    lift = fields.get("lift", "")
    if lift and lift not in LIFTS:
        raise BadRequest("That lift isn't one of the list.")
    side = fields.get("side", "")
    if side and side not in SIDES:
        raise BadRequest("The side is left or right.")
    load_kg = _number(fields.get("load_kg", ""), "The load", HEAVIEST_KG)
    reps = _number(fields.get("target_reps", ""), "Repetitions", MOST_REPS)
    if not math.isnan(reps) and (reps < 1 or reps != int(reps)):
        raise BadRequest("Repetitions are a whole number.")
    return Said(
        lift=lift,
        load_kg=load_kg,
        target_reps=None if math.isnan(reps) else int(reps),
        side=side,
        notes=fields.get("notes", ""),
    )


def together(before: Said, now: Said) -> Said:
    """What is said of a film that was sent before: the new where something was said."""
    return replace(
        before,
        lift=now.lift or before.lift,
        load_kg=before.load_kg if math.isnan(now.load_kg) else now.load_kg,
        target_reps=now.target_reps or before.target_reps,
        side=now.side or before.side,
        notes=now.notes or before.notes,
    )


def film_name(text: str) -> str:
    """Give a film's name as the phone has it, without folders: it is shown, never a path."""
    name = one_line(text.replace("\\", "/").rpartition("/")[2])
    return name[-LONGEST_NAME:].lstrip(".") or NAMELESS


_CALLED = {
    "lift": "The lift",
    "load_kg": "The load",
    "target_reps": "Repetitions",
    "side": "The side",
    "notes": "The note",
}


def _number(text: str, called: str, most: float) -> float:
    if not text:
        return math.nan
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        raise BadRequest(f"{called}: give a number.") from None
    if not 0 <= number <= most:  # nor NaN
        raise BadRequest(f"{called}: give a number up to {most:g}.")
    return number

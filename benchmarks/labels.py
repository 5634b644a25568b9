"""What the words of the labelled clips mean to us, as ``labels.toml`` has it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

TABLE = Path(__file__).with_suffix(".toml")

Called = Literal["correct", "clean", "unstated", "wrong", "unknown"]


@dataclass(frozen=True)
class Seen:
    """What a person saw of the technique.

    called  what they say of the whole: see ``[called]`` of the table
    faults  cues that should find something
    either  cues of which one should
    doubts  cues that nobody should be held to
    flat    the back is flat to the eye
    """

    called: Called = "unknown"
    faults: frozenset[str] = field(default_factory=frozenset)
    either: frozenset[str] = field(default_factory=frozenset)
    doubts: frozenset[str] = field(default_factory=frozenset)
    flat: bool = False

    @property
    def named(self) -> frozenset[str]:
        """All cues of which something was said."""
        return self.faults | self.either | self.doubts


@cache
def table() -> Mapping[str, Any]:
    """The table as it stands in the file."""
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def names_of(exercise: str) -> tuple[str, ...]:
    """The names of ours that are right for an exercise; none for another movement.

    >>> names_of("deadlift (Romanian, dumbbells)")
    ('romanian_deadlift',)
    """
    return tuple(_first(table()["exercise"], exercise) or ())


def view_of(words: str) -> str:
    """From where it is filmed: "side", "oblique", "back oblique", "front" or "other"."""
    start = re.split(r" then |, from | \(0-", words)[0]
    if start.startswith("front oblique"):
        return "oblique"
    if start.startswith("side"):
        return "side"
    return _first(table()["view"], start) or "other"


def seen_in(faults: str, notes: str = "") -> Seen:
    """What the words for a clip's faults and its notes say of the technique."""
    found: dict[str, set[str]] = {"fault": set(), "either": set(), "doubt": set()}
    for row in _taken(f"{faults}; {notes}".lower()):
        for kind, cues in found.items():
            cues.update(row.get(kind, ()))
    called: Called = _first(table()["called"], faults) or "unknown"
    flat = any(words in notes.lower() for words in table()["flat"]["words"])
    return Seen(
        called,
        frozenset(found["fault"]),
        frozenset(found["either"]),
        frozenset(found["doubt"] - found["fault"] - found["either"]),
        flat=flat or called == "correct",
    )


def seen_of(dials: Mapping[str, float]) -> Seen:
    """What a rendered lifter's dials make to be seen; without any it is correct."""
    known = table()["dials"]
    turned = [known[name] for name, value in dials.items() if value >= known[name]["from"]]
    faults = frozenset(one["cue"] for one in turned)
    return Seen("wrong" if faults else "correct", faults, flat="lumbar_rounding" not in faults)


def _taken(text: str) -> Iterator[Mapping[str, Any]]:
    """Rows of ``[[seen]]`` whose words are there; each word is taken but once."""
    for row in table()["seen"]:
        if row["words"] in text:
            text = text.replace(row["words"], " ")
            yield row


def _first(meanings: Mapping[str, Any], text: str) -> Any:
    words = text.lower()
    return next((meaning for key, meaning in meanings.items() if key in words), None)

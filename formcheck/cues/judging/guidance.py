"""What no camera sees, and what is said before any coaching.

The words are in ``unseen.toml`` and ``safety.toml``; report, terminal and docs
show the same ones.
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from formcheck.reps.lifts import LIFTS

UNSEEN_TITLE = "What no camera sees, and what helps"


@dataclass(frozen=True)
class Passage:
    """A heading with paragraphs and perhaps a list.

    ``paragraphs`` come first, ``items`` end the last of them.
    """

    title: str
    paragraphs: tuple[str, ...]
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unseen:
    """Something that matters and that no camera shows, with advice on it."""

    title: str
    what: str
    advice: str


@dataclass(frozen=True)
class Safety:
    """What is said before any coaching; ``short`` is its one sentence that always shows."""

    title: str
    short: str
    first: Passage
    pain: Passage
    urgent: Passage
    reading: Passage


@functools.cache
def unseen() -> tuple[Unseen, ...]:
    """What no camera sees."""
    return tuple(
        Unseen(one["title"], one["what"], one["advice"])
        for one in _read("unseen.toml")["unseen"].values()
    )


def disputed() -> str:
    """Whether to do deadlifts with a sore back is disputed."""
    return str(_read("unseen.toml")["deadlifts"]["what"])


def deadlifts(lift: str) -> str:
    """That, beside a deadlift: a hinge with a weight hanging from the hands; "" of other lifts."""
    kind = LIFTS[lift]
    hangs = kind.family == "hinge" and kind.load == "hands" and not kind.swung
    return disputed() if hangs else ""


@functools.cache
def safety() -> Safety:
    """Who asks a professional first, what to do on pain, when to get help."""
    table = _read("safety.toml")
    passages = {name: _passage(table[name]) for name in ("first", "pain", "urgent", "reading")}
    return Safety(table["title"], table["short"], **passages)


def _passage(table: dict[str, Any]) -> Passage:
    what = table["what"]
    paragraphs = (what,) if isinstance(what, str) else tuple(what)
    return Passage(table["title"], paragraphs, tuple(table.get("list", ())))


@functools.cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files("formcheck.cues").joinpath(name).read_text("utf-8"))

"""What no camera sees, what is said before any coaching, and the articles.

The words are in ``unseen.toml`` and ``safety.toml``; report, terminal and docs
show the same ones.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

UNSEEN_TITLE = "What no camera sees, and what the articles advise"


@dataclass(frozen=True)
class Passage:
    """A heading with paragraphs and perhaps a list.

    ``paragraphs`` come first, ``items`` end the last of them; ``articles`` are
    the numbers of those that say it.
    """

    title: str
    paragraphs: tuple[str, ...]
    items: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unseen:
    """Something that matters and that no camera shows, with the articles' advice."""

    title: str
    what: str
    advice: str
    articles: tuple[str, ...]


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
        Unseen(one["title"], one["what"], one["advice"], tuple(one["articles"]))
        for one in _read("unseen.toml")["unseen"].values()
    )


@functools.cache
def deadlifts() -> Passage:
    """How the articles differ about deadlifts."""
    return _passage(_read("unseen.toml")["deadlifts"])


@functools.cache
def safety() -> Safety:
    """Who asks a professional first, what to do on pain, when to get help."""
    table = _read("safety.toml")
    passages = {name: _passage(table[name]) for name in ("first", "pain", "urgent", "reading")}
    return Safety(table["title"], table["short"], **passages)


def article(number: str) -> str:
    """An article's number, title and kind of author, as a line."""
    one = _read("unseen.toml")["articles"][number]
    return f'{number} "{one["title"]}", {one["by"]}'


def cited(numbers: Sequence[str]) -> str:
    """Numbers of articles in brackets: "(articles 001, 002)"."""
    return f"({'article' if len(numbers) == 1 else 'articles'} {', '.join(numbers)})"


def _passage(table: dict[str, Any]) -> Passage:
    what = table["what"]
    paragraphs = (what,) if isinstance(what, str) else tuple(what)
    return Passage(table["title"], paragraphs, tuple(table.get("list", ())))


@functools.cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files("formcheck.cues").joinpath(name).read_text("utf-8"))

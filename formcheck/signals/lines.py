"""The lines that decide what a movement is, and what was read on either side of them.

``lines.toml`` holds each line: its value, its unit, what the two groups that it
parts read on labelled clips, and how often a line chosen without a source errs on
that source. ``python -m benchmarks lines`` writes the readings and leaves values and
spreads as they are, ``python -m benchmarks lines --check`` says whether reading anew
gives the same.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from math import nan

import msgspec


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one side of a line reads.

    who           whose readings, in words
    readings      how many there are
    clips         from how many clips
    sources       from how many sources (who filmed or published them)
    least, most   the extremes
    middle        the median
    spread        half of what the middle two thirds span
    wrong         how many lie on the other side of the line
    """

    who: str
    readings: int
    clips: int
    sources: int
    least: float
    middle: float
    most: float
    spread: float
    wrong: int


class LeftOut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a line does that is chosen from all sources but one, on that one.

    readings      how many could be tried; none where a group has one source alone
    wrong         how many of them lay on the wrong side of such a line
    least, most   the lines so chosen
    """

    readings: int
    wrong: int
    least: float
    most: float


NOBODY = Group("nobody yet", 0, 0, 0, nan, nan, nan, nan, 0)
NOT_TRIED = LeftOut(0, 0, nan, nan)


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line between two groups.

    value         where it lies
    unit          of all its numbers
    reads         the quantity, in words
    spread        distance from it at which a step of the tree is sure to 0.88; 0 for
                  a line that is crossed or not
    under, over   the groups below and above it
    best          the line with the fewest errors on all readings, each group counting alike
    left_out      the same, tried with whole sources left out in turn
    lies          how the value lies to the readings: "between the groups", "between their
                  middles" (some are on the wrong side), "beyond a middle", or "a group is unseen"
    """

    value: float
    unit: str
    reads: str
    spread: float = 0.0
    under: Group = NOBODY
    over: Group = NOBODY
    best: float = nan
    left_out: LeftOut = NOT_TRIED
    lies: str = "a group is unseen"


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the readings were taken from, and when."""

    date: str
    clips: str
    method: str


class Lines(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All lines, by the module that they are used in."""

    recipe: Recipe
    recognise: dict[str, Line]
    cycles: dict[str, Line]
    carry: dict[str, Line]


@cache
def lines() -> Lines:
    """What ``lines.toml`` says."""
    text = (files("formcheck.signals") / "lines.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Lines)


def line(module: str, name: str) -> Line:
    """One line by the module that uses it and its name there."""
    table: dict[str, Line] = getattr(lines(), module)
    return table[name]

"""A table as it comes out of its file: lines of cells, before anything is understood."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from formcheck.tables.words import says_nothing

MOST_ROWS = 100_000
"""Ten years of a gym's uploads; more is not a list of films."""

MOST_BYTES = 50_000_000
"""500 bytes for each of them."""

MOST_COLUMNS = 200


@dataclass(frozen=True)
class Formula:
    """A cell whose result isn't in the file: no program has worked it out yet."""

    text: str


Value = str | float | datetime.datetime | datetime.date | datetime.time | Formula | None
"""What a cell may hold; a CSV file has texts alone."""


@dataclass(frozen=True)
class Line:
    """One line of a table.

    number   as a spreadsheet counts, from 1
    links    where a cell leads to when it is clicked, by the cell's place in the line
    trouble  why its cells can't be told apart, "" when they can
    """

    number: int
    cells: tuple[Value, ...]
    links: Mapping[int, str] = field(default_factory=dict)
    trouble: str = ""

    @property
    def blank(self) -> bool:
        """Whether there is nothing in it."""
        return not self.trouble and all(says_nothing(text_of(value)) for value in self.cells)


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook, or all of a CSV file.

    title   "" for the only one
    loose   whether a line may have more cells than the head: in a spreadsheet they stand
            in their columns, in a CSV file a separator too many has moved them
    hidden  whether a person who opens the file doesn't see it
    """

    title: str
    lines: tuple[Line, ...]
    loose: bool = False
    hidden: bool = False


def text_of(value: Value) -> str:
    """Write a cell as text: no spaces around it, 100 and not 100.0; a name stays as it is."""
    if value is None:
        return ""
    if isinstance(value, Formula):
        return value.text
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def plain_of(value: Value) -> str:
    """Write what is no name: single spaces, and no "'", a spreadsheet's mark of text."""
    return " ".join(text_of(value).removeprefix("'").split())

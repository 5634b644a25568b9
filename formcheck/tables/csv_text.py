"""The text of a CSV file to lines of cells, whatever program and country they come from."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import TypeVar

from formcheck.errors import BadRequest
from formcheck.tables.grid import MOST_COLUMNS, MOST_ROWS, Line

_Row = TypeVar("_Row")

SEPARATORS = ";,\t|"
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?[;,\t]*(?:\r\n|\r|\n|$)', re.IGNORECASE)


def named_separator(text: str) -> tuple[str, str]:
    """Take off Excel's first line "sep=;": the separator it names ("" if none) and the rest."""
    found = _SEPARATOR_LINE.match(text)
    return (found[1], text[found.end() :]) if found else ("", text)


def lines_of(text: str, separator: str) -> list[Line]:
    """Cut a text into lines of cells.

    A quotation mark that nothing closes would swallow all lines below it: then a cell
    ends with its line at the latest, and the line says what is wrong with it.
    """
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        return [Line(number, _few(cells)) for number, cells in _numbered(rows)]
    except csv.Error:
        lines = io.StringIO(text, newline="")
        return [_alone(number, line, separator) for number, line in _numbered(lines)]


def _alone(number: int, line: str, separator: str) -> Line:
    line = line.rstrip("\r\n")
    for strict in (True, False):
        try:
            cells = [_few(row) for row in csv.reader([line], delimiter=separator, strict=strict)]
        except csv.Error:
            if line.count('"') % 2:
                break
        else:
            return Line(number, cells[0] if cells else ())
    return Line(number, (), trouble="a quotation mark isn't closed.")


def _few(cells: list[str]) -> tuple[str, ...]:
    return tuple(cells[: MOST_COLUMNS + 1])


def _numbered(rows: Iterable[_Row]) -> Iterator[tuple[int, _Row]]:
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise BadRequest(f"it has more than {MOST_ROWS} rows. Split it into several.")
        yield number, row

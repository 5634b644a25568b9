"""Read a list of films or a training log as people keep them: one reader for both.

What isn't understood is named, and the rest is read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from formcheck.errors import BadRequest
from formcheck.intake import decoded, read_bytes
from formcheck.report.record import printable
from formcheck.tables.csv_text import SEPARATORS, lines_of, named_separator
from formcheck.tables.grid import MOST_BYTES, Line, Sheet, Value, text_of
from formcheck.tables.heads import Column, Head, find_head
from formcheck.tables.words import says_nothing
from formcheck.tables.workbook import read_workbook

TABLES = frozenset({".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm"})
OTHER_TABLES = frozenset({".xls", ".ods", ".numbers"})
SHOWN_ROWS, SHOWN_NOTES = 5, 40
"""Of the rows of which the same is to be said, and of what is to be said: enough to see
what is wrong with a list, and still a page."""

_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Cell:
    """What a row says of one thing.

    value   text, number or date, never empty
    column  where it stands
    link    where the cell leads to when it is clicked, "" if nowhere
    """

    value: Value
    column: Column
    link: str = ""

    @property
    def text(self) -> str:
        """The value as text."""
        return text_of(self.value)


@dataclass(frozen=True)
class Row:
    """A row: where it is, such as "row 3", and what it says."""

    place: str
    cells: Mapping[str, Cell]

    def text(self, said: str) -> str:
        """Give one of its cells as text, "" when it is empty."""
        return self.cells[said].text if said in self.cells else ""


@dataclass
class Notes:
    """What is to be said to the user of a table.

    lost  rows that had to be left out
    """

    name: str
    lost: int = 0
    _said: dict[str, list[str]] = field(default_factory=dict)

    def say(self, text: str, place: str = "") -> None:
        """Say something, of the whole table or of a row."""
        self._said.setdefault(text, []).append(place)

    def lose(self, text: str, place: str) -> None:
        """Say why a row is left out."""
        self.lost += 1
        self.say(f"left out: {text}", place)

    def lines(self) -> list[str]:
        """All that is to be said, rows of which the same is said together."""
        told = [f"{self.name}: {_of(places)}{text}" for text, places in self._said.items()]
        more = len(told) - SHOWN_NOTES
        if more > 0:
            told[SHOWN_NOTES:] = [f"{self.name}: and {more} remarks more, of other rows."]
        return told


@dataclass(frozen=True)
class Table:
    """The rows that could be told apart, and what is to be said of the table."""

    rows: tuple[Row, ...]
    notes: Notes


def read_table(path: Path, need: Sequence[str], use: Collection[str]) -> Table:
    """Read a table.

    Parameters
    ----------
    path
        A file in CSV, with whatever separator and encoding, or an Excel workbook; what
        it is called doesn't matter.
    need
        What columns must say, such as "file" (``words.toml`` has the names).
    use
        What columns may say; of others it is told that they aren't used.

    Raises
    ------
    BadRequest
        It can't be read, is no table, or has no line that names the columns needed.
    """
    name = printable(path.name)
    notes = Notes(name)
    if path.suffix.lower() in OTHER_TABLES:
        raise BadRequest(f"{name}: this kind of table isn't read. Save it as .xlsx or .csv.")
    data = read_bytes(path, MOST_BYTES, called=name)
    try:
        sheets = _sheets(path, data, need, notes)
        rows: list[Row] = []
        for sheet, head in _with_heads(sheets, need, notes):
            before = f"sheet {sheet.title!r}, " if len(sheets) > 1 else ""
            rows += _rows(sheet, head, before, notes)
            _say_unused(sheet, head, use, before, notes)
    except BadRequest as problem:
        raise BadRequest(f"{name}: {problem}") from problem
    return Table(tuple(rows), notes)


def nothing_left(table: Table, what: str) -> BadRequest:
    """Give the error of a table from which no row at all can be used."""
    said = " ".join(table.notes.lines()[:SHOWN_ROWS])
    name = table.notes.name
    return BadRequest(said if table.notes.lost else f"{name}: {what}")


def _sheets(path: Path, data: bytes, need: Sequence[str], notes: Notes) -> list[Sheet]:
    if data.startswith(_ZIP):
        return read_workbook(data)
    if data.startswith(_OLD_EXCEL):
        raise BadRequest(
            "it is locked by a password, or Excel's format of before 2007. Save it as .xlsx "
            "without a password."
        )
    if path.suffix.lower() in {".xlsx", ".xlsm"} and b"\0" in data:
        raise BadRequest("it is not an Excel table that can be read. Save it anew, or as CSV.")
    text, guessed = decoded(data)
    if guessed:
        notes.say(
            "its text is neither UTF-8 nor UTF-16 and was read as Windows writes it (1252). "
            "If a name looks wrong, save the list as CSV in UTF-8."
        )
    separator, text = named_separator(text)
    return [_cut(text, separator or SEPARATORS, need)]


def _cut(text: str, separators: str, need: Sequence[str]) -> Sheet:
    """Cut a text into cells by whichever separator makes most of it."""
    every = [Sheet("", tuple(lines_of(text, one))) for one in separators]
    best = max(every, key=lambda sheet: _worth(sheet, need))
    if find_head(best.lines, need) is None and text.startswith('"'):
        # A spreadsheet that took each row for one cell has put each between quotation marks.
        rows = [[cell for value in line.cells if (cell := text_of(value))] for line in best.lines]
        inner = "\n".join(row[0] if row else "" for row in rows)
        if all(len(row) <= 1 for row in rows) and not inner.startswith('"'):
            return _cut(inner, separators, need)
    return best


def _worth(sheet: Sheet, need: Sequence[str]) -> tuple[int, int]:
    head = find_head(sheet.lines, need)
    if head is None:
        return (0, max((len(line.cells) for line in sheet.lines[:10]), default=0))
    return (len(head.columns), head.width)


def _with_heads(
    sheets: Sequence[Sheet], need: Sequence[str], notes: Notes
) -> Iterator[tuple[Sheet, Head]]:
    found, lacking = [], []
    for sheet in sheets:
        head = find_head(sheet.lines, need)
        missing = [one for one in need if head is None or one not in head.columns]
        if head is not None and not missing and not sheet.hidden:
            found.append((sheet, head))
        elif any(not line.blank for line in sheet.lines):
            lacking.append((sheet, head, missing))
    if not found:
        raise _no_head(lacking, need)
    for sheet, _, missing in lacking:
        why = f"it has no column {missing[0]!r}" if missing else "it is hidden"
        notes.say(f"sheet {sheet.title!r} isn't used: {why}.")
    yield from found


def _no_head(
    lacking: Sequence[tuple[Sheet, Head | None, list[str]]], need: Sequence[str]
) -> BadRequest:
    if not lacking:
        return BadRequest(f"it is empty. Its first row names the columns: {', '.join(need)}.")
    sheet, head, missing = min(lacking, key=lambda one: len(one[2]))
    if not missing:
        return BadRequest(f"sheet {sheet.title!r} is hidden, and no other has rows. Show it.")
    at = head.at if head else next(i for i, line in enumerate(sheet.lines) if not line.blank)
    line = sheet.lines[at]
    names = ", ".join(repr(text) for value in line.cells[:10] if (text := text_of(value)))
    return BadRequest(
        f"no column {missing[0]!r}. Row {line.number} has {names or 'nothing'}; call one of them "
        f"{missing[0]!r}."
    )


def _rows(sheet: Sheet, head: Head, before: str, notes: Notes) -> Iterator[Row]:
    first = sheet.lines[head.at]
    lines = [
        line
        for line in sheet.lines[head.at + 1 :]
        if not line.blank and line.cells != first.cells  # again, as on every printed page
    ]
    # A separator behind every row means nothing; behind one it has moved that row's cells.
    width = max(len(first.cells), min((len(line.cells) for line in lines), default=0))
    for line in lines:
        place = f"{before}row {line.number}"
        surplus = len(line.cells) > width or any(map(text_of, line.cells[head.width :]))
        if line.trouble:
            notes.lose(line.trouble, place)
        elif surplus and not sheet.loose:
            notes.lose(
                f"it has more cells than the {head.width} that the columns' names give. Put text "
                'with a separator in it, such as 82,5, between quotation marks (").',
                place,
            )
        else:
            yield Row(place, _cells(line, head, place, notes))


def _cells(line: Line, head: Head, place: str, notes: Notes) -> dict[str, Cell]:
    cells: dict[str, Cell] = {}
    for said, columns in head.columns.items():
        for column in columns:
            value = line.cells[column.place] if column.place < len(line.cells) else None
            text = text_of(value)
            link = line.links.get(column.place, "")
            if says_nothing(text) and not link:
                continue
            first = cells.setdefault(said, Cell(value, column, link))
            if first.text != text and first.column.unit == column.unit:
                notes.say(
                    f"columns {first.column.name!r} and {column.name!r} both say {said}, and "
                    f"differ; {first.text!r} counts.",
                    place,
                )
    return cells


def _say_unused(sheet: Sheet, head: Head, use: Collection[str], before: str, notes: Notes) -> None:
    used = {
        column.place for said, columns in head.columns.items() if said in use for column in columns
    }
    filled = {
        place
        for line in sheet.lines[head.at + 1 :]
        for place, value in enumerate(line.cells)
        if place not in used and not says_nothing(text_of(value))
    }
    if not sheet.loose:
        filled = {place for place in filled if place < head.width}
    names = [repr(head.names.get(place, f"no. {place + 1}")) for place in sorted(filled)]
    if names:
        columns = "column" if len(names) == 1 else "columns"
        isnt = "isn't" if len(names) == 1 else "aren't"
        notes.say(f"{before}{columns} {', '.join(names)} {isnt} used.")


def _of(places: Sequence[str]) -> str:
    known = [place for place in places if place]
    if not known:
        return ""
    more = len(known) - SHOWN_ROWS
    return f"{', '.join(known[:SHOWN_ROWS])}{f' and {more} more' if more > 0 else ''}: "

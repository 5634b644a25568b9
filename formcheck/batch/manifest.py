"""A manifest: a table in CSV or Excel with a row for each film."""

from __future__ import annotations

import csv
import datetime
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from formcheck.batch.entry import Entry, client_name
from formcheck.batch.names import printable
from formcheck.cues import parse_tempo
from formcheck.errors import BadRequest
from formcheck.reps.lifts import LIFTS, known_lift

MANIFESTS = frozenset({".csv", ".xlsx"})
COLUMNS = (
    *("client", "file", "lift", "load_kg", "target_reps"),
    *("tempo", "date", "notes", "side"),
)
SIDES = ("", "left", "right")
MOST_KG, MOST_REPS, MOST_ROWS = 1000.0, 1000, 100_000
SHOWN = 5  # of the mistakes, so that the message stays readable
SEPARATORS = ",;\t"

Row = Mapping[str, Any]


def read_manifest(path: Path) -> list[Entry]:
    """Read a manifest; its files are named from the folder it is in.

    Raises
    ------
    BadRequest
        It can't be read, has no column "file", or rows make no sense; the message
        names each row by its number in the table.
    """
    name = printable(path.name)
    rows = list(_csv_rows(path) if path.suffix.lower() == ".csv" else _excel_rows(path))
    entries, mistakes = [], []
    for number, row in rows:
        if not any(_text(value) for value in row.values()):
            continue
        try:
            entries.append(_entry(path.parent, row))
        except BadRequest as problem:
            mistakes.append(f"row {number}: {problem}")
    if mistakes:
        more = f" And {len(mistakes) - SHOWN} more." if len(mistakes) > SHOWN else ""
        raise BadRequest(f"{name}: {' '.join(mistakes[:SHOWN])}{more}")
    return entries


def _csv_rows(path: Path) -> Iterator[tuple[int, Row]]:
    name = printable(path.name)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = file.readline()
            file.seek(0)
            separator = max(SEPARATORS, key=head.count)
            reader = csv.reader(file, delimiter=separator)
            columns = _columns(name, next(reader, []))
            for cells in reader:
                yield reader.line_num, dict(zip(columns, cells, strict=False))
                _need_few(name, reader.line_num)
    except OSError as problem:
        raise BadRequest(f"{name}: the manifest can't be read: {problem.strerror}.") from problem
    except (UnicodeDecodeError, csv.Error) as problem:
        raise BadRequest(
            f"{name}: not a table in CSV ({problem}). Save it as CSV in UTF-8, or as .xlsx."
        ) from problem


def _excel_rows(path: Path) -> Iterator[tuple[int, Row]]:
    name = printable(path.name)
    try:
        with path.open("rb") as file:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            try:
                rows: Iterable[tuple[Any, ...]] = book.worksheets[0].iter_rows(values_only=True)
                rows = iter(rows)
                columns = _columns(name, [_text(value) for value in next(rows, ())])
                for number, cells in enumerate(rows, start=2):
                    yield number, dict(zip(columns, cells, strict=False))
                    _need_few(name, number)
            finally:
                book.close()
    except OSError as problem:
        raise BadRequest(f"{name}: the manifest can't be read: {problem.strerror}.") from problem
    except (
        *(InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError),
        *(TypeError, AttributeError, EOFError, SyntaxError, NotImplementedError),
    ) as problem:  # openpyxl lets out what its parsers raise over a broken file
        raise BadRequest(
            f"{name}: not an Excel table that can be read. Save it anew as .xlsx, or as CSV."
        ) from problem


def _columns(name: str, heads: list[str]) -> list[str]:
    columns = [head.strip().lower().replace(" ", "_") for head in heads]
    if "file" not in columns:
        raise BadRequest(
            f"{name}: no column 'file'. The first row names the columns: {', '.join(COLUMNS)}; "
            "only file is needed."
        )
    return columns


def _need_few(name: str, rows: int) -> None:
    if rows > MOST_ROWS:
        raise BadRequest(f"{name}: more than {MOST_ROWS} rows. Split it into several.")


def _entry(folder: Path, row: Row) -> Entry:
    file = _text(row.get("file"))
    if not file:
        raise BadRequest("no file is named.")
    lift = _text(row.get("lift")).lower().replace(" ", "_").replace("-", "_")
    side = _text(row.get("side")).lower()
    if side not in SIDES:
        raise BadRequest(f"side {side!r} is neither left nor right.")
    tempo = _text(row.get("tempo"))
    if tempo:
        tempo = str(parse_tempo(tempo))
    return Entry(
        client=client_name(printable(_text(row.get("client")))),
        file=printable(file),
        path=(folder / file).absolute(),
        lift=_lift(lift),
        load_kg=_number(row, "load_kg", 0.0, MOST_KG, float("nan")),
        target_reps=_whole(row),
        tempo=tempo,
        date=_date(row.get("date")),
        side=side,
        notes=printable(_text(row.get("notes"))),
    )


def _lift(text: str) -> str:
    if text in {"", "auto"}:
        return text
    for name, kind in LIFTS.items():
        if text == kind.title.lower().replace(" ", "_").replace("-", "_"):
            return name
    return known_lift(text)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def _number(row: Row, column: str, low: float, high: float, none: float) -> float:
    text = _text(row.get(column))
    if not text:
        return none
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        raise BadRequest(f"{column} {text!r} isn't a number.") from None
    if not low <= value <= high:
        raise BadRequest(f"{column} {text} is outside {low:g} to {high:g}.")
    return value


def _whole(row: Row) -> int | None:
    value = _number(row, "target_reps", 1, MOST_REPS, 0.0)
    if not value.is_integer():
        raise BadRequest(f"target_reps {value:g} isn't a whole number.")
    return int(value) or None


def _date(value: Any) -> datetime.date | None:
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    text = _text(value)
    if not text:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise BadRequest(f"date {text!r} isn't one such as 2026-11-22.") from None

"""An Excel workbook to its sheets' lines of cells."""

from __future__ import annotations

import datetime
import html
import io
import posixpath
import re
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import openpyxl
from openpyxl.utils import column_index_from_string

from formcheck.errors import BadRequest
from formcheck.tables.grid import (
    MOST_BYTES,
    MOST_COLUMNS,
    MOST_ROWS,
    Formula,
    Line,
    Sheet,
    Value,
)

UNPACKED_BYTES = 4 * MOST_BYTES
"""A cell of a workbook takes four times the bytes that it takes in CSV."""

LAST_ROW = 1_048_576  # Excel's own
_LINK = re.compile(rb"<(?:\w+:)?hyperlink\s[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_LINK_FORMULA = re.compile(r'=\s*HYPERLINK\(\s*"((?:[^"]|"")*)"', re.IGNORECASE)


def read_workbook(data: bytes) -> list[Sheet]:
    """Read all sheets.

    Raises
    ------
    BadRequest
        It is no workbook, a broken one, or larger than a list can be.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that we don't need
            _need_size(archive)
            return list(_sheets(data, archive))
    except BadRequest:
        raise
    except Exception as problem:  # openpyxl lets out what its parsers raise over a broken file
        raise BadRequest(
            "it is not an Excel table that can be read. Save it anew as .xlsx, or as CSV."
        ) from problem


def _need_size(archive: zipfile.ZipFile) -> None:
    size = sum(one.file_size for one in archive.infolist() if one.filename.endswith((".xml", "s")))
    if size > UNPACKED_BYTES:
        raise BadRequest(
            f"it unpacks to {size / 1e6:.0f} MB, more than a list of films needs. Copy the rows "
            "into a new workbook, or save it as CSV."
        )


def _sheets(data: bytes, archive: zipfile.ZipFile) -> Iterator[Sheet]:
    results = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    formulas = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False)
    for shown, written in zip(results.worksheets, formulas.worksheets, strict=True):
        links = _links(archive, str(getattr(shown, "_worksheet_path", "")))
        pairs: Iterator[tuple[Any, Any]] = zip(
            shown.iter_rows(max_row=LAST_ROW, max_col=MOST_COLUMNS),
            written.iter_rows(max_row=LAST_ROW, max_col=MOST_COLUMNS),
            strict=True,
        )
        lines = []
        for number, (cells, originals) in enumerate(pairs, start=1):
            line = _line(number, cells, originals, links.get(number, {}))
            if line.cells:
                lines.append(line)
            if len(lines) > MOST_ROWS:
                raise BadRequest(f"it has more than {MOST_ROWS} rows. Split it into several.")
        yield Sheet(shown.title, tuple(lines), loose=True, hidden=shown.sheet_state != "visible")


def _line(number: int, cells: Any, originals: Any, links: dict[int, str]) -> Line:
    values = [_value(cell, original) for cell, original in zip(cells, originals, strict=True)]
    while values and values[-1] is None:
        values.pop()
    leads = dict(links)
    for place, original in enumerate(originals[: len(values)]):
        if isinstance(original.value, str) and (found := _LINK_FORMULA.match(original.value)):
            leads[place] = found[1].replace('""', '"')
            if isinstance(values[place], Formula):
                values[place] = leads[place]
    return Line(number, tuple(values), leads)


def _value(cell: Any, original: Any) -> Value:
    value = cell.value
    if value is None and original.data_type == "f":
        return Formula(str(original.value))
    if isinstance(value, bool | datetime.timedelta):
        return str(value)
    if isinstance(value, int | float):
        return f"{100 * value:g} %" if "%" in (cell.number_format or "") else float(value)
    if isinstance(value, str | datetime.date | datetime.time):
        return value
    return None if value is None else str(value)


def _links(archive: zipfile.ZipFile, sheet: str) -> dict[int, dict[int, str]]:
    """Where a sheet's cells lead to: row -> place in the row -> target."""
    found: dict[int, dict[int, str]] = {}
    folder, name = posixpath.split(sheet.lstrip("/"))
    try:
        marks = _LINK.findall(archive.read(posixpath.join(folder, name)))
        told = archive.read(posixpath.join(folder, "_rels", f"{name}.rels")) if marks else b""
    except KeyError:
        return found
    targets = {
        _said(one, "Id"): unquote(_said(one, "Target")).removeprefix("file:///")
        for one in _RELATION.findall(told)
    }
    for mark in marks:
        cell = re.match(r"([A-Z]{1,3})(\d+)", _said(mark, "ref"))
        target = targets.get(_said(mark, r"\w+:id"), "")
        if cell and target:
            column = column_index_from_string(cell[1])
            found.setdefault(int(cell[2]), {})[column - 1] = target
    return found


def _said(mark: bytes, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"', mark.decode("utf-8", "replace"))
    return html.unescape(found[1]) if found else ""

"""Whatever program, country and hand a table comes from, its rows are the same."""

from __future__ import annotations

import csv
import datetime
import io
import unicodedata
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypedDict

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from formcheck.batch.entry import Entry
from formcheck.batch.manifest import read_manifest
from formcheck.commands.training_log import read_log
from formcheck.errors import BadRequest, FormcheckError
from formcheck.reps.lifts import LIFTS
from formcheck.tables import grid
from formcheck.tables.grid import Value
from formcheck.tables.table import SHOWN_NOTES, read_table
from formcheck.tables.tempos import read_tempo

SLOW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
HEADS = {
    "client": ["client", "Athlete", "NAME", "Kundin", " Client "],
    "file": ["file", "Video", "fileName", "FILE_NAME", "Datei", "Vidéo"],
    "lift": ["lift", "Exercise", "Movement", "Übung", "exercice"],
    "load": ["load_kg", "Load (kg)", "loadKg", "Weight [KG]", "Gewicht in kg", "kg", "Charge (kg)"],
    "reps": ["target_reps", "Reps", "Wdh.", "reps"],
    "date": ["date", "Datum", "DATE ", "Session-Date"],
}
DATES = ["%Y-%m-%d", "%d.%m.%Y", "%Y-%m-%dT18:30", "%d %B %Y", "%Y/%m/%d", "%a, %d %b %Y", "serial"]
NAMES = st.text(
    st.characters(codec="cp1252", categories=["L"], exclude_characters="ˆ˜"), min_size=1, max_size=8
).filter(lambda name: name.casefold() not in {"na", "nan", "none", "null", "nil"})
ROWS = st.lists(
    st.tuples(
        NAMES,
        NAMES.map(lambda name: f"{name}, (1).mp4"),
        st.sampled_from(sorted(LIFTS.keys() - {"squat"})),  # which one, a list has to say
        st.integers(0, 1999).map(lambda half: half / 2),
        st.integers(1, 99),
        st.dates(datetime.date(1990, 1, 1), datetime.date(2025, 1, 1)),
    ),
    min_size=1,
    max_size=6,
)


Entered = tuple[str, str, str, float, int, datetime.date]
"""A row of ``ROWS``: client, file, lift, load in kg, repetitions, day."""


class Dialect(TypedDict):
    """How a program, a country and a hand write a table."""

    heads: list[str]
    separator: str
    decimal: str
    unit: str
    date: str
    named: bool
    before: list[list[str]]
    between: list[str] | None
    ends: str
    encoding: str
    quoting: Literal[0, 1]
    form: Literal["NFC", "NFD"]


@st.composite
def dialects(draw: st.DrawFn) -> Dialect:
    separator = draw(st.sampled_from([";", "\t", ",", "|"]))
    return {
        "heads": [draw(st.sampled_from(names)) for names in HEADS.values()],
        "separator": separator,
        "decimal": draw(st.sampled_from([",", "."])),
        "unit": draw(st.sampled_from(["", " kg", "kg", "\u00a0KG"])),
        "date": draw(st.sampled_from(DATES)),
        "named": separator in ";,\t" and draw(st.booleans()),
        "before": draw(st.sampled_from([[], [[]], [["My clients"], []], [["List"] + [""] * 5]])),
        "between": draw(st.sampled_from([None, [], [""] * 6, ["-", " ", "\u00a0", "~", "", ""]])),
        "ends": draw(st.sampled_from(["\r\n", "\n", "\r"])),
        "encoding": draw(
            st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
        ),
        "quoting": draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
        "form": draw(st.sampled_from(["NFC", "NFD"])),
    }


def _day(day: datetime.date, form: str) -> str:
    return str((day - datetime.date(1899, 12, 30)).days) if form == "serial" else f"{day:{form}}"


def _written(rows: list[Entered], how: Dialect) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(
        out, delimiter=how["separator"], lineterminator=how["ends"], quoting=how["quoting"]
    )
    writer.writerows(how["before"])
    writer.writerow(how["heads"])
    for client, file, lift, load_kg, reps, day in rows:
        load = f"{load_kg:g}".replace(".", how["decimal"]) + how["unit"]
        writer.writerow([client, file, lift, load, reps, _day(day, how["date"])])
        if how["between"] is not None:
            writer.writerow(how["between"])
    text = out.getvalue()
    if how["named"]:
        text = f"sep={how['separator']}{how['ends']}{text}"
    if how["encoding"] != "cp1252":
        text = unicodedata.normalize(how["form"], text)
    elif how["between"] and "~" in how["between"]:
        text = text.replace("\u00a0", " ")
    return text.encode("utf-16" if how["encoding"] == "utf-16" else how["encoding"])


def _same(entries: Sequence[Entry], rows: list[Entered]) -> None:
    assert [
        (one.client, unicodedata.normalize("NFC", one.file), one.lift, one.load_kg, one.date)
        for one in entries
    ] == [(name, file, lift, load_kg, day) for name, file, lift, load_kg, _, day in rows]
    assert [one.target_reps for one in entries] == [row[4] for row in rows]


@SLOW
@given(rows=ROWS, how=dialects())
def test_a_table_reads_the_same_in_any_dialect(
    tmp_path: Path, rows: list[Entered], how: Dialect
) -> None:
    """Separator, decimals, encoding, line ends, heads, titles, blank rows: the same rows."""
    (tmp_path / "list.csv").write_bytes(_written(rows, how))
    found = read_manifest(tmp_path / "list.csv")
    _same(found.entries, rows)
    assert all("1252" in note for note in found.notes)
    log = read_log(tmp_path / "list.csv").sets
    assert [(one.lift, one.load_kg, one.reps, one.date) for one in log] == [row[2:] for row in rows]


@SLOW
@given(rows=ROWS, how=dialects())
def test_a_workbook_reads_the_same(tmp_path: Path, rows: list[Entered], how: Dialect) -> None:
    """Numbers and dates as such, under any heads and titles."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for line in (*how["before"], how["heads"]):
        sheet.append(line)
    for row in rows:
        sheet.append(list(row))
        if how["between"] is not None:
            sheet.append(how["between"])
    book.save(tmp_path / "list.xlsx")
    _same(read_manifest(tmp_path / "list.xlsx").entries, rows)


@SLOW
@given(rows=ROWS, how=dialects(), junk=st.text(max_size=30), at=st.integers(0, 6))
def test_a_bad_row_never_changes_the_others(
    tmp_path: Path, rows: list[Entered], how: Dialect, junk: str, at: int
) -> None:
    """Whatever stands in one line, the other rows are what they were."""
    ends, separator = how["ends"], how["separator"]
    junk = "".join(sign for sign in junk if sign not in "\r\n\x00" and ord(sign) < 128)
    how |= {"between": None, "encoding": "utf-8", "before": [], "named": False, "form": "NFC"}
    lines = _written(rows, how).decode().split(ends)
    at = min(at, len(rows)) + 1
    bad = f'{junk}{separator}{separator}bench{separator}"'
    (tmp_path / "list.csv").write_bytes(ends.join([*lines[:at], bad, *lines[at:]]).encode())
    found = read_manifest(tmp_path / "list.csv")
    _same(found.entries, rows)
    assert found.lost == 1
    assert any(f"row {at + 1}: left out" in note for note in found.notes)


@SLOW
@given(
    data=st.binary(max_size=300),
    start=st.sampled_from([b"", b"file\n", b"file;load\r\n", b"PK\x03\x04"]),
)
def test_any_bytes_are_a_table_or_told(tmp_path: Path, data: bytes, start: bytes) -> None:
    """No bytes end in anything but rows or a ``BadRequest``."""
    for name in ("list.csv", "list.xlsx"):
        (tmp_path / name).write_bytes(start + data)
        for read in (read_manifest, read_log):
            try:
                read(tmp_path / name)
            except BadRequest as problem:
                assert name in str(problem)


@SLOW
@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=8))
def test_a_broken_workbook_is_told(tmp_path: Path, changes: list[tuple[float, int]]) -> None:
    """Bytes changed within a workbook: rows or a ``BadRequest``."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.append(["file", "load"])
    sheet.append(["a.mp4", 60])
    book.save(tmp_path / "list.xlsx")
    whole = bytearray((tmp_path / "list.xlsx").read_bytes())
    for share, byte in changes:
        whole[int(share * len(whole))] = byte
    (tmp_path / "list.xlsx").write_bytes(whole)
    try:
        read_manifest(tmp_path / "list.xlsx")
    except FormcheckError as problem:
        assert isinstance(problem, BadRequest)


def test_tables_without_bounds_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many rows, too many bytes, a workbook that unpacks to too much: said at once."""
    monkeypatch.setattr("formcheck.tables.csv_text.MOST_ROWS", 3)
    (tmp_path / "list.csv").write_text("file\na\nb\nc\n")
    with pytest.raises(BadRequest, match="more than 3 rows"):
        read_manifest(tmp_path / "list.csv")
    monkeypatch.setattr("formcheck.tables.table.MOST_BYTES", 10)
    with pytest.raises(BadRequest, match="larger than"):
        read_manifest(tmp_path / "list.csv")
    monkeypatch.undo()
    with zipfile.ZipFile(tmp_path / "list.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(5 * grid.MOST_BYTES))
    with pytest.raises(BadRequest, match="unpacks to 250 MB"):
        read_manifest(tmp_path / "list.xlsx")


def test_much_to_say_stays_a_page(tmp_path: Path) -> None:
    """The same of many rows is said once, and hundreds of different things are cut short."""
    (tmp_path / "list.csv").write_text("file,load kg\na,heavy\n" + "b,heavy\n" * 20)
    (note,) = read_manifest(tmp_path / "list.csv").notes
    assert "row 2, row 3, row 4, row 5, row 6 and 16 more: load kg 'heavy'" in note
    rows = "".join(f"a,heavy{number}\n" for number in range(100))
    (tmp_path / "list.csv").write_text(f"file,load kg\n{rows}")
    notes = read_manifest(tmp_path / "list.csv").notes
    assert len(notes) == SHOWN_NOTES + 1
    assert "60 remarks more" in notes[-1]


def test_a_head_is_found_below_titles_and_printed_again(tmp_path: Path) -> None:
    """Titles that name a column by chance aren't the head; the head again is no row."""
    (tmp_path / "list.csv").write_text(
        "Video\n\nCoach:;Kim;;\nClient;Video;Reps;Load (lb)\nA;x;5;100\n"
        "Client;Video;Reps;Load (lb)\nB;y;;\n"
    )
    table = read_table(tmp_path / "list.csv", ("file",), ("client", "file", "reps", "load"))
    assert [row.text("client") for row in table.rows] == ["A", "B"]
    assert table.rows[0].cells["load"].column.unit == "lb"
    assert table.notes.lines() == []


def test_rows_within_quotation_marks(tmp_path: Path) -> None:
    """Each row one cell, as a spreadsheet of another country saves it: cut all the same."""
    (tmp_path / "list.csv").write_text('"client,file,notes"\n"A,x,""a, b"""\n')
    (one,) = read_manifest(tmp_path / "list.csv").entries
    assert (one.client, one.file, one.notes) == ("A", "x", "a, b")


def test_a_quotation_mark_of_inches_is_no_quotation(tmp_path: Path) -> None:
    """One within a cell is a sign; one that opens a cell and never closes costs its row."""
    (tmp_path / "list.csv").write_text('file;notes\na;2" box\nb;"x\nc;"5 x 5" good\nd;"1\n2"\n')
    found = read_manifest(tmp_path / "list.csv")
    assert [one.notes for one in found.entries if one.notes] == ['2" box', "5 x 5 good"]
    assert any(
        "row 3, row 5: left out: a quotation mark isn't closed" in one for one in found.notes
    )


@pytest.mark.parametrize(
    ("value", "tempo"),
    [
        *(("3-1-3", "3-1-3"), ("3010", "3-0-1"), ("3-0-1-0", "3-0-1"), ("3 – 1 – 1", "3-1-1")),
        *((313.0, "3-1-3"), ("2,5-0-1", "2.5-0-1"), ("3/1/3", "3-1-3"), ("31-0-1", None)),
        *(("03.01.2003", "3-1-3"), ("03.01.03", "3-1-3"), ("2-2-2", "2-2-2")),
        *((datetime.datetime(2002, 2, 2), "2-2-2"), (datetime.datetime(2003, 1, 3), None)),
        *(
            ("2003-01-03", None),
            ("03/01/2003", None),
            ("3 Jan 2003", None),
            ("03-Jan-03", None),
            ("37624", None),
        ),
        *(("31X0", None), ("X-1-3", None), ("3-0-0", None), ("slow", None), ("3-1", None)),
    ],
)
def test_tempos(value: Value, tempo: str | None) -> None:
    """As coaches write them, and what a spreadsheet makes of them."""
    if tempo is None:
        with pytest.raises(BadRequest, match="tempo"):
            read_tempo(value)
    else:
        assert str(read_tempo(value)[0]) == tempo

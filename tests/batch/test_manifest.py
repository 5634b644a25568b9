"""A list of films is read as its coach meant it; what isn't understood is named."""

from __future__ import annotations

import datetime
import math
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from formcheck.batch.manifest import Manifest, read_manifest
from formcheck.errors import BadRequest
from tests.batch.uploads import events, good, history, run

FULL = "client,file,lift,load_kg,target_reps,tempo,date,notes,side\n"


def _read(tmp_path: Path, text: str, name: str = "list.csv", encoding: str = "utf-8") -> Manifest:
    (tmp_path / name).write_bytes(text.encode(encoding))
    return read_manifest(tmp_path / name)


def _workbook(tmp_path: Path, *rows: list[Any], **links: str) -> Manifest:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in rows:
        sheet.append(row)
    for cell, target in links.items():
        sheet[cell].hyperlink = target
    book.save(tmp_path / "list.xlsx")
    return read_manifest(tmp_path / "list.xlsx")


def test_manifest_in_csv(tmp_path: Path) -> None:
    """All columns are read; cells may be empty; files are named from the manifest's folder."""
    found = _read(
        tmp_path,
        "\ufeff" + FULL + 'Anna,x.mp4,Romanian deadlift,62.5,8,3-1-3,2026-11-20,"a ""note""",left\n'
        ",../y.mp4,,,,,,,\n\n",
    )
    first, second = found.entries
    assert (first.client, first.lift, first.load_kg) == ("Anna", "romanian_deadlift", 62.5)
    assert (first.target_reps, first.tempo, first.side) == (8, "3-1-3", "left")
    assert (first.date, first.notes) == (datetime.date(2026, 11, 20), 'a "note"')
    assert first.path == tmp_path / "x.mp4"
    assert (second.client, second.lift, second.date) == ("", "", None)
    assert math.isnan(second.load_kg)
    assert (found.notes, found.lost) == ((), 0)


def test_manifest_in_excel(tmp_path: Path) -> None:
    """Numbers and dates of a real table come as they are; links and formulas are followed."""
    found = _workbook(
        tmp_path,
        ["Clients in November"],
        [],
        ["client", "file", "load_kg", "target_reps", "date", "lift"],
        ["Anna", "x.mp4", 100, 5.0, datetime.datetime(2026, 11, 20), "deadlift"],
        [None] * 6,
        [7, "watch", None, None, "2026-11-21", None],
        ["Ben", '=HYPERLINK("z.mp4","look")', "=50*2", None, 46346, None],
        B6="my%20set.mp4",
    )
    first, second, third = found.entries
    assert (first.load_kg, first.target_reps) == (100.0, 5)
    assert (first.date, second.date) == (datetime.date(2026, 11, 20), datetime.date(2026, 11, 21))
    assert (second.client, second.file) == ("7", "my set.mp4")
    assert third.path == tmp_path / "z.mp4"
    assert third.date == datetime.date(2026, 11, 20)
    assert math.isnan(third.load_kg)
    (note,) = found.notes
    assert "row 7: load_kg is the formula =50*2 without its result" in note


def test_every_sheet_with_a_film_is_read(tmp_path: Path) -> None:
    """A sheet a client and one of notes: the films of all, and the notes' sheet is named."""
    book = openpyxl.Workbook()
    notes = book.active
    assert isinstance(notes, Worksheet)
    notes.append(["hello"])
    for client in ("Anna", "Ben"):
        sheet = book.create_sheet(client)
        sheet.append(["client", "video"])
        sheet.append([client, f"{client}.mp4"])
    book.save(tmp_path / "list.xlsx")
    found = read_manifest(tmp_path / "list.xlsx")
    assert [one.client for one in found.entries] == ["Anna", "Ben"]
    assert found.notes == ("list.xlsx: sheet 'Sheet' isn't used: it has no column 'file'.",)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("Anna,,,,,,,,", "row 3: left out: no file"),
        ("Anna,x,bench,,,,,,", "row 3: left out: unknown lift 'bench'"),
        ("Anna,x,deadlfit,,,,,,", "row 3: left out: .*Did you mean deadlift"),
        ("Anna,x,,82,5,,,,,", "row 3: left out: it has more cells than the 9"),
        ('Anna,"x,,,,,,,', "row 3: left out: a quotation mark"),
        ("Anna,https://example.org/x.mp4,,,,,,,", "row 3: left out: .*on the net"),
        ("Anna,x,,heavy,,,,,", "row 3: load_kg 'heavy' isn't a number. .*without it"),
        ("Anna,x,,80 %,,,,,", "row 3: load_kg '80 %' isn't a load"),
        ("Anna,x,,-5,,,,,", "row 3: load_kg -5 is outside"),
        ("Anna,x,,,2.5,,,,", "row 3: target_reps '2.5'"),
        ("Anna,x,,,,fast,,,", "row 3: tempo 'fast'"),
        ("Anna,x,,,,,05/11/2026,,", "row 3: date '05/11/2026' may be 2026-05-11 or 2026-11-05"),
        ("Anna,x,,,,,2062-11-20,,", "row 3: date .* Check the year"),
        ("Anna,x,,,,,2026-02-30,,", "row 3: date '2026-02-30' isn't one"),
        ("Anna,x,,,,,,,up", "row 3: side 'up'"),
        ("Anna,x,Squat,,,,,,", "row 3: 'Squat' may be a back, front, goblet"),
    ],
)
def test_mistakes_name_their_row_and_leave_the_others(tmp_path: Path, row: str, said: str) -> None:
    """A cell that makes no sense is told with its row; every other row is read."""
    found = _read(tmp_path, f"{FULL}Anna,good.mp4,,,,,,,\n{row}\nBen,b.mp4,,,,,,,\n")
    (note,) = found.notes
    assert pytest.importorskip("re").search(said, note), note
    lost = "left out" in note
    assert found.lost == lost
    assert [one.file for one in found.entries][:: 1 if lost else 2] == ["good.mp4", "b.mp4"]


def test_names_stay_as_they_are(tmp_path: Path) -> None:
    """Spaces within a name belong to it; those around it, and one that doesn't break, don't."""
    (one,) = _read(tmp_path, "client,file\n Anna\u00a0B ,my  set.mp4 \n").entries
    assert (one.client, one.path.name) == ("Anna B", "my  set.mp4")


def test_columns_that_are_not_used_are_named(tmp_path: Path) -> None:
    """A head that nobody knows, one twice and one without a unit: told once each."""
    found = _read(
        tmp_path, "Name,File,Mood,Weight,Film\nAnna,x.mp4,tired,60,y.mp4\nBen,z.mp4,,61,z.mp4\n"
    )
    assert [(one.file, one.load_kg) for one in found.entries] == [("x.mp4", 60), ("z.mp4", 61)]
    assert "\n".join(found.notes).count("list.csv") == len(found.notes) == 3
    for said in (
        "row 2: columns 'File' and 'Film' both say file, and differ; 'x.mp4' counts.",
        "column 'Mood' isn't used.",
        "column 'Weight' names no unit and was read as kg.",
    ):
        assert any(said in note for note in found.notes), (said, found.notes)


def test_a_column_settles_what_one_cell_leaves_open(tmp_path: Path) -> None:
    """05/11 is the fifth of November below 20/11; 1.000 is one where 62.5 stands above."""
    found = _read(tmp_path, "file,date,load kg\na,20/11/2026,62.5\nb,05/11/2026,1.000\n")
    assert found.entries[1].date == datetime.date(2026, 11, 5)
    assert found.entries[1].load_kg == 1.0
    assert found.notes == ()
    american = _read(tmp_path, 'file,date,load kg\na,11/20/2026,"1,000"\nb,05/11/2026,\n')
    assert american.entries[1].date == datetime.date(2026, 5, 11)
    assert american.entries[0].load_kg == 1000.0
    assert "'1,000' was read as 1000" in american.notes[0]


def test_dates_that_a_spreadsheet_may_have_swapped_are_named(tmp_path: Path) -> None:
    """Where Excel took some cells for dates and left 20/11/2026, it swapped the others."""
    found = _workbook(
        tmp_path,
        ["file", "date"],
        ["a", "20/11/2026"],
        ["b", datetime.datetime(2026, 5, 11)],
    )
    assert found.entries[1].date == datetime.date(2026, 5, 11)
    assert "swapped day and month" in found.notes[0]


@pytest.mark.parametrize(
    "cell",
    [
        *("clips\\Zoë Müller\\Set.MP4", "clips/Zoe\u0308 Mu\u0308ller/set.mp4"),
        *('"clips/Zoë Müller/set.mp4"', "C:\\Users\\z\\clips\\Zoë Müller\\set.mp4"),
    ],
)
@pytest.mark.parametrize("on_disk", ["Zoë Müller", "Zoe\u0308 Mu\u0308ller"])
def test_files_are_found_however_their_names_are_written(
    tmp_path: Path, cell: str, on_disk: str
) -> None:
    """Accents in one or two signs, backslashes, capitals, another machine's folders."""
    film = tmp_path / "clips" / on_disk / "set.mp4"
    film.parent.mkdir(parents=True)
    film.write_bytes(b"x")
    (one,) = _read(tmp_path, f"file\n'{cell}'\n".replace("'", '"' if "," in cell else "")).entries
    assert one.path.samefile(film)


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx", "list.txt"])
def test_something_else_called_a_manifest_is_told(tmp_path: Path, name: str) -> None:
    """Bytes, an empty file and a table without the column are refused by name."""
    for content in (
        b"\xff\xfe\x00PK\x03\x04",
        b"",
        b"client,mood\nAnna,x\n",
        b"file\n",
        b"PK\x03\x04",
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(BadRequest, match=name):
            read_manifest(tmp_path / name)


def test_tables_of_other_kinds_say_what_to_do(tmp_path: Path) -> None:
    """An .ods, an old .xls and a locked workbook: save it as .xlsx."""
    for name, content in (("a.ods", b"PK"), ("a.xls", b"x"), ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(BadRequest, match=r"as \.xlsx"):
            read_manifest(tmp_path / name)


def test_a_batch_runs_every_row_it_understands(tmp_path: Path) -> None:
    """One row amiss: the others are judged, it is named, and the run ends with 3."""
    good(tmp_path / "a.npz", 1)
    good(tmp_path / "b.npz", 2)
    (tmp_path / "list.csv").write_text(
        "Client;Video;Exercise;Load (lb)\nAnna;a.npz;Deadlift;135\nBen;b.npz;Bench;60\n", "utf-8"
    )
    result = run(tmp_path / "list.csv", "--out", tmp_path / "out", "--json")
    assert result.exit_code == 3
    told = events(result)
    (note,) = [one["say"] for one in told if one["event"] == "note"]
    assert "row 3: left out: unknown lift 'Bench'" in note
    assert told[-1]["lost_rows"] == 1
    (one,) = history(tmp_path / "out")
    assert (one.client, one.lift, one.load_kg) == ("Anna", "deadlift", 61.23)

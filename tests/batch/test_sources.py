"""Uploads are found in folders, manifests and names; what they are called changes nothing."""

from __future__ import annotations

import datetime
import math
import os

import openpyxl
import pytest

from formcheck.batch.manifest import read_manifest
from formcheck.batch.names import NO_CLIENT, client_folder, printable, set_folder, tidy
from formcheck.batch.sources import find_uploads, problem_of
from formcheck.errors import BadRequest

FULL = "client,file,lift,load_kg,target_reps,tempo,date,notes,side\n"


def _touch(path, content=b"x"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def test_sub_folders_are_clients(tmp_path):
    """Films of a sub-folder are that client's, deeper ones too; those beside are nobody's."""
    for name in ("a.mp4", "Anna/b.MOV", "Anna/2026-11/c.mp4", "Ünal/d.npz"):
        _touch(tmp_path / name)
    found = find_uploads([tmp_path]).entries
    assert [(one.client, one.file) for one in found] == [
        ("", "a.mp4"),
        ("Anna", "b.MOV"),
        ("Anna", "2026-11/c.mp4"),
        ("Ünal", "d.npz"),
    ]


def test_other_files_are_left_out_unless_they_begin_like_films(tmp_path):
    """Lists, pictures and hidden files are no uploads; a film without its ending is."""
    for name in ("notes.txt", "a.jpg", ".hidden.mp4", ".git/x.mp4"):
        _touch(tmp_path / name)
    _touch(tmp_path / "film", b"\0\0\0\x18ftypmp42")
    found = find_uploads([tmp_path])
    assert [one.file for one in found.entries] == ["film"]
    assert found.left_out == ("a.jpg", "notes.txt")


def test_results_are_no_uploads(tmp_path):
    """Neither the output folder nor the results of formcheck analyze are judged again."""
    for name in ("set-formcheck/poses.npz", "set-formcheck/analysis.json", "out/clients/x/p.npz"):
        _touch(tmp_path / name)
    _touch(tmp_path / "set.mp4")
    found = find_uploads([tmp_path], but=tmp_path / "out").entries
    assert [one.file for one in found] == ["set.mp4"]


def test_links_and_pipes_do_no_harm(tmp_path):
    """A link in a circle isn't followed; a pipe or a dead link is told, not opened."""
    _touch(tmp_path / "Anna" / "a.mp4")
    (tmp_path / "Anna" / "round").symlink_to(tmp_path)
    (tmp_path / "dead.mp4").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.mp4")
    found = find_uploads([tmp_path]).entries
    assert [one.file for one in found] == ["dead.mp4", "pipe.mp4", "a.mp4"]
    assert [bool(problem_of(one.path)) for one in found] == [True, True, False]


def test_name_that_is_no_text_is_found(tmp_path):
    """A name of bytes that are no UTF-8 is kept readable, and its file can be opened."""
    name = os.fsencode(tmp_path) + b"/\xff.mp4"
    with open(name, "wb") as file:  # noqa: PTH123 - a name in bytes
        file.write(b"x")
    (one,) = find_uploads([tmp_path]).entries
    assert one.file == "\\xff.mp4"
    assert one.path.read_bytes() == b"x"


def test_manifest_in_csv(tmp_path):
    """All columns are read; cells may be empty; files are named from the manifest's folder."""
    path = tmp_path / "list.csv"
    path.write_text(
        "\ufeff" + FULL + 'Anna,x.mp4,Romanian deadlift,62.5,8,3-1-3,2026-11-20,"a ""note""",left\n'
        ",../y.mp4,,,,,,,\n\n",
        "utf-8",
    )
    first, second = read_manifest(path)
    assert (first.client, first.lift, first.load_kg) == ("Anna", "romanian_deadlift", 62.5)
    assert (first.target_reps, first.tempo, first.side) == (8, "3-1-3", "left")
    assert (first.date, first.notes) == (datetime.date(2026, 11, 20), 'a "note"')
    assert first.path == tmp_path / "x.mp4"
    assert (second.client, second.lift, second.date) == ("", "", None)
    assert math.isnan(second.load_kg)


def test_manifest_as_german_excel_saves_it(tmp_path):
    """Semicolons between cells and a comma in the number are understood."""
    path = tmp_path / "list.csv"
    path.write_text("Client;File;Load kg\nAnna;x.mp4;102,5\n")
    (one,) = read_manifest(path)
    assert (one.client, one.load_kg) == ("Anna", 102.5)


def test_manifest_in_excel(tmp_path):
    """Numbers and dates of a real table come as they are."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["client", "file", "load_kg", "target_reps", "date", "lift"])
    sheet.append(["Anna", "x.mp4", 100, 5.0, datetime.datetime(2026, 11, 20), "deadlift"])
    sheet.append([None] * 6)
    sheet.append([7, "y.mp4", None, None, "2026-11-21", None])
    book.save(tmp_path / "list.xlsx")
    first, second = read_manifest(tmp_path / "list.xlsx")
    assert (first.load_kg, first.target_reps) == (100.0, 5)
    assert (first.date, second.date) == (datetime.date(2026, 11, 20), datetime.date(2026, 11, 21))
    assert second.client == "7"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("Anna,,,,,,,,", "row 3: no file"),
        ("Anna,x,,heavy,,,,,", "row 3: load_kg 'heavy'"),
        ("Anna,x,,-5,,,,,", "row 3: load_kg -5 is outside"),
        ("Anna,x,,,2.5,,,,", "row 3: target_reps 2.5"),
        ("Anna,x,bench,,,,,,", "row 3: .*bench"),
        ("Anna,x,,,,fast,,,", "row 3: .*fast"),
        ("Anna,x,,,,,20.11.2026,,", "row 3: date '20.11.2026'"),
        ("Anna,x,,,,,,,up", "row 3: side 'up'"),
    ],
)
def test_mistakes_name_their_row(tmp_path, row, said):
    """A cell that makes no sense is told with its row, before any work."""
    path = tmp_path / "list.csv"
    path.write_text(f"{FULL}Anna,good.mp4,,,,,,,\n{row}\n")
    with pytest.raises(BadRequest, match=said):
        read_manifest(path)


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
def test_something_else_called_a_manifest_is_told(tmp_path, name):
    """Bytes, an empty file and a table without the column are refused by name."""
    for content in (b"\xff\xfe\x00PK\x03\x04", b"", b"client,film\nAnna,x\n"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(BadRequest, match=name):
            read_manifest(tmp_path / name)


@pytest.mark.parametrize(
    "name", ["../../x", "a\nb", "con", "", "…", "x" * 500, "\x00", ".", "C:\\x", "-rf", "🏋️"]
)
def test_any_name_gives_a_tidy_folder(name):
    """Letters, digits, dashes: one plain folder, never none and never above."""
    for folder in (client_folder(name, {}), set_folder(name, "c")):
        assert folder
        assert folder == tidy(folder) or "-" in folder
        assert not set(folder) - set(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        )
        assert len(folder) <= 60


def test_no_two_clients_share_a_folder():
    """Names that look alike once tidied, or but for capitals, get folders of their own."""
    folders: dict[str, str] = {}
    for name in ("Anna", "anna", "Ánna", "An-na", "An na", "", NO_CLIENT, "…", "?"):
        folders[name] = client_folder(name, folders)
    assert len({folder.casefold() for folder in folders.values()}) == len(folders)
    assert client_folder("Anna", folders) == "Anna"


def test_printable_text_can_be_stored_anywhere():
    """Bytes that are no text and a zero become escapes; other names stay as they are."""
    assert printable("naïve 🏋️\n") == "naïve 🏋️\n"
    assert printable(os.fsdecode(b"\xff")) == "\\xff"
    printable("\x00\udcff").encode()

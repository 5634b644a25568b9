"""Uploads are found in folders, manifests and names; what they are called changes nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from formcheck.batch.names import NO_CLIENT, client_folder, printable, set_folder, tidy
from formcheck.batch.sources import find_uploads, problem_of


def _touch(path: Path, content: bytes = b"x") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def test_sub_folders_are_clients(tmp_path: Path) -> None:
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


def test_other_files_are_left_out_unless_they_begin_like_films(tmp_path: Path) -> None:
    """Lists, pictures and hidden files are no uploads; a film without its ending is."""
    for name in ("notes.txt", "a.jpg", ".hidden.mp4", ".git/x.mp4"):
        _touch(tmp_path / name)
    _touch(tmp_path / "film", b"\0\0\0\x18ftypmp42")
    found = find_uploads([tmp_path])
    assert [one.file for one in found.entries] == ["film"]
    assert found.left_out == ("a.jpg", "notes.txt")


def test_results_are_no_uploads(tmp_path: Path) -> None:
    """Neither the output folder nor the results of formcheck analyze are judged again."""
    for name in ("set-formcheck/poses.npz", "set-formcheck/analysis.json", "out/clients/x/p.npz"):
        _touch(tmp_path / name)
    _touch(tmp_path / "set.mp4")
    found = find_uploads([tmp_path], but=tmp_path / "out").entries
    assert [one.file for one in found] == ["set.mp4"]


def test_links_and_pipes_do_no_harm(tmp_path: Path) -> None:
    """A link in a circle isn't followed; a pipe or a dead link is told, not opened."""
    _touch(tmp_path / "Anna" / "a.mp4")
    (tmp_path / "Anna" / "round").symlink_to(tmp_path)
    (tmp_path / "dead.mp4").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.mp4")
    found = find_uploads([tmp_path]).entries
    assert [one.file for one in found] == ["dead.mp4", "pipe.mp4", "a.mp4"]
    assert [bool(problem_of(one.path)) for one in found] == [True, True, False]


def test_name_that_is_no_text_is_found(tmp_path: Path) -> None:
    """A name of bytes that are no UTF-8 is kept readable, and its file can be opened."""
    name = os.fsencode(tmp_path) + b"/\xff.mp4"
    with open(name, "wb") as file:  # noqa: PTH123 - a name in bytes
        file.write(b"x")
    (one,) = find_uploads([tmp_path]).entries
    assert one.file == "\\xff.mp4"
    assert one.path.read_bytes() == b"x"


@pytest.mark.parametrize(
    "name", ["../../x", "a\nb", "con", "", "…", "x" * 500, "\x00", ".", "C:\\x", "-rf", "🏋️"]
)
def test_any_name_gives_a_tidy_folder(name: str) -> None:
    """Letters, digits, dashes: one plain folder, never none and never above."""
    for folder in (client_folder(name, {}), set_folder(name, "c")):
        assert folder
        assert folder == tidy(folder) or "-" in folder
        assert not set(folder) - set(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        )
        assert len(folder) <= 60


def test_no_two_clients_share_a_folder() -> None:
    """Names that look alike once tidied, or but for capitals, get folders of their own."""
    folders: dict[str, str] = {}
    for name in ("Anna", "anna", "Ánna", "An-na", "An na", "", NO_CLIENT, "…", "?"):
        folders[name] = client_folder(name, folders)
    assert len({folder.casefold() for folder in folders.values()}) == len(folders)
    assert client_folder("Anna", folders) == "Anna"


def test_printable_text_can_be_stored_anywhere() -> None:
    """Bytes that are no text and a zero become escapes; other names stay as they are."""
    assert printable("naïve 🏋️\n") == "naïve 🏋️\n"
    assert printable(os.fsdecode(b"\xff")) == "\\xff"
    printable("\x00\udcff").encode()

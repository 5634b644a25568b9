"""Find the uploads: in a folder, in a manifest, or named one by one."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from formcheck.batch.entry import Entry, client_name
from formcheck.batch.manifest import read_manifest
from formcheck.errors import BadRequest
from formcheck.history.names import printable
from formcheck.intake import not_there
from formcheck.tables.table import OTHER_TABLES, TABLES

FILMS = frozenset(
    {".mp4", ".mov", ".m4v", ".qt", ".mkv", ".webm", ".avi", ".3gp", ".mts", ".m2ts", ".ts"}
    | {".mpg", ".mpeg", ".flv", ".wmv", ".hevc", ".h264", ".mjpeg", ".ogv", ".gif"}
)
POSES = frozenset({".npz", ".trc"})
RESULTS = frozenset({"analysis.json", "poses.npz"})

_BEGINNINGS = ((4, b"ftyp"), (0, b"\x1aE\xdf\xa3"), (8, b"AVI "))
"""How MP4 and MOV, Matroska and WebM, and AVI begin, whatever they are called."""


@dataclass(frozen=True)
class Found:
    """What was found.

    entries    the uploads
    left_out   files that are something else
    notes      what is to be said of lists
    lost_rows  how many of their rows couldn't be understood
    """

    entries: tuple[Entry, ...]
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    lost_rows: int = 0


def find_uploads(sources: Sequence[Path], *, but: Path | None = None) -> Found:
    """Find what is to be judged.

    Parameters
    ----------
    sources
        A folder (each sub-folder a client, films beside them nobody's), a manifest
        (.csv, .tsv, .xlsx), or films.
    but
        A folder that isn't looked into: the results'.

    Raises
    ------
    BadRequest
        A source isn't there, or not one row of a manifest makes sense.
    """
    entries: list[Entry] = []
    left_out: list[str] = []
    notes: list[str] = []
    lost_rows = 0
    for source in sources:
        if source.is_dir():
            _look_into(source, but, entries, left_out)
        elif source.suffix.lower() in TABLES | OTHER_TABLES:
            manifest = read_manifest(source)
            entries += manifest.entries
            notes += manifest.notes
            lost_rows += manifest.lost
        else:
            if not os.path.lexists(source):
                raise BadRequest(not_there(printable(str(source)), "file or folder"))
            entries.append(_entry("", source.name, source))
    return Found(tuple(entries), tuple(left_out), tuple(notes), lost_rows)


def problem_of(path: Path) -> str:
    """Say why a file can't be looked at; "" when it can."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as problem:  # a name may hold what no name can
        why = getattr(problem, "strerror", None) or problem
        return f"it can't be read ({why}). Check its name and the folder."
    if stat.S_ISDIR(mode):
        return "this is a folder, not a video."
    if not stat.S_ISREG(mode):
        return "this is no ordinary file (a pipe or a device)."
    if not os.access(path, os.R_OK):
        return "it can't be read (permission denied)."
    return ""


def _look_into(folder: Path, but: Path | None, entries: list[Entry], left_out: list[str]) -> None:
    for path in _files(folder, but):
        inside = path.relative_to(folder)
        client = client_name(printable(inside.parts[0])) if len(inside.parts) > 1 else ""
        file = Path(*inside.parts[1:]) if client else inside
        if _is_upload(path):
            entries.append(_entry(client, str(file), path))
        else:
            left_out.append(printable(str(inside)))


def _files(folder: Path, but: Path | None) -> Iterator[Path]:
    """Every file below, in order, and folders that are called like films but hold nothing."""
    for name, folders, files in os.walk(folder):
        here = Path(name)
        folders[:] = sorted(
            one
            for one in folders
            if not one.startswith(".") and not (but is not None and _same(here / one, but))
        )
        if here != folder and set(files) >= RESULTS:
            folders.clear()  # results of an analysis, not an upload
            continue
        if here != folder and _is_film_name(here) and not folders and not files:
            yield here
        for file in sorted(files):
            if not file.startswith("."):
                yield here / file


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _is_film_name(path: Path) -> bool:
    return path.suffix.lower() in FILMS | POSES


def _is_upload(path: Path) -> bool:
    """Called like a film, or beginning like one."""
    if _is_film_name(path):
        return True
    if problem_of(path):
        return False
    try:
        with path.open("rb") as file:
            head = file.read(12)
    except OSError:
        return False
    return any(head[at : at + len(mark)] == mark for at, mark in _BEGINNINGS)


def _entry(client: str, file: str, path: Path) -> Entry:
    return Entry(client, printable(file), path.absolute())

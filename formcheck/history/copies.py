"""Copies of a history in SQLite, by its date: one a day, and one before each change of form.

They lie beside it, ``formcheck.sqlite`` in ``formcheck-copies``. SQLite's own backup reads
a history that another program is writing to without tearing it.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import re
import sqlite3
from pathlib import Path

from formcheck.files import sync_folder

KEPT_DAYS = 7
KEPT_BEFORE = 3
"""How many copies are kept of each kind: our choice, an evening's work is a few megabytes."""

WAIT_S = 30.0

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\.sqlite")
_BEFORE = re.compile(r"\d{4}-\d{2}-\d{2}-before-[\w-]+\.sqlite")


def copies_folder(file: Path) -> Path:
    """Where the copies of a history lie."""
    return file.with_name(f"{file.stem}-copies")


def copies(file: Path) -> list[Path]:
    """Give the copies there are, newest first."""
    folder = copies_folder(file)
    if not folder.is_dir():
        return []
    named = [
        path
        for path in folder.iterdir()
        if _DAY.fullmatch(path.name) or _BEFORE.fullmatch(path.name)
    ]
    return sorted(named, key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)


def copy_history(file: Path, before: str = "") -> Path | None:
    """Copy a history, unless the copy is of this state already; gives the new copy.

    A day's copy that isn't whole inside takes the place of none that is.

    Parameters
    ----------
    file
        The history.
    before
        Name of the change that is to come; "" for the day's copy.

    Raises
    ------
    OSError, sqlite3.Error
        It can't be read, or the copy not written.
    """
    changed_ns = _changed_ns(file)
    if not before and any(path.stat().st_mtime_ns == changed_ns for path in copies(file)):
        return None
    folder = copies_folder(file)
    folder.mkdir(exist_ok=True)
    day = datetime.date.today().isoformat()
    copy = folder / (f"{day}-before-{before}.sqlite" if before else f"{day}.sqlite")
    unfinished = copy.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    copy_whole(file, unfinished)
    if not before and trouble_in(unfinished):
        unfinished.unlink()
        return None
    with unfinished.open("r+b") as written:
        os.fsync(written.fileno())
    os.utime(unfinished, ns=(changed_ns, changed_ns))
    unfinished.replace(copy)
    sync_folder(folder)
    _drop_old(file)
    return copy


def _changed_ns(file: Path) -> int:
    """When a history was written to last: what is written ahead lies beside it at first."""
    ahead = file.with_name(f"{file.name}-wal")
    there = [one for one in (file, ahead) if one.exists() and (one is file or one.stat().st_size)]
    return max(one.stat().st_mtime_ns for one in there)


def scrub(file: Path) -> None:
    """Let nothing that was deleted stay: in the file's free pages, its journal or a copy.

    All copies are of before, so they go; a new one takes their place.

    Raises
    ------
    OSError, sqlite3.Error
        It can't be done now; another program reads just then, or the disk is full.
    """
    with contextlib.closing(_opened(file)) as base:
        base.isolation_level = None
        base.execute("VACUUM")
        if base.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            raise sqlite3.OperationalError("database is busy")
    for copy in copies(file):
        copy.unlink(missing_ok=True)
    copy_history(file)


def trouble_in(file: Path) -> str:
    """Say what is wrong with an SQLite file inside; "" when it is well."""
    try:
        with contextlib.closing(_opened(file)) as base:
            said = [str(row[0]) for row in base.execute("PRAGMA integrity_check(3)")]
            if said != ["ok"]:
                return said[0]
            if row := base.execute("PRAGMA foreign_key_check").fetchone():
                return f"a row of {row[0]} belongs to none of {row[2]}"
    except (sqlite3.Error, UnicodeDecodeError) as problem:
        return str(problem)
    return ""


def _opened(file: Path) -> sqlite3.Connection:
    """Open a history that is there: writing too, as SQLite takes back first what a kill left."""
    mode = "rw" if os.access(file, os.W_OK) and os.access(file.parent, os.W_OK) else "ro"
    quoted = str(file.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return sqlite3.connect(f"file:{quoted}?mode={mode}", uri=True, timeout=WAIT_S)


def copy_whole(file: Path, copy: Path) -> None:
    """Copy an SQLite file as it is at one moment, whoever writes to it."""
    with (
        contextlib.closing(_opened(file)) as base,
        contextlib.closing(sqlite3.connect(copy)) as other,
    ):
        base.backup(other)


def _drop_old(file: Path) -> None:
    found = copies(file)
    of_days = [path for path in found if _DAY.fullmatch(path.name)]
    others = [path for path in found if _BEFORE.fullmatch(path.name)]
    for path in [*of_days[KEPT_DAYS:], *others[KEPT_BEFORE:]]:
        path.unlink(missing_ok=True)

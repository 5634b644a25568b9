"""Deleting everything of a client: films, poses, pictures, notes, rows, pages and copies.

That it is to be done is noted first, and the note goes last; each step can be done again. So
a kill in the middle leaves a client whom nobody sees, and the next start finishes it. It is
done alone in the folder, so that no set is on its way into it meanwhile.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, or_, select, update

from formcheck.batch.home import CLIENTS, set_home
from formcheck.batch.job import job_id
from formcheck.batch.keep import STAGING, alone
from formcheck.batch.note import write_failed
from formcheck.batch.pages import INDEX_HTML, write_pages
from formcheck.errors import BadRequest, FormcheckError, OutputError
from formcheck.history.copies import scrub
from formcheck.history.desk_schema import (
    ClientNoteRow,
    DecisionRow,
    LinkRow,
    MarkRow,
    MessageRow,
    SettingRow,
    UploadRow,
)
from formcheck.history.names import is_tidy
from formcheck.history.schema import ClientRow, FileRow, FindingRow, RepRow, SessionRow, SetRow
from formcheck.history.store import Store, what_to_do
from formcheck.history.stored import NUMBER
from formcheck.poses.cache import forget_films
from formcheck.serve.films import NOTES, UPLOADS, FilmStore
from formcheck.serve.kept.deletions import GOING, Going, going, note_deletion
from formcheck.serve.kept.limits import limits_here
from formcheck.serve.kept.people import Client, client

if TYPE_CHECKING:
    from formcheck.serve.desk import Desk

AT_ONCE = 500


@dataclass(frozen=True)
class _Theirs:
    """What is a client's: sets and uploads by content, links, and films nobody else sent."""

    whose: Client
    contents: tuple[str, ...]
    folders: tuple[str, ...]
    paths: tuple[str, ...]
    films: tuple[str, ...]
    links: tuple[int, ...]


def forget_soon(desk: Desk, whose: Client) -> bool:
    """Delete everything of a client, now or as soon as what is being judged is done.

    Gives whether it is done.

    Raises
    ------
    OutputError
        That it is to be done can't be noted.
    """
    note_deletion(desk.store, whose)
    try:
        finish_deletions(desk.out, desk.store, desk.films)
    except FormcheckError:  # the judging process tries again, and says what is wrong
        desk.queue.tidy()
        return False
    return True


def finish_deletions(out: Path, store: Store, films: FilmStore) -> int:
    """Do the deletions that were noted; gives how many there were.

    Raises
    ------
    BadRequest
        Somebody else writes in the folder just now.
    OutputError
        Something can't be deleted. What was noted stays noted.
    """
    noted = going(store)
    if not noted:
        return 0
    with alone(out):
        for one in noted:
            if one.has_rows:
                _forget(out, store, films, one)
        _sweep(out, store)
        with store.writing() as connection:
            for one in noted:
                name = f"{GOING}{one.client_id}"
                connection.execute(delete(SettingRow).where(SettingRow.name == name))
    return len(noted)


def _forget(out: Path, store: Store, films: FilmStore, one: Going) -> None:
    whose = client(store, one.client_id)
    if whose is not None:
        theirs = _theirs(store, whose)
        _delete_files(out, films, theirs)
        _delete_rows(store, theirs)
    with store.writing() as connection:
        same = SettingRow.name == f"{GOING}{one.client_id}"
        connection.execute(update(SettingRow).where(same).values(value=False))


def _theirs(store: Store, whose: Client) -> _Theirs:
    of_sets = select(SetRow.content, SetRow.folder, SetRow.path)
    of_uploads = select(UploadRow.content, UploadRow.path)
    with store.reading() as connection:
        sets = connection.execute(of_sets.where(SetRow.client_id == whose.id)).all()
        links = connection.execute(select(LinkRow.id).where(LinkRow.client_id == whose.id))
        link_ids = tuple(links.scalars())
        uploads = connection.execute(of_uploads.where(UploadRow.client_id == whose.id)).all()
        contents = dict.fromkeys([row.content for row in (*sets, *uploads)])
        films = dict.fromkeys(content.partition(NUMBER)[0] for content in contents)
        others = [
            connection.execute(
                select(table.content).where(
                    table.client_id != whose.id,
                    or_(
                        table.content == film,
                        table.content.startswith(film + NUMBER, autoescape=True),
                    ),
                )
            ).first()
            for table in (SetRow, UploadRow)
            for film in films
        ]
        shared = {row.content.partition(NUMBER)[0] for row in others if row is not None}
    return _Theirs(
        whose=whose,
        contents=tuple(contents),
        folders=tuple(row.folder for row in sets if row.folder),
        paths=tuple(dict.fromkeys(row.path for row in (*sets, *uploads) if row.path)),
        films=tuple(film for film in films if film not in shared),
        links=link_ids,
    )


def _delete_files(out: Path, films: FilmStore, theirs: _Theirs) -> None:
    """Delete what lies in the data folder; films elsewhere are the coach's own."""
    for film in theirs.films:
        films.remove(film)
    forget_films(theirs.films)
    for folder in theirs.folders:
        home = set_home(out, folder)
        if home is not None:
            _remove(home)
    _remove(out / NOTES / str(theirs.whose.id))
    if is_tidy(theirs.whose.folder):
        _remove(out / CLIENTS / theirs.whose.folder)
        _remove(out / CLIENTS / f"{theirs.whose.folder}.html")
        _remove(out / NOTES / theirs.whose.folder)
    for link in theirs.links:  # what was still coming in
        _remove(out / UPLOADS / str(link))
    for content in theirs.contents:
        job = job_id(theirs.whose.name, content)
        for unfinished in sorted((out / STAGING).glob(f"{job}*")):
            _remove(unfinished)


def _remove(path: Path) -> None:
    """Delete a file or a folder; of a link the link alone."""
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif os.path.lexists(path):
            path.unlink()
    except FileNotFoundError:
        return
    except OSError as problem:
        where = problem.filename or path
        raise OutputError(f"{where}: it can't be deleted ({problem.strerror}).") from problem


def _delete_rows(store: Store, theirs: _Theirs) -> None:
    """Take all rows of a client out, in one transaction."""
    number = theirs.whose.id
    sets = select(SetRow.id).where(SetRow.client_id == number)
    tables: tuple[Any, ...] = (
        *(DecisionRow, MarkRow, MessageRow, UploadRow, LinkRow, ClientNoteRow),
        *(SetRow, SessionRow),
    )
    with store.writing() as connection:
        for inner in (FindingRow, RepRow):
            connection.execute(delete(inner).where(inner.set_id.in_(sets)))
        for table in tables:
            connection.execute(delete(table).where(table.client_id == number))
        for some in _slices(theirs.paths):
            connection.execute(delete(FileRow).where(FileRow.path.in_(some)))
        for some in _slices(theirs.films):
            connection.execute(delete(FileRow).where(FileRow.sha256.in_(some)))
        connection.execute(delete(ClientRow).where(ClientRow.id == number))


def _slices(values: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    return (values[at : at + AT_ONCE] for at in range(0, len(values), AT_ONCE))


def _sweep(out: Path, store: Store) -> None:
    """Write anew what names everybody, and let nothing deleted stay in the database's file."""
    if (out / INDEX_HTML).exists():
        try:
            limits = limits_here(out, store).read()
        except BadRequest:
            limits = None
        write_pages(store, out, limits)
    write_failed(out, store.sets())
    if store.file is None:
        return  # a server's own vacuum does it
    try:
        scrub(store.file)
    except (OSError, sqlite3.Error) as problem:
        raise OutputError(what_to_do(store.name, str(problem))) from problem

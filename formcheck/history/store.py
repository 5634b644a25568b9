"""The history: sets written whole, and read back. SQLite or PostgreSQL.

with open_store(sqlite_url(out / DATABASE)) as store:
    store.add_set(one)
    store.sets("Anna")
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, select
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    OperationalError,
)

from formcheck.errors import BadRequest, OutputError
from formcheck.files import output_error
from formcheck.history.copies import WAIT_S, copy_history, trouble_in
from formcheck.history.migrate import REPAIR, bring_up_to_date, is_earlier, newest_step, step_of
from formcheck.history.names import NO_CLIENT, is_tidy, tidy
from formcheck.history.rows import Writing, read_sets
from formcheck.history.schema import ClientRow, FileRow
from formcheck.history.stored import StoredSet

DATABASE = "formcheck.sqlite"
PAUSES_S = (0.05, 0.2, 0.5)
"""Before writing again what another program on the same server was quicker with."""

WRITES = "formcheck_writes"
CANT_BE_KEPT = (
    "a text or number of it can't be kept: half a letter, a sign that stands for nothing, or "
    "more digits than there is room for."
)

Result = TypeVar("Result")

_BY_CAUSE: tuple[tuple[tuple[str, ...], str], ...] = (
    (("full", "no space", "enospc"), "The disk is full. Free some space, and run it again."),
    (
        ("readonly", "read-only", "unable to open", "permission"),
        "You may not write there. Change its rights, or name another with --database.",
    ),
    (("locked", "busy"), "Another program holds it. Wait until it is done, and run it again."),
    (
        (
            *("malformed", "not a database", "corrupt", "file format", "disk i/o", "decode"),
            *("image is", "btree", "page"),
        ),
        f"It is broken. Make it anew from the results: {REPAIR}",
    ),
    (
        ("no such table", "no such column", "already exists", "does not exist", "belongs to none"),
        f"Its tables aren't as formcheck made them. Make it anew from the results: {REPAIR}",
    ),
    (
        ("connection", "connect", "resolve", "authentication", "timeout"),
        "It can't be reached. Look at the address in --database, and whether the server runs.",
    ),
)
_ELSE = f"Run it again; if it says so once more: {REPAIR}"


def what_to_do(where: str, said: str) -> str:
    """Say what is wrong with a database and what to do, by the cause."""
    said = " ".join(said.split()).rstrip(".")
    low = said.lower()
    advice = next((todo for signs, todo in _BY_CAUSE if any(one in low for one in signs)), _ELSE)
    return f"{where}: the database can't be used: {said}. {advice}"


def sqlite_url(path: Path) -> str:
    """Give the address of an SQLite file."""
    return f"sqlite:///{path}"


def open_store(url: str, *, checked: bool = False, as_it_is: bool = False) -> Store:
    """Open the history, making its tables or bringing them up to date.

    Parameters
    ----------
    url
        As SQLAlchemy writes them: ``sqlite:///file``, ``postgresql+psycopg://…``.
    checked
        Look first whether an SQLite file is whole inside.
    as_it_is
        Change nothing, not even its form.

    Raises
    ------
    BadRequest
        The address makes no sense, its driver isn't installed, or the history was
        written by a newer formcheck.
    OutputError
        The database can't be reached, read or written.
    """
    store = Store(_engine(url))
    try:
        if checked:
            store.need_health()
        if not as_it_is:
            store.bring_up_to_date()
    except BaseException:
        store.close()
        raise
    return store


def _engine(url: str) -> Engine:
    try:
        wait = {"timeout": WAIT_S} if url.startswith("sqlite") else {}
        engine = create_engine(url, connect_args=wait)
    except (ArgumentError, NoSuchModuleError, ValueError) as problem:
        raise BadRequest(f"--database: no address of a database ({problem}).") from problem
    except ImportError as missing:
        if not url.startswith("postgres"):
            raise BadRequest(
                "--database: a history is kept in SQLite or PostgreSQL. Give "
                "sqlite:///FILE or postgresql+psycopg://…"
            ) from missing
        raise BadRequest(
            f"--database: {missing.name} isn't installed. Install it with: "
            "pip install 'formcheck[postgres]'"
        ) from missing
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _begin_nothing)
        event.listen(engine, "begin", _begin)
    return engine


def _begin_nothing(connection: Any, _: object) -> None:
    """Python would begin a transaction before some statements and not before others."""
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys=ON")


def _begin(connection: Connection) -> None:
    """Begin one for all statements, new tables too; who will write waits for its turn here."""
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _tidy(name: str, folder: str) -> str:
    """A client's folder, as a plain name inside the output folder, whatever the row says."""
    return folder if is_tidy(folder) else tidy(name) or NO_CLIENT


class Store:
    """The history in a database; a context manager. ``engine`` is open to other questions."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    @property
    def file(self) -> Path | None:
        """The SQLite file it is in; None when it is elsewhere."""
        name = self.engine.url.database
        is_file = self.engine.dialect.name == "sqlite" and name not in (None, "", ":memory:")
        return Path(str(name)) if is_file else None

    def write_ahead(self) -> None:
        """Let an SQLite file be read while it is written (WAL); it stays so."""
        if self.file is not None:
            with self._in_words(), self.engine.connect() as connection:
                raw = connection.connection.driver_connection
                assert isinstance(raw, sqlite3.Connection)
                raw.execute("PRAGMA journal_mode=WAL")

    @property
    def name(self) -> str:
        """Where it is, for people."""
        return str(self.file or self.engine.url.render_as_string(hide_password=True))

    def need_health(self) -> None:
        """Look whether an SQLite file is whole inside.

        Raises
        ------
        OutputError
            It isn't.
        """
        if self.file is not None and self.file.is_file() and self.file.stat().st_size:
            trouble = trouble_in(self.file)
            if trouble:
                raise OutputError(what_to_do(self.name, trouble))

    def is_earlier(self) -> bool:
        """Whether an earlier formcheck made it, and it wasn't brought up to date since."""
        with self.reading() as connection:
            return is_earlier(connection)

    def bring_up_to_date(self) -> None:
        """Make the tables, or take the steps they lack; a copy is made before.

        Raises
        ------
        BadRequest, OutputError
            See ``open_store``.
        """
        with self.reading() as connection:
            at, newest = step_of(connection), newest_step()
        if at == newest:
            return
        if at is not None:
            self.copy(before=newest)
        with self.writing() as connection:
            bring_up_to_date(connection)

    def copy(self, before: str = "") -> None:
        """Keep a dated copy of an SQLite file; see ``copies.py``.

        Raises
        ------
        OutputError
            The copy can't be written.
        """
        if self.file is None or not self.file.is_file():
            return
        try:
            copy_history(self.file, before)
        except OSError as problem:
            raise output_error(self.file, problem, "--database") from problem
        except sqlite3.Error as problem:
            raise OutputError(what_to_do(self.name, str(problem))) from problem

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: kept whole at its end, or not at all.

        Raises
        ------
        OutputError
            The database refused, or the disk is full.
        """
        with self._in_words(), self.engine.connect() as fresh:
            connection = fresh.execution_options(**{WRITES: True})
            with connection.begin():
                yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for questions.

        Raises
        ------
        OutputError
            The database can't be read.
        """
        with self._in_words(), self.engine.connect() as connection:
            try:
                yield connection
            except UnicodeEncodeError:  # it was asked for what no row holds
                raise
            except ValueError as problem:  # no text, JSON or time where one should be
                raise OutputError(what_to_do(self.name, f"malformed row: {problem}")) from problem

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except (DataError, OverflowError, UnicodeEncodeError) as problem:
            raise BadRequest(CANT_BE_KEPT) from problem
        except DBAPIError as problem:
            raise OutputError(what_to_do(self.name, str(problem.orig))) from problem

    def _write(self, work: Callable[[Writing], Result]) -> Result:
        """Write in one transaction; once more when somebody else wrote the same just before."""
        for pause_s in PAUSES_S:
            try:
                with self.writing() as connection:
                    return work(Writing(connection))
            except OutputError as problem:
                if not isinstance(problem.__cause__, IntegrityError | OperationalError):
                    raise
                if self.file is not None:  # there we waited for our turn
                    raise
            time.sleep(pause_s)
        with self.writing() as connection:
            return work(Writing(connection))

    def add_set(self, one: StoredSet, further: Sequence[StoredSet] = ()) -> int:
        """Write a set with its repetitions and findings in one transaction; gives its id.

        ``further`` are the other sets of the same film, in place of those it had.
        It takes the place of an earlier one of the same client and content, so adding
        it twice is adding it once. It also takes that of a failed one of the same client
        and file: the file was mended.
        """
        with self.writing() as connection:
            writing = Writing(connection)
            set_id = writing.add(one)
            if one.state != "failed":
                writing.forget_further(one)
            for other in further:
                writing.add(other)
        return set_id

    def add_sets(self, sets: Iterable[StoredSet]) -> list[int]:
        """Write several sets in one transaction; see ``add_set``."""
        sets = list(sets)
        return self._write(lambda writing: [writing.add(one) for one in sets])

    def clients(self) -> dict[str, str]:
        """Give every client's folder, by name."""
        question = select(ClientRow.name, ClientRow.folder).order_by(ClientRow.name)
        with self.reading() as connection:
            found = {row.name: row.folder for row in connection.execute(question)}
        # A name of a folder is made tidy before it is kept; what isn't came from elsewhere.
        return {name: _tidy(name, folder) for name, folder in found.items()}

    def sets(
        self,
        client: str | None = None,
        *,
        contents: Collection[str] | None = None,
        details: bool = False,
    ) -> list[StoredSet]:
        """Read sets, oldest first.

        Parameters
        ----------
        client
            Only this client's; None for all.
        contents
            Only those of such content; None for all.
        details
            With the repetitions and all findings, which takes longer.
        """
        with self.reading() as connection:
            return read_sets(connection, client, contents, details=details)

    def add_clients(self, names: Iterable[str]) -> dict[str, str]:
        """Make sure that the history knows these clients; gives everybody's folder, by name."""
        new = sorted(set(names) - self.clients().keys())
        if new:
            self._write(lambda writing: [writing.client(name) for name in new])
        return self.clients()

    def change_sets(self, sets: Iterable[StoredSet]) -> None:
        """Change what is said of sets: file, date, load, side, notes; not what came out."""
        sets = list(sets)
        if sets:
            self._write(lambda writing: writing.change(sets))

    def forget(self, sets: Iterable[tuple[str, str]]) -> None:
        """Take sets out of the history, named by client and content."""
        sets = list(sets)
        if sets:
            self._write(lambda writing: writing.forget(sets))

    def known_files(self) -> Mapping[str, tuple[str, str, str]]:
        """Give size, time of change and SHA-256 of the files seen before, by path."""
        with self.reading() as connection:
            return {
                row.path: (row.size, row.changed, row.sha256)
                for row in connection.execute(
                    select(FileRow.path, FileRow.size, FileRow.changed, FileRow.sha256)
                )
            }

    def remember_files(self, files: Mapping[str, tuple[str, str, str]]) -> None:
        """Keep size, time of change and SHA-256 of files, by path."""
        rows = [
            {"path": path, "size": size, "changed": changed, "sha256": sha256}
            for path, (size, changed, sha256) in files.items()
        ]
        if rows:
            self._write(lambda writing: writing.files(rows))

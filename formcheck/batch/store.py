"""The history: sets written whole, and read back. SQLite or PostgreSQL.

with open_store(sqlite_url(out / DATABASE)) as store:
    store.add_set(one)
    store.sets("Anna")
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, create_engine, delete, event, insert, select
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from formcheck.batch.migrate import bring_up_to_date
from formcheck.batch.rows import AT_ONCE, Writing, read_sets
from formcheck.batch.schema import ClientRow, FileRow
from formcheck.batch.stored import StoredSet
from formcheck.errors import BadRequest, OutputError

DATABASE = "formcheck.sqlite"
WAIT_S = 30.0


def sqlite_url(path: Path) -> str:
    """Give the address of an SQLite file."""
    return f"sqlite:///{path}"


def open_store(url: str) -> Store:
    """Open the history, making its tables or bringing them up to date.

    Parameters
    ----------
    url
        As SQLAlchemy writes them: ``sqlite:///file``, ``postgresql+psycopg://…``.

    Raises
    ------
    BadRequest
        The address makes no sense, its driver isn't installed, or the history was
        written by a newer formcheck.
    OutputError
        The database can't be reached, read or written.
    """
    try:
        wait = {"timeout": WAIT_S} if url.startswith("sqlite") else {}
        engine = create_engine(url, connect_args=wait)
    except (ArgumentError, NoSuchModuleError) as problem:
        raise BadRequest(f"--database: no address of a database ({problem}).") from problem
    except ImportError as missing:
        raise BadRequest(
            f"--database: {missing.name} isn't installed. Install it with: "
            "pip install 'formcheck[postgres]'"
        ) from missing
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _keep_references)
    store = Store(engine)
    try:
        with store.writing() as connection:
            bring_up_to_date(connection)
    except BaseException:
        store.close()
        raise
    return store


def _keep_references(connection: Any, _: object) -> None:
    connection.execute("PRAGMA foreign_keys=ON")


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

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: kept whole at its end, or not at all.

        Raises
        ------
        OutputError
            The database refused, or the disk is full.
        """
        try:
            with self.engine.begin() as connection:
                yield connection
        except DBAPIError as problem:
            raise self._trouble(problem) from problem

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for questions.

        Raises
        ------
        OutputError
            The database can't be read.
        """
        try:
            with self.engine.connect() as connection:
                yield connection
        except DBAPIError as problem:
            raise self._trouble(problem) from problem

    def _trouble(self, problem: DBAPIError) -> OutputError:
        where = self.engine.url.render_as_string(hide_password=True)
        said = " ".join(str(problem.orig).split())
        return OutputError(
            f"{where}: the database can't be used: {said}. Free the disk, or name another "
            "with --database."
        )

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
        with self.writing() as connection:
            writing = Writing(connection)
            return [writing.add(one) for one in sets]

    def clients(self) -> dict[str, str]:
        """Give every client's folder, by name."""
        question = select(ClientRow.name, ClientRow.folder).order_by(ClientRow.name)
        with self.reading() as connection:
            return {row.name: row.folder for row in connection.execute(question)}

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
        with self.writing() as connection:
            for name in sorted(set(names)):
                Writing(connection).client(name)
        return self.clients()

    def change_sets(self, sets: Iterable[StoredSet]) -> None:
        """Change what is said of sets: file, date, load, side, notes; not what came out."""
        with self.writing() as connection:
            for one in sets:
                Writing(connection).change(one)

    def forget(self, sets: Iterable[tuple[str, str]]) -> None:
        """Take sets out of the history, named by client and content."""
        with self.writing() as connection:
            for client, content in sets:
                Writing(connection).forget(client, content)

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
        with self.writing() as connection:
            for at in range(0, len(rows), AT_ONCE):
                some = rows[at : at + AT_ONCE]
                paths = [one["path"] for one in some]
                connection.execute(delete(FileRow).where(FileRow.path.in_(paths)))
                connection.execute(insert(FileRow), some)

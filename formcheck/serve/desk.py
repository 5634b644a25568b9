"""What every page of the desk needs, opened once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from formcheck.batch.job import Options
from formcheck.files import output_error
from formcheck.history.store import DATABASE, Store, open_store, sqlite_url
from formcheck.serve.bell import Bell
from formcheck.serve.films import FILMS, UPLOADS, FilmStore, film_store
from formcheck.serve.incoming import Incoming
from formcheck.serve.queue import Queue
from formcheck.serve.rounds import Orders
from formcheck.serve.signing import desk_secret

PRIVATE = 0o700
"""Whose machine it also is doesn't see the films."""

UPLOAD_MB = 4000
"""As large a film as a client may send: five minutes of 4K at 60 pictures a second."""

UPLOADS_A_DAY = 50
"""Films that one link may send in a day."""


@dataclass(frozen=True)
class Choices:
    """How the desk is run.

    address         where browsers find it, "http://127.0.0.1:8765"
    asks_password   whether coaches sign in; not where only this machine can ask
    upload_mb       largest film, megabytes
    uploads_a_day   films that one link may send in 24 hours
    films           where films are kept, such as s3://bucket/films; "" for the data folder
    works           whether this server judges too, or another one does
    """

    address: str = "http://127.0.0.1:8765"
    asks_password: bool = True
    upload_mb: int = UPLOAD_MB
    uploads_a_day: int = UPLOADS_A_DAY
    films: str = ""
    works: bool = True
    workers: int | None = None
    scheduler: str | None = None
    options: Options = field(default_factory=Options)

    @property
    def is_https(self) -> bool:
        """Whether browsers reach it by https."""
        return self.address.startswith("https://")


@dataclass(frozen=True)
class Desk:
    """The open desk: ``out`` is the data folder, the same as a batch's output folder."""

    out: Path
    store: Store
    secret: bytes
    films: FilmStore
    bell: Bell
    queue: Queue
    choices: Choices

    @property
    def uploads(self) -> Path:
        """The folder of films that are still coming in."""
        return self.out / UPLOADS


@contextmanager
def open_desk(out: Path, choices: Choices, database: str | None = None) -> Iterator[Desk]:
    """Open the desk of a data folder, and begin to judge what is due.

    Raises
    ------
    BadRequest, OutputError
        The folder or the database can't be used.
    """
    try:
        for folder in (out, out / FILMS, out / UPLOADS):
            folder.mkdir(PRIVATE, parents=True, exist_ok=True)
    except OSError as problem:
        raise output_error(out, problem, "--data") from problem
    out = out.absolute()
    url = database or sqlite_url(out / DATABASE)
    bell = Bell()
    orders = Orders(
        str(out), url, choices.workers, choices.scheduler, asdict(choices.options), choices.films
    )
    with open_store(url, checked=True) as store:
        store.write_ahead()
        secret = desk_secret(out)
        with Queue(orders, bell, works=choices.works) as queue:
            try:
                films = film_store(out, choices.films)
                desk = Desk(out, store, secret, films, bell, queue, choices)
                Incoming(desk).recover()
                yield desk
            finally:
                bell.close()

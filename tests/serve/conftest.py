"""A desk to ask: empty, or with a set of a rendered film that was really judged."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Table, func, insert, select, text, update
from starlette.testclient import TestClient

from formcheck.batch.events import BatchEvent
from formcheck.batch.job import Options
from formcheck.batch.run import Place, Run
from formcheck.history.desk_schema import Base, UploadRow
from formcheck.history.schema import SetRow
from formcheck.history.store import DATABASE, Store, open_store, sqlite_url
from formcheck.serve.app import create_app
from formcheck.serve.desk import Choices, Desk, open_desk
from formcheck.serve.films import LocalFilms
from formcheck.serve.kept.moment import now
from formcheck.serve.kept.people import client_named
from formcheck.serve.kept.uploads import Said, Upload, add_upload, done_with, new_upload_id
from tests.postgres import cleared

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
"""Marks a test that a desk over either kind of database must pass."""

FILM = Path("sample_videos/deadlift_good.mp4")
ADDRESS = "http://127.0.0.1:8765"
PAGE = {"Accept": "text/html"}


@dataclass(frozen=True)
class Asking:
    """An open desk, and a browser that asks it."""

    desk: Desk
    browser: TestClient

    @property
    def csrf(self) -> str:
        """What the browser's pages carry."""
        return csrf_of(self.browser, "/setup")


def csrf_of(browser: TestClient, way: str = "/sign-in") -> str:
    """What a page of the desk carries, without which nothing may be changed."""
    page = browser.get(way, headers=PAGE).text
    return page.split('<meta name="csrf" content="', 1)[1].split('"', 1)[0]


def asked(desk: Desk) -> TestClient:
    """A browser that asks a desk."""
    return TestClient(create_app(desk), base_url=ADDRESS, follow_redirects=False)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """Where the desk's history is: a PostgreSQL's address, or None for its folder; see BOTH."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield None
        return
    url: str = request.getfixturevalue("postgres")
    yield url
    with open_store(url, as_it_is=True) as store:
        cleared(store)


@pytest.fixture
def empty(tmp_path: Path, database: str | None) -> Iterator[Asking]:
    """A desk on which nothing lies, for one who sits there alone; nobody judges."""
    choices = Choices(address=ADDRESS, asks_password=False, works=False)
    with open_desk(tmp_path / "desk", choices, database) as desk, asked(desk) as browser:
        yield Asking(desk, browser)


@pytest.fixture(scope="session")
def judged_folder(tmp_path_factory: pytest.TempPathFactory, shared_poses: None) -> Path:
    """A data folder with one set of Anna's, judged by a batch's run; not to be changed."""
    out = tmp_path_factory.mktemp("judged") / "desk"
    (out / "films").mkdir(parents=True)
    coming = out / "coming.mp4"
    shutil.copyfile(FILM, coming)
    content, path = LocalFilms(out / "films").put(coming, "IMG 1.MP4")
    with open_store(sqlite_url(out / DATABASE)) as store:
        anna = client_named(store, "Anna")
        one = Upload(
            id=new_upload_id(),
            client_id=anna.id,
            client=anna.name,
            content=content,
            file="IMG 1.MP4",
            path=path,
            size=path.stat().st_size,
            received_at=now(),
            said=Said(load_kg=100.0),
        )
        add_upload(store, one)
        run = Run(Place(out, store, workers=1), Options(offline=True), _quiet)  # as the desk's
        run.judge([one.entry()])
        done_with(store, [one])
    return out


def _quiet(_: BatchEvent) -> None:
    pass


@pytest.fixture
def judged_copy(tmp_path: Path, judged_folder: Path) -> Path:
    """A data folder with Anna's judged set, of the test's own."""
    out = tmp_path / "desk"
    shutil.copytree(judged_folder, out)
    with open_store(sqlite_url(out / DATABASE)) as store, store.writing() as connection:
        for table in (SetRow, UploadRow):  # films lie where the copy is
            moved = func.replace(table.path, str(judged_folder), str(out))
            connection.execute(update(table).values(path=moved))
    return out


@pytest.fixture
def judged(judged_copy: Path, database: str | None) -> Iterator[Asking]:
    """A desk with Anna's judged set, a copy of its own; nobody judges."""
    choices = Choices(address=ADDRESS, asks_password=False, works=False)
    if database is not None:
        with open_store(sqlite_url(judged_copy / DATABASE)) as here, open_store(database) as there:
            _moved(here, there)
    with open_desk(judged_copy, choices, database) as desk, asked(desk) as browser:
        yield Asking(desk, browser)


def _moved(here: Store, there: Store) -> None:
    """Write all of a history's rows into another, and count on from them."""
    with here.reading() as reading, there.writing() as writing:
        for table in Base.metadata.sorted_tables:
            rows = [dict(row._mapping) for row in reading.execute(select(table))]
            if rows:
                writing.execute(insert(table), rows)
            if rows and _counts(table):
                last = select(func.max(table.c.id)).scalar_subquery()
                sequence = func.pg_get_serial_sequence(text(f"'{table.name}'"), text("'id'"))
                writing.execute(select(func.setval(sequence, last)))


def _counts(table: Table) -> bool:
    return "id" in table.c and table.c.id.type.python_type is int

"""A full disk is answered, nothing half is left; and many may write and read at once."""

from __future__ import annotations

import errno
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import event

from formcheck.errors import OutputError
from formcheck.history.store import DATABASE, open_store, sqlite_url
from formcheck.serve.app import CANT_BE_KEPT
from formcheck.serve.films import LocalFilms
from formcheck.serve.kept.people import client_named, coaches, keep_coach
from formcheck.serve.kept.settings import keep_setting, setting
from formcheck.serve.kept.uploads import due_uploads
from tests.serve.conftest import PAGE, Asking, csrf_of
from tests.serve.test_killed import send

AT_ONCE, EACH = 3, 40


def test_a_full_database_is_answered(empty: Asking) -> None:
    """In words, without a place on this machine; what was there stays, and it goes on after."""
    store = empty.desk.store
    keep_coach(store, "Bea", "")
    token = csrf_of(empty.browser, "/")
    full = [True]

    def fill(connection: object, *_: object) -> None:
        if full[0]:
            connection.exec_driver_sql("PRAGMA max_page_count=1")  # type: ignore[attr-defined]

    event.listen(store.engine, "begin", fill, insert=True)
    store.engine.dispose()
    with pytest.raises(OutputError, match="disk is full"):
        for number in range(200):
            keep_coach(store, f"{number} " + "x" * 4000, "")
    for headers in (PAGE, {"Accept": "application/json"}):
        for _ in range(99):
            answer = empty.browser.post("/sign-out", data={"csrf": token}, headers=headers)
            if answer.status_code != 303:
                break
            token = csrf_of(empty.browser, "/")
        assert answer.status_code == 507
        assert CANT_BE_KEPT.split("'")[0] in answer.text
        assert str(empty.desk.out) not in answer.text
    full[0] = False
    store.engine.dispose()
    assert "Bea" in [one.name for one in coaches(store)]
    keep_coach(store, "Cara", "")


def test_a_full_disk_takes_no_film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says so, and the film that came is still where it came in."""
    films, coming = LocalFilms(tmp_path / "films"), tmp_path / "coming"
    coming.write_text("a film")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        with pytest.raises(OutputError, match="disk is full"):
            films.put(coming, "x.mp4")
    assert coming.read_text() == "a film"
    assert [path for path in (tmp_path / "films").rglob("*") if path.is_file()] == []
    content, path = films.put(coming, "x.mp4")
    assert films.path(content) == path


def test_many_write_at_once(tmp_path: Path) -> None:
    """Two servers and a round over one file: all is kept, and nobody is told that it is locked."""
    url = sqlite_url(tmp_path / DATABASE)
    with open_store(url) as store:
        store.write_ahead()
        client_named(store, "Anna")

    def write(name: int) -> None:
        with open_store(url) as own:
            for number in range(EACH):
                keep_coach(own, f"{name}-{number}", "")
                if name == 0:  # the round reads and writes as well
                    send(tmp_path, own, "Anna", number) if number < 3 else due_uploads(own, 9)

    with ThreadPoolExecutor(AT_ONCE) as many:
        list(many.map(write, range(AT_ONCE)))
    with open_store(url, checked=True) as store:
        assert len(coaches(store)) == AT_ONCE * EACH
        assert len(due_uploads(store, 9)) == 3


def test_pages_open_while_a_round_writes(empty: Asking) -> None:
    """Whoever reads waits for nobody who writes."""
    store = empty.desk.store
    keep_setting(store, "a", "before")
    begun, done = threading.Event(), threading.Event()

    def write() -> None:
        with store.writing() as connection:
            connection.exec_driver_sql("update settings set value = '\"after\"'")
            begun.set()
            done.wait(20)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert begun.wait(20)
        start_s = time.monotonic()
        assert setting(store, "a") == "before"
        assert empty.browser.get("/sign-in", headers=PAGE).status_code == 200
        assert time.monotonic() - start_s < 5
    finally:
        done.set()
        writer.join()
    assert setting(store, "a") == "after"

"""Resumable uploads: never half, never twice, only by the link they belong to."""

from __future__ import annotations

import base64
import errno
import hashlib
import http.client
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient
from tusclient.client import TusClient

from formcheck.errors import OutputError
from formcheck.serve import coming, incoming
from formcheck.serve.desk import Desk, open_desk
from formcheck.serve.films import LocalFilms
from formcheck.serve.incoming import Incoming
from formcheck.serve.kept.links import make_link, revoke_link
from formcheck.serve.kept.people import client_named
from formcheck.serve.kept.uploads import Upload, uploads_of
from tests.serve.conftest import FILM, Asking, asked
from tests.serve.serving import serving

TUS = {"Tus-Resumable": "1.0.0"}
PART = {"Content-Type": "application/offset+octet-stream"}
WHOLE_FILM = FILM.read_bytes()
SHA256 = hashlib.sha256(WHOLE_FILM).hexdigest()


def link_to(desk: Desk, client: str) -> str:
    """The address of a new link of a client."""
    link = make_link(desk.store, client_named(desk.store, client), shows_results=False)
    return f"/c/{link.token(desk.secret)}"


def of(desk: Desk, client: str) -> list[Upload]:
    return uploads_of(desk.store, client_named(desk.store, client).id)


def metadata(**said: str) -> str:
    return ",".join(
        f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in said.items()
    )


def begun(browser: TestClient, way: str, length: int = len(WHOLE_FILM), **said: str) -> str:
    """Begin an upload; gives where it goes on."""
    told = metadata(**{"filename": "IMG 1.MP4"} | said)
    headers = TUS | {"Upload-Length": str(length), "Upload-Metadata": told}
    answer = browser.post(f"{way}/files", headers=headers)
    assert answer.status_code == 201, answer.text
    return str(answer.headers["location"])


def sent(browser: TestClient, address: str, offset: int, data: bytes) -> Any:
    headers = TUS | PART | {"Upload-Offset": str(offset)}
    return browser.patch(address, headers=headers, content=data)


def arrived(browser: TestClient, address: str) -> int:
    answer = browser.head(address, headers=TUS)
    assert answer.status_code == 200
    return int(answer.headers["upload-offset"])


def test_a_film_comes_in_parts(empty: Asking) -> None:
    """Each part is acknowledged; the last when the database knows the film and what was said."""
    way = link_to(empty.desk, "Anna")
    address = begun(
        empty.browser, way, lift="deadlift", load_kg="82,5", target_reps="5", notes="=x"
    )
    half = len(WHOLE_FILM) // 2
    first = sent(empty.browser, address, 0, WHOLE_FILM[:half])
    assert (first.status_code, first.headers["upload-offset"]) == (204, str(half))
    assert arrived(empty.browser, address) == half
    assert of(empty.desk, "Anna") == []
    assert sent(empty.browser, address, half, WHOLE_FILM[half:]).status_code == 204
    (one,) = of(empty.desk, "Anna")
    assert (one.content, one.file, one.due) == (SHA256, "IMG 1.MP4", True)
    assert (one.said.lift, one.said.load_kg, one.said.target_reps) == ("deadlift", 82.5, 5)
    assert one.said.notes == "=x"
    assert one.path.read_bytes() == WHOLE_FILM
    assert arrived(empty.browser, address) == len(WHOLE_FILM)
    assert sent(empty.browser, address, len(WHOLE_FILM), b"").status_code == 204
    assert not list(empty.desk.uploads.glob("*/*.part"))


def test_the_protocol_is_told_and_kept(empty: Asking) -> None:
    """Other versions, offsets, types and lengths are refused, and nothing of them is kept."""
    way = link_to(empty.desk, "Anna")
    options = empty.browser.options(f"{way}/files")
    assert options.status_code == 204
    assert options.headers["tus-version"] == "1.0.0"
    assert "creation-with-upload" in options.headers["tus-extension"]
    assert options.headers["tus-max-size"] == "4000000000"
    address = begun(empty.browser, way)
    wrong = TUS | PART | {"Upload-Offset": "0"}
    refused = {
        412: wrong | {"Tus-Resumable": "0.2.2"},
        409: wrong | {"Upload-Offset": "7"},
        415: wrong | {"Content-Type": "text/plain"},
        400: wrong | {"Upload-Offset": "-1"},
    }
    for status, headers in refused.items():
        answer = empty.browser.patch(address, headers=headers, content=b"x" * 50)
        assert (answer.status_code, answer.headers["tus-resumable"]) == (status, "1.0.0")
    too_much = sent(empty.browser, address, 0, WHOLE_FILM + b"x")
    assert too_much.status_code == 413
    assert arrived(empty.browser, address) == 0
    override = TUS | {"X-HTTP-Method-Override": "DELETE"}
    assert empty.browser.post(address, headers=override).status_code == 204
    assert empty.browser.head(address, headers=TUS).status_code == 404


CANT_BEGIN: list[tuple[dict[str, str], int]] = [
    ({}, 400),
    ({"Upload-Length": "0"}, 400),
    ({"Upload-Length": "1e3"}, 400),
    ({"Upload-Length": "9" * 30}, 400),
    ({"Upload-Defer-Length": "1"}, 400),
    ({"Upload-Length": "4000000001"}, 413),
    ({"Upload-Length": "9", "Upload-Metadata": "filename ***"}, 400),
    ({"Upload-Length": "9", "Upload-Metadata": metadata(lift="curl")}, 400),
    ({"Upload-Length": "9", "Upload-Metadata": metadata(load_kg="nan")}, 400),
    ({"Upload-Length": "9", "Upload-Metadata": metadata(notes="x" * 2001)}, 400),
]


def test_what_cant_be_begun(empty: Asking) -> None:
    """Is refused with a sentence."""
    way = link_to(empty.desk, "Anna")
    for headers, status in CANT_BEGIN:
        answer = empty.browser.post(f"{way}/files", headers=TUS | headers)
        assert answer.status_code == status, headers
        assert answer.json()["detail"].endswith(".")


def test_only_its_own_link_leads_to_an_upload(empty: Asking) -> None:
    """Neither another client's link, nor a revoked one, nor a guess."""
    desk, browser = empty.desk, empty.browser
    way, other = link_to(desk, "Anna"), link_to(desk, "Bea")
    address = begun(browser, way)
    name = address.rpartition("/")[2]
    ways = (f"{other}/files/{name}", f"/c/x/files/{name}", f"{way}/files/..%2f..", f"{way}/files/x")
    for foreign in ways:
        for method in ("HEAD", "PATCH", "DELETE"):
            headers = TUS | PART | {"Upload-Offset": "0"}
            answer = browser.request(method, foreign, headers=headers, content=b"x")
            assert answer.status_code == 404
    link = make_link(desk.store, client_named(desk.store, "Anna"), shows_results=False)
    mine = f"/c/{link.token(desk.secret)}"
    address = begun(browser, mine)
    revoke_link(desk.store, link.id)
    assert sent(browser, address, 0, WHOLE_FILM).status_code == 404
    assert of(desk, "Anna") == of(desk, "Bea") == []


def test_the_same_film_twice_is_one(empty: Asking) -> None:
    """With what was said the second time; another client's is another's."""
    for client, said in (("Anna", {"load_kg": "80"}), ("Anna", {"lift": "deadlift"}), ("Bea", {})):
        way = link_to(empty.desk, client)
        headers = TUS | PART | {"Upload-Length": str(len(WHOLE_FILM))}
        headers |= {"Upload-Metadata": metadata(filename="a.mp4", **said)}
        answer = empty.browser.post(f"{way}/files", headers=headers, content=WHOLE_FILM)
        assert answer.headers["upload-offset"] == str(len(WHOLE_FILM))
    (one,) = of(empty.desk, "Anna")
    assert (one.said.load_kg, one.said.lift) == (80.0, "deadlift")
    (other,) = of(empty.desk, "Bea")
    assert other.path == one.path


def test_a_film_may_not_be_more_than_a_day_allows(empty: Asking, tmp_path: Path) -> None:
    """Those of today count, also the unfinished; what was begun and never came doesn't."""
    choices = replace(empty.desk.choices, uploads_a_day=2)
    with open_desk(tmp_path / "few", choices) as desk, asked(desk) as browser:
        way = link_to(desk, "Anna")
        begun(browser, way)
        for _ in range(2):
            sent(browser, begun(browser, way), 0, WHOLE_FILM[:5000])
        answer = browser.post(f"{way}/files", headers=TUS | {"Upload-Length": "9"})
        assert answer.status_code == 429
        assert begun(browser, link_to(desk, "Bea"))


def test_what_is_no_film_is_refused_early(empty: Asking) -> None:
    """With the first part, or at the end where there is but one; nothing of it stays."""
    head = b"#EXTM3U\n#EXTINF:9,\nhttp://127.0.0.1/x.ts\n"
    for length in (len(head), 1_000_000):
        address = begun(empty.browser, link_to(empty.desk, "Anna"), length)
        data = head if length == len(head) else head + bytes(9000)
        answer = sent(empty.browser, address, 0, data)
        assert answer.status_code == 415
        assert "Choose the video" in answer.json()["detail"]
        assert empty.browser.head(address, headers=TUS).status_code == 404
    assert of(empty.desk, "Anna") == []


def test_a_full_disk_is_said(empty: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before, where it is seen coming, and in the middle; what has come stays."""
    way = link_to(empty.desk, "Anna")
    address = begun(empty.browser, way)
    sent(empty.browser, address, 0, WHOLE_FILM[:5000])

    def full(*_: Any) -> int:
        raise OSError(errno.ENOSPC, "")

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        answer = sent(empty.browser, address, 5000, WHOLE_FILM[5000:])
        assert answer.status_code == 507
        assert "no room" in answer.json()["detail"]
    assert arrived(empty.browser, address) == 5000
    with monkeypatch.context() as patched:
        patched.setattr(incoming, "KEEP_FREE_BYTES", 1 << 60)
        assert sent(empty.browser, address, 5000, b"x").status_code == 507
        answer = empty.browser.post(f"{way}/files", headers=TUS | {"Upload-Length": "9"})
        assert answer.status_code == 507
    assert sent(empty.browser, address, 5000, WHOLE_FILM[5000:]).status_code == 204


def test_unfinished_films_wait_a_week(empty: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then they are gone, and their room is free."""
    address = begun(empty.browser, link_to(empty.desk, "Anna"))
    sent(empty.browser, address, 0, WHOLE_FILM[:5000])
    later_s = time.time() + coming.KEPT_S + 60
    monkeypatch.setattr(time, "time", lambda: later_s)
    assert empty.browser.head(address, headers=TUS).status_code == 404
    Incoming(empty.desk).clear_old()
    assert not list(empty.desk.uploads.glob("*/*"))


class Killed(Exception):  # noqa: N818 - it is no error of anybody's
    """The server is gone at this moment."""


def _at_the_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LocalFilms, "put", _killed)


def _behind_the_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Incoming, "_tell_database", _killed)


def _behind_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_note = coming.keep_note
    monkeypatch.setattr(
        incoming, "keep_note", lambda note, one: _killed() if one.content else keep_note(note, one)
    )


def _behind_the_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Incoming, "_clear", _killed)


def _killed(*_: Any) -> None:
    raise Killed


@pytest.mark.parametrize(
    "dies", [_at_the_store, _behind_the_store, _behind_the_database, _behind_the_note]
)
def test_a_whole_film_is_taken_in_once_whatever_happens(
    empty: Asking, monkeypatch: pytest.MonkeyPatch, dies: Callable[[pytest.MonkeyPatch], None]
) -> None:
    """Killed at any step of taking it in, it is there after the next start."""
    desk = empty.desk
    address = begun(empty.browser, link_to(desk, "Anna"))
    with monkeypatch.context() as patched:
        dies(patched)
        with pytest.raises(Killed):
            sent(empty.browser, address, 0, WHOLE_FILM)
    with open_desk(desk.out, desk.choices) as again, asked(again) as browser:
        (one,) = of(again, "Anna")
        assert (one.content, one.path.read_bytes()) == (SHA256, WHOLE_FILM)
        assert arrived(browser, address) == len(WHOLE_FILM)
        assert [left.suffix for left in again.uploads.glob("*/*")] == [".json"]


def test_the_whole_is_told_only_when_it_is_kept(
    empty: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that can't write just now: the client asks again, and it is taken in then."""
    address = begun(empty.browser, link_to(empty.desk, "Anna"))

    def refuses(*_: Any) -> None:
        raise OutputError("the database is locked.")

    with monkeypatch.context() as patched:
        patched.setattr(incoming, "add_upload", refuses)
        assert sent(empty.browser, address, 0, WHOLE_FILM).status_code == 503
        assert empty.browser.head(address, headers=TUS).status_code == 503
    assert arrived(empty.browser, address) == len(WHOLE_FILM)
    assert len(of(empty.desk, "Anna")) == 1


def test_the_latest_who_sends_goes_on(empty: Asking) -> None:
    """An earlier request that still hangs writes nothing any more."""
    desk = empty.desk
    link = make_link(desk.store, client_named(desk.store, "Anna"), shows_results=False)
    one = Incoming(desk).begin(link, "a.mp4", 10, {})
    earlier = Incoming(desk).write_on(one, 0)
    earlier.write(b"abc")
    later = Incoming(desk).write_on(one, 3)
    with pytest.raises(coming.NotTaken, match="elsewhere"):
        earlier.write(b"xyz")
    later.write(b"def")
    earlier.close()
    later.close()
    assert Incoming(desk).arrived(one) == 6


@settings(max_examples=20, deadline=None)
@given(cuts=st.lists(st.integers(1, len(WHOLE_FILM) - 1), max_size=4, unique=True).map(sorted))
def test_a_film_is_the_same_however_it_is_cut(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int]
) -> None:
    """In one part or several, at any byte."""
    out = tmp_path_factory.mktemp("cut") / "part"
    one = coming.Coming("0" * 32, 1, 1, "a.mp4", len(WHOLE_FILM), {}, 0.0)
    for start, end in zip([0, *cuts], [*cuts, len(WHOLE_FILM)], strict=True):
        writing = coming.Writing(out, coming.turn_of(out), start)
        writing.write(WHOLE_FILM[start:end])
        writing.close()
    assert out.read_bytes() == WHOLE_FILM
    assert one.length == out.stat().st_size


def test_other_clients_send_too(empty: Asking) -> None:
    """tuspy, and a connection that is cut in the middle of a part."""
    with serving(empty.desk) as port:
        way = link_to(empty.desk, "Anna")
        client = TusClient(f"http://127.0.0.1:{port}{way}/files")
        with FILM.open("rb") as film:
            said = {"filename": "t.mp4"}
            client.uploader(file_stream=film, chunk_size=200_000, metadata=said).upload()
        (one,) = of(empty.desk, "Anna")
        assert (one.content, one.file) == (SHA256, "t.mp4")

        address = begun(empty.browser, link_to(empty.desk, "Bea"))
        cut = http.client.HTTPConnection("127.0.0.1", port)
        cut.putrequest("PATCH", address)
        length = {"Upload-Offset": "0", "Content-Length": str(len(WHOLE_FILM))}
        for name, value in (TUS | PART | length).items():
            cut.putheader(name, value)
        cut.endheaders(WHOLE_FILM[:300_000])
        cut.close()
        until_s = time.monotonic() + 10
        while (there := arrived(empty.browser, address)) < 300_000:
            assert time.monotonic() < until_s
            time.sleep(0.02)
        assert sent(empty.browser, address, there, WHOLE_FILM[there:]).status_code == 204
        assert of(empty.desk, "Bea")[0].content == SHA256

"""What an attacker tries: many passwords, old cookies, other sites' pages, endless bodies."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, HTTPException
from starlette.testclient import TestClient

from formcheck.errors import OutputError
from formcheck.serve import gate
from formcheck.serve.desk import Choices, open_desk
from formcheck.serve.doors import COOKIE, HOST_COOKIE, Tries
from formcheck.serve.gate import FORM_BYTES
from formcheck.serve.headers import HEADERS
from formcheck.serve.kept.people import keep_coach
from formcheck.serve.signing import SECRET_FILE, desk_secret, hash_password
from tests.serve.conftest import ADDRESS, PAGE, Asking, asked, csrf_of
from tests.serve.test_doors import PASSWORD, sign_in

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def shut(tmp_path: Path) -> Iterator[Asking]:
    """A desk that asks for a password, with a coach."""
    choices = Choices(address=ADDRESS, works=False)
    with open_desk(tmp_path / "desk", choices) as desk, asked(desk) as browser:
        keep_coach(desk.store, "Bea", hash_password(PASSWORD))
        yield Asking(desk, browser)


def test_many_passwords_at_once_are_many() -> None:
    """A try counts when it begins; whoever owns a network has one address of it."""
    tries = Tries()

    def attempt(address: str) -> bool:
        try:
            tries.need_few(address)
        except HTTPException:
            return False
        return True

    with ThreadPoolExecutor(20) as many:
        assert sum(many.map(attempt, ["10.0.0.1"] * 40)) == 5
    assert sum(attempt(f"2001:db8::{n:x}") for n in range(20)) == 5
    assert sum(attempt(f"10.1.0.{n}") for n in range(200)) == 40  # 50 of all together
    tries.right("10.0.0.1")
    assert attempt("10.0.0.1")


def test_a_session_that_ended_opens_nothing(shut: Asking) -> None:
    """Whoever copied its cookie before signing out, or before another password, is out."""
    browser = shut.browser
    assert sign_in(browser, "Bea", PASSWORD) == 303
    stolen = browser.cookies[COOKIE]
    assert browser.get("/", headers=PAGE).status_code == 200
    browser.post("/sign-out", data={"csrf": csrf_of(browser, "/")})
    browser.cookies.clear()
    assert browser.get("/", headers={"Cookie": f"{COOKIE}={stolen}", **PAGE}).status_code == 303
    assert sign_in(browser, "Bea", PASSWORD) == 303
    assert browser.get("/", headers=PAGE).status_code == 200
    keep_coach(shut.desk.store, "Bea", hash_password("another long one"))
    assert browser.get("/", headers=PAGE).status_code == 303


def test_signing_in_begins_another_session(shut: Asking) -> None:
    """A cookie that somebody put there before isn't the one that is signed in."""
    before = csrf_of(shut.browser)
    assert sign_in(shut.browser, "Bea", PASSWORD) == 303
    assert csrf_of(shut.browser, "/") != before


@pytest.mark.parametrize("address", [ADDRESS, "https://desk.example"])
def test_cookies_are_out_of_reach(tmp_path: Path, address: str) -> None:
    """Of scripts, of other sites' forms and, under https, of whatever isn't this very host."""
    choices = Choices(address=address, works=False)
    with open_desk(tmp_path / "desk", choices) as desk, asked(desk) as browser:
        answer = browser.get(f"{address}/sign-in", headers=PAGE)
        said = answer.headers["set-cookie"]
    assert "HttpOnly" in said
    assert "SameSite=lax" in said
    assert "Path=/" in said
    assert "Domain" not in said
    is_https = address.startswith("https")
    assert ("Secure" in said) is is_https
    assert said.startswith(f"{HOST_COOKIE if is_https else COOKIE}=")


def test_a_desk_without_password_is_for_its_machine(empty: Asking) -> None:
    """Through a proxy or a tunnel anybody could ask."""
    assert empty.browser.get("/", headers=PAGE).status_code == 200
    for name in ("X-Forwarded-For", "Forwarded", "Via"):
        assert empty.browser.get("/", headers={name: "1.2.3.4", **PAGE}).status_code == 403


def test_other_sites_pages_are_turned_away(empty: Asking) -> None:
    """They may lead here, and neither load nor send anything behind their reader's back."""
    other = {"Sec-Fetch-Site": "cross-site"}
    leads = {**other, "Sec-Fetch-Mode": "navigate", **PAGE}
    assert empty.browser.get("/", headers=leads).status_code == 200
    assert empty.browser.get("/", headers={**other, "Sec-Fetch-Mode": "no-cors"}).status_code == 403
    token = {"X-CSRF-Token": csrf_of(empty.browser)}
    assert empty.browser.post("/sign-out", headers=leads | token).status_code == 403
    same = {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"}  # another port of this host
    assert empty.browser.get("/", headers=same).status_code == 403


def test_endless_forms_are_not_read(empty: Asking) -> None:
    """Neither one that says how long it is nor one that doesn't."""

    def endless() -> Iterator[bytes]:
        for _ in range(2 * FORM_BYTES // 4000):
            yield b"a=b&" * 1000

    for body in (b"x" * (FORM_BYTES + 1), endless()):
        answer = empty.browser.post("/sign-in", content=body, headers=FORM)
        assert answer.status_code == 413
        assert answer.headers["content-security-policy"]


def test_who_stops_sending_is_let_go(empty: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    """A body that never ends keeps no place."""
    monkeypatch.setattr(gate, "QUIET_S", 0.05)
    sent: list[dict[str, Any]] = []

    async def asking() -> None:
        parts = iter([{"type": "http.request", "body": b"name=", "more_body": True}])

        async def receive() -> dict[str, Any]:
            for part in parts:
                return part
            await asyncio.Event().wait()
            raise AssertionError

        async def send(message: Any) -> None:
            sent.append(message)

        headers = [(b"host", b"127.0.0.1"), (b"content-type", FORM["Content-Type"].encode())]
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": "/sign-in",
            "raw_path": b"/sign-in",
            "query_string": b"",
            "root_path": "",
            "headers": headers,
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 8765),
        }
        await asyncio.wait_for(empty.browser.app(scope, receive, send), 5)

    asyncio.run(asking())
    assert sent[0]["status"] == 408


def test_our_own_failure_tells_nothing(empty: Asking) -> None:
    """What went wrong is for the terminal; the headers are there."""
    app = empty.browser.app
    assert isinstance(app, FastAPI)

    @app.get("/fails")
    def fails() -> None:
        raise RuntimeError("a secret")

    browser = TestClient(app, base_url=ADDRESS, raise_server_exceptions=False)
    answer = browser.get("/fails", headers=PAGE)
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert all(answer.headers[name] == value for name, value in HEADERS.items())


def test_what_isnt_understood_is_not_repeated(shut: Asking) -> None:
    """A password in a field that is too long stands in no answer."""
    said = {"csrf": csrf_of(shut.browser), "name": "Bea", "password": "hunter2" * 500}
    answer = shut.browser.post("/sign-in", data=said)
    assert answer.status_code == 422
    assert "password" in answer.json()["detail"]
    assert "hunter2" not in answer.text


@pytest.mark.parametrize(
    "way",
    ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd"],
)
def test_nothing_but_what_is_static(empty: Asking, way: str) -> None:
    """No way leads out of its folder."""
    assert empty.browser.get(way).status_code in {303, 404, 401}


def test_one_key_for_one_folder(tmp_path: Path) -> None:
    """Two servers that begin at once sign alike; a key that is cut off signs nothing."""
    with ThreadPoolExecutor(8) as many:
        keys = set(many.map(lambda _: desk_secret(tmp_path), range(8)))
    assert len(keys) == 1
    assert (tmp_path / SECRET_FILE).stat().st_mode & 0o077 == 0
    (tmp_path / SECRET_FILE).write_bytes(b"")
    with pytest.raises(OutputError, match="cut off"):
        desk_secret(tmp_path)


def test_films_are_for_their_owners_eyes(empty: Asking) -> None:
    """Other users of the machine see nothing of the folder."""
    assert empty.desk.out.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("wanted", ["//evil.example", "/\\evil.example", "/\t/evil.example"])
def test_the_way_back_is_here(shut: Asking, wanted: str) -> None:
    """What was wanted before signing in leads to no other site, however it is written."""
    answer = shut.browser.get("/sign-in", params={"then": wanted}, headers=PAGE)
    assert 'name="then" value="/"' in answer.text

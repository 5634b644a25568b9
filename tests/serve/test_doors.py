"""Who gets in: coaches by password, nobody by guessing, no other site at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from formcheck.serve.desk import Choices, open_desk
from formcheck.serve.kept.people import keep_coach
from formcheck.serve.routes.sign_in import FIRST_START
from formcheck.serve.signing import hash_password, sign_dated
from tests.serve.conftest import ADDRESS, PAGE, Asking, asked, csrf_of

PASSWORD = "a long enough one"


@pytest.fixture
def shut(tmp_path: Path) -> Iterator[Asking]:
    """A desk that asks for a password."""
    choices = Choices(address=ADDRESS, works=False)
    with open_desk(tmp_path / "desk", choices) as desk, asked(desk) as browser:
        yield Asking(desk, browser)


def sign_in(browser: TestClient, name: str, password: str) -> int:
    said = {"csrf": csrf_of(browser), "name": name, "password": password, "then": "/"}
    return browser.post("/sign-in", data=said).status_code


def test_a_stranger_is_sent_to_sign_in(shut: Asking) -> None:
    """A window is sent there with the way back; a script is told."""
    answer = shut.browser.get("/?state=new", headers=PAGE)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?then=/?state=new"
    assert shut.browser.get("/events").status_code == 401


def test_the_first_coach_needs_the_printed_address(shut: Asking) -> None:
    """Without the key nobody can make themselves coach; with it once."""
    assert shut.browser.get("/first-start", headers=PAGE).status_code == 403
    key = sign_dated(shut.desk.secret, FIRST_START, 1)
    token = csrf_of(shut.browser, f"/first-start?key={key}")
    said = {"csrf": token, "key": key, "name": "Bea", "password": "short"}
    assert shut.browser.post("/first-start", data=said).status_code == 400
    assert shut.browser.post("/first-start", data=said | {"password": PASSWORD}).status_code == 303
    assert shut.browser.get("/", headers=PAGE).status_code == 200
    assert shut.browser.get(f"/first-start?key={key}", headers=PAGE).status_code == 404


def test_wrong_passwords_are_counted(shut: Asking) -> None:
    """Five in a minute; then even the right one waits."""
    keep_coach(shut.desk.store, "Bea", hash_password(PASSWORD))
    assert [sign_in(shut.browser, "Bea", "wrong") for _ in range(5)] == [401] * 5
    assert sign_in(shut.browser, "Bea", PASSWORD) == 429


def test_signing_in_leads_back_here_alone(shut: Asking) -> None:
    """No other site's address is followed."""
    keep_coach(shut.desk.store, "Bea", hash_password(PASSWORD))
    for wanted in ("//evil.example", "https://evil.example", "/\\evil.example"):
        said = {"csrf": csrf_of(shut.browser), "name": "Bea", "password": PASSWORD}
        answer = shut.browser.post("/sign-in", data=said | {"then": wanted})
        assert answer.headers["location"] == "/"


def test_another_site_can_change_nothing(shut: Asking) -> None:
    """Without the session's token, or with another's, nothing is done."""
    keep_coach(shut.desk.store, "Bea", hash_password(PASSWORD))
    assert sign_in(shut.browser, "Bea", PASSWORD) == 303
    assert shut.browser.post("/sign-out").status_code == 403
    assert shut.browser.post("/sign-out", data={"csrf": "0" * 32}).status_code == 403
    assert shut.browser.get("/", headers=PAGE).status_code == 200


def test_another_name_for_this_machine_is_refused(empty: Asking) -> None:
    """A site whose name leads to this machine isn't the desk."""
    assert empty.browser.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_every_answer_says_what_a_page_may_load(empty: Asking) -> None:
    """Errors too."""
    for way in ("/", "/nowhere", "/static/desk.css"):
        policy = empty.browser.get(way, headers=PAGE).headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy

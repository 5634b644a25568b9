"""Nobody in: every route, asked by everybody.

Strangers get signing in and what is static; a link opens its client's own and nothing else;
a coach gets everything, from the desk's own pages.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import APIRouter
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from formcheck.serve.desk import Choices, open_desk
from formcheck.serve.gate import FORM_BYTES
from formcheck.serve.headers import HEADERS
from tests.serve.conftest import ADDRESS, PAGE
from tests.serve.walk import SAFE, Gym, Way, open_gym, ways

JSON = {"Accept": "application/json"}
SHUT = {401, 403, 404, 405}
"""Answers that let nobody in; 303 is the way to sign in."""

LARGE = {
    *("/c/{token}", "/c/{token}/files", "/c/{token}/files/{name}"),
    *("/sets/{client_id}/{content}/voice", "/sets/{client_id}/{content}/mark"),
}
"""Where films and voice notes come in."""

WALKERS = ("stranger", "signed_out", "with_old_password", "forger")


@pytest.fixture(scope="module")
def gym(tmp_path_factory: pytest.TempPathFactory, judged_folder: Path) -> Iterator[Gym]:
    """A desk with two clients, who is told nothing: its bell is closed, so no answer waits."""
    out = tmp_path_factory.mktemp("gym") / "desk"
    shutil.copytree(judged_folder, out)
    choices = Choices(address=ADDRESS, asks_password=True, works=False)
    with open_desk(out, choices) as desk:
        desk.bell.close()
        yield open_gym(desk)


@pytest.fixture(scope="module")
def all_ways(gym: Gym) -> list[Way]:
    found = list(dict.fromkeys(ways(gym.stranger().app)))  # type: ignore[arg-type]
    assert {("GET", "/"), ("GET", "/events"), ("POST", "/sign-out")} <= {
        (one.method, one.path) for one in found
    }
    return found


def test_the_walk_sees_a_hole(gym: Gym) -> None:
    """A route that somebody forgot to guard is found, in a router of a router too."""
    browser = gym.stranger()
    inner, outer = APIRouter(), APIRouter(prefix="/rooms")

    @inner.get("/hole/{client_id}")
    def hole(client_id: int) -> str:
        return f"{gym.bert.client.name} {client_id}"

    outer.include_router(inner)
    browser.app.include_router(outer)  # type: ignore[attr-defined]
    way = Way("GET", "/rooms/hole/{client_id}")
    assert way in set(ways(browser.app))  # type: ignore[arg-type]
    answer = Answer(browser, way, gym.bert.named, JSON)
    assert not is_shut(answer)
    assert _told(answer.text, gym.bert.secrets) == {gym.bert.client.name}


class Answer:
    """What came back, but for what was asked; a socket's opening is 101."""

    def __init__(
        self, browser: TestClient, way: Way, named: dict[str, str], headers: dict[str, str]
    ) -> None:
        self.status, self.text, self.location = 101, "", ""
        address = way.address(named)
        if way.method == "WS":
            whole = ADDRESS.replace("http", "ws") + address
            try:
                with browser.websocket_connect(whole, headers={"Origin": ADDRESS, **headers}):
                    return
            except WebSocketDenialResponse as denied:
                self.status = denied.status_code
            except WebSocketDisconnect:
                self.status = 403
            return
        answer: Any = browser.request(way.method, address, headers=headers)
        missing = [name for name in HEADERS if name not in answer.headers]
        assert not missing, (way, missing)
        self.status, self.location = answer.status_code, answer.headers.get("location", "")
        said = " ".join((answer.text, *answer.headers.values()))
        self.text = said.replace(address, "").replace(quote(address), "")


def is_shut(answer: Answer) -> bool:
    if answer.status == 303:
        return answer.location.startswith("/sign-in?then=")
    return answer.status in SHUT


@pytest.mark.parametrize("walker", WALKERS)
def test_strangers_get_nothing(gym: Gym, all_ways: list[Way], walker: str) -> None:
    """Nor do a cookie of an ended session, of an old password, and a forged one."""
    browser: TestClient = getattr(gym, walker)()
    nobodys = {**gym.anna.named, "token": "ImYwZjAi.x"}
    for way in all_ways:
        if way.is_public:
            continue
        for accept in (JSON, PAGE):
            answer = Answer(browser, way, nobodys, accept)
            assert is_shut(answer), (walker, way, answer.status)
            assert not _told(answer.text, gym.anna.secrets | gym.bert.secrets), (walker, way)


def test_a_link_opens_its_own_clients_things(gym: Gym, all_ways: list[Way]) -> None:
    """Whatever of Bertram's Anna's link is asked for, nothing of his comes back."""
    browser = gym.stranger()
    ours, theirs = gym.anna, gym.bert
    for way in all_ways:
        mixed, own = {**theirs.named, "token": ours.token}, way.address(ours.named)
        for named in (ours.named, mixed):
            answer = Answer(browser, way, named, PAGE)
            assert answer.status < 500, (way, answer.status)
            assert not _told(answer.text, theirs.secrets), way
            if not way.is_of_link and not way.is_public:
                assert is_shut(answer), (way, answer.status)
        if way.is_of_link and way.method != "OPTIONS" and way.address(mixed) != own:
            answer = Answer(browser, way, mixed, JSON)
            assert answer.status >= 400, (way, answer.status, "of another client")


def test_a_revoked_link_leads_nowhere(gym: Gym, all_ways: list[Way]) -> None:
    """As one that never was: nobody learns which."""
    browser = gym.stranger()
    for way in all_ways:
        if way.is_of_link:
            named = {**gym.anna.named, "token": gym.revoked}
            answer = Answer(browser, way, named, PAGE)
            never = Answer(browser, way, {**named, "token": "no"}, PAGE)
            assert answer.status == never.status, way
            assert is_shut(answer), (way, answer.status)


def test_nothing_is_changed_without_the_pages_token(gym: Gym, all_ways: list[Way]) -> None:
    """A coach's cookie alone, as another site's form would bring it, changes nothing."""
    browser = gym.signed_in()
    del browser.headers["X-CSRF-Token"]
    for way in all_ways:
        if way.method in SAFE or way.is_of_link:
            continue
        headers = JSON | ({"Origin": "http://evil.example"} if way.method == "WS" else {})
        answer = Answer(browser, way, gym.anna.named, headers)
        assert answer.status == 403, (way, answer.status)


def test_a_coach_gets_everywhere(gym: Gym, all_ways: list[Way]) -> None:
    """No page fails, and none sends a coach away."""
    browser = gym.signed_in()
    for way in all_ways:
        if way.method == "GET" and not way.is_of_link:
            answer = Answer(browser, way, gym.anna.named, PAGE)
            assert answer.status < 500, (way, answer.status)
            assert way.is_public or answer.status not in {401, 403}, (way, answer.status)


def test_clients_learn_no_place_on_this_machine(gym: Gym, all_ways: list[Way]) -> None:
    """No answer to a client names a folder of the machine."""
    browser = gym.stranger()
    for way in all_ways:
        if way.is_of_link or way.is_public:
            answer = Answer(browser, way, gym.anna.named, PAGE)
            assert str(gym.desk.out) not in answer.text, way


def test_films_and_recordings_are_let_in(gym: Gym, all_ways: list[Way]) -> None:
    """What is larger than a form is refused by its own route's bounds alone."""
    for way in all_ways:
        if way.path in LARGE and way.method in {"POST", "PATCH"}:
            browser = gym.stranger() if way.is_of_link else gym.signed_in()
            address = way.address(gym.anna.named)
            answer = browser.request(way.method, address, content=bytes(4 * FORM_BYTES))
            assert answer.status_code != 413, way


def _told(text: str, secrets: set[str]) -> set[str]:
    return {one for one in secrets if one in text}

"""Text stays text: whatever a name, note or file name holds, on every page and in every form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from sqlalchemy import insert, update
from starlette.testclient import TestClient

from formcheck.history.desk_schema import MessageRow, UploadRow
from formcheck.history.export import safe_cell
from formcheck.history.schema import ClientRow, SetRow
from formcheck.serve.kept.decisions import Decision, decide
from formcheck.serve.kept.moment import now
from tests.serve.conftest import BOTH, PAGE, Asking
from tests.serve.walk import Gym, open_gym, ways

MARK = "zqx"
NASTY = (
    f"{MARK}<script>alert(1)</script>'\"&amp;<img src=x onerror=alert(2)>"
    "\u202e\u2066🏋️\u200d♀️ Ñ{{7*7}}"
)
TEXTS = (
    NASTY,
    f"{MARK}\0nul",
    f"{MARK}\r\nSet-Cookie: x=1",
    f"={MARK}()",
    MARK + "é" * 10_000,
    "../../" + MARK,
    "",
)


class Seen(HTMLParser):
    """What a page holds that could act."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.acts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag in {"script", "iframe", "object", "embed"}:
            source = said.get("src") or ""
            if not source.startswith("/static/") and said.get("type") != "application/json":
                self.acts.append(f"<{tag} {said}>")
        self.acts += [f"{name}={said[name]}" for name in said if name.startswith("on")]
        for name in ("href", "src", "action", "formaction"):
            if re.match(r"\s*(?:javascript|data:text)", said.get(name) or "", re.IGNORECASE):
                self.acts.append(f"{name}={said[name]}")


@pytest.fixture
def gym(judged: Asking) -> Iterator[Gym]:
    """A desk on which every text is nasty."""
    gym = open_gym(judged.desk)
    store, bert = judged.desk.store, gym.bert
    with store.writing() as connection:
        connection.execute(
            update(ClientRow).where(ClientRow.id == bert.client.id).values(name=NASTY)
        )
        for table in (SetRow, UploadRow):
            connection.execute(update(table).values(file=f"{NASTY}.mp4", notes=NASTY))
        sent = {"client_id": bert.client.id, "content": bert.content, "coach_id": gym.coach.id}
        times = {"written_at": now(), "sent_at": now()}
        connection.execute(insert(MessageRow).values(text=NASTY, **sent, **times))
    decision = Decision(bert.client.id, bert.content, gym.coach.id, "verdict", said="good")
    decide(store, replace(decision, cue="hip_drive", was="watch", why=NASTY))
    judged.desk.bell.close()
    yield replace(gym, bert=replace(bert, client=replace(bert.client, name=NASTY)))


@BOTH
def test_no_page_acts_on_it(gym: Gym) -> None:
    """On a coach's pages and a client's it is shown as it was written, and does nothing."""
    coach, client = gym.signed_in(), gym.stranger()
    shown = 0
    for way in ways(_app(coach)):
        if way.method != "GET" or way.path.startswith("/static"):
            continue
        browser = client if way.is_of_link else coach
        answer = browser.get(way.address(gym.bert.named), headers=PAGE)
        assert answer.status_code < 500, way
        assert not any("\n" in value or "\r" in value for value in answer.headers.values()), way
        if "text/html" in answer.headers.get("content-type", ""):
            assert "{{" not in answer.text.replace("{{7*7}}", "")
            if "report.html" not in way.path:  # a page of its own, under its own policy
                assert Seen(answer.text).acts == [], way
            shown += MARK in answer.text
    assert shown


@BOTH
def test_every_form_takes_it_or_says_no(gym: Gym) -> None:
    """Nothing fails over it, and no answer is another one's header."""
    coach, client = gym.signed_in(), gym.stranger()
    forms = 0
    for path, fields in _forms(_app(coach)):
        browser = client if path.startswith("/c/") else coach
        way = next(one for one in ways(_app(coach)) if (one.method, one.path) == ("POST", path))
        for text in TEXTS:
            address = way.address(gym.anna.named)
            answer = browser.post(address, data=dict.fromkeys(fields, text), headers=PAGE)
            assert answer.status_code < 500, (path, text[:40])
            assert "x=1" not in answer.headers.get("set-cookie", "")
        forms += 1
    assert forms


def _forms(app: FastAPI) -> Iterator[tuple[str, list[str]]]:
    for one in iter_route_contexts(app.routes):
        route = one.original_route
        if isinstance(route, APIRoute) and "POST" in (one.methods or ()):
            fields = [field.name for field in route.dependant.body_params]
            if fields and "files" not in str(one.path):
                yield str(one.path), fields


def _app(browser: TestClient) -> FastAPI:
    app = browser.app
    assert isinstance(app, FastAPI)
    return app


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_no_table_reckons_with_it(begin: str) -> None:
    """A cell that a spreadsheet would take for a formula is made a text."""
    assert safe_cell(f'{begin}HYPERLINK("http://x")') == f'\'{begin}HYPERLINK("http://x")'
    assert safe_cell(-1.5) == -1.5


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a/b.mp4", "x.m3u8", "..", ".mp4", "x.MP4", "\0"]
)
def test_no_file_name_is_a_path(gym: Gym, name: str, tmp_path: Path) -> None:
    """A film lies where its content says, whatever a phone calls it."""
    coming = tmp_path / "coming"
    coming.write_text(name)
    content, path = gym.desk.films.put(coming, name)
    assert path.parent == gym.desk.out / "films" / content[:2]
    assert path.name in {f"{content}.film", f"{content}.mp4"}

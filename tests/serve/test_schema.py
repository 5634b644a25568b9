"""Whatever is sent to what answers JSON, the desk never fails: by its own description of itself."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from fastapi import APIRouter, FastAPI
from hypothesis import HealthCheck, given, seed, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from pydantic import BaseModel
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from starlette.testclient import TestClient

from formcheck.serve.doors import HEADER, TheDesk
from formcheck.serve.kept.people import client_named, keep_coach
from formcheck.serve.kept.sets import way_name
from formcheck.serve.kept.uploads import uploads_of
from tests.serve.conftest import ADDRESS, BOTH, Asking, csrf_of

EXAMPLES = 3
"""For each route, of what fits its description and of what doesn't, anywhere and at a set that
is there: a few seconds for all."""

FITS, DOESNT = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
SEED = 20261129
SENT = ("method", "url", "params")


class Told(BaseModel):
    """As careless as can be."""

    name: str
    number: int = 1


def failures(
    app: FastAPI, token: str, known: dict[str, Any], *, quick: bool = False, only: str = ""
) -> list[str]:
    """Send to every route of the description; gives what made the desk fail.

    ``quick``: only what fits it, at a set that is there; ``only`` is part of their address.
    """
    browser = TestClient(app, base_url=ADDRESS, raise_server_exceptions=False)
    browser.headers[HEADER] = token
    failed: list[str] = []
    for found in schemathesis.openapi.from_dict(app.openapi()).get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        if only not in operation.path or _is_sound(app, operation):
            continue
        names = {one.name for one in operation.path_parameters}
        there = {name: value for name, value in known.items() if name in names}
        for mode in [FITS] if quick else [FITS, DOESNT]:
            failed += _failed(browser, operation.as_strategy(mode), there)
    return failed


def _is_sound(app: FastAPI, operation: Any) -> bool:
    """Whether it takes a recording, which isn't made up in a moment."""
    said = app.openapi()["paths"][operation.path][operation.method]
    kinds = said.get("requestBody", {}).get("content", {})
    return any(kind.startswith("audio/") for kind in kinds)


def _failed(browser: TestClient, cases: SearchStrategy[Any], at: dict[str, Any]) -> list[str]:
    failed: list[str] = []

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def send(case: Any) -> None:
        case.path_parameters = {**(case.path_parameters or {}), **at}
        said = case.as_transport_kwargs(base_url=ADDRESS)
        asked = {name: said[name] for name in SENT}
        if "json" in said:
            asked["content"] = json.dumps(said["json"])
            asked["headers"] = {"Content-Type": "application/json"}
        if browser.request(**asked).status_code >= 500:
            failed.append(f"{asked}")

    with suppress(Unsatisfiable):  # of a route that takes nothing, nothing is wrong
        send()
    return failed


@BOTH
def test_the_desk_never_fails(judged: Asking, database: str | None) -> None:
    """Neither what fits the description nor what doesn't is answered with a failure."""
    (one,) = judged.desk.store.sets()
    anna = client_named(judged.desk.store, "Anna")
    known = {"client_id": anna.id, "content": way_name(one.content)}
    app = judged.browser.app
    assert isinstance(app, FastAPI)
    token = csrf_of(judged.browser, "/")
    assert failures(app, token, known, quick=database is not None) == []


@pytest.mark.parametrize("database", ["postgres", "sqlite"], indirect=True)
def test_texts_and_numbers_that_no_database_keeps(empty: Asking) -> None:
    """A route that checks nothing itself doesn't fail over them; one that does is found."""

    router, careless = APIRouter(), APIRouter()

    @router.post("/told/{client_id}")
    def told(desk: TheDesk, client_id: int, said: Told) -> int:
        keep_coach(desk.store, said.name, "")
        return len(uploads_of(desk.store, client_id, said.name)) + len(
            uploads_of(desk.store, said.number)
        )

    @careless.post("/careless")
    def fails(said: Told) -> float:
        return 1 / len(said.name)

    app = empty.browser.app
    assert isinstance(app, FastAPI)
    token = csrf_of(empty.browser, "/")
    app.include_router(router)
    assert failures(app, token, {}, only="/told") == []
    for name in ("nul \0", "half \\ud800", "x" * 100_000):
        body = f'{{"name": "{name}", "number": {10**30}}}'.replace("\0", "\\u0000")
        answer = empty.browser.post(
            f"/told/{10**25}", content=body, headers={HEADER: token, "Content-Type": "text/json"}
        )
        assert answer.status_code < 500
    app.openapi_schema = None
    app.include_router(careless)
    assert any("careless" in one for one in failures(app, token, {}, only="/careless"))

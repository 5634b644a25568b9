"""Everybody who may ask, and every address there is: what ``test_walk.py`` walks.

A new route is found by itself. What its address names ({token}, {client_id}, …) is looked up
in ``named``; a name that isn't there fails the walk, for a guess would prove nothing.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from sqlalchemy import insert
from starlette.routing import Mount, WebSocketRoute
from starlette.testclient import TestClient

from formcheck.history.desk_schema import MarkRow
from formcheck.serve.app import create_app
from formcheck.serve.desk import Desk
from formcheck.serve.doors import HEADER, Session, cookie_name, session_for
from formcheck.serve.kept.links import Link, make_link, revoke_link
from formcheck.serve.kept.moment import now
from formcheck.serve.kept.people import Client, Coach, client_named, keep_coach
from formcheck.serve.kept.sessions import end_session
from formcheck.serve.kept.sets import way_name
from formcheck.serve.kept.uploads import Said, Upload, add_upload, new_upload_id
from formcheck.serve.signing import new_nonce, sign_dated
from tests.serve.conftest import ADDRESS

PUBLIC = {
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("POST", "/sign-out"),
    ("GET", "/first-start"),
    ("POST", "/first-start"),
    ("GET", "/ca"),
    ("GET", "/ca/formcheck-desk.crt"),
}
"""What a stranger may ask. The first start wants the key that was printed, by itself; a phone
takes the certificate in before it can trust anything here."""

LINK = "/c/{token}"
"""A client's own, where the link in the address is what lets in."""

STATIC = "/static"
OTHERS_FILM = "another film, quite private"
OTHER = "Bertram Zyx"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Way:
    """A route: "WS" is a socket."""

    method: str
    path: str

    @property
    def is_of_link(self) -> bool:
        """Whether it is a client's."""
        return self.path == LINK or self.path.startswith(f"{LINK}/")

    @property
    def is_public(self) -> bool:
        """Whether a stranger may ask it."""
        return (self.method, self.path) in PUBLIC or self.path.startswith(STATIC)

    def address(self, named: dict[str, str]) -> str:
        """Fill in whose it is."""

        def value(found: re.Match[str]) -> str:
            name = found[2].partition(":")[0]
            after = f"{found[1]}/{name}"
            assert name in named or after in named, (
                f"{self.method} {self.path}: say in tests/serve/walk.py, in Owner.named, what "
                f"{{{name}}} is for a client"
            )
            said = named.get(after, named.get(name, ""))
            return f"{found[1]}/{said}" if found[1] else said

        return re.sub(r"(?:(?<=/)([^/{}]+)/)?\{([^}]*)\}", value, self.path)


def ways(app: FastAPI) -> Iterator[Way]:
    """Every route of the app, those of included routers and mounts too."""
    for one in iter_route_contexts(app.routes):
        path = str(one.path)
        route = one.original_route
        if isinstance(route, Mount):
            if path == STATIC:
                yield Way("GET", f"{STATIC}/desk.css")
                continue
            for inner in ways(route.app):  # type: ignore[arg-type]  # another app in ours
                yield replace(inner, path=path + inner.path)
        elif isinstance(route, WebSocketRoute) or not getattr(one, "methods", None):
            yield Way("WS", path)
        else:
            for method in sorted(one.methods or ()):
                yield Way(method, path)


@dataclass(frozen=True)
class Owner:
    """A client with a set, and what an address may name of it."""

    client: Client
    link: Link
    token: str
    content: str
    upload: str
    file: str
    mark: int

    @property
    def named(self) -> dict[str, str]:
        """What stands for each name in an address; for one that follows a word, by both."""
        return {
            "token": self.token,
            "client_id": str(self.client.id),
            "content": way_name(self.content),
            "upload_id": self.upload,
            "link_id": str(self.link.id),
            "mark_id": str(self.mark),
            "files/name": self.upload,
            "pictures/name": "rep-1.jpg",
        }

    @property
    def secrets(self) -> set[str]:
        """What nobody else may learn."""
        names = {self.client.name, self.client.folder, self.file, self.content, self.link.nonce}
        names.add(_said(self.client))
        return names | ({OTHERS_FILM} if self.client.name == OTHER else set())


@dataclass(frozen=True)
class Gym:
    """A desk with a password, a coach and two clients, each with a judged set."""

    desk: Desk
    coach: Coach
    anna: Owner
    bert: Owner
    revoked: str

    def stranger(self) -> TestClient:
        """Nobody we know, with a session as everybody gets one."""
        return self._browser(Session(new_nonce()))

    def signed_in(self) -> TestClient:
        """The coach."""
        return self._browser(session_for(self.coach))

    def signed_out(self) -> TestClient:
        """Who copied a coach's cookie before the coach signed out."""
        session = session_for(self.coach)
        end_session(self.desk.store, session.nonce)
        return self._browser(session)

    def with_old_password(self) -> TestClient:
        """Who signed in with a password that is another since."""
        return self._browser(session_for(replace(self.coach, password="another hash")))

    def forger(self) -> TestClient:
        """Who signs by a key of their own."""
        session = session_for(self.coach)
        return self._browser(session, b"0" * 32)

    def cookie(self, session: Session, secret: bytes | None = None) -> str:
        """What a browser with a session brings."""
        values = [session.nonce, session.coach_id, session.mark]
        return sign_dated(secret or self.desk.secret, "session", values)

    def _browser(self, session: Session, secret: bytes | None = None) -> TestClient:
        cookie = self.cookie(session, secret)
        browser = TestClient(create_app(self.desk), base_url=ADDRESS, follow_redirects=False)
        browser.headers[HEADER] = session.csrf
        browser.headers["Cookie"] = f"{cookie_name(self.desk)}={cookie}"
        return browser


def open_gym(desk: Desk) -> Gym:
    """Let a second client in beside Anna, and a coach."""
    store = desk.store
    coach = keep_coach(store, "Coach Quill", "not a hash that any password has")
    (one,) = store.sets(details=True)
    bert = client_named(store, OTHER)
    coming = desk.uploads / "coming"
    coming.write_text(OTHERS_FILM)
    content, path = desk.films.put(coming, "x.mp4")
    results = desk.out / one.folder
    other = replace(
        one,
        client=bert.name,
        content=content,
        key="k" * 64,
        file="zyx-private.mp4",
        path=str(path),
        folder=f"clients/{bert.folder}/2026-11-20-zyx",
    )
    shutil.copytree(results, desk.out / other.folder)
    store.add_set(other)
    anna = client_named(store, "Anna")
    late = make_link(store, anna, shows_results=True)
    revoke_link(store, late.id)
    return Gym(
        desk,
        coach,
        _owner(desk, coach, anna, one.content, one.file, Path(one.path)),
        _owner(desk, coach, bert, content, other.file, path),
        late.token(desk.secret),
    )


def _owner(desk: Desk, coach: Coach, client: Client, content: str, file: str, path: Path) -> Owner:
    link = make_link(desk.store, client, shows_results=True)
    one = Upload(
        id=new_upload_id(),
        client_id=client.id,
        client=client.name,
        content=content,
        file=file,
        path=path,
        size=1,
        received_at=now(),
        said=Said(),
        link_id=link.id,
        due=False,
    )
    add_upload(desk.store, one)
    mark = {
        "client_id": client.id,
        "content": content,
        "coach_id": coach.id,
        "made_at": now(),
        "at_s": 1.0,
        "kind": "text",
        "shape": [[0.1, 0.1]],
        "text": _said(client),
        "file": "",
    }
    with desk.store.writing() as connection:
        key = connection.execute(insert(MarkRow).values(mark)).inserted_primary_key
    assert key is not None
    return Owner(client, link, link.token(desk.secret), content, one.id, file, int(key[0]))


def _said(client: Client) -> str:
    return f"a word for number {client.id} alone"

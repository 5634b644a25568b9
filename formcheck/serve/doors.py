"""Who is asking, and what they may: coaches by a session, clients by their link.

A session is a signed cookie that no script can read; whatever changes something must bring
its token too, which another site's page can't know. A client's link is in the address
itself, so no other site can use it without having it.
"""

from __future__ import annotations

import hmac
import time
from collections import deque
from dataclasses import dataclass
from typing import Annotated, cast
from urllib.parse import quote

from fastapi import Depends, HTTPException, Request, Response
from starlette.datastructures import UploadFile
from starlette.requests import HTTPConnection

from formcheck.serve.desk import Desk
from formcheck.serve.kept.links import Link, link_of_token
from formcheck.serve.kept.people import Coach, coach, has_password, the_lone_coach
from formcheck.serve.signing import new_nonce, sign_dated, signed_lately

COOKIE = "formcheck_session"
SESSION_S = 30 * 86400.0
FORM_FIELD, HEADER = "csrf", "X-CSRF-Token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

TRIES, TRIES_WITHIN_S = 5, 60.0
"""Wrong passwords from one address, and from all together ten times as many, in a minute."""


class NotSignedIn(Exception):  # noqa: N818 - said to a browser, which is sent to sign in
    """Nobody has signed in, or the session is over."""

    def __init__(self, wanted: str) -> None:
        super().__init__(wanted)
        self.wanted = wanted


@dataclass(frozen=True)
class Session:
    """A browser's session: ``coach_id`` is None before anybody signed in."""

    nonce: str
    coach_id: int | None = None

    @property
    def csrf(self) -> str:
        """What a form must bring: known to our own pages alone."""
        return self.nonce


def desk_of(request: HTTPConnection) -> Desk:
    """Give the open desk."""
    return cast(Desk, request.app.state.desk)


def session_of(request: HTTPConnection) -> Session:
    """Give the browser's session, a new one where it has none."""
    known = getattr(request.state, "session", None)
    if known is None:
        known = _read(request)
        request.state.session = known
    return cast(Session, known)


def _read(request: HTTPConnection) -> Session:
    token = request.cookies.get(COOKIE, "")
    said = signed_lately(desk_of(request).secret, "session", token, SESSION_S)
    if isinstance(said, list) and len(said) == 2:
        return Session(str(said[0]), said[1])
    return Session(new_nonce())


def keep_session(response: Response, desk: Desk, session: Session) -> None:
    """Give the browser its session's cookie."""
    response.set_cookie(
        COOKIE,
        sign_dated(desk.secret, "session", [session.nonce, session.coach_id]),
        max_age=int(SESSION_S),
        httponly=True,
        samesite="lax",
        secure=desk.choices.is_https,
        path="/",
    )


def need_coach(request: HTTPConnection) -> Coach:
    """Let coaches alone through.

    Raises
    ------
    NotSignedIn
        Nobody has signed in.
    """
    desk = desk_of(request)
    if not desk.choices.asks_password and not has_password(desk.store):
        return the_lone_coach(desk.store)
    session = session_of(request)
    found = None if session.coach_id is None else coach(desk.store, session.coach_id)
    if found is None:
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        raise NotSignedIn(quote(wanted, safe="/?=&"))
    return found


async def need_token(request: Request) -> None:
    """Let only our own pages change anything.

    Raises
    ------
    HTTPException
        403: the request brings no token, or another session's.
    """
    if request.method in SAFE:
        return
    brought = request.headers.get(HEADER)
    if brought is None:
        said = (await request.form()).get(FORM_FIELD, "")
        brought = "" if isinstance(said, UploadFile) else said
    if not hmac.compare_digest(brought.encode(), session_of(request).csrf.encode()):
        raise HTTPException(403, "This page is too old. Load it anew, and try again.")


def need_link(request: HTTPConnection, token: str) -> Link:
    """Let whoever has a client's link through, to what is that client's alone.

    Raises
    ------
    HTTPException
        404: the link isn't ours, or was revoked; nobody learns which.
    """
    desk = desk_of(request)
    link = link_of_token(desk.store, desk.secret, token)
    if link is None:
        raise HTTPException(404, "This link leads nowhere any more. Ask your coach for a new one.")
    return link


class Tries:
    """Counts wrong passwords, by address and altogether."""

    def __init__(self) -> None:
        self._by_address: dict[str, deque[float]] = {}
        self._all: deque[float] = deque(maxlen=TRIES * 10)

    def need_few(self, address: str) -> None:
        """Refuse who has been wrong too often.

        Raises
        ------
        HTTPException
            429.
        """
        since_s = time.monotonic() - TRIES_WITHIN_S
        mine = self._by_address.get(address, deque())
        too_many = len([one for one in mine if one > since_s]) >= TRIES
        if too_many or len([one for one in self._all if one > since_s]) >= TRIES * 10:
            raise HTTPException(429, "Too many wrong passwords. Wait a minute, and try again.")

    def wrong(self, address: str) -> None:
        """Note a wrong one."""
        now_s = time.monotonic()
        if len(self._by_address) > 10_000:
            self._by_address.clear()
        self._by_address.setdefault(address, deque(maxlen=TRIES)).append(now_s)
        self._all.append(now_s)

    def right(self, address: str) -> None:
        """Forget the wrong ones of an address."""
        self._by_address.pop(address, None)


TheDesk = Annotated[Desk, Depends(desk_of)]
TheCoach = Annotated[Coach, Depends(need_coach)]
TheLink = Annotated[Link, Depends(need_link)]
"""Dependencies that a route names among its parameters; ``token`` is in a link's path."""

"""Who is asking, and what they may: coaches by a session, clients by their link.

A session is a signed cookie that no script can read; whatever changes something must bring
its token too, which another site's page can't know. A client's link is in the address
itself, so no other site can use it without having it.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Annotated, cast
from urllib.parse import quote

from fastapi import Depends, HTTPException, Request, Response
from starlette.datastructures import UploadFile
from starlette.requests import HTTPConnection

from formcheck.serve.desk import Desk
from formcheck.serve.gate import SAFE
from formcheck.serve.kept.links import Link, link_of_token
from formcheck.serve.kept.people import Coach, coach, has_password, the_lone_coach
from formcheck.serve.kept.sessions import has_ended
from formcheck.serve.signing import new_nonce, sign_dated, signed_lately

COOKIE, HOST_COOKIE = "formcheck_session", "__Host-formcheck_session"
"""The second under https: browsers take it from this host's https alone, so nothing that
answers at another port or without https can put one of its own in its place."""

SESSION_S = 30 * 86400.0
FORM_FIELD, HEADER = "csrf", "X-CSRF-Token"

TRIES, TRIES_WITHIN_S = 5, 60.0
"""Passwords tried from one address, and from all together ten times as many, in a minute."""

ONE_NETWORK = 64
"""Bits of an IPv6 address that say whose it is: the rest its owner chooses."""

THROUGH_ANOTHER = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
"""What a proxy or tunnel adds: who asks through one needn't sit at this machine."""


class NotSignedIn(Exception):  # noqa: N818 - said to a browser, which is sent to sign in
    """Nobody has signed in, or the session is over."""

    def __init__(self, wanted: str) -> None:
        super().__init__(wanted)
        self.wanted = wanted


@dataclass(frozen=True)
class Session:
    """A browser's session: ``coach_id`` is None before anybody signed in.

    ``mark`` is that of the password it began with: with another one it is over.
    """

    nonce: str
    coach_id: int | None = None
    mark: str = ""

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
    desk = desk_of(request)
    token = request.cookies.get(cookie_name(desk), "")
    said = signed_lately(desk.secret, "session", token, SESSION_S)
    if isinstance(said, list) and len(said) == 3:
        return Session(*said)
    return Session(new_nonce())


def cookie_name(desk: Desk) -> str:
    """Name the session's cookie."""
    return HOST_COOKIE if desk.choices.is_https else COOKIE


def session_for(one: Coach) -> Session:
    """Begin a coach's session."""
    return Session(new_nonce(), one.id, _mark(one))


def _mark(one: Coach) -> str:
    return hashlib.sha256(one.password.encode()).hexdigest()[:16]


def keep_session(response: Response, desk: Desk, session: Session) -> None:
    """Give the browser its session's cookie."""
    response.set_cookie(
        cookie_name(desk),
        sign_dated(desk.secret, "session", [session.nonce, session.coach_id, session.mark]),
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
    HTTPException
        403: it asks for no password, and somebody asks from elsewhere.
    """
    desk = desk_of(request)
    if not desk.choices.asks_password and not has_password(desk.store):
        if any(name in request.headers for name in THROUGH_ANOTHER):
            raise HTTPException(403, "This desk has no password, so it opens on its machine only.")
        return the_lone_coach(desk.store)
    session = session_of(request)
    found = None if session.coach_id is None else coach(desk.store, session.coach_id)
    if found is None or session.mark != _mark(found) or has_ended(desk.store, session.nonce):
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        raise NotSignedIn(quote(wanted, safe="/?="))
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
    """Counts passwords that are tried, by address and altogether.

    A try counts when it begins, so that many at once are as many as one after the other.
    """

    def __init__(self) -> None:
        self._by_address: dict[str, deque[float]] = {}
        self._all: deque[float] = deque(maxlen=TRIES * 10)
        self._lock = threading.Lock()

    def need_few(self, address: str) -> None:
        """Count a try; refuse who has been wrong too often.

        Raises
        ------
        HTTPException
            429.
        """
        now_s, whose = time.monotonic(), _whose(address)
        with self._lock:
            if len(self._by_address) > 10_000:
                self._by_address.clear()
            mine = self._by_address.setdefault(whose, deque(maxlen=TRIES))
            if any(_is_full(one, now_s) for one in (mine, self._all)):
                raise HTTPException(429, "Too many wrong passwords. Wait a minute, and try again.")
            mine.append(now_s)
            self._all.append(now_s)

    def right(self, address: str) -> None:
        """Forget the tries of an address: its last was right."""
        with self._lock:
            self._by_address.pop(_whose(address), None)
            if self._all:
                self._all.pop()


def _is_full(tries: deque[float], now_s: float) -> bool:
    """Whether the earliest of as many as are counted is still of this minute."""
    return len(tries) == tries.maxlen and tries[0] > now_s - TRIES_WITHIN_S


def _whose(address: str) -> str:
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if known.version == 4:
        return address
    return str(ipaddress.ip_network((known, ONE_NETWORK), strict=False))


TheDesk = Annotated[Desk, Depends(desk_of)]
TheCoach = Annotated[Coach, Depends(need_coach)]
TheLink = Annotated[Link, Depends(need_link)]
"""Dependencies that a route names among its parameters; ``token`` is in a link's path."""

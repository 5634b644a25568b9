"""What is refused at the gate, before any route looks at it.

Bodies that never end, addresses that stand for nothing, and what another site's page asks for
behind its reader's back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FORM_BYTES = 256 * 1024
"""As large as anything may be that is sent, where a route doesn't say ``max_body_size``: ours
are 20 kB at most, and the longest note, ten thousand letters, 40 kB."""

OWN_BOUNDS = 1 << 50
"""The ``max_body_size`` of routes that read piece by piece, and stop by themselves."""

QUIET_S = 60.0
"""So long a sender may send nothing before its place is given to others."""

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OURS = frozenset({"same-origin", "none", ""})
"""What browsers say of a request that our own page made, or its reader; "" are older ones."""

Refuse = Callable[[Scope, HTTPException, Receive, Send], Awaitable[None]]


class Gate:
    """Lets through what is fit to be looked at; ``refuse`` answers the rest."""

    def __init__(self, app: ASGIApp, refuse: Refuse) -> None:
        self._app = app
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with a body that ends."""
        if scope["type"] == "websocket":
            if _is_foreign_socket(Headers(scope=scope)):
                await send({"type": "websocket.close", "code": 1008})
            else:
                await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        problem = _unfit(scope)
        if problem is not None:
            await self._refuse(scope, problem, receive, send)
            return
        await self._app(scope, _ending(receive), send)


def _unfit(scope: Scope) -> HTTPException | None:
    headers = Headers(scope=scope)
    if "\0" in scope["path"] or b"%00" in scope["query_string"]:
        return HTTPException(400, "That address holds a sign that stands for nothing.")
    if _is_foreign(scope["method"], headers):
        return HTTPException(403, "Another site's page asked for this. Open it from the desk.")
    return None


def _is_foreign(method: str, headers: Headers) -> bool:
    """Whether another site's page asks, and not for a window of its reader's."""
    if headers.get("sec-fetch-site", "") in OURS:
        return False
    return method not in SAFE or headers.get("sec-fetch-mode") != "navigate"


def _is_foreign_socket(headers: Headers) -> bool:
    """Whether another site's page opens it: browsers always say whose; programs needn't."""
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host")


def _ending(receive: Receive) -> Receive:
    """A body from a sender who goes on sending until it is whole."""
    whole = False

    async def receiving() -> Message:
        nonlocal whole
        if whole:  # what comes now is the browser's leaving, whenever that is
            return await receive()
        try:
            message = await asyncio.wait_for(receive(), QUIET_S)
        except TimeoutError:
            raise HTTPException(408, "Nothing came any more. Try again.") from None
        whole = not message.get("more_body", False)
        return message

    return receiving

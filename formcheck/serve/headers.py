"""What is sent with every answer, so that no page of ours loads or tells anything elsewhere."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
"""No page of ours loads, sends or is framed anywhere else; no script or style stands in one."""

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # a client's link is in the address
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=()",
    "X-Robots-Tag": "noindex, nofollow",  # a gym's desk may stand where crawlers come by
}
STATIC = "/static/"
KEEP_NOTHING, ASK_FIRST = "no-store", "no-cache"
"""Pages stay in no cache; styles and scripts do, and are asked for by their mark each time."""


class WithHeaders:
    """Adds them to what has none of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, with our headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                is_static = scope["path"].startswith(STATIC)
                headers.setdefault("Cache-Control", ASK_FIRST if is_static else KEEP_NOTHING)
            await send(message)

        await self._app(scope, receive, sending)

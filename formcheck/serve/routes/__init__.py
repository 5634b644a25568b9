"""The screens, a module each. ``ROUTERS`` lists their routes."""

from __future__ import annotations

from formcheck.serve.routes import (
    decisions,
    inbox,
    live,
    marks,
    messages,
    result,
    review,
    send,
    sign_in,
    stream,
)

ROUTERS = (
    sign_in.router,
    inbox.router,
    stream.router,
    send.router,
    review.router,
    decisions.router,
    marks.router,
    messages.router,
    result.router,
    live.router,
)

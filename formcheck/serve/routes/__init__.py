"""The screens, a module each. ``ROUTERS`` lists their routes."""

from __future__ import annotations

from formcheck.serve.routes import (
    clients,
    compare,
    decisions,
    inbox,
    live,
    marks,
    messages,
    result,
    review,
    send,
    setup,
    sign_in,
    stream,
)

ROUTERS = (
    sign_in.router,
    inbox.router,
    clients.router,
    compare.router,
    setup.router,
    stream.router,
    send.router,
    review.router,
    decisions.router,
    marks.router,
    messages.router,
    result.router,
    live.router,
)

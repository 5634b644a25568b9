"""The screens, a module each. ``ROUTERS`` lists their routes."""

from __future__ import annotations

from formcheck.serve.routes import inbox, send, sign_in, stream

ROUTERS = (sign_in.router, inbox.router, stream.router, send.router)

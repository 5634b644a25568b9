"""The screens, a module each. ``ROUTERS`` lists their routes."""

from __future__ import annotations

from formcheck.serve.routes import inbox, sign_in, stream

ROUTERS = (sign_in.router, inbox.router, stream.router)

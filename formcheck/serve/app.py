"""The app: routes, what is sent with every answer, and what errors look like."""

from __future__ import annotations

import logging
from importlib import resources
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import Receive, Scope, Send

from formcheck.errors import FormcheckError
from formcheck.serve.desk import Desk
from formcheck.serve.doors import NotSignedIn, Tries
from formcheck.serve.gate import FORM_BYTES, Gate
from formcheck.serve.headers import HEADERS, KEEP_NOTHING, WithHeaders
from formcheck.serve.pages import page, wants_page
from formcheck.serve.routes import ROUTERS
from formcheck.version import version

_LOG = logging.getLogger(__name__)

MOST_TOLD = 3
NO_ROOM = 507
CANT_BE_KEPT = (
    "This can't be kept at the moment: the desk's disk may be full, or its database busy. "
    "Try again in a while."
)


def create_app(desk: Desk, hosts: tuple[str, ...] = ()) -> FastAPI:
    """Put the app together over an open desk.

    Parameters
    ----------
    desk
        The open desk.
    hosts
        Names by which it may be called besides its own address; others are refused, so
        that no site can pass itself off as this machine.
    """
    app = FastAPI(
        title="formcheck",
        version=version(),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,  # nobody needs it from outside
    )
    app.state.desk = desk
    app.state.tries = Tries()
    own = urlsplit(desk.choices.address).hostname or "127.0.0.1"
    allowed = [own, "localhost", "127.0.0.1", "[::1]", *hosts]
    app.add_middleware(Gate, refuse=_refuse)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=allowed, www_redirect=False)
    app.add_middleware(WithHeaders)
    app.mount("/static", StaticFiles(directory=_static()), name="static")
    for router in ROUTERS:
        app.include_router(router, max_body_size=FORM_BYTES)
    app.add_exception_handler(NotSignedIn, _sign_in_first)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(FormcheckError, _our_error)
    app.add_exception_handler(Exception, _failed)
    return app


def _static() -> Path:
    return Path(str(resources.files("formcheck.serve").joinpath("static")))


async def _sign_in_first(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, NotSignedIn)
    if request.method == "GET" and wants_page(request):
        return RedirectResponse(f"/sign-in?then={problem.wanted}", 303)
    return JSONResponse({"detail": "Sign in first."}, 401)


async def _http_error(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, HTTPException)
    headers = problem.headers
    if wants_page(request):
        said = str(problem.detail)
        response: Response = page(request, "error.html.j2", status=problem.status_code, said=said)
        response.headers.update(headers or {})
        return response
    return JSONResponse({"detail": problem.detail}, problem.status_code, headers)


async def _refuse(scope: Scope, problem: HTTPException, receive: Receive, send: Send) -> None:
    """Answer what the gate doesn't let through."""
    response = await _http_error(Request(scope), problem)
    await response(scope, receive, send)


async def _not_understood(request: Request, problem: Exception) -> Response:
    """Say which field is wrong, and not what was in it: that may be a password."""
    assert isinstance(problem, RequestValidationError)
    said = "; ".join(
        f"{'.'.join(str(part) for part in one['loc'][1:])}: {one['msg']}"
        for one in problem.errors()[:MOST_TOLD]
    )
    return await _http_error(request, HTTPException(422, said or "That wasn't understood."))


async def _our_error(request: Request, problem: Exception) -> Response:
    status = {2: 400, 6: NO_ROOM}.get(getattr(problem, "exit_code", 1), 422)
    said = str(problem)
    if status == NO_ROOM:
        _LOG.error("%s", said)  # with the place on this machine, for who sits at it
        said = CANT_BE_KEPT
    return await _http_error(request, HTTPException(status, said))


async def _failed(request: Request, problem: Exception) -> Response:  # noqa: ARG001
    """Answer where we failed ourselves; what went wrong is for the terminal alone.

    It stands outside of what adds the headers, so it brings them.
    """
    response = JSONResponse({"detail": "Something went wrong here. Try again."}, 500)
    response.headers.update(HEADERS | {"Cache-Control": KEEP_NOTHING})
    return response

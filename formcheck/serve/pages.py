"""Pages: our templates with what every one of them needs."""

from __future__ import annotations

from functools import cache
from typing import Any

import jinja2
from fastapi import Request
from fastapi.responses import HTMLResponse

from formcheck.batch.client_page import counted
from formcheck.history.trend import ARROWS
from formcheck.report.page import environment
from formcheck.report.plot import number
from formcheck.report.wording import SYMBOLS, WORDS
from formcheck.serve.doors import desk_of, keep_session, session_of
from formcheck.serve.kept.people import Coach
from formcheck.version import version

OURS = "formcheck.serve"


@cache
def templates() -> jinja2.Environment:
    """Give the desk's templates; text in them is escaped."""
    made = environment(OURS)
    made.filters |= {"counted": counted, "number": number}
    made.globals |= {"ARROWS": ARROWS, "SYMBOLS": SYMBOLS, "WORDS": WORDS}
    return made


def page(
    request: Request,
    template: str,
    *,
    coach: Coach | None = None,
    status: int = 200,
    **said: Any,
) -> HTMLResponse:
    """Fill in a template, and give the browser its session.

    Parameters
    ----------
    request, template
        What was asked, and the name of what answers.
    coach
        Who is signed in; None on a client's pages, which have no menu.
    status
        The HTTP status.
    said
        What the template names.
    """
    desk, session = desk_of(request), session_of(request)
    text = (
        templates()
        .get_template(template)
        .render(
            coach=coach,
            asks_password=desk.choices.asks_password,
            csrf=session.csrf,
            here=request.url.path,
            version=version(),
            **said,
        )
    )
    response = HTMLResponse(text, status)
    keep_session(response, desk, session)
    return response


def wants_page(request: Request) -> bool:
    """Whether a browser's window asks, rather than a script or a program."""
    return "text/html" in request.headers.get("accept", "")

"""Signing in and out, and the first start: a coach's password."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from formcheck.serve.doors import (
    Session,
    TheDesk,
    Tries,
    keep_session,
    need_token,
    session_for,
    session_of,
)
from formcheck.serve.kept.people import Coach, coach_named, has_password, keep_coach
from formcheck.serve.kept.sessions import end_session
from formcheck.serve.pages import page
from formcheck.serve.signing import hash_password, is_password, new_nonce, signed_lately

FIRST_START = "first-start"
FIRST_START_S = 86400.0
LEAST_LETTERS, MOST_LETTERS = 10, 1000

_NOBODY = hash_password(new_nonce())
"""Checked where there is no such coach: it takes as long, and tells nothing."""

router = APIRouter(dependencies=[Depends(need_token)])


@router.get("/sign-in", include_in_schema=False)
def sign_in_page(request: Request, desk: TheDesk, then: str = "/") -> Response:
    """Show the form; before there is any coach, say how to make one."""
    first = not has_password(desk.store)
    return page(request, "sign_in.html.j2", then=_own(then), first=first, wrong="")


@router.post("/sign-in", include_in_schema=False)
def sign_in(
    request: Request,
    desk: TheDesk,
    name: Annotated[str, Form(max_length=MOST_LETTERS)] = "",
    password: Annotated[str, Form(max_length=MOST_LETTERS)] = "",
    then: Annotated[str, Form()] = "/",
) -> Response:
    """Begin a session."""
    tries = cast(Tries, request.app.state.tries)
    address = request.client.host if request.client else ""
    tries.need_few(address)
    found = coach_named(desk.store, name.strip())
    hashed = found.password if found is not None and found.password else _NOBODY
    if not is_password(password, hashed) or found is None or not found.password:
        said = "That name and password don't fit together."
        return page(
            request, "sign_in.html.j2", status=401, then=_own(then), first=False, wrong=said
        )
    tries.right(address)
    return _signed_in(desk, found, then)


@router.post("/sign-out", include_in_schema=False)
def sign_out(request: Request, desk: TheDesk) -> Response:
    """End the session, for who has copied its cookie too."""
    end_session(desk.store, session_of(request).nonce)
    response = RedirectResponse("/sign-in", 303)
    keep_session(response, desk, Session(new_nonce()))
    return response


@router.get("/first-start", include_in_schema=False)
def first_start_page(request: Request, desk: TheDesk, key: str = "") -> Response:
    """Ask for the first coach's name and password; the key was printed where it was started."""
    _need_first(desk, key)
    return page(request, "first_start.html.j2", key=key, wrong="", least=LEAST_LETTERS)


@router.post("/first-start", include_in_schema=False)
def first_start(
    request: Request,
    desk: TheDesk,
    key: Annotated[str, Form()] = "",
    name: Annotated[str, Form(max_length=MOST_LETTERS)] = "",
    password: Annotated[str, Form(max_length=MOST_LETTERS)] = "",
) -> Response:
    """Make the first coach, and sign in."""
    _need_first(desk, key)
    wrong = ""
    if not name.strip():
        wrong = "Please give your name: decisions are kept under it."
    else:
        wrong = too_short(password)
    if wrong:
        return page(
            request,
            "first_start.html.j2",
            status=400,
            key=key,
            wrong=wrong,
            least=LEAST_LETTERS,
        )
    made = keep_coach(desk.store, name, hash_password(password))
    return _signed_in(desk, made, "/")


def too_short(password: str) -> str:
    """Say that a new password has too few letters; "" when it has enough."""
    if len(password) >= LEAST_LETTERS:
        return ""
    return f"Please take at least {LEAST_LETTERS} letters."


def _need_first(desk: TheDesk, key: str) -> None:
    if has_password(desk.store):
        raise HTTPException(404, "There is a coach already. Sign in.")
    if signed_lately(desk.secret, FIRST_START, key, FIRST_START_S) is None:
        raise HTTPException(403, "Open the address that formcheck serve printed when it started.")


def _signed_in(desk: TheDesk, found: Coach, wanted: str) -> Response:
    response = RedirectResponse(_own(wanted), 303)
    keep_session(response, desk, session_for(found))
    return response


def _own(wanted: str) -> str:
    """An address of this desk: never another site's."""
    good = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if good and wanted.isprintable() else "/"

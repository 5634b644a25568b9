"""Set-up: limits, how long films stay, faces, links, coaches and export."""

from __future__ import annotations

import datetime
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import FileResponse, RedirectResponse
from starlette.background import BackgroundTask

from formcheck.batch.overview import called
from formcheck.batch.own_limits import OwnLimits, keep_limits
from formcheck.errors import BadRequest
from formcheck.history.export import export_tables
from formcheck.history.names import one_line, printable
from formcheck.serve.desk import Desk
from formcheck.serve.doors import (
    TheCoach,
    TheDesk,
    Tries,
    keep_session,
    need_token,
    session_for,
)
from formcheck.serve.kept.deletions import clients_going
from formcheck.serve.kept.limits import limits_here
from formcheck.serve.kept.links import links_of, revoke_link
from formcheck.serve.kept.people import coach_named, coaches, keep_coach
from formcheck.serve.kept.settings import (
    BLUR_FACES,
    RESCORE_DUE,
    RETENTION_DAYS,
    keep_setting,
    setting,
)
from formcheck.serve.limits_text import MOST_LETTERS, Refused, own_limits, rows
from formcheck.serve.pages import page
from formcheck.serve.retention import MOST_DAYS
from formcheck.serve.routes.given import RowId
from formcheck.serve.routes.sign_in import LEAST_LETTERS, too_short
from formcheck.serve.signing import hash_password, is_password

MOST_NAME = 120
MOST_PASSWORD = 1000

TOLD = {
    "limits": "The limits are kept. Every set is judged again by them, from its kept poses.",
    "same": "These were the limits already.",
    "films": "The choice is kept.",
    "revoked": "That link leads nowhere any more.",
    "coach": "The coach is added. Give them their name and password.",
    "password": "The password is changed.",
}
EXAMPLE = """[lumbar_rounding.deadlift]
watch = 14.0  # deg
fault = 20.0
source = "our club's coaches"
"""

router = APIRouter(dependencies=[Depends(need_token)])


@router.get("/setup", include_in_schema=False)
def setup_page(request: Request, desk: TheDesk, coach: TheCoach, told: str = "") -> Response:
    """Show what can be chosen."""
    return _page(request, desk, coach, told=TOLD.get(told, ""))


@router.post("/setup/limits", include_in_schema=False)
def change_limits(
    request: Request,
    desk: TheDesk,
    coach: TheCoach,
    text: Annotated[str, Form(max_length=2 * MOST_LETTERS)] = "",
) -> Response:
    """Take the coach's own limits, and have every set judged again by them."""
    made = own_limits(text)
    if isinstance(made, Refused):
        return _page(request, desk, coach, status=400, text=text, refused=made)
    if made == _own(desk)[0]:
        return _back("same", "#limits")
    keep_limits(desk.out, made)
    keep_setting(desk.store, RESCORE_DUE, True)  # it outlives a kill, the nudge doesn't
    desk.queue.rescore()
    return _back("limits", "#limits")


@router.post("/setup/films", include_in_schema=False)
def change_films(
    desk: TheDesk,
    coach: TheCoach,  # noqa: ARG001 - the door
    keep: Annotated[str, Form(max_length=10)] = "always",
    days: Annotated[int, Form(ge=1, le=MOST_DAYS)] = 90,
    blur: Annotated[bool, Form()] = False,
) -> Response:
    """Choose how long films stay, and whether faces are blurred."""
    keep_setting(desk.store, RETENTION_DAYS, days if keep == "days" else 0)
    keep_setting(desk.store, BLUR_FACES, blur)
    return _back("films", "#films")


@router.post("/setup/links/{link_id}/revoke", include_in_schema=False)
def revoke(
    desk: TheDesk,
    coach: TheCoach,  # noqa: ARG001 - the door
    link_id: RowId,
) -> Response:
    """Make a link lead nowhere."""
    revoke_link(desk.store, link_id)
    return _back("revoked", "#links")


@router.post("/setup/coaches", include_in_schema=False)
def add_coach(
    request: Request,
    desk: TheDesk,
    coach: TheCoach,
    name: Annotated[str, Form(max_length=MOST_NAME)] = "",
    password: Annotated[str, Form(max_length=MOST_PASSWORD)] = "",
) -> Response:
    """Add a coach, who may do all that this one may."""
    _need_passwords(coach.password)
    name = one_line(printable(name))
    wrong = ""
    if not name:
        wrong = "Please give the coach's name."
    elif coach_named(desk.store, name) is not None:
        wrong = "There is a coach of that name already."
    else:
        wrong = too_short(password)
    if wrong:
        return _page(request, desk, coach, status=400, wrong_coach=wrong, new_name=name)
    keep_coach(desk.store, name, hash_password(password))
    return _back("coach", "#coaches")


@router.post("/setup/password", include_in_schema=False)
def change_password(
    request: Request,
    desk: TheDesk,
    coach: TheCoach,
    before: Annotated[str, Form(max_length=MOST_PASSWORD)] = "",
    password: Annotated[str, Form(max_length=MOST_PASSWORD)] = "",
) -> Response:
    """Change the coach's own password, if they know the one before."""
    _need_passwords(coach.password)
    tries = cast(Tries, request.app.state.tries)
    address = request.client.host if request.client else ""
    tries.need_few(address)
    wrong = ""
    if not is_password(before, coach.password):
        wrong = "That isn't your password of now."
    else:
        tries.right(address)
        wrong = too_short(password)
    if wrong:
        return _page(request, desk, coach, status=400, wrong_password=wrong)
    kept = keep_coach(desk.store, coach.name, hash_password(password))
    response = _back("password", "#coaches")
    keep_session(response, desk, session_for(kept))  # another password ends every session
    return response


@router.get("/setup/export.zip", include_in_schema=False)
def export(
    desk: TheDesk,
    coach: TheCoach,  # noqa: ARG001 - the door
) -> Response:
    """Give the whole history as tables; no cell can start a formula."""
    scratch = Path(tempfile.mkdtemp(prefix="formcheck-export-"))
    try:
        packed = scratch / "export.zip"
        tables = export_tables(desk.store, scratch / "tables", ("csv",))
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for table in tables:
                archive.write(table, table.name)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    return FileResponse(
        packed,
        media_type="application/zip",
        filename=f"formcheck-{datetime.date.today().isoformat()}.zip",
        background=BackgroundTask(shutil.rmtree, scratch, ignore_errors=True),
    )


def _page(
    request: Request,
    desk: Desk,
    coach: TheCoach,
    *,
    status: int = 200,
    told: str = "",
    text: str | None = None,
    refused: Refused | None = None,
    **wrong: str,
) -> Response:
    own, trouble = _own(desk)
    going = clients_going(desk.store)
    links = [
        one for one in links_of(desk.store) if one.revoked_at is None and one.client.id not in going
    ]
    days = setting(desk.store, RETENTION_DAYS, 0)
    limits = own.read()
    said: dict[str, Any] = {"wrong_coach": "", "wrong_password": "", "new_name": "", **wrong}
    return page(
        request,
        "setup.html.j2",
        coach=coach,
        status=status,
        told=told,
        text=own.text if text is None else text,
        refused=refused,
        limits_trouble=trouble,
        limits=rows(limits),
        changed=len(limits.changed),
        example=EXAMPLE,
        rescoring=bool(setting(desk.store, RESCORE_DUE, False)),
        works=desk.choices.works,
        most_letters=MOST_LETTERS,
        days=days or 90,
        drops=bool(days),
        most_days=MOST_DAYS,
        blurs=bool(setting(desk.store, BLUR_FACES, desk.choices.options.blur_faces)),
        links=[(one, called(one.client.name)) for one in links],
        coaches=[one.name for one in coaches(desk.store) if one.password],
        with_passwords=bool(coach.password),
        least=LEAST_LETTERS,
        **said,
    )


def _own(desk: Desk) -> tuple[OwnLimits, str]:
    """The folder's limits; the standard ones, and why, where its own can't be read."""
    try:
        return limits_here(desk.out, desk.store), ""
    except BadRequest as problem:
        return OwnLimits(), str(problem)


def _need_passwords(password: str) -> None:
    if not password:
        raise HTTPException(404, "This desk asks for no password, so it knows no coaches.")


def _back(told: str, to: str) -> Response:
    return RedirectResponse(f"/setup?told={told}{to}", 303)

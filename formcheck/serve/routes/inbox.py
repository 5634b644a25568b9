"""The inbox: what came in, what needs a look, what is being judged."""

from __future__ import annotations

import math
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import FileResponse, RedirectResponse

from formcheck.batch.client_page import counted, cue_title
from formcheck.batch.job import job_id
from formcheck.batch.overview import called
from formcheck.history.names import one_line
from formcheck.report.wording import SYMBOLS, WORDS, lift_title
from formcheck.reps.lifts import LIFTS
from formcheck.reps.recognise import SURE
from formcheck.serve.desk import Desk
from formcheck.serve.doors import TheCoach, TheDesk, need_token
from formcheck.serve.kept.inbox import (
    COMING,
    DONE,
    FAILED,
    LOOK,
    Card,
    Coming,
    Wanted,
    clients_there,
    inbox,
    lifts_there,
)
from formcheck.serve.kept.looked import keep_looked
from formcheck.serve.kept.pictures import picture_of
from formcheck.serve.kept.sets import content_of_way, way_name
from formcheck.serve.pages import page
from formcheck.serve.review_page import plainly
from formcheck.serve.routes.given import (
    MOST_PAGE,
    ClientId,
    Content,
    number_in,
    searched,
    set_named,
)

STATES = {
    "": "All",
    LOOK: "Needs a look",
    COMING: "On their way",
    DONE: "Looked at",
    FAILED: "Couldn't be read",
}
KEPT_S = 86400
"""A picture changes only with its address, which names when the set was judged."""

router = APIRouter(dependencies=[Depends(need_token)])


@router.get("/", include_in_schema=False)
def inbox_page(
    request: Request,
    desk: TheDesk,
    coach: TheCoach,
    state: str = "",
    client: str = "",
    lift: str = "",
    q: str = "",
    p: str = "",
) -> Response:
    """Show the sets, those that need a look first."""
    wanted = Wanted(
        state=state if state in STATES else "",
        client_id=number_in(client),
        lift=lift if lift in LIFTS else "",
        text=searched(q),
        page=max(1, number_in(p, MOST_PAGE) or 1),
    )
    found = inbox(desk.store, wanted)
    return page(
        request,
        "inbox.html.j2",
        coach=coach,
        wanted=wanted,
        counts=found.counts,
        tabs=[
            {
                "name": name,
                "way": _way(wanted, state=each),
                "count": found.counts[each],
                "here": each == wanted.state,
            }
            for each, name in STATES.items()
        ],
        cards=[shown_card(desk, one) for one in found.cards],
        coming=[_coming(desk, one) for one in found.coming],
        more_coming=found.counts[COMING] - len(found.coming) if found.coming else 0,
        pages=found.pages,
        here_page=min(wanted.page, found.pages),
        before=_way(wanted, page=wanted.page - 1) if 1 < wanted.page <= found.pages else "",
        after=_way(wanted, page=wanted.page + 1) if wanted.page < found.pages else "",
        back=_way(wanted, page=wanted.page),
        clients=[(number, called(name)) for number, name in clients_there(desk.store)],
        lifts=[(name, lift_title(name)) for name in lifts_there(desk.store)],
        doing=_doing(desk),
        trouble=desk.queue.trouble,
        filtered=bool(wanted.client_id or wanted.lift or wanted.text or wanted.state),
    )


@router.post("/inbox/looked", include_in_schema=False)
def looked(
    desk: TheDesk,
    coach: TheCoach,  # noqa: ARG001 - the door
    which: Annotated[str, Form(max_length=120)],
    is_looked: Annotated[bool, Form(alias="looked")],
    back: Annotated[str, Form(max_length=500)] = "/",
) -> Response:
    """Keep that a set was looked at, or that it wasn't."""
    named = set_named(which)
    if named is None or not keep_looked(desk.store, desk.out, *named, looked=is_looked):
        raise HTTPException(404, "This set isn't here any more.")
    return RedirectResponse(back if back.startswith("/?") else "/", 303)


@router.get("/pictures/{client_id}/{content}", include_in_schema=False)
def picture(
    desk: TheDesk,
    coach: TheCoach,  # noqa: ARG001 - the door
    client_id: ClientId,
    content: Content,
) -> Response:
    """Give a set's small picture."""
    file = picture_of(desk.store, desk.out, client_id, content_of_way(one_line(content)))
    if file is None:
        raise HTTPException(404, "There is no picture of this set.")
    kept = {"Cache-Control": f"private, max-age={KEPT_S}"}
    return FileResponse(file, media_type="image/jpeg", headers=kept)


def shown_card(desk: Desk, one: Card) -> dict[str, Any]:
    """Give a set's card in words."""
    way = way_name(one.content)
    has_picture = one.state == "analysed" and picture_there(desk, one)
    return {
        "way": one.way,
        "which": f"{one.client_id}:{way}",
        "client": called(one.client),
        "client_way": f"/clients/{one.client_id}",
        "picture": f"/pictures/{one.client_id}/{way}?{one.analysed_at:%y%m%d%H%M%S}"
        if has_picture
        else "",
        "lift": lift_title(one.lift) if one.lift else "",
        "unsure": one.lift_how == "detected" and one.lift_confidence < SURE,
        "facts": _facts(one),
        "date": one.date.isoformat(),
        "file": one.file + (f", set {one.number}" if one.number > 1 else ""),
        "symbol": SYMBOLS.get(one.verdict, "") if one.verdict else "",  # type: ignore[call-overload]
        "verdict": one.verdict,
        "verdict_word": WORDS.get(one.verdict, ""),  # type: ignore[call-overload]
        "finding": cue_title(one.main_cue) if one.main_cue else plainly(one.headline),
        "has_finding": bool(one.main_cue),
        "score": "" if math.isnan(one.score) else f"{one.score:.0f}",
        "judged": "" if math.isnan(one.judged_share) else f"{100 * one.judged_share:.0f} %",
        "state": one.state,
        "looked": one.looked,
        "why": one.why,
        "notes": one.notes,
        "message": _reason(one),
    }


def picture_there(desk: Desk, one: Card) -> bool:
    """Whether a set has a picture."""
    return picture_of(desk.store, desk.out, one.client_id, one.content, one.folder) is not None


def _reason(one: Card) -> str:
    """Why there is nothing to see, without the file's name before it."""
    said = plainly(one.message.removeprefix(f"{one.file}: "))
    return said[:1].upper() + said[1:]


def _facts(one: Card) -> str:
    """Load and repetitions: "100 kg · 5 of 6 reps"."""
    said = [] if math.isnan(one.load_kg) else [f"{one.load_kg:g} kg"]
    if one.state == "analysed":
        reps = counted(one.target_reps or one.rep_count, "rep")
        said.append(f"{one.rep_count} of {reps}" if one.target_reps else reps)
    return " · ".join([*said, *([one.side] if one.side else [])])


def _coming(desk: Desk, one: Coming) -> dict[str, Any]:
    job = job_id(one.client, one.content)
    doing = desk.queue.doing.get(job)
    said = [] if math.isnan(one.load_kg) else [f"{one.load_kg:g} kg"]
    said += [counted(one.target_reps, "rep")] if one.target_reps else []
    return {
        "job": job,
        "client": called(one.client),
        "client_way": f"/clients/{one.client_id}",
        "file": one.file,
        "facts": " · ".join([*([lift_title(one.lift)] if one.lift in LIFTS else []), *said]),
        "notes": one.notes,
        "again": one.again,
        "begun": doing is not None,
        "share": round(100 * float((doing or {}).get("share") or 0)),
    }


def _doing(desk: Desk) -> int:
    return len(desk.queue.doing)


def _way(wanted: Wanted, *, state: str | None = None, page: int = 1) -> str:
    """Give the address of these filters, with another state or page."""
    said = {
        "state": wanted.state if state is None else state,
        "client": str(wanted.client_id or ""),
        "lift": wanted.lift,
        "q": wanted.text,
        "p": str(page) if page > 1 else "",
    }
    return "/?" + urlencode({name: value for name, value in said.items() if value})

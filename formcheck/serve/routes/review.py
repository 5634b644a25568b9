"""Review: one set with its film, its lines, what is said of it, and what a coach decides."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from formcheck.batch.client_page import cue_title
from formcheck.report.wording import SYMBOLS, WORDS, lift_title
from formcheck.reps.lifts import LIFTS
from formcheck.reps.recognise import SURE
from formcheck.serve.asked_set import (
    TheFilm,
    TheSet,
    annotated_answer,
    film_answer,
    picture_answer,
    report_answer,
    report_of,
)
from formcheck.serve.deciding import is_due, stands_for
from formcheck.serve.doors import TheCoach, TheDesk, need_coach, need_token
from formcheck.serve.kept.decisions import VERDICTS, decisions
from formcheck.serve.kept.marks import marks_of
from formcheck.serve.kept.messages import Message, messages_of, sent
from formcheck.serve.kept.neighbours import neighbours
from formcheck.serve.kept.sets import set_way
from formcheck.serve.layers import layers_answer
from formcheck.serve.letter import is_loopback, letter, result_address
from formcheck.serve.pages import page
from formcheck.serve.review_page import (
    Timeline,
    chips,
    clock,
    each_rep,
    others_of,
    plainly,
    player,
    rows_of,
    title_of,
    trouble_of,
)
from formcheck.serve.standing import SET

MOST_REPS = 10_000
RepNumber = Annotated[int, Query(ge=0, le=MOST_REPS)]

router = APIRouter(dependencies=[Depends(need_token), Depends(need_coach)])


@router.get("/sets/{client_id}/{content}", include_in_schema=False)
def review(
    request: Request,
    desk: TheDesk,
    coach: TheCoach,
    asked: TheSet,
    rep: RepNumber = SET,
    blind: bool = False,
) -> Response:
    """Show a set."""
    stands = stands_for(desk, asked, coach.id)
    one = asked.one
    rep = rep if any(each.rep.index == rep for each in one.reps) else SET
    marks = marks_of(desk.store, asked.client.id, asked.content)
    messages = messages_of(desk.store, asked.client.id, asked.content)
    record = decisions(desk.store, asked.client.id, asked.content)
    hides = blind and any(cue not in stands.decided_cues for _, cue in stands.findings)
    before, after = neighbours(desk.store, asked.client.id, asked.content)
    timeline = Timeline(stands)
    last = sent(messages)
    return page(
        request,
        "review.html.j2",
        coach=coach,
        asked=asked,
        one=one,
        way=asked.way,
        title=title_of(stands),
        stands=stands,
        player=player(desk, asked, stands, marks, blind=blind),
        timeline=timeline,
        moments=[] if hides else timeline.findings(stands),
        chips=chips(stands, blind=blind),
        rows=rows_of(stands, rep, blind=blind),
        each=each_rep(stands, blind=blind) if rep == SET else {},
        rep=rep,
        shown=next((each.rep for each in one.reps if each.rep.index == rep), None),
        blind=blind,
        hides=hides,
        record=[each for each in record if not hides or each.coach_id == coach.id][::-1],
        others={} if blind else others_of(record, coach.id),
        marks=marks,
        draft=_draft(messages, coach.id),
        written="" if hides else letter(stands),
        last=last,
        link="" if last is None else result_address(desk, asked),
        previous="" if before is None else set_way(*before),
        following="" if after is None else set_way(*after),
        lifts={name: lift_title(name) for name in LIFTS},
        report=report_of(desk, asked) is not None and not hides,
        unsure=one.lift_how == "detected" and one.lift_confidence < SURE,
        due=is_due(desk, asked),
        titles={cue: cue_title(cue) for _, cue in stands.findings},
        is_loopback=is_loopback(desk.choices.address),
        clock=clock,
        plainly=plainly,
        trouble=trouble_of(stands),
        SYMBOLS=SYMBOLS,
        WORDS=WORDS,
        VERDICTS=VERDICTS,
        SET=SET,
    )


def _draft(messages: list[Message], coach_id: int) -> Message | None:
    """A coach's draft, if they have begun one."""
    own = [one for one in messages if one.coach_id == coach_id and one.sent_at is None]
    return own[-1] if own else None


@router.get("/sets/{client_id}/{content}/film", include_in_schema=False)
def film(desk: TheDesk, asked: TheFilm) -> Response:
    """Send the film as it came."""
    return film_answer(desk, asked)


@router.get("/sets/{client_id}/{content}/annotated.mp4", include_in_schema=False)
def annotated(desk: TheDesk, asked: TheFilm) -> Response:
    """Send the film with the lines on it."""
    return annotated_answer(desk, asked)


@router.get("/sets/{client_id}/{content}/pictures/{name}", include_in_schema=False)
def picture(desk: TheDesk, asked: TheFilm, name: str) -> Response:
    """Send a picture."""
    return picture_answer(desk, asked, name)


@router.get("/sets/{client_id}/{content}/report.html", include_in_schema=False)
def report(desk: TheDesk, asked: TheFilm) -> Response:
    """Send the report, which may load nothing and reach nothing of the desk."""
    return report_answer(desk, asked)


@router.get(
    "/sets/{client_id}/{content}/poses.json",
    response_class=Response,
    responses={200: {"content": {"application/json": {}}}, 404: {}},
)
def poses(request: Request, desk: TheDesk, asked: TheSet) -> Response:
    """Give the lines that are drawn over a film, frame by frame."""
    return layers_answer(request, desk.out, asked.one)

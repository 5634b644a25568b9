"""What a client sees of a set of theirs: the coach's words, the film, and what came out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, Response

from formcheck.cues.judging import guidance
from formcheck.report.wording import SYMBOLS, WORDS
from formcheck.serve.asked_set import (
    AskedSet,
    OwnFilm,
    OwnSet,
    annotated_answer,
    film_answer,
    picture_answer,
)
from formcheck.serve.deciding import stands_for
from formcheck.serve.doors import TheDesk, TheLink
from formcheck.serve.kept.marks import marks_of
from formcheck.serve.kept.messages import Message, messages_of, sent
from formcheck.serve.layers import layers_answer
from formcheck.serve.pages import page
from formcheck.serve.review_page import (
    Timeline,
    chips,
    clock,
    plainly,
    player,
    rows_of,
    title_of,
    trouble_of,
)
from formcheck.serve.routes.marks import MarkId, note_answer
from formcheck.serve.standing import SET

router = APIRouter()
PATH = "/c/{token}/sets/{content}"


def last_message(desk: TheDesk, link: TheLink, asked: OwnFilm) -> Message | None:
    """Let a client see what their coach has sent, or lets them see at once.

    Raises
    ------
    HTTPException
        404: the coach hasn't answered yet.
    """
    last = sent(messages_of(desk.store, link.client.id, asked.content))
    if last is None and not link.shows_results:
        raise HTTPException(404, "Your coach hasn't answered yet. Your film is here, and waits.")
    return last


def need_shown(asked: OwnFilm, last: Annotated[Message | None, Depends(last_message)]) -> AskedSet:
    """Give the set, where the client may see it."""
    del last
    return asked


ShownSet = Annotated[AskedSet, Depends(need_shown)]


@router.get(PATH, include_in_schema=False)
def result(
    request: Request,
    desk: TheDesk,
    asked: OwnSet,
    last: Annotated[Message | None, Depends(last_message)],
) -> Response:
    """Show a client a set of theirs, as the coach who wrote sees it."""
    stands = stands_for(desk, asked, None if last is None else last.coach_id)
    marks = [] if last is None else marks_of(desk.store, asked.client.id, asked.content)
    coached, timeline = stands.as_coached, Timeline(stands)
    rows = rows_of(stands, SET, held=True)
    unseen = [one for one in rows if one.held == "cannot_judge"]
    rows = [one for one in rows if one not in unseen]
    return page(
        request,
        "result.html.j2",
        one=asked.one,
        client=asked.client,
        title=title_of(stands),
        last=last,
        summary=coached.summary,
        stands=stands,
        player=player(desk, asked, stands, marks, held=True),
        timeline=timeline,
        moments=timeline.findings(stands),
        chips=chips(stands, blind=False),
        rows=rows,
        unseen=unseen,
        marks=marks,
        safety=guidance.safety().short,
        clock=clock,
        plainly=plainly,
        trouble=trouble_of(stands),
        SYMBOLS=SYMBOLS,
        WORDS=WORDS,
    )


@router.get(PATH + "/film", include_in_schema=False)
def film(desk: TheDesk, asked: ShownSet) -> Response:
    """Send the film as it came."""
    return film_answer(desk, asked)


@router.get(PATH + "/annotated.mp4", include_in_schema=False)
def annotated(desk: TheDesk, asked: ShownSet) -> Response:
    """Send the film with the lines on it."""
    return annotated_answer(desk, asked)


@router.get(PATH + "/pictures/{name}", include_in_schema=False)
def picture(desk: TheDesk, asked: ShownSet, name: str) -> Response:
    """Send a picture."""
    return picture_answer(desk, asked, name)


@router.get(PATH + "/poses.json", include_in_schema=False)
def poses(request: Request, desk: TheDesk, asked: OwnSet, shown: ShownSet) -> Response:
    """Give the lines that are drawn over a film, frame by frame."""
    del shown
    return layers_answer(request, desk.out, asked.one)


@router.get(PATH + "/notes/{mark_id}", include_in_schema=False)
def note(desk: TheDesk, asked: ShownSet, mark_id: MarkId) -> Response:
    """Send a voice note."""
    return note_answer(desk, asked, mark_id)

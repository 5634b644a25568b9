"""The message to a client about a set: written, kept as a draft, sent."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from formcheck.serve.asked_set import AskedSet, TheSet
from formcheck.serve.desk import Desk
from formcheck.serve.doors import TheCoach, TheDesk, need_coach, need_token
from formcheck.serve.kept.looked import keep_looked
from formcheck.serve.kept.messages import MOST_LETTERS, Message, keep_message, messages_of
from formcheck.serve.kept.neighbours import neighbours
from formcheck.serve.kept.sets import set_way
from formcheck.serve.letter import result_address
from formcheck.serve.routes.decisions import NO_NUL

Text = Annotated[str, Field(max_length=2 * MOST_LETTERS, pattern=NO_NUL)]

router = APIRouter(dependencies=[Depends(need_token), Depends(need_coach)])


class MessageIn(BaseModel):
    """A coach's message about a set; ``send``: it is sent, and the client may see the set."""

    model_config = ConfigDict(extra="forbid")

    text: Text
    send: bool = False


class MessageOut(BaseModel):
    """A message; ``link`` is where the client sees the set once it is sent."""

    id: int
    coach: str
    written_at: datetime.datetime
    sent_at: datetime.datetime | None
    text: str
    link: str | None


@router.get("/sets/{client_id}/{content}/messages")
def messages(desk: TheDesk, asked: TheSet) -> list[MessageOut]:
    """Give the messages about a set, in order; drafts too."""
    found = messages_of(desk.store, asked.client.id, asked.content)
    return [_out(desk, asked, one) for one in found]


@router.put("/sets/{client_id}/{content}/message")
def keep(desk: TheDesk, coach: TheCoach, asked: TheSet, said: MessageIn) -> MessageOut:
    """Keep a coach's draft, or send it."""
    return _out(desk, asked, _keep(desk, asked, coach.id, said.text, send=said.send))


@router.post("/sets/{client_id}/{content}/message", include_in_schema=False)
def keep_by_form(
    desk: TheDesk,
    coach: TheCoach,
    asked: TheSet,
    text: Annotated[Text, Form()] = "",
    do: Annotated[Literal["save", "send"], Form()] = "save",
) -> Response:
    """Keep a coach's draft, or send it, and show the page again."""
    _keep(desk, asked, coach.id, text, send=do == "send")
    return RedirectResponse(f"{asked.way}#message", 303)


@router.post("/sets/{client_id}/{content}/done", include_in_schema=False)
def done(desk: TheDesk, asked: TheSet) -> Response:
    """Note that a coach has looked at the set, and show the next that waits."""
    before, after = neighbours(desk.store, asked.client.id, asked.content)
    _looked(desk, asked)
    following = after or before
    return RedirectResponse("/" if following is None else set_way(*following), 303)


def _keep(desk: Desk, asked: AskedSet, coach_id: int, text: str, *, send: bool) -> Message:
    kept = keep_message(desk.store, asked.client.id, asked.content, coach_id, text, send=send)
    if send:
        _looked(desk, asked)
    return kept


def _looked(desk: Desk, asked: AskedSet) -> None:
    keep_looked(desk.store, desk.out, asked.client.id, asked.content, looked=True)


def _out(desk: Desk, asked: AskedSet, one: Message) -> MessageOut:
    return MessageOut(
        id=one.id,
        coach=one.coach,
        written_at=one.written_at,
        sent_at=one.sent_at,
        text=one.text,
        link=None if one.sent_at is None else result_address(desk, asked),
    )

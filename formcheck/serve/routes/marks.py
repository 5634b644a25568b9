"""Drawings, texts and voice notes on a film."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request, Response, UploadFile
from fastapi import Path as InPath
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from formcheck.serve.asked_set import MOST_ID, AskedSet, TheFilm, TheSet
from formcheck.serve.desk import Desk
from formcheck.serve.doors import TheCoach, TheDesk, need_coach, need_token
from formcheck.serve.gate import FORM_BYTES, OWN_BOUNDS
from formcheck.serve.kept.marks import (
    MOST_LETTERS,
    Mark,
    MarkKind,
    add_mark,
    mark_of,
    marks_of,
    remove_mark,
)
from formcheck.serve.notes import KINDS, MOST_BYTES, keep_note, note_path, remove_note
from formcheck.serve.review_page import mark_data
from formcheck.serve.routes.decisions import NO_NUL, Moment

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
MarkId = Annotated[int, InPath(ge=1, le=MOST_ID)]
Text = Annotated[str, Field(max_length=MOST_LETTERS, pattern=NO_NUL)]

router = APIRouter(dependencies=[Depends(need_token), Depends(need_coach)])


class MarkIn(BaseModel):
    """A drawing or a text, pinned to a moment; points are shares of the picture's sides."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["line", "arrow", "angle", "text"]
    at_s: Moment
    shape: Annotated[list[tuple[Share, Share]], Field(max_length=3)]
    text: Text = ""


class MarkOut(BaseModel):
    """A mark; ``sound`` is where a voice note is heard."""

    id: int
    at_s: float
    kind: MarkKind
    shape: list[list[float]]
    text: str
    by: str
    sound: str | None


@router.get("/sets/{client_id}/{content}/marks")
def marks(desk: TheDesk, asked: TheSet) -> list[MarkOut]:
    """Give a set's marks by their moments."""
    found = marks_of(desk.store, asked.client.id, asked.content)
    return [_out(asked, one) for one in found]


@router.post("/sets/{client_id}/{content}/marks", status_code=201)
def add(desk: TheDesk, coach: TheCoach, asked: TheSet, said: MarkIn) -> MarkOut:
    """Pin a drawing or a text to a moment."""
    mark = _mark(asked, coach.id, said.at_s, said.kind, tuple(said.shape), said.text)
    return _out(asked, _kept(desk, asked, mark))


@router.post(
    "/sets/{client_id}/{content}/voice",
    status_code=201,
    max_body_size=OWN_BOUNDS,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"audio/webm": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def add_voice(
    request: Request,
    desk: TheDesk,
    coach: TheCoach,
    asked: TheSet,
    at_s: Annotated[float, Query(ge=0, le=1e6, allow_inf_nan=False)],
) -> MarkOut:
    """Pin a recording to a moment: its bytes are the body."""
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > MOST_BYTES:
            raise HTTPException(413, "This recording is too long: ten minutes are the most.")
    return await run_in_threadpool(_keep_voice, desk, asked, coach.id, at_s, bytes(data))


@router.delete("/sets/{client_id}/{content}/marks/{mark_id}", status_code=204)
def remove(desk: TheDesk, coach: TheCoach, asked: TheSet, mark_id: MarkId) -> None:
    """Take a mark of one's own away."""
    _remove(desk, asked, coach.id, mark_id)


@router.get("/sets/{client_id}/{content}/notes/{mark_id}", include_in_schema=False)
def note(desk: TheDesk, asked: TheFilm, mark_id: MarkId) -> Response:
    """Send a voice note."""
    return note_answer(desk, asked, mark_id)


@router.post(
    "/sets/{client_id}/{content}/mark",
    include_in_schema=False,
    max_body_size=MOST_BYTES + FORM_BYTES,
)
def add_by_form(
    desk: TheDesk,
    coach: TheCoach,
    asked: TheSet,
    at_s: Annotated[Moment, Form()],
    text: Annotated[Text, Form()] = "",
    sound: UploadFile | None = None,
) -> Response:
    """Pin a text, or a recording made elsewhere, to a moment."""
    if sound is not None and sound.filename:
        _keep_voice(desk, asked, coach.id, at_s, sound.file.read(MOST_BYTES + 1))
    if text.strip():
        _kept(desk, asked, _mark(asked, coach.id, at_s, "text", ((0.04, 0.06),), text))
    return RedirectResponse(f"{asked.way}#marks", 303)


@router.post("/sets/{client_id}/{content}/marks/{mark_id}/delete", include_in_schema=False)
def remove_by_form(desk: TheDesk, coach: TheCoach, asked: TheSet, mark_id: MarkId) -> Response:
    """Take a mark of one's own away."""
    _remove(desk, asked, coach.id, mark_id)
    return RedirectResponse(f"{asked.way}#marks", 303)


def note_answer(desk: Desk, asked: AskedSet, mark_id: int) -> Response:
    """Send a voice note of a set.

    Raises
    ------
    HTTPException
        404: there is none of that number.
    """
    mark = mark_of(desk.store, asked.client.id, asked.content, mark_id)
    path = None if mark is None else note_path(desk.out, asked.client, mark.file)
    if path is None:
        raise HTTPException(404, "There is no such voice note.")
    return FileResponse(
        path, media_type=KINDS[path.suffix], filename=path.name, content_disposition_type="inline"
    )


def _mark(
    asked: AskedSet,
    coach_id: int,
    at_s: float,
    kind: MarkKind,
    shape: tuple[tuple[float, float], ...] = (),
    text: str = "",
    file: str = "",
) -> Mark:
    return Mark(asked.client.id, asked.content, coach_id, at_s, kind, shape, text.strip(), file)


def _keep_voice(desk: Desk, asked: AskedSet, coach_id: int, at_s: float, data: bytes) -> MarkOut:
    name = keep_note(desk.out, asked.client, data)
    return _out(asked, _kept(desk, asked, _mark(asked, coach_id, at_s, "voice", file=name)))


def _kept(desk: Desk, asked: AskedSet, mark: Mark) -> Mark:
    number = add_mark(desk.store, mark)
    kept = mark_of(desk.store, asked.client.id, asked.content, number)
    assert kept is not None  # it was written just now
    return kept


def _remove(desk: Desk, asked: AskedSet, coach_id: int, mark_id: int) -> None:
    mark = mark_of(desk.store, asked.client.id, asked.content, mark_id)
    if mark is None:
        raise HTTPException(404, "There is no such mark.")
    if mark.coach_id != coach_id:
        raise HTTPException(403, "This mark is another coach's.")
    remove_mark(desk.store, mark)
    if mark.file:
        remove_note(desk.out, asked.client, mark.file)


def _out(asked: AskedSet, one: Mark) -> MarkOut:
    return MarkOut(**mark_data(asked.way, one))

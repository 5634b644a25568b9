"""What a client sees at their link: sending films, and how those stand that were sent."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from formcheck import filming
from formcheck.batch.message import first_name
from formcheck.errors import BadRequest, OutputError
from formcheck.report.where_to_film import drawing
from formcheck.reps.lifts import LIFTS
from formcheck.serve.coming import NotTaken
from formcheck.serve.doors import TheDesk, TheLink
from formcheck.serve.film_form import FilmForm
from formcheck.serve.gate import OWN_BOUNDS
from formcheck.serve.glancing import MOST_BYTES, MOST_PICTURES, glance
from formcheck.serve.incoming import Incoming, size_in_words
from formcheck.serve.kept.links import Link
from formcheck.serve.kept.sent import Sent, sent_of
from formcheck.serve.pages import page, wants_page
from formcheck.serve.telling import HEAVIEST_KG, MOST_LETTERS, MOST_REPS
from formcheck.serve.tus import NOT_NOW, Tus

FILES = "/c/{token}/files"
HEADS_BYTES = 4096
METHODS = ["OPTIONS", "HEAD", "POST", "PATCH", "DELETE"]

router = APIRouter(max_body_size=OWN_BOUNDS)


class Look(BaseModel):
    """What a glance at a film's first seconds told."""

    sure: str
    code: str
    say: str


class SentFilm(BaseModel):
    """A film that was sent, and how it stands."""

    file: str
    about: str
    sent_at: str
    state: str
    words: str
    ways: list[str]


class SentFilms(BaseModel):
    """The films that were sent, the latest first; ``moving``: one of them soon changes."""

    films: list[SentFilm]
    moving: bool


@router.get("/c/{token}", include_in_schema=False)
def send_page(
    request: Request,
    desk: TheDesk,
    link: TheLink,
    token: str,
    sent: Annotated[bool, Query()] = False,
) -> Response:
    """Show the form, and what was sent."""
    return _page(request, desk, link, token, arrived=sent)


@router.post("/c/{token}", include_in_schema=False)
async def send_form(request: Request, desk: TheDesk, link: TheLink, token: str) -> Response:
    """Take a film in from a browser without script."""
    try:
        await FilmForm(Incoming(desk), link, request).take_in()
    except (NotTaken, BadRequest, OutputError) as problem:
        status = getattr(problem, "status", 400)
        said = str(problem)
        if isinstance(problem, OutputError):
            status, said = 503, NOT_NOW
        if not wants_page(request):
            raise HTTPException(status, said) from problem
        return await run_in_threadpool(_page, request, desk, link, token, wrong=said, status=status)
    return RedirectResponse(f"/c/{token}?sent=1#sent", 303)


@router.get("/c/{token}/sent")
def sent_films(desk: TheDesk, link: TheLink, token: str) -> SentFilms:
    """Tell how the films stand that were sent."""
    films = sent_of(desk.store, link, token, dict(desk.queue.doing))
    return SentFilms(
        films=[
            SentFilm(
                file=one.file,
                about=one.about,
                sent_at=f"{one.sent_at.isoformat()}Z",
                state=one.state,
                words=one.words,
                ways=list(one.ways),
            )
            for one in films
        ],
        moving=any(one.is_moving for one in films),
    )


@router.post("/c/{token}/look")
async def look(request: Request, link: TheLink) -> Look:  # noqa: ARG001
    """Look at a few small pictures of a film's first seconds, sent as a form's files."""
    told = await run_in_threadpool(glance, await _pictures(request))
    return Look(sure=told.sure, code=told.code, say=told.say)


@router.api_route(FILES, methods=METHODS, include_in_schema=False)
async def begin_upload(request: Request, desk: TheDesk, link: TheLink) -> Response:
    """Begin a resumable upload, or tell what this server can."""
    return await Tus(Incoming(desk), link, request, request.url.path).answer("")


@router.api_route(FILES + "/{name}", methods=METHODS, include_in_schema=False)
async def go_on(request: Request, desk: TheDesk, link: TheLink, name: str) -> Response:
    """Go on with a resumable upload, ask how far it is, or give it up."""
    return await Tus(Incoming(desk), link, request, request.url.path).answer(name)


async def _pictures(request: Request) -> list[bytes]:
    """Read the pictures, few and small, and nothing else.

    Raises
    ------
    HTTPException
        They are too many, too large, or none.
    """
    length = request.headers.get("content-length", "")
    if not length.isdigit():
        raise HTTPException(411, "How long it is must be said before.")
    if int(length) > MOST_PICTURES * (MOST_BYTES + HEADS_BYTES):
        raise HTTPException(413, "That is more than a few small pictures.")
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise HTTPException(415, "Pictures come as a form's files.")
    try:
        form = await MultiPartParser(
            request.headers, request.stream(), max_files=MOST_PICTURES, max_fields=0
        ).parse()
    except (MultiPartException, KeyError) as problem:
        raise HTTPException(400, "That isn't a form with a few pictures.") from problem
    try:
        files = [one for _, one in form.multi_items() if isinstance(one, UploadFile)]
        pictures = [await one.read(MOST_BYTES + 1) for one in files]
    finally:
        await form.close()
    if not pictures or max(map(len, pictures)) > MOST_BYTES:
        raise HTTPException(413 if pictures else 400, "A few small pictures are needed.")
    return pictures


def _page(
    request: Request,
    desk: TheDesk,
    link: Link,
    token: str,
    *,
    arrived: bool = False,
    wrong: str = "",
    status: int = 200,
) -> Response:
    films: list[Sent] = sent_of(desk.store, link, token, dict(desk.queue.doing))
    return page(
        request,
        "send.html.j2",
        status=status,
        token=token,
        name=first_name(link.client.name),
        lifts=[(name, _called(name)) for name in LIFTS],
        one_sided=[name for name, kind in LIFTS.items() if kind.one_leg],
        films=films,
        moving=any(one.is_moving for one in films),
        arrived=arrived,
        wrong=wrong,
        where=filming.SIDE,
        drawing=drawing(styled=False),
        upload_mb=desk.choices.upload_mb,
        most=size_in_words(desk.choices.upload_mb),
        most_kg=f"{HEAVIEST_KG:g}",
        most_reps=MOST_REPS,
        longest_note=MOST_LETTERS["notes"],
    )


def _called(name: str) -> str:
    title = "another squat" if name == "squat" else LIFTS[name].title
    return title[:1].upper() + title[1:]

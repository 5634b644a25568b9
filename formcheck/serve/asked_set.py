"""The set that an address names, and what there is of it to show: film, pictures, report."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import Depends, HTTPException, Response
from fastapi import Path as InPath
from fastapi.responses import FileResponse

from formcheck.batch.job import GIVEN_POSES
from formcheck.history.stored import StoredSet
from formcheck.report.rep_pictures import REP_PICTURES, SET_PICTURE
from formcheck.report.write import ANNOTATED_MP4, REPORT_HTML
from formcheck.serve.desk import Desk
from formcheck.serve.doors import TheDesk, TheLink
from formcheck.serve.kept.people import Client, client
from formcheck.serve.kept.sets import content_of_way, results_of, set_of, set_way
from formcheck.serve.kept.settings import BLUR_FACES, setting
from formcheck.serve.standing import with_words

MOST_ID = 2**31 - 1
ClientId = Annotated[int, InPath(ge=1, le=MOST_ID)]
Content = Annotated[str, InPath(max_length=90, pattern=r"^[A-Za-z0-9:~]+$")]

REPORT_POLICY = (
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; "
    "style-src 'unsafe-inline'; img-src data: 'self'; media-src data: 'self' blob:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The report's script stands in it: it runs apart from the desk, and loads nothing."""

_BEGINNINGS = (
    # QuickTime too, also as it was before there was "ftyp": browsers play it as MP4.
    *((4, box, "video/mp4") for box in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")),
    (0, b"\x1aE\xdf\xa3", "video/webm"),  # and Matroska, which has the same form
    (8, b"AVI ", "video/x-msvideo"),
    (0, b"\x00\x00\x01\xba", "video/mpeg"),
    (0, b"\x47", "video/mp2t"),
)
_PICTURE = re.compile(r"^(picture|rep_[0-9]{1,5})\.jpg$")


@dataclass(frozen=True)
class AskedSet:
    """A set, whose it is, and the address of its page; ``one`` has the words of its results."""

    client: Client
    one: StoredSet
    way: str

    @property
    def content(self) -> str:
        """What names it beside its client."""
        return self.one.content

    def results(self, desk: Desk) -> Path | None:
        """Give the folder of its results."""
        return results_of(desk.out, self.one)


def need_set(desk: TheDesk, client_id: ClientId, content: Content) -> AskedSet:
    """Give a coach the set that is asked for.

    Raises
    ------
    HTTPException
        404: there is none.
    """
    whose = client(desk.store, client_id)
    found = None if whose is None else set_of(desk.store, client_id, content_of_way(content))
    if whose is None or found is None:
        raise HTTPException(404, "There is no such set here. It may have been deleted.")
    way = set_way(client_id, found.content)
    return AskedSet(whose, with_words(desk.out, found), way)


def need_film(desk: TheDesk, client_id: ClientId, content: Content) -> AskedSet:
    """Give a coach a set whose film or pictures are asked for: its findings are left out.

    Raises
    ------
    HTTPException
        404: there is none.
    """
    whose = client(desk.store, client_id)
    if whose is None:
        raise HTTPException(404, "There is no such film here. It may have been deleted.")
    return _film_of(desk, whose, content, f"/sets/{client_id}/{content}")


def _film_of(desk: Desk, whose: Client, content: str, way: str) -> AskedSet:
    found = desk.store.sets(whose.name, contents={content_of_way(content)})
    if not found:
        raise HTTPException(404, "There is no such film here. It may have been deleted.")
    return AskedSet(whose, found[0], way)


def need_own_set(desk: TheDesk, link: TheLink, token: str, content: Content) -> AskedSet:
    """Give a client the set of theirs that is asked for.

    Raises
    ------
    HTTPException
        404: they have none of that name.
    """
    found = set_of(desk.store, link.client.id, content_of_way(content))
    if found is None:
        raise HTTPException(404, "There is no such film of yours here.")
    way = f"/c/{token}/sets/{content}"
    return AskedSet(link.client, with_words(desk.out, found), way)


def need_own_film(desk: TheDesk, link: TheLink, token: str, content: Content) -> AskedSet:
    """Give a client a set of theirs whose film or pictures are asked for.

    Raises
    ------
    HTTPException
        404: they have none of that name.
    """
    return _film_of(desk, link.client, content, f"/c/{token}/sets/{content}")


TheSet = Annotated[AskedSet, Depends(need_set)]
OwnSet = Annotated[AskedSet, Depends(need_own_set)]
TheFilm = Annotated[AskedSet, Depends(need_film)]
OwnFilm = Annotated[AskedSet, Depends(need_own_film)]


def film_of(desk: Desk, asked: AskedSet) -> Path | None:
    """Give the film as it was sent; None where it isn't kept, or faces are to be blurred."""
    one = asked.one
    blurred = one.settings.get("blur_faces") or setting(desk.store, BLUR_FACES)
    if blurred or one.model == GIVEN_POSES:
        return None
    kept = desk.films.path(one.film)
    if kept is not None:
        return kept
    path = Path(one.path)  # a batch's films stay where they are
    return path if one.path and path.is_file() and film_type(path) else None


def film_type(path: Path) -> str:
    """Say what kind of film a file is by its first bytes; "" of one that browsers don't know."""
    try:
        with path.open("rb") as opened:
            start = opened.read(16)
    except OSError:
        return ""
    return next((kind for at, sign, kind in _BEGINNINGS if start[at:].startswith(sign)), "")


def annotated_of(desk: Desk, asked: AskedSet) -> Path | None:
    """Give the film with the lines drawn on it, where it was asked for."""
    return _result(desk, asked, ANNOTATED_MP4)


def report_of(desk: Desk, asked: AskedSet) -> Path | None:
    """Give the report."""
    return _result(desk, asked, REPORT_HTML)


def pictures_of(desk: Desk, asked: AskedSet) -> list[str]:
    """Name the pictures there are, the repetitions' first."""
    folder = asked.results(desk)
    if folder is None:
        return []
    found = [one.name for one in sorted(folder.glob(REP_PICTURES)) if _PICTURE.match(one.name)]
    return [*found, *([SET_PICTURE] if (folder / SET_PICTURE).is_file() else [])]


def film_answer(desk: Desk, asked: AskedSet) -> Response:
    """Send the film; a browser may ask for parts of it.

    Raises
    ------
    HTTPException
        404: it isn't kept.
    """
    film = film_of(desk, asked)
    if film is None:
        raise HTTPException(404, "The film isn't kept here any more.")
    return _file(film, film_type(film) or "application/octet-stream")


def annotated_answer(desk: Desk, asked: AskedSet) -> Response:
    """Send the film with the lines on it.

    Raises
    ------
    HTTPException
        404: there is none.
    """
    film = annotated_of(desk, asked)
    if film is None:
        raise HTTPException(404, "There is no annotated video of this set.")
    return _file(film, "video/mp4")


def picture_answer(desk: Desk, asked: AskedSet, name: str) -> Response:
    """Send one of its pictures.

    Raises
    ------
    HTTPException
        404: there is none of that name.
    """
    folder = asked.results(desk)
    if folder is None or not _PICTURE.match(name) or not (folder / name).is_file():
        raise HTTPException(404, "There is no such picture.")
    return _file(folder / name, "image/jpeg")


def report_answer(desk: Desk, asked: AskedSet) -> Response:
    """Send the report, which runs apart from the desk.

    Raises
    ------
    HTTPException
        404: there is none.
    """
    report = report_of(desk, asked)
    if report is None:
        raise HTTPException(404, "There is no report of this set.")
    answer = _file(report, "text/html; charset=utf-8")
    answer.headers["Content-Security-Policy"] = REPORT_POLICY
    return answer


def _result(desk: Desk, asked: AskedSet, name: str) -> Path | None:
    folder = asked.results(desk)
    path = None if folder is None else folder / name
    return path if path is not None and path.is_file() else None


def _file(path: Path, kind: str) -> Response:
    answer = FileResponse(path, media_type=kind)
    answer.headers["Cache-Control"] = "private, no-cache"  # asked for again, sent if it changed
    return answer

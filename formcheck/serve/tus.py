"""Resumable uploads over bad networks: the tus 1.0 protocol (tus.io/protocols/resumable-upload).

Extensions: creation, creation-with-upload, expiration, termination. Bytes go to the disk as
they come, a megabyte at a time; an offset is told only when they are there for good, and the
whole length only when the film is in the store and the database. Where films lie and what is
taken is ``incoming``'s.

Why our own: tuspyserver 4.4, killed in the middle of a chunk, goes on from the offset it had
noted but appends behind the bytes that had come since, so that the film is damaged; writes
what comes before it asks who sends it; and answers 204 when the disk is full.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from email.utils import formatdate
from typing import Any, NoReturn, TypeVar

from fastapi import HTTPException, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from formcheck.errors import BadRequest, OutputError
from formcheck.serve.coming import Coming, NotTaken, Writing
from formcheck.serve.film_kind import HEAD_BYTES
from formcheck.serve.incoming import Incoming
from formcheck.serve.kept.links import Link
from formcheck.serve.telling import fields_of, film_name

T = TypeVar("T")

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,termination"
CHUNK_TYPE = "application/offset+octet-stream"
STEP_BYTES = 1 << 20
METADATA_LETTERS = 16_000
NOT_NOW = "It can't be kept just now. What has arrived stays: try again in a minute."


class Tus:
    """Answers the requests of a client's link."""

    def __init__(self, incoming: Incoming, link: Link, request: Request, way: str) -> None:
        self._incoming, self._link, self._request, self._way = incoming, link, request, way

    async def answer(self, name: str) -> Response:
        """Answer whatever was asked; ``name`` is the upload's, "" for a new one."""
        method = self._request.headers.get("x-http-method-override", self._request.method).upper()
        if method == "OPTIONS":
            return self._options()
        if self._request.headers.get("tus-resumable") != VERSION:
            raise _refused(412, f"This server speaks tus {VERSION}.", {"Tus-Version": VERSION})
        known: dict[str, Callable[[str], Any]] = (
            {"HEAD": self._head, "PATCH": self._patch, "DELETE": self._delete}
            if name
            else {"POST": self._create}
        )
        if method not in known:
            raise _refused(405, "Not here.", {"Allow": ", ".join((*known, "OPTIONS"))})
        try:
            answer: Response = await known[method](name)
        except NotTaken as problem:
            headers = {"Retry-After": "1"} if problem.status == 423 else {}
            raise _refused(problem.status, str(problem), headers) from problem
        except BadRequest as problem:
            raise _refused(400, str(problem)) from problem
        except OutputError as problem:
            raise _refused(503, NOT_NOW, {"Retry-After": "60"}) from problem
        return answer

    def _options(self) -> Response:
        return _answer(
            204,
            {
                "Tus-Version": VERSION,
                "Tus-Extension": EXTENSIONS,
                "Tus-Max-Size": str(self._incoming.most_bytes),
            },
        )

    async def _head(self, name: str) -> Response:
        one = await self._find(name)
        arrived = await run_in_threadpool(self._incoming.arrived, one)
        one = await self._taken(one, arrived)
        return _answer(
            200,
            {
                "Upload-Offset": str(arrived),
                "Upload-Length": str(one.length),
                "Upload-Metadata": f"filename {base64.b64encode(one.file.encode()).decode()}",
                "Upload-Expires": formatdate(one.expires_s, usegmt=True),
                "Cache-Control": "no-store",
            },
        )

    async def _create(self, _: str) -> Response:
        if "upload-defer-length" in self._request.headers:
            _bad("The film's length is needed from the start.")
        length = self._number("upload-length")
        said = _metadata(self._request.headers.get("upload-metadata", ""))
        name, fields = film_name(said.get("filename", "")), fields_of(said)
        begin = self._incoming.begin
        one = await run_in_threadpool(begin, self._link, name, length, fields)
        headers = {"Location": f"{self._way}/{one.id}"}
        if self._request.headers.get("content-type") == CHUNK_TYPE:
            headers["Upload-Offset"] = str(await self._receive(one, 0))
        return _answer(201, headers | _expiry(one))

    async def _patch(self, name: str) -> Response:
        if self._request.headers.get("content-type") != CHUNK_TYPE:
            raise _refused(415, f"A part of a film is sent as {CHUNK_TYPE}.")
        one = await self._find(name)
        offset = self._number("upload-offset")
        if one.content and offset == one.length:  # the answer was lost on the way
            return _answer(204, {"Upload-Offset": str(offset)} | _expiry(one))
        if "upload-metadata" in self._request.headers:  # ours: said otherwise meanwhile
            fields = fields_of(_metadata(self._request.headers["upload-metadata"]))
            one = await run_in_threadpool(self._incoming.tell, one, fields)
        arrived = await self._receive(one, offset)
        return _answer(204, {"Upload-Offset": str(arrived)} | _expiry(one))

    async def _delete(self, name: str) -> Response:
        one = await self._find(name)
        if one.content:
            raise _refused(403, "This film is with your coach already. Ask there.")
        await run_in_threadpool(self._incoming.give_up, one)
        return _answer(204)

    async def _find(self, name: str) -> Coming:
        one = await run_in_threadpool(self._incoming.find, self._link.id, name)
        if one.length is None:
            raise NotTaken(404, "This film is being sent by a form.")
        return one

    async def _taken(self, one: Coming, arrived: int) -> Coming:
        """What is whole is in the database before anybody hears that it is whole."""
        if arrived == one.length and not one.content:
            return await run_in_threadpool(self._incoming.take_in, one)
        return one

    async def _receive(self, one: Coming, offset: int) -> int:
        """Write what comes; gives how much there is of the film then."""
        assert one.length is not None
        if "content-length" in self._request.headers:
            need_fit(offset + self._number("content-length"), one.length)
        writing = await run_in_threadpool(self._incoming.write_on, one, offset)
        try:
            await to_disk(self._request, writing, one.length - offset)
        finally:
            await run_in_threadpool(writing.close)
        if offset < HEAD_BYTES <= writing.at:
            await run_in_threadpool(self._incoming.look_at_head, one)
        await self._taken(one, writing.at)
        return writing.at

    def _number(self, header: str) -> int:
        text = self._request.headers.get(header, "")
        if not (text.isascii() and text.isdigit() and len(text) < 16):
            _bad(f"{header.title()}: a number of bytes is needed.")
        return int(text)


async def to_disk(request: Request, writing: Writing, most: int) -> None:
    """Write a request's body as it comes, a step at a time; what came before a cut is kept.

    Raises
    ------
    NotTaken
        It is more than ``most``, or can't be kept.
    """
    held, length = bytearray(), 0
    try:
        async for part in request.stream():
            length += len(part)
            need_fit(length, most)
            held += part
            if len(held) >= STEP_BYTES:
                await run_in_threadpool(writing.write, bytes(held))
                held.clear()
    except ClientDisconnect:
        pass
    if held:
        await run_in_threadpool(writing.write, bytes(held))


def need_fit(length: int, most: int) -> None:
    """Refuse what is longer than was said.

    Raises
    ------
    NotTaken
        It is.
    """
    if length > most:
        raise NotTaken(413, "That is more than was to come of this film.")


def _metadata(header: str) -> dict[str, str]:
    """Read "name base64,name base64"; text alone."""
    if len(header) > METADATA_LETTERS:
        _bad("Upload-Metadata is too long.")
    said = {}
    for pair in header.split(","):
        name, _, value = pair.strip().partition(" ")
        try:
            said[name] = base64.b64decode(value.strip(), validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            _bad("Upload-Metadata: text in base64 is needed.")
    return said


def _expiry(one: Coming) -> dict[str, str]:
    return {"Upload-Expires": formatdate(one.expires_s, usegmt=True)}


def _answer(status: int, headers: dict[str, str] | None = None) -> Response:
    return Response(status_code=status, headers={"Tus-Resumable": VERSION, **(headers or {})})


def _refused(status: int, said: str, headers: dict[str, str] | None = None) -> HTTPException:
    return HTTPException(status, said, {"Tus-Resumable": VERSION, **(headers or {})})


def _bad(said: str) -> NoReturn:
    raise _refused(400, said)

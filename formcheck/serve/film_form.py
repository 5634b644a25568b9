"""A form with a film, as a browser without script sends it: streamed to the disk.

A form's usual reader puts files into the system's temporary folder, which is memory on many
machines; here the film goes where it stays.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from fastapi import Request
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from formcheck.serve.coming import Coming, NotTaken, Writing
from formcheck.serve.incoming import Incoming
from formcheck.serve.kept.links import Link
from formcheck.serve.telling import fields_of, film_name

FILM_FIELD = "film"
FIELDS_BYTES = 40_000
"""All fields but the film together, their heads too."""

STEP_BYTES = 1 << 20
NONE_CHOSEN = "No film came with it. Choose one, and send it again."
CUT = "The connection broke off before all of the film was here. Send it again."
NO_FORM = "This isn't the form of the page. Load the page anew, and send it again."


@dataclass
class _Part:
    name: str = ""
    file: str = ""
    heads: dict[str, str] = field(default_factory=dict)
    text: bytearray = field(default_factory=bytearray)


class FilmForm:
    """Reads one form of a link."""

    def __init__(self, incoming: Incoming, link: Link, request: Request) -> None:
        self._incoming, self._link, self._request = incoming, link, request
        self._said: list[tuple[str, bytes]] = []
        self._head = bytearray(), bytearray()
        self._part = _Part()
        self._film: _Part | None = None
        self._told: dict[str, str] = {}
        self._small = 0
        self._whole = False
        self._held = bytearray()
        self._coming: Coming | None = None
        self._writing: Writing | None = None

    async def take_in(self) -> Coming:
        """Give the film that came, acknowledged.

        Raises
        ------
        NotTaken
            It isn't taken, or there was none.
        BadRequest
            What was said with it isn't understood.
        OutputError
            It can't be kept.
        """
        try:
            await self._read()
            return await run_in_threadpool(self._finish)
        except (ClientDisconnect, MultipartParseError) as problem:
            raise NotTaken(400, CUT) from problem
        finally:
            await run_in_threadpool(self._let_go)

    async def _read(self) -> None:
        kind, options = parse_options_header(self._request.headers.get("content-type"))
        boundary = options.get(b"boundary")
        if kind != b"multipart/form-data" or not boundary:
            raise NotTaken(400, NO_FORM)
        length = self._request.headers.get("content-length", "")
        if length.isdigit():
            self._incoming.need_size(int(length) - FIELDS_BYTES)
        parser = MultipartParser(boundary, self._callbacks())
        async for data in self._request.stream():
            parser.write(data)
            for what, piece in self._said:
                await self._take(what, piece)
            self._said.clear()
        parser.finalize()

    def _callbacks(self) -> Any:
        def with_data(what: str) -> Any:
            return lambda data, start, end: self._said.append((what, bytes(data[start:end])))

        def alone(what: str) -> Any:
            return lambda: self._said.append((what, b""))

        made: dict[str, Any] = {f"on_{what}": with_data(what) for what in _DATA}
        return made | {f"on_{what}": alone(what) for what in _MARKS}

    async def _take(self, what: str, data: bytes) -> None:
        if what == "part_data" and self._part.name == FILM_FIELD:
            await self._take_film(data)
            return
        self._small += len(data)
        if self._small > FIELDS_BYTES:
            raise NotTaken(413, "That is more text than the form holds.")
        field_name, field_value = self._head
        if what == "part_begin":
            self._part = _Part()
        elif what == "header_field":
            field_name.extend(data)
        elif what == "header_value":
            field_value.extend(data)
        elif what == "header_end":
            head = field_name.decode("latin-1").lower()
            self._part.heads[head] = field_value.decode("latin-1")
            field_name.clear()
            field_value.clear()
        elif what == "headers_finished":
            self._name_part()
        elif what == "part_data":
            self._part.text.extend(data)
        elif what == "part_end" and self._part.name != FILM_FIELD:
            self._told[self._part.name] = self._part.text.decode("utf-8", "replace")
        elif what == "end":
            self._whole = True

    def _name_part(self) -> None:
        _, options = parse_options_header(self._part.heads.get("content-disposition", ""))
        self._part.name = options.get(b"name", b"").decode("utf-8", "replace")
        self._part.file = film_name(options.get(b"filename", b"").decode("utf-8", "replace"))

    async def _take_film(self, data: bytes) -> None:
        """Write a piece of the film; of two the first counts that holds anything."""
        if self._film is None:
            self._film = self._part
        if self._part is self._film:
            self._held += data
            if len(self._held) >= STEP_BYTES:
                await run_in_threadpool(self._write)

    def _write(self) -> None:
        if self._coming is None or self._writing is None:
            assert self._film is not None
            self._coming = self._incoming.begin(self._link, self._film.file, None, {})
            self._writing = self._incoming.write_on(self._coming, 0)
        self._incoming.need_size(self._writing.at + len(self._held))
        self._writing.write(bytes(self._held))
        self._held.clear()

    def _finish(self) -> Coming:
        if not self._whole:
            raise NotTaken(400, CUT)
        fields = fields_of(self._told)
        if self._held:
            self._write()
        if self._coming is None or self._writing is None:
            raise NotTaken(400, NONE_CHOSEN)
        self._writing.close()
        self._writing = None
        whole = self._incoming.whole(self._coming, fields)
        done = self._incoming.take_in(whole)
        self._coming = None
        return done

    def _let_go(self) -> None:
        """Forget what didn't become a film."""
        if self._writing is not None:
            self._writing.close()
        if self._coming is not None:
            self._incoming.give_up(self._coming)


_DATA = ("part_data", "header_field", "header_value")
_MARKS = ("part_begin", "part_end", "header_end", "headers_finished", "end")

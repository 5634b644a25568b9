"""Films that are coming in: on the disk until they are whole, then in the store and the database.

They lie in ``uploads/LINK`` (see ``coming``). Whatever moment the server is killed at, what was
acknowledged is there. A film is taken in by these steps, each of which may be
done again: a second name for the file goes to the store, the database learns of it, and the
note says that it is done. The note stays a week, for a client who didn't hear the answer.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from formcheck.errors import NotAVideo
from formcheck.serve.coming import (
    BUSY,
    GONE,
    ID,
    NO_ROOM,
    NOTE,
    PART,
    WHOLE,
    Coming,
    NotTaken,
    Turn,
    Writing,
    keep_note,
    read_note,
    room,
    second_name,
    turn_of,
)
from formcheck.serve.film_kind import HEAD_BYTES, need_film, need_head_of_film
from formcheck.serve.kept.links import Link
from formcheck.serve.kept.moment import now
from formcheck.serve.kept.people import client as client_of
from formcheck.serve.kept.uploads import Upload, add_upload, ask_again, new_upload_id, uploads_of
from formcheck.serve.telling import said_of, together

if TYPE_CHECKING:
    from formcheck.serve.desk import Desk

DAY_S = 86400.0
KEEP_FREE_BYTES = 500_000_000
"""Room that no upload takes: the database and the results need some, too (our choice)."""

BEGUN_MOST = 4
"""So many times the films of a day may be begun: answers get lost on the way."""

CLEAR_EVERY_S = 3600.0
CLEARED = ".cleared"
"""Its time is when old uploads were cleared away last."""

_TAKING_IN = threading.Lock()
"""Held while the database is asked and told: the same film twice at once is one."""


def size_in_words(megabytes: int) -> str:
    """Say how much, as "4 GB"."""
    return f"{megabytes / 1000:g} GB" if megabytes >= 1000 else f"{megabytes} MB"


class Incoming:
    """The films that come in at a desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def most_bytes(self) -> int:
        """As large a film as is taken."""
        return self._desk.choices.upload_mb * 1_000_000

    def begin(self, link: Link, file: str, length: int | None, fields: dict[str, str]) -> Coming:
        """Note that a film is going to come.

        Raises
        ------
        NotTaken
            It is empty or too large, there is no room, or too many came today.
        """
        said_of(fields)
        if length == 0:
            raise NotTaken(400, "The file is empty. Choose the video once more.")
        if length is not None:
            self.need_size(length)
        self._clear_now_and_then()
        self._need_few(link)
        self._need_room(length or 0)
        one = Coming(
            id=new_upload_id(),
            link_id=link.id,
            client_id=link.client.id,
            file=file,
            length=length,
            fields=fields,
            begun_s=time.time(),
        )
        self._keep_note(one)
        return one

    def need_size(self, length: int) -> None:
        """Refuse a film that is too large.

        Raises
        ------
        NotTaken
            It is.
        """
        if length > self.most_bytes:
            raise NotTaken(
                413,
                f"The film is larger than {size_in_words(self._desk.choices.upload_mb)}. Cut it to "
                "the set, or film in 1080p, and send that.",
            )

    def find(self, link_id: int, name: str) -> Coming:
        """Give what is known of an upload of a link.

        Raises
        ------
        NotTaken
            Nothing.
        """
        note = self._path(link_id, name, NOTE) if ID.fullmatch(name) else None
        one = None if note is None else read_note(note)
        if one is None or one.expires_s < time.time():
            raise NotTaken(404, GONE)
        return one

    def arrived(self, one: Coming) -> int:
        """Give how many of its bytes are here for good."""
        if one.content:
            return one.length or 0
        try:
            number = os.open(self._part(one), os.O_RDONLY)
        except FileNotFoundError:
            return 0
        try:
            os.fsync(number)
            return os.fstat(number).st_size
        finally:
            os.close(number)

    def write_on(self, one: Coming, offset: int) -> Writing:
        """Go on with a film where it stands.

        Raises
        ------
        NotTaken
            It stands elsewhere, or there is no room.
        """
        if one.content:
            raise NotTaken(409, "This film is here already.")
        self._need_room(0)
        with room():
            return Writing(self._part(one), self._turn(one), offset)

    def whole(self, one: Coming, fields: dict[str, str]) -> Coming:
        """Note that all has come of a film whose length nobody knew; gives the new note."""
        one = replace(one, length=self.arrived(one), fields=fields)
        said_of(fields)
        self._keep_note(one)
        return one

    def tell(self, one: Coming, fields: dict[str, str]) -> Coming:
        """Note that something else is said of a film that is coming; gives the new note."""
        if fields == one.fields or one.content:
            return one
        said_of(fields)
        one = replace(one, fields=fields)
        self._keep_note(one)
        return one

    def look_at_head(self, one: Coming) -> None:
        """Refuse early what is no film.

        Raises
        ------
        NotTaken
            It is none; it is gone.
        """
        try:
            file = self._part(one).open("rb")
        except FileNotFoundError:
            raise NotTaken(404, GONE) from None  # given up meanwhile
        with file, self._refusing(one):
            need_head_of_film(file.read(HEAD_BYTES))

    def take_in(self, one: Coming) -> Coming:
        """Take a whole film in, once; on return it is acknowledged.

        Raises
        ------
        NotTaken
            It is no film, or another request is doing this.
        OutputError
            The store or the database can't keep it now; it stays here.
        """
        turn = self._turn(one)
        if not turn.taking.acquire(blocking=False):
            raise NotTaken(423, BUSY)
        try:
            one = self.find(one.link_id, one.id)
            if one.content:
                return one
            with turn.lock:
                turn.holder = None  # nobody writes any more
            part = self._part(one)
            with self._refusing(one):
                need_film(part)
            content, path = self._desk.films.put(second_name(part), one.file)
            self._tell_database(one, content, path)
            done = replace(one, content=content)
            self._keep_note(done)
            self._clear(done)
            return done
        finally:
            turn.taking.release()

    def give_up(self, one: Coming) -> None:
        """Forget an unfinished film."""
        self._path(one.link_id, one.id, NOTE).unlink(missing_ok=True)
        self._clear(one)

    def recover(self) -> None:
        """After a start: take in what is whole, and clear away what nobody will go on with."""
        for one in self._all():
            if one.content:
                self._clear(one)
            elif client_of(self._desk.store, one.client_id) is None or one.length is None:
                self.give_up(one)
            elif self.arrived(one) >= one.length:
                with contextlib.suppress(NotTaken):
                    self.take_in(one)
        self.clear_old()
        for left in self._desk.uploads.glob("*/*"):
            if left.suffix != NOTE and not left.with_suffix(NOTE).exists():
                left.unlink(missing_ok=True)

    def clear_old(self) -> None:
        """Forget what has waited for more than a week."""
        for one in self._all():
            if one.expires_s < time.time():
                self.give_up(one)

    def _clear(self, one: Coming) -> None:
        for suffix in (PART, WHOLE):
            self._path(one.link_id, one.id, suffix).unlink(missing_ok=True)

    def _clear_now_and_then(self) -> None:
        cleared = self._desk.uploads / CLEARED
        if cleared.exists() and time.time() - cleared.stat().st_mtime < CLEAR_EVERY_S:
            return
        cleared.touch()
        self.clear_old()

    def _all(self) -> Iterator[Coming]:
        for note in sorted(self._desk.uploads.glob(f"*/*{NOTE}")):
            one = read_note(note)
            if one is not None:
                yield one

    def _need_few(self, link: Link) -> None:
        most, since_s = self._desk.choices.uploads_a_day, time.time() - DAY_S
        notes = [read_note(note) for note in self._folder(link.id).glob(f"*{NOTE}")]
        today = [one for one in notes if one is not None and one.begun_s > since_s]
        begun = [one for one in today if one.content or self._part(one).exists()]
        if len(begun) >= most or len(today) >= BEGUN_MOST * most:
            raise NotTaken(429, f"That is {most} films in a day. Send the next one tomorrow.")

    def _need_room(self, length: int) -> None:
        if shutil.disk_usage(self._desk.uploads).free < length + KEEP_FREE_BYTES:
            raise NotTaken(507, NO_ROOM)

    @contextlib.contextmanager
    def _refusing(self, one: Coming) -> Iterator[None]:
        try:
            yield
        except NotAVideo as problem:
            self.give_up(one)
            raise NotTaken(415, str(problem)) from problem

    def _tell_database(self, one: Coming, content: str, path: Path) -> None:
        store, said = self._desk.store, said_of(one.fields)
        whose = client_of(store, one.client_id)
        if whose is None:
            self.give_up(one)
            raise NotTaken(404, GONE)
        upload = Upload(
            id=one.id,
            client_id=whose.id,
            client=whose.name,
            content=content,
            file=one.file,
            path=path,
            size=one.length or 0,
            received_at=now(),
            said=said,
            link_id=one.link_id,
        )
        with _TAKING_IN:
            same = uploads_of(store, whose.id, content)
            if same:
                ask_again(store, same[0], together(same[0].said, said))
            else:
                add_upload(store, upload)
        self._desk.queue.nudge()
        told = {"client_id": whose.id, "client": whose.name, "file": one.file}
        self._desk.bell.ring({"event": "upload", "id": one.id, "content": content, **told})

    def _keep_note(self, one: Coming) -> None:
        keep_note(self._path(one.link_id, one.id, NOTE), one)

    def _turn(self, one: Coming) -> Turn:
        return turn_of(self._part(one))

    def _part(self, one: Coming) -> Path:
        return self._path(one.link_id, one.id, PART)

    def _path(self, link_id: int, name: str, suffix: str) -> Path:
        return self._folder(link_id) / f"{name}{suffix}"

    def _folder(self, link_id: int) -> Path:
        return self._desk.uploads / str(int(link_id))

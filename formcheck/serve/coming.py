"""A film that is coming in, as it lies on the disk: a note of it, and what has come.

``ID.json`` says what is coming, ``ID.part`` holds what has come; its size is how much, so the
two can't tell different things.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakValueDictionary

import msgspec

from formcheck.errors import FormcheckError
from formcheck.files import sync_folder

KEPT_S = 7 * 86400.0
"""So long an unfinished film waits for its rest, from when it was begun."""

NOTE, PART, WHOLE = ".json", ".part", ".whole"
ID = re.compile(r"[0-9a-f]{32}")
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})

NO_ROOM = (
    "There is no room left where your coach keeps the films. What has arrived is kept: tell "
    "your coach, and go on later."
)
BUSY = "This film is just being put away. Ask again in a moment."
GONE = "Nothing is known of this upload any more. Send the film anew."
OVERTAKEN = "The film is being sent from elsewhere, too. Ask how much has arrived."


class NotTaken(FormcheckError):  # noqa: N818 - said to whoever sends, as those of ``errors``
    """A film, or a part of one, that isn't taken in; ``status`` is the HTTP status."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status = status


@dataclass(frozen=True)
class Coming:
    """A film that is coming in.

    length   bytes of the whole; None while a form is still sending, and nobody knows
    fields   what was said with it, as text
    begun_s  when, seconds since 1970
    content  SHA-256 once it is in the store and the database, "" before
    """

    id: str
    link_id: int
    client_id: int
    file: str
    length: int | None
    fields: dict[str, str]
    begun_s: float
    content: str = ""

    @property
    def expires_s(self) -> float:
        """When it is forgotten."""
        return self.begun_s + KEPT_S


class Turn:
    """Who may write to an upload: the latest who asked."""

    def __init__(self) -> None:
        self.lock, self.taking = threading.Lock(), threading.Lock()
        self.holder: object = None


_TURNS: WeakValueDictionary[Path, Turn] = WeakValueDictionary()
_TURNS_LOCK = threading.Lock()


def turn_of(part: Path) -> Turn:
    """Give the turn of an upload: the same as long as anybody holds it."""
    with _TURNS_LOCK:
        return _TURNS.setdefault(part, Turn())


class Writing:
    """Writes what comes to an upload, until somebody else does; close it."""

    def __init__(self, part: Path, turn: Turn, offset: int) -> None:
        self._turn, self.at = turn, offset
        with turn.lock:
            self._number = os.open(part, os.O_RDWR | os.O_CREAT, 0o600)
            if os.fstat(self._number).st_size != offset:
                os.close(self._number)
                raise NotTaken(409, "That isn't where the film goes on. Ask how much has arrived.")
            turn.holder = self

    def write(self, data: bytes) -> None:
        """Write on.

        Raises
        ------
        NotTaken
            The disk is full, or another request goes on with this film.
        """
        with self._turn.lock, room():
            if self._turn.holder is not self:
                raise NotTaken(409, OVERTAKEN)
            rest = memoryview(data)
            while rest:
                os.lseek(self._number, self.at, os.SEEK_SET)
                written = os.write(self._number, rest)
                self.at += written
                rest = rest[written:]

    def close(self) -> None:
        """Wait until the disk has it, and let go."""
        try:
            with room():
                os.fsync(self._number)
        finally:
            os.close(self._number)


def second_name(part: Path) -> Path:
    """Give a whole film a second name, which the store takes away."""
    second = part.with_suffix(WHOLE)
    second.unlink(missing_ok=True)
    with room():
        try:
            second.hardlink_to(part)
        except OSError:  # not on every disk
            shutil.copyfile(part, second)
    return second


def read_note(note: Path) -> Coming | None:
    """Read what is coming; None where nothing is, or what isn't ours."""
    try:
        return msgspec.json.decode(note.read_bytes(), type=Coming)
    except (OSError, ValueError):
        return None


def keep_note(note: Path, one: Coming) -> None:
    """Write down what is coming; on return the disk has it."""
    unfinished = note.with_suffix(".new")
    with room():
        note.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as file:
            file.write(msgspec.json.encode(one))
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(note)
        sync_folder(note.parent)
        sync_folder(note.parent.parent)


@contextlib.contextmanager
def room() -> Iterator[None]:
    """Say of a full disk what it means for whoever sends.

    Raises
    ------
    NotTaken
        It is full.
    """
    try:
        yield
    except OSError as problem:
        if problem.errno in _FULL:
            raise NotTaken(507, NO_ROOM) from problem
        raise

"""The desk's one live session: who films, the process that judges, and what screens show."""

from __future__ import annotations

import asyncio
import datetime
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any, Self

import anyio

from formcheck.serve.kept.moment import now
from formcheck.serve.live_session import HEAD, Orders

PROGRAM = ("-m", "formcheck.serve.live_session")
ENDS_WITHIN_S = 5.0
LONGEST_LINE = 1 << 20

LARGEST_PICTURE_PX = 1 << 23
"""What a picture may hold: 3840 x 2160. Larger ones aren't decoded."""

SHOWN = frozenset({"scene", "camera", "speed", "rep", "set_end", "end"})
"""Events for every screen; what is seen in each picture is for the camera's alone."""


class LiveProcess:
    """A session's process; an asynchronous context manager that ends it."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        """The process's number."""
        return None if self._process is None else self._process.pid

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *PROGRAM,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=LONGEST_LINE,
            start_new_session=True,  # Ctrl-C is for us: we end it in order
            env={**os.environ, "OPENCV_IO_MAX_IMAGE_PIXELS": str(LARGEST_PICTURE_PX)},
        )
        await self._write(json.dumps(asdict(self._orders)).encode() + b"\n")
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        self.end_input()
        with anyio.move_on_after(ENDS_WITHIN_S, shield=True):
            while await self._process.stdout.read(LONGEST_LINE):
                pass  # nobody reads it any more, and it must not wait for that
            await self._process.wait()
            return
        with suppress(ProcessLookupError):
            self._process.kill()
        with anyio.CancelScope(shield=True):
            await self._process.wait()

    async def send(self, kind: bytes, time_s: float = 0.0, thing: bytes = b"") -> None:
        """Send a message; what an ended process would have got is lost."""
        await self._write(HEAD.pack(kind, time_s, len(thing)) + thing)

    async def _write(self, data: bytes) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        with suppress(BrokenPipeError, ConnectionResetError):
            self._process.stdin.write(data)
            await self._process.stdin.drain()

    def end_input(self) -> None:
        """Say that nothing more comes: it sums the set up, and ends."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.close()

    async def events(self) -> AsyncIterator[dict[str, Any]]:
        """Give what it tells, until it ends."""
        assert self._process is not None
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            with suppress(ValueError):
                yield json.loads(line)


@dataclass(frozen=True)
class Holder:
    """Who films: ``camera`` is a page's own name, ``coach_id`` whose page it is."""

    camera: str
    coach_id: int
    since: datetime.datetime
    told_to_go: asyncio.Event
    gone: asyncio.Event


class Room:
    """One session at a time; the latest picture and scene of it, for screens."""

    def __init__(self) -> None:
        self.holder: Holder | None = None
        self.picture: bytes = b""
        self.taken_s = 0.0
        self._shown: dict[str, dict[str, Any]] = {}

    async def enter(self, camera: str, coach_id: int, *, instead: bool) -> Holder | None:
        """Begin to film; None where another page does and isn't to be sent away.

        A page that comes back after its connection broke takes its own place again.
        """
        while (other := self.holder) is not None:
            if not instead and (other.camera, other.coach_id) != (camera, coach_id):
                return None
            other.told_to_go.set()
            await other.gone.wait()
        self.holder = Holder(camera, coach_id, now(), asyncio.Event(), asyncio.Event())
        self._shown.clear()
        return self.holder

    def leave(self, holder: Holder) -> None:
        """Make room for the next; what the last set came to stays on the screens."""
        if self.holder is holder:
            self.holder, self.picture = None, b""
        holder.gone.set()

    def note(self, event: dict[str, Any]) -> bool:
        """Keep what a screen that is opened later needs; whether it is for screens at all."""
        if event["event"] in ("scene", "camera", "speed"):
            self._shown[event["event"]] = event
        return event["event"] in SHOWN

    def state(self) -> dict[str, Any]:
        """Give what there is to show."""
        since = None if self.holder is None else self.holder.since.isoformat()
        return {
            "live": self.holder is not None,
            "since": since,
            "time_s": self.taken_s,
            **{name: self._shown.get(name) for name in ("scene", "camera", "speed")},
        }

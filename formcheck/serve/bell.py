"""What happens at the desk, told to every open page that listens."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

WAITING = 200
"""Events that may wait for a slow page; it then begins anew by loading itself."""

Event = dict[str, Any]


class Bell:
    """Rung from any thread; heard by any number of coroutines."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ears: dict[asyncio.Queue[Event | None], asyncio.AbstractEventLoop] = {}
        self._closed = False

    def ring(self, event: Event) -> None:
        """Tell an event; ``event["event"]`` says what it is."""
        with self._lock:
            ears = list(self._ears.items())
        for ear, loop in ears:
            if not loop.is_closed():
                loop.call_soon_threadsafe(_put, ear, event)

    async def listen(self) -> AsyncIterator[Event]:
        """Give the events from now on, until the desk closes."""
        ear: asyncio.Queue[Event | None] = asyncio.Queue(WAITING)
        with self._lock:
            if self._closed:
                return
            self._ears[ear] = asyncio.get_running_loop()
        try:
            while (event := await ear.get()) is not None:
                yield event
        finally:
            with self._lock:
                self._ears.pop(ear, None)

    def close(self) -> None:
        """End all listening: an open page would keep the server from ending."""
        with self._lock:
            self._closed = True
            ears = list(self._ears.items())
        for ear, loop in ears:
            if not loop.is_closed():
                loop.call_soon_threadsafe(_put, ear, None)


def _put(ear: asyncio.Queue[Event | None], event: Event | None) -> None:
    if ear.full():
        ear.get_nowait()
    ear.put_nowait(event)

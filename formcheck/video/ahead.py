"""Reading ahead: the next pictures are decoded while the last one is worked on."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator

from formcheck.timings import stage
from formcheck.video.film import Film, Frame

READ_AHEAD = 4
"""Pictures at most waiting to be taken."""

_PATIENCE_S = 0.1  # how soon the reader notices that nobody wants more


class Ahead:
    """Decodes a few frames ahead in a thread of its own; a context manager.

    Entering gives the frames of ``film.frames(every_s)``, in order; what goes
    wrong in reading is raised where the frame is asked for. Leaving ends the
    reading, however many frames were taken.

    Parameters
    ----------
    film
        An open film.
    every_s
        As for ``Film.frames``.
    """

    def __init__(self, film: Film, every_s: float | None = None) -> None:
        self._film = film
        self._every_s = every_s
        self._queue: queue.Queue[Frame | BaseException | None] = queue.Queue(READ_AHEAD)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read, name="formcheck-read", daemon=True)

    def __enter__(self) -> Iterator[Frame]:
        self._thread.start()
        return self._frames()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _frames(self) -> Iterator[Frame]:
        while (item := self._next()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item

    @stage("waiting for pictures")
    def _next(self) -> Frame | BaseException | None:
        return self._queue.get()

    def _read(self) -> None:
        try:
            frames = self._film.frames(self._every_s)
            while True:
                with stage("reading pictures"):
                    frame = next(frames, None)
                if not self._put(frame) or frame is None:
                    return
        except BaseException as problem:  # handed to the thread that asked for frames
            self._put(problem)

    def _put(self, item: Frame | BaseException | None) -> bool:
        while not self._stop.is_set():
            try:
                self._queue.put(item, timeout=_PATIENCE_S)
            except queue.Full:
                continue
            return True
        return False

"""Pictures from a webcam, a network camera or a file, the newest one first.

A camera never waits for whoever analyses: it is read in a thread of its own, and
only the newest picture is kept. What came in between is counted as dropped. A
camera that is lost is tried again until it comes back.

    sources.py  opens it and gives its pictures, with its own stamps
    clock.py    makes times of the session of them
    camera.py   reads it in a thread, and opens it anew
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self

import cv2
import numpy as np

from formcheck.errors import CameraLost
from formcheck.live.sources import (
    LONGEST_SIDE_PX,
    READ_TIMEOUT_S,
    Picture,
    Source,
    Stamped,
    source_of,
)
from formcheck.live.still import Stills

State = Literal["opening", "open", "slow", "black", "lost", "over"]

RETRY_S = (0.5, 1.0, 2.0, 3.0)
"""Waits between attempts; the last one goes on."""


@dataclass(frozen=True)
class Shot:
    """One picture: when it was taken (seconds of the session) and what it shows.

    ``rgb`` is (H, W, 3) uint8, upright. ``arrived_s`` is the moment on the
    machine's monotonic clock, to tell how long an answer took.
    """

    number: int
    time_s: float
    arrived_s: float
    rgb: Picture


class Camera:
    """A camera read in its own thread; a context manager.

    ``newest`` waits for a picture that wasn't given yet. ``state`` and ``trouble``
    tell how it goes; ``dropped`` counts the pictures nobody took. ``listener`` gets
    every picture, ``again`` plays a film that is over once more. ``failure`` is what
    ended it, if anything did.
    """

    def __init__(
        self,
        what: str | Source,
        *,
        listener: Callable[[Shot], None] | None = None,
        again: bool = False,
    ) -> None:
        self._source = source_of(what) if isinstance(what, str) else what
        self._listener = listener
        self._again = again
        self._fresh = threading.Condition()
        self._shot: Shot | None = None
        self._taken = 0
        self._count = 0
        self._stop = threading.Event()
        self._still = Stills()
        self.dropped = 0
        self.trouble = ""
        self.failure: Exception | None = None
        self._state: State = "opening"
        self._thread = threading.Thread(target=self._run, name="formcheck-camera", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join(timeout=READ_TIMEOUT_S + 1.0)

    @property
    def brightness(self) -> float:
        """Mean brightness of the last pictures, 0..255."""
        return self._still.brightness

    @property
    def silent_s(self) -> float:
        """Seconds since the last picture; NaN before the first."""
        shot = self._shot
        return float("nan") if shot is None else time.monotonic() - shot.arrived_s

    @property
    def state(self) -> State:
        """How the camera is; a picture that is late makes it "lost"."""
        if self._state == "open" and self._shot is not None:
            return "lost" if self.silent_s > READ_TIMEOUT_S else self._still.state
        return self._state

    def newest(self, timeout_s: float) -> Shot | None:
        """The newest picture, once; None when none came in time."""
        with self._fresh:
            self._fresh.wait_for(self._has_fresh, timeout_s)
            if not self._has_fresh():
                return None
            assert self._shot is not None
            self.dropped += self._shot.number - self._taken - 1
            self._taken = self._shot.number
            return self._shot

    def _has_fresh(self) -> bool:
        return self._shot is not None and self._shot.number > self._taken

    def _run(self) -> None:
        begin_s, tries = time.monotonic(), 0
        while not self._stop.is_set():
            try:
                self._source.clock.reopen()
                for stamp_s, rgb in _until(self._source.open(), self._stop):
                    if tries or self._state != "open":
                        tries, self._state, self.trouble = 0, "open", ""
                        self._still = Stills()  # the gap isn't a slow camera
                    time_s = self._source.clock(stamp_s, time.monotonic() - begin_s)
                    if time_s is not None:
                        self._put(time_s, rgb)
                if not self._again:
                    self._state = "over"
                    break
            except Exception as problem:
                self.trouble = str(problem)
                # A camera comes back; a film, or what never was a camera, doesn't.
                if self._source.is_film or not (isinstance(problem, CameraLost) or self._count):
                    self.failure = problem
                    self._state = "over"
                    break
            self._state = "lost"
            self._stop.wait(RETRY_S[min(tries, len(RETRY_S) - 1)])
            tries += 1
        with self._fresh:
            self._fresh.notify_all()

    def _put(self, time_s: float, rgb: Picture) -> None:
        rgb = _shrunk(rgb)
        self._still.add(time_s, rgb)
        with self._fresh:
            self._count += 1
            self._shot = Shot(self._count, time_s, time.monotonic(), rgb)
            self._fresh.notify_all()
        if self._listener is not None:
            self._listener(self._shot)


def _until(pictures: Stamped, stop: threading.Event) -> Iterator[tuple[float | None, Picture]]:
    with contextlib.closing(pictures):
        for one in pictures:
            if stop.is_set():
                return
            yield one


def _shrunk(rgb: Picture) -> Picture:
    """The picture, its longer side at most ``LONGEST_SIDE_PX``."""
    height, width = rgb.shape[:2]
    scale = LONGEST_SIDE_PX / max(height, width)
    if scale >= 1.0:
        return rgb
    size = (round(width * scale), round(height * scale))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)

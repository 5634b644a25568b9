"""The pictures of a live set, in memory alone, until the next set is over.

Nobody sees them unless the coach asks for the set to be kept: then they become a film.
"""

from __future__ import annotations

import threading
from collections import deque
from pathlib import Path

import cv2
import numpy as np

from formcheck.errors import BadRequest
from formcheck.live.sources import Picture
from formcheck.live.take import LONGEST_S
from formcheck.video.writer import VideoWriter

MOST_BYTES = 256 << 20
"""Two minutes at 30 pictures a second of 70 kB each."""

AROUND_S = 1.5
"""Kept before the first repetition and after the last, as ``live --record`` advises."""

USUAL_HZ = 30.0


class SetPictures:
    """The pictures of the last two minutes, and those of the last set; any thread may ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._recent: deque[tuple[float, bytes]] = deque()
        self._bytes = 0
        self._held: tuple[tuple[float, bytes], ...] = ()

    def add(self, time_s: float, jpeg: bytes) -> None:
        """Keep a picture for a while."""
        with self._lock:
            self._recent.append((time_s, jpeg))
            self._bytes += len(jpeg)
            while self._bytes > MOST_BYTES or time_s - self._recent[0][0] > LONGEST_S:
                self._bytes -= len(self._recent.popleft()[1])

    def hold(self, start_s: float, end_s: float) -> None:
        """Hold those of a set that has ended, in place of those of the one before."""
        with self._lock:
            self._held = tuple(
                one for one in self._recent if start_s - AROUND_S <= one[0] <= end_s + AROUND_S
            )
            if self._held and self._held[0][0] > start_s:
                self._held = ()  # it began before what is still here

    def write(self, film: Path) -> None:
        """Make a film of the held set, with the times at which it was taken.

        Raises
        ------
        BadRequest
            No set is held.
        OutputError
            It can't be written.
        """
        held = self._held
        if not held:
            raise BadRequest("There is no whole set here any more to keep.")
        first = decoded(held[0][1])
        assert first is not None  # it was analysed
        size = (first.shape[1], first.shape[0])
        with VideoWriter(film, size=size, source_rate_hz=USUAL_HZ) as writer:
            for time_s, jpeg in held:
                rgb = decoded(jpeg)
                if rgb is not None and (rgb.shape[1], rgb.shape[0]) == size:
                    writer.write(rgb, time_s)


def decoded(jpeg: bytes) -> Picture | None:
    """Give a picture, (H, W, 3); None where it can't be read."""
    try:
        rgb = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR_RGB)
    except cv2.error:
        return None
    return None if rgb is None else np.asarray(rgb, np.uint8)

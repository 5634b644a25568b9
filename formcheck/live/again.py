"""The last repetition once more, in slow motion, while the lifter rests.

The pictures of the last seconds are kept small, as JPEG, in a bounded piece of memory;
those of a repetition are held when it is told, until the next one is.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.live.camera import Shot
from formcheck.report.lettering import Picture

LONGER_SIDE_PX = 720
QUALITY = 80
"""A picture of these takes 35 to 60 kB and a millisecond (measured on the samples)."""

KEPT_S = 15.0
"""A repetition takes 12 s at most and is told in the second after its end."""

MOST_BYTES = 24_000_000
"""Of pictures kept, and as much again of pictures held."""

AROUND_S = 0.3
"""Shown before a repetition's start and after its end."""

SLOWED = 4.0
"""As the report shows it (our choice)."""

PAUSE_S = 1.0
"""Of the last picture, before it begins again."""


@dataclass(frozen=True)
class Moment:
    """A kept picture, the lifter in it, and how much smaller than the camera's it is."""

    time_s: float
    jpeg: NDArray[np.uint8]
    row: np.void
    scale: float

    def rgb(self) -> Picture:
        """The picture, (H, W, 3)."""
        return np.asarray(cv2.imdecode(self.jpeg, cv2.IMREAD_COLOR_RGB), np.uint8)


class Again:
    """Pictures of the last seconds, and those of the last repetition.

    ``add`` is called by one thread, ``hold`` and ``at`` may be called by others.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._recent: deque[Moment] = deque()
        self._bytes = 0
        self._held: tuple[Moment, ...] = ()

    @property
    def kept_bytes(self) -> int:
        """How much memory the pictures of the last seconds take."""
        return self._bytes

    def add(self, shot: Shot, row: np.void) -> None:
        """Keep a picture with the lifter in it."""
        height, width = shot.rgb.shape[:2]
        scale = min(1.0, LONGER_SIDE_PX / max(height, width))
        size = (round(width * scale), round(height * scale))
        small = (
            cv2.resize(shot.rgb, size, interpolation=cv2.INTER_LINEAR) if scale < 1 else shot.rgb
        )
        bgr = cv2.cvtColor(small, cv2.COLOR_RGB2BGR)
        done, jpeg = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
        if not done:
            return
        with self._lock:
            self._recent.append(Moment(shot.time_s, jpeg, row, scale))
            self._bytes += jpeg.nbytes
            while self._bytes > MOST_BYTES or shot.time_s - self._recent[0].time_s > KEPT_S:
                self._bytes -= self._recent.popleft().jpeg.nbytes

    def hold(self, start_s: float, end_s: float) -> None:
        """Hold the pictures of a repetition, in place of those of the one before."""
        with self._lock:
            self._held = tuple(
                one
                for one in self._recent
                if one.time_s - start_s >= -AROUND_S and one.time_s - end_s <= AROUND_S
            )

    def forget(self) -> None:
        """Let go of all: the camera's picture has another size now."""
        with self._lock:
            self._recent.clear()
            self._bytes, self._held = 0, ()

    def at(self, shown_s: float) -> Moment | None:
        """What to show so long after the showing has begun; None where nothing is held."""
        held = self._held
        if len(held) < 2:
            return None
        span_s = held[-1].time_s - held[0].time_s
        film_s = min(shown_s % (SLOWED * span_s + PAUSE_S) / SLOWED, span_s)
        times_s = [one.time_s - held[0].time_s for one in held]
        return held[int(np.searchsorted(times_s, film_s, side="right")) - 1]

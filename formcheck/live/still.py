"""Is what the camera gives a picture at all: how bright, how often."""

from __future__ import annotations

import collections
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from formcheck.video.cautions import LOW_RATE_HZ

BLACK = 8.0
"""Mean brightness of 255 of a covered lens (our choice)."""

SLOW_HZ = LOW_RATE_HZ - 0.5
"""Fewer pictures a second than a recorded film should have, rounded as we print them."""

OVER_S = 2.0


class Stills:
    """Brightness and rate of the pictures over the last two seconds."""

    def __init__(self) -> None:
        self._seen: collections.deque[tuple[float, float]] = collections.deque(maxlen=512)

    def add(self, time_s: float, rgb: NDArray[np.uint8]) -> None:
        """Take one picture, (H, W, 3)."""
        self._seen.append((time_s, float(rgb[::16, ::16].mean())))
        while self._seen and time_s - self._seen[0][0] > OVER_S:
            self._seen.popleft()

    @property
    def brightness(self) -> float:
        """Mean brightness, 0..255; 128 before there is a picture."""
        return float(np.mean([light for _, light in self._seen])) if self._seen else 128.0

    @property
    def rate_hz(self) -> float:
        """Pictures a second; NaN while it isn't known."""
        if len(self._seen) < 3:
            return float("nan")
        span_s = self._seen[-1][0] - self._seen[0][0]
        return (len(self._seen) - 1) / span_s if span_s > 0 else float("nan")

    @property
    def state(self) -> Literal["open", "slow", "black"]:
        """What is wrong with the pictures, if anything."""
        if self._seen and self.brightness < BLACK:
            return "black"
        span_s = self._seen[-1][0] - self._seen[0][0] if len(self._seen) > 2 else 0.0
        return "slow" if span_s > OVER_S / 2 and self.rate_hz < SLOW_HZ else "open"

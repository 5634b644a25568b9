"""Cuts between shots: where nearly the whole picture changes at once."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.data import FloatArray

THUMB_PX = 24
CUT_GREY = 25.0
"""Mean change of a 24 x 24 thumbnail's grey (0..255) that can be a cut. On the
real clips cuts change 29..132 grey levels, the fastest pan 21 (our choice)."""

ABOVE_REST = 4.0
"""And how many times the usual change around it, so that a shaken camera isn't."""


class ShotCounter:
    """Numbers the shots of a film, picture by picture."""

    def __init__(self) -> None:
        self._last: FloatArray | None = None
        self._changes: list[float] = []

    def add(self, rgb: NDArray[np.uint8]) -> None:
        """Take the next picture."""
        step = max(1, min(rgb.shape[:2]) // (4 * THUMB_PX))  # every pixel would cost 1 ms a frame
        some = np.ascontiguousarray(rgb[::step, ::step])
        small = cv2.resize(some, (THUMB_PX, THUMB_PX), interpolation=cv2.INTER_AREA)
        grey = small.astype(float).mean(axis=2)
        change = 0.0 if self._last is None else float(np.abs(grey - self._last).mean())
        self._changes.append(change)
        self._last = grey

    def shots(self) -> NDArray[np.int32]:
        """Shot number of every picture, (T,), from 0."""
        changes = np.array(self._changes)
        cut = np.zeros(changes.shape, dtype=bool)
        for at in np.flatnonzero(changes > CUT_GREY):
            around = np.concatenate([changes[max(0, at - 8) : at], changes[at + 1 : at + 9]])
            cut[at] = around.size == 0 or changes[at] > ABOVE_REST * np.median(around)
        return np.cumsum(cut).astype(np.int32)

"""Why nobody is found in a film: too small, turned, or not there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.poses.engine import PoseEngine
from formcheck.video import Frame

LOOKED_AT = 6
"""Pictures, spread over the film, that are looked at more closely."""

ENLARGED = 3
"""How many times a part of the picture is enlarged: the network that finds people
sees the whole picture 224 pixels large, and whoever is less than a fifth of it high
is missed (our choice)."""

TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}

NOBODY = "nobody was found in the picture. Film the whole body from the side, in good light."
TOO_SMALL = (
    "the lifter is too small in the picture. Go nearer, or zoom in, until the body fills "
    "two thirds of the picture's height."
)
TURNED = "nobody stands upright in the picture. If the film is turned, add --rotate {turn}."


class Filmed(Protocol):
    """As much of a film as is needed."""

    @property
    def expected_s(self) -> float:
        """How long it should be; NaN where unknown."""

    def frames(self, every_s: float | None = None) -> Iterator[Frame]:
        """Its pictures."""


def why_nobody(film: Filmed, engine: PoseEngine) -> str:
    """Look closer, and say what is in the way."""
    small = 0
    turned = dict.fromkeys(TURNS, 0)
    every_s = film.expected_s / LOOKED_AT if film.expected_s > 0 else 1.0
    for at, frame in enumerate(film.frames(every_s)):
        if at == LOOKED_AT:
            break
        small += any(engine.look(part) for part in _parts(frame.rgb))
        for turn, how in TURNS.items():
            turned[turn] += bool(engine.look(np.asarray(cv2.rotate(frame.rgb, how), np.uint8)))
    turn = max(turned, key=lambda one: turned[one])
    if turned[turn] > LOOKED_AT / 2:
        return TURNED.format(turn=turn)
    return TOO_SMALL if small > LOOKED_AT / 2 else NOBODY


def _parts(rgb: NDArray[np.uint8]) -> Iterator[NDArray[np.uint8]]:
    """Parts of the picture that overlap by half, enlarged."""
    high, wide = (max(side // ENLARGED, 1) for side in rgb.shape[:2])
    for top in range(0, rgb.shape[0] - high + 1, max(high // 2, 1)):
        for left in range(0, rgb.shape[1] - wide + 1, max(wide // 2, 1)):
            part = rgb[top : top + high, left : left + wide]
            size = (wide * ENLARGED, high * ENLARGED)
            yield np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_CUBIC), np.uint8)

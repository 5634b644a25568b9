"""From the stored picture to the delivered one, also where a film changes its size.

A joined film, a player's recording or a broadcast may go on in another size. The
first picture's upright size is the one system of coordinates: later pictures are
brought to it without squeezing, so that the same lifter keeps their size. Black
bars that such a change brings are left away first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from formcheck.video.orientation import Orientation

BLACK = 40
"""Brightest value (0..255) that still is a black bar: compression lifts 16 a little."""

SAME_ASPECT = 0.03
"""Share by which the aspect of two pictures of one scene may differ: sizes are even."""


@dataclass(frozen=True)
class Geometry:
    """How pictures of the film's first size are delivered.

    full_size  upright, square pixels
    size       upright, delivered
    scale      delivered over full size, at most 1
    aspect     a stored pixel's width by its height
    """

    orientation: Orientation
    full_size: tuple[int, int]
    size: tuple[int, int]
    scale: float
    aspect: float

    @property
    def stored_size(self) -> tuple[int, int]:
        """The delivered size before turning."""
        return self.orientation.upright_size(*self.size)

    def turned(self, clockwise_deg: int) -> Geometry:
        """The same, turned by so much more, a multiple of 90; not mirrored."""
        step = Orientation(clockwise_deg % 360)
        return replace(
            self,
            orientation=Orientation((self.orientation.clockwise_deg + clockwise_deg) % 360),
            full_size=step.upright_size(*self.full_size),
            size=step.upright_size(*self.size),
        )


@dataclass(frozen=True)
class Place:
    """Where a picture of another size goes in the stored delivered one, pixels.

    size  width and height that the whole picture is scaled to
    left, top, width, height  the part of it that is kept
    """

    size: tuple[int, int]
    left: int
    top: int
    width: int
    height: int

    def put(self, scaled: NDArray[np.uint8], onto: tuple[int, int]) -> NDArray[np.uint8]:
        """Lay the scaled picture (H, W, 3) onto the middle of a black one of a size."""
        part = scaled[self.top : self.top + self.height, self.left : self.left + self.width]
        out = np.zeros((onto[1], onto[0], 3), np.uint8)
        height, width = min(self.height, onto[1]), min(self.width, onto[0])
        top, left = (onto[1] - height) // 2, (onto[0] - width) // 2
        out[top : top + height, left : left + width] = part[:height, :width]
        return out


def plan(
    width: int, height: int, aspect: float, turn: Orientation, max_side_px: int | None
) -> Geometry:
    """Plan the one step of scaling; ``aspect`` is a stored pixel's width by its height."""
    full = turn.upright_size(*_square(width, height, aspect))
    scale = 1.0 if max_side_px is None else min(1.0, max_side_px / max(full))
    size = (max(1, round(full[0] * scale)), max(1, round(full[1] * scale)))
    return Geometry(turn, full, size, scale, aspect)


def place(picture: NDArray[np.uint8], geometry: Geometry) -> Place:
    """Fit a picture of another size, (H, W, 3) as stored, into the film's first."""
    height, width = picture.shape[:2]
    across, down = _square(width, height, geometry.aspect)
    wide, high = geometry.stored_size
    if _differs(across / down, wide / high):
        left, top, right, bottom = _inside_bars(picture)
    else:
        left, top, right, bottom = 0, 0, width, height
    by = across / width, down / height
    inner = (right - left) * by[0], (bottom - top) * by[1]
    fit = min(wide / inner[0], high / inner[1])
    if not _differs(inner[0] / inner[1], wide / high):
        fits = wide / inner[0], high / inner[1]
    else:
        fits = fit, fit
    x, y = fits[0] * by[0], fits[1] * by[1]
    size = max(1, round(width * x)), max(1, round(height * y))
    return Place(
        size,
        round(left * x),
        round(top * y),
        max(1, round((right - left) * x)),
        max(1, round((bottom - top) * y)),
    )


def _square(width: int, height: int, aspect: float) -> tuple[int, int]:
    """Size in square pixels: widened rather than flattened, so that no detail is lost."""
    if aspect > 1:
        return round(width * aspect), height
    return width, round(height / aspect) if 0 < aspect < 1 else height


def _differs(aspect: float, other: float) -> bool:
    return abs(aspect / other - 1) > SAME_ASPECT


def _inside_bars(picture: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what isn't a black bar; all of a dark picture."""
    bright = picture.max(axis=2) > BLACK
    columns, rows = np.flatnonzero(bright.any(axis=0)), np.flatnonzero(bright.any(axis=1))
    if not columns.size:
        return 0, 0, picture.shape[1], picture.shape[0]
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1

"""Where picture and words go in the window: the words beside the lifter, never on them.

    wide window                     tall window
    +-----------+-----------+       +-----------+
    |  picture  |   words   |       |  picture  |
    |           |           |       +-----------+
    +-----------+-----------+       |   words   |
                                    +-----------+

The words take half of the window, more where the picture leaves more. The picture takes
the rest: whole while the lifter looks for their place; while they lift it is as large as
their box allows, cropped at what lies around it. The words stand on the side that the
lifter is farther from.
"""

from __future__ import annotations

import math
import statistics
from collections import deque
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np

from formcheck.data import FloatArray

WORDS = 0.5
"""Least share of the window for the words: the longest word of a cue's title, in letters
that are read from three metres, takes 0.45 of a 16:9 window (our choice)."""

NARROWEST = 0.85
"""Least width and height of the words, in the window's shorter sides: the same word, and a
count with tempo, title and advice below it (our choice)."""

WIDEST = 0.8
"""Most of the window for the words, however narrow it is."""

AROUND = 0.12
"""Of a box's height is left free around the joints: head, hands and feet stick out of them
by a tenth (our choice)."""

SLACK = 0.05
"""A box that grows takes so much more, so that the picture doesn't creep (our choice)."""

REMEMBERED_S = 12.0
LEAST_VISIBLE = 0.5
NEAR_MIDDLE = 0.08
"""Of the picture's width: so near the middle the words stay on the side where they are."""

Size = tuple[int, int]
Doing = Literal["looks", "lifts", "rests"]
"""What the lifter does: looks for their place, lifts (or is shown lifting), or rests."""


@dataclass(frozen=True)
class Box:
    """An upright rectangle, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """How wide it is."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """How high it is."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """The middle from left to right."""
        return (self.left + self.right) / 2

    def grown(self, by_px: float) -> Self:
        """The same, larger on each side."""
        return type(self)(
            self.left - by_px, self.top - by_px, self.right + by_px, self.bottom + by_px
        )

    def within(self, size: Size) -> Self:
        """What of it lies in a picture of this size."""
        width, height = size
        return type(self)(
            min(max(self.left, 0.0), width),
            min(max(self.top, 0.0), height),
            max(min(self.right, width), 0.0),
            max(min(self.bottom, height), 0.0),
        )

    def joined(self, other: Self) -> Self:
        """The smallest that holds both."""
        return type(self)(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def holds(self, other: Self) -> bool:
        """Whether the other one lies in it."""
        return self.joined(other) == self


@dataclass(frozen=True)
class Layout:
    """Where things go: ``picture`` and ``words`` in the window, ``crop`` in the camera's picture.

    ``scale`` is window pixels per pixel of the camera's picture.
    """

    picture: Box
    words: Box
    crop: Box
    scale: float

    def in_crop(self, points_px: FloatArray) -> FloatArray:
        """Points (..., 2) of the camera's picture in pixels of the shown part."""
        return (points_px - (self.crop.left, self.crop.top)) * self.scale


def arrange(window: Size, picture: Size, lifter: Box | None, *, words_left: bool) -> Layout:
    """Give each its place.

    Parameters
    ----------
    window, picture
        Width and height of the window and of the camera's picture.
    lifter
        What has to be seen of the picture; None for all of it.
    words_left
        Whether the words stand on the left, where they stand beside the picture.
    """
    (wide, high), (width, height) = window, picture
    least = NARROWEST * min(window)
    column = min(max(WORDS * wide, least, wide - high / height * width), WIDEST * wide)
    row = min(max(WORDS * high, least, high - wide / width * height), WIDEST * high)
    beside, above = (wide - round(column), high), (wide, high - round(row))
    is_beside = _scale(beside, picture, lifter) >= _scale(above, picture, lifter)
    free = beside if is_beside else above
    scale = _scale(free, picture, lifter)
    crop_size = [min(all_px, space / scale) for all_px, space in zip(picture, free, strict=True)]
    seen = lifter or Box(0, 0, width, height)
    centre = (seen.middle, (seen.top + seen.bottom) / 2)
    left, top = (
        min(max(at - part / 2, 0.0), all_px - part)
        for at, part, all_px in zip(centre, crop_size, picture, strict=True)
    )
    crop = Box(left, top, left + crop_size[0], top + crop_size[1])
    words_px = wide - free[0]
    begin = words_px if is_beside and words_left else 0
    shown = [max(1, math.floor(part * scale + 1e-6)) for part in crop_size]
    x, y = begin + (free[0] - shown[0]) // 2, (free[1] - shown[1]) // 2
    words = Box(0, free[1], wide, high)
    if is_beside:
        words = Box(0, 0, words_px, high) if words_left else Box(free[0], 0, wide, high)
    return Layout(Box(x, y, x + shown[0], y + shown[1]), words, crop, scale)


def _scale(free: Size, picture: Size, lifter: Box | None) -> float:
    """How large the picture gets in this space."""
    across = [space / all_px for space, all_px in zip(free, picture, strict=True)]
    if lifter is None:
        return min(across)
    needed = min(free[0] / max(lifter.width, 1.0), free[1] / max(lifter.height, 1.0))
    return max(min(across), min(max(across), needed))


class Whereabouts:
    """Where the lifter is in the picture: in a set the box only grows, so that it stays."""

    def __init__(self) -> None:
        self._recent: deque[tuple[float, Box]] = deque(maxlen=512)
        self._box: Box | None = None
        self.words_left = False

    def see(self, time_s: float, row: np.void, picture: Size, doing: Doing) -> Box | None:
        """Take the lifter of a shown picture; gives the box of the set, None outside of one.

        The words' side is chosen while the lifter looks for their place and when a set
        begins; in between, and at rest, the words stay where they are.
        """
        box = box_of(row)
        if box is not None:
            box = box.within(picture)
            self._recent.append((time_s, box))
        while self._recent and time_s - self._recent[0][0] > REMEMBERED_S:
            self._recent.popleft()
        begins = doing == "lifts" and self._box is None
        if self._recent and (begins or doing == "looks"):
            self._choose_side(picture[0])
        if doing != "lifts":
            self._box = None
        elif begins:
            for _, one in self._recent:
                self._grow(one, picture)
        elif box is not None:
            self._grow(box, picture)
        return self._box

    def _grow(self, box: Box, picture: Size) -> None:
        if self._box is None:
            self._box = box
        elif not self._box.holds(box):
            self._box = self._box.joined(box.grown(SLACK * picture[0]).within(picture))

    def _choose_side(self, width_px: int) -> None:
        """Go by where they stood most of the time: a bend is half a body's length."""
        off = statistics.median(box.middle for _, box in self._recent) / width_px - 0.5
        if abs(off) > NEAR_MIDDLE:
            self.words_left = off > 0


def box_of(row: np.void) -> Box | None:
    """The lifter's box in the picture, with what sticks out of the joints; None if unseen."""
    points = np.asarray(row["points_px"][:, :2], dtype=float)
    points = points[(row["visibility"] >= LEAST_VISIBLE) & np.isfinite(points).all(axis=1)]
    if len(points) == 0:
        return None
    box = Box(*points.min(axis=0).tolist(), *points.max(axis=0).tolist())
    return box.grown(AROUND * max(box.height, box.width))

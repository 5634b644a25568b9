"""Cuts between shots, and the scenes (places of the camera) that they show.

A cut is where nearly the whole picture changes at once. Shots of one scene are
joined again: a lamp, a knock, an edit that comes back. A few odd pictures (a flash,
a black frame, a title) are of no scene.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.data import BoolArray, FloatArray
from formcheck.poses.scenes import same_place, small_grey

THUMB_PX = 24
CUT_GREY = 25.0
"""Mean change of a 24 x 24 thumbnail's grey (0..255) that can be a cut. On the
real clips cuts change 29..132 grey levels, the fastest pan 21 (our choice)."""

ABOVE_REST = 4.0
"""And how many times the usual change around it, so that a shaken camera isn't."""

AROUND = 8
"""Pictures on either side that tell what is usual."""

ODD_S = 0.35
"""A shot that is shorter shows nothing to judge: five pictures at 15 a second."""

MOST_LOOKED_BACK = 6
"""Earlier scenes, the latest first, with which a new shot is compared."""

KNOCK = 0.01
"""Share of the picture's long side from which a shift is told as a knock: the
camera's own tremble stays under it (our choice)."""

NONE = -1

Grey = NDArray[np.uint8]


@dataclass(frozen=True)
class Scenes:
    """What a film shows when.

    shot      (T,)  number of the scene from 0, the same where the film comes back to
                    it, -1 for a picture of none
    broken    (T,)  True where time is missing before a picture: the film went
                    elsewhere and came back, or changed scene
    change    (T,)  mean change of the picture's grey from the one before, 0..255;
                    0 where the camera was knocked, and all of it moved
    knocks_s        when the camera was knocked
    """

    shot: NDArray[np.int32]
    broken: BoolArray
    change: FloatArray
    knocks_s: tuple[float, ...] = ()


@dataclass
class _Shot:
    """The pictures from one cut to the next; the pictures at either end."""

    start: int
    stop: int
    first: Grey
    last: Grey
    scene: int = NONE


class ShotCounter:
    """Numbers the scenes of a film, picture by picture."""

    def __init__(self) -> None:
        self._last: FloatArray | None = None
        self._grey: Grey = np.zeros((0, 0), np.uint8)
        self._first: Grey = self._grey
        self._times_s = array("d")  # 8 bytes a frame, a list's would be 64
        self._changes = array("d")
        self._sides: dict[int, tuple[Grey, Grey]] = {}
        """The pictures before and after what may be a cut."""

    def add(self, rgb: NDArray[np.uint8], time_s: float) -> None:
        """Take the next picture."""
        step = max(1, min(rgb.shape[:2]) // (4 * THUMB_PX))  # every pixel would cost 1 ms a frame
        some = np.ascontiguousarray(rgb[::step, ::step])
        small = cv2.resize(some, (THUMB_PX, THUMB_PX), interpolation=cv2.INTER_AREA)
        thumb = small.astype(float).mean(axis=2)
        grey = small_grey(rgb)
        change = 0.0 if self._last is None else float(np.abs(thumb - self._last).mean())
        at = len(self._changes)
        if at == 0:
            self._first = grey
        if change > CUT_GREY:
            self._sides[at] = self._grey, grey
        self._changes.append(change)
        self._times_s.append(time_s)
        self._last, self._grey = thumb, grey
        if at - AROUND in self._sides and not self._is_cut(at - AROUND):
            del self._sides[at - AROUND]  # a shaken film would keep them all

    def scenes(self) -> Scenes:
        """What was shown when."""
        change = np.array(self._changes)
        shot = np.full(change.shape, NONE, dtype=np.int32)
        broken = np.zeros(change.shape, dtype=bool)
        knocks_s = []
        known: list[_Shot] = []  # the latest shot of each scene, the latest first
        for one in self._without_odd(self._cut_up()):
            back, moved = _recognise(one, known)
            if back is None:
                one.scene = max((each.scene for each in known), default=NONE) + 1
            else:
                one.scene = known[back].scene
            if known and back != 0:
                broken[one.start] = True
            elif moved > KNOCK:
                knocks_s.append(self._times_s[one.start])
                change[one.start] = 0.0
            known = [one, *(each for each in known if each.scene != one.scene)]
            shot[one.start : one.stop] = one.scene
        return Scenes(shot, broken, change, tuple(knocks_s))

    def _is_cut(self, at: int) -> bool:
        changes = self._changes
        around = changes[max(0, at - AROUND) : at] + changes[at + 1 : at + AROUND + 1]
        return not around or changes[at] > ABOVE_REST * float(np.median(around))

    def _cut_up(self) -> list[_Shot]:
        cuts = [at for at in self._sides if self._is_cut(at)]
        starts, stops = [0, *cuts], [*cuts, len(self._changes)]
        firsts = [self._first, *(self._sides[at][1] for at in cuts)]
        lasts = [*(self._sides[at][0] for at in cuts), self._grey]
        return [_Shot(*one) for one in zip(starts, stops, firsts, lasts, strict=True)]

    def _without_odd(self, shots: Sequence[_Shot]) -> list[_Shot]:
        """Leave out runs of odd shots that together last no longer than ``ODD_S``.

        Odd is a short one that doesn't go on with the long one beside it. In a film
        that flickers all the time none is.
        """
        long = [one for one in shots if self._length_s(one) > ODD_S]
        if not long:
            return list(shots)
        kept: list[_Shot] = []
        run: list[_Shot] = []
        for one in shots:
            beside = min(long, key=lambda each: abs(each.start - one.start))
            if one is beside or _goes_on(one, beside):
                kept += self._long_enough(run)
                kept.append(one)
                run = []
            else:
                run.append(one)
        return kept + self._long_enough(run)

    def _long_enough(self, run: list[_Shot]) -> list[_Shot]:
        return run if sum(map(self._length_s, run)) > ODD_S else []

    def _length_s(self, shot: _Shot) -> float:
        """From its first picture to the next shot's, or a usual step after its last."""
        times_s = self._times_s
        if shot.stop < len(times_s):
            return times_s[shot.stop] - times_s[shot.start]
        step_s = float(np.median(np.diff(times_s))) if len(times_s) > 1 else 0.0
        return times_s[shot.stop - 1] - times_s[shot.start] + step_s


def _goes_on(short: _Shot, beside: _Shot) -> bool:
    """Whether a short shot shows the place of the one beside it, in the same light."""
    if short.start < beside.start:
        mine, other = short.last, beside.first
    else:
        mine, other = short.first, beside.last
    alike = abs(float(mine.mean()) - float(other.mean())) < CUT_GREY
    return alike and same_place(other, mine) is not None


def _recognise(shot: _Shot, known: Sequence[_Shot]) -> tuple[int | None, float]:
    """Which of the shots shows the same scene, and how far the camera was moved."""
    for at, earlier in enumerate(known[:MOST_LOOKED_BACK]):
        moved = same_place(earlier.last, shot.first)
        if moved is not None:
            return at, moved
    return None, 0.0

"""Make faces unrecognisable: the lifter's and those of whoever else is there.

The lifter's head is where their landmarks are, frame by frame. Others are looked for
a few times a second and followed in between; who stands far back or half outside the
picture may not be found, so look at a film before you pass it on.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.data import FloatArray, PoseTrack
from formcheck.poses.engine import PoseEngine

Picture = NDArray[np.uint8]

FACE = slice(0, 11)  # BlazePose: nose, eyes, ears, mouth
SHOULDERS, HIPS = [11, 12], [23, 24]

HEAD_PER_TRUNK = 0.4
"""Radius of the covered disc in trunk lengths. A head is 0.13 of the body's height, the
trunk 0.29 (Winter 2009, table 4.1): half a head is 0.22, the rest is room for hair and
for landmarks that are off."""

HEAD_PER_FACE = 1.5  # where the trunk is foreshortened, the face's own size counts
LEAST_RADIUS_PX = 8.0
LOOK_EVERY_S = 0.06
HELD_S = 0.6  # a head not found again is still covered this long
WALK_HEADS_PER_S = 6.0  # somebody who walks by: 1.4 m a second, a disc of 0.23 m
SAME_HEAD = 2.5  # radii between two looks that can still be the same head
COVER_LIFTER_S = 0.5
PART = 0.6  # of the picture's longer side: people who stand back are small
TILES = 5  # across the disc: no feature of a face is left
FEATHER = 0.12


@dataclass(frozen=True)
class Head:
    """A head in one picture: centre (2,) and radius in pixels of the picture."""

    centre_px: FloatArray
    radius_px: float


@dataclass
class _Followed:
    """Somebody's head as it was seen last, and how it moves, in pixels a second."""

    head: Head
    seen_s: float
    speed_px: FloatArray

    def at(self, time_s: float) -> Head:
        """Where it is by now; less sure means larger."""
        since_s = max(0.0, time_s - self.seen_s)
        radius = self.head.radius_px
        room = radius * min(WALK_HEADS_PER_S * max(0.0, since_s - LOOK_EVERY_S), 1.0) * 0.5
        return Head(self.head.centre_px + self.speed_px * min(since_s, LOOK_EVERY_S), radius + room)


class FaceBlur:
    """Blurs the faces in the frames of one film; call it with each, in order.

    Fits ``write_results(..., touch=FaceBlur(track, engine))``.

    Parameters
    ----------
    track
        The lifter, as they were followed through the film.
    engine
        Finds the others; None to cover the lifter alone.
    """

    def __init__(self, track: PoseTrack, engine: PoseEngine | None) -> None:
        self._time_s = track.time_s * track.pace.slowed  # the film's
        self._points = track.landmarks_px[..., :2]
        self._width = track.frame_size[0]
        self._engine = engine
        self._usual_trunk = _usual_trunk(self._points)
        self._others: list[_Followed] = []
        self._looked_s = -math.inf

    def __call__(self, rgb: Picture, time_s: float) -> None:
        """Blur the faces of one upright frame, in place."""
        scale = rgb.shape[1] / self._width
        lifter = [Head(h.centre_px * scale, h.radius_px * scale) for h in self._lifter(time_s)]
        if self._engine is not None:
            self._look(self._engine, rgb, time_s, lifter)
        for head in (*lifter, *(one.at(time_s) for one in self._others)):
            cover(rgb, head)

    def _lifter(self, time_s: float) -> Iterator[Head]:
        """The lifter's head in the analysed frames before and after, in source pixels."""
        after = int(np.searchsorted(self._time_s, time_s))
        for frame in {max(after - 1, 0), min(after, len(self._time_s) - 1)}:
            if abs(self._time_s[frame] - time_s) <= COVER_LIFTER_S:
                head = head_of(self._points[frame], self._usual_trunk)
                if head is not None:
                    yield head

    def _look(self, engine: PoseEngine, rgb: Picture, time_s: float, lifter: list[Head]) -> None:
        since_s = time_s - self._looked_s
        if 0 <= since_s < LOOK_EVERY_S:
            return
        self._looked_s = time_s
        found = [
            head
            for head in _everybody(engine, rgb, self._box_px(time_s) * rgb.shape[1] / self._width)
            if not any(_distance(head, own) < own.radius_px for own in lifter)
        ]
        kept = [one for one in self._others if 0 <= time_s - one.seen_s <= HELD_S]
        now = [_met(head, kept, time_s) for head in found]
        self._others = now + kept  # who wasn't met again stays covered for a while

    def _box_px(self, time_s: float) -> FloatArray:
        """Left, top, right, bottom of the lifter in the nearest analysed frame; NaN unseen."""
        points = self._points[int(np.argmin(np.abs(self._time_s - time_s)))]
        points = points[np.isfinite(points).all(axis=1)]
        if len(points) == 0:
            return np.full(4, math.nan)
        return np.concatenate([points.min(axis=0), points.max(axis=0)])


def _everybody(engine: PoseEngine, rgb: Picture, lifter_px: FloatArray) -> Iterator[Head]:
    """Look at the whole picture, without the lifter, and at parts, where the small are larger."""
    height, width = rgb.shape[:2]
    yield from _heads(engine, rgb, 0, 0)
    if np.isfinite(lifter_px).all():
        left, top, right, bottom = np.clip(lifter_px, 0, [width, height] * 2).astype(int)
        rest = rgb.copy()
        rest[top:bottom, left:right] = 127
        yield from _heads(engine, rest, 0, 0)
    if width >= height:
        part = int(width * PART)
        yield from _heads(engine, rgb[:, :part], 0, 0)
        yield from _heads(engine, rgb[:, width - part :], width - part, 0)
    else:
        part = int(height * PART)
        yield from _heads(engine, rgb[:part], 0, 0)


def _heads(engine: PoseEngine, rgb: Picture, left: int, top: int) -> Iterator[Head]:
    for one in engine.look(np.ascontiguousarray(rgb)):
        head = head_of(one.points_px[:, :2] + [left, top])
        if head is not None:
            yield head


def _distance(one: Head, other: Head) -> float:
    return float(np.hypot(*(one.centre_px - other.centre_px)))


def _met(head: Head, known: list[_Followed], time_s: float) -> _Followed:
    """Join a head to that of an earlier look, which then leaves ``known``."""
    near = [(_distance(head, one.head), at) for at, one in enumerate(known)]
    distance, at = min(near, default=(math.inf, -1))
    if distance > SAME_HEAD * head.radius_px:
        return _Followed(head, time_s, np.zeros(2))
    before = known.pop(at)
    speed = (head.centre_px - before.head.centre_px) / max(time_s - before.seen_s, 1e-3)
    return _Followed(head, time_s, speed)


def head_of(points_px: FloatArray, least_trunk_px: float = 0.0) -> Head | None:
    """Give the disc that covers a head, None when its landmarks are missing.

    Parameters
    ----------
    points_px
        (33, 2) landmarks of one person.
    least_trunk_px
        Their trunk's usual length, where this picture may foreshorten it.
    """
    face = points_px[FACE]
    face = face[np.isfinite(face).all(axis=1)]
    if len(face) == 0:
        return None
    centre = (face.min(axis=0) + face.max(axis=0)) / 2
    spread = float(np.hypot(face[:, 0] - centre[0], face[:, 1] - centre[1]).max())
    trunk = max(_trunk(points_px), least_trunk_px)
    radius = max(HEAD_PER_TRUNK * trunk, HEAD_PER_FACE * spread, LEAST_RADIUS_PX)
    return Head(centre, radius)


def cover(rgb: Picture, head: Head) -> None:
    """Make a disc of the picture unrecognisable, in place: coarse tiles, smoothed."""
    height, width = rgb.shape[:2]
    low = np.floor(head.centre_px - head.radius_px).astype(int)
    high = np.ceil(head.centre_px + head.radius_px).astype(int) + 1
    left, top = np.clip(low, 0, [width, height])
    right, bottom = np.clip(high, 0, [width, height])
    if right - left < 2 or bottom - top < 2:
        return
    part = rgb[top:bottom, left:right]
    share = TILES / (2 * head.radius_px)
    tiles = (max(1, round(part.shape[1] * share)), max(1, round(part.shape[0] * share)))
    small = cv2.resize(part, tiles, interpolation=cv2.INTER_AREA)
    smooth = cv2.resize(small, part.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    y, x = np.mgrid[top:bottom, left:right]
    out = np.hypot(x - head.centre_px[0], y - head.centre_px[1]) / head.radius_px
    weight = np.clip((1.0 - out) / FEATHER, 0.0, 1.0)[..., None]
    part[:] = (weight * smooth + (1.0 - weight) * part).round().astype(np.uint8)


def _trunk(points_px: FloatArray) -> float:
    length = np.hypot(*(points_px[SHOULDERS].mean(axis=0) - points_px[HIPS].mean(axis=0)))
    return float(length) if np.isfinite(length) else 0.0


def _usual_trunk(points_px: FloatArray) -> float:
    """The trunk's length where it is seen long: bent forward it looks short."""
    lengths = [_trunk(one) for one in points_px]
    return float(np.percentile(lengths, 80)) if lengths else 0.0

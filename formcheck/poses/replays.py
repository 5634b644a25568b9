"""Slow replays: where a film shows again, slower, pictures that it showed before.

Two repetitions of a lifter never give the same pictures; a replay gives them again
but for compression. It isn't a repetition, and above all not a slower one.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.data import Caution, FloatArray

THUMB_PX = 48
LOOK_BACK = 9000
"""Pictures that are remembered, 20 MB: five minutes at 30 a second."""

AT_ONCE = 512
"""Pictures that are compared at a time: 5 MB."""

TAIL_S = 60.0
"""Replays come at the end of a film (our choice)."""

EVERY_S = 0.2
APART_S = 0.5  # nearer pictures are alike because nothing moved far

ALIKE = 1.0
"""Grey levels (RMS over the thumbnail) between a picture and its replay: 0.5..0.7 after
another compression; another repetition's nearest picture has 1.0..1.6 (rendered lifters,
median of moving frames) and 3 or more (filmed ones)."""

MOVED = 2.0
"""Grey levels that a thumbnail changes in ``EVERY_S`` where something moves: standing
pictures are alike without being a replay."""

SLOWER = (0.1, 0.85)
"""Speed of a replay against what it shows again."""

LEAST_S, LEAST_MOVING = 1.0, 5
OFF_LINE_S = 0.1  # a picture or two


@dataclass(frozen=True)
class Replay:
    """A slow replay from ``start_s`` to ``end_s`` of what was shown from ``of_start_s``."""

    start_s: float
    end_s: float
    of_start_s: float
    of_end_s: float

    def caution(self) -> Caution:
        """Say that it isn't judged."""
        return Caution(
            "replay",
            f"From {self.start_s:.1f} s to {self.end_s:.1f} s the film shows again, slower, what "
            f"it showed from {self.of_start_s:.1f} s to {self.of_end_s:.1f} s: that isn't judged.",
            "Send the phone's own file, without replays.",
        )


class ReplayFinder:
    """Remembers small pictures of a film and finds replays among its last ones."""

    def __init__(self) -> None:
        # Memory that isn't written to isn't taken; the oldest is written over.
        self._thumbs = np.empty((LOOK_BACK, THUMB_PX**2), np.uint8)
        self._seen = 0

    def add(self, rgb: NDArray[np.uint8]) -> None:
        """Take the next picture."""
        step = max(1, min(rgb.shape[:2]) // (4 * THUMB_PX))  # every pixel would cost 1 ms a frame
        some = np.ascontiguousarray(rgb[::step, ::step])
        small = cv2.resize(some, (THUMB_PX, THUMB_PX), interpolation=cv2.INTER_AREA)
        self._thumbs[self._seen % LOOK_BACK] = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).ravel()
        self._seen += 1

    def found(self, time_s: FloatArray) -> tuple[Replay, ...]:
        """Give the replays in a film whose pictures have these times (T,)."""
        times = time_s[-LOOK_BACK:]
        if len(times) < LEAST_MOVING:
            return ()
        rows = _rows(times)
        place = np.arange(self._seen - len(times), self._seen) % LOOK_BACK
        some = self._thumbs[place[rows]].astype(np.float32)
        off = np.empty((rows.size, len(times)), np.float32)
        for first in range(0, len(times), AT_ONCE):
            part = slice(first, first + AT_ONCE)
            off[:, part] = _difference(some, self._thumbs[place[part]].astype(np.float32))
        off[times[None, :] > times[rows, None] - APART_S] = np.inf
        moved = np.zeros(rows.size)
        moved[1:] = np.sqrt(np.mean((some[1:] - some[:-1]) ** 2, axis=1))
        best = off.argmin(axis=1)
        like = (off.min(axis=1) <= ALIKE) & (moved >= MOVED)
        out = []
        for group in _groups(times[rows], times[best], like, moved >= MOVED):
            replay = _replay(times, rows, best, off, group)
            if replay is not None:
                out.append(replay)
        return tuple(out)


def _rows(times: FloatArray) -> NDArray[np.intp]:
    """Pictures (R,) of the film's last part, one every ``EVERY_S``."""
    due = np.arange(max(times[0], times[-1] - TAIL_S), times[-1], EVERY_S)
    return np.unique(np.minimum(np.searchsorted(times, due), len(times) - 1))


def _difference(some: FloatArray, others: FloatArray) -> FloatArray:
    """RMS difference of each of (R, P) from each of (T, P) thumbnails, (R, T)."""
    square = (some**2).sum(axis=1)[:, None] + (others**2).sum(axis=1) - 2 * some @ others.T
    return np.asarray(np.sqrt(np.maximum(square, 0.0) / some.shape[1]))


def _groups(
    at_s: FloatArray, of_s: FloatArray, like: NDArray[np.bool_], moving: NDArray[np.bool_]
) -> list[list[int]]:
    """Moving rows, one after the other, that show an earlier stretch slower.

    Rows without movement are passed over; a moving row that isn't like any ends a group.
    """
    groups: list[list[int]] = [[]]
    for row in np.flatnonzero(moving).tolist():
        if not like[row]:
            groups.append([])
            continue
        if groups[-1]:
            last = groups[-1][-1]
            passed_s = at_s[row] - at_s[last]
            gone_s = of_s[row] - of_s[last]
            least, most = (share * passed_s for share in SLOWER)
            if not least - OFF_LINE_S <= gone_s <= most + OFF_LINE_S:
                groups.append([])
        groups[-1].append(row)
    return [group for group in groups if len(group) >= LEAST_MOVING]


def _replay(
    times: FloatArray,
    rows: NDArray[np.intp],
    best: NDArray[np.intp],
    off: FloatArray,
    group: list[int],
) -> Replay | None:
    """Put a group of rows on a line, and follow it to both ends of the replay."""
    at_s, of_s = times[rows[group]], times[best[group]]
    if at_s[-1] - at_s[0] < LEAST_S:
        return None
    speed, from_s = np.polyfit(at_s - at_s[0], of_s, 1)
    line_s = from_s + speed * (at_s - at_s[0])
    if not SLOWER[0] <= speed <= SLOWER[1] or np.abs(of_s - line_s).max() > OFF_LINE_S:
        return None
    shown_s = from_s + speed * (times[rows] - at_s[0])
    lows = np.searchsorted(times, shown_s - OFF_LINE_S)
    highs = np.searchsorted(times, shown_s + OFF_LINE_S)
    same = [
        low < high and bool(off[row, low:high].min() <= ALIKE)
        for row, (low, high) in enumerate(zip(lows, highs, strict=True))
    ]
    first, last = group[0], group[-1]
    while first > 0 and same[first - 1]:
        first -= 1
    while last < rows.size - 1 and same[last + 1]:
        last += 1
    start_s = max(float(times[rows[first]]) - EVERY_S, float(shown_s[last]))
    end_s = float(times[rows[last]]) + EVERY_S
    return Replay(
        start_s, min(end_s, float(times[-1])), float(shown_s[first]), float(shown_s[last])
    )

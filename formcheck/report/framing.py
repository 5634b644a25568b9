"""What of the picture shows the lifter: a box round body and bar, steady over a repetition.

A lifter fills a sixth of a usual film. Shown cut to this box they are seen as large as
from close by; as it stands still, all that moves in it is the lifter.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from formcheck.data import FloatArray, Rep
from formcheck.report.record import Analysis

MARGIN = 0.09
"""Of the longer side, round the outermost points: the top of the head is so far above the
ears, and flesh and shoes go beyond joints (our choice)."""

OUTLIERS = 0.02
"""Share of the frames in which a point may lie outside, on each side: one that jumped."""

LEAST_ASPECT, MOST_ASPECT = 0.5, 1.4
"""Width by height of a box: a narrower one is taller than two beside each other may be."""

TRAVELS = 1.35
"""A set whose box is so many times as wide or high as that of a repetition is of a lifter
who walks, or of a moving camera: there each repetition has a box of its own (our choice)."""


@dataclass(frozen=True)
class Box:
    """A part of the upright picture, in its pixels; it may reach beyond the edge."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height

    def scaled(self, by: float) -> Box:
        """The same part of a picture that is so many times as large."""
        return Box(self.left * by, self.top * by, self.width * by, self.height * by)

    def meets(self, other: Box) -> bool:
        """Whether they share a part."""
        return max(self.left, other.left) < min(self.right, other.right) and max(
            self.top, other.top
        ) < min(self.bottom, other.bottom)

    def resized(self, width: float, height: float, within: tuple[int, int]) -> Box:
        """A box of this size with the same middle, moved inwards where it would stick out."""
        width, height = min(width, within[0]), min(height, within[1])
        left = np.clip(self.left + (self.width - width) / 2, 0, within[0] - width)
        top = np.clip(self.top + (self.height - height) / 2, 0, within[1] - height)
        return Box(float(left), float(top), width, height)

    def on_its_foot(self, width: float, height: float) -> Box:
        """One of another size round the same middle, its lower edge where it was."""
        return Box(
            self.left - (width - self.width) / 2, self.top + self.height - height, width, height
        )

    def within(self, width: float, height: float) -> Box:
        """The same, moved into a picture of that size; in its middle where it is larger."""

        def moved(first: float, length: float, most: float) -> float:
            return min(max(first, 0.0), most - length) if length <= most else (most - length) / 2

        left, top = moved(self.left, self.width, width), moved(self.top, self.height, height)
        return Box(left, top, self.width, self.height)


class Framing:
    """Boxes round the lifter and the bar of one set; all of one size."""

    def __init__(self, analysis: Analysis) -> None:
        self._analysis = analysis
        self._size = (analysis.source.width, analysis.source.height)

    def of_rep(self, rep: Rep) -> Box | None:
        """The box to show a repetition in; None where nobody is seen."""
        if not self._travels:
            return self.of_set
        own = self._around(rep.start_s, rep.end_s)
        return None if own is None else own.resized(*self._usual, within=self._size)

    @cached_property
    def of_set(self) -> Box | None:
        """The box that holds lifter and bar over all repetitions, or the film if none."""
        reps = [one.rep for one in self._analysis.reps]
        if not reps:
            return self._around(-np.inf, np.inf)
        return self._around(reps[0].start_s, reps[-1].end_s)

    @cached_property
    def _usual(self) -> tuple[float, float]:
        """Width and height that hold any one repetition."""
        boxes = [self._around(one.rep.start_s, one.rep.end_s) for one in self._analysis.reps]
        sizes = [(box.width, box.height) for box in boxes if box is not None]
        width, height = np.max(sizes, axis=0) if sizes else (0.0, 0.0)
        return float(width), float(height)

    @cached_property
    def _travels(self) -> bool:
        whole, (width, height) = self.of_set, self._usual
        return whole is not None and (
            whole.width > TRAVELS * width or whole.height > TRAVELS * height
        )

    def _around(self, start_s: float, end_s: float) -> Box | None:
        """The box of what is seen between two times, with its margin, inside the picture."""
        time_s = self._analysis.signals.time_s
        first, stop = np.searchsorted(time_s, [start_s, end_s])
        part = self._edges[first : stop + 1]
        part = part[np.isfinite(part).all(axis=1)]
        if not len(part):
            return None
        left, top = np.quantile(part[:, :2], OUTLIERS, axis=0)
        right, bottom = np.quantile(part[:, 2:], 1 - OUTLIERS, axis=0)
        room = MARGIN * max(right - left, bottom - top)
        left, top = max(left - room, 0.0), max(top - room, 0.0)
        right, bottom = min(right + room, self._size[0]), min(bottom + room, self._size[1])
        if right - left < 1 or bottom - top < 1:
            return None
        box = Box(float(left), float(top), float(right - left), float(bottom - top))
        width = max(box.width, LEAST_ASPECT * box.height)
        return box.resized(width, max(box.height, width / MOST_ASPECT), within=self._size)

    @cached_property
    def _edges(self) -> FloatArray:
        """Left, top, right and bottom of what is seen in each frame, (T, 4) pixels."""
        signals = self._analysis.signals
        points = signals.picture.own_px(signals.body.drawn_px)
        seen = np.asarray(np.isfinite(points).all(axis=2))
        first = np.where(seen[..., None], points, np.inf).min(axis=1)
        last = np.where(seen[..., None], points, -np.inf).max(axis=1)
        if signals.bar is not None:
            centre = signals.picture.own_px(signals.bar.centre_px[:, None])[:, 0]
            first = np.fmin(first, centre - signals.bar.radius_px)
            last = np.fmax(last, centre + signals.bar.radius_px)
        return np.asarray(np.concatenate([first, last], axis=1))

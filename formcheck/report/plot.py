"""A chart as the page holds it: lines in the numbers' own units, and labels at their values.

The drawing is SVG whose coordinates are the numbers themselves (seconds across and degrees up,
or days and kilograms). The browser stretches it to any width; lines keep their thickness
(``vector-effect``), and labels are text of the page, put at their value by the style sheet, so
they are never scaled. One drawing does for a phone, a desk and paper, in both themes, without
a script. Ours (``charts.js``) adds cursor and zoom, and reads the numbers off the lines.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from formcheck.data import BoolArray, FloatArray

OFF_PX = 0.2
"""How far a line may be from its numbers in a drawing: less than anybody sees."""

_ROOM = 0.05
"""Of what is drawn, left free above and below it."""

_STEPS = (1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True)
class Frame:
    """What part of the plane a chart shows, in its own units."""

    left: float
    right: float
    low: float
    high: float

    @property
    def wide(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def tall(self) -> float:
        """From low to high."""
        return self.high - self.low

    @property
    def view_box(self) -> str:
        """Of the SVG, in which what is up is negative."""
        return " ".join(number(one) for one in (self.left, -self.high, self.wide, self.tall))


@dataclass(frozen=True)
class Label:
    """A text at a value of one axis."""

    at: float
    text: str


@dataclass(frozen=True)
class Stretch:
    """A text over a stretch of the axis across: it stands over the middle of what is seen."""

    start: float
    end: float
    text: str


@dataclass(frozen=True)
class Note:
    """A text at a point of the chart; ``kind`` is its class, ``says`` what it means in full."""

    x: float
    y: float
    text: str
    kind: str
    says: str = ""


@dataclass(frozen=True)
class Plot:
    """One chart, ready for the template.

    shapes  SVG in the frame's units, y up
    across  labels below
    up      labels at the left
    above   what its stretches are called, over it
    notes   texts in it
    """

    frame: Frame
    shapes: str
    across: Sequence[Label] = ()
    up: Sequence[Label] = ()
    above: Sequence[Stretch] = ()
    notes: Sequence[Note] = ()


def number(value: float, digits: int = 2) -> str:
    """Write a number as short as it can be."""
    text = f"{value:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def spanned(values: FloatArray, least: float = 1.0) -> tuple[float, float]:
    """Ends of an axis that shows all values with some room, at least so much of it."""
    low, high = float(np.min(values)), float(np.max(values))
    room = max(_ROOM * (high - low), (least - (high - low)) / 2)
    return low - room, high + room


def ticks(low: float, high: float, most: int, least: float = 0.0) -> list[float]:
    """Round values between two ends: at most so many steps (3 or more), none below ``least``."""
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    fit = (one * power for one in _STEPS if (high - low) / (one * power) <= most)
    step = max(next(fit, 10 * power), least)
    return [one * step for one in range(math.ceil(low / step), math.floor(high / step) + 1)]


def runs(known: BoolArray) -> list[slice]:
    """Stretches of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(np.int8)))
    return [slice(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def simplified(points: FloatArray, frame: Frame, size_px: tuple[int, int]) -> FloatArray:
    """Leave out of a line (N, 2) the points that it passes within ``OFF_PX`` of anyhow.

    ``size_px`` is how wide and high the largest drawing of it is.

    Douglas and Peucker 1973: of every stretch the point that is furthest off its chord is kept,
    so that turns stay where they are.
    """
    corner = np.array([frame.left, frame.low])
    to_px = np.array(size_px) / (frame.wide, frame.tall)
    drawn = ((points - corner) * to_px).astype(np.float32)
    kept = cv2.approxPolyDP(drawn[:, None], OFF_PX, closed=False)[:, 0]
    return np.asarray(kept / to_px + corner)


def line(points: FloatArray, kind: str = "line") -> str:
    """Draw a line through points (N, 2)."""
    return f'<polyline class="{kind}" points="{_written(points)}"/>'


def area(edge: FloatArray, kind: str) -> str:
    """Fill the area inside points (N, 2)."""
    return f'<polygon class="{kind}" points="{_written(edge)}"/>'


def dots(points: Iterable[tuple[float, float]], kind: str) -> str:
    """Draw a dot at each point: lines of no length, whose round ends the browser keeps round."""
    steps = "".join(f"M{number(x)} {number(y)}h0" for x, y in points)
    return f'<path class="{kind}" d="{steps}"/>' if steps else ""


def rules(frame: Frame, up: Sequence[Label]) -> str:
    """Draw a quiet line across at every label of the axis."""
    steps = "".join(f"M{number(frame.left)} {number(at.at)}h{number(frame.wide)}" for at in up)
    return f'<path class="rule" d="{steps}"/>' if steps else ""


def _written(points: FloatArray) -> str:
    return " ".join(f"{number(x)},{number(y, 1)}" for x, y in points.tolist())

"""The way up of a repetition: how far, how fast and how smoothly it goes.

The height of the shoulders drives it (``reps/drive.py``), as it is seen from
every side. It ends where the lifter goes down again.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np

from formcheck.cues.judging.base import NotSeen
from formcheck.cues.judging.seen import Seen
from formcheck.data import FloatArray, Rep

STANDS_AFTER_S = 1.5
"""A lift from the top may still rise for so long after its top, when it hitches."""

PUSH = (0.03, 0.97)
"""Shares of the way between which the lifter pushes: before they wait, after they settle."""

EVEN_S = 0.01
MOST_HZ = 10.0
LEAST_POWER = 0.05
"""SPARC's settings: Balasubramanian et al. 2015, J Neuroeng Rehabil 12:112 use an
adaptive cut-off at 5 % of the largest amplitude; 10 Hz is above what the 6 Hz
filter of the landmarks leaves."""


@dataclass(frozen=True)
class WayUp:
    """Times and heights of the shoulders, (N,) seconds and leg lengths, low to high."""

    time_s: FloatArray
    height_leg: FloatArray

    @property
    def gain_leg(self) -> float:
        """How far the shoulders rise, leg lengths."""
        return float(np.ptp(self.height_leg))

    @property
    def reached(self) -> FloatArray:
        """Share of the way that was reached by each frame, (N,) 0..1."""
        high = np.maximum.accumulate(self.height_leg)
        return np.asarray((high - high[0]) / (high[-1] - high[0]))

    @property
    def legs_per_s(self) -> float:
        """Mean speed over the middle 80 % of the way, leg lengths per second.

        The middle, because a slow start and end are hard to time.
        """
        first, last = np.interp([0.1, 0.9], self.reached, self.time_s)
        return float(0.8 * self.gain_leg / max(last - first, EVEN_S))

    @property
    def push_s(self) -> tuple[float, float]:
        """From when the way is begun until it is nearly made, seconds."""
        first_s, last_s = np.interp(PUSH, self.reached, self.time_s)
        return float(first_s), float(last_s)

    @property
    def sparc(self) -> float:
        """Smoothness of the way, about -1.4 for one even push, lower for more of them."""
        grid_s = np.arange(self.time_s[0], self.time_s[-1], EVEN_S)
        return sparc(np.interp(grid_s, self.time_s, np.gradient(self.height_leg, self.time_s)))


def way_up(rep: Rep, seen: Seen) -> WayUp:
    """Cut the way up out of a repetition.

    Raises
    ------
    NotSeen
        The shoulders are hidden on more than 40 % of it, or the film has a gap in it.
    """
    if not np.isfinite(rep.concentric_s):
        raise NotSeen("way_up_hidden")
    heights = seen.shoulders_leg
    begins_s = max(rep.start_s, rep.top_s - rep.concentric_s)
    window = seen.during(begins_s, _leaves_s(rep, seen))
    stretch = seen.signals.time.stretch
    if stretch.size == window.size:  # what comes after a gap of the film isn't this way up
        window &= stretch == stretch[np.flatnonzero(window)[0]]
    frames = np.flatnonzero(window & np.isfinite(heights))
    if not seen.enough(heights, window) or frames.size < 4:
        raise NotSeen("way_up_hidden")
    top = int(np.argmax(heights[frames]))
    low = int(np.argmin(heights[frames[: top + 1]]))
    frames = frames[low : top + 1]
    if frames.size < 4:
        raise NotSeen("way_up_hidden")
    return WayUp(seen.time_s[frames], heights[frames])


def _leaves_s(rep: Rep, seen: Seen) -> float:
    """When the lifter goes down again."""
    if seen.kind.starts == "bottom" and np.isfinite(rep.eccentric_s):
        return max(rep.top_s, rep.end_s - rep.eccentric_s)
    starts_s = seen.of_set(_starts_s)
    later = bisect_right(starts_s, rep.start_s)
    return max(rep.top_s, min([rep.top_s + STANDS_AFTER_S, *starts_s[later : later + 1]]))


def _starts_s(seen: Seen) -> list[float]:
    return sorted(one.start_s for one in seen.reps)


def speeds(way: WayUp, seen: Seen) -> tuple[FloatArray, list[FloatArray]]:
    """Speeds of shoulders, hips and knees on an even grid over the push.

    The hips' is the speed at which they open, from the front that at which they
    rise. A squat's knees tell as well, and no plate on the shoulders hides them;
    a hinge's open at a time of their own. Returns the grid, (N,) seconds, and a list
    of (N,) speeds; a signal that is hidden on the way isn't in it.
    """
    first_s, last_s = way.push_s
    grid_s = np.arange(first_s, last_s + EVEN_S / 2, EVEN_S)
    window = seen.during(first_s, last_s)
    side = seen.stance.view.name in {"side", "oblique"}
    opens = side and seen.enough(seen.angle("hip"), window)
    names = ["shoulders", "hip" if opens else "hips"]
    if side and seen.kind.family == "squat":
        names.append("knee")
    found = [
        np.interp(grid_s, *seen.of_set(_speed, name))
        for name in names
        if grid_s.size >= 3 and seen.enough(_rising(seen, name), window)
    ]
    return grid_s, found


def _rising(seen: Seen, name: str) -> FloatArray:
    """A signal that rises on the way up, (T,)."""
    if name == "shoulders":
        return seen.shoulders_leg
    return seen.hips_leg if name == "hips" else -seen.angle(name)


def _speed(seen: Seen, name: str) -> tuple[FloatArray, FloatArray]:
    """When such a signal is seen, (K,) seconds, and its speed then, over the whole set."""
    values = _rising(seen, name)
    known = np.isfinite(values)
    known_s = seen.time_s[known]
    return known_s, np.gradient(values[known], known_s)


def sparc(speed: FloatArray) -> float:
    """Spectral arc length of a speed, given every 0.01 s: less than 0, lower is less smooth.

    Source: Balasubramanian et al. 2015, J Neuroeng Rehabil 12:112.
    """
    length = 2 ** (int(np.ceil(np.log2(len(speed)))) + 4)
    frequency = np.arange(length) / (length * EVEN_S)
    power = np.abs(np.fft.fft(speed, length))
    if not power.max() > 0:
        return float("nan")
    power = (power / power.max())[frequency <= MOST_HZ]
    power = power[: int(np.flatnonzero(power >= LEAST_POWER)[-1]) + 1]
    if power.size < 2:
        return float("nan")
    return float(-np.sum(np.hypot(1.0 / (power.size - 1), np.diff(power))))

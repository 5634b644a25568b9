"""What a set's rises show of the lift: plain quantities that a coach could name.

Medians over the rises; lengths in leg lengths, angles in degrees; NaN where it isn't
seen. Those of hands and feet come from the engine's 3-D points, which are there from
every view; the others from the picture. ``naming.toml`` says which of them tells what.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np

from formcheck.data import FloatArray, Signals
from formcheck.reps.cycles import Cycle
from formcheck.reps.drive import around, height, hip_height, wrist_height
from formcheck.reps.turning import Turn
from formcheck.signals.angles import ANKLE, WRIST

WIDTHS_DEG = (20.0, 50.0)
"""Yaw from which the picture begins to show how far apart hands and feet are, and from
which it does: from the side the engine guesses it (our choice)."""

PLATE_UP_TO_DEG = 30.0
"""Up to this yaw a camera shows the plate of every bar (our choice)."""

JUMPY = 0.5
"""Leg lengths taken off a height of wrists that are never seen: behind a plate
they jump (our choice, measured on the rendered lifters)."""

TOGETHER = (0.30, 0.54)
"""Hands that touch, and hands on a bar, are so far apart (leg lengths: 0.07-0.30 and
0.36-1.2 on films that show them; our choice)."""

BEGINS_S = 0.3
"""A film that begins at a bottom and stays there for less shows neither how deep it is
nor how the set begins (our choice)."""

LEVEL = 0.4
"""Leg lengths above or below the shoulders at which hands are on no bar there (our choice)."""

RESTS = 0.12
"""Share of a rise that is the bottom still: who rests there stays in it (our choice)."""

Facts = Mapping[str, float]


def facts_of(signals: Signals, cycles: list[Cycle]) -> dict[str, float]:
    """Measure all quantities of ``naming.toml`` over these rises."""
    read = _Readings(signals, cycles)
    return _feet(read) | _bend(read) | _hands(read) | _start_and_end(read) | _plate(read)


class _Readings:
    """Medians over the rises of what is seen around their turns."""

    def __init__(self, signals: Signals, cycles: list[Cycle]) -> None:
        self.signals, self.cycles = signals, cycles
        self.yaw_deg = signals.stance.view.yaw_deg
        first = cycles[0]
        self.rest_s = _rests_s(signals, height(signals), first.bottom, first.rise)
        self.begins_under_way = first.before is None and self.rest_s < BEGINS_S

    def low(self, values: FloatArray) -> float:
        """At the bottoms."""
        return median(around(self.signals, values, one.bottom.at) for one in self.cycles)

    def lowest(self, values: FloatArray) -> float:
        """At the bottoms that the film shows whole."""
        cut = self.cycles[0] if self.begins_under_way else None
        return median(
            around(self.signals, values, one.bottom.at) for one in self.cycles if one is not cut
        )

    def high(self, values: FloatArray) -> float:
        """Where the lifter stands."""
        return median(around(self.signals, values, one.top.at) for one in self.cycles)

    def most(self, values: FloatArray) -> float:
        """Not the very highest: behind a plate a wrist may jump for a few frames."""
        parts = [part[np.isfinite(part)] for part in self.parts(values)]
        return median(float(np.percentile(part, 90)) for part in parts if part.size)

    def parts(self, values: FloatArray) -> list[FloatArray]:
        """From each bottom to the next: a swung bell is highest when the shoulders are up."""
        ends = [one.after.at if one.after else len(values) for one in self.cycles]
        return [values[one.bottom.at : end] for one, end in zip(self.cycles, ends, strict=True)]

    @property
    def hands_seen(self) -> float:
        """Share of the frames in which a wrist is seen."""
        wrist = wrist_height(self.signals)
        return float(np.mean([np.isfinite(part).mean() for part in self.parts(wrist)]))

    @property
    def shows_widths(self) -> float:
        """How far the view shows what lies side by side, 0..1."""
        begins, whole = WIDTHS_DEG
        return float(np.clip((self.yaw_deg - begins) / (whole - begins), 0.0, 1.0))


def _feet(read: _Readings) -> dict[str, float]:
    """How the feet stand: apart to the side, one ahead, one up."""
    gaps, bend = read.signals.guesses.gap_legs, read.signals.guesses.shape_deg
    body = read.signals.body
    left, right = (body.points_px[:, ANKLE[side], 0] for side in ("left", "right"))
    across = np.abs(left - right) / body.leg_px
    return {
        "feet_ahead": read.low(gaps["ankles_ahead"]),
        "feet_across": read.low(across) * math.cos(math.radians(read.yaw_deg)) ** 2,
        "foot_up": read.low(gaps["ankle_step"]),
        "hip_split_deg": read.low(bend["hip_split"]),
        "feet_wide": read.low(gaps["ankles_aside"]) * read.shows_widths,
    }


def _bend(read: _Readings) -> dict[str, float]:
    """How knees, hips and trunk share the way down."""
    guesses = read.signals.guesses
    knee_deg, hip_deg = (read.low(guesses.shape_deg[name]) for name in ("knee", "hip"))
    hips = hip_height(read.signals)
    rise = float(np.median([cycle.rise for cycle in read.cycles]))
    times = read.signals.time_s
    up_s = float(np.median([times[one.top.at] - times[one.bottom.at] for one in read.cycles]))
    return {
        "knee_deg": knee_deg,
        "knee_share": knee_deg / max(hip_deg, 1.0),
        "sink_share": (read.high(hips) - read.low(hips)) / rise,
        "hip_over_knee": read.lowest(guesses.gap_legs["hip_over_knee"]),
        "trunk_deg": read.low(guesses.shape_deg["trunk"]),
        "log_up_s": math.log(max(up_s, 0.1)),
    }


def _hands(read: _Readings) -> dict[str, float]:
    """Where the hands are, standing and at the bottom, and what they may hold."""
    gaps, elbow_deg = read.signals.guesses.gap_legs, read.signals.guesses.shape_deg["elbow"]
    over, ahead = gaps["wrist_over_shoulder"], gaps["wrist_ahead"]
    highest, seen = read.most(gaps["wrist_over_hip"]), read.hands_seen
    stand, apart = read.high(over), max(read.high(gaps["wrists"]), read.low(gaps["wrists"]))
    touch, bar = TOGETHER
    closeness = 1.0 - 2.0 * (apart - touch) / (bar - touch)
    together = float(np.clip(closeness, -1.0, 1.0)) * seen
    level = max(1.0 - abs(stand) / LEVEL, 0.0)
    moved = math.hypot(read.low(over) - stand, read.low(ahead) - read.high(ahead))
    return {
        "hands_over_shoulder": read.low(over),
        "hands_over_hip": read.low(gaps["wrist_over_hip"]),
        "elbow_deg": read.low(elbow_deg),
        "hands_swing": highest - JUMPY * (1.0 - seen),
        "hands_below": min(stand, 0.0),
        "hands_high": max(stand, 0.0),
        "hands_move": moved,
        "hands_ahead": read.high(ahead),
        "hands_together": together,
        "hands_on_bar": level * (1.0 - together) / 2,
        "hands_wide": read.low(gaps["wrists"]) * read.shows_widths,
        "elbows_ahead": read.high(gaps["elbow_ahead"]),
        "elbows_up": read.high(gaps["elbow_over_shoulder"]),
        "hands_low": _over_the_feet(read),
    }


def _over_the_feet(read: _Readings) -> float:
    """Lowest hands above the feet; from the 3-D points where the picture hides them."""
    points, leg_px = read.signals.body.points_px, read.signals.body.leg_px
    hands = _mean(points[:, list(WRIST.values()), 1])
    ankle = points[:, list(ANKLE.values()), 1]
    lower = np.where(np.isfinite(ankle), ankle, ankle[:, ::-1]).max(axis=1)
    seen = (read.high(lower) - read.lowest(hands)) / leg_px
    guessed = read.lowest(read.signals.guesses.gap_legs["wrist_over_ankle"])
    return seen if math.isfinite(seen) else guessed


def _start_and_end(read: _Readings) -> dict[str, float]:
    """How the set begins and ends: from the floor and back to it, or standing."""
    drive = height(read.signals)
    known = drive[np.isfinite(drive)]
    first, last = read.cycles[0], read.cycles[-1]
    under_way = read.begins_under_way
    from_low = (float(np.median(known[:5])) - first.bottom.value) / first.rise
    to_low = (float(np.median(known[-5:])) - last.bottom.value) / last.rise
    return {
        "log_rest_s": float("nan") if under_way else math.log(max(read.rest_s, 0.1)),
        "starts_low": float("nan") if under_way else float(first.before is None and from_low < 0.5),
        "ends_low": float(to_low < 0.5),
    }


def _rests_s(signals: Signals, drive: FloatArray, turn: Turn, rise: float) -> float:
    """How long the shoulders stay at a bottom."""
    there = (np.abs(drive - turn.value) < RESTS * rise) | ~np.isfinite(drive)
    away = np.flatnonzero(~there)
    before, after = away[away < turn.at], away[away > turn.at]
    first = before[-1] + 1 if before.size else 0
    last = after[0] - 1 if after.size else len(drive) - 1
    return float(signals.time_s[last] - signals.time_s[first])


def _plate(read: _Readings) -> dict[str, float]:
    """A bar's plate: share of the frames it is found in; -1 where it would be seen and isn't.

    "plate_up" is how many radii its centre stays above the standing ankle. The near end of
    the bar stands nearer to the camera than the feet: from obliquely it says nothing.
    """
    bar, from_side = read.signals.bar, read.yaw_deg <= PLATE_UP_TO_DEG
    if bar is None:
        none = read.signals.picture.bar_sought and from_side
        return {"plate": -1.0 if none else 0.0, "plate_found": 0.0, "plate_up": float("nan")}
    found = float(np.isfinite(bar.sigma_px).mean())
    ankle_px = read.signals.body.points_px[:, ANKLE[read.signals.stance.side], 1]
    up = (read.high(ankle_px) - read.lowest(bar.centre_px[:, 1])) / bar.radius_px
    return {"plate": found, "plate_found": found, "plate_up": up if from_side else float("nan")}


def median(values: Iterable[float]) -> float:
    """The middle of those that are known; NaN of none."""
    known = [value for value in values if math.isfinite(value)]
    return float(np.median(known)) if known else float("nan")


def _mean(pair: FloatArray) -> FloatArray:
    """The mean of both sides, (T,), or the one that is seen."""
    one, other = pair[:, 0], pair[:, 1]
    return np.where(np.isfinite(one), np.where(np.isfinite(other), (one + other) / 2, one), other)

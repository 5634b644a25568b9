"""What a camera in front of or behind the lifter shows: places to the left and right.

Everything is compared with the lifter's own standing in the same repetition, so
that stance, build and a camera held at a slant cancel out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.cues.judging.base import NotSeen
from formcheck.cues.judging.seen import Seen
from formcheck.data import BoolArray, Facing, FloatArray, Rep
from formcheck.signals.angles import ANKLE, HIP, KNEE, SHOULDER

STANDING_UP_TO = 0.1
BENT_FROM = 0.3
"""Shares of the way down that the shoulders have gone: higher is standing, lower
counts as bent (our choice: knees that come in do so in the lower two thirds)."""

AROUND_S = 0.2
LEG_OF_TWO = 0.1  # leg lengths by which the other knee or ankle stands apart
FEET_APART = 0.12
"""Leg lengths between the ankles under which widths can't be told by them: an
error of 0.015 in the gap is then an eighth of it (our choice)."""

STEPPED = 0.2
ROLLED_DEG = 8.0
"""Change of the ankles' distance, of itself, and of their line's slope, that feet
on the ground don't make (our choice: still feet read up to 0.1 and 4°)."""


@dataclass(frozen=True)
class Frames:
    """Frames (T,) of a repetition in which the lifter stands, and is bent."""

    standing: BoolArray
    bent: BoolArray


def leftwards(seen: Seen) -> float:
    """1 when the lifter's left is on the right of the picture (seen from the front), else -1."""
    return seen.of_set(_leftwards)


def _leftwards(seen: Seen) -> float:
    heading = seen.stance.heading_deg
    known = heading[np.isfinite(heading)]
    if known.size == 0:
        return -1.0 if seen.stance.view.name == "back" else 1.0
    return 1.0 if float(np.median(np.sin(np.radians(known)))) >= 0.0 else -1.0


def apart_px(seen: Seen, table: dict[Facing, int]) -> FloatArray:
    """How far the left joint is left of the right one, (T,) pixels.

    Negative when they have crossed. Frames in which the hips have, which hips
    can't, are those with left and right mistaken for each other: NaN.
    """
    across = seen.body.points_px[..., 0] * leftwards(seen)
    gap = across[:, table["left"]] - across[:, table["right"]]
    mistaken = across[:, HIP["left"]] < across[:, HIP["right"]]
    return np.asarray(np.where(mistaken, np.nan, gap))


def middle_px(seen: Seen, table: dict[Facing, int]) -> FloatArray:
    """Middle of a left and a right joint, (T, 2) pixels: to the lifter's left, and down."""
    middle = seen.body.points_px[:, list(table.values())].mean(axis=1)
    return np.asarray(middle * np.array([leftwards(seen), 1.0]))


def frames_of(rep: Rep, seen: Seen) -> Frames:
    """Part a repetition into standing and bent, by the height of the shoulders.

    Raises
    ------
    NotSeen
        The shoulders are hidden, or the lifter isn't seen standing.
    """
    within = seen.during(rep.start_s, rep.end_s)
    around = seen.during(rep.start_s - AROUND_S, rep.end_s + AROUND_S)
    height = middle_px(seen, SHOULDER)[:, 1]
    known = within & np.isfinite(height)
    if not seen.enough(height, within):
        raise NotSeen("shoulders_hidden")
    low, high = np.percentile(height[known], [98, 2])
    gone = (height - high) / max(low - high, 1e-6)
    standing = around & (gone < STANDING_UP_TO)
    if not seen.kind.one_leg:
        planted = _planted(seen, within & (gone > BENT_FROM))
        within, standing = within & planted, standing & planted
    starts_low = seen.kind.starts == "bottom"
    if (starts_low and not rep.top_seen) or not standing.any():
        raise NotSeen("no_standing_rep")
    return Frames(standing=standing, bent=within & (gone > BENT_FROM))


def _planted(seen: Seen, bent: BoolArray) -> BoolArray:
    """Frames (T,) without a step, or a picture that rolls: the ankles' line is as when bent.

    Frames whose ankles are hidden don't tell, and count.
    """
    left, right = (seen.body.points_px[:, ANKLE[side]] for side in ("left", "right"))
    line = (left - right) * np.array([leftwards(seen), 1.0])
    gap, tilt = np.hypot(*line.T), np.degrees(np.arctan2(line[:, 1], line[:, 0]))
    if not np.isfinite(gap[bent]).any():
        return np.ones(gap.shape, dtype=bool)
    stepped = np.abs(gap / np.nanmedian(gap[bent]) - 1.0) > STEPPED
    return np.asarray(~(stepped | (np.abs(tilt - np.nanmedian(tilt[bent])) > ROLLED_DEG)))


def feet_px(seen: Seen, standing: BoolArray) -> float:
    """How far the ankles are apart when standing, pixels.

    Raises
    ------
    NotSeen
        The feet are hidden or too close together.
    """
    gap = apart_px(seen, ANKLE)[standing]
    if not np.isfinite(gap).any():
        raise NotSeen("feet_out")
    wide = float(np.nanmedian(gap))
    if wide < FEET_APART * seen.body.leg_px:
        raise NotSeen("feet_close")
    return wide


def shown(values: FloatArray, frames: Frames, rep: Rep, seen: Seen) -> bool:
    """Whether enough is seen standing, bent, and bent on the way up, where knees come in."""
    rising = frames.bent & seen.during(rep.bottom_s, rep.top_s)
    stands = bool(np.isfinite(values[frames.standing]).any())
    return stands and seen.enough(values, frames.bent) and seen.enough(values, rising)


def change(values: FloatArray, frames: Frames, rep: Rep, seen: Seen, hidden: str) -> FloatArray:
    """Values (T,) less their own when standing.

    Raises
    ------
    NotSeen
        They aren't seen standing, or not enough when bent; ``hidden`` says why.
    """
    if not shown(values, frames, rep, seen):
        raise NotSeen(hidden)
    return np.asarray(values - np.nanmedian(values[frames.standing]))


def working_leg(seen: Seen, low: BoolArray) -> Facing:
    """Tell which leg works, from frames (T,) at the bottom.

    In a split squat its knee is the higher one, in a single-leg deadlift its
    ankle the lower one. Seen from the front the body may hide the other.

    Raises
    ------
    NotSeen
        Neither leg is seen, or they are too much alike.
    """
    table, sign = (KNEE, 1.0) if seen.kind.stance == "split" else (ANKLE, -1.0)
    heights = seen.body.points_px[low][:, list(table.values()), 1] * sign
    left, right = (
        float(np.nanmedian(one)) if np.isfinite(one).any() else np.nan for one in heights.T
    )
    if np.isnan(left) and np.isnan(right):
        raise NotSeen("knee_hidden")
    if np.isnan(left + right) and leftwards(seen) > 0:
        return "right" if np.isnan(left) else "left"
    if not abs(left - right) >= LEG_OF_TWO * seen.body.leg_px:
        raise NotSeen("which_leg")
    return "left" if left < right else "right"

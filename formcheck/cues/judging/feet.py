"""Where the camera-side foot is, and how far ahead of it the hands hang."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from formcheck.cues.judging.seen import Seen
from formcheck.data import BoolArray, Facing, FloatArray, Rep
from formcheck.signals.angles import ANKLE, JOINTS, KNEE, middle_px

STANDING_S = 0.2

FOOT_OVER_LEG = 0.31
"""Heel to toe over hip to ankle: 0.152 H and 0.491 H (Drillis and Contini 1966).
The foot in the picture isn't used: turned out it looks shorter."""


def places(seen: Seen) -> dict[str, FloatArray]:
    """The points that a side view's distances are read from, (T, 2) pixels each, by name.

    Those nearer to the camera. Seen obliquely these stand at different distances from the
    body's middle, hands wider than feet: there it is the middle of left and right, with
    widths as from the side.
    """
    points_px = seen.body.points_px
    if not seen.body.both_sides:
        return {name: points_px[:, table[seen.stance.side]] for name, table in JOINTS.items()}
    stretch = np.array([1.0 / np.cos(np.radians(seen.stance.view.yaw_deg)), 1.0])
    return middle_px(points_px * stretch, seen.stance.side)


def place(seen: Seen, table: Mapping[Facing, int]) -> FloatArray:
    """A camera-side point over the set, (T, 2) pixels, NaN where unseen."""
    return np.asarray(seen.body.points_px[:, table[seen.stance.side]])


def shank_px(seen: Seen) -> float:
    """Knee to ankle at its longest in the picture, pixels."""
    return seen.longest_px(KNEE[seen.stance.side], ANKLE[seen.stance.side])


def standing(rep: Rep, seen: Seen) -> BoolArray:
    """Frames (T,) round the standing before and after a repetition."""
    stood = seen.during(rep.top_s - STANDING_S, rep.top_s + STANDING_S)
    if seen.kind.starts == "top":
        stood |= seen.during(rep.start_s - STANDING_S, rep.start_s + STANDING_S)
    return stood


def hands_ahead(seen: Seen, stood: BoolArray) -> FloatArray:
    """How far the wrist is ahead of the middle of the foot, (T,) foot lengths.

    The foot is looked at in the frames ``stood``: near the floor a plate hides it,
    and on rendered lifters its points stray by half a foot.
    """
    at = places(seen)
    middle = np.nanmedian((at["heel"][stood, 0] + at["toe"][stood, 0]) / 2)
    ahead = (at["wrist"][:, 0] - middle) * seen.stance.forward
    return np.asarray(ahead / (FOOT_OVER_LEG * seen.body.leg_px))

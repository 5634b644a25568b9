"""Films that lie on their side for lack of a tag: by which turn the lifter stands up.

Who lies on the floor in an upright film looks the same at one moment, so the whole
movement is asked: feet that stay where they are, with the hips over them, that go
down and fold, stand on something. In a push-up the hips don't fold; in a sit-up or
on a bench they stay in their place.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from formcheck.data import FloatArray
from formcheck.poses.people import Sighting

LEAST_SEEN = 8
"""Scouted pictures that must show the lifter (our choice)."""

ALL_THE_TIME = 0.9
"""Share of them in which the legs point the same way (our choice)."""

WITHIN_DEG = 40.0
"""How far the hips lean from over the feet: a deep hinge has 30 (our choice)."""

STEADY_TRUNKS = 0.35
FOLD_DEG = 45.0
TRAVEL_TRUNKS = 0.3
"""Feet stray less than this; hips fold and travel more (our choice, from the real
clips: none of those that are upright is turned)."""


def turn_deg(seen: Sequence[Sighting]) -> int:
    """Clockwise turn (0, 90, 180, 270) after which the lifter stands up; 0 if in doubt."""
    if len(seen) < LEAST_SEEN:
        return 0
    points = np.array([one.points_px[:, :2] for one in seen], dtype=float)
    shoulder, hip, knee, ankle = (
        points[:, joints].mean(axis=1) for joints in ([11, 12], [23, 24], [25, 26], [27, 28])
    )
    leg_deg = _clockwise_deg(hip - ankle)
    turn = round(_middle_deg(leg_deg) / 90) * 90 % 360
    if turn == 0:
        return 0
    trunk_px = max(float(np.percentile(np.hypot(*(shoulder - hip).T), 90)), 1.0)
    upright = np.abs((leg_deg - turn + 180) % 360 - 180) <= WITHIN_DEG
    standing = (
        upright.mean() >= ALL_THE_TIME
        and _spread(ankle) <= STEADY_TRUNKS * trunk_px
        and _spread(_fold_deg(shoulder, hip, knee)[:, None]) >= FOLD_DEG
        and _spread(hip - ankle) >= TRAVEL_TRUNKS * trunk_px
    )
    return (360 - turn) % 360 if standing else 0


def _clockwise_deg(up: FloatArray) -> FloatArray:
    """How far a vector (N, 2), y down, is turned clockwise from pointing up."""
    return np.asarray(np.degrees(np.arctan2(up[:, 0], -up[:, 1])))


def _middle_deg(angles_deg: FloatArray) -> float:
    turned = np.radians(angles_deg)
    return float(np.degrees(np.arctan2(np.median(np.sin(turned)), np.median(np.cos(turned)))))


def _fold_deg(shoulder: FloatArray, hip: FloatArray, knee: FloatArray) -> FloatArray:
    """Angle between trunk and thigh, 180 when straight."""
    between = _clockwise_deg(shoulder - hip) - _clockwise_deg(knee - hip)
    return np.asarray(np.abs((between + 180) % 360 - 180))


def _spread(places: FloatArray) -> float:
    """Largest extent of (N, C) places, but for a tenth on either end."""
    low, high = np.percentile(places, [10, 90], axis=0)
    return float((high - low).max())

"""How far an angle may be off: base error, view, what hides the leg, and noise.

sigma² = base² + oblique² + view² + plate² + roll² + noise². The base errors are those of rendered
lifters seen from the side (``docs/accuracy.md``); evidence §1.4 and §2.1 have the
same size. With both sides the widths are stretched by 1 / cos(yaw), and what is
left is the yaw's own error: a segment leaning by theta is then off by
sin(2 theta) tan(yaw) / 2 times it (evidence §2.3), nothing when it is upright
or level. From the near side alone it is the worst error that the yaw makes in a
segment's inclination, arcsin(tan²(yaw / 2)), divided by the square root of 3
for its spread, and from ``OBLIQUE_FROM_DEG`` on that of the near joints'
different distances from the body's middle. Seen obliquely the end of a segment
that leans towards the camera is nearer to it, and stands lower in the picture.
Joint angles have two segments.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from formcheck.data import BoolArray, FloatArray, View
from formcheck.signals.angles import OBLIQUE_FROM_DEG

BASE_DEG = {
    "trunk": 3.5,
    "thigh": 3.6,
    "shank": 2.4,
    "knee": 4.8,
    "hip": 5.2,
    "arm": 3.8,
    "elbow": 9.0,
    "neck": 8.0,
}
OBLIQUE_DEG = {"thigh": 6.0, "shank": 3.0, "knee": 7.0, "elbow": 9.0, "neck": 17.0}
"""Further error where the far side is guessed, times sin(yaw): our choice, measured
on rendered lifters from 30° to 75° (docs/accuracy.md)."""

OF_SEGMENTS: dict[str, tuple[str, ...]] = {
    "knee": ("thigh", "shank"),
    "hip": ("trunk", "thigh"),
    "neck": ("trunk", "ear"),
    # A straight arm looks straight from everywhere.
    "elbow": (),
}

LEAST_SHARE = 0.5
"""Of the view's error, what a segment within 15° of upright or level has: its own
angle isn't known better."""

PERSPECTIVE_DEG = 6.0
"""Turn of a level segment that points at the camera: half a metre below a lens at
4 m is 0.12 of the segment lower at its near end. The rest by sin(yaw) sin²(theta)."""

AGAINST_VERTICAL = frozenset({"trunk", "thigh", "shank", "arm"})
"""Angles that a tilted picture changes; those between two segments it doesn't."""

AT_HIPS = frozenset({"trunk", "hip", "neck"})
LEG_HIDDEN_DEG = 8.0
"""A plate before the leg drags the hip point along: on rendered lifters such a
trunk is off by 9.8° (RMSE), any other from the side by 3.8°."""

NEAR_SIDE = 0.0075
"""Degrees of error per squared degree of yaw when only the near side is seen: a
rendered trunk is read 6.5° off at 30° and 15° at 45°."""

MOST_DEG = 60.0
"""From the front the sagittal plane isn't in the picture at all."""

NOT_SHOWN_DEG = 25.0
"""With a view error above it an angle isn't measured: it is half of what the angle
does in a lift. From both sides that is from a yaw of 84° on."""


def foreshortening_deg(yaw_deg: float) -> float:
    """Spread of an uncorrected inclination's error at a yaw, one standard deviation.

    0 from the side, 1.0° at 20°, 2.4° at 30°, 5.7° at 45°, 52° at 90°.
    """
    ratio = np.tan(np.radians(min(abs(yaw_deg), 90.0)) / 2) ** 2
    return float(np.degrees(np.arcsin(min(ratio, 1.0))) / np.sqrt(3))


def view_error_deg(view: View, both_sides: bool) -> float:
    """Error from where the camera stands of a segment that leans by 45°, one sigma.

    From both sides 2° at a yaw of 30° and 2.5° at 45°; from the near side 1.0° at
    20°, then 7° at 30°.
    """
    if not np.isfinite(view.yaw_deg):
        return MOST_DEG
    if not both_sides:
        beyond = view.yaw_deg >= OBLIQUE_FROM_DEG
        near = NEAR_SIDE * view.yaw_deg**2 if beyond else 0.0
        return float(min(np.hypot(foreshortening_deg(view.yaw_deg), near), MOST_DEG))
    stretch = np.tan(np.radians(min(view.yaw_deg, 89.0))) / 2
    return float(min(stretch * view.yaw_sigma_deg, MOST_DEG))


def angle_sigmas_deg(
    angles_deg: Mapping[str, FloatArray],
    noise_deg: Mapping[str, FloatArray],
    view: View,
    both_sides: bool,
    leg_hidden: BoolArray,
    roll_sigma_deg: float = 0.0,
) -> dict[str, FloatArray]:
    """Standard deviation of each angle, (T,) degrees.

    ``angles_deg`` are the angles and ``noise_deg`` their noise, (T,) each;
    ``leg_hidden`` (T,) tells in which frames something stands before the leg, and
    ``roll_sigma_deg`` how uncertain the picture's vertical is.
    """
    view_deg = view_error_deg(view, both_sides)
    turned = float(np.sin(np.radians(np.nan_to_num(view.yaw_deg, nan=90.0))))
    depth_deg = PERSPECTIVE_DEG * turned
    leaning = {**angles_deg, "ear": angles_deg["neck"] + angles_deg["trunk"]}
    plate_deg = np.where(leg_hidden, LEG_HIDDEN_DEG, 0.0)
    found = {}
    for name, noise in noise_deg.items():
        square = BASE_DEG[name] ** 2 + np.square(noise)
        square = square + (OBLIQUE_DEG.get(name, 0.0) * turned) ** 2
        for segment in OF_SEGMENTS.get(name, (name,)):
            square = square + np.square(view_deg * _share(leaning[segment]))
            square = square + np.square(depth_deg * _level(leaning[segment]))
        if name in AGAINST_VERTICAL:
            square = square + roll_sigma_deg**2
        if name in AT_HIPS:
            square = square + np.square(plate_deg)
        found[name] = np.sqrt(square)
    return found


def _share(leaning_deg: FloatArray) -> FloatArray:
    """Of the view's error, what a segment at this inclination has; all if unknown."""
    share = np.maximum(np.abs(np.sin(np.radians(2 * leaning_deg))), LEAST_SHARE)
    return np.where(np.isfinite(share), share, 1.0)


def _level(leaning_deg: FloatArray) -> FloatArray:
    """How level a segment lies: 0 upright, 1 level or unknown."""
    level = np.sin(np.radians(leaning_deg)) ** 2
    return np.where(np.isfinite(level), level, 1.0)

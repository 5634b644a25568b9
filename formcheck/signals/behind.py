"""The angles of a lifter that something stands before: those of a body fitted to the set.

What hides a joint is a plate's circle, where it was found, and what ``covered`` tells from
the engine's visibility and the mask. A joint behind it hardly counts, one beside it counts
less, for the engine draws it to the plate; the fit (``fitted``) holds them by the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.data import Body, BoolArray, Facing, FloatArray, Series, Stance
from formcheck.signals.angles import (
    ANKLE,
    HEEL,
    HIP,
    KNEE,
    MOST_STRETCH_DEG,
    SHOULDER,
    TOE,
    at_joints,
)
from formcheck.signals.body import Landmarks
from formcheck.signals.covered import Covered
from formcheck.signals.fitted import fit_body

BEHIND = "what stands before the lifter"
"""Name of the part of σ that the fit adds."""

LEAST_SHARE = 0.05
"""Of the frames with a hidden limb from which on the set is fitted (our choice)."""

LEAST_FRAMES = 10
"""Fewer tell no movement."""

CLEAR_SIGMA = (0.03, 0.04, 0.04, 0.05)
NEAR_SIGMA = (0.03, 0.08, 0.10, 0.10)
BESIDE_SIGMA = (0.05, 0.08, 0.12, 0.12)
HIDDEN_SIGMA = (0.10, 0.15, 0.15, np.inf)
"""Leg lengths by which shoulder, hip, knee and ankle are off: in the open, while something
stands before one of them, beside a plate, and behind one. Our choice, measured on 12
rendered barbell lifts of six bodies with 45 cm plates: hips beside and behind a plate are
read 0.05-0.11 ahead, knees 0.04-0.18, ankles 0.2-0.4 too high."""

BESIDE = 1.35
"""Radii from a plate's centre within which a joint is beside it (our choice)."""

NOT_SEEN = 0.3
"""Visibility under which a landmark tells nothing; between, its σ grows by the square."""

TOGETHER = 2.5
"""How many times the fit's own σ an angle is off: errors of neighbouring frames are alike,
which the fit doesn't know. On those rendered lifts it then covers 66-80 % of the errors."""

NOTHING_HOLDS_DEG = 40.0
"""An angle off by more is missing: not even its course is known (our choice)."""

KNOWN_DEG = 12.0
"""A hidden joint is drawn where neither segment that ends in it is less sure (our choice:
as much as for an angle that is written beside a joint)."""

IN_THE_OPEN_DEG = {"trunk": 1.7, "thigh": 2.0, "shank": 2.1, "knee": 3.8, "hip": 2.6}
"""The fit's σ of a body with nothing before it, which angles' base errors hold already: the
median of 33 real sets from the side."""


@dataclass(frozen=True)
class FittedAngles:
    """What the fit says of trunk, thigh, shank, knee and hip.

    value_deg    name -> (T,)  NaN where nobody was found, or nothing holds it
    further_deg  name -> (T,)  by how much more they are off than in the open
    hips_hidden  (T,)          something stands before the hips
    hidden       (T, 33)       joints of the nearer leg that are behind something
    held_px      (T, 33, 2)    where the fit has those, NaN where it doesn't know
    """

    value_deg: dict[str, FloatArray]
    further_deg: dict[str, FloatArray]
    hips_hidden: BoolArray
    hidden: BoolArray
    held_px: FloatArray

    def into(self, angles_deg: dict[str, FloatArray]) -> dict[str, FloatArray]:
        """These in place of those read frame by frame; the neck against this trunk.

        Not where the hips are hidden: a head is judged against the lifter's own standing.
        """
        turned = angles_deg["trunk"] - self.value_deg["trunk"]
        neck_deg = np.where(self.hips_hidden, np.nan, angles_deg["neck"] + turned)
        return {**angles_deg, **self.value_deg, "neck": neck_deg}

    def errors(self, angles_deg: dict[str, Series]) -> dict[str, Series]:
        """Those angles with the fit's part in their σ."""
        more = {**self.further_deg, "neck": self.further_deg["trunk"]}
        return {
            name: one.with_parts({BEHIND: more[name]}) if name in more else one
            for name, one in angles_deg.items()
        }


def fitted_angles(
    time_s: FloatArray,
    found: Landmarks,
    hidden: Covered,
    plate_px: FloatArray | None,
    stance: Stance,
    body: Body,
) -> FittedAngles | None:
    """Fit one body to a set of which something hides a part; None where nothing does.

    ``plate_px`` (T, 4) is the near plate: centre, radius and σ, NaN where none was found.
    """
    places_px, visibility = _nearer_side(found, stance, body)
    behind, beside = _at_plate(places_px, plate_px)
    told = np.stack([np.zeros_like(hidden.hips), hidden.hips, hidden.knee, hidden.ankle], axis=1)
    # Beside a plate joints are drawn to it, and give no other sign of that.
    is_hidden = (beside | behind | told).any(axis=1)
    if len(time_s) < LEAST_FRAMES or not is_hidden.mean() >= LEAST_SHARE or not body.leg_px > 0:
        return None
    if plate_px is not None:
        # Its circle tells what is behind it; else the engine's doubt does. But hips that it
        # doesn't cover are drawn to it too.
        told[:, 2:] &= np.isnan(plate_px[:, :1])
    behind |= told
    near = (beside | behind)[:, 1:].any(axis=1, keepdims=True)
    sigma = np.where(near, NEAR_SIGMA, CLEAR_SIGMA) / np.clip(visibility, 0.05, 1.0) ** 2
    sigma = np.where(beside, np.maximum(sigma, BESIDE_SIGMA), sigma)
    sigma = np.where(behind, np.maximum(sigma, HIDDEN_SIGMA), sigma)
    sigma[visibility < NOT_SEEN] = np.inf
    stretch = 1.0
    if body.both_sides:
        stretch /= np.cos(np.radians(min(stance.view.yaw_deg, MOST_STRETCH_DEG)))
    places = places_px * [stance.forward * stretch, -1.0] / body.leg_px
    fit = fit_body(time_s, places, sigma)
    angles_deg = {name: np.where(found.seen, one, np.nan) for name, one in fit.angles_deg.items()}
    at = at_joints({**angles_deg, "neck": np.zeros(len(time_s))})
    further_deg = {
        name: TOGETHER * np.sqrt(np.maximum(one**2 - IN_THE_OPEN_DEG[name] ** 2, 0.0))
        for name, one in fit.sigma_deg.items()
    }
    drawn_px = fit.joints * [stance.forward / stretch, -1.0] * body.leg_px
    joints = [HIP[stance.side], KNEE[stance.side], ANKLE[stance.side]]
    all_hidden = np.zeros(found.visibility.shape, dtype=bool)
    held_px = np.full(found.px.shape, np.nan)
    # The middle of both sides is no joint that could be drawn.
    if not body.both_sides:
        all_hidden[:, joints] = behind[:, 1:]
        all_hidden[:, [HEEL[stance.side], TOE[stance.side]]] = behind[:, 3:]
        known = np.stack(
            [further_deg[one] <= KNOWN_DEG for one in ("trunk", "thigh", "shank")], axis=1
        )
        known[:, :2] &= known[:, 1:]
        held_px[:, joints] = np.where(known[..., None], drawn_px[:, 1:], np.nan)
    value_deg = {
        name: np.where(further_deg[name] <= NOTHING_HOLDS_DEG, at[name], np.nan)
        for name in angles_deg
    }
    return FittedAngles(value_deg, further_deg, hidden.hips, all_hidden, held_px)


def _nearer_side(found: Landmarks, stance: Stance, body: Body) -> tuple[FloatArray, FloatArray]:
    """Shoulder, hip, knee and ankle as the angles are read from them: (T, 4, 2) and (T, 4).

    Those nearer to the camera, or the middle of both sides.
    """
    sides: list[Facing] = ["left", "right"] if body.both_sides else [stance.side]
    tables = (SHOULDER, HIP, KNEE, ANKLE)
    of_sides = np.array([[table[side] for side in sides] for table in tables])
    return found.px[:, of_sides].mean(axis=2), found.visibility[:, of_sides].min(axis=2)


def _at_plate(places_px: FloatArray, plate_px: FloatArray | None) -> tuple[BoolArray, BoolArray]:
    """Which of the joints (T, 4, 2) lie behind the plate and which beside it, (T, 4) each."""
    if plate_px is None:
        nowhere = np.zeros(places_px.shape[:2], dtype=bool)
        return nowhere, nowhere.copy()
    away = np.hypot(*(places_px - plate_px[:, None, :2]).transpose(2, 0, 1))
    radii = away / plate_px[:, 2:3]
    return radii < 1.0, radii < BESIDE

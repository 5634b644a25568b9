"""The angles of a lifter that something stands before: those of a body fitted to the set.

Joints behind a plate, or beside one, tell little (``at_plate``); the fit (``fitted``) holds
them by the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.data import Body, BoolArray, FloatArray, Series, Stance
from formcheck.signals.angles import ANKLE, HEEL, HIP, KNEE, TOE, at_joints
from formcheck.signals.at_plate import Told, told_of
from formcheck.signals.body import Landmarks
from formcheck.signals.covered import Covered
from formcheck.signals.fitted import FittedBody, fit_body

BEHIND = "what stands before the lifter"
"""Name of the part of σ that the fit adds."""

LEAST_SHARE = 0.05
"""Of the frames with a hidden limb from which on the set is fitted (our choice)."""

LEAST_FRAMES = 10
"""Fewer tell no movement."""

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
    hidden       (T, 33)       joints of the nearer leg that are to be drawn as the fit has
                               them: behind something, or misled by it
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
    outline_px: FloatArray | None,
    stance: Stance,
    body: Body,
) -> FittedAngles | None:
    """Fit one body to a set of which something hides a part; None where nothing does.

    ``plate_px`` (T, 4) is the near plate: centre, radius and σ, NaN where none was found.
    """
    if len(time_s) < LEAST_FRAMES or not body.leg_px > 0:
        return None
    told = told_of(found, hidden, plate_px, outline_px, stance, body)
    if not told.in_the_way.mean() >= LEAST_SHARE:
        return None
    fit = fit_body(time_s, told.places, told.sigma)
    angles_deg = {name: np.where(found.seen, one, np.nan) for name, one in fit.angles_deg.items()}
    at = at_joints({**angles_deg, "neck": np.zeros(len(time_s))})
    further_deg = {
        name: TOGETHER * np.sqrt(np.maximum(one**2 - IN_THE_OPEN_DEG[name] ** 2, 0.0))
        for name, one in fit.sigma_deg.items()
    }
    held_px, guessed = _to_draw(fit, told, further_deg, found, stance, body)
    value_deg = {
        name: np.where(further_deg[name] <= NOTHING_HOLDS_DEG, at[name], np.nan)
        for name in angles_deg
    }
    return FittedAngles(value_deg, further_deg, hidden.hips, guessed, held_px)


def _to_draw(
    fit: FittedBody,
    told: Told,
    further_deg: dict[str, FloatArray],
    found: Landmarks,
    stance: Stance,
    body: Body,
) -> tuple[FloatArray, BoolArray]:
    """Where the fit has the nearer leg, and which of its joints are to be drawn there.

    (T, 33, 2) pixels, NaN where it doesn't know, and (T, 33). The middle of both sides
    is no joint that could be drawn.
    """
    held_px = np.full(found.px.shape, np.nan)
    guessed = np.zeros(found.visibility.shape, dtype=bool)
    if body.both_sides:
        return held_px, guessed
    joints = [HIP[stance.side], KNEE[stance.side], ANKLE[stance.side]]
    guessed[:, joints] = told.guessed[:, 1:]
    guessed[:, [HEEL[stance.side], TOE[stance.side]]] = told.guessed[:, 3:]
    known = np.stack([further_deg[one] <= KNOWN_DEG for one in ("trunk", "thigh", "shank")], axis=1)
    known[:, :2] &= known[:, 1:]
    drawn_px = fit.joints[:, 1:] / told.to_legs
    held_px[:, joints] = np.where(known[..., None], drawn_px, np.nan)
    return held_px, guessed

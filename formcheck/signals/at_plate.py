"""What the landmarks tell of a leg at a plate: where they are and how far to be believed.

What hides a joint is a plate's circle, where it was found, and what ``covered`` tells from
the engine's visibility and the mask. A joint behind it hardly counts, one beside it counts
less, for the engine draws it to the plate. Hips at a plate are laid by the back's edge
(``dorsal``), and where the nearer leg is a guess above the floor, the leg that stands in
the picture is taken.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.data import Body, BoolArray, Facing, FloatArray, Stance
from formcheck.signals.angles import (
    ANKLE,
    HIP,
    KNEE,
    MOST_STRETCH_DEG,
    SHOULDER,
    middle_px,
)
from formcheck.signals.body import Landmarks
from formcheck.signals.covered import Covered
from formcheck.signals.dorsal import hips_by_edge
from formcheck.signals.repair import MIN_VISIBILITY

CLEAR_SIGMA = (0.03, 0.04, 0.04, 0.05)
NEAR_SIGMA = (0.03, 0.08, 0.10, 0.10)
BESIDE_SIGMA = (0.05, 0.08, 0.12, 0.12)
HIDDEN_SIGMA = (0.10, 0.15, 0.15, np.inf)
"""Leg lengths by which shoulder, hip, knee and ankle are off: in the open, while something
stands before one of them, beside a plate, and behind one. Our choice, measured on 12
rendered barbell lifts of six bodies with 45 cm plates: hips beside and behind a plate are
read 0.05-0.11 ahead, knees 0.04-0.18, ankles 0.2-0.4 too high."""

KNEE_AHEAD = 0.07
"""Leg lengths by which the engine has a knee behind a plate's circle too far ahead: 0.03-0.15
on rendered barbell sets of six bodies (our choice between; on 30 of them it takes the
hidden thigh's error from 12° to 9°, the knee's from 21° to 18°)."""

FAR_SIGMA = 0.06
"""Leg lengths between the same joint of both legs, seen from the side (our choice, measured
on 17 real sets: 0.05)."""

FLOATS = 0.15
"""Leg lengths over the floor from which an ankle doesn't stand: on real sets nearer ankles
behind plates were guessed 0.3-0.7 too high, standing ones vary by 0.05 (our choice)."""

FLOOR_PERCENT = 90.0
"""Of the heights of all ankles in a set: the floor (our choice)."""

BESIDE = 1.35
"""Radii from a plate's centre within which a joint is beside it (our choice)."""

NOT_SEEN = 0.3
"""Visibility under which a landmark tells nothing; between, its σ grows by the square."""


@dataclass(frozen=True)
class Told:
    """What is told of shoulder, hip, knee and ankle of the nearer leg, or of both's middle.

    places      (T, 4, 2)  leg lengths, x ahead and y up
    sigma       (T, 4, 2)  how far off each is, infinite where it tells nothing
    guessed     (T, 4)     it is behind something, or was moved: it is the fit that knows
    in_the_way  (T,)       something stands before one of them, or beside
    to_legs     (2,)       from pixels to those lengths
    """

    places: FloatArray
    sigma: FloatArray
    guessed: BoolArray
    in_the_way: BoolArray
    to_legs: FloatArray


def told_of(
    found: Landmarks,
    hidden: Covered,
    plate_px: FloatArray | None,
    outline_px: FloatArray | None,
    stance: Stance,
    body: Body,
) -> Told:
    """Weigh the landmarks of a set in which something may stand before the lifter.

    ``plate_px`` (T, 4) is the near plate, NaN where none was found, and ``outline_px``
    (T, 2, S, 2) the mask's edge.
    """
    places_px, visibility = _nearer_side(found, stance, body)
    behind, beside = _at_plate(places_px, plate_px)
    legs_at_plate = np.asarray((behind | beside)[:, 2:].any(axis=1))
    taken = _standing_leg(places_px, visibility, legs_at_plate, found, stance, body)
    behind, beside = _at_plate(places_px, plate_px)
    hips_at_plate = behind[:, 1] | beside[:, 1]
    drawn_ahead = behind[:, 2] & ~taken
    told = np.stack([np.zeros_like(hidden.hips), hidden.hips, hidden.knee, hidden.ankle], axis=1)
    # Beside a plate joints are drawn to it, and give no other sign of that.
    in_the_way = np.asarray((behind | beside | told).any(axis=1))
    if plate_px is not None:
        # Its circle tells what is behind it; else the engine's doubt does. But hips that it
        # doesn't cover are drawn to it too.
        told[:, 2:] &= np.isnan(plate_px[:, :1])
    behind |= told
    near = (beside | behind)[:, 1:].any(axis=1, keepdims=True)
    sigma = np.where(near, NEAR_SIGMA, CLEAR_SIGMA) / np.clip(visibility, 0.05, 1.0) ** 2
    sigma = np.where(beside, np.maximum(sigma, BESIDE_SIGMA), sigma)
    sigma = np.where(behind, np.maximum(sigma, HIDDEN_SIGMA), sigma)
    sigma[taken, 2:] = np.hypot(sigma[taken, 2:], FAR_SIGMA)
    sigma[visibility < NOT_SEEN] = np.inf
    stretch = 1.0
    if body.both_sides:
        stretch /= np.cos(np.radians(min(stance.view.yaw_deg, MOST_STRETCH_DEG)))
    to_legs = np.array([stance.forward * stretch, -1.0]) / body.leg_px
    places, sigma = places_px * to_legs, np.repeat(sigma[..., None], 2, axis=2)
    places[drawn_ahead, 2, 0] -= KNEE_AHEAD
    guessed = behind.copy()
    guessed[:, 2:] |= taken[:, None]
    if plate_px is not None and outline_px is not None and not body.both_sides:
        guessed[:, 1] |= _lay_hips(places, sigma, outline_px, plate_px, to_legs, hips_at_plate)
    return Told(places, sigma, guessed, in_the_way, to_legs)


def _standing_leg(
    places_px: FloatArray,
    visibility: FloatArray,
    at_plate: BoolArray,
    found: Landmarks,
    stance: Stance,
    body: Body,
) -> BoolArray:
    """Where the nearer ankle floats and the farther one stands, the farther leg is taken.

    Seen from the side there is one leg in the picture, below the plate, and the engine may
    give it to the farther side and the nearer one a guess above the floor. Changes
    ``places_px`` and ``visibility`` in place; returns the frames (T,).
    """
    nowhere = np.zeros(len(places_px), dtype=bool)
    if body.both_sides:
        return nowhere
    other: Facing = "left" if stance.side == "right" else "right"
    both = [ANKLE[stance.side], ANKLE[other]]
    heights_px, shown = found.px[:, both, 1], found.visibility[:, both] >= NOT_SEEN
    if not shown.any():
        return nowhere
    floor_px = np.percentile(heights_px[shown], FLOOR_PERCENT)
    floats = floor_px - heights_px > FLOATS * body.leg_px
    lost = floats[:, 0] & at_plate
    taken = np.asarray(lost & ~floats[:, 1] & shown[:, 1])
    farther = [KNEE[other], ANKLE[other]]
    places_px[taken, 2:] = found.px[taken][:, farther]
    # It is the leg that shows: the engine's doubt is about whose it is.
    doubted = np.stack([visibility[taken, 2:], found.visibility[taken][:, farther]])
    visibility[taken, 2:] = doubted.max(axis=0)
    visibility[lost & ~taken, 2:] = 0.0
    return taken


def _lay_hips(
    places: FloatArray,
    sigma: FloatArray,
    outline_px: FloatArray,
    plate_px: FloatArray,
    to_legs: FloatArray,
    at_plate: BoolArray,
) -> BoolArray:
    """Hips at a plate stand where the back's edge asks for them.

    Changes ``places`` and ``sigma`` in place; returns the frames (T,).
    """
    back = outline_px[:, 0 if to_legs[0] > 0 else 1].astype(float)
    plate = np.concatenate([plate_px[:, :2] * to_legs, plate_px[:, 2:3] * abs(to_legs[1])], axis=1)
    shoulder, hip = places[:, 0], places[:, 1]
    told = hips_by_edge(shoulder, hip, back * to_legs, plate, ~at_plate)
    laid = at_plate & told.known
    lean = np.arctan2(*(shoulder - told.places).T)
    along, across = sigma[:, 1, 0], told.sigma
    spread = np.stack(
        [
            np.hypot(across * np.cos(lean), along * np.sin(lean)),
            np.hypot(across * np.sin(lean), along * np.cos(lean)),
        ],
        axis=1,
    )
    places[laid, 1] = told.places[laid]
    sigma[laid, 1] = spread[laid]
    return np.asarray(laid)


def _nearer_side(found: Landmarks, stance: Stance, body: Body) -> tuple[FloatArray, FloatArray]:
    """Shoulder, hip, knee and ankle as the angles are read from them: (T, 4, 2) and (T, 4).

    Those nearer to the camera, or the body's middle.
    """
    tables = (SHOULDER, HIP, KNEE, ANKLE)
    near = [table[stance.side] for table in tables]
    if not body.both_sides:
        return found.px[:, near], found.visibility[:, near]
    unseen = found.visibility < MIN_VISIBILITY
    unseen[:, near] = False
    middle = middle_px(np.where(unseen[..., None], np.nan, found.px), stance.side, body.alone)
    places_px = np.stack([middle[name] for name in ("shoulder", "hip", "knee", "ankle")], axis=1)
    both = np.where(unseen, 1.0, found.visibility)
    less_seen = both[:, [list(table.values()) for table in tables]].min(axis=2)
    if "leg" in body.alone:
        less_seen[:, 2:] = found.visibility[:, near[2:]]
    return places_px, less_seen


def _at_plate(places_px: FloatArray, plate_px: FloatArray | None) -> tuple[BoolArray, BoolArray]:
    """Which of the joints (T, 4, 2) lie behind the plate and which beside it, (T, 4) each."""
    if plate_px is None:
        nowhere = np.zeros(places_px.shape[:2], dtype=bool)
        return nowhere, nowhere.copy()
    away = np.hypot(*(places_px - plate_px[:, None, :2]).transpose(2, 0, 1))
    radii = away / plate_px[:, 2:3]
    return radii < 1.0, radii < BESIDE

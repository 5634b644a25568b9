"""A lifter whose every angle and time is known: the test double of all later stages.

The body is a chain of rods in the sagittal plane with the angles of
``formcheck.signals.angles``; left and right limbs lie side by side. It is
turned to its heading, projected without perspective, and given the outline of
a trunk whose back is an arc of known turn.

    lifter = skeleton("deadlift", reps=3, hips_first_deg=20)
    lifter.track, lifter.reps, lifter.angles_deg["trunk"]

The height of the shoulders follows half a cosine in every phase, so that a
phase begins and ends at a definite moment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from formcheck.data import Facing, FloatArray, PoseTrack
from formcheck.reps.lifts import LIFTS
from tests.rods import (
    FOREARM,
    SHANK,
    THIGH,
    TRUNK,
    UPPER_ARM,
    Angles,
    film_of,
    mirrored,
    select,
    spoiled,
    true_angles,
)

STANDING = {"trunk": 2.0, "thigh": 0.0, "shank": 2.0}
OWN_NECK_DEG = 10.0
OWN_TURN_DEG = 6.0
ARM = UPPER_ARM + FOREARM

# The lowest point of each lift, degrees; "rear_" is the leg away from the camera.
BOTTOM = {
    "deadlift": {"trunk": 55, "thigh": -68, "shank": 12},
    "sumo_deadlift": {"trunk": 45, "thigh": -75, "shank": 8},
    "romanian_deadlift": {"trunk": 72, "thigh": -28, "shank": 0},
    "good_morning": {"trunk": 68, "thigh": -25, "shank": 0},
    "kettlebell_deadlift": {"trunk": 55, "thigh": -68, "shank": 10},
    "kettlebell_swing": {"trunk": 62, "thigh": -35, "shank": 5},
    "single_leg_deadlift": {"trunk": 75, "thigh": -15, "shank": 5, "rear_thigh": 70},
    "back_squat": {"trunk": 40, "thigh": -85, "shank": 28},
    "front_squat": {"trunk": 22, "thigh": -85, "shank": 34},
    "goblet_squat": {"trunk": 28, "thigh": -88, "shank": 34},
    "bodyweight_squat": {"trunk": 38, "thigh": -85, "shank": 30},
    "squat": {"trunk": 30, "thigh": -85, "shank": 30},
    "split_squat": {"trunk": 8, "thigh": -75, "shank": 5, "rear_thigh": 12, "rear_shank": 80},
}

# Upper arm and forearm, degrees from hanging, forward positive, at the top and
# at the bottom; "fixed" ones turn with the trunk, as hands on a bar do.
HANGING = ((0, 0), (0, 0), False)
SWINGING_ARMS = 0.38
"""Power of the hips' way by which the arms follow in a swing that the hips drive:
the hips are 85 % open while the arms are half-way up."""

ARMS = {
    "kettlebell_swing": ((85, 85), (-30, -30), False),
    "good_morning": ((-40, 150), (-40, 150), True),
    "back_squat": ((-40, 150), (-40, 150), True),
    "front_squat": ((75, 255), (75, 255), True),
    "goblet_squat": ((20, 165), (20, 165), True),
    "bodyweight_squat": ((0, 0), (85, 85), False),
    "squat": ((175, 180), (175, 180), False),  # overhead
    "split_squat": ((-15, 110), (-15, 110), False),
}
HANDS_TOGETHER = {"kettlebell_swing", "kettlebell_deadlift", "goblet_squat"}

PerRep = float | Sequence[float]
Tempo = tuple[float, float, float]
Arms = tuple[tuple[float, float], tuple[float, float], bool]
"""Upper arm and forearm at the top and at the bottom, and whether they turn with the trunk."""


@dataclass(frozen=True)
class TrueRep:
    """When a repetition begins, is lowest, stands and ends, in seconds."""

    start_s: float
    bottom_s: float
    top_s: float
    end_s: float


@dataclass(frozen=True)
class Lifter:
    """A pose track and the truth behind it.

    ``angles_deg`` are (T,) arrays by the names of ``Signals.angles_deg``;
    ``heading_deg`` is the true heading.
    """

    track: PoseTrack
    reps: tuple[TrueRep, ...]
    angles_deg: Angles
    heading_deg: float

    def part(self, start_s: float, stop_s: float) -> Lifter:
        """What a film from ``start_s`` to ``stop_s`` would show; times stay."""
        inside = (self.track.time_s >= start_s) & (self.track.time_s <= stop_s)
        return replace(
            self,
            track=select(self.track, inside),
            angles_deg={name: values[inside] for name, values in self.angles_deg.items()},
        )


def skeleton(
    lift: str = "deadlift",
    *,
    reps: int = 3,
    rate_hz: float = 30.0,
    facing: Facing = "right",
    yaw_deg: float = 0.0,
    mirror: bool = False,
    scale_px: float = 400.0,
    shift_px: tuple[float, float] = (0.0, 0.0),
    tempo: Tempo | Sequence[Tempo] = (1.0, 0.3, 0.9),
    rest_s: float = 0.6,
    start_pad_s: float = 0.5,
    end_pad_s: float = 0.5,
    depth: float = 1.0,
    pose: Mapping[str, float] | None = None,
    arms: Arms | None = None,
    hands_together: bool | None = None,
    heels_up_m: PerRep = 0.0,
    bar_forward_m: PerRep = 0.0,
    bent_arms_deg: PerRep = 0.0,
    efforts: PerRep = 1.0,
    hips_first_deg: PerRep = 0.0,
    lumbar_deg: PerRep = OWN_TURN_DEG,
    neck_deg: PerRep = 0.0,
    lean_back_deg: float = 0.0,
    soft_lockout_deg: float = 0.0,
    hood: float = 0.0,
    jerk: PerRep = 0.0,
    arms_first: PerRep = 0.0,
    knees_in_m: PerRep = 0.0,
    hip_shift_m: PerRep = 0.0,
    twist_deg: PerRep = 0.0,
    lean_left_deg: PerRep = 0.0,
    drop_left_deg: PerRep = 0.0,
    noise_px: float = 0.0,
    seed: int = 0,
    gaps: Sequence[tuple[float, float]] = (),
    plate_m: float = 0.0,
    plate_taken_in: bool = False,
    plate_found: bool = True,
    picture: bool = True,
) -> Lifter:
    """Film a set of a lift.

    Parameters
    ----------
    yaw_deg
        Turn away from the true side view, positive towards the camera; 90 is
        seen from the front, -90 from the back.
    mirror
        Flip the picture; the engine then takes left for right.
    scale_px
        Pixels per metre.
    shift_px
        Moves the lifter right and down in a picture that grows with it.
    tempo
        Seconds of lowering, of the hold in mid-repetition and of rising; of the
        set or of each repetition.
    rest_s
        Seconds between repetitions; 0 is touch and go.
    depth
        Share of the lift's usual depth.
    pose
        Other angles of the lowest point, in place of those of ``BOTTOM``.
    arms, hands_together
        Where the arms are, as in ``ARMS``, and whether the hands touch, in place of what
        the lift has.
    heels_up_m
        How far the heels leave the floor at the bottom, the toes staying down.
    bar_forward_m
        How far ahead of hanging the hands are held.
    bent_arms_deg
        Bend of the elbows, at its most half-way.
    efforts
        Share of the way that is made: below 1 the repetition fails.
    hips_first_deg
        How much further forward the trunk tips while the hips rise.
    lumbar_deg
        Turn W of the back's arc at the bottom; standing it is 6.
    neck_deg
        Added to the neck angle at the bottom; positive is chin tucked.
    lean_back_deg, soft_lockout_deg
        Trunk behind vertical, and bend of knees and hips, when standing.
    hood
        Trunk lengths by which the outline stands out above 0.85.
    jerk
        Share by which the speed falls half-way up: 1 is a full stop.
    arms_first
        In a swing: 0 the hips drive and the arms follow, 1 both go together.
    knees_in_m, hip_shift_m
        How far each knee (on one leg, its own) comes inwards at the bottom, and
        the body to the left.
    twist_deg
        How far the shoulders turn to the left on the way up.
    lean_left_deg, drop_left_deg
        How far the trunk leans to the left, and the left hip sinks, at the bottom.
    gaps
        Stretches of seconds in which the lifter isn't found.
    plate_m, plate_taken_in, plate_found
        How wide a plate in the hands is, which hides what is behind it, whether the
        mask takes it for a part of the person, and whether its circle is found.
    picture
        Whether there is one: the engine's points and a mask, or joint centres alone.
    """
    starts_low = LIFTS[lift].starts == "bottom"
    times, phases, truth = _timeline(reps, tempo, rest_s, start_pad_s, end_pad_s, starts_low)
    time_s = np.arange(0.0, phases[-1] + 1e-9, 1.0 / rate_hz)
    moment = _Moments(time_s, truth, times, phases, efforts, starts_low, jerk)
    bottom = {name: float(angle) for name, angle in {**BOTTOM[lift], **(pose or {})}.items()}
    for name in ("trunk", "thigh", "shank"):
        bottom[name] = STANDING[name] + depth * (bottom[name] - STANDING[name])
    low = _share_low(moment.lowered, bottom)
    arms_low = low
    if lift == "kettlebell_swing":
        arms_low = low ** (SWINGING_ARMS + (1.0 - SWINGING_ARMS) * moment.of_rep(arms_first))
    shape = _shape(lift, low, bottom, arms_low, arms)
    shape["trunk"] = shape["trunk"] + _tipping(moment, low, hips_first_deg, bottom)
    shape["upper_arm"] += np.degrees(np.arcsin(moment.of_rep(bar_forward_m) / ARM))
    shape["forearm"] += np.degrees(np.arcsin(moment.of_rep(bar_forward_m) / ARM))
    shape["forearm"] += 4 * low * (1.0 - low) * moment.of_rep(bent_arms_deg)
    standing = 1.0 - low
    shape["trunk"] = shape["trunk"] + standing * (soft_lockout_deg / 2 - lean_back_deg)
    for name in ("thigh", "rear_thigh"):
        shape[name] = shape[name] - standing * soft_lockout_deg / 2
    for name in ("shank", "rear_shank"):
        shape[name] = shape[name] + standing * soft_lockout_deg / 2
    shape["neck"] = OWN_NECK_DEG + low * moment.of_rep(neck_deg)
    shape["back_turn"] = OWN_TURN_DEG + low * (moment.of_rep(lumbar_deg) - OWN_TURN_DEG)
    for name, dial in {
        "cave_m": knees_in_m,
        "shift_m": hip_shift_m,
        "lean_left_deg": lean_left_deg,
        "drop_left_deg": drop_left_deg,
    }.items():
        shape[name] = low * moment.of_rep(dial)
    if any(name.startswith("rear_") for name in BOTTOM[lift]):
        shape["rear_cave_m"] = np.zeros(low.shape)  # it is free
    way = np.sin(np.pi * low) ** 2  # nothing at either end
    shape["twist_deg"] = np.where(moment.rising, way * moment.of_rep(twist_deg), 0.0)
    heading_deg = yaw_deg if facing == "right" else 180.0 - yaw_deg
    film = film_of(
        time_s,
        shape,
        heading_deg=heading_deg,
        scale_px=scale_px,
        shift_px=shift_px,
        hands_together=lift in HANDS_TOGETHER if hands_together is None else hands_together,
        hood=hood,
        heel_m=low * moment.of_rep(heels_up_m),
        plate_m=plate_m,
        plate_taken_in=plate_taken_in,
        plate_found=plate_found,
        picture=picture,
    )
    if mirror:
        film, heading_deg = mirrored(film), 180.0 - heading_deg
    film = spoiled(film, noise_px, seed, gaps)
    return Lifter(film, truth, true_angles(shape), heading_deg)


# ---------------------------------------------------------------- movement over time


def _timeline(
    reps: int,
    tempo: Tempo | Sequence[Tempo],
    rest_s: float,
    start_pad_s: float,
    end_pad_s: float,
    starts_low: bool,
) -> tuple[FloatArray, FloatArray, tuple[TrueRep, ...]]:
    """Starts of the moving phases, all phase boundaries, and the repetitions."""
    each = np.broadcast_to(np.asarray(tempo, dtype=float), (reps, 3))
    begins, bounds, truth = [], [0.0], []
    at = start_pad_s
    for down_s, hold_s, up_s in each.tolist():
        first_s, second_s = (up_s, down_s) if starts_low else (down_s, up_s)
        turn, leave, end = at + first_s, at + first_s + hold_s, at + first_s + hold_s + second_s
        begins.append(at)
        bounds += [at, turn, leave, end]
        truth.append(TrueRep(at, at, turn, end) if starts_low else TrueRep(at, turn, end, end))
        at = end + rest_s
    bounds.append(bounds[-1] + end_pad_s)
    return np.array(begins), np.array(bounds), tuple(truth)


class _Moments:
    """Where in which repetition each frame is."""

    def __init__(
        self,
        time_s: FloatArray,
        truth: tuple[TrueRep, ...],
        begins: FloatArray,
        bounds: FloatArray,
        efforts: PerRep,
        starts_low: bool,
        jerk: PerRep = 0.0,
    ) -> None:
        between = [(a.end_s + b.start_s) / 2 for a, b in pairwise(truth)]
        self.rep = np.searchsorted(np.array(between), time_s)
        self._reps = len(truth)
        away = np.zeros(time_s.shape)  # 0 in the starting pose, 1 at the turn
        self.rising = np.zeros(time_s.shape, dtype=bool)
        jerks = np.broadcast_to(np.asarray(jerk, dtype=float), (self._reps,))
        for at in range(self._reps):
            start, turn, leave, end = bounds[1 + 4 * at : 5 + 4 * at]
            first_jerk, second_jerk = (jerks[at], 0.0) if starts_low else (0.0, jerks[at])
            away += _ramp(time_s, start, turn, first_jerk)
            away -= _ramp(time_s, leave, end, second_jerk)
            first, last = (start, turn) if starts_low else (leave, end)
            self.rising |= (time_s >= first) & (time_s <= last)
        away *= self.of_rep(efforts)
        self.lowered = 1.0 - away if starts_low else away

    def of_rep(self, value: PerRep) -> FloatArray:
        """A number given for the set or per repetition, for each frame."""
        return np.broadcast_to(np.asarray(value, dtype=float), (self._reps,))[self.rep]


def _ramp(time_s: FloatArray, start: float, stop: float, jerk: float = 0.0) -> FloatArray:
    """From 0 to 1 by half a cosine; with jerk in two goes."""
    share = np.clip((time_s - start) / max(stop - start, 1e-9), 0.0, 1.0)
    share = share - jerk * np.sin(4 * np.pi * share) / (4 * np.pi)
    return np.asarray((1.0 - np.cos(np.pi * share)) / 2)


def _share_low(lowered: FloatArray, bottom: dict[str, float]) -> FloatArray:
    """The share of the lowest pose that brings the shoulders so far down."""
    share = np.linspace(0.0, 1.0, 2001)
    height = np.zeros(share.shape)
    for name, length in {"shank": SHANK, "thigh": THIGH, "trunk": TRUNK}.items():
        angle = STANDING[name] + share * (bottom[name] - STANDING[name])
        height += length * np.cos(np.radians(angle))
    fallen = np.maximum.accumulate((height[0] - height) / (height[0] - height[-1]))
    return np.asarray(np.interp(lowered, fallen, share))


def _shape(
    lift: str,
    low: FloatArray,
    bottom: dict[str, float],
    arms_low: FloatArray,
    arms: Arms | None = None,
) -> Angles:
    """Angles of all rods: standing at ``low`` 0, the lift's lowest pose at 1."""
    shape = {name: STANDING[name] + low * (bottom[name] - STANDING[name]) for name in STANDING}
    for name in ("thigh", "shank"):
        rear = bottom.get(f"rear_{name}", bottom[name] if lift != "single_leg_deadlift" else 70.0)
        shape[f"rear_{name}"] = STANDING[name] + low * (rear - STANDING[name])
    top, end, fixed = arms or ARMS.get(lift, HANGING)
    for name, high, lowest in zip(("upper_arm", "forearm"), top, end, strict=True):
        shape[name] = high + arms_low * (lowest - high) - (shape["trunk"] if fixed else 0.0)
    return shape


def _tipping(
    moment: _Moments, low: FloatArray, hips_first_deg: PerRep, bottom: dict[str, float]
) -> FloatArray:
    """Extra lean of the trunk on the way up: most when 0.4 of the way is made."""
    bump = np.interp(1.0 - low, [0.0, 0.4, 1.0], [0.0, 1.0, 0.0])
    tip = moment.of_rep(hips_first_deg)
    # What the trunk would have risen by then is undone, so that it tips by just ``tip``.
    kept = np.where(tip > 0, 0.4 * (bottom["trunk"] - STANDING["trunk"]), 0.0)
    return np.where(moment.rising, bump * (tip + kept), 0.0)

"""Other movements whose shoulders rise too: named, and never counted.

Each is told by something that no repetition of a lift does, whoever lifts and from
wherever it is filmed: arms that pull while the trunk stays bent, a rear leg that is
straight while the other is bent, shoulders that go to the floor, hips that run off at
the top, a bottom that is held. What the lines were read on, in repetitions of 48 labelled
sources, stands beside each; where a movement was never filmed for us the line lies
between those and the movement as the skeletons of our tests make it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from formcheck.data import Facing, FloatArray, Rejected, Signals
from formcheck.reps.drive import across, around, height, moments, once
from formcheck.reps.turning import turning_points
from formcheck.signals.angles import ANKLE, HIP, SHOULDER, WRIST

if TYPE_CHECKING:
    from formcheck.reps.cycles import Cycle

ROW = "looks like a row: the arms pull while the trunk stays bent"
CLEAN = (
    "looks like a clean or a snatch: the weight goes from the floor to the shoulders or over them"
)
STEP_UP = "looks like a step-up: one leg is bent, the other straight below it"
UP_ON = "the feet come up: a jump or a step onto something"
RUNS = "looks like a start or a walk: the hips go on at the top"
CROUCH = "looks like a start: bent over, one foot ahead of the other"
WALKS_ON = "lunges that walk on"
TO_THE_FLOOR = "the shoulders go down to the floor: a burpee or a push-up"
HOLD = "a hold, not repetitions"
SEAT = "sits or leans on something: the hips stay far behind the feet"
ONE_HAND = "one hand reaches down: picking something up"
STRIDE = "looks like a walk: one leg strides ahead at the top"

BENT_TRUNK_DEG = 28.0
"""The engine's 3-D trunk at the top of a lift is up to 28 deg in 98 of 100 repetitions,
and up to 34 where the arms stay straight; at the top of rows 33..43."""

PULL_DEG, PULL = 25.0, 0.12
"""At the top of a row the elbows bend by 38..43 deg more than at the bottom and the wrists
are 0.13..0.23 leg lengths nearer to the shoulders; of lifts with a bent trunk by under
10 deg and 0.05."""

HANGS = -0.45
"""Wrists over shoulders, leg lengths, of arms that hang: -0.65..-0.5 (a straight arm)."""

AT_SHOULDERS, RACKED_DEG = -0.1, 85.0
"""Wrists over shoulders of hands that rack a weight, and how far their elbows are closed;
swings reach the height, with elbows that stay over 110 deg."""

RACKS_S, RACKED_S = 1.0, 0.2
"""So soon after the top the weight is racked, and for at least so long (our choice)."""

LOW_SHOULDERS, LYING_DEG = 0.5, 70.0
"""Leg lengths that the shoulders are above the feet, with hips bent by less: who lies or
holds a plank. The lowest squats of strangers bring the shoulders to 0.41, hips bent by 83 deg
and more."""

STRAIGHT_DEG, STEPS_DEG, STEP_SPLIT_DEG, UPRIGHT_DEG = 40.0, 60.0, 35.0, 50.0
"""The lower leg's knee is bent by less, the other's by more, and their hips apart by
this: of lunges and split squats the rear knee is bent by 86 deg and more; who
stands on one leg to hinge leans further than the last."""

RUN_PER_S, RUNS_S, LEAST_PLACES = 1.5, 0.2, 3
"""Leg lengths a second; at the top of a lift the hips drift by up to 0.76, of a
handheld film too."""

FEET_UP, FEET_UP_S = 0.28, 0.4
"""Leg lengths that the lower foot is above its place at the bottom around the top, and for
how long: of jump squats a moment, of lunges seen obliquely 0.26."""

AROUND_TOP_S = (0.2, 0.8)
"""From so long before the top until so long after it (our choice)."""

CROUCH_DEG, CROUCH_SPLIT_DEG = 60.0, 35.0
"""Lean of the trunk over hanging arms, and one hip bent more than the other with knees that
are bent too: of a wide sumo stance seen obliquely up to 30 deg."""

WALKS = 0.6
"""Leg lengths from one bottom to the next: of lunges and of others up to 0.26."""

STRIDE_DEG = 45.0
"""One hip bent more than the other at the top, the arms not hanging: of lunges up to 29 deg.
Behind a bar's plates, which hang from straight arms, legs are guessed."""

HELD_S, SHALLOW, OVER_BAR_DEG = 6.0, 0.15, 25.0
"""A squat is held for up to 2.3 s in the lowest part of its way, and a tempo prescribes up
to 5 s (our choice). Bent over a bar on the floor, by more than the last, people wait for
14 s."""

SEATED_S, BEHIND_SHOULDERS, BEHIND_HIPS, FROM_SIDE_DEG = 2.5, -0.25, -0.3, 45.0
"""Leg lengths that the shoulders and the hips are behind the feet, seen from the side:
who stands on them alone would fall. Only where it lasts, as a box squat touches down."""

ONE_LOW = 0.28
"""Leg lengths between the heights of both wrists at the bottom, the lower one hanging: of
lifts up to 0.18."""

PULLS_ROW, LEAST_PULLS = 0.15, 3
"""Leg lengths that the wrists come nearer to the shoulders in one pull, and how many of
them are rows: of lifts one where the bar is put down, and none in most."""


def other_movement(signals: Signals, cycle: Cycle) -> str:
    """What other movement a rise is; empty where it may be a lift."""
    return next((reason for reason, is_one in _KINDS if is_one(signals, cycle)), "")


def whole_film(signals: Signals, found: Sequence[Cycle]) -> str:
    """What other movement all these rises belong to; empty where they may be lifts."""
    if not found:
        return ""
    if _rows(signals) > max(LEAST_PULLS - 1, len(found)):
        return ROW
    if len(found) > 1 and _walks_on(signals, found):
        return WALKS_ON
    of_each = _OF_EACH if len(found) > 1 else _OF_EACH + _OF_ONE
    each = (reason for reason, is_one in of_each if all(is_one(signals, one) for one in found))
    return next(each, "")


def telling(rejected: Sequence[Rejected]) -> Rejected | None:
    """The one to give where nothing is counted: of the commonest reason, or the first."""
    often = Counter(one.reason for one in rejected)
    return max(rejected, key=lambda one: often[one.reason], default=None)


def _rows(signals: Signals) -> int:
    """How often the arms pull while the trunk stays bent, in a rise of the shoulders or not.

    A bar may be lifted before the rows and put down after them.
    """
    gaps, shape = signals.guesses.gap_legs, signals.guesses.shape_deg
    pulls = 0
    for low, high in pairwise(turning_points(gaps["wrist_over_shoulder"], PULLS_ROW)):
        trunk = shape["trunk"][low.at : high.at + 1]
        stays = np.isfinite(trunk).any() and np.nanmin(trunk) > BENT_TRUNK_DEG
        closes = shape["elbow"][low.at] - shape["elbow"][high.at] > PULL_DEG
        pulls += bool(high.high and low.value < HANGS and stays and closes)
    return pulls


def _picks_up(signals: Signals, cycle: Cycle) -> bool:
    """One hand is at the floor, the other isn't: of a single rise, a thing picked up."""
    points, leg_px, at = signals.body.points_px[..., 1], signals.body.leg_px, cycle.bottom.at
    shoulders, wrists = points[:, list(SHOULDER.values())], points[:, list(WRIST.values())]
    low = around(signals, (shoulders - wrists).min(axis=1) / leg_px, at)
    apart = around(signals, np.abs(wrists[:, 0] - wrists[:, 1]) / leg_px, at)
    return low < HANGS and apart > ONE_LOW


def _crouches(signals: Signals, cycle: Cycle) -> bool:
    """Bent over hanging arms with one foot ahead: of a single rise, a start."""
    shape, at = signals.guesses.shape_deg, cycle.bottom.at
    return (
        signals.bar is None
        and _hangs(signals, at)
        and around(signals, shape["trunk"], at) > CROUCH_DEG
        and around(signals, shape["hip_split"], at) > CROUCH_SPLIT_DEG
        and around(signals, shape["knee"], at) > STRAIGHT_DEG
    )


def _walks_on(signals: Signals, found: Sequence[Cycle]) -> bool:
    """Lunges, each further on than the one before."""
    place, split = across(signals), signals.guesses.shape_deg["hip_split"]
    bottoms = [one.bottom.at for one in found]
    steps = np.diff([around(signals, place, at) for at in bottoms])
    splits = [around(signals, split, at) for at in bottoms]
    if not np.isfinite(steps).any() or np.nanmedian(splits) < STEP_SPLIT_DEG:
        return False
    return bool(abs(np.nanmedian(steps)) > WALKS)


def _pulls_bent(signals: Signals, cycle: Cycle) -> bool:
    shape, bottom, top = signals.guesses.shape_deg, cycle.bottom.at, cycle.top.at
    hands = signals.guesses.gap_legs["wrist_over_shoulder"]
    return (
        around(signals, shape["trunk"], top) > BENT_TRUNK_DEG
        and around(signals, shape["elbow"], bottom) - around(signals, shape["elbow"], top)
        > PULL_DEG
        and around(signals, hands, top) - around(signals, hands, bottom) > PULL
    )


def _racks(signals: Signals, cycle: Cycle) -> bool:
    """Hands that hung at the bottom are at the shoulders soon after, elbows closed."""
    if not _hangs(signals, cycle.bottom.at):
        return False
    time_s, hands = signals.time_s, signals.guesses.gap_legs["wrist_over_shoulder"]
    until_s = time_s[cycle.top.at] + RACKS_S
    if cycle.after is not None:
        until_s = min(until_s, time_s[cycle.after.at])
    here = slice(cycle.bottom.at, np.searchsorted(time_s, until_s, side="right"))
    closed = (hands[here] > AT_SHOULDERS) & (signals.guesses.shape_deg["elbow"][here] < RACKED_DEG)
    return moments(signals).lasting_s(closed) >= RACKED_S


def _steps_up(signals: Signals, cycle: Cycle) -> bool:
    shape, at = signals.guesses.shape_deg, cycle.bottom.at
    knee, split = around(signals, shape["knee"], at), around(signals, shape["knee_split"], at)
    return (
        knee - split / 2 < STRAIGHT_DEG
        and knee + split / 2 > STEPS_DEG
        and around(signals, shape["hip_split"], at) > STEP_SPLIT_DEG
        and around(signals, shape["trunk"], at) < UPRIGHT_DEG
    )


def _runs(signals: Signals, cycle: Cycle) -> bool:
    top_s = signals.time_s[cycle.top.at]
    here = slice(*np.searchsorted(signals.time_s, [top_s - 2 * RUNS_S, top_s + 2 * RUNS_S]))
    place, time_s = across(signals)[here], signals.time_s[here]
    near = (np.abs(time_s - top_s) <= RUNS_S) & np.isfinite(place)
    if np.count_nonzero(near) < LEAST_PLACES:
        return False
    return bool(abs(np.polyfit(time_s[near], place[near], 1)[0]) > RUN_PER_S)


def _strides(signals: Signals, cycle: Cycle) -> bool:
    top = cycle.top.at
    split = around(signals, signals.guesses.shape_deg["hip_split"], top)
    return split > STRIDE_DEG and not _hangs(signals, top)


def _to_the_floor(signals: Signals, cycle: Cycle) -> bool:
    shoulders, at = _over_feet(signals), cycle.bottom.at
    lies = around(signals, signals.guesses.shape_deg["hip"], at) < LYING_DEG
    return lies and around(signals, shoulders, at) < LOW_SHOULDERS


def _comes_up(signals: Signals, cycle: Cycle) -> bool:
    time_s, feet = signals.time_s, _feet_height(signals)
    since_s, until_s = (
        time_s[cycle.top.at] - AROUND_TOP_S[0],
        time_s[cycle.top.at] + AROUND_TOP_S[1],
    )
    if cycle.after is not None:
        until_s = min(until_s, time_s[cycle.after.at])
    first, stop = np.searchsorted(time_s, since_s), np.searchsorted(time_s, until_s, side="right")
    above = feet[first:stop] - around(signals, feet, cycle.bottom.at) > FEET_UP
    return moments(signals).lasting_s(above) > FEET_UP_S


def _holds(signals: Signals, cycle: Cycle) -> bool:
    at = cycle.bottom.at
    leans = around(signals, signals.guesses.shape_deg["trunk"], at) > OVER_BAR_DEG
    return not (leans and _hangs(signals, at)) and _low_s(signals, cycle) > HELD_S


def _sits(signals: Signals, cycle: Cycle) -> bool:
    """Held by a seat or a wall: shoulders and hips behind the feet for long."""
    if signals.stance.view.yaw_deg > FROM_SIDE_DEG or _low_s(signals, cycle) < SEATED_S:
        return False
    shoulders, hips = (
        around(signals, _ahead_of_feet(signals, joint), cycle.bottom.at)
        for joint in (SHOULDER, HIP)
    )
    return shoulders < BEHIND_SHOULDERS and hips < BEHIND_HIPS


STRIDE_FRAMES = 256
"""Looked through at a time for the end of a bottom: some seconds of film."""

_Kinds: TypeAlias = "tuple[tuple[str, Callable[[Signals, Cycle], bool]], ...]"

_KINDS: _Kinds = (
    (ROW, _pulls_bent),
    (CLEAN, _racks),
    (TO_THE_FLOOR, _to_the_floor),
    (STEP_UP, _steps_up),
    (UP_ON, _comes_up),
    (RUNS, _runs),
    (STRIDE, _strides),
)

"""What a single rise shows."""

_OF_EACH: _Kinds = ((HOLD, _holds), (SEAT, _sits))
"""What is another movement if all rises are so: within a set people rest, too."""

_OF_ONE: _Kinds = ((ONE_HAND, _picks_up), (CROUCH, _crouches))
"""What may happen in a set, but is none where it is all that there is."""


def _hangs(signals: Signals, frame: int) -> bool:
    """The arms hang straight down from the shoulders."""
    return around(signals, signals.guesses.gap_legs["wrist_over_shoulder"], frame) < HANGS


def _feet_height(signals: Signals) -> FloatArray:
    """Height of the lower ankle, (T,) leg lengths."""

    def lower() -> FloatArray:
        ankles = -signals.body.points_px[:, list(ANKLE.values()), 1] / signals.body.leg_px
        return np.asarray(np.fmin(ankles[:, 0], ankles[:, 1]))

    return once(signals, _feet_height.__name__, lower)


def _over_feet(signals: Signals) -> FloatArray:
    """Height of the shoulders over the lower ankle, (T,) leg lengths."""
    return once(signals, _over_feet.__name__, lambda: height(signals) - _feet_height(signals))


def _ahead_of_feet(signals: Signals, joints: dict[Facing, int]) -> FloatArray:
    """How far a joint of the camera side is ahead of its ankle, (T,) leg lengths."""

    def ahead() -> FloatArray:
        stance, points = signals.stance, signals.body.points_px[..., 0]
        joint, ankle = (points[:, one[stance.side]] for one in (joints, ANKLE))
        return np.asarray(stance.forward * (joint - ankle) / signals.body.leg_px)

    return once(signals, (_ahead_of_feet.__name__, *joints.values()), ahead)


def _low_s(signals: Signals, cycle: Cycle) -> float:
    """How long the lifter stays within the lowest part of the way, around the bottom."""
    drive, time_s, at = height(signals), signals.time_s, cycle.bottom.at
    limit = cycle.bottom.value + SHALLOW * cycle.rise
    before, after = _first_over(drive[:at][::-1], limit), _first_over(drive[at + 1 :], limit)
    start = at - before if before is not None else np.flatnonzero(np.isfinite(drive))[0]
    stop = at + after if after is not None else np.flatnonzero(np.isfinite(drive))[-1]
    return float(time_s[stop] - time_s[start])


def _first_over(values: FloatArray, limit: float) -> int | None:
    """Index of the first value over a limit; looked for no further than it is."""
    for first in range(0, len(values), STRIDE_FRAMES):
        over = np.flatnonzero(values[first : first + STRIDE_FRAMES] > limit)
        if over.size:
            return first + int(over[0])
    return None

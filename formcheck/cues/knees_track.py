"""The knees travel over the feet and don't come inwards.

Articles: 001 ("control our hips or balance on one leg"), 002 ("your stronger
side often compensates").
Evidence (§1.3 Knee valgus): the angle of a knee in a frontal picture hardly
tells the true one (Straub and Powers 2022; Schurr 2017), so on two legs the
distance of the knees is taken against that of the ankles; on one leg the tip of
the shin, the part of the picture's knee angle that a camera in front sees
whole: the thigh points at it when the knee is bent. Its limits are those of the
whole angle, whose standard error is 3° (Munro 2012).
"""

from __future__ import annotations

import numpy as np

from formcheck.cues.judging.base import Measurement, NotSeen, Working, cue
from formcheck.cues.judging.frontal import (
    apart_px,
    feet_px,
    frames_of,
    leftwards,
    shown,
    working_leg,
)
from formcheck.cues.judging.seen import Seen
from formcheck.data import Facing, FloatArray, Rep
from formcheck.reps.lifts import LiftKind
from formcheck.signals.angles import ANKLE, HIP, KNEE, inclination_deg

WIDE_STANCE = 0.85
"""Straight legs wide apart have their knees well within the feet, so where they
stand narrower than this, this is the yardstick (our choice: correct squats stand
at 0.72 to 1.1 and bend at 0.94 and more)."""

RATIO_SIGMA = 0.05
POINT_LEGS = 0.015  # error of a distance between two joints, leg lengths
VIEW_RATIO = 0.15  # times 1 / tan(yaw): the spread of the turned squats of views.toml
SHIN_SIGMA_DEG = 5.0  # evidence §1.4 row 15
SHIN_FORWARD_DEG = 20.0
"""The shin's tip forward shows as one to a side when the camera stands off the
front: a real lunge seen from 68° reads +14 and -7° from its two legs (our choice)."""


def _knees_work(kind: LiftKind) -> bool:
    """The knees bend under load, or one knee balances it; in other hinges they hardly move."""
    return kind.family == "squat" or kind.from_floor or kind.one_leg


@cue("knees_track", lifts=_knees_work)
def knees_track(rep: Rep, seen: Seen) -> Measurement:
    """Measure how far the knees come inwards while they are bent.

    On two legs the distance of the knees in the picture divided by that of the
    ankles, as a share of the same when standing (or of 0.85, if that is more):
    good squats are above 100 %, and the lowest that lasts 0.1 s counts. On one leg
    the tip of the shin of the working leg towards the body's middle, more than
    when standing: degrees, the highest that lasts 0.1 s.

    Raises
    ------
    NotSeen
        Knees or feet are hidden.
    """
    yaw_deg = seen.stance.view.yaw_deg
    return (_one_leg if seen.kind.one_leg else _two_legs)(rep, seen, yaw_deg)


def _two_legs(rep: Rep, seen: Seen, yaw_deg: float) -> Measurement:
    frames = frames_of(rep, seen)
    feet = feet_px(seen, frames.standing)
    apart = apart_px(seen, KNEE) / apart_px(seen, ANKLE)
    if not shown(apart, frames, rep, seen):
        raise NotSeen("knee_hidden")
    standing = float(np.nanmedian(apart[frames.standing]))
    yardstick = max(standing, WIDE_STANCE)
    lowest, at_s = seen.lasting_peak(-apart / yardstick, frames.bent)
    off = VIEW_RATIO / float(np.tan(np.radians(min(yaw_deg, 89.9))))
    return Measurement(
        -100.0 * lowest,
        unit="%",
        at_s=at_s,
        working=Working(
            lines=(
                ("left knee", "right knee"),
                ("left ankle", "right ankle"),
                *((f"{side} knee", f"{side} {end}") for side in KNEE for end in ("hip", "ankle")),
            ),
            span_s=(rep.start_s, rep.end_s),
            steps=(
                f"knees {standing:.2f} times as far apart as the ankles when standing",
                f"{-lowest * yardstick:.2f} times at {at_s:.2f} s",
                f"{-lowest * yardstick:.2f} / {yardstick:.2f} = {-100 * lowest:.0f} %",
            ),
            parts=(
                ("the knees' distance", 100.0 * RATIO_SIGMA),
                ("the joints' places", 100.0 * POINT_LEGS * seen.body.leg_px / feet),
                ("the camera's angle", 100.0 * off),
            ),
        ),
    )


def _one_leg(rep: Rep, seen: Seen, yaw_deg: float) -> Measurement:
    frames = frames_of(rep, seen)
    low = seen.during(rep.bottom_s - 0.15, rep.bottom_s + 0.15)
    side = working_leg(seen, low)
    shin = np.where(np.isnan(apart_px(seen, HIP)), np.nan, _inwards_deg(seen, side))
    if not shown(shin, frames, rep, seen):
        raise NotSeen("knee_hidden")
    standing = float(np.nanmedian(shin[frames.standing]))
    tip_deg, at_s = seen.lasting_peak(shin - standing, frames.bent)
    return Measurement(
        tip_deg,
        unit="deg",
        at_s=at_s,
        note="one_leg",
        working=Working(
            lines=((f"{side} knee", f"{side} ankle"),),
            span_s=(rep.start_s, rep.end_s),
            steps=(
                f"{side} shin {standing:.1f}° inwards when standing",
                f"{side} shin {tip_deg + standing:.1f}° inwards at {at_s:.2f} s",
                f"{tip_deg + standing:.1f} - {standing:.1f} = {tip_deg:.1f}°",
            ),
            parts=(
                ("the shin's angle", SHIN_SIGMA_DEG),
                ("the camera's angle", SHIN_FORWARD_DEG * float(np.cos(np.radians(yaw_deg)))),
            ),
        ),
    )


def _inwards_deg(seen: Seen, side: Facing) -> FloatArray:
    """Tip of a shin towards the body's middle, (T,) degrees."""
    inwards = -leftwards(seen) if side == "left" else leftwards(seen)
    points = seen.body.points_px
    return inclination_deg(points[:, KNEE[side]], points[:, ANKLE[side]], inwards)

"""The twelve lifts: how each looks at the top and at the bottom, and in between.

Angles at the bottom follow docs/evidence.md §1.1 and §1.3 (Escamilla
2000, Schellenberg 2013, Bengtsson 2022, McKean 2010); where it is silent they
are ours. Everything moves with one number p, 0 at the top and 1 at the bottom:
a channel of the posture travels inside its own window of p, so that hips,
knees and trunk come in the right order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from formcheck.synth.posture import Posture, Rig, Stance

Load = Literal["barbell", "kettlebell", "goblet", "none"]
Window = tuple[float, float]


@dataclass(frozen=True)
class LiftPlan:
    """One lift.

    top, bottom   the two ends; the top stands, the bottom is deepest
    rig           feet, hands and load
    load          what is drawn in the hands
    windows       channel of the posture -> part of p in which it moves
    starts_low    a repetition begins at the bottom (deadlifts, swings)
    floor_m       height of the grip when the load lies on the floor, or None
    tempo_s       usual seconds: down, bottom, up, top
    hinge         hips lead; else knees and hips together
    """

    top: Posture
    bottom: Posture
    rig: Rig
    load: Load
    windows: Mapping[str, Window] = field(default_factory=dict)
    starts_low: bool = False
    floor_m: float | None = None
    ready: Posture | None = None
    tempo_s: tuple[float, float, float, float] = (1.5, 0.15, 1.2, 0.4)
    hinge: bool = True


STAND = Posture(knee_deg=4.0, trunk_deg=1.0)
# The knees open first, the trunk follows: rigid trunk off the floor.
PULL: dict[str, Window] = {
    "knee_deg": (0.22, 1.0),
    "trunk_deg": (0.0, 0.84),
    "lumbar_deg": (0.0, 0.9),
    "protract_deg": (0.0, 0.9),
}
# Knees unlock early and stay soft; the hips do the rest.
HINGE: dict[str, Window] = {"knee_deg": (0.0, 0.6)}
BELL_GRIP_M = 0.30

PLANS: dict[str, LiftPlan] = {
    "deadlift": LiftPlan(
        top=STAND,
        bottom=Posture(66.0, 67.0, lumbar_deg=33.0, neck_deg=-10.0, protract_deg=18.0),
        rig=Rig(Stance(0.14, 8.0), grip_half_m=0.29),
        load="barbell",
        windows=PULL,
        starts_low=True,
        floor_m=0.225,
        tempo_s=(1.35, 0.35, 1.25, 0.4),
    ),
    "sumo_deadlift": LiftPlan(
        top=STAND,
        bottom=Posture(75.0, 58.0, lumbar_deg=28.0, neck_deg=-8.0, protract_deg=15.0),
        rig=Rig(Stance(0.34, 32.0), grip_half_m=0.17),
        load="barbell",
        windows=PULL,
        starts_low=True,
        floor_m=0.225,
        tempo_s=(1.35, 0.35, 1.35, 0.4),
    ),
    "romanian_deadlift": LiftPlan(
        top=STAND,
        bottom=Posture(20.0, 70.0, lumbar_deg=25.0, neck_deg=-8.0, protract_deg=10.0),
        rig=Rig(Stance(0.13, 8.0), grip_half_m=0.29),
        load="barbell",
        windows=HINGE,
        tempo_s=(1.7, 0.15, 1.3, 0.4),
    ),
    "good_morning": LiftPlan(
        top=STAND,
        bottom=Posture(11.0, 66.0, lumbar_deg=24.0, neck_deg=-8.0),
        rig=Rig(Stance(0.16, 10.0), hands="back", grip_half_m=0.34),
        load="barbell",
        windows=HINGE,
        tempo_s=(1.8, 0.15, 1.4, 0.4),
    ),
    "kettlebell_deadlift": LiftPlan(
        top=STAND,
        bottom=Posture(58.0, 62.0, lumbar_deg=30.0, neck_deg=-8.0, protract_deg=14.0),
        rig=Rig(Stance(0.18, 12.0), grip_half_m=0.055, between_legs=True),
        load="kettlebell",
        windows=PULL,
        starts_low=True,
        floor_m=BELL_GRIP_M,
        tempo_s=(1.4, 0.3, 1.2, 0.4),
    ),
    "kettlebell_swing": LiftPlan(
        top=Posture(3.0, -1.0, neck_deg=0.0, arm_deg=80.0, elbow_deg=6.0),
        bottom=Posture(
            32.0, 62.0, lumbar_deg=24.0, neck_deg=-12.0, protract_deg=6.0, arm_deg=-28.0
        ),
        rig=Rig(Stance(0.21, 14.0), hands="swing", grip_half_m=0.05),
        load="kettlebell",
        # Up: hips first, the arms float after them; down: arms fall, then the hinge.
        windows={
            "knee_deg": (0.38, 1.0),
            "trunk_deg": (0.35, 1.0),
            "lumbar_deg": (0.35, 1.0),
            "arm_deg": (0.0, 0.92),
        },
        starts_low=True,
        ready=Posture(4.0, 1.0, arm_deg=8.0, elbow_deg=6.0),
        tempo_s=(0.72, 0.04, 0.68, 0.06),
    ),
    "single_leg_deadlift": LiftPlan(
        top=Posture(6.0, 2.0),
        bottom=Posture(20.0, 68.0, lumbar_deg=20.0, neck_deg=-8.0, protract_deg=10.0),
        rig=Rig(
            Stance(0.05, 4.0, rear="L", rear_in_air=True), grip_half_m=0.055, between_legs=False
        ),
        load="kettlebell",
        windows=HINGE,
        tempo_s=(1.9, 0.2, 1.6, 0.5),
    ),
    "back_squat": LiftPlan(
        top=Posture(5.0, 6.0),
        bottom=Posture(126.0, 42.0, lumbar_deg=20.0, neck_deg=-10.0),
        rig=Rig(Stance(0.19, 20.0), hands="back", grip_half_m=0.36),
        load="barbell",
        tempo_s=(1.5, 0.12, 1.3, 0.5),
        hinge=False,
    ),
    "front_squat": LiftPlan(
        top=Posture(5.0, 2.0),
        bottom=Posture(130.0, 26.0, lumbar_deg=16.0, neck_deg=-6.0),
        rig=Rig(Stance(0.19, 22.0), hands="rack", grip_half_m=0.25),
        load="barbell",
        tempo_s=(1.5, 0.12, 1.3, 0.5),
        hinge=False,
    ),
    "goblet_squat": LiftPlan(
        top=Posture(4.0, 1.0),
        bottom=Posture(128.0, 30.0, lumbar_deg=18.0, neck_deg=-6.0),
        rig=Rig(Stance(0.20, 22.0), hands="goblet", grip_half_m=0.08),
        load="goblet",
        tempo_s=(1.6, 0.15, 1.3, 0.5),
        hinge=False,
    ),
    "bodyweight_squat": LiftPlan(
        top=Posture(4.0, 1.0, arm_deg=25.0),
        bottom=Posture(125.0, 40.0, lumbar_deg=20.0, neck_deg=-8.0, arm_deg=84.0),
        rig=Rig(Stance(0.18, 18.0), hands="reach", grip_half_m=0.19),
        load="none",
        tempo_s=(1.4, 0.12, 1.2, 0.5),
        hinge=False,
    ),
    "split_squat": LiftPlan(
        top=Posture(20.0, 4.0, shank_deg=-9.0),
        bottom=Posture(98.0, 12.0, shank_deg=6.0, lumbar_deg=8.0, neck_deg=-3.0),
        rig=Rig(Stance(0.10, 3.0, ahead_m=0.31, rear="R"), hands="rest"),
        load="none",
        tempo_s=(1.6, 0.15, 1.3, 0.5),
        hinge=False,
    ),
}

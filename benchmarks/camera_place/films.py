"""The same lifts, filmed from every place that is compared."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import cast

from benchmarks.accuracy.dials import DIALS
from benchmarks.accuracy.specs import (
    BODIES,
    CLOTHES,
    FRAME_RATE_HZ,
    HEIGHT_PX,
    TEMPO,
    WIDTH_PX,
    Clip,
)
from formcheck.synth.spec import CameraSpec, FaultSpec, LiftName, Spec

YAWS_DEG = (18.0, 0.0, 25.0, -12.0, 12.0, -25.0)
"""From the side; ahead of the lifter is positive."""

HEIGHTS_M = {"hips": 1.0, "knees": 0.45, "chest": 1.4}
"""Of the lens: the hips of someone 1.78 m tall, the upper edge of a full plate, the chest."""

DISTANCE_M = 3.0
FURTHER_M, FURTHER_YAWS_DEG = (2.2, 4.0), (18.0, 0.0, -12.0)
"""Distances that are compared at one height and three angles: a near plate looks larger."""

COVERED_M = 2.6
"""What the picture's height covers at the lifter, from every distance: a zoom or steps."""

LEAD_S = 1.0
"""Standing before the lift, as the guide asks for."""

SEED = 7


@dataclass(frozen=True)
class Place:
    """Where the camera stands: degrees ahead of the side, metres above the floor and away."""

    yaw_deg: float
    height_m: float
    distance_m: float = DISTANCE_M


@dataclass(frozen=True)
class Lifter:
    """Who lifts what, and with which dial turned up ("none": a clean lift)."""

    lift: str
    body: str
    clothes: str
    fault: str = "none"


LIFTERS = (
    Lifter("deadlift", "man", "tshirt"),
    Lifter("back_squat", "woman", "fitted"),
    Lifter("deadlift", "tall", "fitted", "hips_first"),
    Lifter("back_squat", "strong", "tshirt", "shallow"),
)
"""Behind full plates, from every angle level with the hips."""

EVERYWHERE = LIFTERS[:2]
"""Filmed from the other heights and distances too."""

FREE = (
    Lifter("kettlebell_deadlift", "older", "tshirt"),
    Lifter("bodyweight_squat", "man", "fitted"),
)
"""With nothing in the way: what plates ask for must not cost them much."""


def films() -> Iterator[tuple[Place, Clip]]:
    """All clips, the most telling first."""
    hips = HEIGHTS_M["hips"]
    for lifter in (*LIFTERS, *FREE):
        for yaw in YAWS_DEG:
            yield _seen(lifter, Place(yaw, hips))
    for lifter in EVERYWHERE:
        for height in (HEIGHTS_M["knees"], HEIGHTS_M["chest"]):
            for yaw in YAWS_DEG:
                yield _seen(lifter, Place(yaw, height))
        for far in FURTHER_M:
            for yaw in FURTHER_YAWS_DEG:
                yield _seen(lifter, Place(yaw, hips, far))


def _seen(lifter: Lifter, place: Place) -> tuple[Place, Clip]:
    return place, clip_of(lifter, place)


def clip_of(lifter: Lifter, place: Place) -> Clip:
    """One repetition of a lifter with full plates, filmed from a place."""
    dial = DIALS.get(lifter.fault)
    spec = Spec(
        lift=cast("LiftName", lifter.lift),
        reps=1,
        seed=SEED,
        tempo=replace(TEMPO, lead_s=LEAD_S),
        faults=dial.turned("strong") if dial else FaultSpec(),
        body=BODIES[lifter.body],
        clothes=CLOTHES[lifter.clothes],
        camera=CameraSpec(
            width=WIDTH_PX,
            height=HEIGHT_PX,
            frame_rate_hz=FRAME_RATE_HZ,
            yaw_deg=place.yaw_deg,
            height_m=place.height_m,
            distance_m=place.distance_m,
            fov_deg=2 * math.degrees(math.atan(COVERED_M / 2 / place.distance_m)),
        ),
    )
    where = f"{place.yaw_deg:+.0f}-{place.height_m:g}m-{place.distance_m:g}m"
    name = f"place-{lifter.lift}-{lifter.fault}-{lifter.body}-{where}"
    return Clip(name, lifter.fault, lifter.body, lifter.clothes, spec, "strong" if dial else "none")

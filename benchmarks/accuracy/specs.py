"""Which clips the accuracy table is measured on: fixed sets, made by rule and seed.

The large set is ordered so that its first clips already span what matters: six
lifts from the side on three bodies in three kinds of clothes, one hinge and one
squat seen from 30° to 90°, and strong faults take turns; then comes the grid.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any, cast, get_args

from formcheck.synth.spec import (
    BodySpec,
    CameraSpec,
    ClothesSpec,
    FaultSpec,
    LiftName,
    SceneSpec,
    Spec,
    TempoSpec,
)

FIRST_SEED = 1000
REPS = 2
# Two thirds of the usual picture: what the pose model sees is 256 pixels high anyway.
WIDTH_PX, HEIGHT_PX, FRAME_RATE_HZ = 480, 854, 24.0
TEMPO = TempoSpec(down_s=1.05, bottom_s=0.2, up_s=1.0, top_s=0.3, lead_s=0.5, tail_s=0.4)
SWING = TempoSpec(lead_s=0.6, tail_s=0.5)

BODIES = {
    "man": BodySpec("male", 28, 1.78, 78, 0.65, "fair", "brown"),
    "woman": BodySpec("female", 34, 1.66, 60, 0.50, "olive", "black"),
    # The heaviest that the body model reaches at this height.
    "heavier": BodySpec("male", 46, 1.78, 95, 0.90, "dark", "black"),
}
CLOTHES = {
    "fitted": ClothesSpec("skin_tight", "#6d2f45", "tights", "#23252b"),
    "tshirt": ClothesSpec("tshirt", "#2f5d8a", "shorts", "#30363c"),
    "hoodie": ClothesSpec("hoodie", "#6b6f73", "tights", "#23252b"),
}
# The plates of a barbell on the floor hide knees and hips at exactly 0.
BEHIND_DEG = -18.0
BARBELL_FLOOR = ("deadlift", "sumo_deadlift")
YAWS_DEG = (0.0, 15.0, 30.0, 45.0, 60.0, 75.0, 90.0)
SIDE_YAWS_DEG = (-15.0, 0.0, 15.0)
SIDE_LIFTS = (
    "kettlebell_deadlift",
    "bodyweight_squat",
    "romanian_deadlift",
    "goblet_squat",
    "deadlift",
    "back_squat",
)
# (name, dials, lifts it is put into)
FAULTS: tuple[tuple[str, FaultSpec, tuple[str, ...]], ...] = (
    ("lumbar60", FaultSpec(lumbar_flexion_deg=60), ("kettlebell_deadlift", "deadlift")),
    ("lumbar45", FaultSpec(lumbar_flexion_deg=45), ("romanian_deadlift", "kettlebell_deadlift")),
    ("hips_first", FaultSpec(hips_first_deg=22), ("deadlift", "kettlebell_deadlift")),
    ("shallow", FaultSpec(shallow=0.4), ("bodyweight_squat", "goblet_squat")),
    ("lean_back", FaultSpec(lean_back_deg=18), ("deadlift", "romanian_deadlift")),
    ("soft_lockout", FaultSpec(soft_lockout_deg=35), ("kettlebell_deadlift", "deadlift")),
    ("craned_neck", FaultSpec(neck_deg=-40), ("romanian_deadlift", "kettlebell_deadlift")),
    ("lumbar0", FaultSpec(lumbar_flexion_deg=0), ("kettlebell_deadlift", "romanian_deadlift")),
)


@dataclass(frozen=True)
class Clip:
    """One clip of the set: its name says lift, fault, body, clothes and yaw."""

    name: str
    fault: str
    body: str
    clothes: str
    spec: Spec

    @property
    def is_clean(self) -> bool:
        """No fault was put in."""
        return self.fault in ("none", "lumbar0")

    def settings(self) -> dict[str, Any]:
        """The spec as plain values, for a key."""
        return asdict(self.spec)


def small_set() -> list[Clip]:
    """Twelve clips for CI: six clean ones from the side, two oblique, four faults."""
    every = large_set()
    side = [c for c in every if c.is_clean and abs(c.spec.camera.yaw_deg) <= 20]
    one_each = [next(c for c in side if c.spec.lift == lift) for lift in SIDE_LIFTS]
    oblique = [c for c in every if c.is_clean and c.spec.camera.yaw_deg == 45][:2]
    faulty = [
        next(c for c in every if c.fault == fault)
        for fault in ("lumbar60", "hips_first", "shallow", "lean_back")
    ]
    return [*one_each, *oblique, *faulty]


def large_set() -> list[Clip]:
    """Every clip, the most telling first; a name occurs once."""
    found: dict[str, Clip] = {}
    first = _taking_turns((list(_side_views()), 6), (list(_around()), 4), (list(_faulty()), 6))
    for clip in (*first, *_grid()):
        found.setdefault(clip.name, clip)
    return [
        replace(clip, spec=replace(clip.spec, seed=FIRST_SEED + number))
        for number, clip in enumerate(found.values())
    ]


def _taking_turns(*lots: tuple[list[Clip], int]) -> Iterator[Clip]:
    """Some of each lot, then some more of each, until all are through."""
    for turn in range(max(-(-len(clips) // size) for clips, size in lots)):
        for clips, size in lots:
            yield from clips[turn * size : (turn + 1) * size]


def _side_views() -> Iterator[Clip]:
    for row in range(len(SIDE_YAWS_DEG)):
        for column, lift in enumerate(SIDE_LIFTS):
            yaw = BEHIND_DEG if lift in BARBELL_FLOOR else SIDE_YAWS_DEG[(row + 1) % 3]
            body = list(BODIES)[(row + column) % 3]
            clothes = list(CLOTHES)[(row + 2 * column + 1) % 3]
            yield make_clip(lift, "none", body, clothes, yaw)


def _around() -> Iterator[Clip]:
    for yaw in (45.0, 30.0, 60.0, 90.0, 75.0):
        yield make_clip("kettlebell_deadlift", "none", "man", "tshirt", yaw)
        yield make_clip("bodyweight_squat", "none", "woman", "fitted", yaw)


def _faulty() -> Iterator[Clip]:
    for turn in range(2):
        for number, (fault, _, lifts) in enumerate(FAULTS):
            lift = lifts[turn]
            yaw = BEHIND_DEG if lift in BARBELL_FLOOR else (0.0, 10.0, -10.0)[number % 3]
            body = list(BODIES)[(number + turn) % 3]
            clothes = ("tshirt", "fitted")[(number + turn) % 2]
            yield make_clip(lift, fault, body, clothes, yaw)


def _grid() -> Iterator[Clip]:
    """All lifts at all yaws; bodies and clothes take turns; faults from the side and at 30°."""
    for row, lift in enumerate(get_args(LiftName)):
        for column, yaw in enumerate(YAWS_DEG):
            body = list(BODIES)[(row + column) % 3]
            clothes = list(CLOTHES)[(row + 2 * column) % 3]
            yield make_clip(lift, "none", body, clothes, yaw)
    for number, (fault, _, lifts) in enumerate(FAULTS):
        for lift in lifts:
            for column, yaw in enumerate((15.0, 30.0, 45.0)):
                body = list(BODIES)[(number + column) % 3]
                clothes = list(CLOTHES)[(number + column + 1) % 3]
                yield make_clip(lift, fault, body, clothes, yaw)


def make_clip(lift: str, fault: str, body: str, clothes: str, yaw_deg: float) -> Clip:
    """Put one clip together; its seed is set by its place in the set."""
    dials = {name: dials for name, dials, _ in FAULTS} | {"none": FaultSpec()}
    spec = Spec(
        lift=cast("LiftName", lift),
        reps=REPS,
        tempo=SWING if lift == "kettlebell_swing" else TEMPO,
        faults=dials[fault],
        body=BODIES[body],
        clothes=CLOTHES[clothes],
        camera=CameraSpec(
            width=WIDTH_PX,
            height=HEIGHT_PX,
            frame_rate_hz=FRAME_RATE_HZ,
            yaw_deg=yaw_deg,
            distance_m=4.4 if yaw_deg > 60 else 3.9,
        ),
        scene=SceneSpec(),
    )
    return Clip(f"{lift}-{fault}-{body}-{clothes}-{yaw_deg:+.0f}", fault, body, clothes, spec)

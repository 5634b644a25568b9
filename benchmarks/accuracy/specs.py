"""Which clips the accuracy table is measured on: fixed sets, made by rule and seed.

The large set is ordered so that its first clips already span what matters: clean
lifts from the side, one hinge and one squat from all round, and faults take
turns, each kind with its most telling clips first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, cast, get_args

from benchmarks.accuracy.dials import DIALS, Dial, Strength
from formcheck.synth.spec import (
    BodySpec,
    CameraSpec,
    ClothesSpec,
    FaultSpec,
    LiftName,
    Occluder,
    SceneSpec,
    Spec,
    TempoSpec,
)

FIRST_SEED = 1000
REPS, REPS_OF_A_SET = 2, 6
# Two thirds of the usual picture: what the pose model sees is 256 pixels high anyway.
WIDTH_PX, HEIGHT_PX, FRAME_RATE_HZ = 480, 854, 24.0
TEMPO = TempoSpec(down_s=1.05, bottom_s=0.2, up_s=1.0, top_s=0.3, lead_s=0.5, tail_s=0.4)
QUICK = TempoSpec(down_s=0.75, bottom_s=0.15, up_s=0.7, top_s=0.2, lead_s=0.5, tail_s=0.4)
SWING = TempoSpec(lead_s=0.6, tail_s=0.5)

BODIES = {
    "man": BodySpec("male", 28, 1.78, 78, 0.65, "fair", "brown"),
    "woman": BodySpec("female", 34, 1.66, 60, 0.50, "olive", "black", "ponytail"),
    "strong": BodySpec("male", 46, 1.78, 95, 0.90, "dark", "black"),
    # The body model is heaviest where there is little muscle.
    "heavy": BodySpec("male", 38, 1.78, 116, 0.10, "light", "red"),
    "tall": BodySpec("male", 24, 1.95, 74, 0.20, "brown", "bald"),
    "older": BodySpec("female", 69, 1.62, 70, 0.20, "light", "grey", "bun"),
}
CLOTHES = {
    "fitted": ClothesSpec("skin_tight", "#6d2f45", "tights", "#23252b"),
    "tshirt": ClothesSpec("tshirt", "#2f5d8a", "shorts", "#30363c"),
    "hoodie": ClothesSpec("hoodie", "#6b6f73", "tights", "#23252b"),
}
CLEAN_BODIES = 5  # of the six, for each lift
SMALL_PLATE_M, PLATE_M = 0.32, 0.45
BARBELL_LIFTS = (
    "deadlift",
    "sumo_deadlift",
    "romanian_deadlift",
    "good_morning",
    "back_squat",
    "front_squat",
)
SIDE_YAWS_DEG = (0.0, -15.0, 15.0, -8.0, 8.0)
# Full plates of a bar on the floor hide knees and hips at exactly 0.
FLOOR_YAWS_DEG = (-15.0, 0.0, 12.0, -8.0, 15.0)
BARBELL_FLOOR = ("deadlift", "sumo_deadlift")
AROUND_DEG = (45.0, 90.0, 30.0, -45.0, 60.0, 75.0, -30.0, -60.0, 15.0)
SIDE_LIFTS = (
    "kettlebell_deadlift",
    "bodyweight_squat",
    "romanian_deadlift",
    "goblet_squat",
    "deadlift",
    "back_squat",
)
HIDDEN: tuple[tuple[str, Occluder], ...] = (
    ("bodyweight_squat", "post"),
    ("kettlebell_deadlift", "passer_by"),
    ("goblet_squat", "bench"),
    ("romanian_deadlift", "plates"),
)


@dataclass(frozen=True)
class Clip:
    """One clip of the set: its name says lift, fault, body, clothes and yaw.

    fault     name of the dial in ``dials.DIALS``, or "none"
    strength  how far the dial is turned: "none", "weak" or "strong"
    shows     the view is one in which the fault can be seen
    """

    name: str
    fault: str
    body: str
    clothes: str
    spec: Spec
    strength: Literal["none", "weak", "strong"] = "none"
    shows: bool = True

    @property
    def is_clean(self) -> bool:
        """No fault was put in."""
        return self.fault == "none"

    @property
    def cues(self) -> tuple[str, ...]:
        """The cues that this fault belongs to."""
        return DIALS[self.fault].cues if self.fault in DIALS else ()

    def settings(self) -> dict[str, Any]:
        """The spec as plain values, for a key."""
        return {name: value for name, value in asdict(self.spec).items() if name != "source"}


def small_set() -> list[Clip]:
    """Twelve clips for CI: six clean ones from the side, two oblique, four faults."""
    every = large_set()
    side = [c for c in every if c.is_clean and abs(c.spec.camera.yaw_deg) <= 20]
    one_each = [next(c for c in side if c.spec.lift == lift) for lift in SIDE_LIFTS]
    oblique = [c for c in every if c.is_clean and c.spec.camera.yaw_deg == 45][:2]
    faulty = [
        next(c for c in every if c.fault == fault and c.strength == "strong" and c.shows)
        for fault in ("lumbar", "hips_first", "shallow", "lean_back")
    ]
    return [*one_each, *oblique, *faulty]


def large_set() -> list[Clip]:
    """Every clip, the most telling first; a name occurs once."""
    found: dict[str, Clip] = {}
    for clip in _taking_turns((list(_side()), 6), (list(_around()), 2), (list(_faulty()), 6)):
        found.setdefault(clip.name, clip)
    return [_settled(clip, number) for number, clip in enumerate(found.values())]


def _settled(clip: Clip, number: int) -> Clip:
    """Give a clip the seed of its place, and a room and a facing that vary with it."""
    scene = replace(
        clip.spec.scene,
        wall=("plaster", "brick", "panels")[number % 3],
        floor=("rubber", "concrete", "wood")[number // 3 % 3],
        light=(1.0, 0.8, 1.15)[number // 2 % 3],
        person_behind=number % 7 == 6,
    )
    camera = replace(clip.spec.camera, facing="left" if number % 4 == 3 else "right")
    spec = replace(clip.spec, seed=FIRST_SEED + number, scene=scene, camera=camera)
    return replace(clip, spec=spec)


def _taking_turns(*lots: tuple[list[Clip], int]) -> Iterator[Clip]:
    """Some of each lot, then some more of each, until all are through."""
    for turn in range(max(-(-len(clips) // size) for clips, size in lots)):
        for clips, size in lots:
            yield from clips[turn * size : (turn + 1) * size]


def _side() -> Iterator[Clip]:
    """Clean lifts from the side: each lift on five bodies; a few with something before it."""
    others = [lift for lift in get_args(LiftName) if lift not in SIDE_LIFTS]
    for row in range(CLEAN_BODIES):
        for column, lift in enumerate((*SIDE_LIFTS, *others)):
            yaws = FLOOR_YAWS_DEG if lift in BARBELL_FLOOR else SIDE_YAWS_DEG
            yaw = yaws[(row + column // 2) % len(yaws)]
            body = list(BODIES)[(row + column) % len(BODIES)]
            clothes = list(CLOTHES)[(row + 2 * column + 1) % len(CLOTHES)]
            small = lift in BARBELL_LIFTS and ((row + column) % 2 == 0 or yaw == 0.0)
            plate_m = SMALL_PLATE_M if small else PLATE_M
            yield make_clip(lift, "none", body, clothes, yaw, plate_m=plate_m)
        if row < len(HIDDEN):
            lift, occluder = HIDDEN[row]
            yield make_clip(lift, "none", "man", "tshirt", 0.0, occluder=occluder)


def _around() -> Iterator[Clip]:
    """One hinge and one squat, clean, from ahead, from behind and in between."""
    for number, yaw in enumerate(AROUND_DEG):
        body = ("man", "older", "strong")[number % 3]
        yield make_clip("kettlebell_deadlift", "none", body, "tshirt", yaw)
        body = ("woman", "heavy", "tall")[number % 3]
        yield make_clip("bodyweight_squat", "none", body, "fitted", yaw)


def _faulty() -> Iterator[Clip]:
    """Each dial strong, then from where it can't be seen, then weak, then in its other lift."""
    dials = list(DIALS.items())
    for number, (name, dial) in enumerate(dials):
        yield _fault_clip(name, dial, "strong", number)
    for number, (name, dial) in enumerate(dials):
        if dial.hidden_deg is not None:
            yield _fault_clip(name, dial, "strong", number + 1, dial.hidden_deg)
    for number, (name, dial) in enumerate(dials):
        yield _fault_clip(name, dial, "weak", number + 2)
    for number, (name, dial) in enumerate(dials):
        if len(dial.lifts) > 1:
            yield _fault_clip(name, dial, "strong", number + 3, lift=dial.lifts[1])


def _fault_clip(
    name: str,
    dial: Dial,
    strength: Strength,
    number: int,
    hidden_deg: float | None = None,
    lift: str | None = None,
) -> Clip:
    lift = lift or dial.lifts[0]
    yaw = dial.yaw_deg
    if not yaw:
        # At a bar on the floor 0 is the one view that hides most.
        yaw = -15.0 if lift in BARBELL_FLOOR else (0.0, 10.0, -10.0)[number % 3]
    clip = make_clip(
        lift,
        f"{name}_{strength}",
        list(BODIES)[number % len(BODIES)],
        ("tshirt", "fitted")[number % 2],
        yaw if hidden_deg is None else hidden_deg,
        plate_m=SMALL_PLATE_M if number % 2 else PLATE_M,
    )
    return replace(clip, shows=hidden_deg is None)


def _distance_m(lift: str, yaw_deg: float) -> float:
    """Stand so far off that the whole lifter is in the picture, a leg stretched back too."""
    if lift == "single_leg_deadlift":
        return 6.0
    return 4.4 if abs(yaw_deg) > 60 else 3.9


def make_clip(
    lift: str,
    fault: str,
    body: str,
    clothes: str,
    yaw_deg: float,
    *,
    plate_m: float = PLATE_M,
    occluder: Occluder | None = None,
) -> Clip:
    """Put one clip together; ``fault`` is "none" or a dial and its strength: "lumbar_weak".

    Its seed is set by its place in the set.
    """
    name, _, said = fault.rpartition("_")
    strength = cast("Strength", said)
    dial = DIALS.get(name)
    whole_set = dial is not None and dial.of_the_set
    spec = Spec(
        lift=cast("LiftName", lift),
        reps=REPS_OF_A_SET if whole_set else REPS,
        tempo=SWING if lift == "kettlebell_swing" else QUICK if whole_set else TEMPO,
        faults=dial.turned(strength) if dial else FaultSpec(),
        body=BODIES[body],
        clothes=CLOTHES[clothes],
        camera=CameraSpec(
            width=WIDTH_PX,
            height=HEIGHT_PX,
            frame_rate_hz=FRAME_RATE_HZ,
            yaw_deg=yaw_deg,
            distance_m=_distance_m(lift, yaw_deg),
        ),
        scene=SceneSpec(plate_m=plate_m, occluders=(occluder,) if occluder else ()),
    )
    parts = [lift, fault, body, clothes, f"{yaw_deg:+.0f}"]
    if lift in BARBELL_LIFTS and plate_m != PLATE_M:
        parts.append("small_plates")
    if occluder:
        parts.append(occluder)
    if dial is None:
        return Clip("-".join(parts), "none", body, clothes, spec)
    return Clip("-".join(parts), name, body, clothes, spec, strength)

"""Which clips the accuracy table is measured on: fixed sets, made by rule and name.

The main case is the commonest film: a barbell lift with full plates, from the side, by
each of the bodies, clean and with each dial at its strong setting. Other views and
lifts, and plates that hide less, take turns with it. Each kind has its most telling
clips first, so that a set that is cut short spans what matters.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, cast

from benchmarks.accuracy.dials import BARBELL_LIFTS, DIALS, Dial, Strength
from formcheck.synth.lifts import PLANS
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

FIRST_SEED, SEEDS = 1000, 1_000_000
REPS, REPS_OF_A_SET = 2, 6
REPS_OF_A_FAULT = 1  # behind plates: there are many bodies and dials to get through
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
PLATE_M, SMALL_PLATE_M = 0.45, 0.32
# The side view of full plates: straight aside they hide most.
MAIN_YAWS_DEG = (0.0, -15.0, 8.0, 0.0, 15.0, -8.0)
MAIN_CLOTHES = ("fitted", "tshirt", "hoodie", "tshirt", "fitted", "tshirt")
SMALL_PLATE_BODIES = 2  # of the six, for each barbell lift
FREE_BODIES = 5  # of the six, for each lift without a barbell
FREE_LIFTS = (
    "kettlebell_deadlift",
    "bodyweight_squat",
    "goblet_squat",
    "kettlebell_swing",
    "single_leg_deadlift",
    "split_squat",
)
SIDE_YAWS_DEG = (0.0, -15.0, 15.0, -8.0, 8.0)
AROUND_DEG = (45.0, 90.0, 30.0, -45.0, 60.0, 75.0, -30.0, -60.0, 15.0)
PLATED_AROUND_DEG = (45.0, 30.0, -45.0, 60.0, -30.0, -60.0)
SMALL_SET_LIFTS = (
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

    @property
    def has_full_plates(self) -> bool:
        """A barbell with plates as large as they get: they hide joints."""
        return PLANS[self.spec.lift].load == "barbell" and self.spec.scene.plate_m >= PLATE_M

    def settings(self) -> dict[str, Any]:
        """The spec as plain values, for a key."""
        return {name: value for name, value in asdict(self.spec).items() if name != "source"}


def small_set() -> list[Clip]:
    """Twelve clips for CI: six clean ones from the side, two oblique, four faults."""
    every = large_set()
    side = [c for c in every if c.is_clean and abs(c.spec.camera.yaw_deg) <= 20]
    one_each = [next(c for c in side if c.spec.lift == lift) for lift in SMALL_SET_LIFTS]
    oblique = [c for c in every if c.is_clean and c.spec.camera.yaw_deg == 45][:2]
    faulty = [
        next(c for c in every if c.fault == fault and c.strength == "strong" and c.shows)
        for fault in ("lumbar", "hips_first", "shallow", "lean_back")
    ]
    return [*one_each, *oblique, *faulty]


def large_set() -> list[Clip]:
    """Every clip, the most telling first; a name occurs once."""
    found: dict[str, Clip] = {}
    for clip in _taking_turns(
        (list(_plated()), 6),
        (list(_plated_faulty()), 7),
        (list(_side()), 3),
        (list(_around()), 1),
        (list(_faulty()), 1),
    ):
        found.setdefault(clip.name, clip)
    return [_settled(clip) for clip in found.values()]


def _settled(clip: Clip) -> Clip:
    """Give a clip the seed of its name, and a room and a facing that vary with it.

    By its name, not its place: clips that are added later leave what is drawn as it is.
    """
    chance = zlib.crc32(clip.name.encode())
    scene = replace(
        clip.spec.scene,
        wall=("plaster", "brick", "panels")[chance % 3],
        floor=("rubber", "concrete", "wood")[chance // 3 % 3],
        light=(1.0, 0.8, 1.15)[chance // 9 % 3],
        person_behind=chance // 27 % 7 == 6,
    )
    camera = replace(clip.spec.camera, facing="left" if chance // 189 % 4 == 3 else "right")
    spec = replace(clip.spec, seed=FIRST_SEED + chance % SEEDS, scene=scene, camera=camera)
    return replace(clip, spec=spec)


def _taking_turns(*lots: tuple[list[Clip], int]) -> Iterator[Clip]:
    """Some of each lot, then some more of each, until all are through."""
    for turn in range(max(-(-len(clips) // size) for clips, size in lots)):
        for clips, size in lots:
            yield from clips[turn * size : (turn + 1) * size]


def _plated() -> Iterator[Clip]:
    """Each barbell lift with full plates from the side, clean, by all six bodies."""
    for row in range(len(BODIES)):
        for column, lift in enumerate(BARBELL_LIFTS):
            body = list(BODIES)[(row + 2 * column) % len(BODIES)]
            clothes = MAIN_CLOTHES[(row + 3 * column) % len(MAIN_CLOTHES)]
            yaw = MAIN_YAWS_DEG[(row + column) % len(MAIN_YAWS_DEG)]
            yield make_clip(lift, "none", body, clothes, yaw)


def _plated_faulty() -> Iterator[Clip]:
    """Each dial, strong, behind full plates by all six bodies, its lifts in turn."""
    dials = [(name, dial) for name, dial in DIALS.items() if dial.plated]
    # Sets of several repetitions take longest to draw.
    dials.sort(key=lambda pair: pair[1].of_the_set)
    for row in range(len(BODIES)):
        for column, (name, dial) in enumerate(dials):
            clip = make_clip(
                dial.plated[(row + column // 2) % len(dial.plated)],
                f"{name}_strong",
                list(BODIES)[(row + 2 * column + column // 3) % len(BODIES)],
                ("tshirt", "fitted")[(row + column) % 2],
                MAIN_YAWS_DEG[(row - column + column // 6) % len(MAIN_YAWS_DEG)],
            )
            reps = clip.spec.reps if dial.of_the_set else REPS_OF_A_FAULT
            yield replace(clip, spec=replace(clip.spec, reps=reps))


def _side() -> Iterator[Clip]:
    """Clean lifts from the side with nothing or small plates in the way; a few behind things."""
    for row in range(FREE_BODIES):
        for column, lift in enumerate(FREE_LIFTS):
            yaw = SIDE_YAWS_DEG[(row + column // 2) % len(SIDE_YAWS_DEG)]
            body = list(BODIES)[(row + column) % len(BODIES)]
            clothes = list(CLOTHES)[(row + 2 * column + 1) % len(CLOTHES)]
            yield make_clip(lift, "none", body, clothes, yaw)
        if row < SMALL_PLATE_BODIES:
            for column, lift in enumerate(BARBELL_LIFTS):
                yaw = SIDE_YAWS_DEG[(row + column) % len(SIDE_YAWS_DEG)]
                body = list(BODIES)[(3 * row + column) % len(BODIES)]
                clothes = ("fitted", "tshirt")[(row + column) % 2]
                yield make_clip(lift, "none", body, clothes, yaw, plate_m=SMALL_PLATE_M)
        if row < len(HIDDEN):
            lift, occluder = HIDDEN[row]
            yield make_clip(lift, "none", "man", "tshirt", 0.0, occluder=occluder)


def _around() -> Iterator[Clip]:
    """Two hinges and two squats, clean, from ahead, from behind and in between."""
    for number, yaw in enumerate(AROUND_DEG):
        body = ("man", "older", "strong")[number % 3]
        yield make_clip("kettlebell_deadlift", "none", body, "tshirt", yaw)
        body = ("woman", "heavy", "tall")[number % 3]
        yield make_clip("bodyweight_squat", "none", body, "fitted", yaw)
        if number < len(PLATED_AROUND_DEG):
            plated_yaw = PLATED_AROUND_DEG[number]
            body = ("strong", "woman", "older")[number % 3]
            yield make_clip("deadlift", "none", body, "fitted", plated_yaw)
            body = ("tall", "man", "heavy")[number % 3]
            yield make_clip("back_squat", "none", body, "tshirt", plated_yaw)


def _faulty() -> Iterator[Clip]:
    """Each dial strong with nothing in the way, then from where it can't be seen, then weak."""
    dials = list(DIALS.items())
    for number, (name, dial) in enumerate(dials):
        yield _fault_clip(name, dial, "strong", number)
    for number, (name, dial) in enumerate(dials):
        if dial.hidden_deg is not None:
            yield _fault_clip(name, dial, "strong", number + 1, dial.hidden_deg)
    for number, (name, dial) in enumerate(dials):
        yield _fault_clip(name, dial, "weak", number + 2)


def _fault_clip(
    name: str, dial: Dial, strength: Strength, number: int, hidden_deg: float | None = None
) -> Clip:
    yaw = dial.yaw_deg or (0.0, 10.0, -10.0)[number % 3]
    clip = make_clip(
        dial.lift,
        f"{name}_{strength}",
        list(BODIES)[number % len(BODIES)],
        ("tshirt", "fitted")[number % 2],
        yaw if hidden_deg is None else hidden_deg,
        plate_m=SMALL_PLATE_M,
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

    Its seed is set by its name, when it is in a set.
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

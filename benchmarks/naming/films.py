"""The sets to learn a lift's name from: labelled films, rendered lifters, skeletons.

A film's label is the names that are right for it: of a kettlebell lifted from the floor
both "kettlebell deadlift" and "deadlift". Lifts that nobody filmed come from rendered
lifters and from skeletons, whose weight is our choice.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.lines.labelled import RENDERED, Measured
from benchmarks.pose_cache import poses_of
from formcheck.data import PoseTrack
from formcheck.errors import FormcheckError
from formcheck.poses.saved import load_poses
from formcheck.reps.cycles import find_cycles
from formcheck.reps.facts import PLATE_UP_TO_DEG, facts_of
from formcheck.signals import compute_signals
from tests.skeleton import Arms, skeleton

# What the labelled kinds of lift may be called, where it isn't the kind itself.
RIGHT: dict[str, tuple[str, ...]] = {
    "kettlebell_deadlift": ("kettlebell_deadlift", "deadlift"),
    "sumo_deadlift": ("sumo_deadlift", "deadlift"),
    "dumbbell_deadlift": ("deadlift",),
    "band_deadlift": ("deadlift",),
    "some_squat": ("bodyweight_squat", "goblet_squat"),
    "overhead_squat": ("squat", "bodyweight_squat"),
    "snatch": (),
    "none": (),
    "": (),
}

SKELETON = "skeleton"
SKELETON_WEIGHTS = {
    "front_squat": 1.0,
    "good_morning": 1.5,
    "kettlebell_swing": 1.5,
    "single_leg_deadlift": 2.0,
    "split_squat": 1.0,
    "squat": 1.0,
    "deadlift": 2.0,
    "romanian_deadlift": 2.0,
}
"""How much all skeletons of a lift count, in films: those of other lifts 0.4. Of rarely
filmed lifts there are few films or none, and of plates that stand on the floor in a hinge
with high hips (our choice)."""

OTHER_SKELETONS = 0.4

RENDERED_WEIGHT = 0.35
"""How much a rendered lifter counts: all stand and move alike (our choice)."""

RENDERED_LIFTS = (
    *("front_squat", "goblet_squat", "good_morning", "split_squat", "single_leg_deadlift"),
    *("kettlebell_swing", "kettlebell_deadlift", "sumo_deadlift", "deadlift"),
    *("romanian_deadlift", "back_squat"),
)
RENDERED_YAWS_DEG = (0.0, 40.0, 80.0)

SCALE_PX = 400.0
"""Pixels a metre of a skeleton's film."""

SCATTER = {"deg": 7.0, "": 0.07}
"""How far the engine's points are off a skeleton's: degrees, leg lengths (our choice)."""

HANGING: Arms = ((0, 0), (0, 0), False)
ON_BACK: Arms = ((-40, 150), (-40, 150), True)
HELD_OUT: Arms = ((85, 85), (85, 85), False)
CROSSED: Arms = ((30, 110), (30, 110), True)
ON_HIPS: Arms = ((-20, 60), (-20, 60), False)
BEHIND_HEAD: Arms = ((110, 290), (110, 290), True)
CLASPED: Arms = ((35, 150), (35, 150), True)
OVERHEAD: Arms = ((175, 180), (175, 180), False)
IN_ELBOWS: Arms = ((5, 95), (5, 95), True)
CROSSED_RACK: Arms = ((80, 200), (80, 200), True)


@dataclass(frozen=True)
class Named:
    """A set with the names that are right for it.

    source  who filmed it
    facts   what is measured
    right   names of ours; none for another movement
    weight  how much it counts, before films of one source share theirs
    """

    film: str
    source: str
    facts: dict[str, float]
    right: tuple[str, ...]
    weight: float = 1.0


def of_film(one: Measured) -> Named | None:
    """A labelled film's longest set; None where it holds no rise."""
    if not one.cycles:
        return None
    label = one.label
    right = RIGHT.get(label.kind, (label.kind,))
    weight = RENDERED_WEIGHT if label.source == RENDERED else 1.0
    facts = facts_of(one.signals, one.cycles)
    return Named(label.path.stem, label.source, facts, right, weight)


def rendered(tell: Callable[[Any], None] | None = None) -> Iterator[Named]:
    """Lifters drawn for this, where the extra [synth] is installed."""
    with contextlib.suppress(ImportError):
        from benchmarks.accuracy.films import draw, film_path  # noqa: PLC0415 - the extra
        from benchmarks.accuracy.specs import BODIES, make_clip  # noqa: PLC0415

        bodies = list(BODIES)
        clips = [
            make_clip(lift, "none", bodies[(at * 5 + turn) % len(bodies)], "tshirt", yaw_deg)
            for at, lift in enumerate(RENDERED_LIFTS)
            for turn, yaw_deg in enumerate(RENDERED_YAWS_DEG)
        ]
        draw(clips, any_renderer=True, tell=tell)
        kept = poses_of([film_path(clip) for clip in clips])
        for clip in clips:
            with contextlib.suppress(FormcheckError):
                signals = compute_signals(load_poses(Path(kept[film_path(clip)].poses)))
                if cycles := find_cycles(signals)[0]:
                    facts = facts_of(signals, cycles)
                    right = (clip.spec.lift,)
                    yield Named(clip.name, RENDERED, facts, right, RENDERED_WEIGHT)


def skeletons() -> list[Named]:
    """Skeletons of every lift, with what people do with their arms, from all round."""
    scatter = np.random.default_rng(0)
    sets = []
    for yaw_deg in (0.0, 20.0, 45.0, 70.0, 90.0, -45.0):
        for name, lift, dials in _poses():
            if "plate_m" in dials and abs(yaw_deg) > PLATE_UP_TO_DEG:
                continue  # it says nothing there
            signals = compute_signals(_filmed(lift, yaw_deg, **dials))
            facts = facts_of(signals, find_cycles(signals)[0])
            sets.append((name, _scattered(facts, scatter)))
    many = Counter(name for name, _ in sets)
    return [
        Named(
            name, SKELETON, facts, (name,), SKELETON_WEIGHTS.get(name, OTHER_SKELETONS) / many[name]
        )
        for name, facts in sets
    ]


def _filmed(lift: str, yaw_deg: float, *, lower_m: float = 0.0, **dials: Any) -> PoseTrack:
    """A skeleton's film; its plates hang lower than the hands by so much, as nearer ones look."""
    track = skeleton(lift, reps=2, yaw_deg=yaw_deg, **dials).track
    if not lower_m or track.plate_px is None:
        return track
    lower_px = np.array([0.0, lower_m * SCALE_PX, 0.0, 0.0])
    return replace(track, plate_px=track.plate_px + lower_px)


def _scattered(facts: dict[str, float], scatter: np.random.Generator) -> dict[str, float]:
    """As the engine would see them; what counts, or tells of a plate or of time, stays."""
    stays = ("log_", "starts_", "ends_", "plate", "hands_together", "hands_on", "sink_share")
    out = {}
    for name, value in facts.items():
        size = 0.0 if name.startswith(stays) else SCATTER["deg" if name.endswith("_deg") else ""]
        out[name] = value + float(scatter.normal()) * size
    return out


def _poses() -> Iterable[tuple[str, str, dict[str, Any]]]:
    """The name that is right, the skeleton's lift and its dials."""
    squat, hinge = "back_squat", "good_morning"
    yield from (
        ("front_squat", "front_squat", {}),
        ("front_squat", "front_squat", {"arms": CROSSED_RACK}),
    )
    yield "front_squat", "front_squat", {"pose": {"trunk": 30}}
    yield "goblet_squat", "goblet_squat", {}
    for thigh, trunk in ((-10, 70), (-25, 70), (-35, 60)):
        yield hinge, hinge, {"pose": {"thigh": thigh, "trunk": trunk}}
    yield hinge, hinge, {"pose": {"thigh": -20, "trunk": 60}, "arms": CROSSED}
    for high in (85, 100, 120):
        swung: Arms = ((high, high), (-30, -30), False)
        yield (
            "kettlebell_swing",
            "kettlebell_swing",
            {
                "arms": swung,
                "tempo": (0.6, 0.05, 0.5),
                "rest_s": 0.1,
            },
        )
    yield "single_leg_deadlift", "single_leg_deadlift", {}
    yield "single_leg_deadlift", "single_leg_deadlift", {"depth": 0.8}
    for arms in (HANGING, ON_HIPS, ON_BACK):
        for ahead in ({"thigh": -75, "rear_thigh": 12}, {"thigh": -60, "rear_thigh": 5}):
            yield "split_squat", "split_squat", {"arms": arms, "pose": {"trunk": 15, **ahead}}
    yield "squat", squat, {"arms": OVERHEAD}
    yield "squat", squat, {"arms": IN_ELBOWS}
    yield squat, squat, {}
    yield squat, squat, {"pose": {"trunk": 50}}
    for arms in (HANGING, HELD_OUT, CROSSED, ON_HIPS, BEHIND_HEAD):
        yield "bodyweight_squat", "bodyweight_squat", {} if arms == HANGING else {"arms": arms}
    yield "bodyweight_squat", "bodyweight_squat", {"arms": CLASPED, "hands_together": True}
    yield "bodyweight_squat", "bodyweight_squat", {"pose": {"trunk": 50, "thigh": -70, "shank": 10}}
    yield "deadlift", "deadlift", {}
    yield "romanian_deadlift", "romanian_deadlift", {}
    yield "romanian_deadlift", "romanian_deadlift", {"pose": {"trunk": 80, "thigh": -35}}
    yield "kettlebell_deadlift", "kettlebell_deadlift", {}
    plates = {"plate_m": 0.49, "plate_taken_in": True}
    for lower_m in (0.25, 0.35, 0.45):
        yield "deadlift", "deadlift", {"lower_m": lower_m, **plates}
        yield "deadlift", "romanian_deadlift", {"lower_m": lower_m + 0.05, **plates}
    for lower_m in (0.0, 0.1):
        yield "romanian_deadlift", "romanian_deadlift", {"lower_m": lower_m, **plates}

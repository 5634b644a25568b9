"""The clips that the back line is learned from: fixed, made by rule and seed.

Bodies, clothes, yaws and dials are dealt out so that none goes with another:
an estimator that takes a heavy body or a hood for a bent back is found out.
The first bodies of the accuracy table (``benchmarks/accuracy/specs.py``) are the
strangers: nothing is learned from them. All is spelled out here, so that another
table's new body or colour doesn't change what was learned.
"""

from __future__ import annotations

from typing import cast

import numpy as np

from benchmarks.accuracy.specs import Clip
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

FIRST_SEED = 5000
REPS = 2
WIDTH_PX, HEIGHT_PX, FRAME_RATE_HZ = 480, 854, 12.0

BODIES = {
    "slim_woman": BodySpec("female", 22, 1.70, 55, 0.35, "light", "blond"),
    "heavy_woman": BodySpec("female", 55, 1.66, 70, 0.35, "brown", "black"),
    "strong_woman": BodySpec("female", 29, 1.68, 66, 0.85, "olive", "brown"),
    "older_woman": BodySpec("female", 63, 1.60, 62, 0.30, "fair", "grey"),
    "thin_man": BodySpec("male", 20, 1.80, 63, 0.30, "light", "red"),
    "heavy_man": BodySpec("male", 52, 1.74, 86, 0.80, "fair", "brown"),
    "strong_man": BodySpec("male", 26, 1.82, 90, 1.00, "dark", "black"),
    "older_man": BodySpec("male", 66, 1.72, 78, 0.35, "fair", "bald"),
    "tall_man": BodySpec("male", 33, 1.92, 86, 0.50, "olive", "black"),
}
# What differs most between people is the body, so these come with fewer clips each.
MORE_BODIES = {
    "big_man": BodySpec("male", 44, 1.80, 108, 0.10, "fair", "brown"),
    "stout_woman": BodySpec("female", 50, 1.62, 82, 0.05, "light", "brown"),
    "lean_man": BodySpec("male", 30, 1.75, 68, 0.60, "brown", "black"),
    "short_man": BodySpec("male", 27, 1.66, 66, 0.70, "olive", "black"),
    "running_woman": BodySpec("female", 26, 1.72, 60, 0.55, "fair", "red"),
    "broad_man": BodySpec("male", 35, 1.86, 98, 0.85, "brown", "black"),
    "young_woman": BodySpec("female", 19, 1.63, 58, 0.45, "dark", "black"),
    "soft_man": BodySpec("male", 55, 1.76, 95, 0.15, "fair", "grey"),
    "wiry_man": BodySpec("male", 48, 1.79, 76, 0.75, "olive", "brown"),
    "middle_woman": BodySpec("female", 40, 1.69, 76, 0.15, "light", "blond"),
    "tall_woman": BodySpec("female", 31, 1.82, 74, 0.60, "fair", "brown"),
    "old_lifter": BodySpec("male", 70, 1.74, 74, 0.60, "light", "grey"),
}
STRANGERS = {
    "man": BodySpec("male", 28, 1.78, 78, 0.65, "fair", "brown"),
    "woman": BodySpec("female", 34, 1.66, 60, 0.50, "olive", "black"),
    "heavier": BodySpec("male", 46, 1.78, 95, 0.90, "dark", "black"),
}
CLOTHES = {
    "fitted": ClothesSpec("skin_tight", "#6d2f45", "tights", "#23252b"),
    "tshirt": ClothesSpec("tshirt", "#2f5d8a", "shorts", "#30363c"),
    "hoodie": ClothesSpec("hoodie", "#6b6f73", "tights", "#23252b"),
}
TEMPO = TempoSpec(down_s=1.05, bottom_s=0.2, up_s=1.0, top_s=0.3, lead_s=0.5, tail_s=0.4)
LIFTS = (
    "kettlebell_deadlift",
    "romanian_deadlift",
    "bodyweight_squat",
    "deadlift",
    "kettlebell_deadlift",
    "goblet_squat",
    "sumo_deadlift",
)
DEALT_A_BODY, CLIPS_A_BODY = 7, 5
CLIPS_OF_MORE = 3
CLIPS_A_STRANGER = 5
YAWS_DEG = (-18.0, 25.0)
DIALS_DEG = (0.0, 60.0)
THORACIC_DEG = 25.0
"""Some round the upper back too, or else its turn would pass for the lower back's."""


def learning_set() -> list[Clip]:
    """The clips to learn from: fitted clothes and T-shirts."""
    turns = range(DEALT_A_BODY)
    names = [name for name in BODIES for _ in turns]
    lifts = [LIFTS[(body + 3 * n) % 7] for body in range(len(BODIES)) for n in turns]
    clothes = [("fitted", "tshirt")[(n + n // DEALT_A_BODY) % 2] for n in range(len(names))]
    first = _dealt(names, lifts, clothes, FIRST_SEED)
    more = [name for name in MORE_BODIES for _ in range(CLIPS_OF_MORE)]
    their_lifts = [LIFTS[n % 7] for n in range(len(more))]
    their_clothes = [("fitted", "tshirt")[n % 2] for n in range(len(more))]
    return [
        *(clip for n, clip in enumerate(first) if n % DEALT_A_BODY < CLIPS_A_BODY),
        *_dealt(more, their_lifts, their_clothes, FIRST_SEED + 200),
    ]


def strangers_set() -> list[Clip]:
    """Clips of bodies that nothing was learned from, one in three in a hoodie."""
    names = [name for name in STRANGERS for _ in range(CLIPS_A_STRANGER)]
    lifts = [LIFTS[n % 7] for n in range(len(names))]
    clothes = [("fitted", "tshirt", "hoodie")[(n + n // 5) % 3] for n in range(len(names))]
    return _dealt(names, lifts, clothes, FIRST_SEED + 500)


def _dealt(names: list[str], lifts: list[str], clothes: list[str], seed: int) -> list[Clip]:
    """Deal yaws and dials out evenly, in an order of their own."""
    rng = np.random.default_rng(seed)
    count = len(names)
    yaws = rng.permutation(np.linspace(*YAWS_DEG, count))
    dials = rng.permutation(np.linspace(*DIALS_DEG, count))
    thoracic = np.where(rng.random(count) < 0.4, rng.uniform(5, THORACIC_DEG, count), 0.0)
    bodies = BODIES | MORE_BODIES | STRANGERS
    return [
        Clip(
            name=f"{lift}-l{dial:.0f}-t{upper:.0f}-{body}-{worn}-{yaw:+.0f}",
            fault=f"l{dial:.0f}",
            body=body,
            clothes=worn,
            spec=Spec(
                lift=cast("LiftName", lift),
                reps=REPS,
                seed=seed + number,
                tempo=TEMPO,
                faults=FaultSpec(
                    lumbar_flexion_deg=round(float(dial), 1),
                    thoracic_flexion_deg=round(float(upper), 1),
                ),
                body=bodies[body],
                clothes=CLOTHES[worn],
                camera=CameraSpec(
                    width=WIDTH_PX,
                    height=HEIGHT_PX,
                    frame_rate_hz=FRAME_RATE_HZ,
                    yaw_deg=round(float(yaw), 1),
                    facing="left" if number % 3 == 0 else "right",
                    distance_m=3.9,
                ),
                scene=SceneSpec(),
            ),
        )
        for number, (body, lift, worn, yaw, dial, upper) in enumerate(
            zip(names, lifts, clothes, yaws, dials, thoracic, strict=True)
        )
    ]

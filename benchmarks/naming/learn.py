"""Fit the questions of ``naming.toml``, and try them on sources they haven't seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize

from benchmarks.naming.films import SKELETON, Named
from formcheck.data import FloatArray
from formcheck.reps.naming import Quantity, Question

HANGING = frozenset({"deadlift", "sumo_deadlift", "kettlebell_deadlift", "romanian_deadlift"})
BARE = HANGING | {"kettlebell_swing"}
SQUATS = frozenset({"bodyweight_squat", "goblet_squat", "front_squat", "back_squat", "squat"})


@dataclass(frozen=True)
class Plan:
    """A question to learn.

    looks_at  quantity -> (middle, step): where it says nothing, a clear difference of it
              (our choice, from what films of either kind read)
    ridge     how strongly weights are held at 0
    """

    asks: str
    answers: Mapping[str, frozenset[str]]
    looks_at: Mapping[str, tuple[float, float]]
    ridge: float


def _one(*names: str) -> dict[str, frozenset[str]]:
    return {name: frozenset({name}) for name in names}


PLANS: dict[str, Plan] = {
    "stance": Plan(
        "one foot ahead of the other, one in the air, or side by side?",
        _one("split_squat", "single_leg_deadlift")
        | {"side_by_side": BARE | SQUATS | {"good_morning"}},
        {
            "feet_ahead": (0.45, 0.05),
            "feet_across": (0.40, 0.10),
            "foot_up": (0.35, 0.12),
            "hip_split_deg": (38.0, 12.0),
        },
        0.1,
    ),
    "side_by_side": Plan(
        "do the arms hang?",
        {"arms_hang": BARE, "arms_hold": SQUATS | {"good_morning"}},
        {
            "hands_over_shoulder": (-0.44, 0.05),
            "hands_over_hip": (-0.08, 0.25),
            "elbow_deg": (130.0, 20.0),
        },
        0.1,
    ),
    "arms_hang": Plan(
        "swung, or lifted?",
        _one("kettlebell_swing") | {"pull": HANGING},
        {"hands_swing": (0.25, 0.12), "log_up_s": (-0.3, 0.4)},
        0.2,
    ),
    "pull": Plan(
        "from the floor, or from standing?",
        _one("romanian_deadlift")
        | {"floor": frozenset({"deadlift", "sumo_deadlift", "kettlebell_deadlift"})},
        {
            "hands_low": (0.32, 0.06),
            "hip_over_knee": (0.32, 0.08),
            "log_rest_s": (0.0, 0.5),
            "starts_low": (0.5, 0.5),
            "ends_low": (0.5, 0.5),
            "plate_up": (0.45, 0.20),
        },
        0.5,
    ),
    "floor": Plan(
        "a wide stance, one bell, or neither?",
        _one("deadlift", "sumo_deadlift", "kettlebell_deadlift"),
        {"feet_wide": (0.40, 0.20), "hands_wide": (0.30, 0.15), "plate_found": (0.0, 0.5)},
        0.5,
    ),
    "arms_hold": Plan(
        "do the hips fold, or sink?",
        _one("good_morning") | {"squats": SQUATS},
        {
            "knee_deg": (62.0, 12.0),
            "sink_share": (0.42, 0.15),
        },
        0.3,
    ),
    "squats": Plan(
        "a bar on the shoulders, none, or something else?",
        {
            "no_bar": frozenset({"bodyweight_squat", "goblet_squat"}),
            "bar": frozenset({"front_squat", "back_squat"}),
        }
        | _one("squat"),
        {
            "hands_below": (-0.20, 0.15),
            "hands_high": (0.12, 0.07),
            "hands_move": (0.25, 0.12),
            "hands_on_bar": (0.35, 0.15),
            "hands_ahead": (0.20, 0.15),
            "elbow_deg": (110.0, 25.0),
            "plate": (0.0, 0.5),
        },
        0.7,
    ),
    "no_bar": Plan(
        "a bell before the chest, or nothing?",
        _one("bodyweight_squat", "goblet_squat"),
        {"hands_together": (0.5, 0.5), "hands_move": (0.12, 0.10), "elbow_deg": (85.0, 15.0)},
        0.5,
    ),
    "bar": Plan(
        "before the shoulders, or behind?",
        _one("front_squat", "back_squat"),
        {"elbows_ahead": (0.18, 0.10), "elbows_up": (-0.02, 0.07), "trunk_deg": (28.0, 8.0)},
        0.5,
    ),
}


def learn(sets: Sequence[Named]) -> dict[str, Question]:
    """Fit every question on these sets."""
    weighed = [(one, weight) for one, weight in zip(sets, _weights(sets), strict=True) if one.right]
    return {name: _fitted(plan, weighed) for name, plan in PLANS.items()}


def _weights(sets: Sequence[Named]) -> list[float]:
    """Films of one source are alike: together they count as the root of their number.

    Skeletons and rendered lifters have theirs already.
    """
    many = Counter(one.source for one in sets if one.weight == 1.0)
    return [one.weight * max(many[one.source], 1) ** -0.5 for one in sets]


def _fitted(plan: Plan, sets: Sequence[tuple[Named, float]]) -> Question:
    """Find bias and weights: a multinomial logistic model held by a ridge.

    A set that several answers are right for counts for all of them together; one that
    is right for another question too, or for none here, is left out.
    """
    answers = list(plan.answers.values())
    every = frozenset().union(*answers)
    inside = [(one, weight) for one, weight in sets if set(one.right) <= every]
    right = np.array([[bool(names & set(one.right)) for names in answers] for one, _ in inside])
    blank = Question(
        plan.asks,
        list(plan.answers),
        [0.0] * len(answers),
        {name: Quantity(middle, step, []) for name, (middle, step) in plan.looks_at.items()},
    )
    steps = np.array([blank.steps(one.facts) for one, _ in inside])
    found = _maximum(steps, right, np.array([weight for _, weight in inside]), plan.ridge)
    return Question(
        plan.asks,
        list(plan.answers),
        [round(float(one), 3) for one in found[:, 0]],
        {
            name: Quantity(middle, step, [round(float(one), 3) for one in found[:, at]])
            for at, (name, (middle, step)) in enumerate(plan.looks_at.items(), start=1)
        },
    )


def _maximum(steps: FloatArray, right: Any, weights: FloatArray, ridge: float) -> FloatArray:
    """The parameters, (answers, 1 + quantities), that make what is right likeliest."""
    shape = (right.shape[1], steps.shape[1] + 1)
    seen = np.concatenate([np.ones((len(steps), 1)), steps], axis=1)
    held = np.full(shape[1], ridge)
    held[0] = ridge / 10  # how common a lift is, is hardly held

    def loss(flat: FloatArray) -> tuple[float, FloatArray]:
        parameters = flat.reshape(shape)
        each = seen @ parameters.T
        each = np.exp(each - each.max(axis=1, keepdims=True))
        chances = each / each.sum(axis=1, keepdims=True)
        of_right = np.maximum((chances * right).sum(axis=1, keepdims=True), 1e-12)
        slope = (weights[:, None] * (chances - chances * right / of_right)).T @ seen
        total = -(weights * np.log(of_right[:, 0])).sum() + (held * parameters**2).sum() / 2
        return float(total), (slope + held * parameters).ravel()

    return np.asarray(
        minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B").x
    ).reshape(shape)


def groups(sets: Sequence[Named]) -> list[list[Named]]:
    """The sets to leave out together: those of one source; skeletons never."""
    sources = sorted({one.source for one in sets if one.source != SKELETON})
    return [[one for one in sets if one.source == source] for source in sources]

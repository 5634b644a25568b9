"""The lifts we know, their families and where a repetition begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from formcheck.errors import BadRequest

Family = Literal["hinge", "squat"]


@dataclass(frozen=True)
class LiftKind:
    """A lift: its name for people, its family, and where its repetition starts.

    A deadlift starts at the bottom: it is counted when the lifter stands. A
    squat starts at the top.
    """

    title: str
    family: Family
    starts: Literal["top", "bottom"]


LIFTS: dict[str, LiftKind] = {
    "deadlift": LiftKind("deadlift", "hinge", "bottom"),
    "sumo_deadlift": LiftKind("sumo deadlift", "hinge", "bottom"),
    "romanian_deadlift": LiftKind("Romanian deadlift", "hinge", "top"),
    "good_morning": LiftKind("good morning", "hinge", "top"),
    "kettlebell_deadlift": LiftKind("kettlebell deadlift", "hinge", "bottom"),
    "kettlebell_swing": LiftKind("kettlebell swing", "hinge", "bottom"),
    "single_leg_deadlift": LiftKind("single-leg deadlift", "hinge", "top"),
    "back_squat": LiftKind("back squat", "squat", "top"),
    "front_squat": LiftKind("front squat", "squat", "top"),
    "goblet_squat": LiftKind("goblet squat", "squat", "top"),
    "bodyweight_squat": LiftKind("bodyweight squat", "squat", "top"),
    "split_squat": LiftKind("split squat", "squat", "top"),
}

HINGES = frozenset(name for name, kind in LIFTS.items() if kind.family == "hinge")
SQUATS = frozenset(name for name, kind in LIFTS.items() if kind.family == "squat")


def known_lift(name: str) -> str:
    """The name itself, if we know the lift.

    Raises
    ------
    BadRequest
        It isn't one of ours; the message lists them.
    """
    tidy = name.strip().lower().replace("-", "_").replace(" ", "_")
    if tidy not in LIFTS:
        raise BadRequest(f"unknown lift {name!r}. Choose auto or one of: {', '.join(LIFTS)}.")
    return tidy

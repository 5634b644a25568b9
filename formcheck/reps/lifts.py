"""The lifts we know, and the facts of each: adding a lift is one row here and its words.

Whoever wants to know something of a lift asks for a fact, never for its name: which
cues make sense, where a repetition begins, what hides what.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from formcheck.errors import BadRequest
from formcheck.intake import did_you_mean

Family = Literal["hinge", "squat"]
Load = Literal["hands", "front", "back", "none", "any"]
Weight = Literal["bar", "bell", "none", "any"]
Stance = Literal["both", "split", "single"]


@dataclass(frozen=True)
class LiftKind:
    """A lift: its name for people and the facts of it.

    title    its name for people, as in "5 reps of back squat"
    family   "hinge": the hips go back and fold; "squat": hips and knees bend together
    starts   "bottom": counted when the lifter stands, as a deadlift; "top": when they
             come up again, as a squat
    load     where the load is: in hanging or swinging "hands", held in "front" of chest
             or shoulders, on the "back", "none", or "any" of these
    weight   "bar": a barbell, whose plates stand before the lifter when seen from the
             side; "bell": held by both hands in the middle; "none", or "any"
    stance   "both": the feet side by side; "split": one ahead, one behind; "single":
             on one foot, the other leg free
    swung    the load swings, and only momentum carries it up
    dropped  commonly let fall from the top, so that the way down tells nothing
    """

    title: str
    family: Family
    starts: Literal["top", "bottom"]
    load: Load
    weight: Weight
    stance: Stance = "both"
    swung: bool = False
    dropped: bool = False

    @property
    def from_floor(self) -> bool:
        """The load lies on the floor before each repetition."""
        return self.starts == "bottom" and not self.swung

    @property
    def hangs(self) -> bool:
        """Arms that only hold the load hang straight down."""
        return self.load == "hands" and not self.swung

    @property
    def bar_in_hands(self) -> bool:
        """Plates pass before feet, knees and hips."""
        return self.load == "hands" and self.weight == "bar"

    @property
    def free_back(self) -> bool:
        """Neither a bar on back or shoulders nor the arms that hold it hide the upper back."""
        return self.load in {"hands", "none"} or self.weight == "bell"

    @property
    def one_leg(self) -> bool:
        """One leg does most of the work, so there is a left and a right set."""
        return self.stance != "both"


LIFTS: dict[str, LiftKind] = {
    "deadlift": LiftKind("deadlift", "hinge", "bottom", "hands", "bar", dropped=True),
    "sumo_deadlift": LiftKind("sumo deadlift", "hinge", "bottom", "hands", "bar", dropped=True),
    "romanian_deadlift": LiftKind("Romanian deadlift", "hinge", "top", "hands", "bar"),
    "good_morning": LiftKind("good morning", "hinge", "top", "back", "bar"),
    "kettlebell_deadlift": LiftKind("kettlebell deadlift", "hinge", "bottom", "hands", "bell"),
    "kettlebell_swing": LiftKind(
        "kettlebell swing", "hinge", "bottom", "hands", "bell", swung=True
    ),
    "single_leg_deadlift": LiftKind(
        "single-leg deadlift", "hinge", "top", "hands", "any", stance="single"
    ),
    "back_squat": LiftKind("back squat", "squat", "top", "back", "bar"),
    "front_squat": LiftKind("front squat", "squat", "top", "front", "bar"),
    "goblet_squat": LiftKind("goblet squat", "squat", "top", "front", "bell"),
    "bodyweight_squat": LiftKind("bodyweight squat", "squat", "top", "none", "none"),
    # Overhead, Zercher, with a jump: where the load is, isn't any of ours.
    "squat": LiftKind("squat", "squat", "top", "any", "any"),
    "split_squat": LiftKind("split squat", "squat", "top", "any", "any", stance="split"),
}

Fits = Callable[[LiftKind], bool]


def every_lift(_kind: LiftKind) -> bool:
    """Fit any lift."""
    return True


def which(fits: Fits) -> tuple[str, ...]:
    """Names of the lifts with these facts: ``which(lambda kind: kind.swung)``."""
    return tuple(name for name, kind in LIFTS.items() if fits(kind))


def known_lift(name: str) -> str:
    """The name itself, if we know the lift.

    Raises
    ------
    BadRequest
        It isn't one of ours; the message lists them.
    """
    tidy = name.strip().lower().replace("-", "_").replace(" ", "_")
    if tidy not in LIFTS:
        hint = did_you_mean(name, LIFTS)
        raise BadRequest(f"unknown lift {name!r}.{hint} Choose auto or one of: {', '.join(LIFTS)}.")
    return tidy

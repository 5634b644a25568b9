"""Where it isn't sure which of two lifts it is: what may be judged all the same."""

from __future__ import annotations

from formcheck.cues.judging.base import Cue, NotSeen, SetCue
from formcheck.cues.judging.limits import Limits
from formcheck.data import Lift
from formcheck.reps.lifts import LIFTS


def need_sure_lift(one: Cue | SetCue, lift: Lift, limits: Limits) -> None:
    """The cue says the same of both lifts that it may be.

    Raises
    ------
    NotSeen
        It is asked of one alone, or with other limits.
    """
    for other in lift.candidates:
        if other.name != lift.name and _differs(one, lift.name, other.name, limits):
            first, second = lift.name, other.name
            raise NotSeen(
                "lift_unsure",
                first=LIFTS[first].title,
                second=LIFTS[second].title,
                first_id=first,
                second_id=second,
            )


def _differs(one: Cue | SetCue, name: str, other: str, limits: Limits) -> bool:
    if (name in one.lifts) != (other in one.lifts):
        return True
    own, others = limits.of(one.id, name), limits.of(one.id, other)
    return (own.watch, own.fault, own.most) != (others.watch, others.fault, others.most)


def named(lift: Lift) -> str:
    """The lift for a headline: its name, or both that it may be.

    ``Lift("back_squat", …)`` is "back squat"; with a second candidate "a squat: back squat
    or front squat".
    """
    if not lift.candidates:
        return LIFTS[lift.name].title
    kinds = [LIFTS[one.name] for one in lift.candidates]
    both = " or ".join(kind.title for kind in kinds)
    families = {kind.family for kind in kinds}
    if len(families) > 1 or any(kind.title == kind.family for kind in kinds):
        return both
    return f"a {kinds[0].family}: {both}"


def settle(lift: Lift) -> str:
    """How to settle which of both lifts it is; "" where it is sure."""
    if not lift.candidates:
        return ""
    options = " or ".join(f"--lift {one.name}" for one in lift.candidates)
    return f"Which one isn't sure: {options} settles it."

"""Where it isn't sure which of two lifts it is: what may be judged all the same."""

from __future__ import annotations

from formcheck.cues.judging.base import Cue, Measurement, NotSeen, SetCue, verdict
from formcheck.cues.judging.limits import Limits
from formcheck.data import Lift
from formcheck.reps.lifts import LIFTS


def need_asked_of_both(one: Cue | SetCue, lift: Lift) -> None:
    """The cue is asked of both lifts that it may be.

    Raises
    ------
    NotSeen
        It is asked of one alone.
    """
    for other in lift.candidates:
        if (lift.name in one.lifts) != (other.name in one.lifts):
            raise _unsure(lift.name, other.name)


def need_same_verdict(one: Cue | SetCue, measured: Measurement, lift: Lift, limits: Limits) -> None:
    """By the limits of both lifts that it may be the verdict is the same.

    Raises
    ------
    NotSeen
        It isn't.
    """
    value, sigma = measured.value, measured.sigma
    own = verdict(value, sigma, limits.of(one.id, lift.name))
    for other in lift.candidates:
        if own != verdict(value, sigma, limits.of(one.id, other.name)):
            raise _unsure(lift.name, other.name)


def _unsure(first: str, second: str) -> NotSeen:
    return NotSeen(
        "lift_unsure",
        first=LIFTS[first].title,
        second=LIFTS[second].title,
        first_id=first,
        second_id=second,
    )


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

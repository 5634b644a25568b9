"""Where it isn't sure which lift it is, only what both share is judged."""

from __future__ import annotations

from dataclasses import replace

import pytest

from formcheck.cues import judge, load_limits
from formcheck.cues.judging import near
from formcheck.cues.judging.base import CUES, Measurement, NotSeen, Working
from formcheck.data import Candidate, Lift, MeasuredSet
from formcheck.reps import cut_set
from formcheck.signals import compute_signals
from tests.skeleton import skeleton

WORKING = Working(lines=(), span_s=(0.0, 1.0), steps=("read",), parts=(("all", 0.03),))


def both(*names: str, confidence: float = 0.6) -> Lift:
    """A lift that is the first of these, or the second."""
    shares = (confidence, round(0.95 - confidence, 2))
    candidates = tuple(Candidate(*one) for one in zip(names, shares, strict=True))
    return Lift(names[0], "detected", confidence, candidates)


def measured(lift: Lift) -> MeasuredSet:
    """A clean set of the lift, from the side."""
    return cut_set(compute_signals(skeleton(lift.name).track), lift)


def test_a_verdict_that_both_lifts_get_is_given() -> None:
    """Other limits, and a value that is good by either: it is good."""
    limits = load_limits()
    own, others = (limits.of("hinge_pattern", name) for name in ("deadlift", "romanian_deadlift"))
    assert own.watch != others.watch
    lift = both("deadlift", "romanian_deadlift")
    of_both = measured(lift)
    found = judge(of_both, limits)
    value = found.reps[0].findings["hinge_pattern"]
    clear = Measurement(0.2, "ratio", 0.5, WORKING)
    near.need_same_verdict(CUES["hinge_pattern"], clear, lift, limits)
    with pytest.raises(NotSeen, match="lift_unsure"):
        near.need_same_verdict(
            CUES["hinge_pattern"], replace(clear, value=others.watch + 0.1), lift, limits
        )
    assert value.verdict == "cannot_judge"


def test_what_differs_between_two_lifts_isnt_judged() -> None:
    """The hinge's pattern is good of a deadlift and too much of a squat for a Romanian one;
    the hips' drive has the same limits."""
    lift = both("deadlift", "romanian_deadlift")
    findings = judge(measured(lift), load_limits()).summary.findings
    assert findings["hinge_pattern"].verdict == "cannot_judge"
    assert "isn't sure, deadlift or Romanian deadlift" in findings["hinge_pattern"].reason
    assert "--lift deadlift or --lift romanian_deadlift" in findings["hinge_pattern"].advice
    assert findings["hip_drive"].verdict == "good"


def test_what_is_asked_of_one_alone_isnt_judged() -> None:
    """A squat's depth says nothing where it may be a deadlift."""
    lift = both("bodyweight_squat", "deadlift")
    findings = judge(measured(lift), load_limits()).summary.findings
    assert findings["depth"].verdict == "cannot_judge"
    assert findings["lockout"].verdict == "good"


def test_naming_it_settles_it() -> None:
    """The same set with the lift given: everything is judged."""
    unsure = measured(both("deadlift", "romanian_deadlift"))
    sure = replace(unsure, lift=Lift("deadlift", "given", 1.0))
    limits = load_limits()
    before, after = (judge(one, limits).summary for one in (unsure, sure))
    assert after.findings["hinge_pattern"].verdict == "good"
    assert after.judged_share > before.judged_share


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("back_squat", "front_squat"), "a squat: back squat or front squat"),
        (("deadlift", "back_squat"), "deadlift or back squat"),
        (("squat", "back_squat"), "squat or back squat"),
    ],
)
def test_the_headline_names_both(names: tuple[str, str], said: str) -> None:
    """With their family where they share it, and how to settle it."""
    lift = both(*names)
    assert near.named(lift) == said
    assert f"--lift {names[0]} or --lift {names[1]}" in near.settle(lift)
    headline = judge(measured(lift), load_limits()).summary.headline
    assert headline.startswith(f"3 reps of {said}")
    assert headline.endswith(near.settle(lift))


def test_a_sure_name_stands_alone() -> None:
    """Nothing to settle."""
    lift = Lift("back_squat", "detected", 0.93)
    assert (near.named(lift), near.settle(lift)) == ("back squat", "")

"""What is counted and not judged: a repetition not wholly there, a number too uncertain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from formcheck.cues.judging.base import CUES, Measurement
from formcheck.cues.judging.judge import judge, judge_rep
from formcheck.cues.judging.limits import load_limits
from formcheck.cues.judging.seen import Seen
from formcheck.cues.judging.words import not_seen
from formcheck.data import Rep
from tests.cues.judging import judged_set


@pytest.mark.parametrize(
    ("lose", "why"),
    [
        (lambda rep: replace(rep, cut=True), "phase_cut"),
        (lambda rep: replace(rep, way_seen=False), "out_of_sight"),
    ],
    ids=["cut", "out of sight"],
)
def test_a_repetition_that_is_not_wholly_there_is_counted_only(
    lose: Callable[[Rep], Rep], why: str
) -> None:
    """One that the film cuts, or that somebody hides: no cue of it speaks, and it says why."""
    measured = judged_set("deadlift").measured
    first, second, third = measured.reps
    said = judge(replace(measured, reps=(first, lose(second), third)), load_limits())
    assert [one.findings["lockout"].verdict for one in said.reps] == [
        "good",
        "cannot_judge",
        "good",
    ]
    assert {one.reason for one in said.reps[1].findings.values()} == {not_seen(why)[0]}


@pytest.mark.parametrize(("bands", "expected"), [(0.99, "good"), (1.01, "cannot_judge")])
def test_a_sigma_wider_than_the_limits_apart_is_no_verdict(bands: float, expected: str) -> None:
    """The number and its σ stay; the words are those of what is too uncertain."""
    measured = judged_set("deadlift").measured
    lockout, limits = CUES["lockout"], load_limits()
    limit = limits.of("lockout", "deadlift")
    sigma = bands * abs(limit.fault - limit.watch)

    def unsure(rep: Rep, seen: Seen) -> Measurement:
        found = lockout.measure(rep, seen)
        return replace(found, working=replace(found.working, parts=(("the light", sigma),)))

    one = replace(lockout, measure=unsure)
    found, number = judge_rep(one, measured.reps[0], Seen(measured), limits)
    assert number is not None
    assert (found.verdict, found.value, found.sigma) == (expected, number.value, sigma)
    told = (found.reason, found.advice) == not_seen("uncertain")
    assert told == (expected == "cannot_judge")


def test_a_single_repetition_takes_nothing_off_what_is_judged() -> None:
    """Range of motion and tiring need several: of one they don't apply, and don't count."""
    said = judged_set("bodyweight_squat", reps=1).said
    findings = said.summary.findings
    none = {name for name, one in findings.items() if not one.applies}
    assert none == {"range_of_motion", "fatigue", "rounding_drift"} & set(findings)
    assert "range_of_motion" in none
    assert all(findings[name].verdict == "cannot_judge" for name in none)
    several = judged_set("bodyweight_squat", reps=6).said.summary
    assert all(one.applies for one in several.findings.values())
    assert said.summary.judged_share == pytest.approx(several.judged_share, abs=0.1)

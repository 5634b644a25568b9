"""A repetition beside the others of its set."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.cues.judging.others import UNLIKE_DEG, UNLIKE_OTHERS, unlike_others_deg
from formcheck.cues.judging.seen import Seen
from tests.cues.judging import Judged, between, judged_set, parts_of, with_angle

LIFT = "kettlebell_deadlift"
QUICK = settings(max_examples=12, derandomize=True, database=None, deadline=None)


@functools.cache
def flat_set(reps: int) -> Judged:
    return judged_set(LIFT, reps=reps)


def turning(*turns_deg: float) -> Judged:
    """A set whose backs turn so far in each repetition."""
    one_set = flat_set(len(turns_deg))
    values = np.zeros(one_set.motion.time_s.shape)
    for rep, turn_deg in zip(one_set.reps, turns_deg, strict=True):
        values[between(one_set, rep.start_s, rep.end_s)] = turn_deg
    return with_angle(one_set, "back_turn", values, np.ones(values.shape, dtype=bool))


@QUICK
@given(
    usual_deg=st.floats(-10.0, 10.0),
    spread_deg=st.lists(st.floats(-4.0, 4.0), min_size=5, max_size=5),
    odd=st.integers(0, 4),
    bump_deg=st.floats(30.0, 60.0),
)
def test_a_bump_that_one_repetition_has_is_no_fault(
    usual_deg: float, spread_deg: list[float], odd: int, bump_deg: float
) -> None:
    """Whatever stands out once in five is told as not to be judged; the others stay good."""
    turns = [usual_deg + one for one in spread_deg]
    turns[odd] = max(usual_deg, 0.0) + bump_deg
    one_set = turning(*turns)
    verdicts = one_set.verdicts("lumbar_rounding")
    assert verdicts[odd] == "cannot_judge"
    assert "fault" not in verdicts
    assert verdicts.count("good") >= (4 if usual_deg < 6.0 else 0)
    assert (
        "otherwise than the other repetitions" in one_set.finding("lumbar_rounding", odd + 1).reason
    )
    assert one_set.said.summary.findings["lumbar_rounding"].verdict != "fault"


@QUICK
@given(
    first_deg=st.floats(-5.0, 8.0),
    steps_deg=st.lists(st.floats(4.0, 18.0), min_size=4, max_size=4),
)
def test_a_back_that_gets_rounder_is_found(first_deg: float, steps_deg: list[float]) -> None:
    """From repetition to repetition rounder, past where it is a fault: the last is one."""
    turns = first_deg + np.cumsum([0.0, *steps_deg])
    rises = turns * max(1.0, 30.0 / turns[-1])
    assert turning(*rises).verdicts("lumbar_rounding")[-1] == "fault"


@pytest.mark.parametrize("turn_deg", [30.0, 45.0])
def test_a_back_that_is_round_throughout_is_found(turn_deg: float) -> None:
    """All alike, nothing is odd."""
    found = turning(turn_deg, turn_deg - 6.0, turn_deg + 5.0)
    assert found.verdicts("lumbar_rounding") == ["fault"] * 3


@pytest.mark.parametrize(
    ("turns_deg", "apart_deg"),
    [
        ((0.0, 0.0, 20.0), 20.0),
        ((0.0, 0.0, 20.0, 20.0), 0.0),  # another one is like it
        ((-40.0, 0.0, -10.0), 0.0),  # hollow counts as flat
        ((0.0, 20.0, 40.0), 0.0),  # on a rise
        ((0.0, 20.0, 50.0), 10.0),  # beyond a rise
        ((50.0, 20.0, 0.0), 30.0),  # nobody gets flatter
        ((0.0, 30.0), 0.0),  # two don't tell which is odd
    ],
)
def test_how_far_it_stands_off(turns_deg: tuple[float, ...], apart_deg: float) -> None:
    """From the nearest other, or from the rise that the others lie on; here the furthest."""
    one_set = turning(*turns_deg)
    at = int(np.argmax(np.abs(turns_deg)))
    found = unlike_others_deg("back_turn", one_set.reps[at], Seen(one_set.measured), 12.0)
    assert found == pytest.approx(apart_deg)


def test_bent_over_further_it_may_be_rounder() -> None:
    """Another posture is a cause: only repetitions bent over alike are compared."""
    one_set = turning(0.0, 0.0, 0.0, 40.0)
    rep = one_set.reps[3]
    trunk_deg = one_set.motion.angles_deg["trunk"].value + 15.0
    deeper = with_angle(one_set, "trunk", trunk_deg, between(one_set, rep.start_s, rep.end_s))
    assert deeper.finding("lumbar_rounding", 4).verdict == "fault"
    assert one_set.finding("lumbar_rounding", 4).verdict == "cannot_judge"


@pytest.mark.parametrize(("beyond_deg", "is_part"), [(-0.5, False), (0.5, True)])
def test_from_three_sigmas_on_it_is_a_part_of_sigma(beyond_deg: float, is_part: bool) -> None:
    """Backs vary; what is beyond that widens σ by all it stands off."""
    parts = parts_of(turning(0.0, 0.0, 0.0, UNLIKE_DEG + beyond_deg), "lumbar_rounding", 4)
    assert parts.get(UNLIKE_OTHERS) == (pytest.approx(UNLIKE_DEG + 0.5) if is_part else None)


def test_a_bump_at_the_end_is_no_drift() -> None:
    """What one repetition alone reads makes the set no rounder."""
    bumped, rounder = turning(5.0, 5.0, 5.0, 5.0, 55.0), turning(5.0, 5.0, 5.0, 25.0, 55.0)
    found = [one.said.summary.findings["rounding_drift"] for one in (bumped, rounder)]
    assert found[0].value < 10.0
    assert found[1].verdict == "fault"

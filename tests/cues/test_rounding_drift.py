"""rounding_drift: does the back keep the line it started with?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from formcheck.data import Finding, Signals
from tests.cues.judging import Judged, assert_right, judged, judged_set, without_picture
from tests.retouch import but
from tests.skeleton import skeleton


def of_set(one_set: Judged) -> Finding:
    return one_set.said.summary.findings["rounding_drift"]


def drifting(last_deg: float, **dials: Any) -> Finding:
    turns = (5.0, 5.0, 5.0, last_deg, last_deg, last_deg)
    return of_set(judged_set("kettlebell_deadlift", reps=6, lumbar_deg=turns, **dials))


@pytest.mark.parametrize("facing", ["left", "right"])
def test_rounder_over_the_set(facing: str) -> None:
    """The same back to the end is good, 16° rounder to watch, 40° a fault."""
    found = [drifting(last, facing=facing).verdict for last in (5.0, 16.0, 45.0)]
    assert found == ["good", "watch", "fault"]


@pytest.mark.parametrize("last_deg", [5.0, 20.0, 40.0])
def test_value_is_the_change(last_deg: float) -> None:
    """The value is the change of the visible turn, first three to last three."""
    found = drifting(last_deg)
    assert_right(found, last_deg - 5.0)
    assert found.unit == "deg"


def test_a_back_round_from_the_start_does_not_drift() -> None:
    """A bend that is there from the first repetition on is another cue's matter."""
    one_set = judged_set("kettlebell_deadlift", reps=6, lumbar_deg=40.0)
    assert of_set(one_set).verdict == "good"
    assert one_set.finding("lumbar_rounding").verdict == "fault"


def test_rounder_after_lift_off() -> None:
    """A back that rounds within every repetition is seen, and called that."""

    def round_up(motion: Signals) -> Signals:
        turn = motion.angles_deg["back_turn"].value.copy()
        for rep in lifter.reps:
            late = (motion.time_s >= rep.start_s + 0.15) & (motion.time_s <= rep.top_s)
            turn[late] += 25.0
        return but(motion, angles_deg={"back_turn": turn})

    lifter = skeleton("kettlebell_deadlift", reps=3)
    found = of_set(judged(lifter, "kettlebell_deadlift", retouch=round_up))
    assert found.verdict == "fault"
    assert "after lift-off" in found.reason


def test_too_few_repetitions() -> None:
    """Two repetitions don't tell a change."""
    found = of_set(judged_set("kettlebell_deadlift", reps=2))
    assert found.verdict == "cannot_judge"
    assert "too few repetitions" in found.reason


def test_landmarks_without_a_picture() -> None:
    """The line of the back isn't in saved landmarks."""
    lifter = skeleton("kettlebell_deadlift", reps=4)
    bare = replace(lifter, track=without_picture(lifter.track))
    found = of_set(judged(bare, "kettlebell_deadlift"))
    assert found.verdict == "cannot_judge"
    assert "without a picture" in found.reason


@pytest.mark.parametrize("yaw_deg", [34.0, 90.0])
def test_only_from_the_side(yaw_deg: float) -> None:
    """From 34° and from the front it isn't judged."""
    found = drifting(45.0, yaw_deg=yaw_deg)
    assert found.verdict == "cannot_judge"
    assert "side" in found.reason

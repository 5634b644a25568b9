"""rounding_drift: does the back keep the line it started with?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from formcheck.cues import SET_CUES
from formcheck.cues.judging.seen import Seen
from formcheck.data import Finding, Signals
from tests.cues.judging import (
    Judged,
    assert_right,
    between,
    judged,
    judged_set,
    with_angle,
    without_picture,
)
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


@pytest.mark.parametrize(
    ("turns", "drift_deg"),
    [
        ((5, 5, 5, 25, 5, 35, 35, 35), 30.0),  # the fourth from either end counts nowhere
        ((5, 5, 20, 5, 5, 20, 35, 35), 20.0),  # the third from either end counts
    ],
)
def test_the_first_three_against_the_last_three(turns: tuple[int, ...], drift_deg: float) -> None:
    """Three repetitions at either end are the lifter fresh and tired; what is between isn't."""
    one_set = judged_set("kettlebell_deadlift", reps=8)
    reps = [
        replace(
            one, findings={"lumbar_rounding": replace(one.findings["lumbar_rounding"], value=turn)}
        )
        for one, turn in zip(one_set.said.reps, turns, strict=True)
    ]
    found = SET_CUES["rounding_drift"].measure(reps, Seen(one_set.measured))
    assert found.value == pytest.approx(drift_deg)


def growing(one_set: Judged, rounder: NDArray[np.bool_]) -> float:
    """How much the set is said to have rounded, with backs 25° rounder in some frames."""
    turn_deg = np.where(rounder, 30.0, 5.0)
    everywhere = np.ones(turn_deg.shape, dtype=bool)
    return of_set(with_angle(one_set, "back_turn", turn_deg, everywhere)).value


@pytest.mark.parametrize(("about_s", "growth_deg"), [(0.14, 0.0), (0.08, 25.0)])
def test_lift_off_is_a_moment(about_s: float, growth_deg: float) -> None:
    """A back that is round for 0.14 s about lift-off was round there, and isn't rounder later;
    0.08 s are a stray reading, and it grew."""
    one_set = judged_set("kettlebell_deadlift", rate_hz=100.0)
    rounder = np.zeros(one_set.motion.time_s.shape, dtype=bool)
    for rep in one_set.reps:
        off_s = rep.top_s - rep.concentric_s
        rounder |= between(one_set, off_s - about_s / 2, off_s + about_s / 2)
        rounder |= between(one_set, off_s + 0.25, rep.top_s)
    assert growing(one_set, rounder) == pytest.approx(growth_deg, abs=1.0)


@pytest.mark.parametrize(
    ("from_deg", "to_deg", "growth_deg"), [(18.0, 35.0, 25.0), (27.0, 45.0, 0.0)]
)
def test_upright_the_arms_and_plates_hide_the_back(
    from_deg: float, to_deg: float, growth_deg: float
) -> None:
    """A back that rounds while the trunk still leans within 25° of its furthest grew rounder;
    nearer to standing it is the arms and plates that pass by."""
    one_set = judged_set("kettlebell_deadlift", rate_hz=100.0)
    trunk_deg = one_set.motion.angles_deg["trunk"].value
    rounder = np.zeros(trunk_deg.shape, dtype=bool)
    for rep in one_set.reps:
        up = between(one_set, rep.top_s - rep.concentric_s, rep.top_s)
        risen_deg = np.max(trunk_deg[up]) - trunk_deg
        rounder |= up & (risen_deg > from_deg) & (risen_deg < to_deg)
    assert growing(one_set, rounder) == pytest.approx(growth_deg, abs=1.0)

"""ribs_over_hips: does the lift end tall, without leaning back?"""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.cues.judging.seen import Seen
from formcheck.data import Signals
from tests.cues.judging import assert_right, between, hide, judged, judged_set, parts_of, with_angle
from tests.retouch import but
from tests.skeleton import skeleton

STANDING_TRUNK_DEG = 4.0


@pytest.mark.parametrize(
    ("lean_back_deg", "verdict"), [(0.0, "good"), (12.0, "watch"), (24.0, "fault")]
)
def test_tall_a_little_and_far(lean_back_deg: float, verdict: str) -> None:
    """Standing tall is good, 12° of leaning back is to watch, 24° is a fault."""
    one_set = judged_set("deadlift", lean_back_deg=lean_back_deg)
    assert [verdict] * 3 == one_set.verdicts("ribs_over_hips")


@pytest.mark.parametrize("lean_back_deg", [0.0, 6.0, 12.0, 20.0])
def test_value_is_the_true_lean(lean_back_deg: float) -> None:
    """Against a usual standing trunk the value is the trunk's true lean, within its σ."""
    found = judged_set("deadlift", lean_back_deg=lean_back_deg).finding("ribs_over_hips", 2)
    assert_right(found, lean_back_deg - STANDING_TRUNK_DEG)


def test_own_standing_is_the_measure() -> None:
    """Who stands leaning forward by 8° between the lifts and at the top isn't told to lean."""
    one_set = judged_set("romanian_deadlift", lean_back_deg=-8.0, start_pad_s=1.5, rest_s=1.0)
    found = one_set.finding("ribs_over_hips", 2)
    assert found.verdict == "good"
    assert_right(found, 0.0)


def test_a_moment_does_not_count() -> None:
    """A lean that lasts a single frame isn't one."""

    def jerk(motion: Signals) -> Signals:
        trunk = motion.angles_deg["trunk"].value.copy()
        at = int(np.argmin(np.abs(motion.time_s - lifter.reps[0].top_s)))
        trunk[at] = -40.0
        return but(motion, angles_deg={"trunk": trunk})

    lifter = skeleton("deadlift")
    assert judged(lifter, "deadlift", retouch=jerk).finding("ribs_over_hips").verdict == "good"


def test_says_what_to_try() -> None:
    """The fault says what was seen with ±, and what to try."""
    found = judged_set("deadlift", lean_back_deg=24.0).finding("ribs_over_hips")
    assert "lean back at the top" in found.reason
    assert "±" in found.reason
    assert "glutes" in found.advice


def test_top_hidden() -> None:
    """Hips unseen at the top: not judged, with how to film it."""
    lifter = skeleton("deadlift")
    top_s = lifter.reps[0].top_s
    lifter = hide(lifter, (23, 24), top_s - 0.3, top_s + 0.5)
    found = judged(lifter, "deadlift").finding("ribs_over_hips")
    assert found.verdict == "cannot_judge"
    assert "top of the lift" in found.reason
    assert "whole body" in found.advice


def test_film_that_ends_before_the_top() -> None:
    """A clip cut off on the way up isn't judged on its top."""
    lifter = skeleton("deadlift", reps=2)
    lifter = lifter.part(0.0, lifter.reps[1].top_s - 0.3)
    found = judged(lifter, "deadlift").finding("ribs_over_hips", 2)
    assert found.verdict == "cannot_judge"
    assert "stop after the last one" in found.advice


def test_plate_before_the_hips() -> None:
    """A mask too deep for a body at the hips is a plate: the hip can't be trusted."""

    def plate(motion: Signals) -> Signals:
        return but(motion, hip_depth=np.full(motion.time_s.shape, 1.0))

    found = judged(skeleton("deadlift"), "deadlift", retouch=plate).finding("ribs_over_hips")
    assert found.verdict == "cannot_judge"
    assert "plate" in found.reason
    assert "plates" in found.advice


@pytest.mark.parametrize(("yaw_deg", "word"), [(90.0, "in front"), (-78.0, "behind")])
def test_wrong_view(yaw_deg: float, word: str) -> None:
    """From the front and from nearly behind it isn't seen."""
    found = judged_set("deadlift", yaw_deg=yaw_deg).finding("ribs_over_hips")
    assert found.verdict == "cannot_judge"
    assert word in found.reason
    assert found.advice


@pytest.mark.parametrize(
    ("from_s", "verdict"), [(-0.25, "good"), (-0.14, "fault"), (0.26, "fault"), (0.4, "good")]
)
def test_only_the_top_counts(from_s: float, verdict: str) -> None:
    """A lean of a tenth of a second as the lift ends, or within 0.3 s of it, is one; on the way
    up, or before the next lift, it isn't the top's."""
    one_set = judged_set("deadlift", rate_hz=100.0)
    from_s += one_set.reps[1].top_s
    leant = with_angle(one_set, "trunk", -25.0, between(one_set, from_s, from_s + 0.12))
    assert leant.verdicts("ribs_over_hips")[1] == verdict


def test_obliquely_nothing_stands_in_for_the_own_standing() -> None:
    """Who stands straight is read 6° off there: not judged of one who never stands outside."""
    for yaw_deg, verdict in ((0.0, "good"), (35.0, "cannot_judge")):
        found = judged_set("deadlift", yaw_deg=yaw_deg).finding("ribs_over_hips")
        assert found.verdict == verdict
    assert "standing upright" in found.reason


def test_an_upright_trunk_suffers_less_from_the_camera() -> None:
    """A camera off the side changes a lean of 10° by sin 20° of what it does to one of 45°."""
    one_set = judged_set("romanian_deadlift", yaw_deg=35.0)
    most_deg = Seen(one_set.measured).view_error_deg
    part = parts_of(one_set, "ribs_over_hips")["the camera's angle"]
    assert part == pytest.approx(most_deg * np.sin(np.radians(20.0)), rel=0.05)
    assert most_deg > 1.0

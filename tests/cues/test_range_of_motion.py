"""range_of_motion: does each repetition go as far as the lifter's own best?"""

from __future__ import annotations

import numpy as np
import pytest

from tests.cues.judging import assert_right, between, hide, judged, judged_set, with_angle
from tests.skeleton import skeleton


@pytest.mark.parametrize("lift", ["back_squat", "romanian_deadlift"])
def test_shorter_repetitions(lift: str) -> None:
    """Whole ones are good, 0.72 of the way is to watch, 0.55 is a fault."""
    one_set = judged_set(lift, reps=4, efforts=(1.0, 1.0, 0.72, 0.55))
    assert one_set.verdicts("range_of_motion") == ["good", "good", "watch", "fault"]


def test_value_is_the_share_of_the_own_best() -> None:
    """The value is the largest share that hip, knee and shoulders' height reach."""
    one_set = judged_set("back_squat", reps=3, efforts=(1.0, 1.0, 0.7))
    found, (best, _, short) = one_set.finding("range_of_motion", 3), one_set.lifter.reps
    shares = [70.0]
    for name in ("hip", "knee"):
        own, other = (one_set.true_deg(name, rep.start_s, rep.end_s) for rep in (short, best))
        shares.append(100.0 * (own.max() - own.min()) / (other.max() - other.min()))
    assert_right(found, max(shares))
    assert found.unit == "%"
    assert "of your range" in found.reason


def test_a_set_of_one() -> None:
    """A single repetition has nothing to be compared with."""
    found = judged_set("back_squat", reps=1).finding("range_of_motion")
    assert found.verdict == "cannot_judge"
    assert "compared" in found.reason
    assert "two or more" in found.advice


def test_one_odd_repetition_is_not_the_norm() -> None:
    """A single deeper repetition, a set-up say, doesn't make the others short."""
    one_set = judged_set("back_squat", reps=4, depth=0.75, efforts=(1.3, 1.0, 1.0, 1.0))
    assert one_set.verdicts("range_of_motion")[1:] == ["good", "good", "good"]


def test_an_oblique_view_is_less_certain() -> None:
    """From 40° the ± is wider; from the front it isn't judged."""
    side = judged_set("back_squat").finding("range_of_motion")
    oblique = judged_set("back_squat", yaw_deg=40.0).finding("range_of_motion")
    assert side.sigma < oblique.sigma
    assert oblique.verdict == "good"
    assert judged_set("back_squat", yaw_deg=90.0).finding("range_of_motion").verdict == (
        "cannot_judge"
    )


def test_hidden_knees_leave_the_hips() -> None:
    """With the knees behind plates hips and shoulders still tell."""
    lifter = hide(skeleton("back_squat", reps=4, efforts=(1.0, 1.0, 0.8, 1.0)), (25, 26), 3.2, 5.0)
    assert judged(lifter, "back_squat").finding("range_of_motion", 2).verdict == "good"


def test_a_cut_repetition_is_not_judged() -> None:
    """A lift from the floor whose lowering isn't in the film isn't called short."""
    lifter = skeleton("deadlift")
    cut = lifter.part(0.0, lifter.reps[-1].top_s + 0.3)
    found = judged(cut, "deadlift").finding("range_of_motion", 3)
    assert found.verdict == "cannot_judge"
    assert "begins or ends inside" in found.reason


@pytest.mark.parametrize(("knees_deg", "verdict"), [(33.0, "fault"), (50.0, "good")])
def test_knees_that_hardly_bend_are_not_the_measure(knees_deg: float, verdict: str) -> None:
    """Of a hinge half as deep as the others, knees that always bend by 33° tell nothing: it is
    short. Knees that bend by 50° in each are a range that was kept."""
    one_set = judged_set("romanian_deadlift", reps=4, efforts=(1.0, 1.0, 1.0, 0.55))
    knee_deg = np.zeros(one_set.motion.time_s.shape)
    for rep in one_set.reps:
        low = between(one_set, rep.start_s + 0.3, rep.end_s - 0.3)
        knee_deg[low] = knees_deg
    bent = with_angle(one_set, "knee", knee_deg, np.ones(knee_deg.shape, dtype=bool))
    assert bent.verdicts("range_of_motion")[3] == verdict

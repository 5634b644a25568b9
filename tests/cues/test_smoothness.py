"""smoothness: does the weight go up in one push?"""

from __future__ import annotations

import re

import numpy as np
import pytest

from formcheck.cues.pace import EVEN_S, sparc, way_up
from formcheck.cues.seen import Seen
from formcheck.data import FloatArray, Signals
from tests.cues.judging import hide, judged, judged_set
from tests.retimed import retimed, stopped_at
from tests.skeleton import skeleton


@pytest.mark.parametrize("lift", ["deadlift", "romanian_deadlift", "back_squat"])
def test_a_stop_half_way_is_to_watch(lift: str) -> None:
    """One even push is good; two with a stop between are to watch, never a fault."""
    one_set = judged_set(lift, jerk=(0.0, 1.0, 1.0))
    assert one_set.verdicts("smoothness") == ["good", "watch", "watch"]


def test_the_fall_grows_with_the_stop() -> None:
    """An even push has no fall; half a stop shows less of one than a full stop does."""
    one_set = judged_set("back_squat", jerk=(0.0, 0.5, 1.0))
    values = [one_set.finding("smoothness", rep).value for rep in (1, 2, 3)]
    assert values[0] == pytest.approx(0.0, abs=3.0)
    assert values[0] + 10 < values[1] < values[2] - 10
    assert one_set.finding("smoothness").unit == "%"


def test_the_moment_is_the_stop() -> None:
    """The value's moment is that of the stop, in the middle of the way up."""
    one_set = judged_set("back_squat", jerk=1.0)
    found, truth = one_set.finding("smoothness", 2), one_set.lifter.reps[1]
    assert found.at_s == pytest.approx(truth.top_s - 0.45, abs=0.12)


def test_from_the_front_as_well() -> None:
    """The shoulders' and the hips' heights show the stop from the front."""
    assert judged_set("back_squat", yaw_deg=90.0, jerk=(0.0, 1.0, 0.0)).verdicts("smoothness") == [
        "good",
        "watch",
        "good",
    ]


def test_a_slow_lift_is_no_jerk() -> None:
    """Three seconds up without a stop are smooth, noise and all."""
    one_set = judged_set("back_squat", tempo=(3.0, 0.5, 3.0), reps=2, noise_px=2.0)
    assert one_set.verdicts("smoothness") == ["good", "good"]


def test_one_point_that_wanders_is_no_stop() -> None:
    """Only what shoulders and hips show at the same moment counts: a plate hides one."""

    def wander(motion: Signals) -> Signals:
        top_s = lifter.reps[1].top_s
        near = np.exp(-(((motion.time_s - top_s + 0.45) / 0.06) ** 2))
        motion.points_px[:, [11, 12], 1] += 0.12 * motion.leg_px * near[:, None]
        return motion

    lifter = skeleton("back_squat")
    assert judged(lifter, "back_squat", retouch=wander).finding("smoothness", 2).verdict == "good"


def test_hidden_shoulders() -> None:
    """Shoulders behind a plate on the way up: not judged, with how to film it."""
    lifter = skeleton("back_squat", reps=1)
    top_s = lifter.reps[0].top_s
    found = judged(hide(lifter, (11, 12, 23, 24), top_s - 0.8, top_s - 0.2), "back_squat").finding(
        "smoothness"
    )
    assert found.verdict == "cannot_judge"
    assert "out of sight" in found.reason
    assert "whole body" in found.advice


def test_a_swing_is_not_asked() -> None:
    """The arms of a swing make two bells of speed by themselves."""
    assert "smoothness" not in judged_set("kettlebell_swing").said.cues


def bell(seconds: float) -> FloatArray:
    share: FloatArray = np.arange(0.0, seconds, EVEN_S) / seconds
    return 30 * share**2 * (1 - share) ** 2


def test_sparc_of_known_courses() -> None:
    """One bell of speed is about -1.4 at any duration; a second bell lowers it by 0.5 or more."""
    assert sparc(bell(1.0)) == pytest.approx(-1.4, abs=0.05)
    assert sparc(bell(3.0)) == pytest.approx(sparc(bell(1.0)), abs=0.05)
    assert sparc(np.concatenate([bell(0.5), bell(0.5)])) < sparc(bell(1.0)) - 0.5


def test_speed_of_the_way_up() -> None:
    """A lift that takes twice as long has half the speed, and a known one."""
    for seconds in (0.8, 1.6):
        one_set = judged_set("back_squat", tempo=(1.0, 0.3, seconds), reps=2)
        seen = Seen(one_set.measured)
        way = way_up(one_set.reps[1], seen)
        # The middle 80 % of half a cosine take 0.590 of its time.
        assert way.legs_per_s == pytest.approx(0.8 * way.gain_leg / (0.590 * seconds), rel=0.05)
        measured = one_set.said.reps[1].measures
        assert measured["lifting_legs_per_s"] == way.legs_per_s
        assert measured["lifting_sparc"] == pytest.approx(-1.5, abs=0.15)


def test_a_stop_is_told_with_its_length() -> None:
    """A lift that stands for 0.7 s on the way up says so, and for how long."""
    lifter = skeleton("back_squat", reps=2)
    half_s = lifter.reps[1].top_s - 0.45
    found = judged(retimed(lifter, stopped_at(half_s, 0.7)), "back_squat").finding("smoothness", 2)
    assert found.verdict == "watch"
    assert re.search(r"stops on the way up, for 0\.[67] s", found.reason)

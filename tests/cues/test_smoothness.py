"""smoothness: does the weight go up in one push?"""

from __future__ import annotations

import re

import numpy as np
import pytest

from formcheck.cues import CUES, load_limits
from formcheck.cues.judging.judge import judge_rep
from formcheck.cues.judging.pace import EVEN_S, sparc, way_up
from formcheck.cues.judging.seen import Seen
from formcheck.data import FloatArray, Signals
from formcheck.signals.angles import SHOULDER
from tests.cues.judging import Judged, between, hide, judged, judged_set, rejudged, with_angle
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
        motion.body.points_px[:, [11, 12], 1] += 0.12 * motion.body.leg_px * near[:, None]
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


def test_how_well_a_fall_is_known() -> None:
    """A lift of a second is known to 9 %, one of three seconds, in which a landmark's jitter is
    three times as large a share of the speed, to 15 %."""
    for up_s, sigma in ((0.9, 8.9), (3.0, 15.1)):
        found = judged_set("back_squat", tempo=(1.0, 0.3, up_s)).finding("smoothness", 2)
        assert found.value == pytest.approx(0.0, abs=3.0)
        assert found.sigma == pytest.approx(sigma, abs=1.0)


def crawled(at: float, pace: float, for_s: float) -> Judged:
    """A deadlift whose way up slows at a share of it to a pace, of its usual one, for a while."""
    one_set = judged_set("deadlift", rate_hz=100.0, reps=1, tempo=(1.0, 0.3, 2.5))
    rep, time_s = one_set.reps[0], one_set.motion.time_s
    begins_s, takes_s = rep.top_s - rep.concentric_s, rep.concentric_s
    usual_s = takes_s - for_s
    slows_s = begins_s + at * (usual_s + pace * for_s)
    knots_s = [begins_s, slows_s, slows_s + for_s, rep.top_s]
    way = np.cumsum([0.0, slows_s - begins_s, pace * for_s, rep.top_s - slows_s - for_s])
    gone = np.interp(time_s, knots_s, way / way[-1])
    inside = between(one_set, begins_s, rep.top_s)
    points = one_set.motion.body.points_px.copy()
    ends = np.flatnonzero(inside)[[0, -1]]
    for joint in SHOULDER.values():
        low, high = points[ends, joint, 1]
        points[inside, joint, 1] = (low + (high - low) * gone)[inside]
    lifted = rejudged(one_set, points_px=points)
    return with_angle(lifted, "hip", 120.0 * (1.0 - gone), inside)


@pytest.mark.parametrize(
    ("pace", "for_s", "stopped"),
    [(0.0, 0.25, True), (0.0, 0.15, False), (0.08, 0.4, True), (0.13, 0.4, False)],
)
def test_what_is_called_a_stop(pace: float, for_s: float, stopped: bool) -> None:
    """A stop lasts a quarter of a second and is slower than a tenth of the top speed; a shorter
    one, or a crawl at an eighth, is a push that falls off."""
    found = crawled(0.5, pace, for_s).finding("smoothness")
    assert found.verdict == "watch"
    assert ("stops on the way up" in found.reason) == stopped


@pytest.mark.parametrize(("at", "verdict"), [(0.12, "good"), (0.19, "watch")])
def test_the_slack_of_the_bar_is_no_stop(at: float, verdict: str) -> None:
    """Who takes the slack out of the bar and waits, an eighth of the way up, lifts smoothly
    afterwards; a halt at a fifth of the way is one."""
    assert crawled(at, 0.0, 0.3).verdicts("smoothness") == [verdict]


@pytest.mark.parametrize(("up_s", "compared"), [(1.15, True), (1.27, False)])
def test_smoothness_is_compared_among_lifts_of_one_duration(up_s: float, compared: bool) -> None:
    """SPARC grows with the duration: it is shown beside that of repetitions a sixth longer,
    not beside that of one a quarter longer."""
    one_set = judged_set("back_squat", reps=2, tempo=((1.0, 0.3, 1.0), (1.0, 0.3, up_s)))
    seen = Seen(one_set.measured)
    _, found = judge_rep(CUES["smoothness"], one_set.reps[0], seen, load_limits())
    assert found is not None
    assert ("of the repetitions like it" in found.working.told()[-1]) == compared

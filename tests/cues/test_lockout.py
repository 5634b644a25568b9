"""lockout: does the lift end with hips and knees straight?"""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.data import Signals
from tests.cues.judging import LEGS, assert_right, between, hide, judged, judged_set, with_angle
from tests.retouch import but
from tests.skeleton import skeleton


@pytest.mark.parametrize(("soft_deg", "verdict"), [(0.0, "good"), (13.0, "watch"), (35.0, "fault")])
def test_straight_soft_and_bent(soft_deg: float, verdict: str) -> None:
    """Straight is good, 13° short is to watch, 35° short is a fault."""
    one_set = judged_set("deadlift", soft_lockout_deg=soft_deg)
    assert [verdict] * 3 == one_set.verdicts("lockout")


@pytest.mark.parametrize("lift", ["deadlift", "back_squat"])
@pytest.mark.parametrize("soft_deg", [0.0, 10.0, 20.0, 40.0])
def test_value_is_the_true_bend(lift: str, soft_deg: float) -> None:
    """The value is the larger of the true bends of knee and hip at the top, within its σ."""
    one_set = judged_set(lift, soft_lockout_deg=soft_deg)
    found, top_s = one_set.finding("lockout", 2), one_set.lifter.reps[1].top_s
    knee_deg = one_set.true_deg("knee", top_s, top_s + 0.1).min()
    hip_deg = one_set.true_deg("hip", top_s, top_s + 0.1).min() - 5.0
    assert_right(found, max(knee_deg, hip_deg))


def test_straight_knees_do_not_hide_bent_hips() -> None:
    """Knees straight and the trunk still leaning: the lift isn't finished."""
    one_set = judged_set("deadlift", lean_back_deg=-40.0)
    assert one_set.verdicts("lockout") == ["fault"] * 3


def test_straight_hips_do_not_hide_bent_knees() -> None:
    """Hips straight and the knees still bent: the lift isn't finished."""

    def soft(motion: Signals) -> Signals:
        knee = motion.angles_deg["knee"].value + 35.0
        return but(motion, angles_deg={"knee": knee})

    one_set = judged(skeleton("deadlift"), "deadlift", retouch=soft)
    assert one_set.verdicts("lockout") == ["fault"] * 3


def test_says_what_to_try() -> None:
    """The fault says what was seen with ±, and what to try."""
    found = judged_set("deadlift", soft_lockout_deg=35.0).finding("lockout")
    assert "before hips and knees are straight" in found.reason
    assert "±" in found.reason
    assert "glutes" in found.advice


def test_film_that_ends_before_the_top() -> None:
    """A clip cut off on the way up isn't judged on its top."""
    lifter = skeleton("deadlift", reps=2)
    lifter = lifter.part(0.0, lifter.reps[1].top_s - 0.3)
    one_set = judged(lifter, "deadlift")
    assert one_set.verdicts("lockout") == ["good", "cannot_judge"]
    assert "stop after the last one" in one_set.finding("lockout", 2).advice


def test_plate_before_the_hips() -> None:
    """A mask too deep for a body at the hips is a plate: the hip can't be trusted."""

    def plate(motion: Signals) -> Signals:
        return but(motion, hip_depth=np.full(motion.time_s.shape, 1.0))

    lifter = skeleton("deadlift", soft_lockout_deg=35.0)
    found = judged(lifter, "deadlift", retouch=plate).finding("lockout")
    assert found.verdict == "cannot_judge"
    assert "plate" in found.reason


def test_knee_hidden_at_the_top() -> None:
    """Legs unseen at the top: not judged, with how to film it."""
    lifter = skeleton("deadlift")
    top_s = lifter.reps[0].top_s
    found = judged(hide(lifter, LEGS, top_s - 0.3, top_s + 0.5), "deadlift").finding("lockout")
    assert found.verdict == "cannot_judge"
    assert "top of the lift" in found.reason
    assert "whole body" in found.advice


@pytest.mark.parametrize(("yaw_deg", "word"), [(-90.0, "behind"), (78.0, "in front")])
def test_wrong_view(yaw_deg: float, word: str) -> None:
    """From behind and from nearly in front it isn't seen."""
    found = judged_set("deadlift", yaw_deg=yaw_deg).finding("lockout")
    assert found.verdict == "cannot_judge"
    assert word in found.reason
    assert found.advice


@pytest.mark.parametrize(
    ("from_s", "verdict"), [(-0.25, "fault"), (-0.14, "good"), (0.26, "good"), (0.4, "fault")]
)
def test_straight_within_a_moment_of_the_top(from_s: float, verdict: str) -> None:
    """Who is straight for a tenth of a second just before the top or within 0.3 s of it stood
    tall; a bent way up before it and a shrug long after it don't count."""
    one_set = judged_set("deadlift", rate_hz=100.0)
    top_s = one_set.reps[1].top_s
    straight = between(one_set, top_s + from_s, top_s + from_s + 0.12)
    bent = between(one_set, top_s - 0.5, top_s + 1.0) & ~straight
    for name in ("hip", "knee"):
        one_set = with_angle(one_set, name, 40.0, bent)
        one_set = with_angle(one_set, name, 1.0, straight)
    assert one_set.verdicts("lockout")[1] == verdict


@pytest.mark.parametrize(("hip_deg", "verdict"), [(14.0, "good"), (16.5, "watch")])
def test_nobody_reads_quite_straight(hip_deg: float, verdict: str) -> None:
    """Of who isn't seen standing, hips that read 14° are as straight as others'; 16° aren't."""
    one_set = judged_set("deadlift")
    everywhere = between(one_set, -np.inf, np.inf)
    lifting = np.any([between(one_set, rep.start_s, rep.end_s) for rep in one_set.reps], axis=0)
    one_set = with_angle(one_set, "hip", np.where(lifting, hip_deg, 60.0), everywhere)
    one_set = with_angle(one_set, "knee", 1.0, everywhere)
    assert one_set.verdicts("lockout")[1] == verdict

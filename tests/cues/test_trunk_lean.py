"""trunk_lean: does the squat stay a squat?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from formcheck.data import Signals
from tests.cues.judging import assert_right, between, judged, judged_set, with_angle
from tests.retouch import but
from tests.skeleton import skeleton

LIFTS = ["back_squat", "front_squat", "goblet_squat", "bodyweight_squat", "split_squat"]


@pytest.mark.parametrize("lift", LIFTS)
def test_each_squat_as_taught_is_good(lift: str) -> None:
    """Every squat at its usual lean is good."""
    assert judged_set(lift).verdicts("trunk_lean") == ["good"] * 3


@pytest.mark.parametrize("lift", LIFTS)
def test_folded_forward_is_to_watch_and_never_a_fault(lift: str) -> None:
    """A trunk near the horizontal is to watch; lean alone is never a fault."""
    folded = judged(skeleton(lift, pose={"trunk": 78.0}), lift)
    assert folded.verdicts("trunk_lean") == ["watch"] * 3


def test_a_back_squat_may_lean_more_than_a_front_squat() -> None:
    """56° are good under a bar on the back and to watch with one in front."""
    back = judged(skeleton("back_squat", pose={"trunk": 56.0}), "back_squat")
    front = judged(skeleton("front_squat", pose={"trunk": 56.0}), "front_squat")
    assert back.verdicts("trunk_lean") == ["good"] * 3
    assert front.verdicts("trunk_lean") == ["watch"] * 3


@pytest.mark.parametrize("trunk_deg", [10.0, 35.0, 60.0, 80.0])
def test_value_is_the_true_lean(trunk_deg: float) -> None:
    """The value is the trunk's true lean at the bottom, within its σ."""
    one_set = judged(skeleton("back_squat", pose={"trunk": trunk_deg}), "back_squat")
    found = one_set.finding("trunk_lean", 2)
    assert_right(found, trunk_deg)
    assert found.unit == "deg"
    assert found.at_s == pytest.approx(one_set.reps[1].bottom_s, abs=0.3)


def test_speaks_of_information() -> None:
    """The words say what was seen with ±, that bodies differ, and what to try."""
    one_set = judged(skeleton("back_squat", pose={"trunk": 78.0}), "back_squat")
    found = one_set.finding("trunk_lean")
    assert "information" in found.reason
    assert "±" in found.reason
    assert "chest" in found.advice


def test_hidden_shoulders() -> None:
    """Shoulders behind a plate: not judged, with how to film it."""

    def hide(motion: Signals) -> Signals:
        trunk = np.full_like(motion.angles_deg["trunk"].value, np.nan)
        return but(motion, angles_deg={"trunk": trunk})

    found = judged(skeleton("back_squat"), "back_squat", retouch=hide).finding("trunk_lean")
    assert found.verdict == "cannot_judge"
    assert "hidden" in found.reason
    assert "plate" in found.advice


def test_from_the_front() -> None:
    """The front doesn't show it."""
    assert judged_set("back_squat", yaw_deg=90.0).finding("trunk_lean").verdict == "cannot_judge"


@pytest.mark.parametrize(
    "filming",
    [
        *({"mirror": True}, {"facing": "left"}, {"scale_px": 150.0}, {"rate_hz": 24.0}),
        *({"rate_hz": 100.0}, {"shift_px": (300.0, 80.0)}, {"yaw_deg": 30.0}),
    ],
)
def test_filming_changes_nothing(filming: dict[str, Any]) -> None:
    """Mirrored, far, slow, fast, elsewhere, turned: the same verdicts."""
    for trunk_deg, expected in ((40.0, "good"), (78.0, "watch")):
        filmed = judged(skeleton("back_squat", pose={"trunk": trunk_deg}, **filming), "back_squat")
        assert filmed.verdicts("trunk_lean") == [expected] * 3


def test_a_hinge_is_not_asked() -> None:
    """Leaning is what a hinge does."""
    assert "trunk_lean" not in judged_set("deadlift").said.cues


@pytest.mark.parametrize(("folds_s", "counts"), [(0.2, True), (0.12, False)])
def test_a_fold_has_to_last_as_the_rise_begins(folds_s: float, counts: bool) -> None:
    """Who folds forward for a fifth of a second from the lowest point on has folded; who nods
    for an eighth of one hasn't."""
    one_set = judged_set("back_squat", rate_hz=100.0)
    bottom_s = one_set.reps[1].bottom_s
    folded = with_angle(one_set, "trunk", 80.0, between(one_set, bottom_s, bottom_s + folds_s))
    assert (folded.verdicts("trunk_lean")[1] == "watch") == counts

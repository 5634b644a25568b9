"""bar_close: does the load hang over the middle of the foot?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from formcheck.cues.judging.feet import FOOT_OVER_LEG
from tests.cues.judging import Judged, assert_right, hide, judged, judged_set
from tests.rods import SHANK, THIGH
from tests.skeleton import skeleton

LEG = SHANK + THIGH
HANGING_M = {
    "deadlift": 0.0,
    "sumo_deadlift": 0.0,
    "romanian_deadlift": -0.15,  # the lats hold it back under so long a lean
    "kettlebell_deadlift": 0.0,
}


def true_ahead(one_set: Judged, rep: int) -> float:
    """The hands' furthest distance ahead of midfoot near the bottom, foot lengths."""
    track, moment = one_set.lifter.track, one_set.reps[rep]
    points = track.landmarks_px[:, :, 0]
    scale = 400.0
    low = np.abs(track.time_s - one_set.lifter.reps[rep].bottom_s) < 0.2
    assert moment.start_s <= one_set.lifter.reps[rep].bottom_s + 0.2
    ahead = points[:, 16] - points[:, [30, 32]].mean(axis=1)
    return float(np.max(ahead[low])) / (FOOT_OVER_LEG * LEG * scale)


@pytest.mark.parametrize("lift", HANGING_M)
def test_a_load_over_the_foot_is_good(lift: str) -> None:
    """Hands over the lifter's feet are good in each lift."""
    one_set = judged_set(lift, bar_forward_m=HANGING_M[lift])
    assert one_set.verdicts("bar_close") == ["good"] * 3


@pytest.mark.parametrize(("ahead_m", "verdict"), [(0.0, "good"), (0.16, "watch"), (0.26, "fault")])
def test_close_further_and_far(ahead_m: float, verdict: str) -> None:
    """Over midfoot is good, at the toes is to watch, well ahead of them a fault."""
    one_set = judged_set("deadlift", bar_forward_m=ahead_m)
    assert one_set.verdicts("bar_close") == [verdict] * 3


@pytest.mark.parametrize("lift", HANGING_M)
@pytest.mark.parametrize("ahead_m", [0.0, 0.1, 0.2])
def test_value_is_the_true_distance(lift: str, ahead_m: float) -> None:
    """The value is the wrist's true distance ahead of midfoot, within its σ."""
    one_set = judged_set(lift, bar_forward_m=ahead_m)
    found = one_set.finding("bar_close", 2)
    assert_right(found, true_ahead(one_set, 1))
    assert found.unit == "foot lengths"


def test_at_the_top_it_may_hang_before_the_thighs() -> None:
    """Hands are ahead of midfoot when standing; only the way near the floor counts."""
    one_set = judged_set("deadlift", lean_back_deg=-25.0)
    assert one_set.verdicts("bar_close") == ["good"] * 3


def test_hidden_hands() -> None:
    """Hands behind a plate: not judged, with how to film it."""
    found = judged(hide(skeleton("deadlift"), (15, 16)), "deadlift").finding("bar_close")
    assert found.verdict == "cannot_judge"
    assert "plate" in found.reason
    assert "feet" in found.advice


def test_says_what_to_try() -> None:
    """The fault says what was seen with ±, and what to try."""
    found = judged_set("deadlift", bar_forward_m=0.26).finding("bar_close")
    assert "far out" in found.reason
    assert "±" in found.reason
    assert "lats" in found.advice


@pytest.mark.parametrize("yaw_deg", [35.0, 90.0])
def test_not_from_elsewhere(yaw_deg: float) -> None:
    """Seen obliquely or from the front, hands and feet are at different depths."""
    found = judged_set("deadlift", yaw_deg=yaw_deg).finding("bar_close")
    assert found.verdict == "cannot_judge"
    assert "side" in found.advice


@pytest.mark.parametrize(
    "filming",
    [
        *({"mirror": True}, {"facing": "left"}, {"scale_px": 150.0}, {"rate_hz": 24.0}),
        *({"rate_hz": 100.0}, {"shift_px": (300.0, 80.0)}, {"yaw_deg": 10.0}),
    ],
)
def test_filming_changes_nothing(filming: dict[str, Any]) -> None:
    """Mirrored, far, slow, fast, elsewhere, a little turned: the same verdicts."""
    for ahead_m, expected in ((0.0, "good"), (0.25, "fault")):
        filmed = judged_set("deadlift", bar_forward_m=ahead_m, **filming)
        assert filmed.verdicts("bar_close") == [expected] * 3


@pytest.mark.parametrize("lift", ["kettlebell_swing", "goblet_squat", "good_morning"])
def test_only_where_the_load_hangs(lift: str) -> None:
    """Lifts whose load swings, or lies on the body, aren't asked."""
    assert "bar_close" not in judged_set(lift).said.cues

"""arms_straight: do the arms hang, or do they pull?"""

from __future__ import annotations

from typing import Any

import pytest

from tests.cues.judging import assert_right, between, hide, judged, judged_set, with_angle
from tests.skeleton import skeleton

LIFTS = [
    *("deadlift", "sumo_deadlift", "romanian_deadlift"),
    *("kettlebell_deadlift", "kettlebell_swing"),
]


@pytest.mark.parametrize("lift", LIFTS)
def test_arms_that_hang_are_good(lift: str) -> None:
    """Long arms are good in every lift that hangs from the hands."""
    assert judged_set(lift).verdicts("arms_straight") == ["good"] * 3


@pytest.mark.parametrize(("bent_deg", "verdict"), [(0.0, "good"), (38.0, "watch"), (65.0, "fault")])
def test_straight_bent_and_pulling(bent_deg: float, verdict: str) -> None:
    """Straight is good, 38° of bend is to watch, 65° a fault."""
    one_set = judged_set("deadlift", bent_arms_deg=bent_deg)
    assert one_set.verdicts("arms_straight") == [verdict] * 3


@pytest.mark.parametrize("bent_deg", [0.0, 15.0, 40.0, 80.0])
def test_value_is_the_true_bend(bent_deg: float) -> None:
    """The value is the elbow's true bend that lasts 0.25 s on the way up, within its σ."""
    one_set = judged_set("romanian_deadlift", bent_arms_deg=bent_deg)
    found, rep = one_set.finding("arms_straight", 2), one_set.lifter.reps[1]
    # The rise alone: the elbows bend on the way down as well.
    starts_s = [rep.top_s - 0.9 + 0.02 * step for step in range(33)]
    kept_up = [(180.0 - one_set.true_deg("elbow", s, s + 0.25)).min() for s in starts_s]
    assert_right(found, max(kept_up))
    assert found.unit == "deg"


def test_a_swing_may_bend_them_more() -> None:
    """What is to watch in a deadlift is good in a swing, and no swing is a fault for it."""
    assert (
        judged_set("kettlebell_swing", bent_arms_deg=36.0).verdicts("arms_straight") == ["good"] * 3
    )
    bent = judged_set("kettlebell_swing", bent_arms_deg=80.0).verdicts("arms_straight")
    assert bent == ["watch"] * 3


def test_hidden_arms() -> None:
    """Arms behind a plate: not judged, with how to film it."""
    found = judged(hide(skeleton("deadlift"), (13, 14)), "deadlift").finding("arms_straight")
    assert found.verdict == "cannot_judge"
    assert "arm" in found.reason
    assert "picture" in found.advice


def test_says_what_to_try() -> None:
    """The fault says what was seen with ±, and what to try."""
    found = judged_set("deadlift", bent_arms_deg=65.0).finding("arms_straight")
    assert "arms pull" in found.reason
    assert "±" in found.reason
    assert "ropes" in found.advice


def test_from_the_front() -> None:
    """The front doesn't show it."""
    assert judged_set("deadlift", yaw_deg=90.0).finding("arms_straight").verdict == "cannot_judge"


@pytest.mark.parametrize(
    "filming",
    [
        *({"mirror": True}, {"facing": "left"}, {"scale_px": 150.0}, {"rate_hz": 24.0}),
        *({"rate_hz": 100.0}, {"shift_px": (300.0, 80.0)}, {"yaw_deg": 10.0}),
    ],
)
def test_filming_changes_nothing(filming: dict[str, Any]) -> None:
    """Mirrored, far, slow, fast, elsewhere, a little turned: the same verdicts."""
    for bent_deg, expected in ((0.0, "good"), (70.0, "fault")):
        filmed = judged_set("deadlift", bent_arms_deg=bent_deg, **filming)
        assert filmed.verdicts("arms_straight") == [expected] * 3


def test_a_squat_is_not_asked() -> None:
    """Arms that hold something are bent anyway."""
    assert "arms_straight" not in judged_set("goblet_squat").said.cues


def test_the_pull_may_begin_just_before_the_rise() -> None:
    """Arms that bend from a tenth of a second before lift-off pull; those that straighten
    as the load leaves the floor were bent while setting up."""
    one_set = judged_set("deadlift", rate_hz=100.0)
    rep = one_set.reps[1]
    off_s = rep.top_s - rep.concentric_s
    pulls = between(one_set, off_s - 0.09, off_s + 0.17)
    sets_up = between(one_set, off_s - 0.13, off_s + 0.13)
    assert with_angle(one_set, "elbow", 115.0, pulls).verdicts("arms_straight")[1] == "fault"
    assert with_angle(one_set, "elbow", 115.0, sets_up).verdicts("arms_straight")[1] == "good"

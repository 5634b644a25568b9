"""no_twist: do the shoulders turn on the way up?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from formcheck.signals.angles import SHOULDER
from tests.cues.judging import assert_right, between, hide, judged, judged_set, rejudged
from tests.skeleton import skeleton

FRONT: dict[str, Any] = {"yaw_deg": 90.0}


@pytest.mark.parametrize("lift", ["back_squat", "deadlift"])
@pytest.mark.parametrize("yaw_deg", [90.0, -90.0])
@pytest.mark.parametrize("to", [1, -1])
def test_a_strong_twist_is_to_watch(lift: str, yaw_deg: float, to: int) -> None:
    """Facing the same way is good; a strong twist is to watch, at most; to either side."""
    one_set = judged_set(lift, yaw_deg=yaw_deg, twist_deg=(0.0, to * 45.0, 0.0))
    assert one_set.verdicts("no_twist") == ["good", "watch", "good"]


@pytest.mark.parametrize("twist_deg", [0.0, 30.0, 45.0])
def test_value_is_the_true_twist(twist_deg: float) -> None:
    """The value is the highest true twist, within its σ."""
    found = judged_set("back_squat", **FRONT, twist_deg=twist_deg).finding("no_twist")
    assert_right(found, twist_deg)


def test_never_more_than_watch() -> None:
    """However far it turns, it isn't called a fault: one camera sees too little of it."""
    found = judged_set("back_squat", **FRONT, twist_deg=70.0).finding("no_twist")
    assert found.verdict == "watch"
    assert "±" in found.reason


def test_hips_that_shift_are_no_twist() -> None:
    """A body that only moves to a side isn't turned."""
    one_set = judged_set("back_squat", **FRONT, hip_shift_m=0.08)
    assert one_set.verdicts("no_twist") == ["good"] * 3


def test_mirror_and_rate() -> None:
    """Mirrored and at 60 frames a second: the same verdicts."""
    for filming in ({"mirror": True}, {"rate_hz": 60.0}, {"scale_px": 200.0}):
        one_set = judged_set("back_squat", **FRONT, twist_deg=(0.0, 45.0, 0.0), **filming)
        assert one_set.verdicts("no_twist") == ["good", "watch", "good"]


@pytest.mark.parametrize("yaw_deg", [0.0, 45.0])
def test_only_from_front_or_back(yaw_deg: float) -> None:
    """Neither the side nor an oblique view shows it."""
    found = judged_set("back_squat", yaw_deg=yaw_deg, twist_deg=45.0).finding("no_twist")
    assert found.verdict == "cannot_judge"


def test_without_a_way_down() -> None:
    """A deadlift whose lowering isn't filmed can't be compared."""
    lifter = skeleton("deadlift", reps=1, **FRONT)
    found = judged(lifter.part(0.0, lifter.reps[0].top_s + 0.3), "deadlift").finding("no_twist")
    assert found.verdict == "cannot_judge"
    assert "way down" in found.reason


def test_hidden_shoulders() -> None:
    """Shoulders that are hidden on the way up: not judged."""
    lifter = skeleton("back_squat", reps=1, **FRONT)
    rep = lifter.reps[0]
    hidden = hide(lifter, (11, 12), rep.bottom_s, rep.top_s - 0.1)
    assert judged(hidden, "back_squat").finding("no_twist").verdict == "cannot_judge"


@pytest.mark.parametrize(
    ("part", "twisted"), [((0.92, 1.0), False), ((0.65, 0.85), True), ((0.15, 0.35), True)]
)
def test_where_width_and_height_hardly_change(part: tuple[float, float], twisted: bool) -> None:
    """Shoulders that look narrower at the turn of the squat, where a shrug does as much, don't
    twist; those that do on the way, low or high, do."""
    one_set = judged_set("back_squat", **FRONT, rate_hz=100.0)
    rep, points = one_set.reps[1], one_set.motion.body.points_px.copy()
    left, right = SHOULDER["left"], SHOULDER["right"]
    height = points[:, [left, right], 1].mean(axis=1)
    inside = between(one_set, rep.start_s, rep.end_s)
    high, low = np.min(height[inside]), np.max(height[inside])
    share = (height - high) / (low - high)
    narrow = between(one_set, rep.bottom_s, rep.top_s) & (share >= part[0]) & (share <= part[1])
    middle = points[:, [left, right], 0].mean(axis=1)
    for joint in (left, right):
        points[narrow, joint, 0] = (middle + 0.6 * (points[:, joint, 0] - middle))[narrow]
    verdict = rejudged(one_set, points_px=points).verdicts("no_twist")[1]
    assert verdict == ("watch" if twisted else "good")

"""symmetry: does the body shift or tip to one side?"""

from __future__ import annotations

from typing import Any

import pytest

from tests.cues.judging import assert_right, hide, judged, judged_set, parts_of
from tests.skeleton import skeleton

ANKLES_M = 0.30  # apart, see tests.rods
FRONT: dict[str, Any] = {"yaw_deg": 90.0}


@pytest.mark.parametrize("lift", ["back_squat", "deadlift", "romanian_deadlift"])
@pytest.mark.parametrize("yaw_deg", [90.0, -90.0, 87.0])
@pytest.mark.parametrize("to", [1, -1])
def test_even_a_little_and_far(lift: str, yaw_deg: float, to: int) -> None:
    """Over the feet is good, 5.5 cm to watch, 10 cm a fault; to either side, from the back too."""
    shift = (0.0, to * 0.055, to * 0.10)
    one_set = judged_set(lift, yaw_deg=yaw_deg, hip_shift_m=shift)
    assert one_set.verdicts("symmetry") == ["good", "watch", "fault"]


@pytest.mark.parametrize("shift_m", [0.0, 0.03, 0.09])
def test_value_is_the_true_shift(shift_m: float) -> None:
    """The value is the true shift in ankle widths, within its σ, and its side is named."""
    found = judged_set("back_squat", **FRONT, hip_shift_m=shift_m).finding("symmetry")
    assert_right(found, shift_m / ANKLES_M)
    assert found.unit == "ankle widths"
    if shift_m:
        assert "your left" in found.reason


def test_a_camera_off_the_front() -> None:
    """Hips going back and shoulders forward, seen from 14° off, aren't a shift."""
    assert judged_set("back_squat", yaw_deg=76.0).verdicts("symmetry") == ["good"] * 3


@pytest.mark.parametrize("yaw_deg", [90.0, -90.0])
def test_lean_in_a_split_squat(yaw_deg: float) -> None:
    """In a split squat the trunk's side-lean counts: 12° is to watch, 25° a fault."""
    one_set = judged_set("split_squat", yaw_deg=yaw_deg, lean_left_deg=(0.0, 12.0, 25.0))
    assert one_set.verdicts("symmetry") == ["good", "watch", "fault"]
    found = one_set.finding("symmetry", 3)
    assert_right(found, 25.0)
    assert "leans to your left" in found.reason


def test_tilt_in_a_single_leg_deadlift() -> None:
    """In a single-leg deadlift the hips' tilt counts, and the lower side is named."""
    dial = (0.0, -14.0, -26.0)
    one_set = judged_set("single_leg_deadlift", yaw_deg=-90.0, drop_left_deg=dial)
    assert one_set.verdicts("symmetry") == ["good", "watch", "fault"]
    found = one_set.finding("symmetry", 3)
    assert_right(found, 26.0)
    assert "right one is lower" in found.reason


def test_mirrored() -> None:
    """A mirrored film gives the same verdicts, with the sides exchanged."""
    dials = {"hip_shift_m": (0.0, 0.055, 0.10), **FRONT}
    mirrored = judged_set("back_squat", mirror=True, **dials)
    assert mirrored.verdicts("symmetry") == ["good", "watch", "fault"]
    assert "your right" in mirrored.finding("symmetry", 3).reason


@pytest.mark.parametrize("filming", [{"rate_hz": 60.0}, {"scale_px": 200.0}, {"facing": "left"}])
def test_survives_filming(filming: dict[str, Any]) -> None:
    """At another rate, smaller, and facing the other way: the same verdicts."""
    one_set = judged_set("back_squat", hip_shift_m=(0.0, 0.055, 0.10), **FRONT, **filming)
    assert one_set.verdicts("symmetry") == ["good", "watch", "fault"]


def test_from_the_side() -> None:
    """The side doesn't show it."""
    assert judged_set("back_squat").finding("symmetry").verdict == "cannot_judge"


def test_hidden_feet() -> None:
    """Feet out of the picture: not judged."""
    lifter = hide(skeleton("back_squat", **FRONT), (27, 28))
    assert judged(lifter, "back_squat").finding("symmetry").verdict == "cannot_judge"


def test_from_off_the_front_a_shift_is_known_less_well() -> None:
    """From 80° a squat without a shift reads 0.06 ankle widths: within its σ, and σ no wider."""
    found = judged_set("back_squat", yaw_deg=80.0).finding("symmetry")
    assert_right(found, 0.0, most_sigma=0.060)
    assert found.value > 0.05


def test_from_off_the_front_a_forward_lean_looks_like_one_aside() -> None:
    """A lunger who leans 15° further forward at the bottom seems, from 75°, to lean aside by as
    much as the camera's part of σ."""
    one_set = judged(skeleton("split_squat", pose={"trunk": 17.0}, yaw_deg=75.0), "split_squat")
    found, part = one_set.finding("symmetry"), parts_of(one_set, "symmetry")
    assert part["the camera's angle"] == pytest.approx(found.value, rel=0.15)
    assert found.value > 3.0

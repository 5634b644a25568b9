"""Angles of a lifter whose angles are known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from formcheck.data import Facing, Signals
from formcheck.reps.lifts import LIFTS
from formcheck.signals import compute_signals
from formcheck.signals.angles import (
    ANKLE,
    HIP,
    KNEE,
    SHOULDER,
    WRIST,
    inclination_deg,
    middle_px,
    near_limbs,
    use_both,
)
from tests.skeleton import Lifter, skeleton

WITHIN_DEG = 1.0

ELBOWS_BEHIND = {"back_squat", "good_morning", "split_squat"}
"""With a bar or the hands up there the mask ends at the elbows, not at the back: no
cue reads these backs."""


def furthest_deg(signals: Signals, lifter: Lifter) -> dict[str, float]:
    """The largest error of each angle over the whole film."""
    return {
        name: float(np.max(np.abs(signals.angles_deg[name].value - true)))
        for name, true in lifter.angles_deg.items()
    }


@pytest.mark.parametrize("lift", LIFTS)
def test_every_angle_of_every_lift_is_right(lift: str) -> None:
    """From the side all nine angles stay within 1° of the truth, moving and at rest."""
    lifter = skeleton(lift)
    furthest = furthest_deg(compute_signals(lifter.track), lifter)
    if lift == "kettlebell_swing":
        # Arms that turn round in the air within two frames: 6 Hz rounds that off.
        assert furthest.pop("arm") < 8.0
    if lift in ELBOWS_BEHIND:
        del furthest["back_turn"]
    assert max(furthest.values()) < WITHIN_DEG


@pytest.mark.parametrize("changed", [{"facing": "left"}, {"mirror": True}, {"scale_px": 120.0}])
def test_angles_survive_filming(changed: dict[str, Any]) -> None:
    """Facing left, a mirrored film and a small picture change no angle."""
    lifter = skeleton("back_squat", **changed)
    furthest = furthest_deg(compute_signals(lifter.track), lifter)
    del furthest["back_turn"]  # elbows behind the back
    assert max(furthest.values()) < WITHIN_DEG


def test_leaning_forward_is_positive_whichever_way_the_lifter_faces() -> None:
    """A segment whose upper end is ahead leans +45°, one behind -45°."""
    upper, lower = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    assert inclination_deg(upper, lower, 1.0) == pytest.approx(45.0)
    assert inclination_deg(upper, lower, -1.0) == pytest.approx(-45.0)


def test_a_tucked_chin_makes_the_neck_angle_larger() -> None:
    """Tucking the chin by 25° on the way down is +25° at the bottom, looking up is less."""
    for neck_deg in (25.0, -25.0):
        lifter = skeleton("deadlift", neck_deg=neck_deg)
        neck = compute_signals(lifter.track).angles_deg["neck"].value
        assert neck[0] - neck[np.argmin(lifter.angles_deg["trunk"])] == pytest.approx(
            neck_deg, abs=WITHIN_DEG
        )


def test_noise_enters_the_uncertainty() -> None:
    """A shaky picture gives a larger σ, never a smaller one than a steady one."""
    steady = compute_signals(skeleton("deadlift").track).angles_deg["trunk"].sigma
    shaky = compute_signals(skeleton("deadlift", noise_px=4.0).track).angles_deg["trunk"].sigma
    assert np.median(shaky) > np.median(steady) + 0.05
    assert shaky.min() >= 3.5


def test_sigma_grows_with_the_yaw() -> None:
    """The further the camera is from the side, the less an angle is worth."""
    sigmas = [
        float(
            np.median(
                compute_signals(skeleton("deadlift", yaw_deg=yaw).track).angles_deg["trunk"].sigma
            )
        )
        for yaw in (0.0, 20.0, 40.0, 60.0)
    ]
    assert sigmas == sorted(sigmas)
    assert sigmas[-1] > sigmas[0] + 2.0


def test_the_leg_is_the_scale() -> None:
    """A leg of 0.84 m at 400 px/m is 336 px, standing or squatting."""
    assert compute_signals(skeleton("back_squat").track).body.leg_px == pytest.approx(
        336.0, rel=0.01
    )


def test_without_an_outline_there_is_no_back() -> None:
    """Poses without a picture: the back's turn is missing, the rest is measured."""
    lifter = skeleton("deadlift")
    signals = compute_signals(replace(lifter.track, outline_px=None))
    assert np.isnan(signals.angles_deg["back_turn"].value).all()
    assert np.isfinite(signals.angles_deg["trunk"].value).all()


@pytest.mark.parametrize("table", [SHOULDER, HIP])
@pytest.mark.parametrize(("seen", "yaw_deg", "both"), [
    (0.45, 30.0, True),
    (0.35, 30.0, False),  # mostly hidden: the near side alone
    (0.45, 22.0, True),
    (0.45, 18.0, False),  # so near to the side the far one is guessed
])  # fmt: skip
def test_both_sides_are_used_where_both_are_seen_obliquely(
    table: dict[Facing, int], seen: float, yaw_deg: float, both: bool
) -> None:
    """The far shoulder and hip must each be seen in four frames of ten."""
    points = np.zeros((100, 33, 2))
    points[round(100 * seen) :, table["left"]] = np.nan
    assert use_both(points, "right", yaw_deg) is both


@pytest.mark.parametrize(("table", "limb"), [(KNEE, "leg"), (ANKLE, "leg"), (WRIST, "arm")])
def test_a_limb_whose_far_one_is_hidden_is_used_alone(table: dict[Facing, int], limb: str) -> None:
    """Seven frames of ten must show it."""
    points = np.zeros((100, 33, 2))
    assert near_limbs(points, "right") == frozenset()
    points[62:, table["left"]] = np.nan
    assert near_limbs(points, "right") == {limb}


def test_a_leg_used_alone_is_moved_to_the_middle_with_its_hip() -> None:
    """As if both legs were parallel: the far ankle, which isn't seen, changes nothing."""
    points = np.zeros((4, 33, 2))
    points[:, HIP["left"], 0], points[:, KNEE["right"], 0], points[:, ANKLE["left"]] = 10, 2, 99
    found = middle_px(points, "right", {"leg"})
    assert found["hip"][:, 0] == pytest.approx(5.0)
    assert found["knee"][:, 0] == pytest.approx(7.0)
    assert found["ankle"][:, 0] == pytest.approx(5.0)


def test_one_of_a_pair_hidden_for_a_while_stays_as_far_from_the_other() -> None:
    """The far hip of the second frame, the near one of the third; hands aren't so steady."""
    points = np.zeros((4, 33, 2))
    for table in (HIP, WRIST):
        points[:, table["right"], 0], points[:, table["left"], 0] = [0, 1, 2, 3], [10, 11, 12, 13]
        points[1, table["left"]], points[2, table["right"]] = np.nan, np.nan
    found = middle_px(points, "right")
    assert found["hip"][:, 0] == pytest.approx([5.0, 6.0, 7.0, 8.0])
    assert np.isnan(found["wrist"][:, 0]).tolist() == [False, True, True, False]

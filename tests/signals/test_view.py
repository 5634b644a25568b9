"""Where the camera stands."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.data import Facing, Stance, View
from formcheck.signals import compute_signals
from formcheck.signals.angles import HIP, SHOULDER
from formcheck.signals.view import (
    _steadiness,
    behind_deg,
    circular_median_deg,
    heading_sigma_deg,
    view_of,
)
from tests.skeleton import skeleton


@pytest.mark.parametrize("yaw_deg", [-60.0, -30.0, 0.0, 15.0, 30.0, 50.0])
@pytest.mark.parametrize("facing", ["right", "left"])
def test_yaw_and_facing_are_found(facing: Facing, yaw_deg: float) -> None:
    """Turned to or from the camera, facing either way: yaw within 2°, facing right."""
    lifter = skeleton("deadlift", reps=1, facing=facing, yaw_deg=yaw_deg)
    view = compute_signals(lifter.track).stance.view
    assert view.facing == facing
    assert view.yaw_deg == pytest.approx(abs(yaw_deg), abs=2.0)
    assert view.name == ("side" if abs(yaw_deg) < 25 else "oblique")


def test_the_heading_tells_towards_from_away() -> None:
    """Towards the camera is a positive heading, away from it a negative one."""
    for yaw_deg in (40.0, -40.0):
        signals = compute_signals(skeleton("deadlift", reps=1, yaw_deg=yaw_deg).track)
        assert circular_median_deg(signals.stance.heading_deg) == pytest.approx(yaw_deg, abs=2.0)


@pytest.mark.parametrize(("yaw_deg", "name"), [(90.0, "front"), (-90.0, "back")])
def test_front_and_back_face_neither_side(yaw_deg: float, name: str) -> None:
    """From the front or back there is no facing, and no line of the back."""
    signals = compute_signals(skeleton("back_squat", reps=1, yaw_deg=yaw_deg).track)
    assert (signals.stance.view.name, signals.stance.view.facing) == (name, None)
    assert np.isnan(signals.angles_deg["back_turn"].value).all()


@pytest.mark.parametrize(
    ("facing", "mirror", "side"),
    [
        ("right", False, "right"),
        ("left", False, "left"),
        ("right", True, "left"),
        ("left", True, "right"),
    ],
)
def test_the_camera_side_is_the_side_one_faces(facing: Facing, mirror: bool, side: Facing) -> None:
    """Facing left one shows one's left side, also in a mirrored film."""
    lifter = skeleton("deadlift", reps=1, facing=facing, mirror=mirror)
    assert compute_signals(lifter.track).stance.side == side


def test_an_oblique_view_is_said_with_how_to_mend_it() -> None:
    """From 40° the lifter is told the angle and where to place the camera."""
    cautions = compute_signals(skeleton("deadlift", reps=1, yaw_deg=40.0).track).cautions
    oblique = next(one for one in cautions if one.code == "oblique_view")
    assert "40°" in oblique.message
    assert oblique.how_to_fix


def test_the_median_of_directions_knows_the_seam() -> None:
    """Directions around 180° have their median there, not at 0°."""
    assert abs(circular_median_deg(np.array([178.0, -179.0, -177.0]))) == pytest.approx(179.0)


@pytest.mark.parametrize(
    ("heading_deg", "name"),
    [(22.0, "side"), (28.0, "oblique"), (62.0, "oblique"), (68.0, "front"), (-68.0, "back")],
)
def test_views_are_named_by_what_can_be_judged_in_them(heading_deg: float, name: str) -> None:
    """Sagittal angles hold to about 25°, frontal ones from about 65°."""
    assert view_of(np.full(30, heading_deg)).name == name


def test_a_true_side_view_is_the_least_sure_heading() -> None:
    """Rendered lifters from 18° behind to 15° ahead all look alike: 14°; from 45° on 5°."""
    assert heading_sigma_deg(0.0) == pytest.approx(14.0)
    assert heading_sigma_deg(22.5) == pytest.approx(9.5)
    assert heading_sigma_deg(40.0) > heading_sigma_deg(45.0) == heading_sigma_deg(90.0)
    assert heading_sigma_deg(90.0) == pytest.approx(5.0)


def test_a_pair_that_turns_by_itself_counts_less() -> None:
    """Shoulders behind a plate that shake by 5° count half as much as steady hips."""
    deg = np.radians(np.tile([-5.0, 5.0], 50) / 1.4826)
    shaky = np.stack([np.sin(deg), 0 * deg, np.cos(deg)], axis=1)
    steady = np.tile([0.0, 0.0, 1.0], (100, 1))
    assert _steadiness(steady) / _steadiness(shaky) == pytest.approx(2.0, rel=0.05)


@pytest.mark.parametrize(("turned_deg", "behind"), [(3.0, 0.0), (10.0, 13.0)])
def test_the_far_shoulder_shows_half_of_a_camera_behind(turned_deg: float, behind: float) -> None:
    """A far shoulder 0.7 trunks away that stands 10° back: 13° behind; 3° is jitter.

    The engine's 3-D points see nothing of it.
    """
    points = np.zeros((30, 33, 2))
    points[:, list(HIP.values()), 1] = 100.0  # a trunk of 100 pixels
    points[:, SHOULDER["left"], 0] = -70.0 * np.sin(np.radians(turned_deg))
    facing_right = Stance(View("side", "right", 0.0, 0.0), "right", np.zeros(30))
    found = behind_deg(points, facing_right)
    assert found == pytest.approx(behind, abs=0.5)

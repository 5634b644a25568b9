"""Where the camera stands."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.data import Facing
from formcheck.signals import compute_signals
from formcheck.signals.view import circular_median_deg
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

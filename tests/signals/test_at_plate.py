"""Which leg is believed where a plate stands before the nearer one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.data import Body, BoolArray, Facing, FloatArray, Stance, View
from formcheck.signals import angles
from formcheck.signals.at_plate import FAR_SIGMA, HIDDEN_SIGMA, Told, told_of
from formcheck.signals.body import Landmarks
from formcheck.signals.covered import Covered
from tests.signals.jointed import points, pull

LEG_PX = 300.0
TABLES = (angles.SHOULDER, angles.HIP, angles.KNEE, angles.ANKLE)
HIP, KNEE, ANKLE = 1, 2, 3


def told(
    floats: float = 0.0,
    *,
    facing: Facing = "right",
    both_sides: bool = False,
    farther_floats: float = 0.0,
    plate_at: int = KNEE,
) -> tuple[Told, FloatArray, BoolArray]:
    """What is told of a pull whose nearer leg is guessed above the floor while standing.

    By so many leg lengths, behind a plate at that joint; with the true places, and the frames
    in which it is.
    """
    time_s, truth = pull(seconds=4.0)
    places, count = points(truth), len(time_s)
    forward = 1.0 if facing == "right" else -1.0
    stance = Stance(View("side", facing, 0.0, 3.0), facing, np.zeros(count))
    near: Facing = facing
    far: Facing = "left" if facing == "right" else "right"
    high = truth["hip"] < 20.0
    px = np.zeros((count, 33, 2))
    for joint, table in enumerate(TABLES):
        for side in (near, far):
            px[:, table[side]] = places[:, joint] * [forward, -1.0] * LEG_PX
    for joint in (KNEE, ANKLE):
        px[high, TABLES[joint][near], 1] -= floats * LEG_PX
        px[high, TABLES[joint][far], 1] -= farther_floats * LEG_PX
    plate = np.full((count, 4), np.nan)
    plate[high, :2] = px[high, TABLES[plate_at][near]]
    plate[high, 2:] = [0.3 * LEG_PX, 1.0]
    nothing = np.zeros(count, dtype=bool)
    found = Landmarks(px, np.ones((count, 33)), ~nothing, 0)
    body = Body(px, found.seen, LEG_PX, LEG_PX, both_sides=both_sides)
    hidden = Covered(nothing, nothing, nothing)
    return told_of(found, hidden, plate, None, stance, body), places, high


@pytest.mark.parametrize("floats", [0.2, 0.4, 0.7])
def test_an_ankle_above_the_floor_gives_way_to_the_one_that_stands(floats: float) -> None:
    """The leg below the plate is the farther side's by name: it is taken, less surely."""
    one, places, high = told(floats)
    assert one.places[high, KNEE:] == pytest.approx(places[high, KNEE:], abs=1e-6)
    assert one.guessed[high, KNEE:].all()
    assert (one.sigma[high, ANKLE] >= FAR_SIGMA).all()
    assert not one.guessed[~high].any()


def test_an_ankle_on_the_floor_is_believed() -> None:
    """A twentieth above it is how feet stand."""
    one, _, high = told(0.05)
    assert not one.guessed[high, ANKLE].any()
    assert (one.sigma[high, ANKLE] < np.hypot(FAR_SIGMA, HIDDEN_SIGMA[KNEE])).all()


def test_where_neither_stands_nothing_is_told_of_the_leg() -> None:
    """Both guessed half a leg up: their places count nothing."""
    one, _, high = told(0.5, farther_floats=0.5)
    assert np.isinf(one.sigma[high, KNEE:]).all()
    assert np.isfinite(one.sigma[~high, ANKLE]).all()


def test_away_from_a_plate_a_foot_may_leave_the_floor() -> None:
    """A knee that is lifted with nothing before it is a knee that is lifted."""
    one, places, high = told(0.4, plate_at=0)
    assert not one.guessed[high, KNEE:].any()
    assert one.places[high, ANKLE, 1] == pytest.approx(places[high, ANKLE, 1] + 0.4, abs=1e-6)


def test_of_the_middle_of_both_sides_neither_is_chosen() -> None:
    """Seen obliquely both legs are in the picture."""
    one, places, high = told(0.4, both_sides=True)
    assert one.places[high, ANKLE, 1] == pytest.approx(places[high, ANKLE, 1] + 0.2, abs=1e-6)


@given(facing=st.sampled_from(["left", "right"]), floats=st.floats(0.0, 0.8))
def test_mirrored_it_is_the_same(facing: Facing, floats: float) -> None:
    """Whichever side is nearer."""
    one, _, _ = told(floats, facing=facing)
    usual, _, _ = told(floats)
    assert one.places == pytest.approx(usual.places)
    assert one.sigma == pytest.approx(usual.sigma)
    assert (one.guessed == usual.guessed).all()

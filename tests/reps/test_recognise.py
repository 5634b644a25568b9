"""Which lift it is."""

from __future__ import annotations

import pytest

from formcheck.errors import BadRequest
from formcheck.reps import recognise
from formcheck.reps.lifts import LIFTS
from formcheck.signals import measure
from tests.skeleton import skeleton

# A bell, a wide stance and a bar can't be told apart by joints alone.
PLAIN = {"sumo_deadlift": "deadlift", "kettlebell_deadlift": "deadlift"}


@pytest.mark.parametrize("lift", LIFTS)
@pytest.mark.parametrize("yaw_deg", [0.0, 30.0])
def test_each_lift_is_told(lift: str, yaw_deg: float) -> None:
    """From the side and at 30° each lift is named, or its plain form."""
    found = recognise(measure(skeleton(lift, yaw_deg=yaw_deg).track))
    assert found.name == PLAIN.get(lift, lift)
    assert found.how == "detected"
    assert 0.5 <= found.confidence <= 1.0


@pytest.mark.parametrize("lift", LIFTS)
@pytest.mark.parametrize("yaw_deg", [90.0, -90.0])
def test_the_family_is_told_from_front_and_back(lift: str, yaw_deg: float) -> None:
    """Hinge or squat, even where the exact lift can't be seen."""
    found = recognise(measure(skeleton(lift, yaw_deg=yaw_deg).track))
    assert LIFTS[found.name].family == LIFTS[lift].family


def test_the_users_word_counts() -> None:
    """A given lift is taken as given, written with spaces or dashes too."""
    signals = measure(skeleton("deadlift", reps=1).track)
    for name in ("back_squat", "Back Squat", "back-squat"):
        found = recognise(signals, name)
        assert (found.name, found.how, found.confidence) == ("back_squat", "given", 1.0)


def test_an_unknown_lift_is_refused_with_the_list() -> None:
    """The message names what was asked and what there is."""
    signals = measure(skeleton("deadlift", reps=1).track)
    with pytest.raises(BadRequest, match=r"unknown lift 'bench_press'.*deadlift.*split_squat"):
        recognise(signals, "bench_press")


def test_a_gap_at_the_bottom_gives_no_warning() -> None:
    """Frames without the lifter are normal: nothing is printed, the lift is told."""
    lifter = skeleton("deadlift", gaps=[(4.0, 4.5)])
    assert recognise(measure(lifter.track)).name == "deadlift"

"""A rise whose bottom is another posture than the others' is none of the set."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.data import Signals
from formcheck.reps.alike import FAR, UNLIKE, _distance, unlike
from formcheck.reps.cycles import find_cycles
from formcheck.signals import compute_signals
from tests.joined import joined
from tests.skeleton import skeleton


@pytest.fixture(scope="module")
def squats() -> Signals:
    """Four squats."""
    return compute_signals(skeleton("bodyweight_squat", reps=4).track)


def test_squats_are_alike(squats: Signals) -> None:
    """None of four is odd, nor of two or one."""
    found, _ = find_cycles(squats)
    assert [unlike(squats, found[:many]) for many in (4, 2, 1)] == [[], [], []]


def test_a_thing_picked_up_after_squats_isnt_counted() -> None:
    """Three squats, then a bow to the floor with hanging arms: three."""
    bow = skeleton("romanian_deadlift", reps=1)
    both = joined(skeleton("bodyweight_squat").track, bow.track)
    found, rejected = find_cycles(compute_signals(both))
    assert len(found) == 3
    assert [one.reason for one in rejected] == [UNLIKE]


def test_legs_that_change_in_turn_are_alike() -> None:
    """Half of the bottoms one way, half the other: none is far from their middle."""
    either = np.array([[90.0, 10.0, 80.0, 0.3, 0.6], [90.0, 10.0, 20.0, 0.3, 0.6]] * 3)
    assert all(_distance(row, np.delete(either, at, axis=0)) < FAR for at, row in enumerate(either))


def test_what_isnt_seen_doesnt_count() -> None:
    """With two readings of five a bottom isn't called odd."""
    usual = np.tile([90.0, 40.0, 5.0, 0.3, 0.6], (3, 1))
    odd = np.array([20.0, 80.0, 5.0, -0.4, 0.1])
    assert _distance(odd, usual) > FAR
    odd[2:] = np.nan
    assert _distance(odd, usual) == 0.0

"""Two repetitions in step turn and stand at the same time, however long each took."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.data import Rep
from formcheck.reps.in_step import MOST_WAIT_S, InStep, in_step, moments

SECONDS = st.floats(0.2, 6.0)


def squat(start_s: float = 1.0, down_s: float = 1.0, wait_s: float = 0.2, up_s: float = 1.0) -> Rep:
    """A lift from the top."""
    low_s, top_s = start_s + down_s, start_s + down_s + wait_s + up_s
    bottom_s = low_s + wait_s / 2
    return Rep(1, start_s, bottom_s, top_s, top_s, True, down_s, wait_s, up_s)


def deadlift(
    start_s: float = 1.0, up_s: float = 1.0, wait_s: float = 0.2, down_s: float = 1.0
) -> Rep:
    """A lift from the floor."""
    top_s = start_s + up_s
    return Rep(1, start_s, start_s, top_s, top_s + wait_s + down_s, True, down_s, wait_s, up_s)


def steps(one: Rep, other: Rep) -> InStep:
    found = in_step(one, other)
    assert found is not None
    return found


def test_phases_of_both_begin_together() -> None:
    """A slow and a fast squat sink, turn and stand at the same moment of the clock."""
    both = steps(squat(down_s=3.0), squat(10.0, up_s=2.0))
    assert both.moments == ("sinks", "low", "rises", "stands")
    assert both.clock_s == pytest.approx((0.0, 2.0, 2.2, 3.7))
    assert both.at(2.0) == pytest.approx((4.0, 11.0))
    assert both.other_of(2.5) == pytest.approx(10.5)  # half-way down in both


def test_a_lift_from_the_floor_goes_up_first() -> None:
    """Its moments are lift-off, standing, leaving and down."""
    both = steps(deadlift(), deadlift(5.0, up_s=3.0))
    assert both.moments == ("rises", "stands", "leaves", "down")
    assert both.other_of(2.0) == pytest.approx(8.0)


def test_a_long_pause_is_shortened() -> None:
    """Who waits for five seconds in the bottom doesn't keep the reader waiting."""
    both = steps(squat(wait_s=5.0), squat(10.0, wait_s=5.0))
    assert both.duration_s == pytest.approx(2.0 + MOST_WAIT_S)


def test_what_the_film_doesnt_tell_is_left_out() -> None:
    """A pause that isn't known joins its phases; without the way up there's no step."""
    unknown = replace(squat(), pause_s=math.nan)
    assert steps(unknown, squat()).moments == ("sinks", "rises", "stands")
    assert in_step(replace(squat(), concentric_s=math.nan), squat()) is None


def test_a_first_rep_that_begins_low_shares_the_way_up() -> None:
    """A hinge whose film begins at the bottom is in step with the next ones from there."""
    assert steps(replace(squat(), start_s=2.2, bottom_s=2.1), squat()).moments == (
        "rises",
        "stands",
    )


def test_durations_are_lifes_and_moments_the_films() -> None:
    """In a film four times slower than life the way up takes four times as long."""
    slow = replace(squat(), top_s=10.0)
    assert moments(slow, 4.0)["rises"] == pytest.approx(6.0)


@given(times=st.tuples(*[SECONDS] * 6), share=st.floats(0.0, 1.0), floor=st.booleans())
def test_both_go_on_and_never_back(times: tuple[float, ...], share: float, floor: bool) -> None:
    """On the clock both run from their first moment to their last; a rep equals itself."""
    one = (deadlift if floor else squat)(1.0, *times[:3])
    other = (deadlift if floor else squat)(50.0, *times[3:])
    both = steps(one, other)
    assert both.at(0.0) == (both.one_s[0], both.other_s[0])
    assert both.at(both.duration_s) == pytest.approx((both.one_s[-1], both.other_s[-1]))
    early, late = both.at(share * both.duration_s), both.at(both.duration_s)
    assert early[0] <= late[0] + 1e-9
    assert early[1] <= late[1] + 1e-9
    at_s = both.one_s[0] + share * (both.one_s[-1] - both.one_s[0])
    assert steps(one, one).other_of(at_s) == pytest.approx(at_s)

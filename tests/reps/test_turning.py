"""Turning points with hysteresis."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from formcheck.reps.turning import turning_points


def test_a_wave_turns_at_its_highs_and_lows() -> None:
    """Two periods: start, high, low, high, low, end; alternating."""
    values = np.sin(np.linspace(0.0, 4 * np.pi, 401))
    turns = turning_points(values, 0.5)
    assert [turn.at for turn in turns] == [0, 50, 150, 250, 350, 400]
    assert [turn.high for turn in turns] == [False, True, False, True, False, True]


def test_ripples_below_the_threshold_are_passed_over() -> None:
    """A ripple of 0.2 on a rise adds no turn at a threshold of 0.5."""
    values = np.linspace(0.0, 3.0, 301) + 0.1 * np.sin(np.arange(301))
    assert len(turning_points(values, 0.5)) == 2


def test_missing_frames_are_passed_over() -> None:
    """A gap over the high: the turn is at the highest frame that is known."""
    values = np.array([0.0, 1.0, 2.0, np.nan, np.nan, 1.5, 0.0])
    assert [turn.at for turn in turning_points(values, 0.5)] == [0, 2, 6]


def test_nothing_and_too_little() -> None:
    """No known frame, or no movement beyond the threshold: no turn."""
    assert turning_points(np.full(5, np.nan), 0.1) == []
    assert turning_points(np.array([0.0, 0.05, 0.0]), 0.1) == []


@given(st.lists(st.floats(-10, 10), max_size=60), st.floats(0.1, 5.0))
def test_turns_alternate_and_stand_out(values: list[float], least: float) -> None:
    """Whatever the signal: highs and lows alternate and differ by the threshold."""
    turns = turning_points(np.array(values), least)
    for one, other in pairwise(turns):
        assert one.at < other.at
        assert one.high != other.high
        assert abs(one.value - other.value) >= least

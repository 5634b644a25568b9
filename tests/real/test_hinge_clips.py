"""Acted sets of one lift: the squatted one is told from the hinged ones, rep by rep."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchmarks.clips import Row

LEAST_SHARE = 0.95


@pytest.mark.parametrize("name", ["idds_0016k_1"])
def test_the_squatted_set_is_called_so(judged: Callable[[str], Row], name: str) -> None:
    """At least 95 % of the repetitions of the knee-dominant set are a fault."""
    row = judged(name)
    assert row.reps == 10
    assert row.count("hinge_pattern", "fault") >= LEAST_SHARE * row.reps


@pytest.mark.parametrize("name", ["idds_0016c_1", "idds_0016h_1", "idds_0016r_1"])
def test_hinged_sets_are_not(judged: Callable[[str], Row], name: str) -> None:
    """Correct, hips first or rounded: none of their repetitions is called a squat."""
    row = judged(name)
    assert row.count("hinge_pattern", "fault") == 0
    assert row.count("hinge_pattern", "good") >= LEAST_SHARE * row.reps


@pytest.mark.parametrize("name", ["idds_0016k_1"])
def test_and_nothing_else_is(judged: Callable[[str], Row], name: str) -> None:
    """The squatted set's hips and back are no fault."""
    row = judged(name)
    assert row.count("hip_drive", "fault") == 0
    assert row.count("lumbar_rounding", "fault") == 0

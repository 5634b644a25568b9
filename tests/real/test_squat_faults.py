"""Labelled squats of four sessions: each acted fault is told from correct squats."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.squat_faults import clips, squat_faults
from benchmarks.squat_scores import (
    MOST_FALSE_ALARMS,
    WANTED,
    Judged,
    Wanted,
    auroc,
    judge_squats,
    score,
)
from formcheck.signals import compute_signals

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def squats(real_data: Path) -> list[Judged]:
    """The correct squats and those with a fault we look for, judged with our limits."""
    if squat_faults() is None:
        pytest.skip("the labelled squats aren't here")
    return judge_squats(clips())


@pytest.mark.parametrize("wanted", WANTED, ids=lambda one: one.label.replace(" ", "_"))
def test_the_fault_is_told_from_correct_squats(squats: list[Judged], wanted: Wanted) -> None:
    """Ranked within each session, and over all, the fault's cue reaches its target."""
    found = score(wanted, squats)
    assert found.auroc >= wanted.auroc, found
    assert found.pooled >= wanted.auroc, found
    assert found.measured >= 0.9


@pytest.mark.parametrize("wanted", WANTED, ids=lambda one: one.cue)
def test_correct_squats_are_not_called_faulty(squats: list[Judged], wanted: Wanted) -> None:
    """At the limits as shipped at most one correct squat in ten is called a fault."""
    assert score(wanted, squats).false_faults <= MOST_FALSE_ALARMS


def test_they_are_seen_from_the_side_and_from_the_front(real_data: Path) -> None:
    """The joints become what a camera straight at the side, and one in front, would see."""
    if squat_faults() is None:
        pytest.skip("the labelled squats aren't here")
    one = clips()[0]
    assert compute_signals(one.side).stance.view.name == "side"
    assert compute_signals(one.side).stance.view.facing == "right"
    assert compute_signals(one.front).stance.view.name == "front"


@pytest.mark.parametrize(
    ("faulty", "correct", "expected"),
    [
        ([2.0, 3.0], [0.0, 1.0], 1.0),
        ([0.0], [1.0], 0.0),
        ([1.0], [1.0], 0.5),
        ([2.0, float("nan")], [1.0, float("nan")], 1.0),
    ],
)
def test_a_ranking_is_the_chance_of_being_worse(
    faulty: list[float], correct: list[float], expected: float
) -> None:
    """All worse is 1, none 0, alike a half; what wasn't measured doesn't count."""
    assert auroc(faulty, correct) == expected

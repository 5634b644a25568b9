"""What is compared of a left and a right set."""

from __future__ import annotations

from typing import Any

import pytest

from formcheck.cues.judging.sides import Row, rows_of


def lowered(*seconds: float) -> dict[str, Any]:
    """A set from the front whose repetitions are lowered in so many seconds."""
    reps = [{"measures": {}, "phases": {"eccentric_s": one}} for one in seconds]
    return {"view": {"name": "front"}, "lift": {"name": "split_squat"}, "reps": reps}


def lowering(left: tuple[float, ...], right: tuple[float, ...]) -> Row:
    [row] = rows_of(lowered(*left), lowered(*right))
    return row


def test_two_repetitions_of_a_side_are_compared_and_one_is_not() -> None:
    """One repetition has no scatter of its own; two have."""
    assert lowering((1.0, 1.0), (1.2, 1.2)).percent == pytest.approx(-16.7, abs=0.1)
    assert rows_of(lowered(1.0), lowered(1.2, 1.2)) == ()


@pytest.mark.parametrize(("apart", "clear"), [(1.7, False), (2.4, True)])
def test_a_difference_has_to_exceed_the_own_scatter(apart: float, clear: bool) -> None:
    """Sides that differ by less than twice what a side's own repetitions do don't differ."""
    scatter = 0.05 * 2**0.5  # of two repetitions 0.1 s apart
    later = apart * scatter
    assert lowering((1.0, 1.1), (1.0 + later, 1.1 + later)).clear == clear


def test_even_repetitions_are_not_known_exactly() -> None:
    """Repetitions alike to the last digit are still known to some 6 % only: two measurements
    of one side differ by that much."""
    assert 5.0 < lowering((1.0, 1.0), (1.2, 1.2)).sigma_percent < 8.0
    scattered = lowering((1.0, 1.3), (1.2, 1.5))
    assert scattered.sigma_percent > lowering((1.0, 1.0), (1.2, 1.2)).sigma_percent

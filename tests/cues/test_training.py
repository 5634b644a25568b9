"""How the form goes with the load: from how many sets on it tells."""

from __future__ import annotations

import datetime

import pytest

from formcheck.cues.judging.training import SetRecord, Trend, trend_of


def trend(*loads_and_scores: tuple[float, float]) -> Trend | None:
    start = datetime.date(2026, 11, 1)
    return trend_of(
        [
            SetRecord(start + datetime.timedelta(days=day), "deadlift", load_kg, 5, score=score)
            for day, (load_kg, score) in enumerate(loads_and_scores)
        ]
    )


def test_four_sets_of_two_loads_tell_and_three_do_not() -> None:
    """Two loads, two sets of each, are the least that makes a trend with an error."""
    light, heavy = (100.0, 90.0), (110.0, 80.0)
    assert trend(light, light, heavy, heavy) is not None
    assert trend(light, heavy, heavy) is None
    assert trend(light, light, light, light) is None


def test_a_trend_is_told_for_a_tenth_more_load() -> None:
    """A lifter who loses 10 points from 95 to 105 kg loses 10 points for a tenth more."""
    found = trend((95.0, 90.0), (95.0, 90.0), (105.0, 80.0), (105.0, 80.0))
    assert found is not None
    assert found.points == pytest.approx(-10.0)

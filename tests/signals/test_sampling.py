"""What few pictures leave unknown, on angles that move at a known speed."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from formcheck.cues.judging.base import NotSeen
from formcheck.cues.judging.judge import _need_rate
from formcheck.reps.lifts import LIFTS
from formcheck.signals.frame_times import FrameTimes
from formcheck.signals.sampling import rate_hz, unsampled_deg


def error_deg(pictures_per_s: float, deg_per_s: float = 100.0) -> float:
    """Error of an angle that moves evenly."""
    time_s = np.arange(0.0, 2.0, 1.0 / pictures_per_s)
    assert rate_hz(time_s) == pytest.approx(pictures_per_s)
    return float(np.median(unsampled_deg(time_s, deg_per_s * time_s)))


@pytest.mark.parametrize(("pictures_per_s", "costs"), [(24.0, False), (22.0, False), (18.0, True)])
def test_usual_rates_cost_nothing(pictures_per_s: float, costs: bool) -> None:
    """Films of 22 and more a second are as the angles' errors were measured."""
    assert (error_deg(pictures_per_s) > 0.0) == costs


def test_half_the_usual_rate_costs_half_of_what_may_lie_between() -> None:
    """At 10 a second and 100° a second: anything within half of 10° is as likely."""
    assert error_deg(10.0) == pytest.approx(0.5 * 10.0 / np.sqrt(12.0))
    assert error_deg(10.0, 0.0) == 0.0


def test_the_larger_step_counts_and_a_missing_angle_has_none() -> None:
    """An angle that stands before it leaps may have leapt on either side."""
    time_s = np.arange(5) / 5.0
    found = unsampled_deg(time_s, np.array([0.0, 0.0, 40.0, np.nan, np.nan]))
    assert found[0] == found[4] == 0.0
    assert found[1] == found[2] > 5.0


@pytest.mark.parametrize(("lift", "pictures_per_s", "enough"), [
    ("deadlift", 11.0, True),
    ("deadlift", 9.0, False),  # backs are called worse than they were
    ("kettlebell_swing", 21.0, True),
    ("kettlebell_swing", 17.0, False),  # straight arms are called bent
])  # fmt: skip
def test_a_lift_takes_ten_pictures_a_second_and_a_swing_twenty(
    lift: str, pictures_per_s: float, enough: bool
) -> None:
    """Below that turning points aren't in the pictures any more: nothing is judged."""
    seen = SimpleNamespace(times=FrameTimes(np.arange(40) / pictures_per_s), kind=LIFTS[lift])
    if enough:
        _need_rate(seen)  # type: ignore[arg-type]
    else:
        with pytest.raises(NotSeen):
            _need_rate(seen)  # type: ignore[arg-type]

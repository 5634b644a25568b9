"""The causal filter and the phase of the movement."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.live.pace import OneEuro, Pace
from tests.skeleton import skeleton


@pytest.mark.parametrize("rate_hz", [20.0, 30.0, 60.0])
def test_the_filter_lags_little_in_movement(rate_hz: float) -> None:
    """At a squat's speed it is at most 60 ms behind."""
    time_s = np.arange(0.0, 3.0, 1.0 / rate_hz)
    speed = 0.8
    smooth = OneEuro()
    out = np.array([smooth(t, speed * t) for t in time_s.tolist()])
    lag_s = (speed * time_s - out)[len(out) // 2 :] / speed
    assert lag_s.max() <= 0.06


def test_the_filter_calms_a_still_signal() -> None:
    """Jitter at rest is halved at least."""
    noise = np.random.default_rng(3).normal(0.0, 0.01, 300)
    smooth = OneEuro()
    out = np.array([smooth(at / 30, value) for at, value in enumerate(noise.tolist())])
    assert out[30:].std() < 0.5 * noise.std()


def test_a_missing_value_is_passed_over() -> None:
    """Where the lifter isn't seen the last value stays."""
    smooth = OneEuro()
    smooth(0.0, 1.0)
    assert smooth(0.1, float("nan")) == 1.0


def test_phases_follow_the_movement() -> None:
    """Down, up and still come in the order they are lifted."""
    lifter = skeleton("goblet_squat", rate_hz=30.0, reps=2)
    phases: list[str] = []
    pace, ends = Pace(), 0
    for time_s, points in zip(lifter.track.time_s, lifter.track.landmarks_px, strict=True):
        ends += pace.add(float(time_s), points)
        if not phases or phases[-1] != pace.phase:
            phases.append(pace.phase)
    moves = [phase for phase in phases if phase != "still"]
    assert moves == ["down", "up", "down", "up"]
    assert 4 <= ends <= 8

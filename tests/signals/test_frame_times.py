"""Windows in seconds on any frames: even, uneven, few, one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.signals.frame_times import FrameTimes


@given(rate_hz=st.floats(5.0, 240.0), width_s=st.floats(0.0, 2.0), count=st.integers(2, 300))
def test_windows_are_seconds_long_at_any_rate(rate_hz: float, width_s: float, count: int) -> None:
    """A window is as many frames as its seconds hold, odd, and never more than there are."""
    times = FrameTimes(np.arange(count) / rate_hz)
    frames = min(round(width_s * rate_hz), count)
    assert abs(times.frames(width_s) - frames) <= 1
    assert times.around(width_s) == 2 * times.frames(width_s) + 1
    assert times.within(width_s) % 2 == 1
    assert 3 <= times.within(width_s) <= max(3, frames + 2)


def test_a_single_frame_has_no_step() -> None:
    """What has no next frame lasts for nothing and is as long as any window."""
    alone = FrameTimes(np.array([2.0]))
    assert np.isnan(alone.step_s())
    assert alone.frames(0.5) == 1
    assert alone.lasting_s(np.array([True])) == 0.0
    assert alone.during(0.0, 1.0).tolist() == [True]


def test_the_usual_step_is_not_that_of_a_gap() -> None:
    """Frames before and after a gap last as long as they were seen."""
    times = FrameTimes(np.array([0.0, 0.1, 0.2, 5.0, 5.1]))
    assert times.step_s() == pytest.approx(0.1)
    assert times.lasting_s(np.array([True, True, False, True, False])) == pytest.approx(0.3)
    assert times.nearest(4.0) == 3
    assert times.during(0.1, 5.0).tolist() == [False, True, True, True, False]
    assert times.during(2.0, 2.2).tolist() == [False, False, True, False, False]


@given(
    steps_s=st.lists(st.sampled_from([0.01, 0.033, 0.04, 0.5, 3.0]), min_size=1, max_size=40),
    start_s=st.floats(-1.0, 20.0) | st.just(float("nan")),
    lasts_s=st.floats(-0.5, 5.0) | st.just(float("nan")),
)
def test_a_window_found_by_halving_is_that_of_every_frame(
    steps_s: list[float], start_s: float, lasts_s: float
) -> None:
    """Windows and nearest frames are those that looking at every frame finds."""
    times, end_s = FrameTimes(np.cumsum(steps_s)), start_s + lasts_s
    inside = (times.time_s >= start_s - 1e-6) & (times.time_s <= end_s + 1e-6)
    nearest = int(np.argmin(np.abs(times.time_s - (start_s + end_s) / 2)))
    if not inside.any():
        inside[nearest] = True
    assert times.during(start_s, end_s).tolist() == inside.tolist()
    assert times.nearest((start_s + end_s) / 2) == nearest


def test_a_part_has_the_usual_step_of_all() -> None:
    """Frames that were picked out last as long as they do in the film."""
    times = FrameTimes(np.array([0.0, 0.1, 0.2, 0.3, 5.0, 5.5]))
    assert times.part(slice(4, 6)).step_s() == times.step_s() == pytest.approx(0.1)
    assert times.part(slice(4, 6)).part(slice(1, 2)).lasting_s(np.array([True])) == times.step_s()

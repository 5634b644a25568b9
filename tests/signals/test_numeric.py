"""What is written small gives what scipy gives."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage
from scipy.interpolate import PchipInterpolator
from scipy.signal import butter, sosfiltfilt

from formcheck.signals.numeric import LONG, Curve, both_ways, low_pass, windows

CLOSE = 1e-12
"""On processors that multiply and add in one step scipy's last digit is another."""


@given(rate_hz=st.floats(15.0, 480.0), share=st.floats(0.01, 0.44))
def test_the_low_pass_is_a_butterworth(rate_hz: float, share: float) -> None:
    """Of second order, with scipy's coefficients."""
    section = butter(2, share * rate_hz, fs=rate_hz, output="sos")[0].tolist()
    numerator, denominator = low_pass(share * rate_hz, rate_hz)
    assert [*numerator, *denominator] == pytest.approx(section, rel=CLOSE)


@pytest.mark.parametrize("count", [4, 60, 700, LONG - 1, LONG])
@pytest.mark.parametrize("columns", [1, 5])
def test_filtered_values_are_those_of_scipy(
    monkeypatch: pytest.MonkeyPatch, count: int, columns: int
) -> None:
    """Forwards and backwards, the ends reflected, however long."""
    monkeypatch.delitem(sys.modules, "scipy.signal", raising=False)
    values = np.random.default_rng(count).normal(size=(count, columns)).cumsum(axis=0)
    pad = min(30, count - 1)
    section = butter(2, 7.48, fs=30.0, output="sos")
    expected = sosfiltfilt(section, values, axis=0, padtype="odd", padlen=pad)
    np.testing.assert_allclose(both_ways(7.48, 30.0, values, pad), expected, rtol=0, atol=1e-9)


@given(
    steps=st.lists(st.floats(0.01, 2.0), min_size=1, max_size=12),
    heights=st.lists(st.sampled_from([0.0, 1.0, 1.5, -2.0, 7.0]), min_size=13, max_size=13),
)
def test_the_curve_is_that_of_scipy(steps: list[float], heights: list[float]) -> None:
    """Through rises, turns and level stretches, and with two points alone."""
    at = np.cumsum([0.0, *steps])
    values = np.array(heights)[: at.size]
    both = np.stack([values, values[::-1]], axis=1)
    between = np.linspace(at[0], at[-1], 40)[1:-1]
    expected = PchipInterpolator(at, both, extrapolate=False)(between)
    np.testing.assert_allclose(Curve(at, both)(between), expected, rtol=CLOSE, atol=CLOSE)


@given(
    values=st.lists(st.sampled_from([0.0, 0.3, 0.7, 1.0]), min_size=1, max_size=30),
    reach=st.integers(0, 12),
)
def test_windows_are_those_of_scipy(values: list[float], reach: int) -> None:
    """Their least, middle and most, in windows that reach over both ends too."""
    given_values, width = np.array(values), 2 * reach + 1
    over = windows(given_values, width)
    lowest = ndimage.minimum_filter1d(given_values, width, mode="nearest")
    middle = ndimage.median_filter(given_values, size=width, mode="nearest")
    assert over.min(axis=-1).tolist() == lowest.tolist()
    assert np.median(over, axis=-1).tolist() == middle.tolist()

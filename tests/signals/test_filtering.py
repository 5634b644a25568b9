"""The low-pass and the bridging of gaps."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.signals.filtering import fill_gaps, hampel, nan_median, runs, smooth, stretches


def gain(frequency_hz: float, time_s: np.ndarray) -> float:
    """What the filter leaves of a sine, away from the ends."""
    wave = np.sin(2 * np.pi * frequency_hz * time_s)
    middle = (time_s > 2.0) & (time_s < time_s[-1] - 2.0)
    return float(np.std(smooth(time_s, wave)[middle]) / np.std(wave[middle]))


@pytest.mark.parametrize("rate_hz", [30.0, 60.0, 120.0])
def test_the_filter_falls_to_3_db_at_6_hz(rate_hz: float) -> None:
    """Run forwards and backwards the -3 dB point is 6 Hz, within a tenth."""
    time_s = np.arange(0.0, 20.0, 1.0 / rate_hz)
    assert gain(5.4, time_s) > np.sqrt(0.5) > gain(6.6, time_s)


def test_lifting_speeds_pass() -> None:
    """A movement of 1 Hz loses less than a hundredth."""
    assert gain(1.0, np.arange(0.0, 20.0, 1 / 30)) > 0.99


@pytest.mark.parametrize("frequency_hz", [0.5, 2.0, 4.0])
def test_the_filter_has_no_lag(frequency_hz: float) -> None:
    """What comes out correlates best with what went in at no shift at all."""
    time_s = np.arange(0.0, 20.0, 0.01)
    wave = np.sin(2 * np.pi * frequency_hz * time_s)
    out = smooth(time_s, wave)[300:-300]
    shifts = range(-10, 11)
    match = [float(out @ wave[300 + shift : len(wave) - 300 + shift]) for shift in shifts]
    assert list(shifts)[int(np.argmax(match))] == 0


def test_uneven_times_are_respected() -> None:
    """Frames that come early or late by 20 % bend a straight line nowhere."""
    rng = np.random.default_rng(1)
    time_s = np.cumsum(rng.uniform(0.8, 1.2, 300) / 30)
    np.testing.assert_allclose(smooth(time_s, 3.0 * time_s), 3.0 * time_s, atol=0.01)


def test_each_known_stretch_is_filtered_alone() -> None:
    """A jump across a gap doesn't smear into either side; scraps are dropped."""
    time_s = np.arange(100) / 30
    values = np.where(np.arange(100) < 50, 0.0, 100.0)
    values[45:55] = np.nan
    values[58:] = np.nan
    out = smooth(time_s, values)
    np.testing.assert_allclose(out[:45], 0.0, atol=1e-9)
    assert np.isnan(out[45:]).all()


def test_gaps_are_measured_in_seconds() -> None:
    """0.2 s is filled at any rate, one frame more is not."""
    for rate_hz in (25, 100):
        time_s = np.arange(2 * rate_hz) / rate_hz
        short, long = np.sin(time_s), np.sin(time_s)
        width = rate_hz // 5
        short[10 : 10 + width - 1] = np.nan
        long[10 : 10 + width] = np.nan
        np.testing.assert_allclose(fill_gaps(time_s, short), np.sin(time_s), atol=0.01)
        np.testing.assert_array_equal(fill_gaps(time_s, long), long)


def test_ends_are_not_made_up() -> None:
    """Missing at the beginning and the end stays missing."""
    values = np.array([np.nan, 1.0, 2.0, np.nan])
    np.testing.assert_array_equal(fill_gaps(np.arange(4) / 100, values), values)


def test_hampel_marks_the_outlier_alone() -> None:
    """One wild value is marked; its neighbours, small wiggles and NaN are not."""
    values = np.sin(np.arange(40) / 10)
    values[20] += 5.0
    values[5] = np.nan
    np.testing.assert_array_equal(np.flatnonzero(hampel(values, 0.1)), [20])


def test_runs_are_half_open() -> None:
    """Stretches of True as start and stop, at the ends too."""
    assert runs(np.array([True, False, True, True])) == [(0, 1), (2, 4)]


def test_columns_are_filtered_as_if_each_were_alone() -> None:
    rng = np.random.default_rng(3)
    time_s = np.cumsum(rng.uniform(0.025, 0.04, 120))
    values = np.cumsum(rng.normal(size=(120, 4)), axis=0)
    values[40:60, 1] = values[:2, 2] = values[45:, 3] = np.nan
    together = smooth(time_s, values)
    for column in range(4):
        alone = smooth(time_s, values[:, column])
        np.testing.assert_allclose(together[:, column], alone, rtol=0, atol=1e-12)


@pytest.mark.parametrize("width", [1, 4, 7])
def test_median_passes_over_what_is_not_known(width: int) -> None:
    rng = np.random.default_rng(width)
    values = rng.normal(size=(50, width))
    values[rng.uniform(size=values.shape) < 0.3] = np.nan
    values[0] = np.nan
    known = np.isfinite(values).any(axis=1)
    found = nan_median(values)
    np.testing.assert_array_equal(np.isnan(found), ~known)
    np.testing.assert_array_equal(found[known], np.nanmedian(values[known], axis=1))


@pytest.mark.parametrize(("step_s", "gap_s", "parts"), [
    (1 / 30, 0.45, 1),
    (1 / 30, 0.6, 2),  # long enough to hide a turning point
    (1.0, 3.5, 1),  # a picture a second, and some dropped
    (1.0, 4.6, 2),
])  # fmt: skip
def test_a_stretch_ends_where_half_a_second_or_several_pictures_lack(
    step_s: float, gap_s: float, parts: int
) -> None:
    """Half a second at usual rates; more than four usual intervals of a slow film."""
    steps_s = np.full(40, step_s)
    steps_s[20] = gap_s
    assert stretches(np.cumsum(steps_s))[-1] + 1 == parts

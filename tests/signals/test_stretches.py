"""Gaps in time: nothing is filtered across them, and memory follows frames."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.signals import compute_signals
from formcheck.signals.filtering import fill_gaps, pieces, smooth, stretches
from tests.skeleton import skeleton

RATE_HZ = 30.0
TWO_DAYS_S = 172_800.0
GAPS = st.lists(st.tuples(st.integers(1, 299), st.floats(0.1, TWO_DAYS_S)), min_size=1, max_size=8)


def gapped(frames: int, gaps: list[tuple[int, float]]) -> np.ndarray:
    """Even times with so many seconds more before some of the frames."""
    steps_s = np.full(frames, 1 / RATE_HZ)
    for at, gap_s in gaps:
        steps_s[at % frames] += gap_s
    return np.cumsum(steps_s)


@given(GAPS)
@settings(max_examples=40)
def test_filters_never_cross_a_gap(gaps: list[tuple[int, float]]) -> None:
    """What lies beyond a gap changes nothing before it."""
    time_s = gapped(300, gaps)
    wave = np.sin(np.arange(300) / 9.0)
    values = np.where(np.arange(300) % 40 == 7, np.nan, wave)
    whole = smooth(time_s, fill_gaps(time_s, values))
    for start, stop in pieces(time_s):
        part_s, part = time_s[start:stop], values[start:stop]
        alone = smooth(part_s, fill_gaps(part_s, part))
        np.testing.assert_allclose(whole[start:stop], alone, atol=1e-6)


def test_filters_never_cross_a_change_of_stretch() -> None:
    """A jump cut smears into neither side, though no time is missing."""
    time_s = np.arange(100) / RATE_HZ
    values = np.where(np.arange(100) < 50, 0.0, 100.0)
    stretch = (np.arange(100) >= 50).astype(int)
    np.testing.assert_allclose(smooth(time_s, values, stretch=stretch), values, atol=1e-9)


@given(GAPS)
@settings(max_examples=40)
def test_memory_follows_frames(gaps: list[tuple[int, float]]) -> None:
    """However long the gaps, the filter's grids stay small and stretches number themselves."""
    time_s = gapped(300, gaps)
    tracemalloc.start()
    smooth(time_s, np.sin(np.arange(300) / 9.0))
    number = stretches(time_s)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2e6
    assert (np.diff(number) >= 0).all()
    assert number[-1] == (np.diff(time_s) > 0.501).sum()


def test_bunched_frames_need_no_fine_grid() -> None:
    """Half of the frames a microsecond apart don't ask for a million points."""
    time_s = np.cumsum(np.where(np.arange(300) % 2, 1e-6, 0.1))
    tracemalloc.start()
    smooth(time_s, np.ones(300))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2e6


@pytest.mark.parametrize("gap_s", [0.6, 3.0, 3600.0, TWO_DAYS_S])
def test_a_gap_changes_no_angle(gap_s: float) -> None:
    """Away from the gap a set measures as it does without one, in no more memory."""
    track = skeleton("deadlift", reps=2).track
    half = len(track.time_s) // 2
    late = replace(track, time_s=track.time_s + gap_s * (np.arange(len(track.time_s)) >= half))
    tracemalloc.start()
    found = compute_signals(late)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50e6
    assert np.unique(found.time.stretch).tolist() == [0, 1]
    away = np.abs(np.arange(len(track.time_s)) - half) > 20
    for name, angle in compute_signals(track).angles_deg.items():
        np.testing.assert_allclose(found.angles_deg[name].value[away], angle.value[away], atol=0.5)


def test_stretches_that_were_given_are_kept() -> None:
    """A jump cut that the pictures showed and a gap in time are two changes."""
    time_s = gapped(90, [(60, 5.0)])
    given_number = (np.arange(90) >= 30).astype(int)
    assert np.flatnonzero(np.diff(stretches(time_s, given_number))).tolist() == [29, 59]

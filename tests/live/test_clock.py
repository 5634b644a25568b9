"""The session's clock: never back, near the wall, smooth while pictures keep coming."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.live.clock import AHEAD_S, BEHIND_S, LEAST_STEP_S, Clock, FilmClock

steps = st.one_of(st.floats(0.0, 0.1), st.floats(0.0, 10.0))
stamps = st.one_of(st.none(), st.floats(), st.floats(-1.0, 1e5), st.just(math.nan))


def played(pictures: Sequence[tuple[float | None, float]]) -> list[tuple[float, float]]:
    """The times that pictures (stamp, arrival) get, with their arrivals."""
    clock = Clock()
    given_times = [(clock(stamp_s, arrived_s), arrived_s) for stamp_s, arrived_s in pictures]
    return [(time_s, arrived_s) for time_s, arrived_s in given_times if time_s is not None]


@given(st.lists(st.tuples(stamps, steps, st.booleans()), max_size=60))
def test_whatever_the_stamps_time_goes_forward_near_the_arrivals(
    pictures: list[tuple[float | None, float, bool]],
) -> None:
    """Each time is later than the last, and never far from the picture's arrival."""
    clock, arrived_s, last_s, last_given_s = Clock(), 0.0, -math.inf, 0.0
    for stamp_s, step_s, anew in pictures:
        if anew:
            clock.reopen()
        arrived_s += step_s
        time_s = clock(stamp_s, arrived_s)
        if time_s is None:  # and nobody is left out for long
            assert arrived_s - last_given_s <= AHEAD_S + BEHIND_S + LEAST_STEP_S
            continue
        assert time_s > last_s
        assert -BEHIND_S <= time_s - arrived_s <= AHEAD_S
        last_s, last_given_s = time_s, arrived_s


@settings(max_examples=30)
@given(st.floats(0.9, 1.6), st.lists(st.floats(0.0, 0.08), min_size=400, max_size=400))
def test_a_nominal_rate_neither_drifts_nor_jumps(pace: float, jitter_s: list[float]) -> None:
    """Stamps that run slow or fast for good are slewed: no picture lost, no leap."""
    arrived_s = np.maximum.accumulate([k * 0.04 * pace + late for k, late in enumerate(jitter_s)])
    told = played([(k * 0.04, one) for k, one in enumerate(arrived_s.tolist())])
    assert len(told) == len(jitter_s)
    times_s = np.array([time_s for time_s, _ in told])
    assert np.diff(times_s).max() <= 2.5 * 0.04
    # Over the long run a second is a second.
    assert (times_s[-1] - times_s[200]) / (199 * 0.04 * pace) == pytest.approx(1.0, abs=0.04)


def test_true_stamps_are_smoother_than_arrivals() -> None:
    """A radio's jitter of 80 ms hardly shows in the times."""
    rng = np.random.default_rng(1)
    late_s = rng.uniform(0.0, 0.08, 500)
    arrived_s = np.maximum.accumulate(np.arange(500) / 25 + late_s)
    told = played([(k / 25, one) for k, one in enumerate(arrived_s.tolist())])
    times_s = np.array([time_s for time_s, _ in told])
    off_s = times_s - np.arange(500) / 25
    assert np.ptp(off_s[100:]) < 0.03
    assert np.diff(times_s) == pytest.approx(0.04, abs=0.01)


@pytest.mark.parametrize("jump_s", [-1e6, -3.0, -0.5, 2.0, 93_600.0])
def test_stamps_that_jump_cost_at_most_a_moment(jump_s: float) -> None:
    """Back, ahead by a day: the pictures go on at their arrivals."""
    pictures = [(k / 25 + (jump_s if k >= 50 else 0.0), k / 25) for k in range(200)]
    told = played(pictures)
    assert len(told) >= 199
    assert all(abs(time_s - arrived_s) < 0.1 for time_s, arrived_s in told)


def test_a_gap_in_the_pictures_is_a_gap_in_time() -> None:
    """A source that stops for three seconds, and comes back counting from zero or going on."""
    for stamps_s in ([0.0, 0.04], [1.04, 1.08], [4.04, 4.08]):
        before = [(k / 25, k / 25) for k in range(26)]
        after = [(stamp_s, 4.0 + k / 25) for k, stamp_s in enumerate(stamps_s)]
        told = played(before + after)
        times_s = [time_s for time_s, _ in told]
        assert max(b - a for a, b in itertools.pairwise(times_s)) == pytest.approx(3.0, abs=0.1)


def test_what_comes_in_one_heap_is_not_played_fast() -> None:
    """Two seconds of pictures at once, as a camera sends on connecting: most are left out."""
    heap = [(k / 25, 0.002 * k) for k in range(50)]
    live = [(2.0 + k / 25, 0.1 + k / 25) for k in range(100)]
    told = played(heap + live)
    assert np.diff([time_s for time_s, _ in told]).min() > 0.02
    assert len([one for one in told if one[1] >= 0.1]) >= 90
    assert len([one for one in told if one[1] < 0.1]) <= 1 + AHEAD_S * 25


def test_a_film_keeps_its_own_times_and_follows_on_when_played_again() -> None:
    """Whatever the wall says, a film's seconds are its own."""
    clock = FilmClock()
    assert [clock(k / 30, 9.0 * k) for k in range(3)] == [k / 30 for k in range(3)]
    clock.reopen()
    assert clock(0.0, 30.0) == 30.0
    assert clock(0.5, 31.0) == 30.5
    clock.reopen()
    assert clock(0.0, 1.0) == pytest.approx(30.5 + LEAST_STEP_S)

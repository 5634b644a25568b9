"""Whether a film's seconds can be life's, by its pictures and bodies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.data import Pace, PoseTrack
from formcheck.signals import compute_signals
from tests.rods import select
from tests.skeleton import skeleton


def codes(track: PoseTrack) -> set[str]:
    return {caution.code for caution in compute_signals(track).cautions}


def slowed_between(track: PoseTrack, begin: int, end: int, times: int) -> PoseTrack:
    """Show each picture from ``begin`` to ``end`` so many times, at the film's own rate."""
    count = np.ones(len(track.time_s), dtype=int)
    count[begin:end] = times
    out = select(track, np.repeat(np.arange(len(track.time_s)), count))
    return replace(out, time_s=np.arange(len(out.time_s)) / 30.0)


@pytest.fixture(scope="module")
def deadlifts() -> PoseTrack:
    return skeleton("deadlift", reps=3, noise_px=0.5).track


@pytest.mark.parametrize("times", [2, 4, 8])
def test_repeated_pictures_are_a_ramp(deadlifts: PoseTrack, times: int) -> None:
    """A part in slow motion, each picture shown 2 to 8 times, makes the film's speed change."""
    found = compute_signals(slowed_between(deadlifts, 90, 160, times))
    assert found.time.pace == Pace(doubt="pace_changes")
    assert "pace_changes" in {caution.code for caution in found.cautions}


def test_pictures_further_apart_are_a_ramp(deadlifts: PoseTrack) -> None:
    """So does a part whose pictures lie four times as far apart."""
    steps_s = np.full(len(deadlifts.time_s), 1 / 30)
    steps_s[90:160] *= 4
    assert (
        compute_signals(replace(deadlifts, time_s=np.cumsum(steps_s))).time.pace.doubt
        == "pace_changes"
    )


def test_the_rate_of_poor_light_is_no_ramp(deadlifts: PoseTrack) -> None:
    """Half of the pictures in a part, at true times, are only fewer pictures."""
    keep = np.ones(len(deadlifts.time_s), dtype=bool)
    keep[91:160:2] = False
    assert compute_signals(select(deadlifts, np.flatnonzero(keep))).time.pace == Pace()


def test_doubled_throughout_is_no_ramp(deadlifts: PoseTrack) -> None:
    """A film at 15 pictures a second, stored at 30, doesn't change its speed."""
    few = select(deadlifts, np.arange(0, len(deadlifts.time_s), 2))
    doubled = select(few, np.repeat(np.arange(len(few.time_s)), 2))
    film = replace(doubled, time_s=np.arange(len(doubled.time_s)) / 30.0)
    assert compute_signals(film).time.pace == Pace()


@pytest.mark.parametrize("lift", ["deadlift", "kettlebell_swing", "bodyweight_squat"])
def test_lifts_at_their_own_pace_are_believed(lift: str) -> None:
    """A plain film isn't doubted."""
    tempo = (0.7, 0.05, 0.65) if lift == "kettlebell_swing" else (1.0, 0.3, 0.9)
    assert not codes(skeleton(lift, reps=4, tempo=tempo).track) & {"pace_unknown", "pace_changes"}


def test_a_sped_up_swing_is_doubted() -> None:
    """Arms can't swing in 0.7 s: the film plays faster than life, and it is said."""
    swing = skeleton("kettlebell_swing", reps=6, tempo=(0.65, 0.05, 0.65), rest_s=0.1).track
    assert compute_signals(swing).time.pace == Pace()
    fast = replace(swing, time_s=swing.time_s / 2)
    found = compute_signals(fast)
    assert found.time.pace.doubt == "pace_unknown"
    assert 0.4 < found.time.pace.slowed < 0.6
    np.testing.assert_allclose(found.time_s * found.time.pace.slowed, fast.time_s)
    assert "perhaps 2" in next(one.message for one in found.cautions if one.code == "pace_unknown")

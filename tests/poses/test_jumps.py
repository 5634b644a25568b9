"""Jump cuts: a leap that no body makes, while the picture changes more than usual."""

from __future__ import annotations

import numpy as np

from formcheck.data import FloatArray
from formcheck.poses.jumps import jump_cuts
from tests.skeleton import skeleton

STEP_GREY = 1.0


def without(start_s: float, stop_s: float) -> tuple[FloatArray, FloatArray, int]:
    """A set out of which time was cut: its times, points, and where the cut is."""
    track = skeleton("deadlift", reps=3).track
    kept = (track.time_s < start_s) | (track.time_s >= stop_s)
    time_s = track.time_s[: kept.sum()]
    return time_s, track.landmarks_px[kept], int((track.time_s < start_s).sum())


def half_a_lift() -> tuple[float, float]:
    """From a bottom to the next top."""
    lifter = skeleton("deadlift", reps=3)
    trunk, time_s = lifter.angles_deg["trunk"], lifter.track.time_s
    middle = time_s > time_s[-1] / 3
    low = time_s[middle][int(np.argmax(trunk[middle]))]
    later = time_s > low
    return float(low), float(time_s[later][int(np.argmin(trunk[later]))])


def test_a_leap_with_a_new_picture_is_a_cut() -> None:
    """From the floor to the top in one picture: time is missing."""
    time_s, points, at = without(*half_a_lift())
    change = np.full(time_s.shape, STEP_GREY)
    change[at] = 12.0
    cut, _ = jump_cuts(time_s, points, change)
    assert np.flatnonzero(cut).tolist() == [at]


def test_a_leap_of_the_engine_is_none() -> None:
    """The same leap in a picture that changes as always is the engine's own."""
    time_s, points, _ = without(*half_a_lift())
    cut, lagging = jump_cuts(time_s, points, np.full(time_s.shape, STEP_GREY))
    assert not cut.any()
    assert not lagging.any()


def test_a_lamp_is_none() -> None:
    """A picture that changes all over, in which nobody leaps, isn't cut."""
    track = skeleton("kettlebell_swing", reps=3).track
    change = np.full(track.time_s.shape, STEP_GREY)
    change[::40] = 20.0
    cut, _ = jump_cuts(track.time_s, track.landmarks_px, change)
    assert not cut.any()


def test_a_lifter_lost_at_the_cut() -> None:
    """Nobody is found for two pictures after it: the cut is where the picture changed."""
    time_s, points, at = without(*half_a_lift())
    change = np.full(time_s.shape, STEP_GREY)
    change[at] = 12.0
    points = points.copy()
    points[at : at + 2] = np.nan
    cut, _ = jump_cuts(time_s, points, change)
    assert np.flatnonzero(cut).tolist() == [at]

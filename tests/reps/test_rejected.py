"""What looks like a repetition and is none: not counted, and why."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.data import FloatArray, Lift, PoseTrack, Rejected, Rep
from formcheck.errors import NoReps
from formcheck.reps import recognise, segment
from formcheck.signals import compute_signals
from tests.rods import Angles, film_of, select
from tests.skeleton import OWN_NECK_DEG, OWN_TURN_DEG, STANDING, skeleton

TIME_S = np.arange(0.0, 8.0, 1 / 30)
WAVE = (1.0 - np.cos(2 * np.pi * TIME_S / 2.0)) / 2  # four times up and down


def standing(**changed: FloatArray) -> Angles:
    """A body that stands for eight seconds, but for the given angles."""
    steady = {**STANDING, "rear_thigh": 0.0, "rear_shank": 2.0, "upper_arm": 0.0, "forearm": 0.0}
    steady |= {"neck": OWN_NECK_DEG, "back_turn": OWN_TURN_DEG}
    return {name: np.full(TIME_S.shape, angle) for name, angle in steady.items()} | changed


def judged(
    track: PoseTrack, lift: str = "deadlift"
) -> tuple[tuple[Rep, ...], tuple[Rejected, ...]]:
    return segment(compute_signals(track), Lift(lift, "given", 1.0))


def test_raising_the_arms_is_no_lift() -> None:
    """Lateral or front raises move no shoulder: nothing found, and it is said."""
    track = film_of(TIME_S, standing(upper_arm=90 * WAVE, forearm=90 * WAVE))
    assert judged(track)[0] == ()
    with pytest.raises(NoReps, match="Film the whole body"):
        recognise(compute_signals(track))


def test_shrugs_are_no_lift() -> None:
    """Shoulders that rise by 0.12 m while the hips stay straight: named, not counted."""
    track = film_of(TIME_S, standing(), shrug_m=0.12 * WAVE)
    reps, rejected = judged(track)
    assert reps == ()
    assert rejected
    assert {one.reason for one in rejected} == {
        "the hips hardly bend: a step, a jump or an arm movement"
    }
    with pytest.raises(NoReps, match="hips hardly bend"):
        recognise(compute_signals(track))


def test_jumps_are_no_lift() -> None:
    """Four jumps with a dip of the knees: named, not counted."""
    air = np.maximum(np.sin(2 * np.pi * TIME_S / 2.0), 0.0)
    dip = np.maximum(-np.sin(2 * np.pi * TIME_S / 2.0), 0.0)
    legs = {"thigh": -20 * dip, "rear_thigh": -20 * dip, "shank": 15 * dip, "rear_shank": 15 * dip}
    reps, rejected = judged(film_of(TIME_S, standing(**legs), above_m=0.3 * air))
    assert reps == ()
    assert rejected


def test_walking_is_no_lift() -> None:
    """Across the picture and back, bobbing: no repetition."""
    swing = 25 * np.sin(2 * np.pi * TIME_S)
    legs = {
        "thigh": -swing,
        "rear_thigh": swing,
        "shank": 2 - swing / 2,
        "rear_shank": 2 + swing / 2,
    }
    track = film_of(TIME_S, standing(**legs), along_m=0.8 * TIME_S)
    assert judged(track)[0] == ()
    with pytest.raises(NoReps):
        recognise(compute_signals(track))


def test_a_walk_out_is_named() -> None:
    """Standing up under the bar while stepping back a metre is no squat."""
    low = np.interp(TIME_S, [1.0, 2.5], [1.0, 0.0])
    body = standing(trunk=2 + 40 * low, thigh=-45 * low, rear_thigh=-45 * low, shank=20 * low)
    body["rear_shank"] = body["shank"]
    reps, rejected = judged(film_of(TIME_S, body, along_m=-1.2 * (1.0 - low)))
    assert reps == ()
    assert [one.reason for one in rejected] == [
        "the lifter moves about: walk-out, re-rack or set-up"
    ]


@pytest.mark.parametrize("lift", ["deadlift", "back_squat", "romanian_deadlift"])
def test_a_failed_attempt_is_named_and_not_counted(lift: str) -> None:
    """Three good ones and one that goes less than half of the way: three, and one failed."""
    lifter = skeleton(lift, reps=4, efforts=[1.0, 1.0, 0.45, 1.0])
    reps, rejected = judged(lifter.track, lift)
    assert len(reps) == 3
    assert [one.reason for one in rejected] == ["failed or partial attempt"]
    assert rejected[0].start_s == pytest.approx(lifter.reps[2].start_s, abs=1.5)


@pytest.mark.parametrize("lift", ["deadlift", "back_squat"])
def test_small_moves_before_the_set_are_no_repetition(lift: str) -> None:
    """A dip of a fifth (getting tight) is below the set's own range: three, none failed."""
    lifter = skeleton(lift, reps=4, efforts=[0.2, 1.0, 1.0, 1.0])
    assert len(judged(lifter.track, lift)[0]) == 3


def test_a_film_that_ends_early_on_the_way_up() -> None:
    """Two fifths of the last rise is in the film: not counted, and named."""
    lifter = skeleton("back_squat", tempo=(1.0, 0.0, 0.9))
    reps, rejected = judged(lifter.part(0.0, lifter.reps[-1].end_s - 0.5).track, "back_squat")
    assert len(reps) == 2
    assert [one.reason for one in rejected] == ["the clip ends before half of the way up"]


def test_legs_out_of_the_picture_count_nothing() -> None:
    """Filmed from the waist up there is nothing to count."""
    lifter = skeleton("back_squat")
    lifter.track.visibility[:, 25:] = 0.1
    assert judged(lifter.track, "back_squat") == ((), ())


def test_standing_still_is_nothing() -> None:
    """A lifter who stands and breathes: no repetition, no rejection."""
    track = film_of(TIME_S, standing(), shrug_m=0.01 * WAVE)
    assert judged(track) == ((), ())


def test_a_rejection_says_when() -> None:
    """The stretch lies inside the film, and ends after it starts."""
    track = film_of(TIME_S, standing(), shrug_m=0.12 * WAVE)
    for one in judged(select(track, TIME_S > 1.0))[1]:
        assert 1.0 < one.start_s < one.end_s <= TIME_S[-1]

"""Repetitions counted and timed, on sets whose times are known."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from formcheck.data import Lift, Rep
from formcheck.reps import segment
from formcheck.reps.lifts import LIFTS
from formcheck.signals import compute_signals
from tests.rods import select
from tests.skeleton import Lifter, skeleton

FROM_FLOOR = sorted(name for name, kind in LIFTS.items() if kind.starts == "bottom")
FROM_TOP = sorted(name for name, kind in LIFTS.items() if kind.starts == "top")
WITHIN_S = 0.03  # at 30 pictures a second: less than one of them
TOP_WITHIN_S = 0.045  # the filter rounds the trunk's stop when standing


def count(lifter: Lifter, lift: str = "deadlift") -> tuple[Rep, ...]:
    return segment(compute_signals(lifter.track), Lift(lift, "given", 1.0))[0]


@pytest.mark.parametrize("lift", LIFTS)
@pytest.mark.parametrize("yaw_deg", [0.0, 40.0, 90.0])
def test_three_are_three(lift: str, yaw_deg: float) -> None:
    """Every lift, from the side, from an angle and from the front: three, all whole."""
    reps = count(skeleton(lift, yaw_deg=yaw_deg), lift)
    assert [rep.index for rep in reps] == [1, 2, 3]
    assert all(rep.complete for rep in reps)


@pytest.mark.parametrize("lift", FROM_FLOOR)
def test_a_lift_from_the_floor_starts_at_the_bottom(lift: str) -> None:
    """Start, bottom and end are right to within a frame, the top to one and a third."""
    lifter = skeleton(lift)
    for true, rep in zip(lifter.reps, count(lifter, lift), strict=True):
        assert rep.start_s == rep.bottom_s == pytest.approx(true.start_s, abs=WITHIN_S)
        assert rep.top_s == pytest.approx(true.top_s, abs=TOP_WITHIN_S)
        assert rep.end_s == pytest.approx(true.end_s, abs=WITHIN_S)


@pytest.mark.parametrize("lift", FROM_TOP)
def test_a_lift_from_the_top_ends_at_the_top(lift: str) -> None:
    """The bottom is right to within a frame, start and top to one and a third."""
    lifter = skeleton(lift, tempo=(1.0, 0.0, 0.9))
    for true, rep in zip(lifter.reps, count(lifter, lift), strict=True):
        assert rep.start_s == pytest.approx(true.start_s, abs=TOP_WITHIN_S)
        assert rep.bottom_s == pytest.approx(true.bottom_s, abs=WITHIN_S)
        assert rep.end_s == rep.top_s == pytest.approx(true.top_s, abs=TOP_WITHIN_S)


@pytest.mark.parametrize("lift", ["deadlift", "back_squat"])
@pytest.mark.parametrize("tempo", [(0.6, 0.4, 0.5), (1.0, 1.0, 1.0), (2.0, 1.0, 1.5)])
def test_phases_are_the_tempo(lift: str, tempo: tuple[float, float, float]) -> None:
    """Lowering, hold and rising as long as they were, fast or slow."""
    for rep in count(skeleton(lift, reps=2, tempo=tempo), lift):
        phases = (rep.eccentric_s, rep.pause_s, rep.concentric_s)
        assert phases == pytest.approx(tempo, abs=2 * TOP_WITHIN_S)


@pytest.mark.parametrize("lift", ["deadlift", "kettlebell_swing", "back_squat"])
def test_times_fall_between_frames(lift: str) -> None:
    """Moving the film by a third of a frame moves every time by as much."""
    early, late = (
        count(skeleton(lift, start_pad_s=0.5 + shift_s), lift) for shift_s in (0.0, 1 / 90)
    )
    moved = [b.top_s - a.top_s for a, b in zip(early, late, strict=True)]
    assert moved == pytest.approx([1 / 90] * 3, abs=0.008)


@pytest.mark.parametrize("lift", LIFTS)
def test_touch_and_go(lift: str) -> None:
    """Without any rest between and any hold: still three."""
    assert len(count(skeleton(lift, tempo=(0.7, 0.0, 0.6), rest_s=0.0), lift)) == 3


@pytest.mark.parametrize("lift", ["deadlift", "back_squat"])
def test_long_rests_and_pauses_are_no_repetitions(lift: str) -> None:
    """Five seconds of rest and three of hold, with an unsteady picture: three."""
    lifter = skeleton(lift, tempo=(1.0, 3.0, 1.0), rest_s=5.0, noise_px=1.0)
    assert len(count(lifter, lift)) == 3


@pytest.mark.parametrize("lift", LIFTS)
def test_one_repetition_is_enough(lift: str) -> None:
    """A film of one repetition has one."""
    assert len(count(skeleton(lift, reps=1), lift)) == 1


def test_a_film_that_begins_in_mid_squat() -> None:
    """The first is counted as incomplete: how long it took is not known."""
    lifter = skeleton("back_squat", tempo=(1.0, 0.3, 0.9))
    whole = count(lifter, "back_squat")
    cut = count(lifter.part(lifter.reps[0].start_s + 1.1, 99.0), "back_squat")
    assert [rep.complete for rep in cut] == [False, True, True]
    assert math.isnan(cut[0].eccentric_s)
    assert cut[1].start_s == pytest.approx(whole[1].start_s, abs=WITHIN_S)


def test_a_film_that_begins_in_mid_deadlift() -> None:
    """Begun when a quarter of the pull is done: counted as incomplete."""
    lifter = skeleton("deadlift")
    cut = count(lifter.part(lifter.reps[0].start_s + 0.35, 99.0))
    assert [rep.complete for rep in cut] == [False, True, True]


def test_a_film_that_ends_at_the_top_of_the_last_deadlift() -> None:
    """Counted, as the lifter stands; incomplete, as the lowering isn't there."""
    lifter = skeleton("deadlift")
    cut = count(lifter.part(0.0, lifter.reps[-1].top_s + 0.1))
    assert [rep.complete for rep in cut] == [True, True, False]
    assert math.isnan(cut[-1].eccentric_s)


def test_a_film_that_ends_in_the_last_squats_rise() -> None:
    """Three quarters up when the film ends: counted as incomplete."""
    lifter = skeleton("back_squat", tempo=(1.0, 0.0, 0.9))
    cut = count(lifter.part(0.0, lifter.reps[-1].end_s - 0.3), "back_squat")
    assert [rep.complete for rep in cut] == [True, True, False]


def test_a_film_that_ends_on_the_way_down() -> None:
    """What has no rise is no repetition."""
    lifter = skeleton("back_squat")
    assert len(count(lifter.part(0.0, lifter.reps[-1].start_s + 0.8), "back_squat")) == 2


@pytest.mark.parametrize("lift", ["deadlift", "back_squat"])
def test_a_gap_over_the_top_still_counts(lift: str) -> None:
    """The head of a spotter hides the lifter for 0.4 s while they stand: three."""
    lifter = skeleton(
        lift, gaps=[(skeleton(lift).reps[1].top_s, skeleton(lift).reps[1].top_s + 0.4)]
    )
    assert len(count(lifter, lift)) == 3


@pytest.mark.parametrize("lift", ["deadlift", "back_squat"])
def test_a_gap_in_the_rise_still_counts(lift: str) -> None:
    """Lost for 0.3 s in the middle of the second rise: three."""
    middle_s = skeleton(lift).reps[1].top_s - 0.5
    lifter = skeleton(lift, gaps=[(middle_s - 0.15, middle_s + 0.15)])
    assert len(count(lifter, lift)) == 3


@pytest.mark.parametrize("lift", ["deadlift", "back_squat"])
def test_a_shaky_picture_doesnt_miscount(lift: str) -> None:
    """Jitter of 0.02 trunk lengths: three, times within 0.15 s."""
    lifter = skeleton(lift, tempo=(1.0, 0.0, 0.9), noise_px=4.0, yaw_deg=30.0, seed=3)
    for true, rep in zip(lifter.reps, count(lifter, lift), strict=True):
        assert rep.top_s == pytest.approx(true.top_s, abs=0.15)


def test_uneven_frames() -> None:
    """A phone that loses every third frame at random changes no count; times within 0.08 s."""
    lifter = skeleton("deadlift", rate_hz=60.0)
    kept = np.random.default_rng(2).uniform(size=lifter.track.time_s.size) > 0.33
    uneven = replace(lifter, track=select(lifter.track, kept))
    for true, rep in zip(lifter.reps, count(uneven), strict=True):
        assert rep.start_s == pytest.approx(true.start_s, abs=WITHIN_S)
        assert rep.top_s == pytest.approx(true.top_s, abs=0.08)


def test_repetitions_follow_one_another() -> None:
    """Start, bottom, top and end in order, and none overlaps the next."""
    for lift in ("deadlift", "back_squat"):
        reps = count(skeleton(lift, reps=5, rest_s=0.1), lift)
        assert len(reps) == 5
        for rep in reps:
            assert rep.start_s <= rep.bottom_s < rep.top_s <= rep.end_s
        for one, following in pairwise(reps):
            assert one.end_s <= following.start_s + 0.001

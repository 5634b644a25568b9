"""Repetitions counted and timed, on sets whose times are known."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from formcheck.data import Lift, Rep, Signals
from formcheck.reps import segment
from formcheck.reps.cycles import Cycle, find_cycles
from formcheck.reps.lifts import LIFTS, Family
from formcheck.reps.phases import Phases
from formcheck.reps.segment import (
    STANDS,
    _begun_before,
    _one_and_a_half,
    _swung,
    _top_seen,
    _way_seen,
    every_rep,
)
from formcheck.reps.turning import Turn
from formcheck.signals import compute_signals
from tests.reps.laid import laid
from tests.retouch import but
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


@pytest.fixture(scope="module")
def deadlifts() -> Signals:
    """Three deadlifts."""
    return compute_signals(skeleton("deadlift").track)


def shaped(signals: Signals, **shape: Any) -> Signals:
    """The set as the engine's 3-D points would have it."""
    return but(signals, shape_deg={**signals.guesses.shape_deg, **shape})


@pytest.mark.parametrize(("stands_s", "seen"), [(0.25, True), (0.15, False)])
def test_who_stands_when_the_film_ends_is_seen_to_stand(stands_s: float, seen: bool) -> None:
    """For a quarter second; one still on the way up may pause for 0.15 s."""
    phases = laid((0.0, 0.0), (1.0, 1.0), (1.0 + stands_s, 1.0))
    assert _top_seen(phases, phases.height.size - 1, 1.0) is seen


@pytest.mark.parametrize(("bent_deg", "rest"), [(35.0, 1), (25.0, 2)])
def test_who_comes_up_half_way_well_bent_makes_one_and_a_half(bent_deg: float, rest: int) -> None:
    """Up to half of the way: one repetition, if knees and hips stay bent by more than 30°."""
    signals = compute_signals(skeleton("back_squat").track)
    low, half, low_again, top = (Turn(at, value, high) for at, value, high in (
        (10, 0.0, False), (20, 0.5, True), (30, 0.0, False), (40, 1.0, True)
    ))  # fmt: skip
    bend = np.zeros(signals.time_s.shape)
    bend[half.at] = bent_deg
    rises = [Cycle(None, low, half, low_again), Cycle(half, low_again, top, None)]
    joined = _one_and_a_half(shaped(signals, hip=bend, knee=0 * bend), rises, 0.9)
    assert len(joined) == rest


@pytest.mark.parametrize(("family", "rest"), [("squat", 1), ("hinge", 2)])
def test_a_hinge_that_ends_softly_stands_and_a_squat_of_as_much_doesnt(
    family: Family, rest: int
) -> None:
    """Up to 0.82 of the way and down again: a soft end of a hinge, one and a half of a squat."""
    signals = compute_signals(skeleton("back_squat").track)
    low, high, low_again, top = (Turn(at, value, up) for at, value, up in (
        (10, 0.0, False), (20, 0.82, True), (30, 0.0, False), (40, 1.0, True)
    ))  # fmt: skip
    bend = np.zeros(signals.time_s.shape)
    bend[high.at] = 50.0
    rises = [Cycle(None, low, high, low_again), Cycle(high, low_again, top, None)]
    assert (
        len(_one_and_a_half(shaped(signals, hip=bend, knee=0 * bend), rises, STANDS[family]))
        == rest
    )


@pytest.mark.parametrize(("higher", "cut"), [(0.2, True), (0.12, False)])
def test_a_first_lift_from_well_above_the_floor_was_begun_before(
    deadlifts: Signals, higher: float, cut: bool
) -> None:
    """From a fifth of the way above the others' bottom; those of one set differ by a tenth."""
    reps = list(segment(deadlifts, Lift("deadlift", "given", 1.0))[0])
    first, *others = find_cycles(deadlifts)[0]
    floor = float(np.median([one.bottom.value for one in others]))
    tallest = max(one.rise for one in others)
    began = Turn(0, floor + higher * tallest, high=False)
    found = _begun_before(deadlifts, reps, [replace(first, bottom=began), *others])
    assert [one.cut for one in found] == [cut, False, False]


@pytest.mark.parametrize(("taller", "from_the_top"), [(0.06, True), (0.04, False)])
def test_who_stood_on_the_toes_hasnt_begun_by_sinking(
    monkeypatch: pytest.MonkeyPatch, taller: float, from_the_top: bool
) -> None:
    """Who stood taller before by 0.06 of the way stood in another posture: the later one counts."""
    signals = compute_signals(skeleton("back_squat").track)
    one = find_cycles(signals)[0][1]
    assert one.before is not None
    before = replace(one.before, value=one.top.value + taller * one.rise)
    stood = []

    def bends_s(self: Phases, high: int, low: int, tall: int) -> float:
        stood.append(tall)
        return float(self.time_s[high])

    monkeypatch.setattr(Phases, "bends_s", bends_s)
    every_rep(signals, LIFTS["back_squat"], [replace(one, before=before)])
    assert stood == [one.top.at if from_the_top else before.at]


@pytest.mark.parametrize(("begins", "lasts", "seen"), [
    (0.0, 0.45, True),
    (0.0, 0.55, False),  # the lowest point may lie in it
    (0.3, 0.7, True),  # 0.35 of the way
    (0.3, 0.9, False),  # 0.45 of it
])  # fmt: skip
def test_a_repetition_is_seen_at_its_bottom_and_for_most_of_its_way(
    begins: float, lasts: float, seen: bool
) -> None:
    """Half a second out of sight hides a bottom, two fifths of the way a repetition."""
    phases = laid((0.0, 0.0), (2.0, 1.0))
    kept = (phases.time_s <= begins + 1e-9) | (phases.time_s >= begins + lasts)
    phases.time_s, phases.height = phases.time_s[kept], phases.height[kept]
    assert _way_seen(phases, 0, 0.0, 2.0) is seen


@pytest.mark.parametrize(("first", "last", "kept"), [
    (0.25, 0.0, [0, 1, 2]),  # a small first swing
    (0.35, 0.0, [1, 2]),  # the bell is picked up
    (0.0, 0.1, [0, 1, 2]),
    (0.0, 0.15, [0, 1]),  # the bell is parked
])  # fmt: skip
def test_a_bell_picked_up_or_parked_is_no_swing(
    deadlifts: Signals, first: float, last: float, kept: list[int]
) -> None:
    """Hands well below those of the set's own swings, and after the last even a little."""
    rises = find_cycles(deadlifts)[0]
    lower = [first, 0.0, last]
    hands = np.full(deadlifts.time_s.shape, -1.0)
    for one, less in zip(rises, lower, strict=True):
        hands[one.top.at] = 0.8 - less
    swinging = but(deadlifts, gap_legs={**deadlifts.guesses.gap_legs, "wrist_over_hip": hands})
    assert _swung(swinging, rises)[0] == [rises[at] for at in kept]

"""Which rises can be repetitions, and why the others can't."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from formcheck.data import Signals
from formcheck.reps import cycles
from formcheck.reps.cycles import (
    FAILED,
    HARDLY_BENT,
    TOO_FAST,
    UNSEEN,
    find_cycles,
    find_rises,
)
from formcheck.reps.drive import height
from formcheck.signals import compute_signals
from tests.retouch import but
from tests.skeleton import Lifter, skeleton


def why_not(signals: Signals) -> list[str]:
    return [one.reason for one in find_cycles(signals)[1]]


def hips_open(lifter: Lifter, share: float, rep: int | None = None) -> Signals:
    """The set as an engine sees it whose 3-D hip opens by a share of what it should."""
    signals = compute_signals(lifter.track)
    hip = signals.guesses.shape_deg["hip"].copy()
    part = np.ones(hip.shape, dtype=bool)
    if rep is not None:
        one = lifter.reps[rep]
        part = (signals.time_s > one.start_s - 0.3) & (signals.time_s < one.end_s + 0.3)
    least = np.nanmin(hip)
    hip[part] = least + share * (hip[part] - least)
    return but(signals, shape_deg={**signals.guesses.shape_deg, "hip": hip})


def test_each_rise_has_its_turns() -> None:
    """Three deadlifts: bottom before top, each as high as the other."""
    found, rejected = find_cycles(compute_signals(skeleton("deadlift").track))
    assert rejected == []
    assert [one.bottom.at < one.top.at for one in found] == [True] * 3
    assert np.ptp([one.rise for one in found]) < 0.02
    for one, following in pairwise(found):
        assert one.after == following.bottom
        assert one.top == following.before


def test_a_set_whose_hips_hardly_open_is_no_lift() -> None:
    """Under 30° it is a step or a jump; over it a lift."""
    lifter = skeleton("back_squat")
    opens = float(np.ptp(compute_signals(lifter.track).guesses.shape_deg["hip"]))
    assert len(find_cycles(hips_open(lifter, 33.0 / opens))[0]) == 3
    assert why_not(hips_open(lifter, 27.0 / opens)) == [HARDLY_BENT] * 3


@pytest.mark.parametrize(("opens_deg", "counted"), [(20.0, 3), (12.0, 2)])
def test_one_rise_like_the_others_is_believed(opens_deg: float, counted: int) -> None:
    """An engine that opens a hip by two thirds too little in one of three: it is one of them."""
    lifter = skeleton("back_squat")
    opens = float(np.ptp(compute_signals(lifter.track).guesses.shape_deg["hip"]))
    assert len(find_cycles(hips_open(lifter, opens_deg / opens, rep=1))[0]) == counted


def test_a_rise_of_another_size_is_not_believed() -> None:
    """A half rise with hips that hardly open isn't like the others."""
    lifter = skeleton("back_squat", efforts=[1.0, 0.6, 1.0])
    opens = float(np.ptp(compute_signals(lifter.track).guesses.shape_deg["hip"]))
    assert why_not(hips_open(lifter, 20.0 / opens, rep=1)) == [HARDLY_BENT]


@pytest.mark.parametrize(("up_s", "counted"), [(0.17, 0), (0.4, 3)])
def test_nobody_stands_up_in_a_fifth_of_a_second(up_s: float, counted: int) -> None:
    """What rises faster isn't lifted: the film is sped up, or the engine jumped."""
    lifter = skeleton("deadlift", tempo=(0.8, 0.3, up_s), rate_hz=120.0)
    signals = compute_signals(lifter.track)
    signals = but(signals, time_s=signals.time_s * (0.5 if counted == 0 else 1.0))
    assert len(find_cycles(signals)[0]) == counted
    assert set(why_not(signals)) <= {TOO_FAST}


def test_a_rise_in_a_gap_of_the_film_is_not_counted() -> None:
    """Down before the gap and standing after it: nobody saw how they got up."""
    lifter = skeleton("deadlift")
    one = lifter.reps[1]
    signals = compute_signals(lifter.track)
    rising = (signals.time_s > one.start_s) & (signals.time_s < one.top_s)
    points = signals.body.points_px.copy()
    points[rising] = np.nan
    stretch = np.where(signals.time_s >= one.top_s, 1, 0).astype(np.int32)
    gone = but(signals, points_px=points, stretch=stretch)
    assert np.isnan(height(gone)[rising]).all()
    assert why_not(gone) == [UNSEEN]


@pytest.mark.parametrize(("effort", "reasons"), [(0.45, [FAILED]), (0.65, [])])
def test_a_rise_of_less_than_half_the_usual_is_an_attempt(
    effort: float, reasons: list[str]
) -> None:
    """A deadlift that comes up less than half the way isn't counted; more of it is."""
    assert why_not(
        compute_signals(skeleton("deadlift", efforts=[1.0, effort, 1.0, 1.0], reps=4).track)
    ) == (reasons)


def test_rises_are_those_of_any_size() -> None:
    """Of several sets in one film all rises are found; of one set those of its size."""
    signals = compute_signals(skeleton("deadlift", efforts=[1.0, 0.45, 1.0, 1.0], reps=4).track)
    assert len(find_rises(signals)[0]) >= len(find_cycles(signals)[0])


def test_a_lifter_whose_knees_are_out_of_the_picture_counts_nothing() -> None:
    """Half of the time the knees must be seen."""
    signals = compute_signals(skeleton("deadlift").track)
    points = signals.body.points_px.copy()
    points[: int(0.55 * len(points)), 25:27] = np.nan
    assert find_rises(but(signals, points_px=points)) == ([], [])
    points = signals.body.points_px.copy()
    points[: int(0.45 * len(points)), 25:27] = np.nan
    assert find_rises(but(signals, points_px=points))[0]


@pytest.mark.parametrize(("done", "counted"), [(0.55, True), (0.45, False)])
def test_a_film_that_ends_on_the_way_up_must_show_more_than_half(
    done: float, counted: bool
) -> None:
    """Of the bend from standing a little over half must be undone in the last picture."""
    signals = compute_signals(skeleton("back_squat", tempo=(1.0, 0.0, 0.9)).track)
    last = find_rises(signals)[0][-1]
    bend = np.interp(np.arange(signals.time_s.size), [last.bottom.at, last.top.at], [1.0, 1 - done])
    shape = {"hip": 10.0 + 100.0 * bend, "knee": 5.0 + 100.0 * bend}
    ends = but(signals, shape_deg={**signals.guesses.shape_deg, **shape})
    known = np.arange(last.top.at + 1)
    assert (cycles._why_not(ends, last, known) == "") == counted


@pytest.mark.parametrize(("top_deg", "over_half"), [(24.5, True), (26.0, False)])
def test_a_standing_lifters_hips_read_as_bent_by_ten(top_deg: float, over_half: bool) -> None:
    """From 40° half of the way up is at 25°, as the engine sees 10° in who stands."""
    signals = compute_signals(skeleton("deadlift", reps=1).track)
    hip = np.interp(np.arange(signals.time_s.size), [10, 20], [40.0, top_deg])
    knee = np.zeros(hip.shape)  # hardly bent: it tells nothing
    bent = but(signals, shape_deg={**signals.guesses.shape_deg, "hip": hip, "knee": knee})
    assert (cycles._way_up(bent, 5, 25) > 0.5) == over_half


@pytest.mark.parametrize(("effort", "told"), [(1.0, []), (0.65, [HARDLY_BENT])])
def test_hips_that_open_by_half_of_enough_are_believed_in_a_rise_like_the_others(
    effort: float, told: list[str]
) -> None:
    """By 20° as the engine has it: one of them where it is as high, else some movement."""
    lifter = skeleton("back_squat", efforts=[1.0, effort, 1.0])
    signals = compute_signals(lifter.track)
    rise = find_rises(signals)[0][1]
    opens = cycles.opened_deg(signals, rise)
    odd = hips_open(lifter, 20.0 / opens, rep=1)
    assert cycles.opened_deg(odd, rise) == pytest.approx(20.0, abs=0.5)
    assert why_not(odd) == told


@pytest.mark.parametrize(("found", "counted"), [(True, 3), (False, 0)])
def test_shoulders_and_a_bar_are_a_lift_whatever_hides_the_legs(found: bool, counted: int) -> None:
    """Legs that are never seen: a plate that goes with the hands makes rises repetitions."""
    lifter = skeleton("deadlift", plate_m=0.45, plate_found=found)
    seen = lifter.track.visibility.copy()
    seen[:, [25, 26, 27, 28, 29, 30, 31, 32]] = 0.0
    signals = compute_signals(replace(lifter.track, visibility=seen))
    cycles, _ = find_cycles(signals)
    assert len(cycles) == counted


def test_who_walks_off_after_standing_has_stood() -> None:
    """The last squat, then four steps aside, a little taller: the walk isn't its way."""
    lifter = skeleton("back_squat", end_pad_s=2.0)
    signals = compute_signals(lifter.track)
    late_s = np.maximum(signals.time_s - lifter.reps[-1].end_s, 0.0)
    points = signals.body.points_px.copy()
    points[..., 0] += late_s[:, None] * signals.body.leg_px
    points[..., 1] -= 0.02 * late_s[:, None] * signals.body.leg_px
    walks = but(signals, points_px=points)
    assert len(find_cycles(walks)[0]) == 3
    last = find_rises(walks)[0][-1]
    assert cycles.travelled(walks, last) < cycles.TRAVEL
    assert cycles.travelled(walks, replace(last, before=None)) > cycles.TRAVEL


@pytest.mark.parametrize(("shown", "counted"), [(0.4, 2), (0.8, 3)])
def test_a_film_that_begins_on_the_way_up(shown: float, counted: int) -> None:
    """Less than 0.6 of the first way up is the end of a repetition that nobody saw."""
    lifter = skeleton("back_squat", tempo=(1.0, 0.0, 1.0))
    one = lifter.reps[0]
    up = np.arccos(2.0 * shown - 1.0) / np.pi  # half a cosine
    begins_s = one.bottom_s + up * (one.end_s - one.bottom_s)
    signals = compute_signals(lifter.part(begins_s, 99.0).track)
    assert len(find_cycles(signals)[0]) == counted


def test_a_film_that_ends_as_high_as_the_others_ends_standing() -> None:
    """Hips that the engine has half bent in the last picture, shoulders that are up."""
    signals = compute_signals(
        skeleton("romanian_deadlift", end_pad_s=0.0, tempo=(1.0, 0, 1.0)).track
    )
    last = find_rises(signals)[0][-1]
    hip = signals.guesses.shape_deg["hip"].copy()
    hip[last.top.at - 4 :] = hip[last.bottom.at] - 40.0
    knee = np.zeros(hip.shape)
    bent = but(signals, shape_deg={**signals.guesses.shape_deg, "hip": hip, "knee": knee})
    assert len(find_cycles(bent)[0]) == 3

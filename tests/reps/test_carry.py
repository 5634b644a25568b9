"""Who stands up with the weight and who without: by the bar, or by the arms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.data import FloatArray, Lift, Rep, Signals
from formcheck.reps import segment
from formcheck.reps.carry import ARMS_DIFFER, arms_differ, empty_handed
from formcheck.signals import compute_signals
from tests.retouch import but
from tests.skeleton import skeleton


@pytest.fixture(scope="module")
def deadlifts() -> Signals:
    """Three deadlifts, no plate seen."""
    return compute_signals(skeleton("deadlift").track)


def reps_of(signals: Signals) -> list[Rep]:
    return list(segment(signals, Lift("deadlift", "given", 1.0))[0])


def with_arms(signals: Signals, **values: FloatArray) -> Signals:
    gaps, shape = dict(signals.guesses.gap_legs), dict(signals.guesses.shape_deg)
    for name, series in values.items():
        (shape if name == "elbow" else gaps)[name] = series
    return but(signals, gap_legs=gaps, shape_deg=shape)


@pytest.mark.parametrize(("bent_deg", "empty"), [(25.0, True), (15.0, False)])
def test_arms_that_bend_by_twenty_five_hold_nothing(
    deadlifts: Signals, bent_deg: float, empty: bool
) -> None:
    """Loaded arms of one set are alike to 15°."""
    reps = reps_of(deadlifts)
    late = deadlifts.time_s > reps[-1].bottom_s
    arms = with_arms(deadlifts, elbow=np.where(late, 170.0 - bent_deg, 170.0))
    assert empty_handed(arms, reps) == (reps[-1:] if empty else [])


@pytest.mark.parametrize(("at", "after_s", "counts"), [
    (0.45, 0.0, True),
    (0.33, 0.0, False),
    (1.0, 0.25, True),
    (1.0, 0.37, False),
])  # fmt: skip
def test_arms_are_looked_at_from_the_middle_of_the_way_until_they_hold(
    deadlifts: Signals, at: float, after_s: float, counts: bool
) -> None:
    """A bend of the arms at a moment: in the upper half of the way, or just after it."""
    reps = reps_of(deadlifts)
    last = reps[-1]
    moment_s = last.bottom_s + at * (last.top_s - last.bottom_s) + after_s
    elbow = np.full(deadlifts.time_s.shape, 170.0)
    elbow[np.argmin(np.abs(deadlifts.time_s - moment_s))] = 120.0
    differ = arms_differ(with_arms(deadlifts, elbow=elbow), reps)
    assert (differ[-1] > ARMS_DIFFER) == counts


@pytest.mark.parametrize(("higher", "ends", "empty"), [
    (0.15, True, True),
    (0.05, True, False),
    (0.15, False, False),
])  # fmt: skip
def test_hands_elsewhere_hold_nothing_if_nothing_is_lowered(
    deadlifts: Signals, higher: float, ends: bool, empty: bool
) -> None:
    """Hands further up, of the last rise of the film; who lowers them again holds it."""
    reps = reps_of(deadlifts)
    last_s = reps[-1].top_s + (0.4 if ends else 9.0)
    hands = deadlifts.guesses.gap_legs["wrist_over_shoulder"]
    late = deadlifts.time_s > reps[-1].bottom_s
    moved = with_arms(deadlifts, wrist_over_shoulder=hands + higher * late)
    points = moved.body.points_px.copy()
    points[moved.time_s > last_s] = np.nan
    assert empty_handed(but(moved, points_px=points), reps) == (reps[-1:] if empty else [])


def test_hands_behind_a_plate_tell_nothing(deadlifts: Signals) -> None:
    """Where no wrist is seen its place is a guess."""
    reps = reps_of(deadlifts)
    hands = deadlifts.guesses.gap_legs["wrist_over_shoulder"]
    late = deadlifts.time_s > reps[-1].bottom_s
    moved = with_arms(deadlifts, wrist_over_shoulder=hands + 0.3 * late)
    points = moved.body.points_px.copy()
    points[late, 15:17] = np.nan
    points[moved.time_s > reps[-1].top_s + 0.4] = np.nan
    assert empty_handed(but(moved, points_px=points), reps) == []


@pytest.mark.parametrize("which", [1, 2])
def test_a_bar_that_stays_on_the_floor_isnt_lifted(which: int) -> None:
    """Any of the rises: also who lets go of it between two repetitions."""
    signals = compute_signals(skeleton("deadlift", plate_m=0.45).track)
    reps = reps_of(signals)
    assert empty_handed(signals, reps) == []
    assert signals.bar is not None
    centre = signals.bar.centre_px.copy()
    during = (signals.time_s > reps[which].start_s - 0.3) & (
        signals.time_s < reps[which].end_s + 0.3
    )
    centre[during] = centre[np.argmin(np.abs(signals.time_s - reps[which].start_s + 0.3))]
    left = replace(signals, bar=replace(signals.bar, centre_px=centre))
    assert empty_handed(left, reps) == [reps[which]]


def test_one_alone_has_nothing_to_be_compared_with(deadlifts: Signals) -> None:
    """A single repetition is believed."""
    assert empty_handed(deadlifts, reps_of(deadlifts)[:1]) == []

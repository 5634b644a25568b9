"""Repetitions timed where the picture doesn't show when they begin or end."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from formcheck.data import Lift, Rep
from formcheck.reps import segment
from formcheck.reps.hidden import Hidden
from formcheck.reps.segment import _apart
from formcheck.signals import compute_signals
from formcheck.signals.angles import HIP, SHOULDER
from tests.skeleton import Lifter, skeleton

STANDING = 0.15
"""Share of the way down at which the plates still hide the shoulders."""


def reps_of(lifter: Lifter, lift: str) -> tuple[Rep, ...]:
    return segment(compute_signals(lifter.track), Lift(lift, "given", 1.0))[0]


def behind_plates(lifter: Lifter) -> Lifter:
    """The same, but while the lifter stands plates hide shoulders and hips."""
    height = -lifter.track.landmarks_px[:, SHOULDER["right"], 1]
    way_down = (height.max() - height) / np.ptp(height)
    points = lifter.track.landmarks_px.copy()
    for table in (SHOULDER, HIP):
        for joint in table.values():
            points[way_down < STANDING, joint] = np.nan
    return replace(lifter, track=replace(lifter.track, landmarks_px=points))


@pytest.mark.parametrize("lift", ["back_squat", "front_squat"])
def test_plates_that_hide_the_standing_lifter(lift: str) -> None:
    """Start and end are right to 0.3 s; the shoulders come into view 0.4 s later."""
    lifter = skeleton(lift, tempo=(1.5, 0.2, 1.3), rest_s=1.0)
    found = reps_of(behind_plates(lifter), lift)
    assert len(found) == len(lifter.reps)
    for true, rep in zip(lifter.reps, found, strict=True):
        assert rep.start_s == pytest.approx(true.start_s, abs=0.3)
        assert rep.end_s == pytest.approx(true.end_s, abs=0.3)


def test_a_lifter_who_leans_back_begins_before_the_shoulders_sink() -> None:
    """Bending from 20° behind the vertical lifts the shoulders first."""
    lifter = skeleton("romanian_deadlift", lean_back_deg=20.0, tempo=(1.5, 0.2, 1.3))
    for true, rep in zip(lifter.reps, reps_of(lifter, "romanian_deadlift"), strict=True):
        assert rep.start_s == pytest.approx(true.start_s, abs=0.05)


def test_knees_that_bend_first_begin_the_squat() -> None:
    """Shrugged shoulders that stay up for the first tenth don't hide the start."""
    lifter = skeleton("bodyweight_squat", tempo=(1.5, 0.2, 1.3))
    held = lifter.track.landmarks_px.copy()
    for joint in SHOULDER.values():
        top = held[:, joint, 1].min()
        sunk = held[:, joint, 1] - top
        held[:, joint, 1] = top + np.maximum(sunk - 0.1 * sunk.max(), 0.0)
    stiff = replace(lifter, track=replace(lifter.track, landmarks_px=held))
    for true, rep in zip(lifter.reps, reps_of(stiff, "bodyweight_squat"), strict=True):
        assert rep.start_s == pytest.approx(true.start_s, abs=0.1)


@pytest.mark.parametrize("lift", ["deadlift", "back_squat"])
def test_overlapping_repetitions_share_a_moment(lift: str) -> None:
    """Where one ends after the next began both meet half-way, phases with them."""
    one, two, three = reps_of(skeleton(lift, rest_s=0.5), lift)
    over_s = 0.2
    begun_s = one.end_s - over_s
    bottom_s = begun_s if lift == "deadlift" else two.bottom_s
    early = replace(two, start_s=begun_s, bottom_s=bottom_s)
    first, second, third = _apart([one, early, three])
    assert first.end_s == pytest.approx(second.start_s)
    assert first.end_s == pytest.approx(one.end_s - over_s / 2)
    assert third == three
    assert first.concentric_s + first.eccentric_s == pytest.approx(
        one.concentric_s + one.eccentric_s - over_s / 2
    )


@pytest.mark.parametrize(("stands", "jumps"), [(0.1, 0.0), (0.25, 0.065)])
def test_standing_is_the_least_bend_but_for_jumps(stands: float, jumps: float) -> None:
    """A tenth of the way up stood is enough to know it; where the guess jumps for less, it isn't.

    Shoulders hidden, an even way up from 180° to 40° and at once to standing: traced back
    over the half and the last tenth, whose times are known.
    """
    time_s = np.arange(0.0, 8.0, 0.01)
    over_s = 4.0 - 2.0 * stands
    bend = np.interp(time_s, [2.0, over_s], [180.0, 40.0])
    bend[time_s >= over_s] = 0.0
    bend[(time_s < 4.0) & (time_s > 4.0 - 2.0 * jumps)] = -60.0
    guesses = SimpleNamespace(shape_deg={"hip": bend / 2, "knee": bend / 2})
    signals = SimpleNamespace(time_s=time_s, guesses=guesses)
    hidden = Hidden(signals, (time_s < 3.0) | (time_s > 4.0))  # type: ignore[arg-type]
    half_s = 2.0 + (over_s - 2.0) * (180.0 - 90.0) / 140.0
    # A movement of least jerk has as far to go from a tenth as 0.98 of the way to it from half.
    assert hidden._traced_s(2.0, 4.0, 1) == pytest.approx(
        over_s + 0.98 * (over_s - half_s), abs=0.03
    )

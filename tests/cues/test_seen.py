"""What a cue may look at: what is seen enough, what lasts, and how the lifter stands."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.cues.judging.seen import Seen
from formcheck.data import FloatArray
from tests.cues.judging import Judged, between, judged_set, rejudged, with_angle
from tests.retouch import but


def seen_of(one_set: Judged) -> Seen:
    return Seen(one_set.measured)


@pytest.mark.parametrize(("shown", "enough"), [(0.55, False), (0.65, True)])
def test_three_fifths_have_to_be_seen(shown: float, enough: bool) -> None:
    """A joint hidden in nearly half of the frames tells nothing; in a third it does."""
    values = np.where(np.arange(100) < 100 * shown, 1.0, np.nan)
    seen = seen_of(judged_set("deadlift"))
    assert seen.enough(values, np.ones(100, dtype=bool)) == enough


def on_a_clock(time_s: FloatArray) -> Seen:
    """A set that has only its times."""
    one_set = judged_set("deadlift")
    return Seen(replace(one_set.measured, signals=but(one_set.motion, time_s=time_s)))


@pytest.mark.parametrize(("lasts_s", "counts"), [(0.08, False), (0.12, True)])
def test_a_peak_lasts_a_tenth_of_a_second(lasts_s: float, counts: bool) -> None:
    """What is over within 0.08 s is a stray point or a jolt; what lasts 0.12 s was there."""
    time_s = np.arange(0.0, 2.0, 0.01)
    values = np.where((time_s >= 1.0) & (time_s <= 1.0 + lasts_s), 30.0, 0.0)
    peak, at_s = on_a_clock(time_s).lasting_peak(values, np.ones(200, dtype=bool))
    assert peak == (30.0 if counts else 0.0)
    if counts:
        assert at_s == pytest.approx(1.0)


def test_a_picture_that_dropped_out_changes_no_peak() -> None:
    """A trunk that comes up evenly has the same lasting peak with one picture lost, be it the
    one on which that peak stands."""
    time_s = np.arange(60) / 30.0
    values, everywhere = 50.0 - 40.0 * time_s, np.ones(60, dtype=bool)
    usual, _ = on_a_clock(time_s).lasting_peak(values, everywhere)
    for lost in (1, 2, 3):
        kept = np.arange(60) != lost
        peak, _ = on_a_clock(time_s[kept]).lasting_peak(values[kept], everywhere[kept])
        assert peak == pytest.approx(usual, abs=1e-6)


def walked_up(stood_s: float, legs_per_s: float) -> Judged:
    """A lifter who walks up, stands so long with the chin tucked, and begins; later it isn't."""
    one_set = judged_set("back_squat", rate_hz=100.0, start_pad_s=2.0)
    begins_s, time_s = one_set.reps[0].start_s, one_set.motion.time_s
    to_come_s = np.clip(begins_s - stood_s - time_s, 0.0, None)
    points = one_set.motion.body.points_px.copy()
    points[..., 0] -= (legs_per_s * one_set.motion.body.leg_px * to_come_s)[:, None]
    walked = rejudged(one_set, points_px=points)
    neck_deg = np.where(time_s < begins_s, 40.0, 10.0)
    return with_angle(walked, "neck", neck_deg, between(one_set, -np.inf, np.inf))


@pytest.mark.parametrize(("stood_s", "own_deg"), [(0.5, 10.0), (0.7, 40.0)])
def test_the_own_standing_lasts(stood_s: float, own_deg: float) -> None:
    """Who stands for more than 0.6 s before the first repetition shows how they
    stand; a shorter halt is a step of the walk-up, and the rest of the set is asked."""
    assert seen_of(walked_up(stood_s, 0.7)).standing_deg("neck") == own_deg


@pytest.mark.parametrize(("legs_per_s", "own_deg"), [(0.15, 40.0), (0.27, 10.0)])
def test_a_sway_is_standing_and_a_stroll_is_not(legs_per_s: float, own_deg: float) -> None:
    """Hips and shoulders that drift by 13 cm a second stand still; by 23 they walk."""
    assert seen_of(walked_up(0.0, legs_per_s)).standing_deg("neck") == own_deg


@pytest.mark.parametrize(
    ("lift", "lean_deg", "stands"),
    [
        ("romanian_deadlift", 11.0, True),
        ("romanian_deadlift", 13.0, False),
        ("back_squat", 13.0, True),
    ],
)
def test_who_waits_bent_over_the_bar_is_not_standing(
    lift: str, lean_deg: float, stands: bool
) -> None:
    """Leaning by more than 12° over what will be lifted; a bar on the back leans its lifter."""
    one_set = judged_set(lift, rate_hz=50.0, start_pad_s=2.0)
    everywhere = between(one_set, -np.inf, np.inf)
    leaning = np.where(one_set.motion.time_s < one_set.reps[0].start_s, lean_deg, 60.0)
    seen = seen_of(with_angle(one_set, "trunk", leaning, everywhere))
    assert np.isfinite(seen.standing_deg("trunk")) == stands

"""Few pictures a second: less certain, then not judged, and never another verdict."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.data import JudgedRep
from formcheck.signals.sampling import unsampled_deg
from tests.cues.judging import judged
from tests.skeleton import skeleton


def verdicts(lift: str, rate_hz: float, **faults: Any) -> list[JudgedRep]:
    return list(judged(skeleton(lift, rate_hz=rate_hz, **faults), lift).said.reps)


@pytest.mark.parametrize(("lift", "rate_hz"), [("back_squat", 1.0), ("kettlebell_swing", 15.0)])
def test_too_few_pictures_are_told_and_nothing_is_judged(lift: str, rate_hz: float) -> None:
    """One picture a second of a squat, fifteen of a swing: each cue says how many it needs."""
    for rep in verdicts(lift, rate_hz):
        assert {one.verdict for one in rep.findings.values()} == {"cannot_judge"}
        assert all("pictures a second" in one.reason for one in rep.findings.values())


@settings(max_examples=12, deadline=None)
@given(rate_hz=st.floats(1.0, 24.0), fault_deg=st.sampled_from([0.0, 20.0]))
def test_fewer_pictures_give_the_same_verdict_or_none(rate_hz: float, fault_deg: float) -> None:
    """A clean deadlift never becomes a fault, and a fault never becomes clean."""
    for rep in verdicts("deadlift", rate_hz, hips_first_deg=fault_deg):
        found = rep.findings["hip_drive"].verdict
        assert found != ("fault" if fault_deg == 0.0 else "good")


@pytest.mark.parametrize("rate_hz", [20.0, 23.976, 30.0, 60.0])
def test_usual_rates_change_nothing(rate_hz: float) -> None:
    """At usual rates the errors are those that were measured, to the last bit."""
    time_s = np.arange(40) / rate_hz
    assert not unsampled_deg(time_s, np.linspace(0.0, 90.0, 40)).any()


def test_what_moves_between_pictures_is_less_certain() -> None:
    """Ten degrees from picture to picture at 10 Hz may be off by some of them; rest may not."""
    time_s = np.arange(6) / 10.0
    error = unsampled_deg(time_s, np.array([0.0, 0.0, 0.0, 10.0, 20.0, np.nan]))
    assert error[:2].tolist() == [0.0, 0.0]
    assert error[2:5] == pytest.approx([10.0 * 0.5 / np.sqrt(12.0)] * 3)
    assert error[5] == 0.0


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_pictures_that_dropped_out_keep_a_peak(seed: int) -> None:
    """A tenth of the pictures lost anywhere: hips that shoot up stay a fault."""
    chance = np.random.default_rng(seed)
    lifter = skeleton("deadlift", hips_first_deg=20.0)
    frames = len(lifter.track.time_s)
    kept = np.flatnonzero(chance.random(frames) > 0.1)
    arrays = {
        field.name: value[kept]
        for field in fields(lifter.track)
        if np.shape(value := getattr(lifter.track, field.name))[:1] == (frames,)
    }
    thinned = replace(lifter, track=replace(lifter.track, **arrays))
    found = judged(thinned, "deadlift").verdicts("hip_drive")
    assert set(found) <= {"fault", "cannot_judge"}


def test_a_top_that_is_passed_out_of_sight_is_not_judged() -> None:
    """The lifter comes into sight again on the way down: that isn't how they stood."""
    whole = skeleton("deadlift", reps=2)
    top_s = whole.reps[0].top_s
    lifter = skeleton("deadlift", reps=2, gaps=[(top_s - 0.4, top_s + 0.5)])
    found = judged(lifter, "deadlift").finding("lockout")
    assert found.verdict in {"good", "cannot_judge"}


@settings(max_examples=20, deadline=None)
@given(first_s=st.floats(-0.6, 0.8), lasting_s=st.floats(0.3, 1.4))
def test_a_way_up_out_of_sight_changes_no_verdict(first_s: float, lasting_s: float) -> None:
    """Somebody passes before the lifter: a verdict stays, or it can't be told."""
    whole = skeleton("deadlift", reps=3, hips_first_deg=20.0)
    from_s = whole.reps[1].start_s + first_s
    hidden = skeleton("deadlift", reps=3, hips_first_deg=20.0, gaps=[(from_s, from_s + lasting_s)])
    before = judged(whole, "deadlift").said.reps[1].findings
    for rep in judged(hidden, "deadlift").said.reps:
        for cue, one in rep.findings.items():
            known = one.verdict != "cannot_judge"
            assert not known or rep.rep.comparable
            if known and one.verdict != before[cue].verdict:
                assert {one.verdict, before[cue].verdict} != {"good", "fault"}, cue
                assert abs(one.value - before[cue].value) <= 2 * one.sigma, cue


def test_a_bottom_out_of_sight_is_counted_and_not_compared() -> None:
    """Of a squat whose lowest point isn't seen nothing is judged; the others are as before."""
    whole = skeleton("back_squat", reps=3)
    bottom_s = whole.reps[1].bottom_s
    hidden = skeleton("back_squat", reps=3, gaps=[(bottom_s - 0.5, bottom_s + 0.5)])
    found = judged(hidden, "back_squat")
    assert [one.comparable for one in found.reps] == [True, False, True]
    assert "out of sight" in found.finding("depth", 2).reason
    assert found.verdicts("depth")[::2] == judged(whole, "back_squat").verdicts("depth")[::2]
    assert found.finding("range_of_motion", 3).verdict == "good"


def test_a_gap_at_the_top_belongs_to_no_way_up() -> None:
    """The film's clock leaps by a day while the lifter stands: the way up ends before it."""
    lifter = skeleton("deadlift", reps=2)
    time_s = lifter.track.time_s.copy()
    time_s[time_s > lifter.reps[0].top_s + 0.1] += 86_400.0
    leaping = replace(lifter, track=replace(lifter.track, time_s=time_s))
    for rep in judged(leaping, "deadlift").said.reps:
        assert rep.findings["smoothness"].verdict in {"good", "cannot_judge"}

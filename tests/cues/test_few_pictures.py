"""Few pictures a second: less certain, then not judged, and never another verdict."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.data import JudgedRep
from formcheck.signals.sampling import unsampled_deg
from tests.cues.judging import judged
from tests.skeleton import skeleton


def verdicts(lift: str, rate_hz: float, **faults: float) -> list[JudgedRep]:
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

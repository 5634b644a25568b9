"""A stop belongs to the phase it is in, and a slow phase is as long as it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from formcheck.data import Lift, Rejected, Rep
from formcheck.reps import segment
from formcheck.reps.carry import EMPTY_HANDED
from formcheck.reps.cycles import TOO_FAST, UNSEEN
from formcheck.signals import compute_signals
from tests.cues.judging import judged
from tests.retimed import Retiming, retimed, slowed, stopped_at
from tests.rods import select
from tests.skeleton import Lifter, skeleton

# The same examples each time: of 500 with jitter one or two lie just past the tolerance.
FEW = settings(
    max_examples=12,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    derandomize=True,
    database=None,
)
LIFT = st.sampled_from(["deadlift", "back_squat", "romanian_deadlift", "goblet_squat"])
TEMPO = (1.4, 0.4, 1.2)
WITHIN_S, WITHIN = 0.15, 0.05


def cut(lifter: Lifter, lift: str) -> tuple[tuple[Rep, ...], tuple[Rejected, ...]]:
    return segment(compute_signals(lifter.track), Lift(lift, "given", 1.0))


def set_of(lift: str) -> Lifter:
    return skeleton(lift, reps=3, tempo=TEMPO, rest_s=0.8)


def assert_moments(lifter: Lifter, lift: str, up_s: float) -> None:
    """As many as there are; each starts and stands when it does, within 0.15 s + 5 %."""
    found, _ = cut(lifter, lift)
    assert len(found) == len(lifter.reps)
    for true, rep in zip(lifter.reps, found, strict=True):
        assert rep.start_s == pytest.approx(true.start_s, abs=WITHIN_S + WITHIN * up_s)
        assert rep.top_s == pytest.approx(true.top_s, abs=WITHIN_S + WITHIN * up_s)


@FEW
@given(lift=LIFT, rep=st.integers(0, 2), share=st.floats(0.4, 0.75), for_s=st.floats(0.1, 3.0))
def test_a_stop_on_the_way_up(lift: str, rep: int, share: float, for_s: float) -> None:
    """From 0.1 to 3 s anywhere on the way up: three repetitions, as long as they are."""
    lifter = set_of(lift)
    true = lifter.reps[rep]
    up_s = TEMPO[2]
    begins_s = true.start_s if true.start_s == true.bottom_s else true.top_s - up_s
    stopped = retimed(lifter, stopped_at(begins_s + share * up_s, for_s), seed=rep)
    assert_moments(stopped, lift, up_s + for_s)
    found, _ = cut(stopped, lift)
    assert found[rep].concentric_s == pytest.approx(
        up_s + for_s, abs=2 * WITHIN_S + WITHIN * (up_s + for_s)
    )


@pytest.mark.parametrize("lift", ["deadlift", "back_squat", "romanian_deadlift"])
@pytest.mark.parametrize("for_s", [0.3, 0.7, 2.0])
def test_a_stop_on_the_way_up_is_no_missing_lockout(lift: str, for_s: float) -> None:
    """A grinder locks out in the end: the stop isn't taken for the top."""
    lifter = set_of(lift)
    true = lifter.reps[1]
    half_s = (true.top_s - TEMPO[2] / 2) if lift != "deadlift" else true.start_s + TEMPO[2] / 2
    one_set = judged(retimed(lifter, stopped_at(half_s, for_s)), lift)
    assert one_set.verdicts("lockout") == ["good"] * 3


@FEW
@given(lift=LIFT, rep=st.integers(0, 2), share=st.floats(0.4, 0.7), for_s=st.floats(0.1, 3.0))
def test_a_stop_on_the_way_down(lift: str, rep: int, share: float, for_s: float) -> None:
    """The lowering goes on after it."""
    lifter = set_of(lift)
    true = lifter.reps[rep]
    from_floor = true.start_s == true.bottom_s
    begins_s = true.end_s - TEMPO[0] if from_floor else true.start_s
    stopped = retimed(lifter, stopped_at(begins_s + share * TEMPO[0], for_s), seed=rep)
    found, _ = cut(stopped, lift)
    assert len(found) == 3
    assert found[rep].eccentric_s == pytest.approx(
        TEMPO[0] + for_s, abs=2 * WITHIN_S + WITHIN * (TEMPO[0] + for_s)
    )


@FEW
@given(lift=LIFT, times=st.floats(1.0, 6.0), rep=st.integers(0, 2), up=st.booleans())
def test_a_slow_phase_is_as_long_as_it_is(lift: str, times: float, rep: int, up: bool) -> None:
    """Any phase up to six times as slow: its length within 0.15 s + 5 % at both ends."""
    lifter = set_of(lift)
    true = lifter.reps[rep]
    from_floor = true.start_s == true.bottom_s
    if up:
        start_s = true.start_s if from_floor else true.end_s - TEMPO[2]
        usual_s = TEMPO[2]
    else:
        start_s = true.end_s - TEMPO[0] if from_floor else true.start_s
        usual_s = TEMPO[0]
    clock: Retiming = slowed(start_s, start_s + usual_s, times)
    found, _ = cut(retimed(lifter, clock), lift)
    assert len(found) == 3
    lasts_s = found[rep].concentric_s if up else found[rep].eccentric_s
    assert lasts_s == pytest.approx(usual_s * times, abs=WITHIN_S + 2 * WITHIN * usual_s * times)


@pytest.mark.parametrize("lift", ["back_squat", "goblet_squat"])
@pytest.mark.parametrize("half", [0.4, 0.6, 0.75])
def test_one_and_a_half_is_one(lift: str, half: float) -> None:
    """Half-way up, down again and up: one repetition, its lockout as good as the others'."""
    lifter = set_of(lift)
    true = lifter.reps[1]
    bottom_s, top_s = true.end_s - TEMPO[2], true.end_s
    half_s = bottom_s + half * TEMPO[2]
    up_s = half_s - bottom_s
    clock: Retiming = [
        (0.0, 0.0),
        (half_s, half_s),
        (half_s + up_s, bottom_s),
        (half_s + up_s + TEMPO[2], top_s),
        (half_s + up_s + TEMPO[2] + 1e4, top_s + 1e4),
    ]
    one_set = judged(retimed(lifter, clock), lift)
    assert len(one_set.reps) == 3
    assert one_set.verdicts("lockout") == ["good"] * 3
    assert one_set.reps[1].concentric_s == pytest.approx(TEMPO[2], abs=0.2)


def test_a_half_deadlift_is_one_with_its_range() -> None:
    """From the floor to the half and down: counted, and its range is what is said of it."""
    lifter = skeleton("deadlift", reps=4, efforts=[1.0, 0.72, 1.0, 1.0])
    one_set = judged(lifter, "deadlift")
    assert len(one_set.reps) == 4
    whole = one_set.said.summary.findings["range_of_motion"]
    second = one_set.finding("range_of_motion", 2)
    assert second.verdict == "fault"
    assert (whole.value, whole.at_s, whole.advice) == (second.value, second.at_s, second.advice)


@pytest.mark.parametrize("lift", ["deadlift", "romanian_deadlift", "back_squat"])
@pytest.mark.parametrize("share", [0.25, 0.5])
def test_a_repetition_that_the_film_begins_in_isnt_judged(lift: str, share: float) -> None:
    """Rejected by name, or counted as incomplete and never judged; the set is told by the whole."""
    lifter = set_of(lift)
    first = lifter.reps[0]
    begins_s = first.start_s + share * (TEMPO[2] if lift == "deadlift" else TEMPO[0])
    one_set = judged(lifter.part(begins_s, 99.0), lift)
    assert [rep.complete for rep in one_set.reps][-2:] == [True, True]
    if len(one_set.reps) == 3:
        assert not one_set.reps[0].complete
        assert set(one_set.every_verdict()[0].values()) == {"cannot_judge"}
        assert "3 reps" in one_set.said.summary.headline
        assert "(1 cut off by the film)" in one_set.said.summary.headline
    else:
        _, rejected = cut(lifter.part(begins_s, 99.0), lift)
        assert len(rejected) == 1
    assert one_set.said.summary.main_cue == judged(lifter, lift).said.summary.main_cue


def test_a_lifter_who_stands_up_without_the_weight() -> None:
    """After the bar is put down and let go, the arms bend: rejected by name."""
    lifter = skeleton("deadlift", reps=4, bent_arms_deg=[0.0, 0.0, 0.0, 60.0])
    last = lifter.reps[-1]
    found, rejected = cut(lifter.part(0.0, last.top_s + 0.3), "deadlift")
    assert len(found) == 3
    assert [one.reason for one in rejected] == [EMPTY_HANDED]


@pytest.mark.parametrize("bent_deg", [0.0, 10.0])
def test_arms_that_bend_a_little_hold_the_weight(bent_deg: float) -> None:
    """Arms that pull a little in the last repetition are for the cue to judge."""
    lifter = skeleton("deadlift", reps=4, bent_arms_deg=[0.0, 0.0, 0.0, bent_deg])
    assert len(cut(lifter, "deadlift")[0]) == 4


def test_no_phase_lies_across_a_gap() -> None:
    """Where the film has a gap on the way up, its length isn't known."""
    lifter = skeleton("deadlift", reps=3)
    middle_s = (lifter.reps[1].start_s + lifter.reps[1].top_s) / 2
    late = lifter.track.time_s > middle_s
    track = lifter.track
    jumped = replace(track, time_s=track.time_s + 3.0 * late, stretch=late.astype(np.int32))
    found, _ = cut(replace(lifter, track=jumped), "deadlift")
    assert [bool(np.isfinite(rep.concentric_s)) for rep in found] == [True, False, True]
    assert np.isfinite([rep.eccentric_s for rep in found]).all()


def test_a_jump_cut_makes_no_ghost() -> None:
    """From the bottom straight to standing: nothing was lifted in between."""
    lifter = skeleton("deadlift", reps=3, tempo=(1.0, 1.0, 1.0))
    one = lifter.reps[1]
    kept = (lifter.track.time_s < one.start_s - 0.2) | (lifter.track.time_s > one.top_s + 0.3)
    track = select(lifter.track, kept)
    late = track.time_s > one.top_s
    cut_out = one.top_s - one.start_s + 0.5
    moved = replace(track, time_s=track.time_s - cut_out * late, stretch=late.astype(np.int32))
    found, rejected = cut(replace(lifter, track=moved), "deadlift")
    assert len(found) == 2
    assert {one.reason for one in rejected} <= {UNSEEN, TOO_FAST}

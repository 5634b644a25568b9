"""tempo: the planned one, or else a lowering under control."""

from __future__ import annotations

from typing import Any

import pytest

from formcheck.data import Tempo
from tests.cues.judging import Judged, assert_right, judged, judged_set, rejudged
from tests.skeleton import skeleton

PLAN = Tempo(3.0, 1.0, 3.0)


def with_plan(lift: str, plan: Tempo = PLAN, **dials: Any) -> Judged:
    return judged(skeleton(lift, reps=2, **dials), lift, tempo=plan)


@pytest.mark.parametrize("lift", ["back_squat", "deadlift", "romanian_deadlift"])
def test_kept_is_good(lift: str) -> None:
    """3-1-3 lifted as 3-1-3 is good; a floor deadlift's pause is the one between reps."""
    one_set = with_plan(lift, tempo=(3.0, 1.0, 3.0), rest_s=1.0)
    assert one_set.verdicts("tempo") == ["good", "good"]


@pytest.mark.parametrize("lift", ["back_squat", "deadlift"])
def test_off_is_watch_and_fault(lift: str) -> None:
    """0.75 s off is to watch, 1.6 s off is a fault; the value is the largest deviation."""
    # A deadlift's hold is at its top; its pause at the bottom is the rest.
    off = (2.25, 1.0, 3.0)
    one_set = with_plan(lift, tempo=[off, (3.0, 1.0, 1.4)], rest_s=1.0)
    assert one_set.verdicts("tempo") == ["watch", "fault"]
    for rep, true_s in ((1, 0.75), (2, 1.6)):
        found = one_set.finding("tempo", rep)
        assert_right(found, true_s)
        assert found.unit == "s"


@pytest.mark.parametrize(
    ("took", "said"),
    [
        ((2.0, 1.0, 3.0), "lower faster than planned"),
        ((3.0, 2.2, 3.0), "pause at the bottom is longer"),
        ((3.0, 0.0, 3.0), "pause at the bottom is shorter"),
        ((3.0, 1.0, 4.5), "come up more slowly"),
    ],
)
def test_names_the_phase(took: tuple[float, float, float], said: str) -> None:
    """The words name the phase that is furthest off, and the way."""
    assert said in with_plan("back_squat", tempo=took).finding("tempo").reason


def test_free_lowering() -> None:
    """Without a plan a second down is good, a third of a second is to watch, no fault."""
    one_set = judged_set("back_squat", tempo=((1.2, 0.3, 1.0), (0.3, 0.3, 1.0), (0.3, 0.3, 1.0)))
    assert one_set.verdicts("tempo") == ["good", "watch", "watch"]
    found = one_set.finding("tempo", 2)
    assert_right(found, 0.7)
    assert "come down fast" in found.reason
    assert "under control" in one_set.finding("tempo").reason
    assert "no need to rush" in found.advice


@pytest.mark.parametrize("lift", ["deadlift", "sumo_deadlift", "kettlebell_swing"])
def test_a_free_drop_is_not_asked(lift: str) -> None:
    """Floor deadlifts are commonly dropped: without a plan nothing is said of it."""
    assert "tempo" not in judged_set(lift, tempo=(0.4, 0.3, 1.0)).said.cues


def test_the_film_begins_in_the_lowering() -> None:
    """A lifter on the way down in the first frame: the lowering isn't known."""
    lifter = skeleton("back_squat")
    cut = lifter.part(lifter.reps[0].start_s + 0.3, 99.0)
    found = judged(cut, "back_squat").finding("tempo")
    assert found.verdict == "cannot_judge"
    assert "begins or ends inside" in found.reason


@pytest.mark.parametrize("yaw_deg", [0.0, 40.0, 90.0, -90.0])
def test_every_view_shows_it(yaw_deg: float) -> None:
    """Times are seen from everywhere."""
    one_set = with_plan("back_squat", tempo=(3.0, 1.0, 1.4), yaw_deg=yaw_deg)
    assert one_set.verdicts("tempo") == ["fault", "fault"]


def test_a_low_frame_rate_is_less_certain() -> None:
    """At 10 frames a second the ±  grows."""
    slow = with_plan("back_squat", tempo=(3.0, 1.0, 3.0), rate_hz=10.0).finding("tempo")
    fast = with_plan("back_squat", tempo=(3.0, 1.0, 3.0), rate_hz=60.0).finding("tempo")
    assert slow.sigma > fast.sigma


@pytest.mark.parametrize(("before_s", "known"), [(0.08, False), (0.14, True)])
def test_a_lowering_from_the_first_pictures_on(before_s: float, known: bool) -> None:
    """Who goes down 0.08 s after coming into the picture may have begun before it; who is seen
    for 0.14 s before has begun there."""
    one_set = judged_set("back_squat", rate_hz=100.0)
    seen = one_set.motion.time_s >= one_set.reps[0].start_s - before_s
    verdict = rejudged(one_set, seen=seen).verdicts("tempo")[0]
    assert (verdict != "cannot_judge") == known

"""fatigue: do the last repetitions go up as fast as the first?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from formcheck.cues import SET_CUES
from formcheck.cues.judging.seen import Seen
from formcheck.data import Finding, Tempo
from tests.cues.judging import Judged, assert_right, hide, judged, judged_set
from tests.skeleton import skeleton


def set_of(*up_s: float, lift: str = "back_squat", **dials: Any) -> Judged:
    """A set whose repetitions take so long on the way up."""
    tempo = tuple((1.0, 0.3, seconds) for seconds in up_s)
    return judged_set(lift, reps=len(up_s), tempo=tempo, **dials)


def of_set(one_set: Judged) -> Finding:
    return one_set.said.summary.findings["fatigue"]


@pytest.mark.parametrize("lift", ["back_squat", "deadlift"])
def test_slower_to_the_end(lift: str) -> None:
    """As fast as at first is good, a quarter of the speed lost to watch, half a fault."""
    fresh = of_set(set_of(1.0, 1.0, 1.0, 1.0, 1.0, lift=lift))
    slower = of_set(set_of(1.0, 1.0, 1.0, 1.2, 1.33, 1.33, lift=lift))
    over = of_set(set_of(1.0, 1.0, 1.2, 1.6, 2.0, 2.0, lift=lift))
    assert [one.verdict for one in (fresh, slower, over)] == ["good", "watch", "fault"]
    for one, true in ((fresh, 0.0), (slower, 25.0), (over, 50.0)):
        assert_right(one, true)
        assert one.unit == "%"


def test_names_the_repetition() -> None:
    """The words name the repetition from which on the lifts are slower."""
    found = of_set(set_of(1.0, 1.0, 1.0, 1.05, 1.5, 1.8, 2.0))
    assert found.verdict == "fault"
    assert "over at repetition 5" in found.reason
    assert "Stop the set" in found.advice


def test_one_slow_repetition_in_the_middle_is_no_fatigue() -> None:
    """A repetition that sticks, with fast ones after it, doesn't end the set."""
    assert of_set(set_of(1.0, 1.0, 1.0, 1.6, 1.0, 1.0)).verdict == "good"


def test_a_first_warm_repetition_is_not_the_best() -> None:
    """Getting faster is no loss: the value is negative or about 0."""
    found = of_set(set_of(1.2, 1.1, 1.0, 0.95, 0.9))
    assert found.verdict == "good"
    assert found.value < found.sigma


def test_names_what_changes_with_it() -> None:
    """A cue that gets worse beyond its noise is named beside the loss of speed."""
    seconds = (1.0, 1.0, 1.1, 1.4, 1.9, 2.0)
    turns = (5.0, 5.0, 5.0, 30.0, 40.0, 45.0)
    found = of_set(set_of(*seconds, lift="kettlebell_deadlift", lumbar_deg=turns))
    assert found.verdict == "fault"
    assert "and these slip with it: back keeps its line" in found.reason


def test_too_few_repetitions() -> None:
    """Three repetitions don't tell."""
    found = of_set(set_of(1.0, 1.0, 2.0))
    assert found.verdict == "cannot_judge"
    assert "too few repetitions" in found.reason


def test_hidden_repetitions_do_not_count() -> None:
    """Of five repetitions two hidden ones leave too few."""
    lifter = skeleton("back_squat", reps=5)
    first, last = lifter.reps[1], lifter.reps[2]
    hidden = hide(lifter, (11, 12), first.bottom_s, last.top_s)
    found = judged(hidden, "back_squat").said.summary.findings["fatigue"]
    assert found.verdict == "cannot_judge"


def test_a_planned_tempo_says_nothing() -> None:
    """Who counts seconds is slow on purpose."""
    lifter = skeleton("back_squat", reps=4, tempo=(2.0, 0.5, 2.0))
    found = judged(lifter, "back_squat", tempo=Tempo(2.0, 0.5, 2.0)).said.summary
    assert found.findings["fatigue"].verdict == "cannot_judge"
    assert "planned tempo" in found.findings["fatigue"].reason


@pytest.mark.parametrize("yaw_deg", [40.0, 90.0])
def test_every_view_shows_it(yaw_deg: float) -> None:
    """The shoulders' height tells from everywhere."""
    assert of_set(set_of(1.0, 1.0, 1.2, 1.6, 2.0, 2.0, yaw_deg=yaw_deg)).verdict == "fault"


@pytest.mark.parametrize(
    ("up_s", "lost"),
    [
        ((1.3, 1.3, 1.0, 1.3, 1.3, 1.3), 23.0),  # the third is fast: the lifter's best
        ((1.3, 1.3, 1.3, 1.0, 1.3, 1.3), 0.0),  # the fourth: they aren't fresh any more
        ((1.0, 1.0, 1.0, 1.0, 1.5, 1.0), 16.7),  # a fast last one and the slow one before it
        ((1.0, 1.0, 1.5, 1.0, 1.0), 0.0),  # what was slow before the last two is over
    ],
)
def test_the_best_of_the_first_three_against_the_last_two(
    up_s: tuple[float, ...], lost: float
) -> None:
    """The fresh lifter is the best of the first three, the tired one the last two together."""
    assert of_set(set_of(*up_s)).value == pytest.approx(lost, abs=2.0)


@pytest.mark.parametrize(("effort", "lost"), [(0.8, 10.0), (0.7, 0.0)])
def test_a_repetition_of_another_way_has_a_speed_of_its_own(effort: float, lost: float) -> None:
    """A last repetition of four fifths of the way is compared; one of seven tenths isn't the
    same movement, and its lower speed is no fatigue."""
    one_set = set_of(*[1.0] * 6, efforts=(1.0,) * 5 + (effort,))
    assert of_set(one_set).value == pytest.approx(lost, abs=2.0)


@pytest.mark.parametrize(("sigmas", "named"), [(1.7, False), (2.4, True)])
def test_what_changed_is_named_beyond_its_noise(sigmas: float, named: bool) -> None:
    """A head that moves by less than twice its own noise over a slow set isn't worth a word."""
    one_set = set_of(1.0, 1.0, 1.1, 1.4, 1.9, 2.0)
    reps = list(one_set.said.reps)
    for at in (-2, -1):
        was = reps[0].findings["neutral_head"]
        findings = {"neutral_head": replace(was, value=was.value + sigmas * was.sigma)}
        reps[at] = replace(reps[at], findings={**reps[at].findings, **findings})
    said = SET_CUES["fatigue"].measure(reps, Seen(one_set.measured)).details["also"]
    assert ("head" in said) == named, said

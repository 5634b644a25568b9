"""The score: one number that never rewards a worse lift."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.cues.judging.score import cap_of_set, judged_share, score, set_score
from formcheck.data import Finding, Verdict

CLEAN = Finding("a", "good", 1.0, "deg", 1.0, 5.0, 9.0, 0.5, "It looks good.", "")
WORSE: dict[Verdict, tuple[Verdict, ...]] = {
    "good": ("watch", "fault"),
    "watch": ("fault",),
    "fault": (),
    "cannot_judge": (),
}


def of(*verdicts: Verdict, weights: tuple[float, ...] | None = None) -> float:
    weights = weights or (1.0,) * len(verdicts)
    found = {str(n): replace(CLEAN, verdict=one) for n, one in enumerate(verdicts)}
    return score(found, {str(n): weight for n, weight in enumerate(weights)})


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        (("good", "good"), 100.0),
        (("fault", "fault"), 0.0),
        (("watch", "watch"), 60.0),
        (("good", "fault"), 50.0),
        (("good", "cannot_judge"), 100.0),  # what isn't seen counts neither way
        (("fault", "cannot_judge"), 0.0),
    ],
)
def test_known_scores(verdicts: tuple[Verdict, Verdict], expected: float) -> None:
    """Good counts whole, watch 60 %, a fault nothing, unseen neither way."""
    assert of(*verdicts) == pytest.approx(expected)


@pytest.mark.parametrize("verdicts", [(), ("cannot_judge",), ("good", *["cannot_judge"] * 2)])
def test_too_little_judged_is_no_score(verdicts: tuple[Verdict, ...]) -> None:
    """Below half of the weight judged the score is missing, not 0 and not 100."""
    assert math.isnan(of(*verdicts))


def test_weights_count() -> None:
    """A fault in a heavy cue costs more than in a light one."""
    assert of("fault", "good", weights=(3.0, 1.0)) == pytest.approx(25.0)
    assert of("good", "fault", weights=(3.0, 1.0)) == pytest.approx(75.0)


@given(data=st.data())
def test_a_worse_cue_never_raises_the_score(data: st.DataObject) -> None:
    """Whatever the findings and weights: one cue made worse leaves the score or lowers it."""
    verdicts = data.draw(
        st.lists(st.sampled_from(sorted(WORSE)), min_size=1, max_size=8).filter(
            lambda drawn: any(WORSE[one] for one in drawn)
        )
    )
    weights = tuple(data.draw(st.floats(0.1, 5.0)) for _ in verdicts)
    at = data.draw(st.sampled_from([n for n, one in enumerate(verdicts) if WORSE[one]]))
    worse: list[Verdict] = list(verdicts)
    worse[at] = data.draw(st.sampled_from(WORSE[verdicts[at]]))
    before, after = of(*verdicts, weights=weights), of(*worse, weights=weights)
    assert math.isnan(before) == math.isnan(after)
    assert math.isnan(after) or after <= before
    assert math.isnan(after) or 0.0 <= after <= 100.0


VERDICTS: tuple[Verdict, ...] = ("good", "watch", "fault", "cannot_judge")
WEIGHTS = (2.0, 1.0, 0.5, 1.0)


def assert_monotonic(whole: Callable[[tuple[Verdict, ...]], float], cues: int) -> None:
    """Whatever the verdicts: making any one worse never raises the score."""
    for verdicts in itertools.product(VERDICTS, repeat=cues):
        before = whole(verdicts)
        for at, one in enumerate(verdicts):
            for worse in WORSE[one]:
                after = whole((*verdicts[:at], worse, *verdicts[at + 1 :]))
                assert math.isnan(after) == math.isnan(before), verdicts
                assert math.isnan(after) or 0.0 <= after <= before + 1e-9 <= 100.1, verdicts


def test_every_combination_is_monotonic() -> None:
    """Each combination of four cues' verdicts: making any one worse never raises the score."""
    assert_monotonic(lambda verdicts: of(*verdicts, weights=WEIGHTS), len(WEIGHTS))


def of_set(reps: tuple[tuple[Verdict, ...], ...], over: tuple[Verdict, ...]) -> float:
    """The set's score of two cues on each repetition and two of the set's own."""
    weights = {"a": 2.0, "b": 1.0, "c": 1.5, "d": 0.5}
    scores = [
        score({cue: replace(CLEAN, verdict=v) for cue, v in zip("ab", one, strict=True)}, weights)
        for one in reps
    ]
    own = {cue: replace(CLEAN, verdict=v) for cue, v in zip("cd", over, strict=True)}
    found = [
        {cue: replace(CLEAN, verdict=v) for cue, v in zip("ab", one, strict=True)} for one in reps
    ]
    cap = cap_of_set(found, {"a": 2.0, "b": 1.0})
    return set_score(scores, 3.0, own, weights, cap)


def test_every_combination_of_a_set_is_monotonic() -> None:
    """The set's score too, whichever of two reps' or of the set's own cues gets worse."""
    assert_monotonic(lambda v: of_set((v[0:2], v[2:4]), v[4:6]), 6)


def test_half_of_the_reps_need_a_score() -> None:
    """A set with most of its reps unscored has no score; the set's own cues don't give it one."""
    seen: tuple[Verdict, ...] = ("good", "good")
    unseen: tuple[Verdict, ...] = ("cannot_judge", "cannot_judge")
    assert math.isfinite(of_set((seen, unseen), ("good", "good")))
    assert math.isnan(of_set((seen, unseen, unseen), ("good", "good")))


def test_what_does_not_apply_is_not_asked_for() -> None:
    """A single repetition has nothing to compare: that takes nothing off the share judged,
    and what the picture doesn't show does, by its weight."""
    good, unseen = CLEAN, replace(CLEAN, verdict="cannot_judge")
    no_matter = replace(unseen, applies=False)
    assert judged_share([(1.0, good), (1.0, unseen)]) == pytest.approx(0.5)
    assert judged_share([(1.0, good), (3.0, unseen)]) == pytest.approx(0.25)
    assert judged_share([(1.0, good), (3.0, no_matter)]) == pytest.approx(1.0)
    assert judged_share([(1.0, no_matter)]) == 0.0
    assert judged_share([]) == 0.0
    assert score({"a": good, "b": no_matter}, {"a": 1.0, "b": 3.0}) == pytest.approx(100.0)
    assert math.isnan(score({"a": good, "b": unseen}, {"a": 1.0, "b": 3.0}))


@pytest.mark.parametrize(
    ("faulty", "weight", "highest"),
    [
        (0, 2.0, 100.0),
        (1, 2.0, 82.0),
        (3, 2.0, 55.0),
        (5, 2.0, 55.0),
        (5, 1.0, 77.5),
        (5, 5.0, 0.0),
    ],
)
def test_the_main_fault_caps_the_score(faulty: int, weight: float, highest: float) -> None:
    """Of five repetitions: a fault of weight 2 on most of them leaves at most 55, however
    many other cues are good; on one it costs less, and a lighter one does."""
    reps = [
        {"a": replace(CLEAN, verdict="fault" if number < faulty else "good"), "b": CLEAN}
        for number in range(5)
    ]
    assert cap_of_set(reps, {"a": weight, "b": 20.0}) == pytest.approx(highest)
    if faulty:
        assert score(reps[0], {"a": weight, "b": 50.0}) <= max(100.0 - 22.5 * weight, 0.0)
    scores = [score(one, {"a": weight, "b": 20.0}) for one in reps]
    capped = set_score(scores, 22.0, {}, {}, cap_of_set(reps, {"a": weight, "b": 20.0}))
    assert capped <= highest + 1e-9


def test_a_repetition_that_is_not_judged_neither_caps_nor_frees() -> None:
    """Half of those that are judged have the fault: the others count for nothing."""
    unseen = replace(CLEAN, verdict="cannot_judge")
    reps = [{"a": replace(CLEAN, verdict="fault")}, {"a": CLEAN}, *({"a": unseen},) * 8]
    assert cap_of_set(reps, {"a": 2.0}) == pytest.approx(55.0)
    assert cap_of_set([{"a": unseen}], {"a": 2.0}) == 100.0
    assert cap_of_set([], {"a": 2.0}) == 100.0

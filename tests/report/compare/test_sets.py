"""Two sets compared: what got better, what got worse, what can't be told."""

from __future__ import annotations

import copy
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.errors import NothingToJudge
from formcheck.report.compare import words
from formcheck.report.compare.change import Change, Kind
from formcheck.report.compare.form import to_dict
from formcheck.report.compare.sets import Comparison, compare_sets
from tests.report.compare.made import a_set

VALUES = st.lists(st.none() | st.floats(-50, 100), min_size=1, max_size=6)
TURNED: dict[Kind, Kind] = {
    "better": "worse",
    "worse": "better",
    "moved": "moved",
    "same": "same",
    "unknown": "unknown",
}


@st.composite
def sets(draw: st.DrawFn) -> dict[str, Any]:
    """Any set of a deadlift."""
    return a_set(
        {"hip_drive": draw(VALUES)},
        sigma=draw(st.floats(0.1, 10)),
        yaw_deg=draw(st.floats(0, 40)),
        lowering_s=draw(st.floats(0.2, 5)),
    )


def hips(found: Comparison) -> Change:
    return next(one for one in found.cues if one.cue == "hip_drive").over_set


def every_change(found: Comparison) -> list[Change]:
    cues = [change for one in found.cues for change in (one.over_set, *one.reps)]
    return cues + [change for one in found.quantities for change in (one.change, *one.reps)]


@settings(max_examples=40)
@given(one=sets())
def test_a_set_beside_itself_says_nothing_changed(one: dict[str, Any]) -> None:
    """Whatever it is, no number of it changed, and each repetition has its partner."""
    found = compare_sets(one, copy.deepcopy(one))
    assert {change.kind for change in every_change(found)} <= {"same", "unknown"}
    assert found.alone == ((), ())
    assert not found.of("better", "worse", "moved")


@settings(max_examples=40)
@given(one=sets(), other=sets())
def test_the_other_way_round_every_sign_turns(one: dict[str, Any], other: dict[str, Any]) -> None:
    """B beside A says better where A beside B says worse, by as much."""
    there, back = compare_sets(one, other), compare_sets(other, one)
    for first, second in zip(every_change(there), every_change(back), strict=True):
        assert second.kind == TURNED[first.kind]
        assert second.difference == pytest.approx(-first.difference, nan_ok=True)
        assert second.sigma == pytest.approx(first.sigma, nan_ok=True)
    assert there.alone == back.alone[::-1]


@settings(max_examples=40)
@given(one=sets())
def test_a_set_beside_its_mirror_image_says_nothing_changed(one: dict[str, Any]) -> None:
    """Which way the lifter faces is no change."""
    mirrored = copy.deepcopy(one)
    mirrored["view"]["facing"] = "left"
    found = compare_sets(one, mirrored)
    assert {change.kind for change in every_change(found)} <= {"same", "unknown"}


def test_a_fault_that_is_gone_got_better() -> None:
    """Hips that no longer rise first are told first, with the difference and its σ."""
    found = compare_sets(
        a_set({"hip_drive": [15.0, 16.0, 17.0]}), a_set({"hip_drive": [1.0, 2.0, 0.0]})
    )
    one = hips(found)
    assert (one.kind, one.a.verdict, one.b.verdict) == ("better", "fault", "good")
    assert one.difference == pytest.approx(-15.0)
    assert one.sigma > math.hypot(1.0, 1.0)  # the repetitions' own scatter beside it
    assert words.headline(found).startswith("Better in B: Chest up with hips.")
    assert words.each(found.cues[0]) == "better on 3 of 3 pairs"


def test_where_smaller_is_worse_a_smaller_number_got_worse() -> None:
    """A squat that no longer goes down is worse, though its number fell."""
    found = compare_sets(a_set({"depth": [90.0, 90.0]}), a_set({"depth": [50.0, 50.0]}))
    assert found.cues[0].over_set.kind == "worse"


def test_what_is_good_both_times_is_neither_better_nor_worse() -> None:
    """A number that moved within good is told as that."""
    found = compare_sets(a_set({"depth": [90.0, 90.0]}), a_set({"depth": [110.0, 110.0]}))
    assert found.cues[0].over_set.kind == "moved"
    assert words.headline(found) == (
        "Nothing got better or worse. Changed, and good both times: Deep enough."
    )


@pytest.mark.parametrize(("apart", "kind"), [(2.7, "same"), (2.9, "better")])
def test_a_change_has_to_be_twice_its_sigma(apart: float, kind: str) -> None:
    """Two numbers of σ 1 differ by σ 1.4: 2.7 may be nothing, 2.9 isn't."""
    found = compare_sets(a_set({"hip_drive": [9.9]}), a_set({"hip_drive": [9.9 - apart]}))
    assert hips(found).kind == kind


def test_verdicts_that_differ_without_a_change_say_so() -> None:
    """A fault and a value to watch a hair apart are no change that can be told."""
    found = compare_sets(a_set({"hip_drive": [9.2]}), a_set({"hip_drive": [8.8]}))
    assert {hips(found).a.verdict, hips(found).b.verdict} == {"fault", "watch"}
    assert words.headline(found) == "No change that the measurement can tell."


def test_what_one_side_does_not_show_cannot_be_compared() -> None:
    """It says in which it isn't judged, why, and how to film it."""
    found = compare_sets(a_set({"hip_drive": [None, None]}), a_set({"hip_drive": [2.0, 2.0]}))
    one = hips(found)
    assert one.kind == "unknown"
    assert one.why == "Not judged in A: Hidden by a plate."
    assert one.film == "Film from the side."
    assert {rep.kind for rep in found.cues[0].reps} == {"unknown"}


@pytest.mark.parametrize(("yaw_deg", "kind"), [(18.0, "better"), (30.0, "unknown")])
def test_cameras_in_other_places_see_other_angles(yaw_deg: float, kind: str) -> None:
    """13° apart is a phone put down again; 25° is another view, and both places are told."""
    found = compare_sets(a_set({"hip_drive": [15.0]}), a_set({"hip_drive": [1.0]}, yaw_deg=yaw_deg))
    assert hips(found).kind == kind
    if kind == "unknown":
        assert "25° apart (A 5°, B 30° from a true side view)" in hips(found).why
        ranges = next(one for one in found.quantities if one.name == "hip_range_deg")
        assert ranges.change.kind == "unknown"


def test_times_and_the_bar_compare_from_anywhere() -> None:
    """How long a way takes and how fast the bar is don't change with the camera's place."""
    found = compare_sets(
        a_set({"hip_drive": [1.0]}), a_set({"hip_drive": [1.0]}, yaw_deg=30.0, lowering_s=3.0)
    )
    lowering = next(one for one in found.quantities if one.name == "eccentric_s")
    assert (lowering.change.kind, lowering.word) == ("moved", "slower")
    assert next(one for one in found.quantities if one.name == "bar_mean_m_s").word == ""


def test_another_tempo_is_another_question() -> None:
    """Being off a plan doesn't compare with being off another one."""
    found = compare_sets(
        a_set({"tempo": [0.0]}, sigma=0.1, tempo="3-1-3"), a_set({"tempo": [0.0]}, sigma=0.1)
    )
    assert found.cues[0].over_set.why == "Another tempo was asked for: 3-1-3 in A, none in B."


def test_repetitions_are_paired_by_number_and_the_rest_is_named() -> None:
    """Five beside three: three pairs, and the two that are left are told by number."""
    found = compare_sets(a_set({"hip_drive": [1.0] * 5}), a_set({"hip_drive": [1.0] * 3}))
    assert found.pairs == ((1, 1), (2, 2), (3, 3))
    assert found.alone == ((4, 5), ())
    assert words.notes(found) == ("Repetitions are paired by number. A has 2 more: reps 4, 5.",)


def test_one_repetition_each_says_what_is_not_known() -> None:
    """Of a single repetition nobody knows how much the lifter differs from one to the next."""
    found = compare_sets(a_set({"hip_drive": [9.0]}), a_set({"hip_drive": [1.0]}))
    assert "One repetition each" in words.notes(found)[0]


def test_nothing_in_common_is_an_error_that_says_why() -> None:
    """No cue judged in both, no time: it says what is missing and how to film it."""
    one, other = a_set({"hip_drive": [None]}), a_set({"hip_drive": [2.0]})
    for rep in other["reps"]:
        rep["phases"] = {"eccentric_s": None, "pause_s": None, "concentric_s": None}
        rep["measures"] = {}
    with pytest.raises(NothingToJudge, match=r"no cue is judged in both sets.*Hidden by a plate"):
        compare_sets(one, other)


def test_the_form_for_programs_knows_no_nan() -> None:
    """What can't be told is None, and every pair is there."""
    both = a_set({"hip_drive": [1.0, None]}), a_set({"hip_drive": [None, None]})
    said = to_dict(compare_sets(*both), *both)
    told = said["cues"]["hip_drive"]
    assert (told["set"]["kind"], told["set"]["difference"]) == ("unknown", None)
    assert [rep["kind"] for rep in told["reps"]] == ["unknown", "unknown"]
    assert said["pairs"] == [[1, 1], [2, 2]]

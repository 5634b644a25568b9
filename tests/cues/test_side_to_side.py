"""side_to_side: do the left and the right set do the same?"""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from typing import Any

import pytest

from formcheck.cues import load_limits
from formcheck.cues.side_to_side import side_to_side
from formcheck.errors import BadRequest
from formcheck.pipeline import Request, analyze
from formcheck.poses.saved import save_poses
from tests.skeleton import skeleton

Analysed = Callable[..., dict[str, Any]]
"""Films and analyses a set of a lift with the skeleton's dials."""


@pytest.fixture(scope="module")
def analysed(tmp_path_factory: pytest.TempPathFactory) -> Analysed:
    """Analyse a filmed set once; the answer's own dictionary, to be spoiled at will."""
    folder = tmp_path_factory.mktemp("sides")

    @functools.cache
    def kept(lift: str, dials: tuple[tuple[str, Any], ...]) -> dict[str, Any]:
        path = folder / f"{abs(hash((lift, dials)))}.npz"
        save_poses(skeleton(lift, **dict(dials)).track, path)
        return analyze(path, Request(lift=lift)).to_dict()

    def one_set(lift: str = "split_squat", **dials: Any) -> dict[str, Any]:
        return copy.deepcopy(kept(lift, tuple(sorted(dials.items()))))

    return one_set


def test_the_same_set_twice(analysed: Analysed) -> None:
    """A side compared with itself differs by nothing and is good."""
    found = side_to_side(analysed(), analysed(facing="left"), load_limits())
    assert found.finding.verdict == "good"
    assert found.finding.value == pytest.approx(0.0, abs=2.0)
    assert {row.label for row in found.rows} >= {"range of the knee", "lean", "lowering", "lifting"}


@pytest.mark.parametrize("swapped", [False, True])
def test_one_side_less_deep(analysed: Analysed, swapped: bool) -> None:
    """A side that goes only 0.8 of the way is to watch, and the deeper one is named."""
    pair = [analysed("single_leg_deadlift"), analysed("single_leg_deadlift", depth=0.8)]
    left, right = pair[::-1] if swapped else pair
    found = side_to_side(left, right, load_limits()).finding
    assert found.verdict == "watch"
    assert found.value == pytest.approx(20.0, abs=found.sigma)
    assert f"Your {'right' if swapped else 'left'} side" in found.reason
    assert "±" in found.reason
    assert found.advice


def test_one_side_slower(analysed: Analysed) -> None:
    """A side that lowers in twice the time is to watch."""
    slow = analysed(tempo=(2.0, 0.3, 0.9))
    found = side_to_side(analysed(), slow, load_limits()).finding
    assert found.verdict == "watch"
    assert "Your right side lowers more slowly" in found.reason


def test_within_its_own_scatter(analysed: Analysed) -> None:
    """A difference no larger than a side's own repetitions have is good."""
    left, right = analysed(), analysed()
    for number, rep in enumerate(right["reps"]):
        rep["phases"]["eccentric_s"] *= 0.6 + 0.6 * number
    found = side_to_side(left, right, load_limits())
    lowering = next(row for row in found.rows if row.label == "lowering")
    assert abs(lowering.percent) > 10.0
    assert not lowering.clear
    assert found.finding.verdict == "good"


def test_other_angles(analysed: Analysed) -> None:
    """Views more than 15° apart can't be compared, and it says how to film it."""
    found = side_to_side(analysed(), analysed(yaw_deg=30.0), load_limits()).finding
    assert found.verdict == "cannot_judge"
    assert "same place" in found.advice


def test_too_few_repetitions(analysed: Analysed) -> None:
    """One repetition has no scatter to compare with."""
    found = side_to_side(analysed(), analysed(reps=1), load_limits()).finding
    assert found.verdict == "cannot_judge"
    assert "repetitions" in found.reason


def test_another_lift(analysed: Analysed) -> None:
    """Sets of different lifts are refused by name."""
    with pytest.raises(BadRequest, match=r"split squat, the right one a single-leg deadlift"):
        side_to_side(analysed(), analysed("single_leg_deadlift"), load_limits())


def test_a_lift_of_both_legs(analysed: Analysed) -> None:
    """A back squat has no left and right set, and it says what looks at that."""
    with pytest.raises(BadRequest, match="works both sides at once"):
        side_to_side(analysed("back_squat"), analysed("back_squat"), load_limits())


@pytest.mark.parametrize(("apart_deg", "compared"), [(12.0, True), (20.0, False)])
def test_nearly_the_same_place(analysed: Analysed, apart_deg: float, compared: bool) -> None:
    """A phone put down again stands 12° elsewhere, and the sides are compared; 20° are another
    view."""
    left, right = analysed(), analysed()
    right["view"]["yaw_deg"] = left["view"]["yaw_deg"] + apart_deg
    found = side_to_side(left, right, load_limits()).finding
    assert (found.verdict != "cannot_judge") == compared

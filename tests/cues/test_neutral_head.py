"""neutral_head: does the head stay in line with the back?"""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.cues.judging.seen import Seen
from tests.cues.judging import assert_right, between, hide, judged, judged_set, with_angle
from tests.skeleton import skeleton


def test_in_line_and_away() -> None:
    """A head in line is good, 60° away is to watch, up and down."""
    one_set = judged_set("deadlift", neck_deg=(0.0, -60.0, 60.0))
    assert one_set.verdicts("neutral_head") == ["good", "watch", "watch"]


def test_is_never_a_fault() -> None:
    """The evidence is weak: even 90° of craning stays at watch."""
    assert judged_set("deadlift", neck_deg=-90.0).verdicts("neutral_head") == ["watch"] * 3


@pytest.mark.parametrize(("neck_deg", "word"), [(-60.0, "lifts"), (60.0, "drops")])
def test_says_which_way(neck_deg: float, word: str) -> None:
    """Chin up and chin down are told apart, with ± and an advice of their own."""
    found = judged_set("deadlift", neck_deg=neck_deg).finding("neutral_head", 2)
    assert word in found.reason
    assert "±" in found.reason
    assert "spot on the floor" in found.advice


@pytest.mark.parametrize("lift", ["deadlift", "romanian_deadlift", "back_squat"])
@pytest.mark.parametrize("neck_deg", [-45.0, -20.0, 0.0, 25.0])
def test_value_is_the_true_change(lift: str, neck_deg: float) -> None:
    """The value is the size of the neck's true change from standing, within its σ."""
    found = judged_set(lift, neck_deg=neck_deg).finding("neutral_head", 2)
    assert_right(found, abs(neck_deg))


def test_head_hidden() -> None:
    """Ears behind a plate: not judged, with how to film it."""
    found = judged(hide(skeleton("deadlift"), range(11)), "deadlift").finding("neutral_head")
    assert found.verdict == "cannot_judge"
    assert "head isn't seen" in found.reason
    assert "plate" in found.advice


def test_never_seen_standing() -> None:
    """A set filmed only bent over has nothing to compare with, and says so."""
    one_set = judged_set("romanian_deadlift", soft_lockout_deg=50.0)
    found = one_set.finding("neutral_head")
    assert found.verdict == "cannot_judge"
    assert "standing upright" in found.reason
    assert "Stand upright" in found.advice


@pytest.mark.parametrize(("yaw_deg", "word"), [(-90.0, "behind"), (90.0, "in front")])
def test_wrong_view(yaw_deg: float, word: str) -> None:
    """From behind and from the front it isn't seen."""
    found = judged_set("deadlift", yaw_deg=yaw_deg).finding("neutral_head")
    assert found.verdict == "cannot_judge"
    assert word in found.reason
    assert "side" in found.advice


@pytest.mark.parametrize(("craned_deg", "value"), [(9.0, 60.0), (6.0, 0.0)])
def test_the_bottom_is_the_last_of_the_lean(craned_deg: float, value: float) -> None:
    """The trunk leans evenly and the head is lifted at the very bottom: over the last 9° it is
    up for most of the bottom, over the last 6° it only nods."""
    one_set = judged_set("romanian_deadlift", rate_hz=100.0, start_pad_s=1.5)
    rep = one_set.reps[1]
    inside = between(one_set, rep.start_s, rep.end_s)
    short_deg = 40.0 * np.abs(one_set.motion.time_s - rep.bottom_s)
    leant = with_angle(one_set, "trunk", 75.0 - short_deg, inside)
    standing_deg = Seen(one_set.measured).standing_deg("neck")
    neck_deg = np.where(short_deg <= craned_deg, standing_deg - 60.0, standing_deg)
    found = with_angle(leant, "neck", neck_deg, inside).finding("neutral_head", 2)
    assert found.value == pytest.approx(value, abs=1.0)

"""lumbar_rounding: does the visible back keep its line at the bottom?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from formcheck.cues import CUES, load_limits
from formcheck.cues.judging.base import Working
from formcheck.cues.judging.judge import judge_rep
from formcheck.cues.judging.seen import Seen
from tests.cues.judging import assert_right, judged, judged_set, without_picture
from tests.skeleton import skeleton


def test_flat_middle_and_round() -> None:
    """A back that turns 6° is good, 15° is to watch, 30° is a fault."""
    one_set = judged_set("deadlift", lumbar_deg=(6.0, 15.0, 30.0))
    assert one_set.verdicts("lumbar_rounding") == ["good", "watch", "fault"]


@pytest.mark.parametrize("lift", ["deadlift", "romanian_deadlift", "goblet_squat"])
@pytest.mark.parametrize("turn_deg", [-12.0, 6.0, 16.0, 28.0, 45.0])
def test_value_is_the_true_turn(lift: str, turn_deg: float) -> None:
    """The value is the arc's true turn at the bottom, within its σ; hollow is negative.

    Of a squat's back that is bent so far the shape isn't one that was learned: it is doubted.
    """
    doubted = lift == "goblet_squat" and turn_deg > 40.0
    found = judged_set(lift, lumbar_deg=turn_deg).finding("lumbar_rounding", 2)
    assert_right(found, turn_deg, most_sigma=21.0 if doubted else None)
    assert found.unit == "deg"


def test_a_hood_is_no_round_back() -> None:
    """A hood that stands off the upper back leaves a flat back good."""
    assert judged_set("deadlift", hood=0.12).verdicts("lumbar_rounding") == ["good"] * 3


def test_is_not_called_a_spine_angle() -> None:
    """The fault speaks of how the back looks, with ±, and gives something to try."""
    found = judged_set("deadlift", lumbar_deg=30.0).finding("lumbar_rounding")
    assert "looks rounded" in found.reason
    assert "±" in found.reason
    assert "spine" not in found.reason
    assert found.advice


def test_saved_landmarks_without_picture() -> None:
    """Landmarks alone don't hold the back's line: not judged, analyse the video."""
    lifter = skeleton("deadlift", lumbar_deg=30.0)
    lifter = replace(lifter, track=without_picture(lifter.track))
    found = judged(lifter, "deadlift").finding("lumbar_rounding")
    assert found.verdict == "cannot_judge"
    assert "without a picture" in found.reason
    assert "video" in found.advice


def test_edge_of_the_back_hidden() -> None:
    """An outline that is missing at the bottom isn't guessed."""
    lifter = skeleton("deadlift", lumbar_deg=30.0)
    outline = np.full_like(lifter.track.outline_px, np.nan)
    lifter = replace(lifter, track=replace(lifter.track, outline_px=outline))
    found = judged(lifter, "deadlift").finding("lumbar_rounding")
    assert found.verdict == "cannot_judge"
    assert "isn't seen" in found.reason
    assert "background" in found.advice


@pytest.mark.parametrize(("yaw_deg", "word"), [(90.0, "in front"), (60.0, "off the side")])
def test_wrong_view(yaw_deg: float, word: str) -> None:
    """From the front it isn't seen, at 60° from the side a flat back reads as rounded."""
    one_set = judged_set("deadlift", yaw_deg=yaw_deg, lumbar_deg=30.0)
    found = one_set.finding("lumbar_rounding")
    assert found.verdict == "cannot_judge"
    assert word in found.reason
    assert found.advice


def test_a_bar_on_the_back_hides_it() -> None:
    """Back and front squats aren't asked: bar and arms hide the upper back."""
    assert "lumbar_rounding" not in judged_set("back_squat").said.cues


def working_of(lift: str, **dials: Any) -> tuple[Working, str]:
    one_set = judged_set(lift, **dials)
    seen = Seen(one_set.measured)
    found = judge_rep(CUES["lumbar_rounding"], one_set.reps[0], seen, load_limits())[1]
    assert found is not None
    return found.working, " ".join(found.working.told())


def test_the_working_says_turn_reference_difference_and_corrections() -> None:
    """The back's line is drawn; steps have turn, reference, difference and corrections."""
    working, text = working_of("romanian_deadlift", lumbar_deg=30.0, start_pad_s=1.5)
    assert working.back
    assert "the back's edge turns by" in text
    assert "a flat back, 0.0°, stands in for the own standing one" in text
    assert "for comparison, standing it turns by" in text
    assert "no correction" in text


def test_a_hood_is_told_and_a_part_of_the_uncertainty() -> None:
    """Where a hood stands off, the steps say so and σ has a part of its own for it."""
    working, text = working_of("deadlift", hood=0.12)
    assert "a hood, hair or collar stands off" in text
    assert dict(working.parts)["a hood, hair or collar"] == pytest.approx(2.9, abs=0.1)

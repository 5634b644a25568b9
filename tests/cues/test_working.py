"""Every cue that is measured from points shows how: lines, stretch and arithmetic."""

from __future__ import annotations

import re

import pytest

from formcheck.cues import CUES, load_limits
from formcheck.cues.judge import judge_rep
from formcheck.cues.seen import Seen
from formcheck.report.why import POINTS
from tests.cues.judging import judged_set

SHOWN_ON = {
    "ribs_over_hips": "deadlift",
    "hip_drive": "deadlift",
    "hinge_pattern": "deadlift",
    "heels_down": "bodyweight_squat",
    "bar_close": "deadlift",
    "arms_straight": "deadlift",
    "depth": "bodyweight_squat",
    "trunk_lean": "bodyweight_squat",
    "lockout": "deadlift",
    "neutral_head": "deadlift",
}


def measured(cue):
    one_set = judged_set(SHOWN_ON[cue], end_pad_s=1.5)
    seen = Seen(one_set.measured)
    return one_set.reps[1], judge_rep(CUES[cue], one_set.reps[1], seen, load_limits())[1]


@pytest.mark.parametrize("cue", SHOWN_ON)
def test_lines_can_be_drawn(cue):
    """Each line joins two points the report knows by name."""
    _, found = measured(cue)
    assert found.working.lines
    for one, other in found.working.lines:
        assert {one, other} <= POINTS.keys()


@pytest.mark.parametrize("cue", SHOWN_ON)
def test_the_moment_lies_in_the_stretch(cue):
    """The value's moment lies in the stretch that was looked at, and that round the rep."""
    rep, found = measured(cue)
    start_s, stop_s = found.working.span_s
    assert start_s - 0.05 <= found.at_s <= stop_s + 0.05
    assert rep.start_s - 0.5 <= start_s < stop_s <= rep.end_s + 0.5


@pytest.mark.parametrize("cue", SHOWN_ON)
def test_the_arithmetic_ends_in_the_value(cue):
    """The steps hold the value as a number, and nothing that isn't one."""
    _, found = measured(cue)
    text = " ".join(found.working.steps)
    numbers = [abs(float(one)) for one in re.findall(r"-?\d+\.\d+", text)]
    assert any(abs(abs(found.value) - one) < 0.06 for one in numbers), text
    assert "nan" not in text


@pytest.mark.parametrize("cue", ["ribs_over_hips", "hip_drive", "depth", "heels_down", "bar_close"])
def test_the_uncertainty_is_the_sum_of_its_parts(cue):
    """Sigma is what its parts make together, as squares add up."""
    _, found = measured(cue)
    total = sum(part**2 for _, part in found.working.parts) ** 0.5
    assert total == pytest.approx(found.sigma)

"""depth: do the hips come down to about the height of the knees?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.cues.depth import LEANS_LESS, at_joints
from formcheck.signals.angles import HIP, KNEE
from tests.cues.judging import assert_right, between, hide, judged, judged_set, with_point
from tests.skeleton import skeleton

SQUAT = "bodyweight_squat"
RENDERED = {"squat_good": (0.05, -0.17), "squat_shallow_heels_up": (0.49, 0.44)}
"""Of two sample films: height of the engine's hip over its knee, and of the joints."""


@pytest.mark.parametrize(
    ("depth", "verdict"), [(1.1, "good"), (1.08, "good"), (0.96, "watch"), (0.8, "fault")]
)
def test_deep_nearly_and_shallow(depth: float, verdict: str) -> None:
    """Level or below is good, a little above is to watch, far above is a fault."""
    assert [verdict] * 3 == judged_set(SQUAT, depth=depth, picture=False).verdicts("depth")


@pytest.mark.parametrize("lift", [SQUAT, "back_squat", "goblet_squat"])
@pytest.mark.parametrize("depth", [0.7, 0.9, 1.0, 1.1])
def test_value_is_the_true_height(lift: str, depth: float) -> None:
    """Between joints it is the cosine of the thigh's true lean, in thigh lengths, within its σ."""
    one_set = judged_set(lift, depth=depth, picture=False)
    found, bottom_s = one_set.finding("depth", 2), one_set.lifter.reps[1].bottom_s
    thigh_deg = one_set.true_deg("thigh", bottom_s - 0.1, bottom_s + 0.1)
    expected = float(np.cos(np.radians(thigh_deg)).min())
    assert_right(found, expected)
    assert found.unit == "thigh lengths"


@pytest.mark.parametrize("depth", [0.7, 0.9, 1.1])
def test_the_engines_hip_point_is_brought_down_to_the_joint(depth: float) -> None:
    """Found on a picture, the thigh leans less than between joints, which is taken off."""
    one_set = judged_set(SQUAT, depth=depth)
    side, bottom_s = one_set.motion.stance.side, one_set.reps[1].bottom_s
    hip, knee = (one_set.motion.body.points_px[:, table[side]] for table in (HIP, KNEE))
    lean_deg = np.degrees(np.arctan2(np.abs(hip - knee)[:, 0], (knee - hip)[:, 1]))
    deepest_deg = lean_deg[between(one_set, bottom_s - 0.1, bottom_s + 0.1)].max()
    found = one_set.finding("depth", 2)
    assert found.value == pytest.approx(np.cos(np.radians(LEANS_LESS * deepest_deg)), abs=0.01)
    assert found.value < np.cos(np.radians(deepest_deg)) - 0.06


@given(height=st.floats(-1.0, 1.0), deeper=st.floats(0.0, 0.3))
def test_joints_keep_the_order_of_the_points(height: float, deeper: float) -> None:
    """Standing stays standing, nothing comes out higher, and who sits deeper stays deeper."""
    high, low = at_joints(np.array([height, max(height - deeper, -1.0)]))
    assert -1.0 <= low <= high <= height + 1e-9
    assert at_joints(np.array([1.0]))[0] == 1.0


@pytest.mark.parametrize(
    ("clip", "within"), [("squat_good", 0.09), ("squat_shallow_heels_up", 0.09)]
)
def test_rendered_lifters_are_read_at_their_height(clip: str, within: float) -> None:
    """What the engine saw of two rendered squats, brought to the joints, is near the truth."""
    found, true = RENDERED[clip]
    assert at_joints(np.array([found]))[0] == pytest.approx(true, abs=within)
    assert abs(found - true) > 0.04


def test_the_lowest_moment_counts() -> None:
    """Bouncing out of the hole at once, it is the lowest point that counts."""
    one_set = judged_set(SQUAT, tempo=(0.5, 0.0, 0.5), depth=1.1)
    assert one_set.verdicts("depth") == ["good"] * 3
    lowest_s = one_set.lifter.reps[1].bottom_s
    assert one_set.finding("depth", 2).at_s == pytest.approx(lowest_s, abs=0.05)


def test_says_what_to_try() -> None:
    """The fault says what was seen with ± and its unit, and an easier variant."""
    found = judged_set(SQUAT, depth=0.8).finding("depth")
    assert "above the knees" in found.reason
    assert "±" in found.reason
    assert "% of your thigh" in found.reason
    assert "box" in found.advice


def test_knees_hidden() -> None:
    """Knees unseen at the bottom: not judged, with how to film it."""
    lifter = skeleton(SQUAT)
    bottom_s = lifter.reps[0].bottom_s
    lifter = hide(lifter, (25, 26), bottom_s - 0.4, bottom_s + 0.6)
    found = judged(lifter, SQUAT).finding("depth")
    assert found.verdict == "cannot_judge"
    assert "hidden" in found.reason
    assert "picture" in found.advice


@pytest.mark.parametrize(("yaw_deg", "word"), [(90.0, "in front"), (-90.0, "behind")])
def test_wrong_view(yaw_deg: float, word: str) -> None:
    """From the front and from the back it isn't measured."""
    found = judged_set(SQUAT, yaw_deg=yaw_deg, depth=0.8).finding("depth")
    assert found.verdict == "cannot_judge"
    assert word in found.reason
    assert found.advice


@pytest.mark.parametrize("lift", ["deadlift", "kettlebell_swing", "split_squat"])
def test_only_squats_are_asked(lift: str) -> None:
    """A hinge's or a lunge's depth isn't judged."""
    assert "depth" not in judged_set(lift).said.cues


@pytest.mark.parametrize(("early_s", "counts"), [(0.12, True), (0.2, False)])
def test_the_hips_may_be_lowest_a_little_before_the_shoulders(early_s: float, counts: bool) -> None:
    """Hips that dip up to 0.15 s before the shoulders are lowest dip at the bottom; one fifth
    of a second before, it is another moment, such as a landmark that strays."""
    one_set = judged_set(SQUAT, rate_hz=100.0)
    dip_s = one_set.reps[1].bottom_s - early_s
    hip = [HIP[one_set.motion.stance.side]]
    dipped = with_point(one_set, hip, (0.0, 60.0), between(one_set, dip_s - 0.02, dip_s + 0.02))
    deeper = one_set.finding("depth", 2).value - dipped.finding("depth", 2).value
    assert (deeper > 0.2) == counts

"""heels_down: do the heels stay on the floor?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from formcheck.signals.angles import ANKLE, HEEL
from tests.cues.judging import (
    assert_right,
    between,
    hide,
    judged,
    judged_set,
    parts_of,
    with_point,
)
from tests.rods import SHANK
from tests.skeleton import Lifter, skeleton

HEELS = (29, 30)


@pytest.mark.parametrize(
    ("heels_up_m", "verdict"), [(0.0, "good"), (0.03, "watch"), (0.08, "fault")]
)
@pytest.mark.parametrize("lift", ["bodyweight_squat", "kettlebell_deadlift", "good_morning"])
def test_flat_lifted_a_little_and_lifted(lift: str, heels_up_m: float, verdict: str) -> None:
    """Flat is good, 3 cm up is to watch, 8 cm up is a fault."""
    one_set = judged_set(lift, heels_up_m=heels_up_m, tempo=(1.0, 0.5, 0.9))
    assert one_set.verdicts("heels_down") == [verdict] * 3


@pytest.mark.parametrize("heels_up_m", [0.0, 0.02, 0.05, 0.08])
def test_value_is_the_true_rise(heels_up_m: float) -> None:
    """The value is the heel's true rise in shank lengths, within its σ."""
    one_set = judged_set("bodyweight_squat", heels_up_m=heels_up_m, tempo=(1.0, 0.5, 0.9))
    found = one_set.finding("heels_down", 2)
    assert_right(found, heels_up_m / SHANK)
    assert found.unit == "shank lengths"
    assert one_set.reps[1].start_s < found.at_s < one_set.reps[1].end_s


def _moved(
    lifter: Lifter, joints: range | tuple[int, ...], start_s: float, stop_s: float, up_px: float
) -> Lifter:
    """The film with some points shifted up for a while."""
    track = lifter.track
    points = track.landmarks_px.copy()
    during = (track.time_s >= start_s) & (track.time_s <= stop_s)
    points[np.ix_(np.flatnonzero(during), np.array(joints), np.array([1]))] -= up_px
    return replace(lifter, track=replace(track, landmarks_px=points))


def test_a_picture_that_moves_is_no_heel() -> None:
    """A camera that dips for half a repetition lifts toes and heels alike: good."""
    lifter = skeleton("bodyweight_squat")
    bottom_s = lifter.reps[1].bottom_s
    shaken = _moved(lifter, range(33), bottom_s - 0.3, bottom_s + 0.5, 25.0)
    assert judged(shaken, "bodyweight_squat").finding("heels_down", 2).verdict == "good"


def test_a_blink_is_no_heel() -> None:
    """A heel that is up for a tenth of a second doesn't count."""
    lifter = skeleton("bodyweight_squat")
    bottom_s = lifter.reps[1].bottom_s
    blink = _moved(lifter, (27, 28, *HEELS), bottom_s, bottom_s + 0.07, 30.0)
    assert judged(blink, "bodyweight_squat").finding("heels_down", 2).verdict == "good"


def test_a_heel_without_its_ankle_is_no_heel() -> None:
    """A heel point that strays while the ankle stays doesn't count."""
    lifter = skeleton("bodyweight_squat")
    bottom_s = lifter.reps[1].bottom_s
    stray = _moved(lifter, HEELS, bottom_s - 0.4, bottom_s + 0.5, 20.0)
    assert judged(stray, "bodyweight_squat").finding("heels_down", 2).verdict == "good"


def test_hidden_foot() -> None:
    """A foot behind a plate isn't judged, with how to film it."""
    found = judged(hide(skeleton("goblet_squat"), HEELS), "goblet_squat").finding("heels_down")
    assert found.verdict == "cannot_judge"
    assert "foot" in found.reason
    assert "feet" in found.advice


def test_a_restless_foot_is_too_uncertain() -> None:
    """A heel that wanders while its owner stands isn't judged by centimetres."""
    lifter = skeleton("bodyweight_squat", end_pad_s=1.5)
    track = lifter.track
    points = track.landmarks_px.copy()
    points[:, HEELS, 1] += 18.0 * np.sin(2 * np.pi * 2.1 * track.time_s)[:, None]
    restless = replace(lifter, track=replace(track, landmarks_px=points))
    assert "cannot_judge" in judged(restless, "bodyweight_squat").verdicts("heels_down")


def test_says_what_to_try() -> None:
    """The fault says what was seen with ±, and what to try."""
    found = judged_set("bodyweight_squat", heels_up_m=0.08).finding("heels_down")
    assert "heels come up" in found.reason
    assert "±" in found.reason
    assert "Keep your weight through your heels" in found.advice


def test_from_the_front() -> None:
    """The front doesn't show it."""
    assert judged_set("back_squat", yaw_deg=90.0).finding("heels_down").verdict == "cannot_judge"


@pytest.mark.parametrize(
    "filming",
    [
        *({"mirror": True}, {"facing": "left"}, {"scale_px": 150.0}, {"rate_hz": 24.0}),
        *({"rate_hz": 100.0}, {"shift_px": (300.0, 80.0)}, {"yaw_deg": 15.0}),
    ],
)
def test_filming_changes_nothing(filming: dict[str, Any]) -> None:
    """Mirrored, far, slow, fast, elsewhere, turned: the same verdicts."""
    for heels_up_m in (0.0, 0.08):
        filmed = judged_set("bodyweight_squat", heels_up_m=heels_up_m, **filming)
        expected = "fault" if heels_up_m else "good"
        assert filmed.verdicts("heels_down") == [expected] * 3


@pytest.mark.parametrize("lift", ["split_squat", "single_leg_deadlift", "deadlift"])
def test_not_where_feet_are_up_or_hidden(lift: str) -> None:
    """Lifts with a heel in the air, or a plate before the feet, aren't asked."""
    assert "heels_down" not in judged_set(lift).said.cues


@pytest.mark.parametrize(("up_s", "verdict"), [(0.14, "good"), (0.26, "fault")])
def test_a_heel_has_to_stay_up(up_s: float, verdict: str) -> None:
    """A heel that comes up for a quarter of a second is up; one that is back down within
    0.15 s was a shift of weight, or a point that strayed."""
    one_set = judged_set("bodyweight_squat", rate_hz=100.0)
    from_s, side = one_set.reps[1].bottom_s, one_set.motion.stance.side
    frames = between(one_set, from_s, from_s + up_s)
    lifted = with_point(one_set, [HEEL[side], ANKLE[side]], (0.0, -40.0), frames)
    assert lifted.verdicts("heels_down")[1] == verdict


def test_a_turned_camera_tells_less_of_a_heel() -> None:
    """A flat foot filmed from 33° off and its mirror image read 0.05 and 0.00 shank lengths:
    what σ allows for is more than half of that, and not all of it."""
    part = parts_of(judged_set("bodyweight_squat", yaw_deg=33.0), "heels_down")
    assert 0.025 < part["the camera's angle"] < 0.045

"""hinge_pattern: do the hips fold, or do the knees?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from formcheck.signals.angles import ANKLE
from tests.cues.judging import LEGS, between, hide, judged, judged_set, with_angle, with_point
from tests.skeleton import Lifter, skeleton

SQUATTED = {"trunk": 20.0, "thigh": -80.0, "shank": 42.0}  # knee 122°, hip 100°


@pytest.mark.parametrize(
    ("trunk_deg", "shank_deg", "verdict"),
    [(55.0, 12.0, "good"), (40.0, 27.0, "watch"), (20.0, 42.0, "fault")],
)
def test_hinged_between_and_squatted(trunk_deg: float, shank_deg: float, verdict: str) -> None:
    """A deadlift hinged is good, in between is to watch, squatted is a fault."""
    pose = {"trunk": trunk_deg, "thigh": -68.0, "shank": shank_deg}
    one_set = judged(skeleton("deadlift", pose=pose), "deadlift")
    assert one_set.verdicts("hinge_pattern") == [verdict] * 3


@pytest.mark.parametrize(
    ("lift", "pose"),
    [
        ("deadlift", {}),
        ("deadlift", SQUATTED),
        ("romanian_deadlift", {}),
        ("good_morning", {}),
        ("good_morning", {"thigh": -50.0}),
        ("kettlebell_deadlift", {}),
        ("kettlebell_swing", {}),
    ],
)
def test_value_is_the_true_ratio(lift: str, pose: dict[str, float]) -> None:
    """The value is true knee over true hip flexion where the hips fold most, within its σ."""
    one_set = judged(skeleton(lift, pose=pose), lift)
    found, rep = one_set.finding("hinge_pattern", 2), one_set.reps[1]
    hip_deg = one_set.true_deg("hip", rep.start_s, rep.end_s)
    knee_deg = one_set.true_deg("knee", rep.start_s, rep.end_s)
    near = hip_deg >= hip_deg.max() - 5.0
    assert float(np.median((knee_deg / hip_deg)[near])) == pytest.approx(
        found.value, abs=found.sigma
    )
    assert found.unit == "ratio"


@pytest.mark.parametrize(
    "lift",
    [
        *("deadlift", "sumo_deadlift", "romanian_deadlift", "good_morning"),
        *("kettlebell_deadlift", "kettlebell_swing"),
    ],
)
def test_each_hinge_as_taught_is_good(lift: str) -> None:
    """Every hinge at its usual angles is good: knees may bend more from the floor."""
    assert judged_set(lift).verdicts("hinge_pattern") == ["good"] * 3


@pytest.mark.parametrize("lift", ["romanian_deadlift", "good_morning", "kettlebell_swing"])
def test_squatted_hinges_from_the_top_are_faults(lift: str) -> None:
    """A squatted bend is a fault in lifts with long legs as well."""
    pose = {"trunk": 38.0, "thigh": -75.0, "shank": 34.0}
    assert judged(skeleton(lift, pose=pose), lift).verdicts("hinge_pattern") == ["fault"] * 3


def test_speaks_of_a_proxy() -> None:
    """The fault says that hips going back stand in for what no camera sees."""
    found = judged(skeleton("deadlift", pose=SQUATTED), "deadlift").finding("hinge_pattern")
    assert "stand-in for tension in the hamstrings" in found.reason
    assert "±" in found.reason
    assert "hips back" in found.advice


def test_the_free_leg_is_not_judged() -> None:
    """A single-leg deadlift filmed from the side of the leg in the air isn't judged."""
    lifter = _legs_exchanged(skeleton("single_leg_deadlift"))
    one_set = judged(lifter, "single_leg_deadlift")
    found = one_set.finding("hinge_pattern")
    assert found.verdict == "cannot_judge"
    assert "free one" in found.reason


def _legs_exchanged(lifter: Lifter) -> Lifter:
    """The same film with the other leg nearer to the camera."""
    order = np.arange(33)
    for left in range(23, 32, 2):
        order[[left, left + 1]] = left + 1, left
    track = lifter.track
    points = track.landmarks_px.copy()
    points[..., :2] = points[:, order, :2]  # the depth tells which way they face
    visible = np.full_like(track.visibility, 0.98)
    track = replace(track, landmarks_px=points, visibility=visible)
    return replace(lifter, track=track)


def test_hidden_knee() -> None:
    """A leg that nothing shows: not judged, with how to film it."""
    lifter = hide(skeleton("deadlift"), LEGS, 0.0, 1.6)
    found = judged(lifter, "deadlift").finding("hinge_pattern")
    assert found.verdict == "cannot_judge"
    assert "hidden" in found.reason
    assert "picture" in found.advice


def test_from_the_front() -> None:
    """The front doesn't show it."""
    found = judged_set("deadlift", yaw_deg=90.0).finding("hinge_pattern")
    assert found.verdict == "cannot_judge"
    assert "in front" in found.reason


@pytest.mark.parametrize(
    "filming",
    [
        *({"mirror": True}, {"facing": "left"}, {"scale_px": 150.0}, {"rate_hz": 24.0}),
        *({"rate_hz": 100.0}, {"shift_px": (300.0, 80.0)}, {"yaw_deg": 12.0}),
    ],
)
def test_filming_changes_nothing(filming: dict[str, Any]) -> None:
    """Mirrored, far, slow, fast, elsewhere, a little turned: the same verdicts."""
    for pose in ({}, SQUATTED):
        expected = judged(skeleton("deadlift", pose=pose), "deadlift").verdicts("hinge_pattern")
        filmed = judged(skeleton("deadlift", pose=pose, **filming), "deadlift")
        assert filmed.verdicts("hinge_pattern") == expected


def test_a_squat_is_not_asked() -> None:
    """The cue makes no sense for a squat and isn't in its findings."""
    assert "hinge_pattern" not in judged_set("back_squat").said.cues


@pytest.mark.parametrize(("straight_deg", "value"), [(3.2, 0.3), (2.0, 0.9)])
def test_the_bottom_is_the_last_of_the_fold(straight_deg: float, value: float) -> None:
    """Hips fold evenly and knees straighten at the very bottom: over the last 3° they are
    straight for most of the bottom, over the last 2° they only pass through it."""
    one_set = judged_set("romanian_deadlift", rate_hz=100.0)
    away_s = np.abs(one_set.motion.time_s - one_set.reps[1].bottom_s)
    everywhere = np.ones(away_s.shape, dtype=bool)
    folded = with_angle(one_set, "hip", 100.0 - 40.0 * away_s, everywhere)
    knees_deg = np.where(40.0 * away_s <= straight_deg, 30.0, 90.0)
    found = with_angle(folded, "knee", knees_deg, everywhere).finding("hinge_pattern", 2)
    assert found.value == pytest.approx(value, abs=0.05)


@pytest.mark.parametrize(("fold_deg", "judged_so"), [(40.0, False), (50.0, True)])
def test_hips_that_hardly_fold_are_no_hinge(fold_deg: float, judged_so: bool) -> None:
    """Half a right angle is the least that tells how somebody hinges."""
    one_set = judged_set("romanian_deadlift")
    hip_deg = one_set.motion.angles_deg["hip"].value
    less_deg = fold_deg * hip_deg / np.max(hip_deg)
    less = with_angle(one_set, "hip", less_deg, np.ones(hip_deg.shape, dtype=bool))
    assert (less.verdicts("hinge_pattern")[1] != "cannot_judge") == judged_so


@pytest.mark.parametrize(("up_leg", "judged_so"), [(0.13, True), (0.2, False)])
def test_a_near_foot_that_leaves_the_floor_is_the_free_one(up_leg: float, judged_so: bool) -> None:
    """On one leg the near ankle may seem to rise by 11 cm, as when a heel comes up; by 17 cm
    it is the free leg's, and the one that works isn't seen."""
    one_set = judged_set("single_leg_deadlift")
    at_s, ankle = one_set.reps[1].bottom_s, ANKLE[one_set.motion.stance.side]
    up_px = (0.0, -up_leg * one_set.motion.body.leg_px)
    lifted = with_point(one_set, [ankle], up_px, between(one_set, at_s - 0.2, at_s + 0.2))
    assert (lifted.verdicts("hinge_pattern")[1] != "cannot_judge") == judged_so

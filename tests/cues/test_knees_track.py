"""knees_track: do the knees come inwards?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.cues.judging import assert_right, hide, judged, judged_set, parts_of
from tests.rods import SHANK
from tests.skeleton import skeleton

FRONT: dict[str, Any] = {"yaw_deg": 90.0}
KNEES_M, ANKLES_M = 0.26, 0.30  # apart, see tests.rods


def left_of(inwards_m: float) -> float:
    """Per cent of the standing distance that is left with each knee so far in."""
    return 100.0 * (KNEES_M - 2 * inwards_m) / KNEES_M


@pytest.mark.parametrize("lift", ["back_squat", "goblet_squat", "deadlift", "sumo_deadlift"])
@pytest.mark.parametrize("yaw_deg", [90.0, -90.0, 75.0])
def test_out_a_little_in_and_far_in(lift: str, yaw_deg: float) -> None:
    """Knees over the feet are good, 2 cm inwards to watch, 6 cm a fault; from the back too."""
    one_set = judged_set(lift, yaw_deg=yaw_deg, knees_in_m=(0.0, 0.02, 0.06))
    assert one_set.verdicts("knees_track") == ["good", "watch", "fault"]


@pytest.mark.parametrize("inwards_m", [0.0, 0.02, 0.05, 0.10])
def test_value_is_the_true_share(inwards_m: float) -> None:
    """The value is the knees' true distance against that of standing, within its σ."""
    found = judged_set("back_squat", **FRONT, knees_in_m=inwards_m).finding("knees_track")
    assert_right(found, left_of(inwards_m))
    assert found.unit == "%"


def test_crossing_knees() -> None:
    """Knees that cross are a fault like any that come in far."""
    found = judged_set("back_squat", **FRONT, knees_in_m=0.16).finding("knees_track")
    assert found.verdict == "fault"
    assert found.value < 0


def test_knees_pushed_out() -> None:
    """Knees further out than the feet are good."""
    found = judged_set("back_squat", **FRONT, knees_in_m=-0.08).finding("knees_track")
    assert found.verdict == "good"
    assert found.value > 100


def test_more_error_from_an_angle() -> None:
    """From 60° the same is known less well; from 35° it isn't judged."""
    seen = judged_set("back_squat", **FRONT, knees_in_m=0.06).finding("knees_track")
    oblique = judged_set("back_squat", yaw_deg=60.0, knees_in_m=0.06).finding("knees_track")
    assert oblique.sigma > seen.sigma
    assert_right(oblique, seen.value, most_sigma=11.5)
    steep = judged_set("back_squat", yaw_deg=35.0, knees_in_m=0.06).finding("knees_track")
    assert steep.verdict == "cannot_judge"
    assert "front" in steep.advice


def test_from_the_side() -> None:
    """The side doesn't show it, and it is said where to film from."""
    found = judged_set("back_squat", knees_in_m=0.06).finding("knees_track")
    assert found.verdict == "cannot_judge"
    assert "front" in found.reason


def test_hidden_feet() -> None:
    """Feet out of the picture: not judged."""
    lifter = hide(skeleton("back_squat", **FRONT), (27, 28))
    found = judged(lifter, "back_squat").finding("knees_track")
    assert found.verdict == "cannot_judge"
    assert "feet" in found.reason


def test_hidden_knees() -> None:
    """Knees hidden at the bottom: not judged."""
    lifter = hide(skeleton("back_squat", **FRONT), (25, 26), 0.8, 2.2)
    assert judged(lifter, "back_squat").finding("knees_track").verdict == "cannot_judge"


@pytest.mark.parametrize("lift", ["split_squat", "single_leg_deadlift"])
@pytest.mark.parametrize("yaw_deg", [90.0, -90.0])
def test_on_one_leg(lift: str, yaw_deg: float) -> None:
    """On one leg the working shin counts: upright is good, far in is a fault."""
    one_set = judged_set(lift, yaw_deg=yaw_deg, knees_in_m=(0.0, 0.09, 0.18))
    assert one_set.verdicts("knees_track") == ["good", "watch", "fault"]
    assert one_set.finding("knees_track").unit == "deg"
    assert "shin" in one_set.finding("knees_track", 3).reason


@pytest.mark.parametrize(
    "filming",
    [
        {"mirror": True},
        {"facing": "left"},
        {"rate_hz": 60.0},
        {"scale_px": 200.0},
        {"shift_px": (150.0, 40.0)},
    ],
)
def test_survives_filming(filming: dict[str, Any]) -> None:
    """Mirrored, at another rate, smaller or elsewhere: the same verdicts."""
    dials = {"knees_in_m": (0.0, 0.02, 0.06), **FRONT}
    usual = judged_set("back_squat", **dials).verdicts("knees_track")
    assert judged_set("back_squat", **dials, **filming).verdicts("knees_track") == usual


def test_what_it_says() -> None:
    """The fault says what was seen with ±, what to try and something easier."""
    found = judged_set("back_squat", **FRONT, knees_in_m=0.08).finding("knees_track")
    assert "inwards" in found.reason
    assert "±" in found.reason
    assert "toes" in found.advice


def test_a_swing_is_not_asked() -> None:
    """The cue makes no sense for a swing."""
    assert "knees_track" not in judged_set("kettlebell_swing").said.cues


def test_the_way_up_has_to_be_seen() -> None:
    """Knees seen on the way down alone aren't praised: it is on the way up that they come in."""
    lifter = skeleton("back_squat", reps=1, **FRONT)
    rep = lifter.reps[0]
    hidden = hide(lifter, (25, 26), rep.bottom_s + 0.1, rep.top_s - 0.1)
    assert judged(hidden, "back_squat").finding("knees_track").verdict == "cannot_judge"


def test_a_rolling_picture_is_no_fault() -> None:
    """A film that ends in a rolling transition doesn't make its last repetition uneven."""
    lifter = skeleton("back_squat", reps=1, **FRONT)
    rep = lifter.reps[0]
    points = lifter.track.landmarks_px.copy()
    late = lifter.track.time_s > rep.top_s - 0.4
    turn = np.radians(25.0)
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    points[late, :, :2] = points[late, :, :2] @ spin.T
    stretch = late.astype(np.int32)  # the body leaps, as at a cut
    rolled = replace(lifter, track=replace(lifter.track, landmarks_px=points, stretch=stretch))
    one_set = judged(rolled, "back_squat")
    for cue in ("knees_track", "symmetry"):
        assert one_set.verdicts(cue) in (["good"], ["cannot_judge"])


def test_two_legs_of_a_lunge_differ_by_what_the_camera_does() -> None:
    """A real lunge filmed from 68° read +14 and -7° from its two legs, 10° to either side of
    what it was: σ allows for more than half of that, and for no more than that."""
    one_set = judged_set("split_squat", yaw_deg=80.0)
    part = parts_of(one_set, "knees_track")["the camera's angle"]
    at_68_deg = (
        part * np.cos(np.radians(68.0)) / np.cos(np.radians(one_set.motion.stance.view.yaw_deg))
    )
    assert 5.3 < at_68_deg < 10.5


@pytest.mark.parametrize("inwards_m", [0.0, 0.06, 0.12])
def test_value_is_the_true_tip_of_the_shin(inwards_m: float) -> None:
    """On one leg the value is the shin's true tip inwards, within its σ, which isn't wide."""
    one_set = judged_set("split_squat", **FRONT, knees_in_m=inwards_m)
    found = one_set.finding("knees_track")
    assert_right(found, float(np.degrees(np.arctan(inwards_m / SHANK))), most_sigma=5.5)

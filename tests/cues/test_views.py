"""From where the camera has to look: each line of the table is tried on both of its sides."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite, nan

import pytest

from formcheck.cues import CUES, SET_CUES, judge, load_limits
from formcheck.cues.judging.views import VIEWS, names, standpoint, why_not
from formcheck.cues.judging.words import not_seen
from formcheck.data import Finding, View, ViewName
from tests.cues.judging import judged_set
from tests.retouch import but

SIDE, FRONT = 0.0, 90.0
OFF_SIDE, STRAIGHT = "view_off_side", "view_straight"
AT_AN_ANGLE, IN_FRONT = "at an angle", "in front"

# Cue, lift, where it is filmed; the last yaw that shows it, and what is said 0.1° further.
UP_TO: list[tuple[str, str, float, str, str]] = [
    ("swing_timing", "kettlebell_swing", 25.0, "view", AT_AN_ANGLE),
    ("lumbar_rounding", "deadlift", 28.0, OFF_SIDE, ""),
    ("rounding_drift", "deadlift", 28.0, OFF_SIDE, ""),
    ("bar_close", "deadlift", 65.0, "view", IN_FRONT),
    ("hip_drive", "deadlift", 65.0, "view", IN_FRONT),
    ("lockout", "deadlift", 65.0, "view", IN_FRONT),
    ("ribs_over_hips", "deadlift", 65.0, "view", IN_FRONT),
    ("neutral_head", "deadlift", 65.0, "view", IN_FRONT),
    ("hinge_pattern", "deadlift", 65.0, "view", IN_FRONT),
    ("arms_straight", "deadlift", 65.0, "view", IN_FRONT),
    ("range_of_motion", "deadlift", 65.0, "view", IN_FRONT),
    ("depth", "back_squat", 65.0, "view", IN_FRONT),
    ("trunk_lean", "back_squat", 65.0, "view", IN_FRONT),
    ("heels_down", "back_squat", 65.0, "view", IN_FRONT),
]
FROM: list[tuple[str, str, float]] = [
    ("knees_track", "back_squat", 50.0),
    ("knees_track", "split_squat", 75.0),
    ("knees_track", "single_leg_deadlift", 75.0),
    ("no_twist", "back_squat", 70.0),
    ("symmetry", "back_squat", 72.0),
]


def view_at(yaw_deg: float) -> View:
    """A view by its yaw, as ``signals.view`` names it."""
    name: ViewName = "side" if yaw_deg <= 25.0 else "oblique" if yaw_deg < 65.0 else "front"
    return View(name, None if name == "front" else "right", yaw_deg, 5.0)


def found(cue: str, lift: str, filmed_deg: float, yaw_deg: float) -> Finding:
    """A set's finding, had its camera stood elsewhere and seen the same."""
    measured = judged_set(lift, yaw_deg=filmed_deg).measured
    moved = but(measured.signals, view=view_at(yaw_deg))
    said = judge(replace(measured, signals=moved), load_limits())
    return said.summary.findings[cue] if cue in SET_CUES else said.reps[0].findings[cue]


def assert_shut(one: Finding, why: str, where: str = "") -> None:
    assert one.verdict == "cannot_judge"
    assert (one.reason, one.advice) == not_seen(why, view=where)


@pytest.mark.parametrize(("cue", "lift", "last_deg", "why", "where"), UP_TO)
def test_a_side_cue_ends_at_its_yaw(
    cue: str, lift: str, last_deg: float, why: str, where: str
) -> None:
    """Measured a little before its last yaw; a little beyond it isn't, and it is said why."""
    assert isfinite(found(cue, lift, SIDE, last_deg - 0.1).value)
    assert_shut(found(cue, lift, SIDE, last_deg + 0.1), why, where)


@pytest.mark.parametrize(("cue", "lift", "first_deg"), FROM)
def test_a_front_cue_begins_at_its_yaw(cue: str, lift: str, first_deg: float) -> None:
    """Measured from its first yaw on; a little before it isn't, and it is said why."""
    assert isfinite(found(cue, lift, FRONT, first_deg).value)
    assert_shut(found(cue, lift, FRONT, first_deg - 0.1), STRAIGHT)


@pytest.mark.parametrize("cue", ["lumbar_rounding", "hip_drive", "lockout", "rounding_drift"])
def test_a_side_cue_says_where_a_camera_in_front_stands(cue: str) -> None:
    """Far beyond its last yaw it isn't "too far off the side" but in front."""
    assert_shut(found(cue, "deadlift", SIDE, 80.0), "view", IN_FRONT)


@pytest.mark.parametrize(
    ("cue", "yaw_deg", "where"),
    [
        ("knees_track", 10.0, "at the side"),
        ("symmetry", 10.0, "at the side"),
        ("symmetry", 40.0, AT_AN_ANGLE),
        ("no_twist", 40.0, AT_AN_ANGLE),
    ],
)
def test_a_front_cue_says_where_the_camera_stands(cue: str, yaw_deg: float, where: str) -> None:
    """From the side, or at an angle that tells nothing, it is said where the camera stands."""
    assert_shut(found(cue, "back_squat", FRONT, yaw_deg), "view_front", where)


def test_both_sides_of_every_line_are_tried() -> None:
    """Each entry that shuts a view out has a source, says why, and has its cues above."""
    tried = {cue for cue, *_ in UP_TO} | {cue for cue, *_ in FROM}
    bound = [one for one in VIEWS.values() if one.why]
    assert [one for one in VIEWS.values() if not one.why] == [standpoint("tempo")]
    assert {cue for one in bound for cue in one.cues} == tried
    assert all(one.source for one in VIEWS.values())


def test_each_cue_is_named_once() -> None:
    """No cue is left to chance, and none has two places; one leg may have another."""
    for one_leg in (False, True):
        named = [cue for one in VIEWS.values() if one.one_leg == one_leg for cue in one.cues]
        assert len(named) == len(set(named))
        assert set(named) <= set(load_limits().cues)
        assert one_leg or set(named) == set(load_limits().cues)


def test_a_new_cue_is_one_of_the_side_view() -> None:
    """What the table doesn't name is asked where most is seen, and nowhere else."""
    assert standpoint("elbows_close") is VIEWS["side"]
    assert names("elbows_close") == {"side"}
    assert why_not("elbows_close", view_at(30.0)) == "view"


@pytest.mark.parametrize("cue", sorted(CUES))
def test_an_unknown_yaw_shuts_all_that_asks_for_one(cue: str) -> None:
    """Where the chest's direction isn't known, only what every view shows is measured."""
    shut = bool(why_not(cue, View("front", None, nan, 180.0)))
    assert shut == (cue not in standpoint("tempo").cues)

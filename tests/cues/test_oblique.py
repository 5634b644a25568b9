"""Seen obliquely, before or behind the side, a lift is judged as from the side, or not at all."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from formcheck.data import Facing
from formcheck.reps.lifts import LIFTS
from formcheck.signals.angles import ANKLE, ELBOW, KNEE, WRIST
from tests.cues.judging import Judged, judged
from tests.skeleton import HANDS_TOGETHER, Lifter, skeleton

# Every value lies well away from its limits, so that a verdict that changes is the view's.
SETS: dict[str, dict[str, Any]] = {
    "kettlebell_deadlift": {"hips_first_deg": (0.0, 0.0, 25.0), "bar_forward_m": (0.0, 0.3, 0.0)},
    "deadlift": {"soft_lockout_deg": 0.0},
    "romanian_deadlift": {"lean_back_deg": 0.0},
    "back_squat": {"depth": 1.0},
    "goblet_squat": {"depth": 0.6},
}
JUDGED = ("hip_drive", "hinge_pattern", "depth", "trunk_lean", "range_of_motion")
FROM_STANDING = ("ribs_over_hips", "lockout")
"""Judged obliquely of those who are seen standing outside the repetitions."""

HIDDEN_FAR = {"leg": (KNEE, ANKLE), "arm": (ELBOW, WRIST)}

FEW = settings(
    max_examples=6,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.generate,),
)


def film(lift: str, **how: Any) -> Lifter:
    return skeleton(lift, rest_s=0.8, start_pad_s=1.0, **SETS[lift], **how)


@functools.cache
def usual(lift: str) -> list[dict[str, str]]:
    """What is said of the set from the side."""
    return judged(film(lift), lift).every_verdict()


def without_far(lifter: Lifter, limb: str, side: Facing) -> Lifter:
    """The same film with the far leg or arm hidden all the time."""
    far: Facing = "left" if side == "right" else "right"
    seen = lifter.track.visibility.copy()
    seen[:, [table[far] for table in HIDDEN_FAR[limb]]] = 0.1
    return replace(lifter, track=replace(lifter.track, visibility=seen))


def assert_no_other(said: Judged, lift: str) -> None:
    for mine, theirs in zip(said.every_verdict(), usual(lift), strict=True):
        other = {
            cue: (verdict, theirs[cue])
            for cue, verdict in mine.items()
            if "cannot_judge" not in (verdict, theirs[cue]) and verdict != theirs[cue]
        }
        assert not other


@pytest.mark.parametrize("lift", SETS)
@FEW
@given(
    yaw_deg=st.floats(20.0, 70.0),
    behind=st.booleans(),
    facing=st.sampled_from(["left", "right"]),
    hidden=st.sampled_from(["", "leg", "arm"]),
)
def test_obliquely_a_verdict_is_that_from_the_side_or_none(
    lift: str, yaw_deg: float, behind: bool, facing: Any, hidden: str
) -> None:
    """From 20 to 70° off the side, from either side, with a far limb hidden or not."""
    lifter = film(lift, yaw_deg=-yaw_deg if behind else yaw_deg, facing=facing)
    # To meet at a bell the skeleton's arms bend sideways, which a single one shows.
    if hidden and not (hidden == "arm" and lift in HANDS_TOGETHER):
        lifter = without_far(lifter, hidden, facing)
    assert_no_other(judged(lifter, lift), lift)


@pytest.mark.parametrize("lift", SETS)
@pytest.mark.parametrize("yaw_deg", [30.0, -30.0, 45.0, -45.0])
def test_obliquely_most_is_judged(lift: str, yaw_deg: float) -> None:
    """Side cues are judged, as from the side, up to 45° off it on either side."""
    said = judged(film(lift, yaw_deg=yaw_deg), lift)
    assert_no_other(said, lift)
    wanted = set(JUDGED if LIFTS[lift].starts == "bottom" else JUDGED + FROM_STANDING)
    if yaw_deg < 0.0:  # from behind a lean back isn't told
        wanted.discard("ribs_over_hips")
    for mine, theirs in zip(said.every_verdict(), usual(lift), strict=True):
        shut = [one for one in wanted if mine.get(one) == "cannot_judge" != theirs[one]]
        assert shut == []


def test_a_load_held_away_is_seen_obliquely() -> None:
    """Hands hang beside wider or narrower feet; in the middle of both that cancels."""
    for yaw_deg in (30.0, 45.0, -45.0):
        said = judged(film("kettlebell_deadlift", yaw_deg=yaw_deg), "kettlebell_deadlift")
        assert [said.finding("bar_close", rep).verdict for rep in (1, 2)] == ["good", "fault"]
        assert np.isfinite(said.finding("bar_close", 1).value)


def test_a_top_that_is_held_leant_back_is_no_yardstick() -> None:
    """Who stands so between the repetitions would be compared with the fault itself."""
    for yaw_deg in (40.0, -40.0):
        leant = judged(
            skeleton("romanian_deadlift", yaw_deg=yaw_deg, lean_back_deg=14.0), "romanian_deadlift"
        )
        assert leant.finding("ribs_over_hips").verdict == "cannot_judge"

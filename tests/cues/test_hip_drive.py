"""hip_drive: does the trunk tip forward while the knees open?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from formcheck.cues.judging.seen import Seen
from formcheck.data import Signals
from formcheck.signals.behind import BEHIND
from tests.cues.judging import (
    LEGS,
    Judged,
    assert_right,
    between,
    hide,
    judged,
    judged_set,
    lasting_peak,
    parts_of,
    with_angle,
)
from tests.retouch import but
from tests.skeleton import skeleton


def test_rigid_small_and_large_tip() -> None:
    """A rigid trunk is good, 6° of tipping is to watch, 20° is a fault."""
    one_set = judged_set("deadlift", hips_first_deg=(0.0, 6.0, 20.0))
    assert one_set.verdicts("hip_drive") == ["good", "watch", "fault"]


@pytest.mark.parametrize("lift", ["deadlift", "kettlebell_deadlift", "back_squat"])
@pytest.mark.parametrize("tip_deg", [0.0, 8.0, 15.0, 25.0])
def test_value_is_the_true_tip(lift: str, tip_deg: float) -> None:
    """The value is the trunk's true tip from the most bent knee on, within its σ."""
    one_set = judged_set(lift, hips_first_deg=tip_deg)
    found, rep = one_set.finding("hip_drive", 2), one_set.lifter.reps[1]
    start_s = rep.top_s - 0.9
    trunk_deg = one_set.true_deg("trunk", start_s, start_s + 0.5)
    time_s = one_set.lifter.track.time_s
    time_s = time_s[(time_s >= start_s - 1e-6) & (time_s <= start_s + 0.5 + 1e-6)]
    expected_deg = lasting_peak(time_s, trunk_deg) - trunk_deg[0]
    assert_right(found, expected_deg)
    assert found.unit == "deg"
    assert start_s - 0.1 <= found.at_s <= start_s + 0.5


def test_only_the_first_half_counts() -> None:
    """A trunk that dips once the knees are half open has nothing to do with the hips' start."""

    def dip(motion: Signals) -> Signals:
        trunk = motion.angles_deg["trunk"].value.copy()
        top_s = lifter.reps[0].top_s
        trunk[(motion.time_s >= top_s - 0.25) & (motion.time_s <= top_s)] += 90.0
        return but(motion, angles_deg={"trunk": trunk})

    lifter = skeleton("deadlift")
    assert judged(lifter, "deadlift", retouch=dip).finding("hip_drive").verdict == "good"


def test_speaks_of_hips_and_shoulders() -> None:
    """The fault says what was seen with ±, and what to try."""
    found = judged_set("deadlift", hips_first_deg=20.0).finding("hip_drive")
    assert "hips rise first" in found.reason
    assert "±" in found.reason
    assert "chest" in found.advice


def test_stiff_knees_do_not_tell() -> None:
    """A Romanian deadlift with hardly bent knees isn't judged, and says why."""
    found = judged_set("good_morning").finding("hip_drive")
    assert found.verdict == "cannot_judge"
    assert "knees hardly bend" in found.reason


def test_hidden_knee() -> None:
    """A leg that nothing shows: not judged, with how to film it."""
    lifter = hide(skeleton("deadlift"), LEGS, 0.6, 1.8)
    found = judged(lifter, "deadlift").finding("hip_drive")
    assert found.verdict == "cannot_judge"
    assert "stands before" in found.reason
    assert "picture" in found.advice


def test_from_the_front() -> None:
    """The front doesn't show it."""
    found = judged_set("deadlift", yaw_deg=90.0).finding("hip_drive")
    assert found.verdict == "cannot_judge"
    assert "in front" in found.reason
    assert "side" in found.advice


@pytest.mark.parametrize("yaw_deg", [35.0, -50.0])
def test_obliquely_the_same_wrong_yaw_is_in_both_moments(yaw_deg: float) -> None:
    """Of the camera's angle a change has what differs; the points' jitter is stretched."""
    one_set = judged_set("deadlift", yaw_deg=yaw_deg, hips_first_deg=20.0)
    parts = parts_of(one_set, "hip_drive")
    assert one_set.finding("hip_drive").verdict == "fault"
    assert parts["the camera's angle"] < Seen(one_set.measured).view_error_deg
    assert parts["the trunk's change"] > 3.0


def test_too_oblique() -> None:
    """At 64° an upright trunk's jitter is stretched beyond the band: a squat isn't judged."""
    found = judged_set("front_squat", yaw_deg=64.0).finding("hip_drive")
    assert found.verdict == "cannot_judge"
    assert "too uncertain" in found.reason


def test_a_split_squat_is_not_asked() -> None:
    """The cue makes no sense for a split squat and isn't in its findings."""
    assert "hip_drive" not in judged_set("split_squat").said.cues


@pytest.mark.parametrize(("early_s", "verdict"), [(0.26, "fault"), (0.38, "good")])
def test_knees_may_open_before_the_shoulders_rise(early_s: float, verdict: str) -> None:
    """Hips that shoot up a quarter of a second before the shoulders follow drive nothing; a
    trunk that tipped before that was still setting up."""
    one_set = judged_set("deadlift", rate_hz=100.0)
    rep, time_s = one_set.reps[1], one_set.motion.time_s
    opens_s = rep.top_s - rep.concentric_s - early_s
    inside = between(one_set, opens_s - 0.5, rep.top_s)
    share = np.clip((time_s - opens_s) / (rep.top_s - opens_s), 0.0, 1.0)
    knee_deg = np.where(time_s < opens_s, 90.0, 100.0 * (1.0 - share))
    trunk_deg = 50.0 + 15.0 * np.clip((time_s - opens_s) / 0.06, 0.0, 1.0)
    opened = with_angle(one_set, "knee", knee_deg, inside)
    tipped = with_angle(opened, "trunk", trunk_deg, inside)
    assert tipped.verdicts("hip_drive")[1] == verdict


# ---------------------------------------------------------------- behind a plate

PLATES = {"plate_m": 0.45, "plate_taken_in": True}


def true_tip_deg(one_set: Judged, rep: int) -> float:
    """How far the trunk truly tips from the most bent knee until it is half open."""
    start_s = one_set.lifter.reps[rep].top_s - 0.9
    time_s = one_set.lifter.track.time_s
    time_s = time_s[(time_s >= start_s - 1e-6) & (time_s <= start_s + 0.5 + 1e-6)]
    trunk_deg = one_set.true_deg("trunk", start_s, start_s + 0.5)
    return lasting_peak(time_s, trunk_deg) - float(trunk_deg[0])


@pytest.mark.parametrize(("tip_deg", "verdict"), [(0.0, "good"), (20.0, "fault")])
@pytest.mark.parametrize("filming", [{}, {"mirror": True}, {"yaw_deg": 10.0}])
def test_behind_full_plates_hips_first_is_found(
    tip_deg: float, verdict: str, filming: dict[str, Any]
) -> None:
    """Hips that shoot up are seen past plates that hide the knees; a clean pull isn't faulted."""
    one_set = judged_set("deadlift", hips_first_deg=tip_deg, **PLATES, **filming)
    assert one_set.verdicts("hip_drive") == [verdict] * 3
    for rep in (1, 2, 3):
        found = one_set.finding("hip_drive", rep)
        assert_right(found, true_tip_deg(one_set, rep - 1), most_sigma=5.0)
        assert BEHIND in parts_of(one_set, "hip_drive", rep)


def test_a_part_hidden_at_one_moment_widens_the_change() -> None:
    """Hidden at both moments the trunk is off nearly alike; at one, by all of that one's part."""
    one_set = judged_set("deadlift", hips_first_deg=20.0, **PLATES)
    seen = Seen(one_set.measured)
    part = one_set.motion.angles_deg["trunk"].parts[BEHIND]
    low, high = int(np.argmin(part)), int(np.argmax(part))
    frames = np.arange(part.size)
    ((_, same),) = seen.behind_rise("trunk", high, frames == high)
    ((_, apart),) = seen.behind_rise("trunk", low, frames == high)
    assert same == pytest.approx(0.4 * part[high])
    alone = np.sqrt(part[high] ** 2 - part[low] ** 2)
    assert apart == pytest.approx(np.hypot(alone, 0.4 * part[low]))
    assert seen.behind_rise("arm", low, frames == high) == ()

"""How it was filmed changes no verdict; and every verdict says what it should."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.data import Finding, Signals
from tests.cues.judging import Judged, judged, judged_set
from tests.retouch import but
from tests.skeleton import skeleton

# Sets whose every value lies well away from its limits: filming moves a value
# within its σ, and a value at a limit may fall on either side.
SETS: dict[str, dict[str, Any]] = {
    "deadlift": {
        "hips_first_deg": (0.0, 6.5, 22.0),
        "lumbar_deg": (2.0, 14.0, 45.0),
        "neck_deg": (0.0, 10.0, -60.0),
    },
    "bodyweight_squat": {"depth": 0.8, "neck_deg": (0.0, 10.0, 60.0), "hips_first_deg": 0.0},
}


@pytest.mark.parametrize("lift", SETS)
@settings(max_examples=20)
@given(
    mirror=st.booleans(),
    facing=st.sampled_from(["left", "right"]),
    scale_px=st.floats(120.0, 700.0),
    rate_hz=st.floats(24.0, 120.0),
    shift_px=st.tuples(st.floats(0.0, 500.0), st.floats(0.0, 500.0)),
    start_pad_s=st.floats(0.4, 3.0),
    end_pad_s=st.floats(0.4, 3.0),
)
def test_filming_changes_no_verdict(lift: str, **filming: Any) -> None:
    """Mirrored, far or near, 24 to 120 fps, elsewhere, longer: the same verdicts."""
    expected = judged_set(lift, **SETS[lift])
    assert len(expected.reps) == 3
    filmed = judged(skeleton(lift, **SETS[lift], **filming), lift)
    assert filmed.every_verdict() == expected.every_verdict()


def test_noise_and_short_gaps_change_no_verdict() -> None:
    """Landmarks that shake by 0.5 % of the leg and a gap of 0.1 s leave the verdicts."""
    expected = judged_set("deadlift", **SETS["deadlift"])
    rest_s = (expected.lifter.reps[0].end_s + expected.lifter.reps[1].start_s) / 2
    noisy = skeleton(
        "deadlift", **SETS["deadlift"], noise_px=1.7, seed=3, gaps=[(rest_s, rest_s + 0.1)]
    )
    assert judged(noisy, "deadlift").every_verdict() == expected.every_verdict()


def test_a_rep_turned_away_is_not_judged() -> None:
    """A rep during which the lifter faces elsewhere isn't compared with the set."""

    def turn(motion: Signals) -> Signals:
        heading = motion.stance.heading_deg.copy()
        rep = lifter.reps[1]
        heading[(motion.time_s >= rep.start_s) & (motion.time_s <= rep.end_s)] += 50.0
        return but(motion, heading_deg=heading)

    lifter = skeleton("deadlift")
    one_set = judged(lifter, "deadlift", retouch=turn)
    assert set(one_set.every_verdict()[1].values()) == {"cannot_judge"}
    assert "face another way" in one_set.finding("hip_drive", 2).reason
    assert one_set.every_verdict()[0] == judged_set("deadlift").every_verdict()[0]


def all_findings(one_set: Judged) -> Iterator[Finding]:
    for rep in one_set.said.reps:
        yield from rep.findings.values()
    yield from one_set.said.summary.findings.values()


@pytest.mark.parametrize(
    ("lift", "dials"),
    [
        *SETS.items(),
        ("kettlebell_swing", {"lumbar_deg": 30.0}),
        ("deadlift", {"yaw_deg": 60.0}),
        ("deadlift", {"yaw_deg": 90.0}),
    ],
)
def test_every_finding_is_complete(lift: str, dials: dict[str, Any]) -> None:
    """Each finding has a reason with ± where there is a number, and advice unless good."""
    one_set = judged_set(lift, **dials)
    for found in all_findings(one_set):
        assert found.reason.endswith(".")
        assert "{" not in found.reason + found.advice
        assert found.watch_limit != found.fault_limit
        if found.verdict == "cannot_judge":
            assert not re.search(r"\d", found.reason) or "±" in found.reason
            continue
        assert math.isfinite(found.value)
        assert found.sigma > 0
        assert 0.0 <= found.at_s <= one_set.motion.time_s[-1]
        assert "±" in found.reason
        assert bool(found.advice) == (found.verdict != "good")


@pytest.mark.parametrize("lift", SETS)
def test_measures_are_the_true_angles(lift: str) -> None:
    """The plain numbers of a rep are the true angles at its bottom and its largest bends."""
    one_set = judged_set(lift)
    rep, said = one_set.lifter.reps[1], one_set.said.reps[1].measures
    bottom = one_set.true_deg("trunk", rep.bottom_s - 0.05, rep.bottom_s + 0.05).mean()
    assert said["trunk_deg_at_bottom"] == pytest.approx(bottom, abs=3.0)
    for name in ("knee", "hip"):
        most = one_set.true_deg(name, rep.start_s, rep.end_s).max()
        assert said[f"{name}_flexion_deg_max"] == pytest.approx(most, abs=3.0)

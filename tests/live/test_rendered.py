"""Rendered clips played to the live stages: told what the recorded set says."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.live_match import Match, match
from benchmarks.pose_cache import poses_of
from formcheck.poses.saved import load_poses

SAMPLES = Path(__file__).parents[2] / "sample_videos"
PLAYED = ("deadlift_hips_first", "deadlift_rounded", "kettlebell_swing", "squat_shallow_heels_up")


@pytest.fixture(scope="module")
def matches(model_path: Path) -> dict[str, Match]:
    kept = poses_of([SAMPLES / f"{name}.mp4" for name in PLAYED])
    found = {film.stem: match(film.stem, load_poses(Path(one.poses))) for film, one in kept.items()}
    return {name: one for name, one in found.items() if one is not None}


@pytest.mark.parametrize("clip", PLAYED)
def test_counts_faults_and_summary_are_the_recorded_sets(
    matches: dict[str, Match], clip: str
) -> None:
    """Every repetition once, no fault that is taken back, the same verdicts in the end."""
    one = matches[clip]
    assert one.told == one.counted
    assert one.faults == 0
    assert one.of_set == ()
    # A set of three: the first repetition has none to be compared with.
    assert one.same / (one.same + one.changed.total()) >= 0.9

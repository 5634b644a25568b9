"""Real clips played to the live stages: told what the recorded set says."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.live_match import Match, match
from benchmarks.manifest import Clip
from benchmarks.pose_cache import poses_of
from formcheck.poses.saved import load_poses

PLAYED = ("dva_bad_02", "dva_good_01", "idds_0016c_1", "idds_0016h_1", "gt_squat")
LEAST_SAME = 0.95


@pytest.fixture(scope="module")
def matches(clips: dict[str, Clip], model_path: Path) -> dict[str, Match]:
    kept = poses_of([clips[name].path for name in PLAYED])
    found = {name: match(name, load_poses(Path(kept[clips[name].path].poses))) for name in PLAYED}
    return {name: one for name, one in found.items() if one is not None}


@pytest.mark.parametrize("clip", PLAYED)
def test_live_counts_what_offline_counts(matches: dict[str, Match], clip: str) -> None:
    """Every repetition is told, once, and no fault that is taken back."""
    assert matches[clip].told == matches[clip].counted
    assert matches[clip].faults == 0


@pytest.mark.parametrize("clip", PLAYED)
def test_the_summary_is_the_recorded_sets(matches: dict[str, Match], clip: str) -> None:
    """At the end of the set every cue has the verdict of the recorded set."""
    assert matches[clip].of_set == ()


def test_what_is_told_at_once_holds(matches: dict[str, Match]) -> None:
    """All but a few verdicts told with a repetition are the final ones."""
    same = sum(one.same for one in matches.values())
    changed = sum(one.changed.total() for one in matches.values())
    assert same / (same + changed) >= LEAST_SAME

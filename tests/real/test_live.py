"""Real clips played to the live stages: told what the recorded set says."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.live_match import match
from benchmarks.pose_cache import poses_of
from formcheck.poses.saved import load_poses

PLAYED = ("dva_bad_02", "dva_good_01", "idds_0016c_1", "idds_0016h_1", "gt_squat")
LEAST_SAME = 0.95


@pytest.fixture(scope="module")
def matches(clips, model_path):
    kept = poses_of([clips[name].path for name in PLAYED])
    return {name: match(name, load_poses(Path(kept[clips[name].path].poses))) for name in PLAYED}


@pytest.mark.parametrize("clip", PLAYED)
def test_live_counts_what_offline_counts(matches, clip):
    """Every repetition is told, once, and no fault that is taken back."""
    assert matches[clip].told == matches[clip].counted
    assert matches[clip].faults == 0


@pytest.mark.parametrize("clip", PLAYED)
def test_the_summary_is_the_recorded_sets(matches, clip):
    """At the end of the set every cue has the verdict of the recorded set."""
    assert matches[clip].of_set == ()


def test_what_is_told_at_once_holds(matches):
    """All but a few verdicts told with a repetition are the final ones."""
    same = sum(one.same for one in matches.values())
    changed = sum(one.changed.total() for one in matches.values())
    assert same / (same + changed) >= LEAST_SAME

"""Where the time went is told, stage by stage."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from formcheck.cli import main
from formcheck.poses.saved import save_poses
from formcheck.timings import forget, stage, told
from tests.skeleton import skeleton


def test_stages_are_told_in_their_order_and_parts_after_them() -> None:
    """Watching comes before judging whatever ended first; the longest part comes first."""
    forget()
    with stage("judge"), stage("short"):
        time.sleep(0.001)
    with stage("watch"), stage("long"):
        time.sleep(0.02)
    names = [line.strip().split("  ")[0] for line in told(10.0)[1:]]
    assert names == ["watch", "judge", "of it, beside each other:", "long", "short"]


def test_what_is_done_twice_is_counted_twice() -> None:
    forget()
    for _ in range(2):
        with stage("watch"):
            time.sleep(0.05)
    seconds = float(told(10.0)[1].removeprefix("watch").split(" s")[0])
    assert seconds >= 0.1


def test_what_fails_is_counted_too() -> None:
    forget()
    with pytest.raises(ValueError, match="no"), stage("watch"):
        raise ValueError("no")
    assert told(0.0)[1].startswith("watch")


def test_analyze_says_it_when_asked(tmp_path: Path) -> None:
    """On stderr, after the results, so that --json stays a JSON."""
    poses = tmp_path / "poses.npz"
    save_poses(skeleton("deadlift", reps=1).track, poses)
    plain = CliRunner().invoke(main, ["analyze", str(poses), "--json", "--quiet"])
    timed = CliRunner().invoke(main, ["analyze", str(poses), "--json", "--quiet", "--timings"])
    assert "Where the time went" not in plain.stderr
    assert "Where the time went" in timed.stderr
    assert timed.stdout == plain.stdout

"""The same set filmed another way gets the same answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.manifest import Clip
from benchmarks.pose_cache import cache_folder, poses_of
from formcheck.data import Finding
from formcheck.pipeline import analyze
from formcheck.report.record import Analysis
from formcheck.video import Frame, VideoWriter, read_video
from tests.real.chosen import refilmed

Picture = NDArray[np.uint8]


def _mirrored(frames: Iterator[Frame]) -> Iterator[tuple[float, Picture]]:
    return ((frame.time_s, np.ascontiguousarray(frame.rgb[:, ::-1])) for frame in frames)


def _every_other(frames: Iterator[Frame]) -> Iterator[tuple[float, Picture]]:
    return ((frame.time_s, frame.rgb) for frame in frames if frame.index % 2 == 0)


WAYS = {"mirrored": _mirrored, "half the frame rate": _every_other}


@pytest.fixture(scope="session")
def as_filmed_and_refilmed(
    clips: dict[str, Clip], model_path: Path
) -> Callable[[str, str], tuple[Analysis, Analysis]]:
    """Analyse a clip as it is and filmed another way; all films are watched together."""
    films = {(name, way): _refilmed(clips[name], way) for name in refilmed for way in WAYS}
    kept = poses_of([*films.values(), *(clips[name].path for name in refilmed)])

    def both(name: str, way: str) -> tuple[Analysis, Analysis]:
        return analyze(kept[clips[name].path].poses), analyze(kept[films[name, way]].poses)

    return both


def _refilmed(clip: Clip, way: str) -> Path:
    """The clip filmed another way, kept beside the poses: encoding takes as long as watching."""
    target = cache_folder() / "refilmed" / f"{clip.sha256[:16]} {way}.mp4"
    if target.is_file():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with read_video(clip.path, max_side_px=None) as film:
        size = film.source.width, film.source.height
        rate_hz = film.source.frame_rate_hz
        with VideoWriter(target, size=size, source_rate_hz=rate_hz) as out:
            for time_s, rgb in WAYS[way](film.frames()):
                out.write(rgb, time_s)
    return target


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", refilmed)
def test_answer_survives_filming(
    name: str, way: str, as_filmed_and_refilmed: Callable[[str, str], tuple[Analysis, Analysis]]
) -> None:
    """Mirrored or at half the frame rate: same lift, count and verdicts; values within σ."""
    plain, other = as_filmed_and_refilmed(name, way)
    found = _differences(plain, other)
    assert not found, "\n".join(found)


def _differences(plain: Analysis, other: Analysis) -> list[str]:
    """What is said otherwise, as sentences."""
    out = []
    if plain.lift.name != other.lift.name:
        out.append(f"{plain.lift.name} became {other.lift.name}")
    for cue, before in plain.summary.findings.items():
        after = other.summary.findings.get(cue, before)
        if after.verdict != before.verdict and not _doubts(before, after):
            out.append(f"set: {cue} {_told(before)} became {_told(after)}")
    if len(plain.reps) != len(other.reps):
        return [*out, f"{len(plain.reps)} reps became {len(other.reps)}"]
    for one, two in zip(plain.reps, other.reps, strict=True):
        for cue, before in one.findings.items():
            after = two.findings.get(cue, before)
            if _moved(before, after):
                out.append(f"rep {one.rep.index}: {cue} {_told(before)} became {_told(after)}")
    return out


def _doubts(before: Finding, after: Finding) -> bool:
    """The values lie at a line, or one side says what stands before the lifter.

    The engine's numbers differ a little from processor to processor; on which side of a
    line they fall there is no fault of what is tested here. A line lies up to one σ from
    its limit, which an unsure value must be clear of. How much of a leg a plate lets be
    known changes with every picture: a verdict may be lost, never turn.
    """
    judged = [one for one in (before, after) if one.verdict != "cannot_judge"]
    if len(judged) == 2:
        between = {
            frozenset({"good", "watch"}): before.watch_limit,
            frozenset({"watch", "fault"}): before.fault_limit,
        }
        limit = between.get(frozenset({before.verdict, after.verdict}))
        return limit is not None and all(_near(one, limit) for one in judged)
    if any("stands before" in one.reason or "hidden" in one.reason for one in (before, after)):
        return True
    return len(judged) == 1 and any(
        _near(judged[0], limit) for limit in (judged[0].watch_limit, judged[0].fault_limit)
    )


def _near(one: Finding, limit: float) -> bool:
    return abs(one.value - limit) <= 2 * one.sigma


def _moved(before: Finding, after: Finding) -> bool:
    """Both are judged, and their values differ by more than the difference's own σ."""
    if "cannot_judge" in {before.verdict, after.verdict}:
        return False
    return abs(after.value - before.value) > float(np.hypot(before.sigma, after.sigma))


def _told(finding: Finding) -> str:
    return f"{finding.verdict} {finding.value:.2f} ± {finding.sigma:.2f} {finding.unit}"

"""The same set filmed another way gets the same answer."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.manifest import Clip
from benchmarks.pose_cache import poses_of
from formcheck.pipeline import Analysis, analyze
from formcheck.video import Frame, VideoWriter, open_video
from tests.real.chosen import refilmed

Picture = NDArray[np.uint8]


def _mirrored(frames: Iterator[Frame]) -> Iterator[tuple[float, Picture]]:
    return ((frame.time_s, np.ascontiguousarray(frame.rgb[:, ::-1])) for frame in frames)


def _every_other(frames: Iterator[Frame]) -> Iterator[tuple[float, Picture]]:
    return ((frame.time_s, frame.rgb) for frame in frames if frame.index % 2 == 0)


WAYS = {"mirrored": _mirrored, "half the frame rate": _every_other}


@pytest.fixture(scope="session")
def as_filmed_and_refilmed(
    clips: dict[str, Clip], model_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str, str], tuple[Analysis, Analysis]]:
    """Analyse a clip as it is and filmed another way; all films are watched together."""
    folder = tmp_path_factory.mktemp("refilmed")
    films = {
        (name, way): _refilm(clips[name].path, way, folder / f"{name} {way}.mp4")
        for name in refilmed
        for way in WAYS
    }
    kept = poses_of([*films.values(), *(clips[name].path for name in refilmed)])

    def both(name: str, way: str) -> tuple[Analysis, Analysis]:
        return analyze(kept[clips[name].path].poses), analyze(kept[films[name, way]].poses)

    return both


def _refilm(source: Path, way: str, target: Path) -> Path:
    with open_video(source, max_side_px=None) as film:
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
    assert other.lift.name == plain.lift.name
    assert len(other.reps) == len(plain.reps)
    assert _verdicts(other) == _verdicts(plain)
    assert _moved(plain, other) == []


def _verdicts(analysis: Analysis) -> dict[str, str]:
    return {cue: finding.verdict for cue, finding in analysis.summary.findings.items()}


def _moved(plain: Analysis, other: Analysis) -> list[str]:
    """The values that moved by more than their σ."""
    out = []
    for one, two in zip(plain.reps, other.reps, strict=True):
        for cue, before in one.findings.items():
            after = two.findings[cue]
            sigma = max(before.sigma, after.sigma)
            if math.isfinite(sigma) and abs(after.value - before.value) > sigma:
                out.append(
                    f"rep {one.rep.index} {cue}: {before.value:.2f} to {after.value:.2f}, "
                    f"sigma {sigma:.2f}"
                )
    return out

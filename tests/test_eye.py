"""What watches a benchmark's films can be asked for, and poses are kept by it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.__main__ import main
from benchmarks.pose_cache import Eye, key_of
from formcheck.poses.engines import DEFAULT_ENGINE, PACKAGES

FILM = Path(__file__).parents[1] / "sample_videos" / "deadlift_good.mp4"
OTHER = next(name for name in PACKAGES if name != DEFAULT_ENGINE)


def test_poses_are_kept_by_engine_and_sampling() -> None:
    """Another engine's are others, and so are those of another rate; the usual ones are one."""
    pytest.importorskip("ai_edge_litert")
    pytest.importorskip("mediapipe")
    model = FILM  # any file will do
    eyes = (Eye("litert"), Eye("litert", "every"), Eye("litert", "10"), Eye("mediapipe"))
    assert len({key_of(eye.on(FILM), model) for eye in eyes}) == len(eyes)
    # MediaPipe looks at every picture anyhow.
    assert Eye("mediapipe").on(FILM) == Eye("mediapipe", "every").on(FILM)


def test_a_page_says_how_it_was_asked_for() -> None:
    """What is usual isn't said again."""
    assert Eye().options() == []
    assert Eye(OTHER, "10").options() == [f"--engine {OTHER}", "--sampling 10"]


@pytest.mark.parametrize(
    ("asked", "told"),
    [(["--engine", "openpose"], "'litert'"), (["--sampling", "0"], "auto, every, or pictures")],
)
def test_what_cannot_watch_is_refused(asked: list[str], told: str) -> None:
    """With what can be asked for, before anything is watched."""
    answer = CliRunner().invoke(main, ["accuracy", *asked])
    assert answer.exit_code == 2
    assert told in " ".join(answer.output.split())

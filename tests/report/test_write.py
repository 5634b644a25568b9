from __future__ import annotations

import errno
import json
from pathlib import Path

import pytest

from formcheck.errors import OutputError
from formcheck.report.write import write_results
from tests.report.sample import poses_only, sample_analysis, write_source_video

ANALYSIS = sample_analysis(180, 320, rate_hz=15.0)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_source_video(ANALYSIS, tmp_path_factory.mktemp("film") / "monday.mp4")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_all_results_of_a_film(film: Path, tmp_path: Path) -> None:
    """Data, report, video and what the caller adds stand in the folder, and nothing else."""
    files = write_results(
        ANALYSIS, tmp_path / "out", film, also=lambda stage: (stage / "poses.npz").touch()
    )
    expected = [
        *("analysis.json", "annotated.mp4", "formcheck.json"),
        *("poses.npz", "report.html", "reps.csv"),
    ]
    assert names(tmp_path / "out") == expected
    assert [path.name for path in files] == expected


def test_report_without_video_still_has_stills(film: Path, tmp_path: Path) -> None:
    """--no-video spares the film, not the pictures of the faults."""
    write_results(ANALYSIS, tmp_path, film, video=False)
    assert names(tmp_path) == ["analysis.json", "formcheck.json", "report.html", "reps.csv"]
    assert "data:image/jpeg;base64," in (tmp_path / "report.html").read_text("utf-8")


def test_data_alone_needs_no_film(tmp_path: Path) -> None:
    """Saved poses without a report give the two data files."""
    write_results(poses_only(ANALYSIS), tmp_path, html=False)
    assert names(tmp_path) == ["analysis.json", "formcheck.json", "reps.csv"]


def test_verdicts_are_the_same_with_and_without_video(film: Path, tmp_path: Path) -> None:
    """analysis.json doesn't depend on what else is written."""
    write_results(ANALYSIS, tmp_path / "a", film)
    write_results(ANALYSIS, tmp_path / "b", film, video=False, html=False)
    a, b = ((tmp_path / name / "analysis.json").read_text("utf-8") for name in "ab")
    assert json.loads(a) == json.loads(b)


def test_a_full_disk_at_the_end_leaves_the_earlier_set(film: Path, tmp_path: Path) -> None:
    """When the last file fails, none of the new ones is there, and the old ones are."""
    (tmp_path / "analysis.json").write_text("earlier")

    def fill_disk(stage: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OutputError, match="disk is full") as caught:
        write_results(ANALYSIS, tmp_path, film, video=False, also=fill_disk)
    assert str(caught.value).startswith(f"{tmp_path}:")
    assert names(tmp_path) == ["analysis.json"]
    assert (tmp_path / "analysis.json").read_text() == "earlier"

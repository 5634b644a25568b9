from __future__ import annotations

import errno
from pathlib import Path

import pytest

from formcheck.errors import OutputError
from formcheck.files import staged, whole
from formcheck.report import record
from tests.report.sample import sample_analysis


def test_files_appear_together_when_all_are_whole(tmp_path: Path) -> None:
    """Nothing is in the folder until the last file is written; then all are."""
    with staged(tmp_path / "out") as stage:
        (stage / "a.txt").write_text("a")
        assert not (tmp_path / "out" / "a.txt").exists()
        (stage / "b.txt").write_text("b")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["a.txt", "b.txt"]


def test_a_failing_write_leaves_the_earlier_results(tmp_path: Path) -> None:
    """A full disk half-way is one clear error; old files stay, no litter does."""
    (tmp_path / "analysis.json").write_text("earlier")

    def write_half(stage: Path) -> None:
        (stage / "analysis.json").write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OutputError, match="disk is full"), staged(tmp_path) as stage:
        write_half(stage)
    assert [p.name for p in tmp_path.iterdir()] == ["analysis.json"]
    assert (tmp_path / "analysis.json").read_text() == "earlier"


def test_an_interrupted_write_leaves_nothing(tmp_path: Path) -> None:
    """Ctrl-C while writing leaves no file that looks whole."""

    def interrupt(unfinished: Path) -> None:
        unfinished.write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), whole(tmp_path / "reps.csv") as unfinished:
        interrupt(unfinished)
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_place_of_the_folder_is_an_output_error(tmp_path: Path) -> None:
    """--out that names a file says so instead of a traceback."""
    (tmp_path / "out").write_text("I am a file")
    with pytest.raises(OutputError, match="in the way"):
        record.write_json(sample_analysis(), tmp_path / "out" / "analysis.json")


def test_no_permission_is_an_output_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder one may not write to is named, with what to do."""

    def refuse(self: Path, *_args: object, **_kwargs: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(OutputError, match=r"may not write there.*--out"):
        record.write_json(sample_analysis(), tmp_path / "out" / "analysis.json")

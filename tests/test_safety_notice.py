"""Before the first coaching: shown once on a terminal, remembered, and never in the way."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from formcheck.cli import main
from formcheck.commands import safety_notice
from formcheck.commands.safety_notice import QUIET, show_once
from formcheck.cues.judging import guidance


@pytest.fixture(autouse=True)
def remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A config folder of the test's own, that isn't there yet."""
    file = tmp_path / "config" / "formcheck" / "safety-shown"
    monkeypatch.setattr(safety_notice, "shown_file", lambda: file)
    monkeypatch.delenv(QUIET, raising=False)
    return file


def shown(*, is_terminal: bool = True) -> str:
    text = io.StringIO()
    show_once(Console(file=text, force_terminal=is_terminal, width=100, no_color=True))
    return text.getvalue()


def test_shown_once_and_whole(remembered: Path) -> None:
    """The first run shows who asks first, what to do on pain and the urgent list; the next none."""
    text = " ".join(shown().split())
    said = guidance.safety()
    for passage in (said.first, said.pain, said.urgent):
        for part in (passage.title, *passage.paragraphs, *passage.items):
            assert part in text
    assert "not medical advice" in text
    assert remembered.exists()
    assert shown() == ""


def test_analyze_shows_it_first_unless_told_not_to(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Only `analyze` without --json and --quiet asks for the notice, before anything else."""
    asked: list[object] = []
    monkeypatch.setattr("formcheck.commands.analyze.show_once", asked.append)
    for options in ((), ("--json",), ("--quiet",)):
        CliRunner().invoke(main, ["analyze", str(tmp_path / "none.mp4"), *options])
    assert len(asked) == 1


def test_never_in_a_pipe() -> None:
    """In a pipe nothing is shown, and nothing is taken for shown."""
    assert shown(is_terminal=False) == ""
    assert shown() != ""


def test_quiet_by_the_environment(monkeypatch: pytest.MonkeyPatch, remembered: Path) -> None:
    """FORMCHECK_QUIET keeps it away without taking it for shown."""
    monkeypatch.setenv(QUIET, "1")
    assert shown() == ""
    assert not remembered.exists()


def test_a_folder_that_cant_be_written_is_no_error(remembered: Path) -> None:
    """Where it can't be remembered it is shown each time, and the work goes on."""
    remembered.parent.parent.write_text("a file in the way")
    assert shown() != ""
    assert shown() != ""

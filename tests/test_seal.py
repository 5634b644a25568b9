"""What formcheck wrote is sealed; what others wrote is never replaced or taken away."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from formcheck.cli import main
from formcheck.errors import OutputError
from formcheck.files import SEAL, hidden_stage, staged, stages
from formcheck.report.write import write_results
from formcheck.seal import damaged, finish_all, install, read_seal, results_stage, seal
from tests.batch.uploads import good
from tests.report.sample import poses_only, sample_analysis

ROOT = Path(__file__).parents[1]
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A test run started in the background ignores Ctrl-C, and children inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)

posix = pytest.mark.skipif(os.name != "posix", reason="signals and locks of POSIX")


@pytest.fixture(scope="module")
def poses(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return good(tmp_path_factory.mktemp("poses") / "set.npz", 1)


def analyze(source: Path, out: Path, *words: str) -> Result:
    told = ["analyze", str(source), "--out", str(out), *words]
    return CliRunner().invoke(main, told, prog_name="formcheck", catch_exceptions=False)


def everything(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def _write(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text)
    return folder


def test_the_seal_lists_every_file(poses: Path, tmp_path: Path) -> None:
    """Each file with its hash, size and run; nothing is damaged."""
    assert analyze(poses, tmp_path / "out").exit_code == 0
    sealed = read_seal(tmp_path / "out")
    assert sealed is not None
    assert sealed.files.keys() == {path.name for path in (tmp_path / "out").iterdir()} - {SEAL}
    assert {one.run for one in sealed.files.values()} == {sealed.run}
    assert damaged(tmp_path / "out", thorough=True) == []


def test_the_same_results_have_the_same_run(poses: Path, tmp_path: Path) -> None:
    """The run's id is made of what was written, not of when."""
    for name in "ab":
        analyze(poses, tmp_path / name, "--no-html")
    first, second = read_seal(tmp_path / "a"), read_seal(tmp_path / "b")
    assert first is not None
    assert second is not None
    assert first.run == second.run


@pytest.mark.parametrize("name", ["report.html", "reps.csv"])
def test_a_users_own_file_stops_the_analysis(
    poses: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A file of ours would take the place of theirs: told before the work, with what to do."""
    _write(tmp_path, **{name.replace(".", "_"): "my own"})
    monkeypatch.setattr(
        "formcheck.commands.analyze.analyze_sets", lambda *_, **__: pytest.fail("worked")
    )
    result = analyze(poses, tmp_path)
    assert result.exit_code == 6
    assert f"{tmp_path / name}: formcheck didn't write this file" in result.stderr
    assert "Move it away" in result.stderr
    assert everything(tmp_path) == {name: b"my own"}


def test_a_users_own_film_stays(poses: Path, tmp_path: Path) -> None:
    """An annotated.mp4 that isn't ours isn't taken away by a run that draws none."""
    _write(tmp_path, annotated_mp4="my own", notes_txt="mine")
    for _ in range(2):
        assert analyze(poses, tmp_path, "--no-html").exit_code == 0
    assert (tmp_path / "annotated.mp4").read_text() == "my own"
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_our_own_stale_files_go(poses: Path, tmp_path: Path) -> None:
    """A report of an earlier run doesn't lie beside an analysis that has none."""
    assert analyze(poses, tmp_path).exit_code == 0
    assert (tmp_path / "report.html").exists()
    assert analyze(poses, tmp_path, "--no-html").exit_code == 0
    assert not (tmp_path / "report.html").exists()


def test_a_report_that_was_edited_is_theirs(poses: Path, tmp_path: Path) -> None:
    """Somebody worked on our report: it isn't replaced, and isn't taken away."""
    assert analyze(poses, tmp_path).exit_code == 0
    with (tmp_path / "report.html").open("a") as file:
        file.write("<p>my notes</p>")
    assert analyze(poses, tmp_path).exit_code == 6
    assert analyze(poses, tmp_path, "--no-html").exit_code == 0
    assert "my notes" in (tmp_path / "report.html").read_text()


def test_an_analysis_of_another_gets_another_name(poses: Path, tmp_path: Path) -> None:
    """A foreign analysis.json isn't lost: it is called analysis.kept-1.json."""
    _write(tmp_path, analysis_json="of yesterday")
    assert analyze(poses, tmp_path, "--no-html").exit_code == 0
    assert (tmp_path / "analysis.kept-1.json").read_text() == "of yesterday"


def test_results_from_before_the_seals_are_replaced(poses: Path, tmp_path: Path) -> None:
    """Results of a formcheck without seals are known by what they hold."""
    analyze(poses, tmp_path)
    (tmp_path / SEAL).unlink()
    assert analyze(poses, tmp_path).exit_code == 0
    assert damaged(tmp_path) == []
    assert not list(tmp_path.glob("*.kept-*"))


@pytest.mark.parametrize("name", ["report.html", "analysis.json", SEAL])
def test_a_folder_in_the_way_is_found_before_the_first_move(
    poses: Path, tmp_path: Path, name: str
) -> None:
    """A folder called as a result: named, and no earlier file is another."""
    assert analyze(poses, tmp_path, "--no-html").exit_code == 0
    (tmp_path / name).unlink(missing_ok=True)
    (tmp_path / name).mkdir()
    before = everything(tmp_path)
    result = analyze(poses, tmp_path)
    assert result.exit_code == 6
    assert str(tmp_path / name) in result.stderr
    assert everything(tmp_path) == before
    with pytest.raises(OutputError, match="in the way"):
        write_results(poses_only(sample_analysis()), tmp_path)
    assert everything(tmp_path) == before


def _sealed_stage(out: Path) -> Path:
    stage = _write(
        out / ".formcheck-0123abcd", analysis_json="new", poses_npz="new", reps_csv="new"
    )
    seal(stage)
    return stage


def test_a_sealed_set_is_finished_by_the_next_run(tmp_path: Path) -> None:
    """Killed between two moves: the rest follows, and the earlier set's other files go."""
    with results_stage(tmp_path) as stage:
        _write(stage, analysis_json="old", poses_npz="old", report_html="old")
    stage = _sealed_stage(tmp_path)
    (stage / "analysis.json").replace(tmp_path / "analysis.json")
    assert damaged(tmp_path) == ["analysis.json"]
    assert finish_all(tmp_path) == 1
    assert everything(tmp_path).keys() == {"analysis.json", "poses.npz", "reps.csv", SEAL}
    assert damaged(tmp_path, thorough=True) == []
    assert stages(tmp_path) == []


def test_what_was_not_sealed_is_taken_away(tmp_path: Path) -> None:
    """Half a film of somebody, left hidden by a kill, goes with the next run."""
    _write(tmp_path / ".formcheck-0123abcd", annotated_mp4="half")
    _write(tmp_path / ".formcheck-batch", lock="")
    with staged(tmp_path) as stage:
        (stage / "a").write_text("a")
    finish_all(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".formcheck-batch", "a"]


@posix
def test_a_stage_in_use_is_left_alone(tmp_path: Path) -> None:
    """Two runs into one folder: neither takes away what the other is writing."""
    with hidden_stage(tmp_path) as stage:
        (stage / "half").write_text("half")
        assert finish_all(tmp_path) == 0
        assert (stage / "half").exists()
    assert stages(tmp_path) == []


def test_moving_can_be_done_again_from_any_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ended at each move in turn; after the same call once more the set is whole."""
    for last in range(1, 6):
        out = tmp_path / str(last)
        with results_stage(out) as stage:
            _write(stage, analysis_json="old", poses_npz="old", annotated_mp4="dear")
        stage, moves = _sealed_stage(out), [0]
        move: Callable[[Path, Path], Path] = Path.replace

        def moving(
            path: Path,
            target: Path,
            moves: list[int] = moves,
            last: int = last,
            move: Callable[[Path, Path], Path] = move,
        ) -> Path | None:
            moves[0] += 1
            if moves[0] == last:
                raise OSError(5, "Input/output error")
            return move(path, target)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", moving)
            with pytest.raises(OSError, match="Input"):
                install(stage, out, keep={"annotated.mp4"})
        install(stage, out, keep={"annotated.mp4"})
        assert damaged(out, thorough=True) == []
        assert (out / "annotated.mp4").read_text() == "dear"
        assert (out / "analysis.json").read_text() == "new"


def test_why_refuses_files_of_two_runs(poses: Path, tmp_path: Path) -> None:
    """An analysis beside another film's poses isn't explained by them."""
    analyze(poses, tmp_path / "a", "--no-html")
    analyze(good(tmp_path / "b.npz", 2, "back_squat"), tmp_path / "b", "--no-html")
    shutil.copyfile(tmp_path / "b" / "poses.npz", tmp_path / "a" / "poses.npz")
    told = ["why", str(tmp_path / "a"), "1", "hip_drive"]
    result = CliRunner().invoke(main, told, prog_name="formcheck", catch_exceptions=False)
    assert result.exit_code == 2
    assert "not as its run wrote it" in result.stderr


@posix
@pytest.mark.usefixtures("hangup_tells")
@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGHUP", 129), ("SIGINT", 130)])
def test_told_to_end(poses: Path, tmp_path: Path, name: str, code: int) -> None:
    """Each signal has its exit code, one line and no rest."""
    slow = (
        "import sys, time\n"
        "from formcheck.report import write\n"
        "def slow(*_):\n"
        "    print('writing', flush=True)\n"
        "    time.sleep(60)\n"
        "write.write_csv = slow\n"
        "from formcheck.cli import main\n"
        "main(sys.argv[1:], prog_name='formcheck')\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", slow, "analyze", str(poses), "--out", str(tmp_path / "out")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "writing\n"
    assert stages(tmp_path / "out") != []
    time.sleep(0.1)
    process.send_signal(getattr(signal, name))
    _, said = process.communicate(timeout=30)
    assert process.returncode == code
    assert said.count("\n") == 1 and "nothing was left half written" in said
    assert list((tmp_path / "out").iterdir()) == []


def test_a_seal_names_no_other_place(tmp_path: Path) -> None:
    """A seal that was written by others can't steer what is taken away."""
    victim = _write(tmp_path / "victim", diary_txt="mine")
    with results_stage(tmp_path / "out") as stage:
        _write(stage, analysis_json="old", report_html="old")
    said = json.loads((tmp_path / "out" / SEAL).read_text())
    said["files"]["../victim/diary.txt"] = said["files"]["report.html"]
    (tmp_path / "out" / SEAL).write_text(json.dumps(said))
    with results_stage(tmp_path / "out") as stage:
        _write(stage, analysis_json="new")
    assert (victim / "diary.txt").read_text() == "mine"

"""The whole batch: bad files among good ones, kills, second runs, the same numbers."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from formcheck.batch.job import Answer, Job
from formcheck.batch.keep import Keeper, alone
from formcheck.batch.own_limits import LIMITS_JSON, OwnLimits, keep_limits
from formcheck.files import output_error
from formcheck.history.stored import StoredSet
from formcheck.pipeline import analyze
from tests.batch.uploads import (
    SAMPLE,
    bad_files,
    events,
    good,
    history,
    no_rest,
    run,
    tidy_folders,
)

ROOT = Path(__file__).parents[2]
GOOD = 30
CLIENTS = ("Anna", "Ünal 🏋️", 'O"Neil; DROP TABLE sets')


@pytest.fixture
def uploads(tmp_path: Path) -> Path:
    """Two clients' sets and one of nobody's."""
    return _three(tmp_path / "uploads")


def _three(folder: Path) -> Path:
    good(folder / "Anna" / "one.npz", 1)
    good(folder / "Bert" / "two.npz", 2, "back_squat")
    good(folder / "three.npz", 3)
    return folder


@pytest.fixture(scope="module")
def judged_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Uploads and what a first run made of them."""
    place = tmp_path_factory.mktemp("judged")
    _three(place / "uploads")
    assert run(place / "uploads", "--out", place / "out").exit_code == 0
    return place


@pytest.fixture
def judged(judged_once: Path, tmp_path: Path) -> tuple[Path, Path]:
    """The same for each test anew."""
    place = tmp_path / "place"
    shutil.copytree(judged_once, place)
    return place / "uploads", place / "out"


def _start(*words: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "formcheck", "batch", *map(str, words), "--no-html", "--json"]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _score(one: StoredSet) -> float:
    assert one.summary is not None
    return one.summary.score


def _thirty(folder: Path) -> Path:
    for number in range(GOOD):
        good(folder / CLIENTS[number % 3] / f"set {number}.npz", number)
    return folder


def test_good_and_bad_files_side_by_side(tmp_path: Path) -> None:
    """Thirty good sets among thirty hostile files: all judged, each bad one a row with a reason."""
    folder = _thirty(tmp_path / "uploads")
    bad = bad_files(folder / "bad")
    assert bad == 30
    out = tmp_path / "out"
    result = run(folder, "--out", out, "--json")
    assert result.exit_code == 3
    kept = history(out)
    assert sum(one.state == "analysed" for one in kept) == GOOD
    failed = [one for one in kept if one.state == "failed"]
    assert len(failed) == bad
    assert all(one.error and one.message and str(tmp_path) not in one.message for one in failed)
    assert len(tidy_folders(out)) == GOOD
    assert no_rest(out)
    (end,) = [event for event in events(result) if event["event"] == "end"]
    assert (end["analysed"], end["failed"], end["exit_code"]) == (GOOD, bad, 3)


def test_workers_killed_at_random(tmp_path: Path) -> None:
    """Ten workers killed in the middle: every set is there once, whole, and none failed."""
    folder, out = _thirty(tmp_path / "uploads"), tmp_path / "out"
    process = _start(folder, "--out", out, "--workers", 2)
    chance, killed = random.Random(7), 0
    assert process.stdout is not None
    for line in process.stdout:
        event = json.loads(line)
        if event["event"] == "begin" and killed < 10:
            workers = psutil.Process(process.pid).children()
            time.sleep(chance.random() * 0.05)
            with contextlib.suppress(psutil.NoSuchProcess, IndexError):
                chance.choice(workers).kill()
                killed += 1
    _, said = process.communicate()
    assert (process.returncode, killed) == (0, 10), said
    kept = history(out)
    assert [one.state for one in kept] == ["analysed"] * GOOD
    assert len(tidy_folders(out)) == GOOD
    assert no_rest(out)


def test_killed_run_goes_on_where_it_was(tmp_path: Path) -> None:
    """kill -9 of the whole run, again and again: nothing is lost, doubled or half."""
    folder, out = _thirty(tmp_path / "uploads"), tmp_path / "out"
    for most in (1, 9):
        sets = 0
        process = _start(folder, "--out", out, "--workers", 2)
        workers = []
        assert process.stdout is not None
        for line in process.stdout:
            event = json.loads(line)
            if event["event"] == "begin":
                workers = psutil.Process(process.pid).children()
            sets += event["event"] == "set"
            if sets == most:
                process.kill()
                break
        process.communicate()
        _, alive = psutil.wait_procs(workers, timeout=10)
        assert alive == []  # workers end with whom they work for
    before = len(history(out))
    result = run(folder, "--out", out, "--json")
    assert result.exit_code == 0
    done_now = [event for event in events(result) if event["event"] == "set"]
    assert before >= 10
    assert len(done_now) <= GOOD - before
    assert [one.state for one in history(out)] == ["analysed"] * GOOD
    assert len(tidy_folders(out)) == GOOD
    assert no_rest(out)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_stops_the_workers_and_leaves_nothing_half(tmp_path: Path) -> None:
    """Ctrl-C ends within moments with 130; what was done is kept, the rest isn't begun."""
    folder, out = _thirty(tmp_path / "uploads"), tmp_path / "out"
    process = _start(folder, "--out", out, "--workers", 2)
    assert process.stdout is not None
    for line in process.stdout:
        if json.loads(line)["event"] == "set":
            break
    workers = psutil.Process(process.pid).children()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    assert said.count("\n") == 1 and "interrupted" in said
    _, alive = psutil.wait_procs(workers, timeout=10)
    assert alive == []
    assert no_rest(out)
    assert len(tidy_folders(out)) == len(history(out)) >= 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.usefixtures("hangup_tells")
@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGHUP", 129)])
def test_told_to_end_it_ends_as_with_ctrl_c(tmp_path: Path, name: str, code: int) -> None:
    """A machine that shuts down, a terminal that closes: what was done is kept, nothing is half."""
    folder, out = _thirty(tmp_path / "uploads"), tmp_path / "out"
    process = _start(folder, "--out", out, "--workers", 2)
    assert process.stdout is not None
    for line in process.stdout:
        if json.loads(line)["event"] == "set":
            break
    workers = psutil.Process(process.pid).children()
    process.send_signal(getattr(signal, name))
    _, said = process.communicate(timeout=20)
    assert process.returncode == code
    assert said.count("\n") == 1 and "told to end" in said
    _, alive = psutil.wait_procs(workers, timeout=10)
    assert alive == []
    assert no_rest(out)
    assert len(tidy_folders(out)) == len(history(out)) >= 1


def test_second_run_does_nothing(uploads: Path, tmp_path: Path) -> None:
    """What was judged isn't judged again, and nothing is written."""
    out = tmp_path / "out"
    assert run(uploads, "--out", out).exit_code == 0
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
    result = run(uploads, "--out", out, "--json")
    assert result.exit_code == 0
    (plan,) = [event for event in events(result) if event["event"] == "plan"]
    assert (plan["todo"], plan["known"]) == (0, 3)
    after = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
    assert after == before


def test_renamed_and_moved_files_are_the_same_sets(judged: tuple[Path, Path]) -> None:
    """Contents count: another name or folder of the same client isn't another set."""
    uploads, out = judged
    (uploads / "Anna" / "one.npz").rename(uploads / "Anna" / "new name.npz")
    result = run(uploads, "--out", out, "--json")
    assert [event for event in events(result) if event["event"] == "set"] == []
    assert sorted(one.file for one in history(out)) == ["new name.npz", "three.npz", "two.npz"]


def test_same_film_twice_is_one_set_and_of_two_clients_two(uploads: Path, tmp_path: Path) -> None:
    """Anna's film under a second name is told and left out; Bert's copy is his set, too."""
    good(uploads / "Anna" / "again.npz", 1)
    good(uploads / "Bert" / "copy.npz", 1)
    out = tmp_path / "out"
    result = run(uploads, "--out", out, "--json")
    notes = [event["say"] for event in events(result) if event["event"] == "note"]
    assert any("same film" in str(note) for note in notes)
    assert sorted(one.client for one in history(out)) == ["", "Anna", "Bert", "Bert"]


def test_other_settings_judge_again_and_replace(judged: tuple[Path, Path]) -> None:
    """Another lift asked for: judged again, in the place of the earlier answer."""
    uploads, out = judged
    result = run(uploads, "--out", out, "--lift", "romanian_deadlift", "--json")
    assert len([event for event in events(result) if event["event"] == "set"]) == 3
    assert {one.lift for one in history(out)} == {"romanian_deadlift"}
    assert len(tidy_folders(out)) == 3


def test_rescore_needs_no_source_and_takes_new_limits(
    judged: tuple[Path, Path], tmp_path: Path
) -> None:
    """The uploads are gone; new limits change the verdicts of the saved poses."""
    (uploads, out), limits = judged, tmp_path / "club.toml"
    scores = sorted(_score(one) for one in history(out))
    for path in sorted(uploads.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    limits.write_text("[hip_drive.any]\nwatch = -60.0\nfault = -50.0\n")
    result = run("--rescore", "--out", out, "--limits", limits)
    assert result.exit_code == 0, result.stderr
    kept = history(out)
    assert {one.limits and one.limits.name for one in kept} == {"club.toml"}
    assert len(kept) == 3
    assert sorted(_score(one) for one in kept) != scores
    assert len(tidy_folders(out)) == 3
    run("--rescore", "--out", out, "--limits", "standard")
    assert sorted(_score(one) for one in history(out)) == scores


def test_limits_belong_to_the_folder(judged: tuple[Path, Path], tmp_path: Path) -> None:
    """After --limits once, a run without it judges by the same, says so, and does nothing twice."""
    (uploads, out), limits = judged, tmp_path / "club.toml"
    limits.write_text("[hip_drive.any]\nwatch = -60.0\nfault = -50.0\n")
    run("--rescore", "--out", out, "--limits", limits)
    limits.unlink()
    again = events(run(uploads, "--out", out, "--json"))
    assert [event for event in again if event["event"] == "set"] == []
    assert "club.toml" in next(event["say"] for event in again if event["event"] == "note")
    assert {one.limits and one.limits.name for one in history(out)} == {"club.toml"}
    assert "Judged by your limits, club.toml" in (out / "index.html").read_text("utf-8")
    good(uploads / "new.npz", 7)
    run(uploads, "--out", out)
    assert {one.limits and one.limits.name for one in history(out)} == {"club.toml"}


@pytest.mark.parametrize("lost", ["gone", "changed", "elsewhere"])
def test_lost_limits_are_asked_for(judged: tuple[Path, Path], tmp_path: Path, lost: str) -> None:
    """Where the folder's limits aren't as they were, nothing is judged by others in silence."""
    (uploads, out), limits = judged, tmp_path / "club.toml"
    limits.write_text("[hip_drive.any]\nwatch = -60.0\nfault = -50.0\n")
    run("--rescore", "--out", out, "--limits", limits)
    file = out / LIMITS_JSON
    if lost == "gone":
        file.unlink()
    elif lost == "changed":
        file.write_text(file.read_text().replace("-60.0", "-6.0"))
    else:
        keep_limits(out, OwnLimits("../../club.toml", limits.read_text()))
    before = [repr(one) for one in history(out)]
    result = run(uploads, "--out", out)
    assert result.exit_code == 2
    assert "--limits FILE" in result.stderr
    assert [repr(one) for one in history(out)] == before
    assert run(uploads, "--out", out, "--limits", "standard").exit_code == 0
    assert run(uploads, "--out", out).exit_code == 0
    assert {one.limits and one.limits.name for one in history(out)} == {"standard"}


def test_the_pages_know_the_coachs_limits(
    judged: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Advice and comparisons on the pages follow the limits of the verdicts."""
    (_, out), limits, names = judged, tmp_path / "club.toml", []
    limits.write_text("[hip_drive.any]\nwatch = -60.0\nfault = -50.0\n")
    monkeypatch.setattr("formcheck.batch.run.write_pages", lambda *of: names.append(of[2].name))
    run("--rescore", "--out", out, "--limits", limits)
    assert names == ["club.toml"]


def test_numbers_are_those_of_analyze(tmp_path: Path) -> None:
    """A film's numbers in a batch are those it has alone, to the last digit."""
    folder, out = tmp_path / "Anna", tmp_path / "out"
    folder.mkdir()
    film = folder / SAMPLE.name
    film.write_bytes(SAMPLE.read_bytes())
    alone = analyze(SAMPLE).to_dict()
    good(folder / "other.npz", 1)  # so that two workers are at work
    assert run(folder, "--out", out, "--workers", 2, "--no-cache").exit_code == 0
    (found,) = [path for path in tidy_folders(out) if path.name.startswith("deadlift_good")]
    assert json.loads((found / "analysis.json").read_text()) == alone
    run("--rescore", "--out", out)
    assert json.loads((found / "analysis.json").read_text()) == alone


def test_film_without_repetition_is_no_failure(tmp_path: Path) -> None:
    """Somebody who only stands there is "not a lift", kept with its poses, exit code 0."""
    path = good(tmp_path / "in" / "a.npz")
    out = tmp_path / "out"
    arrays = dict(np.load(path))
    for name in ("landmarks_px", "world_m", "visibility", "outline_px"):
        arrays[name] = np.repeat(arrays[name][:1], len(arrays["time_s"]), axis=0)
    np.savez_compressed(path, **arrays)
    result = run(path, "--out", out)
    assert result.exit_code == 0, result.stderr
    (one,) = history(out)
    assert (one.state, one.error) == ("not_a_lift", "NoReps")
    assert (out / one.folder / "poses.npz").is_file()
    assert events(run(path, "--out", out, "--json"))[0]["todo"] == 0


def test_mended_upload_is_taken_and_removed_one_forgotten(uploads: Path, tmp_path: Path) -> None:
    """A bad file that is sent again whole loses its red row; one that is taken away, too."""
    out = tmp_path / "out"
    for name in ("one.npz", "bad.mp4"):
        (uploads / "Anna" / name).write_bytes(b"cut off")
    assert run(uploads, "--out", out).exit_code == 3
    assert run(uploads, "--out", out).exit_code == 3  # still there, still listed
    good(uploads / "Anna" / "one.npz", 1)
    (uploads / "Anna" / "bad.mp4").unlink()
    assert run(uploads, "--out", out).exit_code == 0
    assert [one.state for one in history(out)] == ["analysed"] * 3


def test_hostile_clients_stay_inside_the_output_folder(tmp_path: Path) -> None:
    """Names such as ../../x and a newline become tidy folders; the true name is kept."""
    names = ["../../etc", "a\nb", "con", "Anna", "anna", "…", "x" * 300, '"; rm -rf ~', " "]
    source = tmp_path / "in"
    rows = ["client,file"]
    for number, name in enumerate(names):
        good(source / f"{number}.npz", number)
        rows.append('"{}",{}.npz'.format(name.replace('"', '""'), number))
    (source / "list.csv").write_text("\n".join(rows), "utf-8")
    out = tmp_path / "deep" / "er" / "out"
    assert run(source / "list.csv", "--out", out).exit_code == 0
    assert {one.client for one in history(out)} == {name.strip() for name in names}
    folders = tidy_folders(out)
    assert len({str(path.parent).casefold() for path in folders}) == len(names)
    assert all(path.parent.name.isascii() and len(path.name) < 60 for path in folders)
    assert {path.name for path in tmp_path.iterdir()} == {"in", "deep"}


def test_nothing_to_do_is_told(tmp_path: Path) -> None:
    """An empty folder, no source, a missing one: exit code 2 and one line."""
    (tmp_path / "empty").mkdir()
    for words in ((tmp_path / "empty",), (), (tmp_path / "none",)):
        result = run(*words, "--out", tmp_path / "out")
        assert result.exit_code == 2
        assert result.stderr.count("\n") == 1


def test_watching_takes_what_comes_later(uploads: Path, tmp_path: Path) -> None:
    """New uploads are judged as they come, and Ctrl-C ends it in the usual way."""
    out = tmp_path / "out"
    for path in uploads.rglob("*.npz"):
        os.utime(path, (0, 0))
    process = _start(uploads, "--out", out, "--watch", "--workers", 1)
    assert process.stdout is not None
    seen: list[str] = []
    for line in process.stdout:
        event = json.loads(line)
        seen.append(event["event"])
        if event["event"] == "waiting" and seen.count("waiting") == 1:
            later = good(tmp_path / "later.npz", 4)
            os.utime(later, (0, 0))
            later.rename(uploads / "Anna" / "later.npz")
        elif event["event"] == "waiting":
            process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 0
    assert seen.count("set") == 4
    assert seen[-1] == "end"
    assert len(history(out)) == 4


def test_two_runs_at_once_are_refused(uploads: Path, tmp_path: Path) -> None:
    """A second batch into the same folder is told to wait."""
    out = tmp_path / "out"
    with alone(out):
        result = run(uploads, "--out", out)
    assert result.exit_code == 2
    assert "another formcheck batch" in result.stderr


def test_lost_history_is_made_again_from_the_folders(judged: tuple[Path, Path]) -> None:
    """Without its database the next run takes all sets in again and judges none."""
    uploads, out = judged
    before = [(one.client, one.file, _score(one)) for one in history(out)]
    (out / "formcheck.sqlite").unlink()
    result = run(uploads, "--out", out, "--json")
    assert [event for event in events(result) if event["event"] == "set"] == []
    assert sorted((one.client, one.file, _score(one)) for one in history(out)) == sorted(before)


def test_full_disk_ends_the_run_and_the_next_goes_on(
    uploads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When results can't be written the run ends with 6; what was kept stays."""
    out = tmp_path / "out"
    kept = Keeper.keep
    done: list[tuple[StoredSet, ...]] = []

    def full(keeper: Keeper, job: Job, answer: Answer) -> tuple[StoredSet, ...]:
        if done:
            raise output_error(out, OSError(28, "No space left on device"))
        done.append(kept(keeper, job, answer))
        return done[0]

    monkeypatch.setattr(Keeper, "keep", full)
    result = run(uploads, "--out", out)
    assert result.exit_code == 6
    assert "disk is full" in result.stderr
    assert len(history(out)) == 1
    monkeypatch.undo()
    assert run(uploads, "--out", out).exit_code == 0
    assert len(history(out)) == 3
    assert no_rest(out)

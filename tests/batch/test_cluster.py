"""A real scheduler with two workers: the same numbers, and a lost worker loses nothing."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from formcheck.batch import cluster
from formcheck.batch.cluster import Cluster, do_anywhere, leave
from formcheck.batch.note import read_finished
from formcheck.errors import BadRequest
from tests.batch.uploads import (
    SAMPLE,
    events,
    good,
    history,
    job_of,
    no_rest,
    run,
    tidy_folders,
)

pytest.importorskip("distributed")

START_S = 60.0
SETS = 8


class Machines:
    """A scheduler and workers on this machine, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "scheduler.json"
        self._all: list[subprocess.Popen[bytes]] = []
        self.workers: list[subprocess.Popen[bytes]] = []
        self._run("dask_scheduler", "--host", "127.0.0.1", "--port", "0")
        until_s = time.monotonic() + START_S
        while not self._file.exists() and time.monotonic() < until_s:
            time.sleep(0.1)
        self.address = json.loads(self._file.read_text())["address"]

    def _run(self, what: str, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{what}", *options]
        command += ["--no-dashboard", "--scheduler-file", str(self._file)]
        quiet = subprocess.DEVNULL
        self._all.append(
            subprocess.Popen(command, cwd=self._file.parent, stdout=quiet, stderr=quiet)
        )
        return self._all[-1]

    def add_worker(self) -> None:
        options = ("--nthreads", "1", "--no-nanny", "--memory-limit", "0")
        self.workers.append(self._run("dask_worker", *options))

    def close(self) -> None:
        for process in self._all:
            for child in psutil.Process(process.pid).children() if process.poll() is None else ():
                child.kill()
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """One scheduler and two workers for all tests here."""
    opened = Machines(tmp_path_factory.mktemp("cluster"))
    opened.add_worker()
    opened.add_worker()
    yield opened
    opened.close()


def _uploads(folder: Path, sets: int = SETS) -> Path:
    for number in range(sets):
        good(folder / "Anna" / f"{number}.npz", number)
    return folder


def test_cluster_gives_the_numbers_of_one_machine(machines: Machines, tmp_path: Path) -> None:
    """The same analyses to the last digit, the same history, from workers elsewhere."""
    uploads = _uploads(tmp_path / "in")
    (uploads / "Anna" / "bad.mp4").write_text("no film")
    for out, where in (("here", ()), ("there", ("--scheduler", machines.address))):
        result = run(uploads, "--out", tmp_path / out, *where)
        assert result.exit_code == 3, result.stderr
    here, there = tidy_folders(tmp_path / "here"), tidy_folders(tmp_path / "there")
    assert [path.name for path in here] == [path.name for path in there]
    for one, other in zip(here, there, strict=True):
        name = "analysis.json"
        assert (one / name).read_bytes() == (other / name).read_bytes()
    kept = [
        sorted((one.file, one.state, one.error, one.message) for one in history(tmp_path / out))
        for out in ("here", "there")
    ]
    assert kept[0] == kept[1]
    assert no_rest(tmp_path / "there")


def test_film_that_isnt_there_is_sent_along(tmp_path: Path) -> None:
    """A worker that doesn't see the same file says so, and takes it by value."""
    path = good(tmp_path / "a.npz")
    content = path.read_bytes()
    job = job_of(path)
    said, files = do_anywhere(job.to_dict(), None, None)
    assert (said["error"], files) == (cluster.ABSENT, {})  # the job's content is another
    path.unlink()
    said, files = do_anywhere(job.to_dict(), content, None)
    assert said["state"] == "analysed"
    assert {"analysis.json", "poses.npz", "set.json"} <= set(files)
    leave()


def test_sets_are_sent_by_value_through_the_scheduler(machines: Machines, tmp_path: Path) -> None:
    """The whole way: absent at the workers' place, sent, and the results put down here."""
    job = job_of(good(tmp_path / "a.npz"))
    with Cluster(machines.address, tmp_path / "staging") as pool:
        ((_, answer),) = pool.run([job], lambda *_: None)
    assert answer.state == "analysed"
    assert read_finished(tmp_path / "staging" / job.id) is not None


def test_progress_within_a_film_is_told(
    machines: Machines, model_path: Path, tmp_path: Path
) -> None:
    """The time left needs to know how far the workers are in a film."""
    film = tmp_path / "Anna" / SAMPLE.name
    film.parent.mkdir()
    film.write_bytes(SAMPLE.read_bytes())
    where = ("--scheduler", machines.address, "--json", "--no-cache")
    result = run(film.parent, "--out", tmp_path / "out", *where)
    assert result.exit_code == 0, result.stderr
    shares = [event["share"] for event in events(result) if event["event"] == "share"]
    assert shares == sorted(shares)
    assert any(0 < share < 1 for share in shares)  # the first may be that of the first picture


def test_worker_killed_in_the_middle(machines: Machines, tmp_path: Path) -> None:
    """One of the two workers is killed while sets are under way: none is lost or failed."""
    uploads, out = _uploads(tmp_path / "in", 3 * SETS), tmp_path / "out"
    done_then: list[int] = []

    def kill_one() -> None:
        until_s = time.monotonic() + START_S
        while time.monotonic() < until_s and not list(out.glob("clients/*/*")):
            time.sleep(0.01)
        machines.workers[0].kill()
        done_then.append(len(list(out.glob("clients/*/*"))))

    killer = threading.Thread(target=kill_one)
    killer.start()
    result = run(uploads, "--out", out, "--scheduler", machines.address, "--json")
    killer.join()
    assert machines.workers[0].wait(10) != 0
    assert done_then[0] < 3 * SETS
    assert result.exit_code == 0, result.stderr
    assert len([event for event in events(result) if event["event"] == "set"]) == 3 * SETS
    assert [one.state for one in history(out)] == ["analysed"] * 3 * SETS
    assert len(tidy_folders(out)) == 3 * SETS
    assert no_rest(out)


def test_no_scheduler_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody at that address: one line with what to do."""
    monkeypatch.setattr(cluster, "CONNECT_S", 0.5)
    with pytest.raises(BadRequest, match="no scheduler answers"):
        Cluster("tcp://127.0.0.1:9", tmp_path)

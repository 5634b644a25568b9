"""Killed at any moment, on restart everything acknowledged is there, once; what is due is judged.

``FORMCHECK_KILLS`` says at how many moments of a round; "all" is every one.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from formcheck.files import stages
from formcheck.history.store import DATABASE, Store, open_store, sqlite_url
from formcheck.seal import damaged
from formcheck.serve.desk import Choices, open_desk
from formcheck.serve.films import LocalFilms
from formcheck.serve.kept.decisions import decisions
from formcheck.serve.kept.moment import now
from formcheck.serve.kept.people import client_named, the_lone_coach
from formcheck.serve.kept.uploads import Said, Upload, add_upload, due_uploads, new_upload_id
from tests.batch.uploads import good, no_rest, tidy_folders
from tests.serve.killed_child import ACKNOWLEDGED, judge

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

ROOT = Path(__file__).parents[2]
KILLS = os.environ.get("FORMCHECK_KILLS", "14")
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL")}
KILLED = -9
ENDS_WITHIN_S, DONE_WITHIN_S = 20.0, 60.0


@contextlib.contextmanager
def zygote() -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.serve.killed_child"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | ONE_THREAD,
    )
    with process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def ask(process: subprocess.Popen[str], out: Path, at: int, *, decides: bool = False) -> list[int]:
    """Have a child work; gives how it ended, and the moments it met."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps({"out": str(out), "at": at, "decides": decides}) + "\n")
    process.stdin.flush()
    answer: list[int] = json.loads(process.stdout.readline())
    return answer


def send(out: Path, store: Store, client: str, number: int) -> Upload:
    """Take poses in, as a film that was sent; on return it is acknowledged."""
    whose = client_named(store, client)
    content, path = LocalFilms(out / "films").put(good(out / "coming.npz", number), "x.npz")
    one = Upload(
        id=new_upload_id(),
        client_id=whose.id,
        client=whose.name,
        content=content,
        file=f"{number}.npz",
        path=path.rename(path.with_suffix(".npz")),
        size=1,
        received_at=now(),
        said=Said(load_kg=100.0 + number),
    )
    add_upload(store, one)
    return one


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which three sets of two clients are due."""
    out = tmp_path_factory.mktemp("waiting") / "desk"
    with open_desk(out, Choices(works=False)) as desk:
        for client, number in (("Anna", 1), ("Bert", 2), ("Anna", 3)):
            send(out, desk.store, client, number)
        the_lone_coach(desk.store)
    return out


def state(out: Path) -> object:
    """What is kept, but for times and paths."""
    with open_store(sqlite_url(out / DATABASE)) as store:
        sets = [
            (one.client, one.content, one.file, one.state, one.lift, one.rep_count, one.load_kg)
            for one in store.sets()
        ]
        due = due_uploads(store, 99)
    files = {str(path.relative_to(out / "clients")) for path in (out / "clients").rglob("*")}
    return sorted(sets), due, files


def no_half(out: Path) -> None:
    tidy_folders(out)
    assert no_rest(out)
    places = {path.parent for path in out.rglob(".formcheck-*")}
    assert [stage for place in places for stage in stages(place)] == []
    assert all(damaged(path.parent) == [] for path in out.rglob("formcheck.json"))


def test_a_round_killed_anywhere(waiting: Path, tmp_path: Path) -> None:
    """The next round does what is left; every set is there once, and nothing half."""
    out = tmp_path / "desk"

    def anew() -> None:
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(waiting, out)
        with open_store(sqlite_url(out / DATABASE)) as store, store.writing() as connection:
            connection.exec_driver_sql(
                f"update uploads set path = replace(path, '{waiting}', '{out}')"
            )

    with zygote() as process:
        anew()
        code, moments = ask(process, out, 0)
        assert code == 0
        undisturbed = state(out)
        assert len(undisturbed[0]) == 3  # type: ignore[index]
        assert undisturbed[1] == []  # type: ignore[index]
        most = moments if KILLS == "all" else min(moments, int(KILLS))
        when = sorted({1 + round(k * (moments - 1) / max(most - 1, 1)) for k in range(most)})
        for at in when:
            anew()
            assert ask(process, out, at)[0] == KILLED, at
            assert ask(process, out, 0)[0] == 0, at
            assert state(out) == undisturbed, f"killed at moment {at} of {moments}"
            no_half(out)
    print(f"killed at {len(when)} of {moments} moments")


def test_decisions_that_were_said_to_be_kept(waiting: Path, tmp_path: Path) -> None:
    """Each acknowledged one is there, once, in order; at most the last wasn't said yet."""
    out = tmp_path / "desk"
    shutil.copytree(waiting, out)
    assert judge(out, 0) > 0
    with zygote() as process:
        for seed in range(6):
            assert ask(process, out, seed, decides=True)[0] == KILLED
    said = (out / ACKNOWLEDGED).read_text().split()
    with open_store(sqlite_url(out / DATABASE), checked=True) as store:
        kept = [one.why for one in decisions(store)]
    assert len(said) > 20
    assert len(set(kept)) == len(kept)
    for seed in range(6):
        ours = [why for why in kept if why.startswith(f"{seed}-")]
        told = [why for why in said if why.startswith(f"{seed}-")]
        assert ours[: len(told)] == told
        assert len(ours) - len(told) in {0, 1}


def test_the_server_killed_while_it_judges(waiting: Path, tmp_path: Path) -> None:
    """Nobody goes on working for it; the next one judges what was due."""
    out = tmp_path / "desk"
    shutil.copytree(waiting, out)
    staging = out / ".formcheck-batch"
    with served(out) as server:
        until(lambda: any(staging.glob("*.part")) or any(out.glob("clients/*/*")))
        theirs = psutil.Process(server.pid).children(recursive=True)
        assert len(theirs) >= 2  # the rounds, and a worker
        server.send_signal(signal.SIGKILL)
        server.wait()
        _, alive = psutil.wait_procs(theirs, ENDS_WITHIN_S)
        assert alive == []
    with served(out), open_store(sqlite_url(out / DATABASE)) as store:
        until(lambda: due_uploads(store, 9) == [])
        sets = store.sets()
        assert sorted((one.client, one.file) for one in sets) == [
            ("Anna", "1.npz"),
            ("Anna", "3.npz"),
            ("Bert", "2.npz"),
        ]
        assert {one.state for one in sets} == {"analysed"}
    no_half(out)


@contextlib.contextmanager
def served(out: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A real server over a data folder, ended by Ctrl-C."""
    command = "from formcheck.cli import main; main()"
    words = ["serve", "--data", str(out), "--port", "0", "--workers", "1", "--no-browser"]
    with subprocess.Popen(
        [sys.executable, "-c", command, *words],
        cwd=ROOT,
        env=os.environ | ONE_THREAD,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            yield server
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(ENDS_WITHIN_S)


def until(came: object) -> None:
    """Wait for something."""
    assert callable(came)
    end_s = time.monotonic() + DONE_WITHIN_S
    while not came():
        assert time.monotonic() < end_s, "it never came"
        time.sleep(0.02)

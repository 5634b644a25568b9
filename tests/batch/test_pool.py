"""Workers: held to time and memory, replaced when lost, never left behind."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from formcheck.batch.job import Job
from formcheck.batch.note import read_finished
from formcheck.batch.pool import LocalPool
from tests.batch.uploads import SAMPLE, gif, good, job_of


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[LocalPool]:
    with LocalPool(2, tmp_path / "staging") as opened:
        yield opened


def _quietly(_job: Job, _what: str, _share: float) -> None:
    """Nobody listens."""


def test_result_lies_whole_in_the_staging_folder(pool: LocalPool, tmp_path: Path) -> None:
    """An answer comes with a folder that says all that the history needs."""
    job = job_of(good(tmp_path / "a.npz"))
    ((done, answer),) = pool.run([job], _quietly)
    assert (done, answer.state, answer.error) == (job, "analysed", "")
    assert read_finished(tmp_path / "staging" / job.id) == (job, answer)


@pytest.mark.parametrize(
    ("limit", "error"), [({"timeout_s": 0.5}, "TimeLimit"), ({"memory_mb": 190}, "MemoryLimit")]
)
def test_too_much_ends_the_set_and_no_other(
    pool: LocalPool, tmp_path: Path, model_path: Path, limit: dict[str, Any], error: str
) -> None:
    """A film that takes too long or too much is one failure that names the limit."""
    film = job_of(SAMPLE, name="film", cached=False, **limit)
    jobs = [film, job_of(good(tmp_path / "a.npz"), name="poses")]
    answers = {job.id: answer for job, answer in pool.run(jobs, _quietly)}
    assert (answers["film"].state, answers["film"].error) == ("failed", error)
    assert answers["film"].error_limit == next(iter(limit.values()))
    assert "--timeout" in answers["film"].message or "--memory" in answers["film"].message
    assert answers["poses"].state == "analysed"


def test_worker_killed_over_a_set_is_replaced(pool: LocalPool, tmp_path: Path) -> None:
    """The set goes to another worker and is told as tried again."""
    told: list[str] = []

    def tell(_job: object, what: str, _share: object) -> None:
        told.append(what)
        if told == ["begin"]:
            os.kill(pool.pids[0], signal.SIGKILL)

    ((_, answer),) = pool.run([job_of(good(tmp_path / "a.npz"))], tell)
    assert answer.state == "analysed"
    assert told[:3] == ["begin", "again", "begin"]


def test_set_that_always_kills_its_worker_is_given_up(pool: LocalPool, tmp_path: Path) -> None:
    """After some tries it is a failure, and the run goes on."""

    def tell(job: Job, what: str, _share: object) -> None:
        if job.id == "deadly" and what == "begin":
            time.sleep(0.05)
            psutil.Process(pool.pids[-1]).send_signal(signal.SIGSEGV)

    (_, answer), *rest = pool.run([job_of(good(tmp_path / "a.npz"), name="deadly")], tell)
    assert rest == []
    assert (answer.state, answer.error) == ("failed", "WorkerDied")
    assert "3 times" in answer.message


def test_no_worker_is_left_behind(tmp_path: Path) -> None:
    """Leaving the pool in the middle ends every worker."""
    with LocalPool(2, tmp_path / "staging") as pool:
        jobs = [job_of(good(tmp_path / f"{n}.npz", n), name=f"j{n}") for n in range(4)]
        next(iter(pool.run(jobs, _quietly)))
        workers = [psutil.Process(pid) for pid in pool.pids]
    assert workers
    assert all(not worker.is_running() for worker in workers)


@pytest.mark.parametrize("side", [15_800, 20_000])
def test_giant_header_is_a_failure_and_nothing_more(
    pool: LocalPool, tmp_path: Path, side: int
) -> None:
    """A few bytes that claim gigabytes fail within the worker's limit; the others go on."""
    (tmp_path / "huge.gif").write_bytes(gif(side))
    jobs = [
        job_of(tmp_path / "huge.gif", name="huge", memory_mb=600),
        job_of(good(tmp_path / "a.npz"), name="poses", memory_mb=600),
    ]
    answers = {job.id: answer for job, answer in pool.run(jobs, _quietly)}
    assert answers["huge"].state == "failed"
    assert answers["huge"].error in {"MemoryLimit", "NotAVideo"}
    assert answers["poses"].state == "analysed"

"""Workers on this machine: each holds one set, and is killed when it takes too much."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

from formcheck.batch.job import MEMORY_LIMIT, TIME_LIMIT, WORKER_DIED, Answer, Job, Options
from formcheck.batch.note import read_finished
from formcheck.cores import usable_cores

WORKER = "formcheck.batch.worker"
LOOK_EVERY_S = 0.1
START_S = 120.0  # loading takes 2 s on an idle machine
ATTEMPTS = 3
"""How often a set is tried whose worker dies by itself."""

KILLED_ATTEMPTS = 6
"""And one whose worker was killed from outside, which says less of the film."""

MOST_JOBS = 50
"""Sets by one worker before a new one takes its place: libraries keep some memory."""

USUAL_MB = 900
"""What a worker holds on an ordinary phone's film (0.45 GB) and on a 4K one."""

ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL")}
"""Workers are as many as cores: threads of linear algebra in each of them only get in
each other's way (judging 56 sets again takes 7.5 s with them, 6.8 s without)."""

OUTSIDE = {-9, -15}
"""Exit codes of a process that somebody killed or told to end."""

TellJob = Callable[[Job, str, float], None]


def usual_workers() -> int:
    """One worker for each core that this process may use, as far as memory goes."""
    room = psutil.virtual_memory().available // (USUAL_MB * 2**20)
    return max(1, min(usable_cores(), int(room)))


class LocalPool:
    """A number of workers; a context manager that leaves none behind."""

    def __init__(self, workers: int, staging: Path) -> None:
        self._most = workers
        self._staging = staging
        self._said: queue.Queue[tuple[_Worker, dict[str, Any] | None]] = queue.Queue()
        self._workers: list[_Worker] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every worker."""
        for worker in self._workers:
            worker.kill()
        for worker in self._workers:
            worker.wait()
        self._workers.clear()

    @property
    def pids(self) -> list[int]:
        """The workers' process numbers."""
        return [worker.process.pid for worker in self._workers]

    def run(self, jobs: Iterable[Job], tell: TellJob) -> Iterator[tuple[Job, Answer]]:
        """Do the jobs, each in its turn; give the answers as they come.

        Parameters
        ----------
        jobs
            What is to do.
        tell
            Called with a job, "begin", "share" or "again", and a share of 0 to 1.
        """
        waiting = deque(jobs)
        tries: dict[str, int] = {}
        while waiting or any(worker.job is not None for worker in self._workers):
            self._hand_out(waiting, tell)
            try:
                worker, said = self._said.get(timeout=LOOK_EVERY_S)
            except queue.Empty:
                self._look()
                continue
            self._look()
            job = worker.job
            if said is None:
                self._workers.remove(worker)
                worker.wait()
                if job is None:
                    continue
                tries[job.id] = tries.get(job.id, 0) + 1
                answer = self._of_the_dead(worker, job.id, tries[job.id])
                if answer is None:
                    tell(job, "again", 0.0)
                    waiting.append(job)
                else:
                    yield job, answer
            elif job is not None and "share" in said:
                tell(job, "share", said["share"])
            elif job is not None and "answer" in said:
                worker.finish()
                if worker.done >= MOST_JOBS:
                    worker.kill()
                self._hand_out(waiting, tell)  # it goes on while the answer is kept
                yield job, Answer(**said["answer"])

    def _hand_out(self, waiting: deque[Job], tell: TellJob) -> None:
        idle = [worker for worker in self._workers if worker.free]
        lacking = min(len(waiting) - len(idle), self._most - len(self._workers))
        for _ in range(lacking):
            self._workers.append(_Worker(self._said, waiting[0].options))
            idle.append(self._workers[-1])
        for worker in idle:
            if waiting and worker.offline != waiting[0].options.offline:
                worker.kill()  # on a cluster others' sets come too; another takes its place
            elif waiting:
                job = waiting.popleft()
                worker.give(job, self._staging / job.id)
                tell(job, "begin", 0.0)

    def _look(self) -> None:
        for worker in self._workers:
            worker.look()

    def _of_the_dead(self, worker: _Worker, job_id: str, tries: int) -> Answer | None:
        """The answer for a set whose worker is gone; None when it is worth another try."""
        finished = read_finished(self._staging / job_id)
        if finished is not None:  # it died after the work
            return finished[1]
        if worker.verdict is not None:
            return worker.verdict
        code = worker.process.returncode
        if tries < (KILLED_ATTEMPTS if code in OUTSIDE else ATTEMPTS):
            return None
        words = f", its last words: {worker.last_words}" if worker.last_words else ""
        return Answer(
            "failed",
            WORKER_DIED,
            f"the worker died over it {tries} times (exit code {code}{words}). The file may be "
            "broken: export it again as H.264.",
            took_s=worker.took_s,
        )


class _Worker:
    """One worker's process, and the set it holds."""

    def __init__(
        self, said: queue.Queue[tuple[_Worker, dict[str, Any] | None]], options: Options
    ) -> None:
        self.job: Job | None = None
        self.offline = options.offline
        self.done = 0
        self.verdict: Answer | None = None
        self.took_s = 0.0
        self.last_words = ""
        self._given_s = 0.0
        self._start_s = time.monotonic()
        self._ready_s: float | None = None
        self._ending = False
        self._words = tempfile.TemporaryFile()  # noqa: SIM115 - wait() closes it
        within = ["-m", "formcheck.offline", WORKER] if options.offline else ["-m", WORKER]
        self.process = subprocess.Popen(
            [sys.executable, *within, str(options.memory_mb)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._words,
            text=True,
            encoding="utf-8",
            env=os.environ | ONE_THREAD,
            start_new_session=True,  # a Ctrl-C in the terminal reaches us alone
        )
        self._watched = psutil.Process(self.process.pid)
        self._thread = threading.Thread(target=self._listen, args=(said,), daemon=True)
        self._thread.start()

    @property
    def free(self) -> bool:
        """Whether it can take a set."""
        return self.job is None and not self._ending

    def give(self, job: Job, stage: Path) -> None:
        """Hand a set over; if the worker is dead, its end is heard of soon."""
        self.job, self.verdict, self._given_s = job, None, time.monotonic()
        asked = json.dumps({"job": job.to_dict(), "stage": str(stage)})
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):
            self.process.stdin.write(asked + "\n")
            self.process.stdin.flush()

    def finish(self) -> None:
        """The set is done."""
        self.job, self.done = None, self.done + 1

    def look(self) -> None:
        """Kill it if its set takes too long or too much memory."""
        if self.job is None or self._ending:
            return
        options = self.job.options
        if self._ready_s is None:
            if time.monotonic() - self._start_s > START_S:
                self.kill()
        else:
            self.took_s = round(time.monotonic() - max(self._given_s, self._ready_s), 3)
            if self.took_s > options.timeout_s:
                self._give_up(
                    TIME_LIMIT,
                    options.timeout_s,
                    f"it took longer than {options.timeout_s:g} s. Cut the film to the set, or "
                    "give more time with --timeout.",
                )
        with contextlib.suppress(psutil.Error):
            if self._watched.memory_info().rss > options.memory_mb * 2**20:
                self._give_up(
                    MEMORY_LIMIT,
                    options.memory_mb,
                    f"it takes more than {options.memory_mb} MB of memory. Give more with "
                    "--memory.",
                )

    def _give_up(self, error: str, limit: float, message: str) -> None:
        self.verdict = Answer("failed", error, message, limit, self.took_s)
        self.kill()

    def kill(self) -> None:
        """End it at once."""
        self._ending = True
        with contextlib.suppress(OSError):
            self.process.kill()

    def wait(self) -> None:
        """Wait for its end and let go of its pipes."""
        self.process.wait()
        self._thread.join()
        self._words.seek(0)
        lines = self._words.read()[-4000:].decode("utf-8", "replace").strip().splitlines()
        self.last_words = lines[-1][:300] if lines else ""
        self._words.close()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            with contextlib.suppress(OSError):
                pipe.close()

    def _listen(self, said: queue.Queue[tuple[_Worker, dict[str, Any] | None]]) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            try:
                message = json.loads(line)
            except ValueError:  # cut off by a kill
                break
            if message.get("ready"):
                self._ready_s = time.monotonic()
                continue
            said.put((self, message))
        said.put((self, None))

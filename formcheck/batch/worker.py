"""A worker: a program that takes jobs on stdin and answers on stdout, a JSON line each.

One set at a time, in a process of its own that may be killed at any moment without
harm to the others. It ends itself when whoever started it is gone.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import queue
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any, TextIO

from formcheck.batch.job import Job
from formcheck.batch.work import do
from formcheck.signals.numeric import load_scipy

TELL_EVERY_S = 0.5
OVERHEAD_MB = 1024
"""Set aside but never touched by the libraries' threads: 0.5 GB after loading, 0.9 GB
after some films. What is really held is watched from outside; this is the wall behind
it, for what grows faster than anybody can watch."""


def main() -> None:
    """Serve jobs until stdin ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no answer
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever started us
    limit_memory(int(sys.argv[1]))
    jobs: queue.Queue[dict[str, Any]] = queue.Queue()
    threading.Thread(target=_listen, args=(jobs,), daemon=True).start()
    _say(answers, {"ready": True})
    while True:
        asked = jobs.get()
        teller = _Teller(answers)
        answer = do(Job.from_dict(asked["job"]), Path(asked["stage"]), teller.tell)
        _say(answers, {"answer": dataclasses.asdict(answer)})
        load_scipy()  # where one set was, there are often more: it takes a second, and saves it


class _Teller:
    """Says how far a job is, now and then."""

    def __init__(self, answers: TextIO) -> None:
        self._answers = answers
        self._next_s = time.monotonic() + TELL_EVERY_S

    def tell(self, share: float) -> None:
        now_s = time.monotonic()
        if now_s >= self._next_s:
            self._next_s = now_s + TELL_EVERY_S
            _say(self._answers, {"share": round(share, 3)})


def _listen(jobs: queue.Queue[dict[str, Any]]) -> None:
    for line in sys.stdin:
        jobs.put(json.loads(line))
    os._exit(0)  # nobody is left to work for


def _say(answers: TextIO, said: dict[str, Any]) -> None:
    answers.write(json.dumps(said) + "\n")
    answers.flush()


def limit_memory(memory_mb: int) -> None:
    """Let this process take so much, and what the libraries set aside."""
    with contextlib.suppress(ImportError, AttributeError, ValueError, OSError):
        import resource  # noqa: PLC0415 - not on Windows

        most = (memory_mb + OVERHEAD_MB) * 2**20
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


if __name__ == "__main__":
    main()

"""A process whose children judge or decide over a desk's data, each killed at a moment.

Reads a JSON line for each child, and answers with how it ended and how many moments it met.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import event

from formcheck.history.store import DATABASE, Store, open_store, sqlite_url
from formcheck.serve.kept.decisions import Decision, decide
from formcheck.serve.rounds import Orders, Rounds
from tests.killed_child import all_here

CALLS = ("rename", "replace", "fsync", "unlink", "remove", "mkdir", "rmdir")
ACKNOWLEDGED = "acknowledged"


class Moments:
    """Counts moments, before and after each call to the disk, and dies at one of them."""

    def __init__(self, most: int) -> None:
        self.met = 0
        self._most = most

    def meet(self, *_: object) -> None:
        self.met += 1
        if self.met == self._most:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, store: Store) -> None:
        for name in CALLS:
            setattr(os, name, self._met_around(getattr(os, name)))
        event.listen(store.engine, "commit", self.meet)
        event.listen(store.engine, "begin", self.meet)  # what was committed before is kept

    def _met_around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def around(*args: Any, **options: Any) -> Any:
            self.meet()
            try:
                return call(*args, **options)
            finally:
                self.meet()

        return around


def judge(out: Path, at: int) -> int:
    """Do one look's work, to die at its ``at``-th moment; gives how many there were."""
    url = sqlite_url(out / DATABASE)
    moments = Moments(at)
    with open_store(url) as store, all_here():
        rounds = Rounds(Orders(str(out), url, 1, None, {"html": False}), store, lambda _: None)
        moments.watch(store)
        while rounds.look():
            pass
    return moments.met


def decide_on(out: Path, seed: int) -> int:
    """Decide again and again, saying so of each when it is kept, until somebody kills us."""
    with (
        open_store(sqlite_url(out / DATABASE)) as store,
        (out / ACKNOWLEDGED).open("ab", 0) as file,
    ):
        (one, *_) = store.sets()
        for number in range(100_000):
            said = f"{seed}-{number}"
            decide(store, Decision(1, one.content, 1, "verdict", said="good", why=said))
            file.write(f"{said}\n".encode())
    return 0


def _child(asked: dict[str, Any], answers: int) -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    out = Path(asked["out"])
    met = decide_on(out, asked["at"]) if asked["decides"] else judge(out, asked["at"])
    os.write(answers, str(met).encode())
    os._exit(0)


def serve() -> None:
    """Do what is asked, line by line."""
    for line in sys.stdin:
        asked = json.loads(line)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            _child(asked, writing)
        os.close(writing)
        if asked["decides"]:
            time.sleep(random.Random(asked["at"]).uniform(0.05, 0.25))
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        met = int(os.read(reading, 20) or b"0")
        os.close(reading)
        print(json.dumps([os.waitstatus_to_exitcode(status), met]), flush=True)


if __name__ == "__main__":
    serve()

"""A process that runs formcheck's commands in children of its own, each killed at a moment.

Started under strace, which kills a process at its ``WHEN``-th call of a kind; a child that is
to be killed at its n-th makes ``WHEN - n`` empty ones first, so one start serves all. Where
there is no strace, Python's own calls are counted instead. Reads a JSON line for each
command, and answers with how the child ended.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

from formcheck.batch import checkup, run, work
from formcheck.cli import main
from formcheck.commands import analyze, batch, doctor, history
from formcheck.history import migrate

WHEN = 4000 if os.environ.get("FORMCHECK_KILLS") == "all" else 400
NO_FILE = 99_999
EMPTY: dict[str, Callable[[], object]] = {
    "rename": lambda: os.rename("", ""),  # noqa: PTH104 - the call itself
    "fsync": lambda: os.fsync(NO_FILE),
    "fdatasync": lambda: os.fdatasync(NO_FILE),
    "unlink": lambda: os.unlink(""),  # noqa: PTH108
    "mkdir": lambda: os.mkdir(""),  # noqa: PTH102
    "rmdir": lambda: os.rmdir(""),  # noqa: PTH106
    "write": lambda: os.write(NO_FILE, b""),
    "pwrite64": lambda: os.pwrite(NO_FILE, b"", 0),
}
"""For each kind of call one that does nothing."""

PYTHONS = {"rename": ("rename", "replace"), "fsync": ("fsync",), "unlink": ("unlink", "remove")}
LOADED = (analyze, batch, checkup, doctor, history)


class HerePool:
    """Does jobs in this process, so that a kill also falls into a worker's work."""

    def __init__(self, workers: int, staging: Path) -> None:
        self._staging = staging

    def run(self, jobs: Any, tell: Any) -> Iterator[Any]:
        for job in jobs:
            yield job, work.do(job, self._staging / job.id, lambda _: None)

    def __enter__(self) -> HerePool:
        return self

    def __exit__(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def all_here(steps: str | None = None) -> Iterator[None]:
    """Workers in this process; and other steps for the history's form, if given."""
    with (
        mock.patch.object(run, "LocalPool", HerePool),
        mock.patch.object(migrate, "STEPS", steps or migrate.STEPS),
    ):
        yield


def _count_here(kind: str, most: int) -> None:
    """Kill this process at the n-th of Python's own calls of a kind."""
    left = [most]

    def counted(call: Callable[..., Any]) -> Callable[..., Any]:
        def counting(*args: Any, **options: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*args, **options)

        return counting

    for name in PYTHONS[kind]:
        setattr(os, name, counted(getattr(os, name)))


def _child(asked: dict[str, Any], under_strace: bool) -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    if asked["at"] and under_strace:
        for _ in range(WHEN - asked["at"]):
            with contextlib.suppress(OSError):
                EMPTY[asked["kind"]]()
    elif asked["at"]:
        _count_here(asked["kind"], asked["at"])
    code = 0
    with all_here(asked["steps"]):
        try:
            main(asked["words"], prog_name="formcheck")
        except SystemExit as end:
            code = int(end.code or 0)
    os._exit(code)


def serve() -> None:
    """Do what is asked, line by line."""
    under_strace = sys.argv[1] == "strace"
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _child(json.loads(line), under_strace)
        _, status = os.waitpid(child, 0)
        print(json.dumps(os.waitstatus_to_exitcode(status)), flush=True)


if __name__ == "__main__":
    serve()

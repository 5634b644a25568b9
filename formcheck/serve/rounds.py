"""The process that judges: a batch's run, round after round, over what is due.

It is told its place on the first line of stdin, and after that, by any line, that there
is something new. It looks by itself too, for another server may share the database. What
happens it says on stdout, a JSON line each. It ends when its stdin does, so a server that
was killed leaves nobody working.

What is due is kept in the database, and set to done after a round's results are: whatever
moment it is killed at, the next one does what is left, and finds what was done.
"""

from __future__ import annotations

import _thread
import json
import math
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from formcheck.batch.events import BatchEvent
from formcheck.batch.job import Options, job_id
from formcheck.batch.keep import DUE, STAGING, alone
from formcheck.batch.run import Place, Run
from formcheck.errors import BadRequest, FormcheckError
from formcheck.history.store import Store, open_store
from formcheck.serve.films import film_store
from formcheck.serve.forget import finish_deletions
from formcheck.serve.kept.limits import limits_here
from formcheck.serve.kept.settings import BLUR_FACES, RESCORE_DUE, keep_setting, setting
from formcheck.serve.kept.uploads import Upload, done_with, due_uploads
from formcheck.serve.retention import drop_old_films

ENDED = signal.SIGTERM
"""What a round ends at, in order; every system has it."""

LOOK_EVERY_S = 2.0
AFTER_TROUBLE_S = 20.0
AT_ONCE = 8
"""Films a round takes at most: what comes next waits for no more than these."""

TIDY_EVERY_S = 600.0
"""Films whose time is over are looked for so often, and the history copied."""

SETTLE_EVERY_S, SETTLE_SHARE = 60.0, 20.0
"""A batch's pages show every set, so writing them takes seconds where there are thousands:
once a minute at most, and a twentieth of the time (our choice)."""

RESCORE, TIDY = "rescore", "tidy"


@dataclass(frozen=True)
class Orders:
    """Where a round takes place, and what is asked of every set."""

    out: str
    database: str
    workers: int | None = None
    scheduler: str | None = None
    options: dict[str, Any] = field(default_factory=lambda: asdict(Options()))
    films: str = ""


Tell = Callable[[dict[str, Any]], None]


class Rounds:
    """Judges what is due."""

    def __init__(self, orders: Orders, store: Store, tell: Tell) -> None:
        self._orders = orders
        self._store = store
        self._tell = tell
        self._out = Path(orders.out)
        self._films = film_store(self._out, orders.films)
        self._due: dict[str, Upload] = {}
        self._is_recovered = False
        self._settled_at_s = -math.inf
        self._settling_took_s = 0.0

    def look(self) -> bool:
        """Judge some of what is due; gives whether there was anything.

        Raises
        ------
        FormcheckError
            The place doesn't allow it: the disk is full, no model, another batch writes there.
        """
        due = due_uploads(self._store, AT_ONCE)
        if not due:
            return False
        self._due = {job_id(one.client, one.content): one for one in due}
        here = [replace(one, path=self._films.path(one.content) or one.path) for one in due]
        with self._alone() as run:
            run.judge([one.entry() for one in here], settled=False)
            done_with(self._store, due)
        return True

    def settle(self) -> None:
        """Write a batch's pages if they are due, but not so often that it costs much.

        Raises
        ------
        FormcheckError
            See ``look``.
        """
        begin_s = time.monotonic()
        rest_s = max(SETTLE_EVERY_S, SETTLE_SHARE * self._settling_took_s)
        if begin_s < self._settled_at_s + rest_s or not (self._out / STAGING / DUE).exists():
            return
        with self._alone() as run:
            run.settle()
        self._settled_at_s = time.monotonic()
        self._settling_took_s = self._settled_at_s - begin_s

    def rescore(self) -> None:
        """Judge every set again from its saved poses.

        Raises
        ------
        FormcheckError
            See ``look``.
        """
        with self._alone() as run:
            run.rescore()
            keep_setting(self._store, RESCORE_DUE, False)
        self._tell({"event": "rescored"})

    def rescore_is_due(self) -> bool:
        """Whether the limits were changed, and sets aren't judged by them yet."""
        return bool(setting(self._store, RESCORE_DUE, False))

    def tidy(self) -> None:
        """Finish deleting clients, delete films whose time is over, and copy the history.

        So what coaches decided is lost by no more than ten minutes, should the file break.

        Raises
        ------
        FormcheckError
            Something can't be deleted now; it is tried again.
        """
        finish_deletions(self._out, self._store, self._films)
        drop_old_films(self._store, self._films)
        self._store.copy()

    @contextmanager
    def _alone(self) -> Iterator[Run]:
        """A run that nobody disturbs; what a killed one left is taken in first."""
        with alone(self._out):
            run = self._run()
            if not self._is_recovered:
                run.recover()
            self._is_recovered = False  # unless all goes well
            yield run
            self._is_recovered = True

    def _run(self) -> Run:
        orders = self._orders
        place = Place(self._out, self._store, orders.workers, orders.scheduler)
        options = limits_here(self._out, self._store).put_into(Options(**orders.options))
        blur = bool(setting(self._store, BLUR_FACES, options.blur_faces))
        options = replace(options, blur_faces=blur, offline=True)  # strangers' films
        return Run(place, options, self._say)

    def _say(self, event: BatchEvent) -> None:
        said = event.to_dict()
        if said["event"] == "set" and str(said["id"]) in self._due:  # its results are kept
            done_with(self._store, [self._due.pop(str(said["id"]))])
        self._tell(said)


def main() -> None:
    """Judge until stdin ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no answer
    first = sys.stdin.readline()
    if not first:
        return
    orders = Orders(**json.loads(first))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever started us
    signal.signal(ENDED, signal.default_int_handler)
    asked = _Asked()
    threading.Thread(target=asked.listen, daemon=True).start()
    one_at_a_time = threading.Lock()

    def tell(event: dict[str, Any]) -> None:
        with one_at_a_time:
            answers.write(json.dumps(event, ensure_ascii=True) + "\n")
            answers.flush()

    try:
        with open_store(orders.database) as store:
            _work(Rounds(orders, store, tell), asked, tell)
    except (KeyboardInterrupt, BrokenPipeError):
        return


def judge_here(orders: Orders, tell: Tell) -> None:
    """Judge what is due, here and until interrupted: for a server whose pages another serves.

    Raises
    ------
    BadRequest, OutputError
        The database can't be used.
    """
    Path(orders.out).mkdir(parents=True, exist_ok=True)
    with open_store(orders.database) as store:
        _work(Rounds(orders, store, tell), _Asked(), tell)


def _work(rounds: Rounds, asked: _Asked, tell: Tell) -> None:
    tidy_at_s = 0.0
    while not asked.ended:
        asked.clear()
        if asked.take(TIDY) or time.monotonic() >= tidy_at_s:
            tidy_at_s = time.monotonic() + _tidied(rounds, tell)
        try:
            if asked.take(RESCORE) or rounds.rescore_is_due():
                rounds.rescore()
            if rounds.look():
                continue
            rounds.settle()
            wait_s = LOOK_EVERY_S
        except FormcheckError as problem:
            busy = isinstance(problem, BadRequest) and "another formcheck" in str(problem)
            tell({"event": "trouble", "message": str(problem)})
            wait_s = LOOK_EVERY_S if busy else AFTER_TROUBLE_S
        asked.wait(wait_s)


def _tidied(rounds: Rounds, tell: Tell) -> float:
    """Delete what is to go; gives after how many seconds to look again. It stops no judging."""
    try:
        rounds.tidy()
    except FormcheckError as problem:
        tell({"event": "trouble", "message": str(problem)})
        return AFTER_TROUBLE_S
    return TIDY_EVERY_S


class _Asked:
    """What comes in on stdin."""

    def __init__(self) -> None:
        self.ended = False
        self._new = threading.Event()
        self._things: set[str] = set()

    def listen(self) -> None:
        for line in sys.stdin:
            self._things.add(line.strip())
            self._new.set()
        self.ended = True
        self._new.set()
        _thread.interrupt_main(ENDED)  # wherever it is: a round ends in order

    def clear(self) -> None:
        self._new.clear()

    def take(self, thing: str) -> bool:
        there = thing in self._things
        self._things.discard(thing)
        return there

    def wait(self, wait_s: float) -> None:
        self._new.wait(wait_s)


if __name__ == "__main__":
    main()

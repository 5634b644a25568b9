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
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from formcheck.batch.events import BatchEvent
from formcheck.batch.job import Options
from formcheck.batch.keep import alone
from formcheck.batch.own_limits import kept_limits
from formcheck.batch.run import Place, Run
from formcheck.errors import BadRequest, FormcheckError
from formcheck.history.store import Store, open_store
from formcheck.serve.films import film_store
from formcheck.serve.kept.settings import BLUR_FACES, setting
from formcheck.serve.kept.uploads import done_with, due_uploads

ENDED = signal.SIGTERM
"""What a round ends at, in order; every system has it."""

LOOK_EVERY_S = 2.0
AFTER_TROUBLE_S = 20.0
AT_ONCE = 8
"""Films a round takes at most: what comes next waits for no more than these."""

RESCORE = "rescore"


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
        with alone(self._out):
            run = self._run()
            run.recover()
            films = film_store(self._out, self._orders.films)
            here = [replace(one, path=films.path(one.content) or one.path) for one in due]
            run.judge([one.entry() for one in here])
            done_with(self._store, due)
        return True

    def rescore(self) -> None:
        """Judge every set again from its saved poses.

        Raises
        ------
        FormcheckError
            See ``look``.
        """
        with alone(self._out):
            run = self._run()
            run.recover()
            run.rescore()

    def _run(self) -> Run:
        orders = self._orders
        place = Place(self._out, self._store, orders.workers, orders.scheduler)
        options = kept_limits(self._out, self._store.sets()).put_into(Options(**orders.options))
        blur = bool(setting(self._store, BLUR_FACES, options.blur_faces))
        options = replace(options, blur_faces=blur, offline=True)  # strangers' films
        return Run(place, options, self._say)

    def _say(self, event: BatchEvent) -> None:
        self._tell(event.to_dict())


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


def _work(rounds: Rounds, asked: _Asked, tell: Tell) -> None:
    while not asked.ended:
        asked.clear()
        try:
            if asked.take(RESCORE):
                rounds.rescore()
            if rounds.look():
                continue
            wait_s = LOOK_EVERY_S
        except FormcheckError as problem:
            busy = isinstance(problem, BadRequest) and "another formcheck" in str(problem)
            tell({"event": "trouble", "message": str(problem)})
            wait_s = LOOK_EVERY_S if busy else AFTER_TROUBLE_S
        asked.wait(wait_s)


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

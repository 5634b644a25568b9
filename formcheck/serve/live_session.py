"""The process of a live session: pictures come in on stdin, what is seen goes out on stdout.

It is told its orders on the first line of stdin. Then come messages: what it is, when the
picture was taken, how long it is (``HEAD``), and the thing itself. What happens it says in
JSON lines: the events of ``formcheck live``, and "looked" for each analysed picture,
"scene" for what a page shows, "film" for a set that was kept. It ends when its stdin does.

It is a process of its own so that neither the pose engine nor a picture that is made to
hurt touches the server.
"""

from __future__ import annotations

import json
import math
import os
import signal
import struct
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np

from formcheck.batch.job import Options
from formcheck.batch.work import limits_of
from formcheck.cues import Limits
from formcheck.errors import FormcheckError
from formcheck.live.camera import Camera, Shot
from formcheck.live.events import LiveEvent
from formcheck.live.said import lines, said
from formcheck.live.session import Session
from formcheck.live.session_clock import TrueClock
from formcheck.live.sources import Source, Stamped
from formcheck.live.stage import Scene, Stage
from formcheck.pipeline import Request
from formcheck.poses.engine import PoseEngine
from formcheck.poses.engines import open_engine
from formcheck.poses.model import ensure_model
from formcheck.poses.plates import PlateWatch
from formcheck.report.record import plain
from formcheck.serve.live_pictures import SetPictures, decoded

HEAD = struct.Struct("<cdI")
PICTURE, END_SET, KEEP = b"P", b"E", b"K"

THREADS = 2
"""Of LiteRT, as in ``formcheck live``: somebody waits for the answer."""

SCENE_EVERY_S = 0.1
"""What a page shows besides count and verdict changes no more often."""

TOO_FEW = (
    "Too few pictures arrive to judge: more light, a better network or a faster computer gives "
    "more. The count goes on."
)

Tell = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Orders:
    """What is asked of a session: the lift and the tempo, and the desk's options."""

    lift: str = "auto"
    tempo: str = ""
    options: dict[str, Any] = field(default_factory=lambda: asdict(Options()))


class Watch:
    """Between the pictures that come in and the session that judges them."""

    def __init__(self, coming: IO[bytes], tell: Tell) -> None:
        self._coming, self._tell = coming, tell
        self._pictures = SetPictures()
        self._scene: dict[str, Any] = {}
        self._told_s = float("-inf")
        self._summed: object = None
        self.session: Session | None = None

    def pictures(self) -> Stamped:
        """Give the pictures with their times, and do what else is asked, until stdin ends."""
        while (head := _exactly(self._coming, HEAD.size)) is not None:
            kind, time_s, length = HEAD.unpack(head)
            thing = _exactly(self._coming, length)
            if thing is None:
                return
            if kind == PICTURE:
                rgb = decoded(thing)
                if rgb is None:
                    self._tell({"event": "looked", "time_s": time_s})
                    continue
                self._pictures.add(time_s, thing)
                yield time_s, rgb
            elif kind == END_SET and self.session is not None:
                self.session.end_set()
            elif kind == KEEP:
                film = Path(thing.decode())
                threading.Thread(target=self._keep, args=(film,)).start()

    def _keep(self, film: Path) -> None:
        try:
            self._pictures.write(film)
        except FormcheckError as problem:
            self._tell({"event": "film", "path": str(film), "problem": str(problem)})
        else:
            self._tell({"event": "film", "path": str(film), "problem": ""})

    def told(self, event: LiveEvent) -> None:
        """Pass an event of the session on.

        Whether it is the light, the network or this computer that leaves too few pictures
        can't be told from here.
        """
        plain_event = event.to_dict()
        slow = event.kind == "speed" and not event.fields["ok"]
        if slow or event.fields.get("state") == "slow":
            plain_event["say"] = TOO_FEW
        self._tell(plain_event)

    def looked(self, shot: Shot, row: np.void, stage: Stage) -> None:
        """Tell what is seen in a picture, and what there is to show if it has changed."""
        scene = stage.scene()
        self.show(scene, shot.time_s)
        seen = lines(row, stage.frame_size, scene, facing_right=stage.facing_right)
        self._tell({"event": "looked", "time_s": shot.time_s, "seen": seen})

    def show(self, scene: Scene, time_s: float) -> None:
        """Tell what there is to show, if it has changed, and hold a set that is over."""
        if scene.summary is not None and scene.summary is not self._summed:
            self._summed = scene.summary
            reps = scene.summary.reps
            self._pictures.hold(reps[0].rep.start_s, reps[-1].rep.end_s)
        shown = said(scene)
        counts = ("where", "count", "verdict", "resting")
        soon = any(shown[name] != self._scene.get(name) for name in counts)
        if shown != self._scene and (soon or time_s - self._told_s >= SCENE_EVERY_S):
            self._scene, self._told_s = shown, time_s
            self._tell({"event": "scene", "time_s": plain(time_s), **shown})


def _exactly(coming: IO[bytes], length: int) -> bytes | None:
    """The next bytes; None when it has ended."""
    found = coming.read(length)
    return found if len(found) == length else None


def main() -> None:
    """Judge what comes until it ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no answer
    coming = sys.stdin.buffer
    first = coming.readline()
    if not first:
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever started us
    orders = Orders(**json.loads(first))
    one_at_a_time = threading.Lock()

    def tell(event: dict[str, Any]) -> None:
        line = json.dumps(event, ensure_ascii=True, allow_nan=False)
        with one_at_a_time:
            answers.write(line + "\n")
            answers.flush()

    try:
        _run(orders, Watch(coming, tell), tell)
    except FormcheckError as problem:
        tell({"event": "trouble", "say": str(problem)})
    except BrokenPipeError:
        return


def _run(orders: Orders, watch: Watch, tell: Tell) -> None:
    options = Options(**orders.options)
    request = Request(lift=orders.lift, tempo=orders.tempo or None, plate_m=options.plate_m)
    limits = limits_of(options)
    network = ensure_model()
    source = Source(watch.pictures, TrueClock())
    with open_engine(options.engine, network, threads=THREADS) as engine:
        _warm_up(engine, request, limits)
        tell({"event": "ready"})
        with Camera(source) as camera:
            session = Session(camera, engine, request, limits, watch.told, looked=watch.looked)
            watch.session = session
            session.run(None)
            if session.scene is not None:
                watch.show(session.scene, math.inf)


def _warm_up(engine: PoseEngine, request: Request, limits: Limits) -> None:
    """Load what the first picture would wait for: the first second of a lift is missed else."""
    nothing = np.zeros((256, 256, 3), np.uint8)
    engine.follow(nothing)
    PlateWatch().add(nothing, 0.0, None)
    Stage((256, 256), request, limits, lambda _: None)


if __name__ == "__main__":
    main()

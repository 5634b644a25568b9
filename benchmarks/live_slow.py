"""Live on a slow laptop: the same films with one core, and with half of one.

What a processor of so many cores does is worked out from the processor time that each
part of a session really takes here: pictures come at the film's own times, the parts that
have something to do share the processor evenly, and the engine takes the newest picture
when it is free, as ``Session`` does. Engine, stage and screen are the real ones and get
just the pictures that such a computer would have got to, so its verdicts are real too. By
the clock it could only be measured on a machine that does nothing else; this way other
work changes the figures little.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from benchmarks.films import SAMPLES
from formcheck.cues import load_limits
from formcheck.live.again import Again
from formcheck.live.camera import Shot
from formcheck.live.events import LiveEvent
from formcheck.live.screen import Screen, Shown, body_outline
from formcheck.live.session import AT_ONCE_EVERY_S, LOOK_FOR_S
from formcheck.live.sources import LONGEST_SIDE_PX
from formcheck.live.stage import Stage
from formcheck.live.still import SLOW_HZ
from formcheck.pipeline import Request
from formcheck.poses.engine import PoseEngine
from formcheck.poses.engines import DEFAULT_ENGINE, open_engine
from formcheck.poses.model import ensure_model
from formcheck.poses.plates import PlateWatch
from formcheck.poses.rows import FRAME, fill
from formcheck.poses.sampling import EVERY
from formcheck.poses.watch import Watch
from formcheck.video import Frame, read_video

FILMS = ("squat_good", "deadlift_good", "deadlift_hips_first", "deadlift_rounded")
"""Rendered, 720x1280 at 30 a second, three repetitions each; the last two with a fault."""

WINDOW = (1920, 1080)
SAME_REP_S = 0.5
UNBOUNDED = float("inf")
"""So many cores that every picture is analysed."""


@dataclass
class Work:
    """Something that a part does at the moment: processor seconds left, and what follows."""

    left_s: float
    then: Callable[[], None]


@dataclass
class Outcome:
    """What a session with so many cores told. Times are in seconds of its own clock."""

    cores: float
    film: str
    length_s: float = 0.0
    arrived: int = 0
    analysed_s: list[float] = field(default_factory=list)
    late_s: list[float] = field(default_factory=list)
    events: list[LiveEvent] = field(default_factory=list)
    cost_s: dict[str, float] = field(default_factory=lambda: defaultdict(float))


class Laptop:
    """A session on a processor of so many cores, on a clock of its own."""

    def __init__(self, engine: PoseEngine, cores: float, film: str, lift: str) -> None:
        self._watch, self._cores = Watch(engine, EVERY), cores
        self._request = Request(lift=lift, least_hz=SLOW_HZ)
        self.out = Outcome(cores, film)
        self._now_s = 0.0
        self._busy: dict[str, Work] = {}
        self._newest: Shot | None = None
        self._to_draw: Shown | None = None
        self._news = False
        self._look_until_s = self._glanced_s = -np.inf
        self._fresh: list[LiveEvent] = []
        self._stage: Stage | None = None
        self._plates, self._again, self._screen = PlateWatch(), Again(), Screen()

    def run(self) -> Outcome:
        """Play the film."""
        path = SAMPLES / f"{self.out.film}.mp4"
        with read_video(path, max_side_px=LONGEST_SIDE_PX) as film:
            frames = iter(film.frames())
            while True:
                begin_s = time.process_time()
                frame = next(frames, None)
                if frame is None:
                    break
                cost_s = time.process_time() - begin_s
                self._pass_until(frame.time_s)
                self.out.arrived += 1
                shot = Shot(self.out.arrived, frame.time_s, self._now_s, frame.rgb)
                self._begin("camera", cost_s, lambda shot=shot: self._take(shot))  # type: ignore[misc]
        self.out.length_s = self._now_s
        self._pass_until(self._now_s + 2.0)
        if self._stage is not None:
            self._stage.end_set()
        self._tell()
        return self.out

    # ------------------------------------------------------------ the processor

    def _pass_until(self, until_s: float) -> None:
        """Let time go by: whoever works gets an even share, of one core at most."""
        while self._now_s < until_s:
            if not self._busy:
                self._now_s = until_s
                return
            most = UNBOUNDED if self._cores == UNBOUNDED else 1.0
            share = min(self._cores / len(self._busy), most)
            name = min(self._busy, key=lambda one: self._busy[one].left_s)
            step_s = self._busy[name].left_s / share
            if self._now_s + step_s > until_s:
                for work in self._busy.values():
                    work.left_s -= (until_s - self._now_s) * share
                self._now_s = until_s
                return
            if step_s > 0:
                for work in self._busy.values():
                    work.left_s -= step_s * share
            self._now_s += step_s
            self._busy.pop(name).then()
            self._start_what_is_due()

    def _begin(self, part: str, cost_s: float, then: Callable[[], None]) -> None:
        if part in self._busy:  # a camera whose last picture isn't read yet drops this one
            return
        self.out.cost_s[part] += cost_s
        self._busy[part] = Work(cost_s, then)
        if self._cores == UNBOUNDED:
            self._pass_until(np.nextafter(self._now_s, np.inf))

    def _do(self, part: str, work: Callable[[], Any], then: Callable[[], None]) -> None:
        begin_s = time.process_time()
        work()
        self._begin(part, time.process_time() - begin_s, then)

    def _start_what_is_due(self) -> None:
        if self._newest is not None and "engine" not in self._busy:
            shot, self._newest = self._newest, None
            self._do("engine", lambda: self._follow(shot), self._have_news)
        if self._news and "judge" not in self._busy:
            self._news = False
            self._do("judge", self._judge, self._tell)
        if self._to_draw is not None and "screen" not in self._busy:
            shown, self._to_draw = self._to_draw, None
            self._do("screen", lambda: self._draw(shown), lambda: None)

    # ------------------------------------------------------------ the session's parts

    def _take(self, shot: Shot) -> None:
        self._newest = replace(shot, arrived_s=self._now_s)

    def _follow(self, shot: Shot) -> None:
        picture = Frame(self.out.arrived, shot.time_s, shot.rgb)
        (held,) = self._watch.take(picture, shot.rgb)
        found = held.found
        row: NDArray[np.void] = np.empty(1, dtype=FRAME)
        fill(row, shot.time_s, found)
        if self._stage is None:
            size = (shot.rgb.shape[1], shot.rgb.shape[0])
            self._stage = Stage(size, self._request, load_limits(), self._fresh.append)
        self._plates.add(shot.rgb, shot.time_s, None if found is None else found.points_px)
        mask = found.whole_mask() if found is not None and self._stage.is_framing else None
        if self._stage.add(row[0], 120.0, self._plates.taken()):
            self._look_until_s = self._now_s + LOOK_FOR_S
        if found is not None:
            self._again.add(shot, row[0])
        self.out.analysed_s.append(shot.time_s)
        self._to_draw = Shown(shot.rgb, row[0], shot.time_s, outline=body_outline(mask))

    def _have_news(self) -> None:
        self._news = True

    def _judge(self) -> None:
        assert self._stage is not None
        if self._now_s < self._look_until_s:
            if self._stage.assess():
                self._look_until_s = -np.inf
        elif self._now_s - self._glanced_s >= AT_ONCE_EVERY_S:
            self._glanced_s = self._now_s
            self._stage.at_once()
        self._stage.end_if_over()

    def _draw(self, shown: Shown) -> None:
        assert self._stage is not None
        facing = self._stage.facing_right
        self._screen.draw(WINDOW, shown, self._stage.scene(), facing_right=facing)

    def _tell(self) -> None:
        told = list(self._fresh)
        self._fresh.clear()
        for one in told:
            if one.kind == "rep" and self.out.length_s == 0.0:  # not the end of the film
                self.out.late_s.append(self._now_s - one.fields["end_s"])
        self.out.events += told


def run(console: Console, cores: Sequence[float]) -> dict[str, Any]:
    """Play the films with so many cores each, print the table, and give the numbers."""
    found: dict[float, list[Outcome]] = {}
    for share in (UNBOUNDED, *cores):
        found[share] = []
        for film in FILMS:
            with (
                open_engine(DEFAULT_ENGINE, ensure_model()) as engine,
                console.status(f"{film}, {share:g}"),
            ):
                lift = "back_squat" if film.startswith("squat") else "deadlift"
                found[share].append(Laptop(engine, share, film, lift).run())
    rows = [_figures(found[share], found[UNBOUNDED]) for share in (UNBOUNDED, *cores)]
    table = Table(title="Live on a slow laptop", box=None, pad_edge=False)
    for name in rows[0]:
        table.add_column(name)
    for row in rows:
        table.add_row(*(_cell(value) for value in row.values()))
    console.print(table)
    cost_ms = _each_ms(found[UNBOUNDED])
    load = os.getloadavg()[0]
    console.print(
        "Processor time of one picture: "
        + ", ".join(f"{part} {ms:.1f} ms" for part, ms in cost_ms.items())
        + f". Other work meanwhile: load {load:.1f} on {os.cpu_count()} cores."
    )
    return {"rows": rows, "cost_ms": cost_ms, "load": load}


def _figures(outcomes: list[Outcome], every: list[Outcome]) -> dict[str, Any]:
    late_s = [late for one in outcomes for late in one.late_s]
    same = abstains = 0
    otherwise: list[str] = []
    reps = 0
    for one, full in zip(outcomes, every, strict=True):
        reps += len(_reps(one))
        said = compare(one, full)
        same, abstains = same + said[0], abstains + said[1]
        otherwise += said[2]
    judged = sum(
        cue["verdict"] != "cannot_judge"
        for one in outcomes
        for rep in _reps(one)
        for cue in rep["cues"].values()
    )
    return {
        "cores": "every picture" if outcomes[0].cores == UNBOUNDED else f"{outcomes[0].cores:g}",
        "pictures a second": sum(len(one.analysed_s) for one in outcomes)
        / sum(one.length_s for one in outcomes),
        "late p50 ms": _ms(late_s, 50),
        "late p95 ms": _ms(late_s, 95),
        "repetitions": reps,
        "verdicts": judged,
        "as with every picture": same,
        "abstains": abstains,
        "otherwise": ", ".join(otherwise) or "none",
    }


def compare(one: Outcome, full: Outcome) -> tuple[int, int, list[str]]:
    """How many verdicts are the same as with every picture, how many abstain, and the others."""
    same = abstains = 0
    otherwise = []
    for rep in _reps(full):
        near = [r for r in _reps(one) if abs(r["bottom_s"] - rep["bottom_s"]) <= SAME_REP_S]
        for cue, said in rep["cues"].items():
            if not near:
                continue
            now = near[0]["cues"].get(cue, {"verdict": "cannot_judge"})["verdict"]
            if now == said["verdict"]:
                same += 1
            elif now == "cannot_judge":
                abstains += 1
            else:
                before = said["verdict"]
                otherwise.append(f"{one.film} {rep['index']} {cue}: {before} → {now}")
    return same, abstains, otherwise


def _reps(one: Outcome) -> list[dict[str, Any]]:
    return [event.fields for event in one.events if event.kind == "rep"]


def _each_ms(outcomes: list[Outcome]) -> dict[str, float]:
    """Processor milliseconds of each part for a picture."""
    pictures = sum(len(one.analysed_s) for one in outcomes)
    return {
        part: 1000 * sum(one.cost_s[part] for one in outcomes) / pictures
        for part in outcomes[0].cost_s
    }


def _ms(seconds: list[float], percent: float) -> float | None:
    return 1000 * float(np.percentile(seconds, percent)) if seconds else None


def _cell(value: Any) -> str:
    if value is None:
        return "none"
    return f"{value:.1f}" if isinstance(value, float) else str(value)

"""``python -m benchmarks performance``: what it costs, and the page ``docs/performance.md``."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks import batch, growth, live, live_slow, memory
from benchmarks.films import FULL_HD_30_HZ, FULL_HD_60_HZ, HD_READY_30_HZ, SAMPLES, films, repeated
from benchmarks.performance.page import page
from benchmarks.performance.ways import Timed, timed
from formcheck.poses.engines import PACKAGES, open_engine
from formcheck.poses.model import ensure_model
from formcheck.version import version

SECONDS = 8.0
"""Length of the three films that are timed; each way takes a few seconds of each."""

LENGTHS_S = (10.0, 40.0)
"""Films whose peaks of memory tell what a longer one takes."""

LONG_MIN = 20.0
LIVE_S = 20.0
WORKERS = 2


@dataclass
class Found:
    """All that was measured.

    films       what each way took
    judge_cpu_s signals to verdicts of the long film, by what is filmed
    memory_mb   peak by length of film, seconds
    folder_s    a folder of films: in one process, by the batch, and judged anew
    live        by engine: at the film's pace, and on a processor of one core
    load        of the machine, before and after
    """

    command: str
    films: list[Timed] = field(default_factory=list)
    judge_cpu_s: dict[str, float] = field(default_factory=dict)
    memory_mb: dict[float, float] = field(default_factory=dict)
    folder_s: dict[str, float] = field(default_factory=dict)
    live: dict[str, dict[str, Any]] = field(default_factory=dict)
    load: list[float] = field(default_factory=list)
    took_s: float = 0.0
    version: str = ""
    date: dt.date = dt.date.min


def run(console: Console, *, seconds: float, turns: int, out: Path) -> dict[str, Any]:
    """Measure, print and write the page, and give the numbers."""
    begin_s = time.monotonic()
    found = Found("python -m benchmarks performance", version=version(), date=dt.date.today())
    found.load.append(os.getloadavg()[0])
    with tempfile.TemporaryDirectory(prefix="formcheck-performance-") as name:
        folder = Path(name)
        with _said(console, "Measuring memory"):  # first: a child's peak isn't below its parent's
            (source,) = films(FULL_HD_30_HZ)
            for length_s in LENGTHS_S:
                film = repeated(source, length_s, folder / f"{length_s:g}.mp4")
                found.memory_mb[length_s] = memory.peak_mb(film, folder / "peak")
        with _said(console, "Timing films"):
            found.films = list(_films(folder, seconds, turns))
        with _said(console, "Judging a long film"):
            for lift, dials in growth.SETS[1:3]:
                said = " ".join([lift, *(f"{key} {value:g}" for key, value in dials.items())])
                found.judge_cpu_s[said] = growth.cpu_s_of(lift, dials, LONG_MIN)
        with _said(console, "Judging a folder"):
            found.folder_s = _folder(folder / "batch")
    with _said(console, "Live"):
        found.live = {engine: _live(engine) for engine in PACKAGES}
    found.load.append(os.getloadavg()[0])
    found.took_s = time.monotonic() - begin_s
    text = page(found)
    (out / "performance.md").write_text(text, encoding="utf-8")
    console.print(text, markup=False, highlight=False)
    return asdict(found) | {"date": found.date.isoformat()}


@contextmanager
def _said(console: Console, what: str) -> Iterator[None]:
    with console.status(what):
        yield


def _films(folder: Path, seconds: float, turns: int) -> Iterator[Timed]:
    model = ensure_model()
    warm = False
    for source in films(HD_READY_30_HZ, FULL_HD_30_HZ, FULL_HD_60_HZ):
        film = repeated(source, seconds, folder / f"{source.stem}.mp4")
        if not warm:  # libraries are loaded once
            timed(film, model, folder / "out", 1)
            warm = True
        yield timed(film, model, folder / "out", turns)


def _folder(folder: Path) -> dict[str, float]:
    films = sorted(SAMPLES.glob("*.mp4"))
    alone_s = batch.in_one_process(films, folder / "alone")
    first = batch.ran(films, folder, "--workers", str(WORKERS))
    again = batch.ran((), folder, "--rescore", "--workers", str(WORKERS))
    return {
        "films": len(first.sets),
        "in one process": alone_s,
        "batch": first.wall_s,
        "rescore": again.wall_s,
    }


def _live(engine: str) -> dict[str, Any]:
    found = live.measured(LIVE_S, engine)
    with open_engine(engine, ensure_model()) as opened:
        one = live_slow.Laptop(opened, 1.0, "squat_good", "back_squat").run()
    return found | {"one_core_hz": len(one.analysed_s) / one.length_s}

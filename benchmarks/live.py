"""Live feedback at true pace: how many pictures a second, how late a verdict, what it costs.

A film played at its own pace stands in for the camera, again and again. The delay is
counted from the arrival of the picture that ends a repetition to the moment its
verdict is told.
"""

from __future__ import annotations

import resource
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.films import SAMPLES
from formcheck.commands.live import THREADS
from formcheck.cues import load_limits
from formcheck.data import FloatArray
from formcheck.live.camera import Camera
from formcheck.live.events import LiveEvent
from formcheck.live.session import Session
from formcheck.pipeline import Request
from formcheck.poses.engines import DEFAULT_ENGINE, open_engine
from formcheck.poses.model import ensure_model

SECONDS = 120.0
LEAST_HZ = 20.0
MOST_LATE_S = 0.25
SAMPLE_EVERY_S = 5.0


@dataclass
class Load:
    """Memory and rate, sampled while the session goes on."""

    resident_mb: list[float] = field(default_factory=list)
    rate_hz: list[float] = field(default_factory=list)


def run(console: Console, *, seconds: float = SECONDS) -> dict[str, Any]:
    """Play for ``seconds``, print what came out, and give the numbers."""
    found = measured(seconds, DEFAULT_ENGINE)
    _print(console, found)
    return found


def measured(seconds: float, engine: str) -> dict[str, Any]:
    """Play for ``seconds`` with an engine, and give the numbers."""
    film = SAMPLES / "squat_good.mp4"  # 720x1280 at 30 a second, three repetitions
    events: list[LiveEvent] = []
    load = Load()
    cpu_s, begin_s = time.process_time(), time.monotonic()
    opened = open_engine(engine, ensure_model(), threads=THREADS)
    with opened, Camera(str(film), again=True) as camera:
        session = Session(camera, opened, Request(), load_limits(), events.append)
        watcher = threading.Thread(target=_watch, args=(session, load, seconds), daemon=True)
        watcher.start()
        session.run(None)
        dropped = camera.dropped
    wall_s = time.monotonic() - begin_s
    late = np.array([one.fields["latency_s"] for one in events if one.kind == "rep"])
    return {
        "film": film.name,
        "seconds": wall_s,
        "analysed_hz": session.analysed / wall_s,
        "dropped": dropped,
        "reps": len(late),
        "late_p50_s": float(np.percentile(late, 50)) if late.size else None,
        "late_p95_s": float(np.percentile(late, 95)) if late.size else None,
        "late_p50_s_in_quarters": _in_quarters(late),
        "cores": (time.process_time() - cpu_s) / wall_s,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _UNIT_MB,
        "resident_mb": _in_quarters(load.resident_mb),
        "rate_hz": _in_quarters(load.rate_hz),
    }


_UNIT_MB = 2**20 if sys.platform == "darwin" else 2**10


def _watch(session: Session, load: Load, seconds: float) -> None:
    """Note memory and rate now and then, then end the session."""
    end_s = time.monotonic() + seconds
    while time.monotonic() < end_s:
        time.sleep(min(SAMPLE_EVERY_S, max(end_s - time.monotonic(), 0.01)))
        load.resident_mb.append(_resident_mb())
        load.rate_hz.append(session.rate_hz)
    session.stop()


def _resident_mb() -> float:
    """What the process holds now; its peak where the system doesn't tell."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * resource.getpagesize() / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _UNIT_MB


def _print(console: Console, found: dict[str, Any]) -> None:
    table = Table(title=f"Live, {found['film']} at its own pace", box=None, pad_edge=False)
    table.add_column("what")
    table.add_column("measured", justify="right")
    table.add_column("wanted", justify="right")
    late = found["late_p95_s"]
    rows = [
        ("analysed pictures a second", f"{found['analysed_hz']:.1f}", f"≥ {LEAST_HZ:g}"),
        ("pictures dropped", str(found["dropped"]), ""),
        ("repetitions told", str(found["reps"]), ""),
        ("verdict after the last picture, p50", _ms(found["late_p50_s"]), ""),
        ("verdict after the last picture, p95", _ms(late), f"≤ {MOST_LATE_S * 1000:.0f} ms"),
        ("processor cores used", f"{found['cores']:.2f}", ""),
        (
            "in each quarter: p50",
            _each(1000 * one for one in found["late_p50_s_in_quarters"]),
            "ms",
        ),
        ("memory", _each(found["resident_mb"]), "MB"),
        ("pictures a second", _each(found["rate_hz"]), ""),
    ]
    for row in rows:
        table.add_row(*row)
    console.print(table)


def _in_quarters(samples: Sequence[float] | FloatArray) -> list[float]:
    """The median of each quarter of the time."""
    parts = np.array_split(np.asarray(samples), 4)
    return [float(np.median(part)) for part in parts if part.size]


def _each(values: Iterable[float]) -> str:
    return ", ".join(f"{value:.0f}" for value in values)


def _ms(seconds: float | None) -> str:
    return "none" if seconds is None else f"{seconds * 1000:.0f} ms"

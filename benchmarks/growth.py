"""How the cost from signals to verdicts grows with a film's length: it should keep step."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from formcheck import reps
from formcheck.cues import judge, load_limits
from formcheck.reps.bar_speed import bar_speeds
from formcheck.signals import compute_signals
from tests.joined import joined
from tests.skeleton import skeleton

MINUTES = (1.25, 2.5, 5.0, 10.0, 20.0)
MOST_S = 5.0
"""Of processor time, for the longest."""

SETS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("deadlift", {}),
    ("deadlift", {"plate_m": 0.45}),
    ("back_squat", {"yaw_deg": 80.0}),
    ("kettlebell_swing", {}),
)
"""What is filmed: from the side, behind a plate, from the front, swung."""


def run(console: Console) -> list[dict[str, Any]]:
    """Measure processor time for films of several lengths, print a table, give the numbers."""
    table = Table(title="Signals to verdicts, CPU s", box=None, pad_edge=False)
    for column in ("set", *(f"{minutes:g} min" for minutes in MINUTES), "last / before"):
        table.add_column(column)
    found = []
    for lift, dials in SETS:
        name = " ".join([lift, *(f"{key} {value:g}" for key, value in dials.items())])
        with console.status(f"Judging {name}"):
            cpu_s = [cpu_s_of(lift, dials, minutes) for minutes in MINUTES]
        colour = "green" if cpu_s[-1] <= MOST_S else "red"
        ratio = cpu_s[-1] / cpu_s[-2]
        cells = [f"{one:.2f}" for one in cpu_s[:-1]]
        table.add_row(name, *cells, f"[{colour}]{cpu_s[-1]:.2f}[/]", f"{ratio:.1f}")
        found.append({"set": name, "minutes": MINUTES, "cpu_seconds": cpu_s})
    console.print(table)
    return found


def cpu_s_of(lift: str, dials: dict[str, Any], minutes: float) -> float:
    """Processor time for one film of one lifter, who lifts all the time."""
    rng, count = np.random.default_rng(1), 40
    tempo = [(1.0 + 0.1 * rng.random(), 0.3, 0.9 + 0.1 * rng.random()) for _ in range(count)]
    part = skeleton(lift, reps=count, tempo=tempo, noise_px=2.0, **dials).track
    whole = joined(*[part] * max(round(60.0 * minutes / float(part.time_s[-1])), 1))
    start_s = time.process_time()
    for track in reps.find_sets(whole):
        measured = reps.cut_set(compute_signals(track))
        judge(measured, load_limits())
        bar_speeds(measured.signals, measured.reps)
    return time.process_time() - start_s

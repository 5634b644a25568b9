"""Peak memory of a long film beside that of a short one."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.films import FULL_HD_30_HZ, films, repeated

SECONDS = 300.0
SHORT_S = 30.0
MOST = 1.10
POLITE = 10

_UNIT_MB = 2**20 if sys.platform == "darwin" else 2**10
"""What ru_maxrss counts in, per megabyte."""


def run(console: Console, *, seconds: float = SECONDS) -> dict[str, Any]:
    """Analyse both films with all results, print their peaks, and give the numbers."""
    lengths = (SHORT_S, seconds)
    with tempfile.TemporaryDirectory(prefix="formcheck-memory-") as name:
        folder = Path(name)
        (source,) = films(FULL_HD_30_HZ)
        peaks_mb = []
        for length_s in lengths:
            film = repeated(source, length_s, folder / f"{length_s:g}s.mp4")
            with console.status(f"Analysing {length_s:g} s of {source.name}"):
                peaks_mb.append(peak_mb(film, folder / "out"))
    ratio = peaks_mb[1] / peaks_mb[0]
    table = Table(title=f"Peak memory, {source.name} repeated", box=None, pad_edge=False)
    for column in ("film", "peak MB", f"ratio (≤ {MOST:g})"):
        table.add_column(column)
    table.add_row(f"{lengths[0]:g} s", f"{peaks_mb[0]:.0f}", "")
    colour = "green" if ratio <= MOST else "red"
    table.add_row(f"{lengths[1]:g} s", f"{peaks_mb[1]:.0f}", f"[{colour}]{ratio:.2f}[/]")
    console.print(table)
    return {"seconds": list(lengths), "peak_mb": peaks_mb, "ratio": ratio}


def peak_mb(film: Path, out: Path) -> float:
    """Peak resident memory of ``formcheck analyze`` in a process of its own."""
    command = [sys.executable, "-m", "formcheck.cli", "analyze", str(film), "--no-cache"]
    command += ["--out", str(out)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as child:
        os.setpriority(os.PRIO_PROCESS, child.pid, POLITE)
        assert child.stderr is not None
        said = child.stderr.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"formcheck analyze {film.name} failed: {said.decode()[-500:]}")
    return usage.ru_maxrss / _UNIT_MB

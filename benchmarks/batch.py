"""The labelled clips in one batch, against the same clips one after another.

Both write data, report and poses for each clip. One after another is what a coach has
without the batch: ``formcheck analyze`` for each film. The same work in one process that
has loaded everything before the clock starts is given beside it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.manifest import Clip, read_manifest, real_data
from formcheck.batch.job import Job, Options, job_id
from formcheck.batch.pool import usual_workers
from formcheck.batch.work import do

MOST_SHARE = 0.6
MOST_SECOND_S = 3.0
MOST_RESCORE_SHARE = 1 / 30


@dataclass(frozen=True)
class Ran:
    """One call of ``formcheck batch``: its wall time, exit code and events."""

    wall_s: float
    code: int
    events: list[dict[str, Any]]

    @property
    def sets(self) -> list[dict[str, Any]]:
        """What came of each set."""
        return [one for one in self.events if one["event"] == "set"]


def run(console: Console, *, workers: int | None = None) -> dict[str, Any] | None:
    """Measure, print and give the numbers; None when the clips aren't here."""
    folder = real_data()
    if folder is None:
        console.print("batch: skipped, the labelled clips aren't on this machine.")
        return None
    clips = list(read_manifest(folder).values())
    with tempfile.TemporaryDirectory(prefix="formcheck-batch-") as name:
        out = Path(name)
        console.print(f"batch: {len(clips)} clips in one run ...")
        films = [clip.path for clip in clips]
        extra = () if workers is None else ("--workers", str(workers))
        first = ran(films, out, *extra)
        second = ran(films, out, *extra)
        again = ran((), out, "--rescore", *extra)
        console.print("batch: the same clips one after another ...")
        alone_s = _one_after_another(films, out / "alone")
        console.print("batch: and in one process ...")
        loaded_s = in_one_process(films, out / "loaded")
    found = _numbers(clips, first, second, again, alone_s)
    found |= {"loaded_s": loaded_s, "workers": workers or usual_workers()}
    _print(console, found)
    return found


def ran(films: Sequence[Path], out: Path, *options: str) -> Ran:
    command = [sys.executable, "-m", "formcheck", "batch", *map(str, films)]
    command += ["--out", str(out / "out"), "--json", "--no-cache", *options]
    begin_s = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    wall_s = time.monotonic() - begin_s
    return Ran(wall_s, done.returncode, [json.loads(line) for line in done.stdout.splitlines()])


def _one_after_another(films: Sequence[Path], folder: Path) -> float:
    """Call ``formcheck analyze`` for each film in turn; gives the seconds."""
    begin_s = time.monotonic()
    for at, film in enumerate(films):
        command = [sys.executable, "-m", "formcheck", "analyze", str(film), "--quiet", "--no-cache"]
        command += ["--no-video", "--out", str(folder / str(at))]
        subprocess.run(command, capture_output=True, check=False)
    return time.monotonic() - begin_s


def in_one_process(films: Sequence[Path], folder: Path) -> float:
    """Do each film's work in this process, in turn; gives the seconds."""
    begin_s = time.monotonic()
    for film in films:
        name = job_id("", str(film))
        details = {"client": "", "file": film.name, "content": "", "folder": ""}
        do(
            Job(name, str(film), Options(cached=False), details=details),
            folder / name,
            lambda _: None,
        )
    return time.monotonic() - begin_s


def _numbers(
    clips: Sequence[Clip], first: Ran, second: Ran, again: Ran, alone_s: float
) -> dict[str, Any]:
    states = {one["file"]: one for one in first.sets}
    negatives = [clip.name for clip in clips if clip.is_negative]
    return {
        "clips": len(clips),
        "listed": len(states),
        "failed": [name for name, one in states.items() if one["state"] == "failed"],
        "negatives": len(negatives),
        "negatives_found": [
            name for name in negatives if states.get(name, {}).get("state") != "not_a_lift"
        ],
        "not_a_lift": [
            clip.name
            for clip in clips
            if not clip.is_negative and states.get(clip.name, {}).get("state") == "not_a_lift"
        ],
        "first_s": first.wall_s,
        "alone_s": alone_s,
        "second_s": second.wall_s,
        "second_sets": len(second.sets),
        "rescore_s": again.wall_s,
        "rescored": len(again.sets),
        "exit_codes": [first.code, second.code, again.code],
    }


def _print(console: Console, found: dict[str, Any]) -> None:
    table = Table(title=f"A batch with {found['workers']} workers", box=None, pad_edge=False)
    table.add_column("what")
    table.add_column("measured", justify="right")
    table.add_column("wanted", justify="right")
    share = found["first_s"] / found["alone_s"]
    rescore = found["rescore_s"] / found["first_s"]
    rows = [
        ("clips listed", f"{found['listed']} of {found['clips']}", "all"),
        ("failed", ", ".join(found["failed"]) or "none", "none"),
        ("negatives judged as lifts", ", ".join(found["negatives_found"]) or "none", "none"),
        ("others called no lift", ", ".join(found["not_a_lift"]) or "none", ""),
        ("one after another", f"{found['alone_s']:.0f} s", ""),
        ("one run", f"{found['first_s']:.0f} s, {share:.2f}×", f"≤ {MOST_SHARE:g}×"),
        ("in one process", f"{found['loaded_s']:.0f} s", ""),
        (
            "second run",
            f"{found['second_s']:.1f} s, {found['second_sets']} sets",
            f"≤ {MOST_SECOND_S:g} s, 0",
        ),
        (
            "--rescore",
            f"{found['rescore_s']:.1f} s, 1/{1 / rescore:.0f}",
            f"≤ 1/{1 / MOST_RESCORE_SHARE:.0f}",
        ),
    ]
    for row in rows:
        table.add_row(*row)
    console.print(table)


if __name__ == "__main__":
    run(Console(), workers=int(sys.argv[1]) if len(sys.argv) > 1 else None)

"""The page ``docs/performance.md``."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.performance.ways import BARE, REPORT, VIDEO, Timed

if TYPE_CHECKING:
    from benchmarks.performance.run import Found

WANTED = {"every": (0.40, 0.65), "auto": (0.25, 0.45), REPORT: (0.02, None), VIDEO: (0.12, None)}
"""By the clock and in processor time, as times the bare loop, of a film of 30 pictures a
second; of one of 60, which the loop takes twice as long for, half of that (our choice)."""

MOST_JUDGE_S, MOST_MB = 5.0, 600.0
MOST_SHARE, MOST_RESCORE = 0.55, 1 / 40
LEAST_LIVE_HZ, MOST_CORES, MOST_LATE_S, LEAST_ONE_CORE_HZ = 29.5, 0.6, 0.15, 20.0


def page(found: Found) -> str:
    """Write the page."""
    parts = [_head(found), _films(found.films), _long(found), _folder(found), _live(found)]
    return "\n\n".join(parts) + "\n"


def _head(found: Found) -> str:
    before, after = found.load
    return f"""\
# What it costs

No number on this page is typed by hand; it is written by `{found.command}`,
which `make bench` calls and which took {found.took_s / 60:.0f} minutes.

Measured on {found.date.day} {found.date:%B %Y} with formcheck {found.version}, on
{os.cpu_count()} cores ({_processor()}, {platform.system()}, Python {platform.python_version()}).
Load of the machine: {before:.1f} before, {after:.1f} after; this run by itself makes 1 to 2.
With more than that the figures by the clock say little, and those of the processor are too
high by what others took from its caches."""


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def _films(films: Sequence[Timed]) -> str:
    rows = []
    for one in films:
        named = f"{one.width} × {one.height}, {one.rate_hz:.0f} Hz"
        for way in one.spent:
            ratios = [*astuple(one.times_bare(way)), *astuple(one.times_film(way))]
            rows.append((named, way, *map(_times, ratios), _wanted(one, way)))
            named = ""
    columns = ("film", "way", "clock × loop", "CPU × loop", "clock × film", "CPU × film", "wanted")
    return f"""\
## Beside what one would write instead

The bare loop decodes with OpenCV and calls MediaPipe's PoseLandmarker, masks asked for, on
every picture: no lifter is chosen, nothing judged. Ours give all that `analysis.json` holds;
report and annotated video come on top. Each way went through the same film in turn, in one
process, with all libraries loaded; medians of {_turns(films)} turns, {_seconds(films)} of each
film. A film so short is searched for people more often than a long one.

{_table(columns, rows)}"""


def _turns(films: Sequence[Timed]) -> int:
    return len(films[0].spent[BARE]) if films else 0


def _seconds(films: Sequence[Timed]) -> str:
    return f"{max((one.length_s for one in films), default=0.0):.0f} s"


def _wanted(film: Timed, way: str) -> str:
    kind = way.rpartition(", ")[2]
    if kind not in WANTED:
        return ""
    half = 2 if film.rate_hz > 45 and kind in ("every", "auto") else 1
    wall, cpu = WANTED[kind]
    said = f"≤ {wall / half:.2f} clock"
    return said if cpu is None else f"{said}, ≤ {cpu / half:.2f} CPU"


def _times(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio >= 0.1 else f"{ratio:.3f}"


def _long(found: Found) -> str:
    judged = [
        (what, f"{cpu_s:.1f} s", f"≤ {MOST_JUDGE_S:g} s")
        for what, cpu_s in found.judge_cpu_s.items()
    ]
    peaks = ", ".join(f"{mb:.0f} MB for {s:g} s" for s, mb in sorted(found.memory_mb.items()))
    return f"""\
## A film of 20 minutes

From the joints' positions to the verdicts, processor time; the lifter lifts all the time:

{_table(("set", "measured", "wanted"), judged)}

Peak of memory of a film of 1080 × 1920, with report and annotated video: {peaks}.
20 minutes (wanted: ≤ {MOST_MB:.0f} MB) take as long to measure:
`python -m benchmarks memory --seconds 1200`."""


def _folder(found: Found) -> str:
    alone, once, again = (found.folder_s[one] for one in ("in one process", "batch", "rescore"))
    rows = [
        ("one after another in one process", f"{alone:.1f} s", ""),
        (
            "`formcheck batch`, two workers",
            f"{once:.1f} s, {once / alone:.2f} ×",
            f"≤ {MOST_SHARE}",
        ),
        ("`--rescore`", f"{again:.1f} s, 1/{once / again:.0f}", f"≤ 1/{1 / MOST_RESCORE:.0f}"),
    ]
    return f"""\
## A folder of {found.folder_s["films"]:.0f} films

The sample videos, ten seconds each, nothing kept of them before; the start of the program is
in the batch's figures and not in the first.

{_table(("way", "measured", "wanted"), rows)}"""


def _live(found: Found) -> str:
    rows = []
    for engine, one in found.live.items():
        late_s = one["late_p95_s"]
        rows += [
            (engine, "pictures a second", f"{one['analysed_hz']:.1f}", f"≥ {LEAST_LIVE_HZ:g}"),
            ("", "cores in use", f"{one['cores']:.2f}", f"≤ {MOST_CORES:g}"),
            (
                "",
                "verdict after the last picture, p95",
                "none" if late_s is None else f"{1000 * late_s:.0f} ms",
                f"≤ {1000 * MOST_LATE_S:.0f} ms",
            ),
            (
                "",
                "pictures a second on one core, reckoned",
                f"{one['one_core_hz']:.1f}",
                f"≥ {LEAST_ONE_CORE_HZ:g}",
            ),
        ]
    return f"""\
## Live

A sample video, 720 × 1280 at 30 a second, played at its own pace in place of a camera.

{_table(("engine", "what", "measured", "wanted"), rows)}"""


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)

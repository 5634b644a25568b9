"""The accuracy part of ``python -m benchmarks``: draw, watch, compare, write."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.accuracy.checks import Check, checks
from benchmarks.accuracy.clinical import audited
from benchmarks.accuracy.figures import draw_figures
from benchmarks.accuracy.films import draw, film_path, is_drawn
from benchmarks.accuracy.measure import ClipResult, measure_clip
from benchmarks.accuracy.page import Run, page
from benchmarks.accuracy.page_clinical import clinical_table
from benchmarks.accuracy.page_parts import Earlier, key_figures
from benchmarks.accuracy.specs import Clip, large_set, small_set
from benchmarks.pose_cache import USUAL_EYE, Eye, poses_of
from formcheck.files import whole


@dataclass(frozen=True)
class Wanted:
    """What to run.

    large      the large set instead of the small one
    first      only so many clips of it, or None for all
    fresh      draw and watch anew, whatever is kept
    kept_only  only clips that are drawn already, by whichever renderer
    out        folder of the page; its pictures go into ``images``
    before     numbers of an earlier run (what ``--json`` wrote), to stand beside these
    eye        what watches them
    """

    large: bool = False
    first: int | None = None
    fresh: bool = False
    kept_only: bool = False
    out: Path = Path("docs")
    before: Path | None = None
    eye: Eye = USUAL_EYE


def run(console: Console, wanted: Wanted) -> dict[str, Any]:
    """Measure, print the targets and write ``accuracy.md``."""
    every = large_set() if wanted.large else small_set()
    clips = every[: wanted.first]
    if wanted.kept_only:
        clips = [clip for clip in clips if is_drawn(clip, any_renderer=True)]
    results = measure_all(clips, console, wanted)
    found = checks(results)
    console.print(_check_table(found))
    rows = audited(results)
    console.print(clinical_table(rows))
    images = wanted.out / "images"
    said = Run(
        command=_command(wanted),
        set_name="large" if wanted.large else "small",
        wanted=len(every),
        date=dt.datetime.now(tz=dt.UTC).date(),
        figures=draw_figures(results, images),
        any_renderer=wanted.kept_only,
        eye=str(wanted.eye),
        earlier=None if wanted.before is None else earlier(wanted.before),
    )
    path = wanted.out / "accuracy.md"
    with whole(path) as unfinished:
        unfinished.write_text(page(said, results, found, rows), encoding="utf-8")
    console.print(f"The page: {path}")
    return {
        "date": said.date.isoformat(),
        "checks": [asdict(one) for one in found],
        "clips": [one.clip.name for one in results],
        "figures": key_figures(results),
        "eye": said.eye,
        "audited": {
            quantity: {view: asdict(row) for view, row in views.items()}
            for quantity, views in rows.items()
        },
    }


def earlier(path: Path) -> Earlier:
    """Read what an earlier run wrote with ``--json``; the file's name is what it is called."""
    kept = json.loads(path.read_text(encoding="utf-8"))["accuracy"]
    name = f"{path.stem}, {dt.date.fromisoformat(kept['date']):%d %B %Y}"
    if "eye" in kept:
        name += f", watched by {kept['eye']}"
    return Earlier(name, len(kept["clips"]), kept["figures"])


def measure_all(clips: list[Clip], console: Console, wanted: Wanted) -> list[ClipResult]:
    """Draw, watch and compare the clips."""
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("Drawing the clips", total=len(clips))
        draw(
            clips,
            fresh=wanted.fresh,
            any_renderer=wanted.kept_only,
            tell=lambda _: progress.advance(task),
        )
        task = progress.add_task("Watching the clips", total=len(clips))
        films = [film_path(clip) for clip in clips]
        kept = poses_of(
            films, eye=wanted.eye, fresh=wanted.fresh, tell=lambda *_: progress.advance(task)
        )
    return [measure_clip(clip, kept[film_path(clip)]) for clip in clips]


def _command(wanted: Wanted) -> str:
    parts = ["python -m benchmarks accuracy"]
    parts += ["--large"] if wanted.large else []
    parts += [f"--first {wanted.first}"] if wanted.first else []
    parts += ["--kept-only"] if wanted.kept_only else []
    parts += wanted.eye.options()
    parts += ["--before FILE"] if wanted.before is not None else []
    return " ".join(parts)


def _check_table(found: list[Check]) -> Table:
    table = Table(title="Against the targets", box=None, pad_edge=False)
    for column in ("", "what", "reached", "wanted"):
        table.add_column(column, overflow="fold")
    for one in found:
        mark = "[green]ok[/]" if one.is_met else "[red]no[/]"
        table.add_row(mark, one.what, one.reached, one.wanted)
    return table

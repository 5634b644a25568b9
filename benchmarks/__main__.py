"""Run the benchmarks: ``python -m benchmarks [clips] [accuracy] ...``, or several of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from benchmarks import (
    batch,
    clips,
    desk,
    desk_uploads,
    growth,
    live,
    live_match,
    live_slow,
    memory,
    rounding,
    squat_scores,
)
from benchmarks.accuracy import run as accuracy
from benchmarks.camera_place import run as camera_place
from benchmarks.errors import run as errors
from benchmarks.lines import run as lines
from benchmarks.lumbar import run as lumbar
from benchmarks.naming import run as naming
from benchmarks.performance import run as performance
from benchmarks.pose_cache import Eye
from benchmarks.repeat import run as repeats
from benchmarks.repeat.changes import EVERY_CHANGE, SHORTCUTS
from benchmarks.strangers import run as strangers
from formcheck.errors import BadRequest
from formcheck.poses.engines import DEFAULT_ENGINE, PACKAGES
from formcheck.poses.sampling import DEFAULT_SAMPLING, sampling_of

PARTS = (
    "clips",
    "squat_faults",
    "rounding",
    "performance",
    "growth",
    "memory",
    "accuracy",
    "lumbar",
    "live",
    "live_match",
    "batch",
    "desk",
    "desk_uploads",
    "lines",
    "naming",
    "repeat",
    "strangers",
    "errors",
    "camera_place",
)
USUAL = ("clips", "performance")  # the others take long
ALL_SHORTCUTS = "shortcuts"
DOCS = Path("docs")
WIDTH = 190  # of a table that is piped somewhere


def _changes(_context: click.Context, _option: click.Parameter, text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if names == (ALL_SHORTCUTS,):
        return tuple(SHORTCUTS)
    for name in names:
        if name not in EVERY_CHANGE:
            known = ", ".join([*EVERY_CHANGE, ALL_SHORTCUTS])
            raise click.BadParameter(f"{name!r} is none of {known}.")
    return names


def _shares(_context: click.Context, _option: click.Parameter, text: str) -> tuple[float, ...]:
    try:
        shares = tuple(float(one) for one in text.split(",") if one.strip())
    except ValueError as problem:
        raise click.BadParameter("Numbers of cores, such as 1,0.5.") from problem
    if not all(0 < one <= 64 for one in shares):
        raise click.BadParameter("More than 0, and 64 at most.")
    return shares


def _sampling(_context: click.Context, _option: click.Parameter, text: str) -> str:
    try:
        sampling_of(text)
    except BadRequest as problem:
        raise click.BadParameter(str(problem)) from problem
    return text


def _strangers(console: Console, asked: strangers.Wanted) -> dict[str, Any] | None:
    """A page that goes to its usual place has a table and a sentence elsewhere."""
    if asked.out == DOCS:
        asked = replace(asked, trust=DOCS / "trust.md", readme=Path("README.md"))
    return strangers.run(console, asked)


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice(PARTS))
@click.option("--fresh", is_flag=True, help="Draw and watch clips anew, whatever is kept.")
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="Write all numbers.")
@click.option(
    "--seconds",
    type=float,
    help=f"Length of the films that performance ({performance.SECONDS:g}), "
    f"memory ({memory.SECONDS:g}) or live ({live.SECONDS:g}) takes; repeat: only films that "
    "are no longer.",
)
@click.option(
    "--repeat", type=click.IntRange(min=1), default=3, show_default=True, help="performance: turns."
)
@click.option("--large/--small", help="accuracy: the large set, or the small one.")
@click.option("--first", type=click.IntRange(min=1), help="accuracy: only the set's first clips.")
@click.option(
    "--kept-only", is_flag=True, help="accuracy, camera_place: only clips that are drawn already."
)
@click.option(
    "--before",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="accuracy: an earlier run's --json file, to stand beside this one's numbers.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=DOCS,
    show_default=True,
    help="accuracy, naming, performance, repeat, strangers, camera_place: folder of the page.",
)
@click.option(
    "--answers",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="strangers: a folder of analyses that were kept, in place of judging.",
)
@click.option(
    "--poses",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="strangers, errors: a folder of poses that were saved, in place of watching.",
)
@click.option(
    "--left-out",
    is_flag=True,
    help="strangers: also judge by what is learned without a film's source.",
)
@click.option("--films", type=click.IntRange(min=1), help="repeat: how many, drawn by --seed.")
@click.option("--seed", type=int, default=0, show_default=True, help="repeat.")
@click.option(
    "--changes",
    default="",
    callback=_changes,
    metavar="NAME,NAME",
    help=f"repeat: only these of {', '.join(EVERY_CHANGE)}; or {ALL_SHORTCUTS}: "
    f"{', '.join(SHORTCUTS)}, with a page of their own.",
)
@click.option(
    "--cores",
    default="",
    callback=_shares,
    metavar="1,0.5",
    help="live: on processors of so many cores, in place of this one.",
)
@click.option(
    "--engine",
    type=click.Choice(tuple(PACKAGES)),
    default=DEFAULT_ENGINE,
    show_default=True,
    help="accuracy, clips: what runs the pose model.",
)
@click.option(
    "--sampling",
    default=DEFAULT_SAMPLING,
    show_default=True,
    callback=_sampling,
    metavar="auto|every|HZ",
    help="accuracy, clips: which pictures it looks at.",
)
@click.option("--check", is_flag=True, help="lines: say whether the file is what is read.")
def main(
    parts: tuple[str, ...],
    fresh: bool,
    json_path: Path | None,
    seconds: float | None,
    repeat: int,
    large: bool,
    first: int | None,
    kept_only: bool,
    before: Path | None,
    out: Path,
    films: int | None,
    seed: int,
    changes: tuple[str, ...],
    check: bool,
    cores: tuple[float, ...],
    answers: Path | None,
    poses: Path | None,
    left_out: bool,
    engine: str,
    sampling: str,
) -> None:
    """Measure accuracy on labelled clips, and performance (default: these two).

    "performance" says what all costs beside what a user would write instead, and writes
    docs/performance.md. "growth" times what follows the poses, for films of up to 20 minutes.
    "desk" asks a desk with 10,000 sets for its pages.
    "squat_faults" ranks labelled squats by our cues' values, "rounding" labelled backs
    by theirs. "accuracy" compares with rendered lifters whose every angle is known, and
    writes docs/accuracy.md; it needs the extra [synth]. So does "lumbar", which
    learns the lower back's flexion and writes formcheck/signals/lumbar.toml. "lines" reads
    both sides of the lines in formcheck/signals/lines.toml anew and writes it. "naming"
    learns which lift it is and writes formcheck/reps/naming.toml and docs/naming.md. "repeat"
    judges real films again after changes that nobody sees, and writes docs/repeat.md.
    "strangers" says by source how right we are on labelled films, and writes docs/strangers.md.
    "errors" draws those that went wrong on one page, build/errors.html. "camera_place" films
    rendered lifters from many places, and writes docs/camera_place.md; it needs [synth] too.
    "desk_uploads" sends twenty films of 100 MB to the desk at once.
    """
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH)
    eye = Eye(engine, sampling)
    ways: dict[str, Callable[[], Any]] = {
        "clips": lambda: clips.run(console, eye=eye, fresh=fresh),
        "squat_faults": lambda: squat_scores.run(console),
        "rounding": lambda: rounding.run(console, fresh=fresh),
        "performance": lambda: performance.run(
            console, seconds=seconds or performance.SECONDS, turns=repeat, out=out
        ),
        "desk": lambda: desk.run(console),
        "growth": lambda: growth.run(console),
        "memory": lambda: memory.run(console, seconds=seconds or memory.SECONDS),
        "accuracy": lambda: accuracy.run(
            console, accuracy.Wanted(large, first, fresh, kept_only, out, before, eye)
        ),
        "lumbar": lambda: lumbar.run(console, fresh=fresh),
        "live": lambda: (
            live_slow.run(console, cores)
            if cores
            else live.run(console, seconds=seconds or live.SECONDS)
        ),
        "live_match": lambda: live_match.run(console),
        "batch": lambda: batch.run(console),
        "desk_uploads": lambda: desk_uploads.run(console),
        "lines": lambda: lines.run(console, check=check),
        "naming": lambda: naming.run(console, pages=out),
        "repeat": lambda: repeats.run(
            console, repeats.Wanted(films, changes, seed, seconds, fresh, out)
        ),
        "strangers": lambda: _strangers(
            console, strangers.Wanted(answers, poses, fresh, left_out, out)
        ),
        "errors": lambda: errors.run(console, errors.Asked(poses, fresh)),
        "camera_place": lambda: camera_place.run(console, kept_only=kept_only, out=out),
    }
    wanted = parts or USUAL
    found = {part: ways[part]() for part in PARTS if part in wanted}
    if json_path is not None:
        json_path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()

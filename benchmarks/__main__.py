"""Run the benchmarks: ``python -m benchmarks [clips] [accuracy] ...``, or several of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from benchmarks import batch, clips, cost, live, live_match, memory, squat_scores
from benchmarks.accuracy import run as accuracy
from benchmarks.lines import run as lines
from benchmarks.lumbar import run as lumbar

PARTS = (
    "clips",
    "squat_faults",
    "cost",
    "memory",
    "accuracy",
    "lumbar",
    "live",
    "live_match",
    "batch",
    "lines",
)
USUAL = ("clips", "cost", "memory")  # the others draw their clips first, which takes long
WIDTH = 190  # of a table that is piped somewhere


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice(PARTS))
@click.option("--fresh", is_flag=True, help="Draw and watch clips anew, whatever is kept.")
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="Write all numbers.")
@click.option(
    "--seconds",
    type=float,
    help=f"Length of the film that cost ({cost.SECONDS:g}), memory ({memory.SECONDS:g}) "
    f"or live ({live.SECONDS:g}) takes.",
)
@click.option("--repeat", type=click.IntRange(min=1), default=3, show_default=True, help="cost.")
@click.option("--large/--small", help="accuracy: the large set, or the small one.")
@click.option("--first", type=click.IntRange(min=1), help="accuracy: only the set's first clips.")
@click.option("--kept-only", is_flag=True, help="accuracy: only clips that are drawn already.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("docs"),
    show_default=True,
    help="accuracy: folder of the page.",
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
    out: Path,
    check: bool,
) -> None:
    """Measure accuracy on labelled clips, cost and peak memory (default: these three).

    "squat_faults" ranks labelled squats by our cues' values. "accuracy" compares
    with rendered lifters whose every angle is known, and
    writes docs/accuracy.md; it needs the extra [synth]. So does "lumbar", which
    learns the lower back's flexion and writes formcheck/signals/lumbar.toml. "lines" reads
    both sides of the lines in formcheck/signals/lines.toml anew and writes it.
    """
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH)
    wanted = parts or USUAL
    found: dict[str, Any] = {}
    if "clips" in wanted:
        found["clips"] = clips.run(console, fresh=fresh)
    if "squat_faults" in wanted:
        found["squat_faults"] = squat_scores.run(console)
    if "cost" in wanted:
        found["cost"] = cost.run(console, seconds=seconds or cost.SECONDS, repeat=repeat)
    if "memory" in wanted:
        found["memory"] = memory.run(console, seconds=seconds or memory.SECONDS)
    if "accuracy" in wanted:
        asked = accuracy.Wanted(large, first, fresh, kept_only, out)
        found["accuracy"] = accuracy.run(console, asked)
    if "live" in wanted:
        found["live"] = live.run(console, seconds=seconds or live.SECONDS)
    if "live_match" in wanted:
        found["live_match"] = live_match.run(console)
    if "batch" in wanted:
        found["batch"] = batch.run(console)
    if "lumbar" in wanted:
        found["lumbar"] = lumbar.run(console, fresh=fresh)
    if "lines" in wanted:
        found["lines"] = lines.run(console, check=check)
    if json_path is not None:
        json_path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()

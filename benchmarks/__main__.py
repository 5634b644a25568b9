"""Run the benchmarks: ``python -m benchmarks [clips] [cost] [memory]``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from benchmarks import clips, cost, memory

PARTS = ("clips", "cost", "memory")
WIDTH = 190  # of a table that is piped somewhere


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice(PARTS))
@click.option("--fresh", is_flag=True, help="clips: watch them anew, whatever is kept.")
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="Write all numbers.")
@click.option(
    "--seconds",
    type=float,
    help=f"Length of the film that cost ({cost.SECONDS:g}) or memory ({memory.SECONDS:g}) uses.",
)
@click.option("--repeat", type=click.IntRange(min=1), default=3, show_default=True, help="cost.")
def main(
    parts: tuple[str, ...], fresh: bool, json_path: Path | None, seconds: float | None, repeat: int
) -> None:
    """Measure accuracy on the labelled clips, cost and peak memory (default: all)."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH)
    wanted = parts or PARTS
    found: dict[str, Any] = {}
    if "clips" in wanted:
        found["clips"] = clips.run(console, fresh=fresh)
    if "cost" in wanted:
        found["cost"] = cost.run(console, seconds=seconds or cost.SECONDS, repeat=repeat)
    if "memory" in wanted:
        found["memory"] = memory.run(console, seconds=seconds or memory.SECONDS)
    if json_path is not None:
        json_path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()

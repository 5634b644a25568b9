"""``formcheck compare``: a left and a right set of a one-sided lift, side by side."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from formcheck.commands.outlets import print_json
from formcheck.commands.terminal import terminal
from formcheck.cues.judging.limits import load_limits
from formcheck.cues.judging.sides import Row
from formcheck.cues.side_to_side import Comparison, side_to_side
from formcheck.reconsider import read_kept
from formcheck.report.record import plain
from formcheck.report.wording import WORDS

DIGITS = {"s": 1}
WIDTH = 80


@click.command()
@click.argument("left", type=click.Path(path_type=Path))
@click.argument("right", type=click.Path(path_type=Path))
@click.option("--limits", type=click.Path(path_type=Path), help="Your own limits file.")
@click.option("--json", "as_json", is_flag=True, help="Print the comparison as JSON.")
def compare(left: Path, right: Path, limits: Path | None, as_json: bool) -> None:
    """Compare two sets of a one-sided lift: the LEFT leg's with the RIGHT one's.

    Both are an analysis.json or its folder, of split squats, lunges or single-leg
    deadlifts, filmed from the same angle. Which leg worked is for you to say, by the
    order.
    """
    found = side_to_side(read_kept(left).said, read_kept(right).said, load_limits(limits))
    if as_json:
        print_json(_as_dict(found))
        return
    console = terminal()
    finding = found.finding
    console.print(f"{WORDS[finding.verdict]}: {finding.reason}", soft_wrap=True)
    if finding.advice:
        console.print(finding.advice, soft_wrap=True)
    if found.rows:
        console.print(_table(found.rows))


def _table(rows: tuple[Row, ...]) -> Table:
    """A row a quantity: both sides, the scatter within a side, the difference."""
    table = Table(box=None, pad_edge=False, width=WIDTH, padding=(0, 2, 0, 0))
    table.add_column("")
    for heading in ("Left", "Right", "Scatter", "Difference"):
        table.add_column(heading, justify="right")
    for row in rows:
        unit = "°" if row.unit == "deg" else f" {row.unit}"
        digits = DIGITS.get(row.unit, 0)
        clear = "" if row.clear else " (within the scatter)"
        table.add_row(
            row.label,
            *(f"{value:.{digits}f}{unit}" for value in (row.left, row.right)),
            f"± {row.spread:.{digits}f}{unit}",
            f"{abs(row.percent):.0f} ± {row.sigma_percent:.0f} %{clear}",
        )
    return table


def _as_dict(found: Comparison) -> dict[str, Any]:
    """The comparison for programs; NaN is None."""
    rows = [dataclasses.asdict(row) for row in found.rows]
    return {"finding": plain(dataclasses.asdict(found.finding)), "rows": plain(rows)}

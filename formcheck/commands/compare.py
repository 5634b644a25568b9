"""``formcheck compare``: two sets of one lift, what changed beyond its uncertainty."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import click

from formcheck.commands.outlets import print_json
from formcheck.commands.terminal import progress_on, terminal
from formcheck.cues.judging.limits import load_limits
from formcheck.cues.side_to_side import side_to_side
from formcheck.errors import BadRequest
from formcheck.report.compare.form import to_dict
from formcheck.report.compare.sets import Comparison, compare_sets
from formcheck.report.compare.table import print_comparison
from formcheck.report.record import plain, printable
from formcheck.two_sets import Side, two_sets


@click.command()
@click.argument("a", type=click.Path(path_type=Path))
@click.argument("b", type=click.Path(path_type=Path))
@click.option("--lift", metavar="NAME", help="What both are, where one was misread.")
@click.option(
    "--limits",
    type=click.Path(path_type=Path),
    help="Your own limits file, or standard. [default: those the sets were judged by]",
)
@click.option(
    "--set",
    "sets",
    type=click.IntRange(min=1),
    multiple=True,
    help="Of a source with several sets, compare this one; twice for A and for B.",
)
@click.option(
    "--names", nargs=2, metavar="A B", help='What to call them: --names "last week" today.'
)
@click.option(
    "--sides", is_flag=True, help="Of a one-sided lift: A is the left leg's set, B the right one's."
)
@click.option("--json", "as_json", is_flag=True, help="Print the comparison as JSON.")
def compare(
    a: Path,
    b: Path,
    lift: str | None,
    limits: Path | None,
    sets: tuple[int, ...],
    names: tuple[str, str] | None,
    sides: bool,
    as_json: bool,
) -> None:
    """Compare two sets of one lift: A and B, as before and after, or client and model."""

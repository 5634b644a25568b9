"""``formcheck agreement``: how often coach and formcheck agree, cue by cue."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import click
from rich.console import Console
from rich.table import Table

from formcheck.commands.history import database_option, history_at
from formcheck.commands.outlets import print_json
from formcheck.commands.terminal import terminal
from formcheck.errors import NothingToJudge
from formcheck.report.record import plain
from formcheck.report.wording import cue_title
from formcheck.serve.agreement import CEILING, Agreement, between_coaches, with_coaches
from formcheck.serve.labels import labels

WIDTH = 100


@click.command()
@database_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout.")
def agreement(database: str | None, as_json: bool) -> None:
    """Show how often coach and formcheck agree on a verdict, and coach and coach.

    Takes the decisions that coaches made at the desk (formcheck serve), the latest of each.
    κ is Cohen's: 1 always the same, 0 no more than by chance. What was decided with
    formcheck's verdict in sight leans towards it; blind ratings don't.
    """
    with history_at(database) as store:
        found = labels(store)
    parts = {
        "coach and formcheck": with_coaches(found),
        "coach and formcheck, rated blind": with_coaches(found, blind=True),
        "coach and coach, rated blind": between_coaches(found),
    }
    if as_json:
        said = {name: [dataclasses.asdict(one) for one in rows] for name, rows in parts.items()}
        print_json(plain({**said, "ceiling": CEILING}))
        return
    if not any(parts.values()):
        raise NothingToJudge(
            f"{database or '.'}: no coach has decided on a verdict yet. Accept or override some "
            "in a set's review: formcheck serve"
        )
    console = terminal()
    console.width = min(console.width, WIDTH) if console.is_terminal else WIDTH
    for name, rows in parts.items():
        if rows:
            _show(console, name, rows)
    console.print(CEILING)


def _show(console: Console, name: str, rows: Sequence[Agreement]) -> None:
    first, second = name.split(",", 1)[0].split(" and ")
    table = Table(title=name, title_justify="left", box=None, pad_edge=False, title_style="bold")
    table.add_column("cue")
    for head in ("verdicts", "sets", "same", "κ", "95 %", f"{first}'s faults found", "unsure"):
        table.add_column(head, justify="right")
    for one in rows:
        table.add_row(
            cue_title(one.cue, None) if one.cue else "all",
            str(one.pairs),
            str(one.sets),
            _share(one.same),
            _two(one.kappa),
            f"{_two(one.low)} to {_two(one.high)}" if math.isfinite(one.low) else "–",
            f"{one.faults[0]} of {one.faults[1]}" if one.faults[1] else "–",
            str(one.unsure),
        )
    console.print(table)
    console.print(f"unsure: {first} judged it, {second} couldn't.\n", style="dim")


def _share(value: float) -> str:
    return f"{100 * value:.0f} %" if math.isfinite(value) else "–"


def _two(value: float) -> str:
    return f"{value:.2f}" if math.isfinite(value) else "–"

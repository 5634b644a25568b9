"""``formcheck cues``: what is judged, with its numbers and sources, and what isn't seen."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from formcheck.commands.terminal import terminal
from formcheck.cues.judging import guidance, words
from formcheck.cues.judging.explain import SIGMA, Explanation, explain, grouped
from formcheck.cues.judging.limits import Limits, load_limits
from formcheck.errors import BadRequest
from formcheck.intake import did_you_mean

WIDTH = 80


UNSEEN = "unseen"
TITLE_WIDTH = 23


@click.command()
@click.argument("cue", required=False, metavar="[ID]")
@click.option("--limits", type=click.Path(path_type=Path), help="Show them with your own limits.")
def cues(cue: str | None, limits: Path | None) -> None:
    """List the cues, or explain one with its numbers and sources.

    "formcheck cues unseen" tells what no camera sees, and what helps.
    """
    table = load_limits(limits)
    console = terminal()
    if cue is None:
        _print_list(console, table)
    elif cue == UNSEEN:
        _print_unseen(console)
    elif cue not in table.cues:
        hint = did_you_mean(cue, [*table.cues, UNSEEN])
        raise BadRequest(f"no cue {cue!r}.{hint} Known: {', '.join(table.cues)}.")
    else:
        console.print(_explained(explain(cue, table)))
        console.print(f"\n{SIGMA}", width=WIDTH)


def _print_list(console: Console, limits: Limits) -> None:
    """The cues with their titles, two to a line: all on one screen of 24 lines."""
    width = max(map(len, limits.cues))
    for heading, cues_of in grouped(limits).items():
        table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 1, 0, 0))
        for style in ("", "dim") * 2:
            table.add_column(width=TITLE_WIDTH if style else width, no_wrap=True, style=style)
        half = -(-len(cues_of) // 2)
        named = [(one, words.title(one)) for one in cues_of] + [("", "")]
        for row in range(half):
            other = row + half if row + half < len(cues_of) else -1
            table.add_row(*named[row], *named[other])
        console.print(heading, style="bold")
        console.print(Padding(table, (0, 0, 0, 2), expand=False))
    console.print("\nWhat one asks, its limits and their sources: formcheck cues ID")
    console.print("What no camera sees, and what helps:         formcheck cues unseen")


def _print_unseen(console: Console) -> None:
    said = {one.title: f"{one.what} {one.advice}" for one in guidance.unseen()}
    table = Table(
        box=None, pad_edge=False, show_header=False, width=WIDTH - 2, padding=(0, 2, 0, 0)
    )
    table.add_column(width=max(map(len, said)))
    table.add_column(ratio=1)
    for name, text in said.items():
        table.add_row(name, text)
    console.print(guidance.UNSEEN_TITLE, style="bold")
    console.print(Padding(table, (0, 0, 1, 2), expand=False))
    console.print(guidance.disputed(), width=WIDTH)


def _explained(about: Explanation) -> Table:
    """All that is to know about a cue, as a table of two columns."""
    table = Table(box=None, pad_edge=False, show_header=False, width=WIDTH, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="bold")
    table.add_column()
    table.add_row("Cue", f"{about.title} ({about.id})")
    for name, paragraphs in about.rows.items():
        for number, paragraph in enumerate(paragraphs):
            table.add_row("" if number else name, paragraph)
    return table

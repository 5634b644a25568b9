"""``formcheck cues``: what is judged, with its numbers and sources, and what isn't seen."""

from __future__ import annotations

from collections.abc import Mapping
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

WIDTH = 80


@click.command()
@click.argument("cue", required=False, metavar="[ID]")
@click.option("--limits", type=click.Path(path_type=Path), help="Show them with your own limits.")
def cues(cue: str | None, limits: Path | None) -> None:
    """List the cues, or explain one with its numbers and sources.

    The list ends with what no camera sees, and what the articles advise about it.
    """
    table = load_limits(limits)
    console = terminal()
    if cue is None:
        _print_list(console, table)
    elif cue not in table.cues:
        raise BadRequest(f"no cue {cue!r}. Known: {', '.join(table.cues)}.")
    else:
        console.print(_explained(explain(cue, table)))
        console.print(f"\n{SIGMA}", width=WIDTH)


def _print_list(console: Console, limits: Limits) -> None:
    for heading, cues_of in grouped(limits).items():
        rows = {one: words.texts()[one]["question"] for one in cues_of}
        _print_rows(console, heading, rows, width=max(map(len, limits.cues)))
    console.print("How one is measured, its limits and their sources: formcheck cues ID\n")
    said = {
        one.title: f"{one.what} {one.advice} {guidance.cited(one.articles)}"
        for one in guidance.unseen()
    }
    _print_rows(console, guidance.UNSEEN_TITLE, said, width=max(map(len, said)))
    passage = guidance.deadlifts()
    console.print(passage.title, style="bold")
    for paragraph in passage.paragraphs:
        console.print(Padding(paragraph, (0, 0, 0, 2), expand=False), width=WIDTH)


def _print_rows(console: Console, heading: str, rows: Mapping[str, str], width: int) -> None:
    table = Table(
        box=None, pad_edge=False, show_header=False, width=WIDTH - 2, padding=(0, 2, 0, 0)
    )
    table.add_column(width=width)
    table.add_column(ratio=1)
    for name, text in rows.items():
        table.add_row(name, text)
    console.print(heading, style="bold")
    console.print(Padding(table, (0, 0, 1, 2), expand=False))


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

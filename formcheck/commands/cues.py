"""``formcheck cues``: what is judged, with its numbers and sources."""

from __future__ import annotations

from pathlib import Path

import click
from rich.table import Table

from formcheck import cues as cue_stage
from formcheck.commands.terminal import terminal
from formcheck.cues import words
from formcheck.cues.limits import ANY_LIFT, Limit, Limits, load_limits
from formcheck.errors import BadRequest
from formcheck.reps.lifts import LIFTS


@click.command()
@click.argument("cue", required=False, metavar="[ID]")
@click.option("--limits", type=click.Path(path_type=Path), help="Show them with your own limits.")
def cues(cue: str | None, limits: Path | None) -> None:
    """List the cues, or explain one with its numbers and sources."""
    table = load_limits(limits)
    console = terminal()
    if cue is None:
        listing = Table(box=None, pad_edge=False)
        listing.add_column("Cue")
        listing.add_column("What it asks")
        for one in cue_stage.CUES:
            listing.add_row(one, words.texts()[one]["question"])
        console.print(listing)
        console.print("\nHow one is measured, its limits and their sources: formcheck cues ID")
        return
    if cue not in cue_stage.CUES:
        raise BadRequest(f"no cue {cue!r}. Known: {', '.join(cue_stage.CUES)}.")
    console.print(_explained(cue, table))


def _explained(cue: str, limits: Limits) -> Table:
    """All that is to know about a cue, as a table of two columns."""
    about, known = words.info(cue, ANY_LIFT, limits), cue_stage.CUES[cue]
    table = Table(box=None, pad_edge=False, show_header=False, width=80)
    table.add_column(no_wrap=True, style="bold")
    table.add_column()
    table.add_row("Cue", f"{about.title} ({cue})")
    table.add_row("Asks", about.question)
    table.add_row("Measures", f"{about.quantity}.")
    for (name, lift), limit in limits.table.items():
        if name == cue:
            named = (
                ""
                if lift == ANY_LIFT
                else f"For the {LIFTS[lift].title if lift in LIFTS else lift}: "
            )
            table.add_row("Limits" if lift == ANY_LIFT else "", named + _limits_in_words(limit))
            table.add_row("", f"Source: {limit.source}.")
    table.add_row("Lifts", ", ".join(name for name in LIFTS if name in known.lifts))
    table.add_row("Views", ", ".join(sorted(known.views, reverse=True)))
    table.add_row("Articles", ", ".join(about.articles))
    return table


def _limits_in_words(limit: Limit) -> str:
    side = "above" if limit.fault > limit.watch else "below"
    unit = "°" if limit.unit == "deg" else f" {limit.unit}"
    watch, fault = f"{side} {limit.watch:g}{unit}", f"{side} {limit.fault:g}{unit}"
    if limit.most == "watch":
        return f"watch {watch}. Never a fault, as the evidence is weak."
    return f"watch {watch}; fault {fault} by more than its own uncertainty (σ)."

"""``formcheck progression``: form against load, from a training log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from formcheck.commands.outlets import print_json
from formcheck.commands.terminal import terminal
from formcheck.commands.training_log import read_log
from formcheck.cues.judging.limits import load_limits
from formcheck.cues.judging.training import SetRecord, trend_in_words
from formcheck.cues.progression import Progression
from formcheck.cues.progression import progression as measured
from formcheck.reps.lifts import LIFTS


@click.command()
@click.argument("log", type=click.Path(path_type=Path))
@click.option("--limits", type=click.Path(path_type=Path), help="Your own limits file.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def progression(log: Path, limits: Path | None, as_json: bool) -> None:
    """Show form against load over your sessions, and what load to try next.

    LOG is a CSV or Excel table with a row a set and the columns date (2026-11-22),
    lift, load (in kg, or with the unit beside it), reps, and either analysis (an
    analysis.json or its folder, from the log's own folder) or score (0 to 100) and
    faults (such as "hip_drive:3 depth:1": on how many repetitions). A column side may
    say left or right. Rows that aren't understood are left out and named.
    """
    table = load_limits(limits)
    groups: dict[tuple[str, str], list[SetRecord]] = {}
    kept = read_log(log)
    for note in kept.notes:
        terminal(stderr=True).print(note, soft_wrap=True)
    for one in kept.sets:
        groups.setdefault((one.lift, one.side), []).append(one)
    found = [(measured(sets, table), sets) for sets in groups.values()]
    if as_json:
        told = [_as_dict(one, sets) for one, sets in found]
        print_json(told)
        return
    console = terminal()
    for number, (told_of, sets) in enumerate(found):
        if number:
            console.print()
        console.print(_title(told_of, sets), style="bold")
        said = told_of.finding
        for line in (said.reason, trend_in_words(told_of.trend), said.advice):
            console.print(f"  {line}", soft_wrap=True)


def _title(one: Progression, sets: list[SetRecord]) -> str:
    title = LIFTS[one.lift].title
    sessions = len({record.date for record in sets})
    side = f", {one.side}" if one.side else ""
    counts = f"{_counted(len(sets), 'set')} in {_counted(sessions, 'session')}"
    return f"{title[0].upper()}{title[1:]}{side}: {counts}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _as_dict(one: Progression, sets: list[SetRecord]) -> dict[str, Any]:
    finding = one.finding
    return {
        "lift": one.lift,
        "side": one.side or None,
        "sets": len(sets),
        "verdict": finding.verdict,
        "step_percent": round(finding.value, 1),
        "reason": finding.reason,
        "advice": finding.advice,
        "next_kg": one.next_kg,
        "trend": None
        if one.trend is None
        else {
            "points_per_10_percent": round(one.trend.points, 2),
            "sigma": round(one.trend.sigma, 2),
            "sets": one.trend.sets,
        },
    }

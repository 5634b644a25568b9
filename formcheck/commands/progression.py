"""``formcheck progression``: form against load, from a training log."""

from __future__ import annotations

import csv
import datetime
import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from formcheck.commands.terminal import terminal
from formcheck.cues.limits import load_limits
from formcheck.cues.progression import Progress
from formcheck.cues.progression import progression as measured
from formcheck.cues.training import SetRecord, record_of, trend_in_words
from formcheck.errors import BadRequest
from formcheck.reconsider import read_kept
from formcheck.report import record
from formcheck.reps.lifts import LIFTS, known_lift

NEEDED = ("date", "lift", "load_kg", "reps")
KNOWN = (*NEEDED, "analysis", "score", "faults", "side")
SIDES = ("", "left", "right")


@click.command()
@click.argument("log", type=click.Path(path_type=Path))
@click.option("--limits", type=click.Path(path_type=Path), help="Your own limits file.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def progression(log: Path, limits: Path | None, as_json: bool) -> None:
    """Show form against load over your sessions, and what load to try next.

    LOG is a .csv with a row a set and the columns date (2026-11-22), lift, load_kg,
    reps, and either analysis (an analysis.json or its folder, from the log's own
    folder) or score (0 to 100) and faults (such as "hip_drive:3 depth:1": on how many
    repetitions). A column side may say left or right.
    """
    table = load_limits(limits)
    groups: dict[tuple[str, str], list[SetRecord]] = {}
    for one in read_log(log):
        groups.setdefault((one.lift, one.side), []).append(one)
    found = [(measured(sets, table), sets) for sets in groups.values()]
    if as_json:
        told = [_as_dict(one, sets) for one, sets in found]
        click.echo(json.dumps(told, ensure_ascii=False, indent=1, allow_nan=False))
        return
    console = terminal()
    for number, (told_of, sets) in enumerate(found):
        if number:
            console.print()
        console.print(_title(told_of, sets), style="bold")
        said = told_of.finding
        for line in (said.reason, trend_in_words(told_of.trend), said.advice):
            console.print(f"  {line}", soft_wrap=True)


def read_log(log: Path) -> list[SetRecord]:
    """Read a training log.

    Raises
    ------
    BadRequest
        It can't be read, or a row makes no sense; the message names the line.
    """
    name = record.printable(str(log))
    try:
        with log.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            _need_columns(name, [one.strip() for one in reader.fieldnames or ()])
            records = list(_records(log, reader))
    except OSError as problem:
        raise BadRequest(f"{name}: the log can't be read: {problem.strerror}.") from problem
    except (UnicodeDecodeError, csv.Error) as problem:
        raise BadRequest(f"{name}: not a log in CSV: {problem}.") from problem
    if not records:
        raise BadRequest(f"{name}: the log has no sets. Add a row for each set.")
    return records


def _need_columns(name: str, columns: list[str]) -> None:
    missing = [one for one in NEEDED if one not in columns]
    if missing:
        raise BadRequest(
            f"{name}: column {missing[0]!r} is missing. The first line names the columns: "
            f"{', '.join(KNOWN)}."
        )


def _records(log: Path, reader: csv.DictReader[str]) -> Iterator[SetRecord]:
    for row in reader:
        tidy = {(key or "").strip(): (value or "").strip() for key, value in row.items() if key}
        if not any(tidy.values()):
            continue
        try:
            yield _record(log, tidy)
        except (BadRequest, ValueError) as problem:
            where = f"{record.printable(str(log))}: line {reader.line_num}"
            raise BadRequest(f"{where}: {problem}") from problem


def _record(log: Path, row: Mapping[str, str]) -> SetRecord:
    date, lift = _date(row["date"]), known_lift(row["lift"])
    load_kg, reps = _number(row, "load_kg", 0.0, 1000.0), int(_number(row, "reps", 1.0, 1000.0))
    side = row.get("side", "").lower()
    if side not in SIDES:
        raise BadRequest(f"side {side!r} is neither left nor right.")
    if row.get("analysis"):
        said = read_kept(log.parent / row["analysis"]).said
        if said["lift"]["name"] != lift:
            title = LIFTS[said["lift"]["name"]].title
            raise BadRequest(f"the lift is {row['lift']!r}, but its analysis says {title}.")
        return record_of(said, date, load_kg, side)
    return SetRecord(
        date=date,
        lift=lift,
        load_kg=load_kg,
        reps=reps,
        score=_number(row, "score", 0.0, 100.0) if row.get("score") else math.nan,
        faults=_faults(row.get("faults", ""), reps),
        side=side,
    )


def _date(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise BadRequest(f"date {text!r} isn't one such as 2026-11-22.") from None


def _number(row: Mapping[str, str], column: str, low: float, high: float) -> float:
    try:
        value = float(row[column])
    except ValueError:
        raise BadRequest(f"{column} {row[column]!r} isn't a number.") from None
    if not low <= value <= high:
        raise BadRequest(f"{column} {value:g} is outside {low:g} to {high:g}.")
    return value


def _faults(text: str, reps: int) -> dict[str, float]:
    """Read "hip_drive:3 depth" into shares of the repetitions; without a number, all."""
    known, out = load_limits().cues, {}
    for part in text.replace(";", " ").replace(",", " ").split():
        cue, _, times = part.partition(":")
        if cue not in known:
            raise BadRequest(f"faults: no cue {cue!r}. Known: {', '.join(known)}.")
        if times and not (times.isdecimal() and int(times) <= reps):
            raise BadRequest(f"faults: {part!r} isn't on a number of the {reps} repetitions.")
        out[cue] = int(times) / reps if times else 1.0
    return out


def _title(one: Progress, sets: list[SetRecord]) -> str:
    title = LIFTS[one.lift].title
    sessions = len({record.date for record in sets})
    side = f", {one.side}" if one.side else ""
    counts = f"{_counted(len(sets), 'set')} in {_counted(sessions, 'session')}"
    return f"{title[0].upper()}{title[1:]}{side}: {counts}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _as_dict(one: Progress, sets: list[SetRecord]) -> dict[str, Any]:
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

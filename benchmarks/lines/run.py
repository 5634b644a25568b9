"""Read both sides of every line anew, and write or check ``lines.toml``."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table

from benchmarks.lines.labelled import Measured, each_here
from benchmarks.lines.page import page, without_date
from benchmarks.lines.questions import QUESTIONS, Question
from benchmarks.lines.readings import best_line, group, how_it_lies, left_out
from formcheck.files import whole
from formcheck.signals import lines as kept
from formcheck.signals.lines import Line, Lines, Recipe

PARAMETERS = Path(kept.__file__).with_suffix(".toml")
METHOD = (
    "groups by the label of the clip, readings by today's code; a line is chosen where both "
    "groups together, each counting alike, err least, of cycles each reading counting alike; "
    "left out: whole sources in turn"
)


def run(console: Console, *, check: bool = False, out: Path = PARAMETERS) -> dict[str, Any] | None:
    """Write ``lines.toml`` anew, or say what would change; None where the clips aren't here.

    Raises
    ------
    SystemExit
        On a check whose readings aren't those of the file.
    """
    seen = each_here(console, lambda one: one)
    if seen is None:
        return None
    new = _read_anew(kept.lines(), seen)
    console.print(_table(new))
    text, old = page(new), out.read_text(encoding="utf-8")
    if not check:
        with whole(out) as unfinished:
            unfinished.write_text(text, encoding="utf-8")
        console.print(f"What was read: {out.name}")
    elif without_date(text) != without_date(old):
        before, now = (without_date(one).splitlines() for one in (old, text))
        told = difflib.unified_diff(before, now, "kept", "read anew", n=0)
        console.print("\n".join(told))
        raise SystemExit("lines.toml isn't what is read: run `python -m benchmarks lines`.")
    else:
        console.print(f"Read anew, {out.name} says the same.")
    return dict(msgspec.to_builtins(new))


def _read_anew(old: Lines, seen: Sequence[Measured]) -> Lines:
    """The same values and spreads with what is read today."""
    sources = len({one.label.source for one in seen})
    recipe = Recipe(
        date=dt.datetime.now(tz=dt.UTC).date().isoformat(),
        clips=f"{len(seen)} labelled clips of {sources} sources, the rendered samples one of them",
        method=METHOD,
    )
    tables: dict[str, dict[str, Line]] = {}
    for asked in QUESTIONS:
        table = getattr(old, asked.module)
        tables.setdefault(asked.module, {})[asked.name] = _answer(asked, table[asked.name], seen)
    return Lines(recipe, **tables)


def _answer(asked: Question, line: Line, seen: Sequence[Measured]) -> Line:
    readings = list(asked.readings(seen))
    under, over = (
        group(who, [one for one in readings if one.side == side], line.value)
        for who, side in zip(asked.who, ("under", "over"), strict=True)
    )
    return Line(
        value=line.value,
        unit=asked.unit,
        reads=asked.reads,
        spread=line.spread,
        under=under,
        over=over,
        best=best_line(readings),
        left_out=left_out(readings),
        lies=how_it_lies(line.value, under, over),
    )


def _table(lines: Lines) -> Table:
    table = Table(title="Lines, and what lies on either side", box=None, pad_edge=False)
    for column in ("line", "value", "best", "under: least..most (n, wrong)", "over", "left out"):
        table.add_column(column, overflow="fold")
    for module in Lines.__struct_fields__[1:]:
        for name, line in getattr(lines, module).items():
            sides = [
                f"{one.least:.2f}..{one.most:.2f} ({one.readings}, {one.wrong})"
                for one in (line.under, line.over)
            ]
            out = line.left_out
            table.add_row(
                f"{module}.{name}",
                f"{line.value:g}",
                f"{line.best:.2f}",
                *sides,
                f"{out.wrong} of {out.readings} wrong, {out.least:.2f}..{out.most:.2f}",
            )
    return table

"""The training log that ``formcheck progression`` reads: a row a set."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from pathlib import Path

from formcheck.cues.judging.limits import load_limits
from formcheck.cues.judging.training import SetRecord, record_of
from formcheck.errors import BadRequest
from formcheck.reconsider import read_kept
from formcheck.reps.lifts import LIFTS
from formcheck.tables.dates import may_be_swapped, read_date, settled_order, swapped_note
from formcheck.tables.lifts import AUTO, UnclearLift, read_lift
from formcheck.tables.numbers import decimal_sign, read_load, read_number, read_reps, unit_note
from formcheck.tables.paths import Files
from formcheck.tables.sides import read_side
from formcheck.tables.table import Cell, Row, Table, nothing_left, read_table

NEEDED = ("date", "lift", "load", "reps")
KNOWN = (*NEEDED, "analysis", "score", "faults", "side")


@dataclass(frozen=True)
class Log:
    """The sets of a log, and what is to be said of it."""

    sets: tuple[SetRecord, ...]
    notes: tuple[str, ...] = ()


def read_log(path: Path) -> Log:
    """Read a training log; a row that isn't understood is left out and told.

    Raises
    ------
    BadRequest
        It can't be read, a column is missing, or not one row can be understood.
    """
    table = read_table(path, NEEDED, KNOWN)
    reader = _Reader(path.parent, table)
    sets = [one for row in table.rows if (one := reader.record(row)) is not None]
    if not sets:
        raise nothing_left(table, "the log has no sets. Add a row for each set.")
    return Log(tuple(sets), tuple(table.notes.lines()))


class _Reader:
    """Reads rows with what the whole column says of them."""

    def __init__(self, folder: Path, table: Table) -> None:
        self._files = Files(folder)
        self._notes = table.notes
        values = {
            said: [row.cells[said].value for row in table.rows if said in row.cells]
            for said in ("date", "load", "score")
        }
        self._order = settled_order(values["date"])
        self._decimals = decimal_sign(values["load"])
        self._score_decimals = decimal_sign(values["score"])
        self._units_told: set[str] = set()

    def record(self, row: Row) -> SetRecord | None:
        """Read a row; None when it has to be left out, which is noted."""
        try:
            return self._record(row)
        except BadRequest as problem:
            self._notes.lose(str(problem), row.place)
        return None

    def _record(self, row: Row) -> SetRecord:
        date, load_kg = self._date(row), self._load(row)
        side = read_side(row.text("side")) if "side" in row.cells else ""
        if "analysis" in row.cells:
            return self._analysed(row, date, load_kg, side)
        lift = read_lift(_cell(row, "lift").text)
        if lift == AUTO:
            raise BadRequest("lift 'auto' needs an analysis. Name the lift.")
        reps = _cell(row, "reps")
        count = read_reps(reps.column.name, reps.value)
        return SetRecord(
            date=date,
            lift=lift,
            load_kg=load_kg,
            reps=count,
            score=self._score(row),
            faults=_faults(row.text("faults"), count),
            side=side,
        )

    def _date(self, row: Row) -> datetime.date:
        cell = _cell(row, "date")
        if may_be_swapped(cell.value, self._order):
            self._notes.say(swapped_note(cell.text), row.place)
        return read_date(cell.value, self._order)

    def _load(self, row: Row) -> float:
        cell = _cell(row, "load")
        column = cell.column
        read = read_load(column.name, cell.value, column.unit, self._decimals)
        if read.doubt:
            self._notes.say(read.doubt, row.place)
        if not read.unit and column.name not in self._units_told:
            self._units_told.add(column.name)
            self._notes.say(unit_note(column.name))
        return read.value

    def _score(self, row: Row) -> float:
        if "score" not in row.cells:
            return math.nan
        cell = row.cells["score"]
        read = read_number(cell.column.name, cell.value, 0.0, 100.0, self._score_decimals)
        if read.unit not in {"", "%"}:
            raise BadRequest(f"{cell.column.name} {cell.text!r} isn't a number.")
        return read.value

    def _analysed(self, row: Row, date: datetime.date, load_kg: float, side: str) -> SetRecord:
        cell = row.cells["analysis"]
        path, say = self._files.find(cell.text, cell.link)
        if say:
            self._notes.say(say, row.place)
        said = read_kept(path).said
        name = said["lift"]["name"]
        try:
            lift = read_lift(_cell(row, "lift").text)
        except UnclearLift:
            lift = AUTO
        if lift not in {AUTO, name}:
            raise BadRequest(
                f"the lift is {row.text('lift')!r}, but its analysis says {LIFTS[name].title}."
            )
        return record_of(said, date, load_kg, side)


def _cell(row: Row, said: str) -> Cell:
    if said not in row.cells:
        raise BadRequest(f"no {said} is given.")
    return row.cells[said]


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

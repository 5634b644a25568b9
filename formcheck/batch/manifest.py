"""A manifest: a table with a row for each film."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from formcheck.batch.entry import Entry, client_name
from formcheck.errors import BadRequest
from formcheck.history.names import printable
from formcheck.tables.dates import may_be_swapped, read_date, settled_order, swapped_note
from formcheck.tables.lifts import UnclearLift, read_lift
from formcheck.tables.numbers import (
    decimal_sign,
    need_result,
    read_load,
    read_reps,
    unit_note,
)
from formcheck.tables.paths import Files
from formcheck.tables.sides import read_side
from formcheck.tables.table import Cell, Notes, Row, Table, nothing_left, read_table
from formcheck.tables.tempos import read_tempo

COLUMNS = ("client", "file", "lift", "load", "reps", "tempo", "date", "notes", "side")


@dataclass(frozen=True)
class Manifest:
    """The films of a list, what is to be said of the list, and how many rows are left out."""

    entries: tuple[Entry, ...]
    notes: tuple[str, ...] = ()
    lost: int = 0


def read_manifest(path: Path) -> Manifest:
    """Read a manifest; its files are named from the folder it is in.

    A row whose film or lift isn't understood is left out; one with another cell that
    isn't is judged without it. Both are told.

    Raises
    ------
    BadRequest
        It can't be read, has no column for the file, or not one row can be understood.
    """
    table = read_table(path, ("file",), COLUMNS)
    reader = _Reader(path.parent, table)
    entries = [one for row in table.rows if (one := reader.entry(row)) is not None]
    reader.say_unit()
    if not entries:
        raise nothing_left(table, "the list has no films. Add a row for each film.")
    return Manifest(tuple(entries), tuple(table.notes.lines()), table.notes.lost)


class _Reader:
    """Reads rows with what the whole column says of them."""

    def __init__(self, folder: Path, table: Table) -> None:
        self._files = Files(folder)
        self._notes: Notes = table.notes
        values = {
            said: [row.cells[said].value for row in table.rows if said in row.cells]
            for said in ("date", "load")
        }
        self._order = settled_order(values["date"])
        self._decimals = decimal_sign(values["load"])
        self._without_unit = ""

    def entry(self, row: Row) -> Entry | None:
        """Read a row; None when it has to be left out, which is noted."""
        try:
            entry = self._known_film(row)
        except BadRequest as problem:
            self._notes.lose(str(problem), row.place)
            return None
        for said, read in self._readers().items():
            if said not in row.cells:
                continue
            try:
                entry = replace(entry, **read(row.cells[said], row.place))
            except BadRequest as problem:
                self._notes.say(f"{problem} The film is judged without it.", row.place)
        return entry

    def say_unit(self) -> None:
        """Say what was taken for the unit of loads that name none."""
        if self._without_unit:
            self._notes.say(unit_note(self._without_unit))

    def _known_film(self, row: Row) -> Entry:
        cell = row.cells.get("file")
        if cell is None:
            raise BadRequest("no file is named.")
        need_result(cell.column.name, cell.value)
        path, say = self._files.find(cell.text, cell.link)
        if say:
            self._notes.say(say, row.place)
        lift = row.text("lift")
        if lift:
            try:
                lift = read_lift(lift)
            except UnclearLift as several:
                self._notes.say(f"{several} Say which, or formcheck looks for itself.", row.place)
                lift = ""
        return Entry(
            client=client_name(printable(row.text("client").replace("\u00a0", " "))),
            file=printable(path.name if cell.link else cell.text),
            path=path,
            lift=lift,
            notes=printable(row.text("notes")),
        )

    def _readers(self) -> dict[str, Callable[[Cell, str], dict[str, Any]]]:
        return {
            "load": self._load,
            "reps": self._reps,
            "tempo": self._tempo,
            "date": self._date,
            "side": self._side,
        }

    def _load(self, cell: Cell, place: str) -> dict[str, Any]:
        column = cell.column
        read = read_load(column.name, cell.value, column.unit, self._decimals)
        if read.doubt:
            self._notes.say(read.doubt, place)
        if not read.unit:
            self._without_unit = column.name
        return {"load_kg": read.value}

    def _reps(self, cell: Cell, _: str) -> dict[str, Any]:
        return {"target_reps": read_reps(cell.column.name, cell.value)}

    def _tempo(self, cell: Cell, place: str) -> dict[str, Any]:
        tempo, say = read_tempo(cell.value)
        if say:
            self._notes.say(say, place)
        return {"tempo": str(tempo)}

    def _date(self, cell: Cell, place: str) -> dict[str, Any]:
        day = read_date(cell.value, self._order)
        if may_be_swapped(cell.value, self._order):
            self._notes.say(swapped_note(cell.text), place)
        return {"date": day}

    def _side(self, cell: Cell, _: str) -> dict[str, Any]:
        return {"side": read_side(cell.text)}

"""The history as tables for other programs: sets, repetitions and findings, CSV and Parquet.

A row a set, a row a repetition (a column a measure), a row a finding (``rep`` 0 is
the set's own). ``set_id`` joins them. What isn't known is an empty cell, or null.
"""

from __future__ import annotations

import csv
import datetime
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Date, DateTime, Select, select
from sqlalchemy.types import JSON, Boolean, Float, Integer

from formcheck.errors import BadRequest
from formcheck.files import staged
from formcheck.history.schema import ClientRow, FindingRow, LimitsRow, RepRow, SessionRow, SetRow
from formcheck.history.store import Store

Form = Literal["csv", "parquet"]
FORMS: tuple[Form, ...] = ("csv", "parquet")

AT_ONCE = 10_000
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "|", "\t", "\r", "\n")
"""A spreadsheet takes a text that begins so for a formula (OWASP, CSV injection)."""

_KINDS = (
    (Boolean, "bool"),
    (Integer, "int64"),
    (Float, "float64"),
    (DateTime, "timestamp"),
    (Date, "date"),
)
Rows = Iterator[Mapping[str, Any]]

_INNER = {"id", "client_id", "session_id", "limits_id", "settings"}


@dataclass(frozen=True)
class Table:
    """A table to write.

    ``columns`` holds the kind of each: "string", "bool", "int64", "float64",
    "timestamp" or "date". ``measures`` names those that lie together in one column of the
    history.
    """

    name: str
    columns: Mapping[str, str]
    question: Select[Any]
    measures: tuple[str, ...] = ()


def safe_cell(value: object) -> object:
    """Give a value that no spreadsheet takes for a formula: such texts begin with ``'``."""
    if isinstance(value, str) and value.lstrip(" ").startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def export_tables(store: Store, to: Path, forms: tuple[Form, ...] = FORMS) -> tuple[Path, ...]:
    """Write the tables into a folder, together or not at all.

    Parameters
    ----------
    store
        The history.
    to
        The folder; made if missing.
    forms
        "csv", "parquet" or both.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    BadRequest
        Parquet is asked for and pyarrow isn't installed.
    OutputError
        The folder can't be written, or the history not read.
    """
    if "parquet" in forms:
        _need_pyarrow()
    names = []
    with staged(to) as stage:
        for table in _tables(store):
            for form in forms:
                name = f"{table.name}.{form}"
                _WRITERS[form](table.columns, _rows(store, table), stage / name)
                names.append(name)
    return tuple(to / name for name in names)


def export_rows(
    name: str,
    columns: Mapping[str, str],
    rows: Sequence[Mapping[str, Any]],
    to: Path,
    forms: tuple[Form, ...] = FORMS,
) -> tuple[Path, ...]:
    """Write one table of rows that are at hand; ``columns`` as in ``Table``, errors too."""
    if "parquet" in forms:
        _need_pyarrow()
    with staged(to) as stage:
        for form in forms:
            _WRITERS[form](columns, iter(rows), stage / f"{name}.{form}")
    return tuple(to / f"{name}.{form}" for form in forms)


def _tables(store: Store) -> tuple[Table, ...]:
    sets = SetRow.__table__.columns
    of_set = {
        "set_id": SetRow.id,
        "client": ClientRow.name,
        "date": SessionRow.date,
        **{one.name: one for one in sets if one.name not in _INNER},
        "settings": SetRow.settings,
        "limits": LimitsRow.name,
        "limits_sha256": LimitsRow.sha256,
    }
    labelled: list[Any] = [column.label(name) for name, column in of_set.items()]
    every_set = (
        select(*labelled)
        .join_from(SetRow, SessionRow, SetRow.session_id == SessionRow.id)
        .join(ClientRow, SetRow.client_id == ClientRow.id)
        .outerjoin(LimitsRow, SetRow.limits_id == LimitsRow.id)
        .order_by(SetRow.id)
    )
    reps, findings = RepRow.__table__.columns, FindingRow.__table__.columns
    measures = _measures(store)
    of_rep = {one.name: _kind(one) for one in reps if one.name != "measures"}
    return (
        Table("sets", {name: _kind(one) for name, one in of_set.items()}, every_set),
        Table(
            "reps",
            of_rep | dict.fromkeys(measures, "float64"),
            select(*reps).order_by(reps.set_id, reps.rep),
            measures,
        ),
        Table(
            "findings",
            {one.name: _kind(one) for one in findings},
            select(*findings).order_by(findings.set_id, findings.rep, findings.cue),
        ),
    )


def _kind(column: Any) -> str:
    return next((name for kind, name in _KINDS if isinstance(column.type, kind)), "string")


def _measures(store: Store) -> tuple[str, ...]:
    """Every measure that any repetition has, in the order they come."""
    names: dict[str, None] = {}
    with store.reading() as connection:
        for (measures,) in _streamed(connection, select(RepRow.measures)):
            names.update(dict.fromkeys(measures))
    return tuple(names)


def _streamed(connection: Any, question: Select[Any]) -> Any:
    """The rows as they come: a history may be larger than the memory."""
    return connection.execution_options(yield_per=AT_ONCE).execute(question)


def _rows(store: Store, table: Table) -> Iterator[dict[str, Any]]:
    texts = {
        one.key
        for one in table.question.selected_columns
        if isinstance(one.type, JSON) and one.key != "measures"
    }
    with store.reading() as connection:
        for found in _streamed(connection, table.question).mappings():
            row = dict(found)
            if table.measures or "measures" in row:
                row |= dict.fromkeys(table.measures) | row.pop("measures")
            for name in texts:
                row[name] = json.dumps(row[name], ensure_ascii=False)
            yield row


def _write_csv(columns: Mapping[str, str], rows: Rows, path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for row in rows:
            writer.writerow([_plain(row[name]) for name in columns])


def _plain(value: object) -> object:
    if isinstance(value, datetime.date | datetime.datetime):
        return value.isoformat()
    return safe_cell(value)


def _need_pyarrow() -> None:
    try:
        import pyarrow  # noqa: F401, PLC0415 - an extra
    except ImportError as missing:
        raise BadRequest(
            "Parquet needs pyarrow, which isn't installed. Install it with: "
            "pip install 'formcheck[export]', or ask for --csv alone."
        ) from missing


def _write_parquet(columns: Mapping[str, str], rows: Rows, path: Path) -> None:
    import pyarrow as arrow  # noqa: PLC0415 - an extra
    from pyarrow import parquet  # noqa: PLC0415

    kinds = {"timestamp": arrow.timestamp("us"), "date": arrow.date32(), "bool": arrow.bool_()}
    kinds |= {"string": arrow.string(), "int64": arrow.int64(), "float64": arrow.float64()}
    schema = arrow.schema([(name, kinds[kind]) for name, kind in columns.items()])
    with parquet.ParquetWriter(path, schema) as writer:
        while some := list(islice(rows, AT_ONCE)):
            writer.write_table(arrow.Table.from_pylist([dict(row) for row in some], schema=schema))


_WRITERS: Mapping[Form, Callable[[Mapping[str, str], Rows, Path], None]] = {
    "csv": _write_csv,
    "parquet": _write_parquet,
}

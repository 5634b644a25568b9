"""The history as tables: every set, repetition and finding, in CSV and Parquet alike."""

from __future__ import annotations

import csv
import datetime
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyarrow import parquet

from formcheck.batch.export import export_tables, safe_cell
from formcheck.batch.store import DATABASE, Store, open_store, sqlite_url
from formcheck.cli import main
from formcheck.errors import BadRequest
from tests.batch.made_history import made_sets


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(sqlite_url(tmp_path / DATABASE)) as opened:
        opened.add_sets(made_sets("=Ana\n💪", 6))
        yield opened


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_both_forms_hold_everything(store: Store, tmp_path: Path) -> None:
    """A row a set, a repetition, a finding; the same in either form."""
    written = export_tables(store, tmp_path / "to")
    assert sorted(path.name for path in written) == [
        *("findings.csv", "findings.parquet", "reps.csv", "reps.parquet"),
        *("sets.csv", "sets.parquet"),
    ]
    sets = store.sets(details=True)
    found = [(one.summary.findings, one.reps) for one in sets if one.summary is not None]
    assert len(found) == len(sets)
    wanted = {
        "sets": len(sets),
        "reps": sum(len(one.reps) for one in sets),
        "findings": sum(
            len(findings) + sum(len(rep.findings) for rep in reps) for findings, reps in found
        ),
    }
    for name, count in wanted.items():
        assert len(csv_rows(tmp_path / "to" / f"{name}.csv")) == count
        assert parquet.read_table(tmp_path / "to" / f"{name}.parquet").num_rows == count


def test_parquet_keeps_kinds_and_nothing_known(store: Store, tmp_path: Path) -> None:
    """Dates are dates, numbers numbers, names as they are; what isn't known is null."""
    export_tables(store, tmp_path, ("parquet",))
    first = parquet.read_table(tmp_path / "sets.parquet").to_pylist()[0]
    assert first["client"] == "=Ana\n💪"
    assert isinstance(first["date"], datetime.date)
    assert isinstance(first["score"], float)
    assert first["target_reps"] is None
    rep = parquet.read_table(tmp_path / "reps.parquet").to_pylist()[0]
    assert rep["knee_range_deg"] > 0


def test_csv_cells_cannot_start_a_formula(store: Store, tmp_path: Path) -> None:
    """A name that a spreadsheet would run is led by a quote; a negative number isn't."""
    export_tables(store, tmp_path, ("csv",))
    assert {row["client"] for row in csv_rows(tmp_path / "sets.csv")} == {"'=Ana\n💪"}
    values = [row["value"] for row in csv_rows(tmp_path / "findings.csv")]
    assert not any(value.startswith("'") for value in values)


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r1", " =1"])
def test_every_start_of_a_formula_is_led(text: str) -> None:
    """All that spreadsheets take for one (OWASP, CSV injection)."""
    assert safe_cell(text) == f"'{text}"


def test_without_pyarrow_the_message_says_what_to_do(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parquet without pyarrow names the command that mends it; CSV goes on."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(BadRequest, match=r"formcheck\[export\]"):
        export_tables(store, tmp_path / "to")
    assert not (tmp_path / "to").exists()
    assert len(export_tables(store, tmp_path / "to", ("csv",))) == 3


def test_the_command_writes_and_lists(store: Store, tmp_path: Path) -> None:
    """formcheck export takes a batch's folder and names the files on stderr."""
    asked = ["export", "--to", str(tmp_path / "to"), "--csv", "--database", str(tmp_path)]
    result = CliRunner().invoke(main, asked)
    assert result.exit_code == 0
    assert [path.name for path in sorted((tmp_path / "to").iterdir())] == [
        *("findings.csv", "reps.csv", "sets.csv"),
    ]
    assert "sets.csv" in result.stderr

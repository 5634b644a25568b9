"""Agreement between coaches and formcheck: numbers worked out by hand, and the labels."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from pyarrow import parquet

from formcheck.cli import main
from formcheck.history.store import DATABASE, Store, open_store, sqlite_url
from formcheck.serve.agreement import between_coaches, kappas, with_coaches
from formcheck.serve.kept.decisions import Decision, decide
from formcheck.serve.kept.people import client_named, keep_coach
from formcheck.serve.labels import labels
from tests.history.made_history import made_sets

CUE = "hip_drive"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Twelve judged sets of Ana's."""
    with open_store(sqlite_url(tmp_path / DATABASE)) as opened:
        opened.add_sets(made_sets("Ana", 12))
        yield opened


def say(store: Store, coach: str, blind: bool, verdict_of: dict[str, str]) -> int:
    """A coach decides on a cue of every repetition; gives how many were decided."""
    client, who = client_named(store, "Ana"), keep_coach(store, coach, "")
    count = 0
    for one in store.sets("Ana", details=True):
        for judged in one.reps:
            found = judged.findings.get(CUE)
            if found is None or found.verdict == "cannot_judge":
                continue
            decide(
                store,
                Decision(
                    client_id=client.id,
                    content=one.content,
                    coach_id=who.id,
                    kind="verdict",
                    rep=judged.rep.index,
                    at_start_s=judged.rep.start_s,
                    at_end_s=judged.rep.end_s,
                    cue=CUE,
                    was=found.verdict,
                    said=verdict_of.get(found.verdict, found.verdict),
                    blind=blind,
                    why="seen",
                ),
            )
            count += 1
    return count


def test_kappa_of_a_table_from_the_literature() -> None:
    """Cohen's own arithmetic: 45 of 60 alike, chance alike .5, so .5."""
    table = np.zeros((1, 3, 3))
    table[0, :2, :2] = [[25, 5], [10, 20]]
    chance = (30 * 35 + 30 * 25) / 60**2
    assert kappas(table)[0] == pytest.approx((45 / 60 - chance) / (1 - chance))
    table[0] = np.diag([7, 0, 0])  # nothing but one verdict: chance says the same
    assert math.isnan(kappas(table)[0])


def test_who_accepts_everything_agrees(store: Store) -> None:
    """All the same: share 1; κ is 1 where there was more than one verdict."""
    count = say(store, "Bea", False, {})
    whole = with_coaches(labels(store))[0]
    assert (whole.cue, whole.pairs, whole.same) == ("", count, 1.0)
    assert math.isnan(whole.kappa) or whole.kappa == 1.0
    assert with_coaches(labels(store), blind=True) == []


def test_the_latest_decision_counts_and_can_be_taken_back(store: Store) -> None:
    """Another verdict takes the first one's place; "" takes it away."""
    count = say(store, "Bea", False, {})
    say(store, "Bea", False, {"good": "fault", "watch": "fault"})
    found = with_coaches(labels(store))[0]
    assert found.pairs == count
    assert found.same < 1
    say(store, "Bea", False, {"good": "", "watch": "", "fault": ""})
    assert labels(store) == []


def test_a_set_cut_anew_keeps_its_decisions(store: Store) -> None:
    """A repetition is found by its seconds; what isn't there any more is no pair."""
    count = say(store, "Bea", False, {})
    client = client_named(store, "Ana")
    one = store.sets("Ana", details=True)[0]
    gone = Decision(client.id, one.content, 1, "verdict", "good", "good", 9, CUE, 900.0, 902.0)
    decide(store, gone)
    assert with_coaches(labels(store))[0].pairs == count
    assert [one.rep for one in labels(store) if one.decision.rep == 9] == [None]


def test_coaches_are_compared_where_both_rated_blind(store: Store) -> None:
    """Not with what was decided in sight of the verdict."""
    say(store, "Bea", True, {})
    say(store, "Cem", False, {})
    assert between_coaches(labels(store)) == []
    count = say(store, "Dee", True, {"good": "watch"})
    found = between_coaches(labels(store))[0]
    assert found.pairs == count
    assert found.same < 1


def test_the_interval_holds_the_value(store: Store) -> None:
    """And is there only with enough sets."""
    say(store, "Bea", True, {})
    for one in with_coaches(labels(store)):
        if math.isfinite(one.low):
            assert one.low <= one.kappa <= one.high


def test_command_and_labels(store: Store, tmp_path: Path) -> None:
    """The table names the ceiling; the labels are a row a decision, in both forms."""
    runner = CliRunner()
    at = ["--database", str(tmp_path)]
    empty = runner.invoke(main, ["agreement", *at])
    assert empty.exit_code == 5
    count = say(store, "=Bea", True, {"good": "watch"})
    shown = runner.invoke(main, ["agreement", *at])
    assert shown.exit_code == 0, shown.output
    assert "Whelan 2019" in shown.stdout
    told = json.loads(runner.invoke(main, ["agreement", *at, "--json"]).stdout)
    assert told["coach and formcheck"][0]["pairs"] == count
    to = tmp_path / "to"
    assert runner.invoke(main, ["export", "--labels", "--to", str(to), *at]).exit_code == 0
    with (to / "labels.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == count
    assert {row["coach"] for row in rows} == {"'=Bea"}  # no formula
    assert {row["about"] for row in rows} == {"verdict"}
    assert parquet.read_table(to / "labels.parquet").num_rows == count

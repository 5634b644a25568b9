"""The history: written whole, read back alike, one form whichever way it was made."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from formcheck.errors import BadRequest, OutputError
from formcheck.history.copies import copies
from formcheck.history.schema import Base
from formcheck.history.store import Store, open_store, sqlite_url
from formcheck.history.stored import LimitsVersion, StoredSet, results_of
from formcheck.report.record import to_dict
from tests.postgres import cleared
from tests.report.sample import sample_analysis

DAY = datetime.date(2026, 11, 20)
LATER = {
    *("client_notes", "coaches", "decisions", "links", "marks", "messages", "settings"),
    *("uploads", "ended_sessions"),
}
"""Tables that the first form of the history didn't have."""

LIMITS = LimitsVersion("f" * 64, "standard", ())


def a_set(client: str = "Anna", content: str = "1" * 64, **changes: Any) -> StoredSet:
    """A set of five deadlifts."""
    one = StoredSet(
        key="k" * 64,
        client=client,
        content=content,
        file="x.mp4",
        date=DAY,
        limits=LIMITS,
        load_kg=100.0,
        **results_of(to_dict(sample_analysis())),
    )
    return replace(one, **changes)


def as_of_the_first_step(store: Store) -> None:
    """Take back what came to the history after formcheck 0.1.0."""
    with store.writing() as connection:
        for name in ("looked_state", "lift", "analysed_at"):
            connection.execute(text(f"drop index ix_sets_{name}"))
        connection.execute(text("alter table sets drop column looked"))
        for table in reversed(Base.metadata.sorted_tables):
            if table.name in LATER:
                connection.execute(text(f"drop table {table.name}"))
        connection.execute(text("update alembic_version set version_num='0001'"))


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A new history, in either kind of database."""
    if request.param == "sqlite":
        url = sqlite_url(tmp_path / "h.sqlite")
    else:
        url = request.getfixturevalue("postgres")
    with open_store(url) as opened:
        yield opened
        if request.param == "postgres":
            cleared(opened)


def _count(store: Store, table: str) -> int:
    with store.reading() as connection:
        count: int = connection.execute(text(f"select count(*) from {table}")).scalar_one()
        return count


def _same(one: object, other: object) -> bool:
    """Equal, NaN being like NaN."""
    return repr(one) == repr(other)


def test_set_comes_back_as_it_went_in(store: Store) -> None:
    """All that was written is read back; a repetition's texts stay in its analysis.json."""
    one = a_set(notes="naïve ☺ 'quotes'\n\"new line\"", target_reps=5, tempo="3-1-3")
    store.add_set(one)
    (found,) = store.sets(details=True)
    without_texts = tuple(
        replace(
            judged,
            findings={
                cue: replace(finding, reason="", advice="")
                for cue, finding in sorted(judged.findings.items())
            },
        )
        for judged in one.reps
    )
    in_order = tuple(
        replace(judged, findings=dict(sorted(judged.findings.items()))) for judged in found.reps
    )
    assert _same(in_order, without_texts)
    assert found.summary is not None
    assert one.summary is not None
    assert _same(
        replace(found, reps=(), summary=replace(found.summary, findings={})),
        replace(one, reps=(), summary=replace(one.summary, findings={})),
    )
    assert _same(sorted(found.summary.findings), sorted(one.summary.findings))


def test_without_details_only_the_set_is_read(store: Store) -> None:
    """The quick way gives score and counts, and no findings."""
    store.add_set(a_set())
    (found,) = store.sets("Anna")
    assert found.summary is not None
    assert (found.rep_count, found.reps, found.summary.findings) == (5, (), {})
    assert math.isfinite(found.summary.score)
    assert store.sets("Bert") == []


def test_adding_twice_is_adding_once(store: Store) -> None:
    """The same client and content take their earlier place, with all their rows."""
    store.add_set(a_set())
    rows = [_count(store, table) for table in ("sets", "reps", "findings", "sessions")]
    store.add_set(a_set(load_kg=120.0))
    assert [_count(store, table) for table in ("sets", "reps", "findings", "sessions")] == rows
    assert [one.load_kg for one in store.sets()] == [120.0]


def test_same_film_of_two_clients_is_two_sets(store: Store) -> None:
    """What Anna sent and Bert sent too is in both histories."""
    store.add_sets([a_set("Anna"), a_set("Bert")])
    assert [one.client for one in store.sets()] == ["Anna", "Bert"]
    assert store.clients() == {"Anna": "Anna", "Bert": "Bert"}


def test_mended_file_takes_the_place_of_the_failed_one(store: Store) -> None:
    """A file that failed and now holds something else is one row, and not a red one."""
    bad = a_set(content="0" * 64, state="failed", error="NotAVideo", summary=None, reps=())
    store.add_set(replace(bad, limits=None, rep_count=0))
    store.add_set(a_set())
    assert [one.state for one in store.sets()] == ["analysed"]


def test_a_set_is_written_whole_or_not_at_all(store: Store) -> None:
    """When a repetition can't be written, neither is its set."""
    one = a_set()
    twice = replace(one, reps=(one.reps[0], one.reps[0]))
    with pytest.raises(OutputError, match="database can't be used"):
        store.add_set(twice)
    assert _count(store, "sets") == _count(store, "clients") == 0


def test_sessions_follow_the_dates(store: Store) -> None:
    """Sets of one day are one session; a corrected date leaves no empty one behind."""
    store.add_sets([a_set(), a_set(content="2" * 64)])
    assert _count(store, "sessions") == 1
    later = DAY + datetime.timedelta(days=1)
    store.add_sets([a_set(date=later), a_set(content="2" * 64, date=later)])
    assert _count(store, "sessions") == 1
    assert {one.date for one in store.sets()} == {later}


def test_steps_give_the_tables_of_the_models(store: Store) -> None:
    """Nothing is left to do between what the migrations made and what the code says."""
    with store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_step_of_looked_keeps_what_came_lately_new(tmp_path: Path) -> None:
    """An older history comes along, with a copy; what lay there for long counts as looked at."""
    path = tmp_path / "h.sqlite"
    now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None, microsecond=0)
    with open_store(sqlite_url(path)) as store:
        store.add_sets(
            [
                a_set(content="new", analysed_at=now),
                a_set(content="old", analysed_at=now - datetime.timedelta(days=60)),
            ]
        )
        as_of_the_first_step(store)
    with open_store(sqlite_url(path)) as store:
        assert {one.content: one.looked for one in store.sets()} == {"new": False, "old": True}
    assert [one.name[10:] for one in copies(path)] == ["-before-0003.sqlite"]


def test_history_of_a_newer_formcheck_is_left_alone(tmp_path: Path) -> None:
    """An unknown step means that a newer formcheck wrote it: said, and nothing changed."""
    url = sqlite_url(tmp_path / "h.sqlite")
    with open_store(url) as store, store.writing() as connection:
        connection.execute(text("update alembic_version set version_num='9999'"))
    with pytest.raises(BadRequest, match="newer formcheck"):
        open_store(url)


@pytest.mark.parametrize("url", ["nonsense", "nosuch://x", "mysql+nosuch://x/y"])
def test_nonsense_for_an_address_is_told(url: str) -> None:
    """An address that is none is the user's to mend."""
    with pytest.raises(BadRequest, match="--database"):
        open_store(url)


def test_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    """A text file where the database should be is named, not overwritten."""
    path = tmp_path / "h.sqlite"
    path.write_text("my notes, which must not be lost" * 50)
    with pytest.raises(OutputError, match="not a database"):
        open_store(sqlite_url(path))
    assert path.read_text().startswith("my notes")


def test_files_are_remembered(store: Store) -> None:
    """Size, time and checksum of a file come back; the latest counts."""
    store.remember_files({"a": ("1", "2", "3")})
    store.remember_files({"a": ("1", "4", "5"), "b": ("6", "7", "8")})
    assert store.known_files() == {"a": ("1", "4", "5"), "b": ("6", "7", "8")}

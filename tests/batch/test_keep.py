"""Killed between any two steps: the next run finds the folder, or the note, or nothing to do."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ParamSpec, TypeVar

import pytest

from formcheck.batch.job import Answer, Job
from formcheck.batch.keep import Keeper
from formcheck.batch.store import Store, open_store, sqlite_url
from formcheck.batch.work import do
from formcheck.errors import OutputError
from tests.batch.uploads import good, job_of, no_rest

P = ParamSpec("P")
R = TypeVar("R")


class Killed(BaseException):
    """The end, at a moment of the test's choosing."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(sqlite_url(tmp_path / "h.sqlite")) as opened:
        yield opened


def _finished(keeper: Keeper, tmp_path: Path, number: int = 1) -> tuple[Job, Answer]:
    job = job_of(good(tmp_path / "a.npz", number))
    return job, do(job, keeper.staging / job.id, lambda _: None)


@pytest.mark.parametrize("earlier", [False, True], ids=["first", "again"])
@pytest.mark.parametrize("step", range(1, 6))
def test_killed_at_any_step(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch, step: int, earlier: bool
) -> None:
    """Whatever step is the last one, after recovery the set is there once and whole."""
    out = tmp_path / "out"
    keeper = Keeper(out, store)
    if earlier:
        keeper.keep(*_finished(keeper, tmp_path))
    job, answer = _finished(keeper, tmp_path)
    steps = [0]

    def counted(what: Callable[P, R]) -> Callable[P, R]:
        def stopping(*args: P.args, **options: P.kwargs) -> R:
            steps[0] += 1
            if steps[0] >= step:
                raise Killed
            return what(*args, **options)

        return stopping

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", counted(Path.replace))
        patch.setattr(store, "add_set", counted(store.add_set))
        patch.setattr(Path, "unlink", counted(Path.unlink))
        with pytest.raises(Killed):
            keeper.keep(job, answer)
    assert Keeper(out, store).recover() <= 1
    (one,) = store.sets()
    assert one.state == "analysed"
    assert json.loads((out / one.folder / "analysis.json").read_text())["reps"]
    assert no_rest(out)
    assert len(list((out / "clients").glob("*/*"))) == 1
    assert Keeper(out, store).recover() == 0


def test_half_done_work_is_cleared_away(tmp_path: Path, store: Store) -> None:
    """What a killed worker left unfinished goes; a finished set beside it is taken in."""
    keeper = Keeper(tmp_path / "out", store)
    job, _ = _finished(keeper, tmp_path)
    shutil.copytree(keeper.staging / job.id, keeper.staging / "other.part")
    (keeper.staging / "stray").write_text("?")
    (keeper.staging / "empty").mkdir()
    assert keeper.recover() == 1
    assert no_rest(tmp_path / "out")
    assert [one.file for one in store.sets()] == ["a.npz"]


def test_database_that_fails_leaves_the_set_for_later(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The history can't be written: told, and the next run takes the set in."""
    keeper = Keeper(tmp_path / "out", store)
    job, answer = _finished(keeper, tmp_path)

    def full(*_sets: object) -> None:
        raise OutputError("the disk is full")

    monkeypatch.setattr(store, "add_set", full)
    with pytest.raises(OutputError):
        keeper.keep(job, answer)
    monkeypatch.undo()
    assert Keeper(tmp_path / "out", store).recover() == 1
    assert len(store.sets()) == 1

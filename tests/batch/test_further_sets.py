"""A film of several sets in a batch: a row each, one folder, done once."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from formcheck.batch.cluster import _read_files, _write_files
from formcheck.batch.keep import Keeper
from formcheck.batch.note import read_finished
from formcheck.batch.store import open_store, sqlite_url
from formcheck.batch.stored import StoredSet, content_of_set
from formcheck.batch.work import do
from formcheck.pipeline import analyze_sets
from formcheck.poses.saved import save_poses
from formcheck.seal import damaged
from tests.batch.uploads import events, good, history, no_rest, run
from tests.joined import joined
from tests.skeleton import skeleton

LIFTS = [("deadlift", 3), ("kettlebell_swing", 5)]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of two sets and one of one, judged; what the run told is beside them."""
    place = tmp_path_factory.mktemp("superset")
    film = place / "in" / "Anna" / "superset.npz"
    film.parent.mkdir(parents=True)
    tracks = (skeleton(lift, reps=reps, rate_hz=15.0).track for lift, reps in LIFTS)
    save_poses(joined(*tracks), film)
    good(place / "in" / "Anna" / "one.npz")
    result = run(place / "in", "--out", place / "out", "--json")
    assert result.exit_code == 0, result.stderr
    (place / "told.json").write_text(json.dumps(events(result)))
    return place


@pytest.fixture
def place(done: Path, tmp_path: Path) -> Path:
    """The same for each test anew."""
    return shutil.copytree(done, tmp_path / "place", copy_function=shutil.copy2)


def of_superset(out: Path) -> list[StoredSet]:
    return sorted((one for one in history(out) if "super" in one.file), key=lambda one: one.number)


def test_each_set_is_a_row_with_its_own_results(done: Path) -> None:
    """Both stand in the history with lift and count; the second one's folder is in the first's."""
    out, film = done / "out", done / "in" / "Anna" / "superset.npz"
    both = of_superset(out)
    assert [(one.lift, one.rep_count) for one in both] == LIFTS
    assert both[1].content == content_of_set(both[0].content, 2)
    assert both[1].folder == f"{both[0].folder}/set-2"
    assert both[1].called == "superset.npz, set 2"
    for one, alone in zip(both, analyze_sets(film), strict=True):
        kept = json.loads((out / one.folder / "analysis.json").read_text())
        assert kept == alone.to_dict()
    told = [one for one in json.loads((done / "told.json").read_text()) if one["event"] == "set"]
    assert sorted((one["file"], one["set"]) for one in told) == [
        ("one.npz", 1),
        ("superset.npz", 1),
        ("superset.npz", 2),
    ]


def test_the_second_run_finds_nothing_new(place: Path) -> None:
    """Both sets are known: nothing is done, nothing changes."""
    run(place / "in", "--out", place / "out")  # it stands elsewhere than when it was judged
    before = history(place / "out")
    result = run(place / "in", "--out", place / "out", "--json")
    assert [one for one in events(result) if one["event"] == "set"] == []
    assert repr(history(place / "out")) == repr(before)
    assert len(before) == 3


def test_what_is_said_of_the_film_goes_to_all_its_sets(place: Path) -> None:
    """A film that has another name now has it in both rows."""
    film = place / "in" / "Anna" / "superset.npz"
    film.rename(film.with_name("superset 60 kg.npz"))
    run(place / "in", "--out", place / "out")
    assert [(one.file, one.load_kg) for one in of_superset(place / "out")] == [
        ("superset 60 kg.npz", 60.0)
    ] * 2


def test_rescoring_keeps_both(place: Path) -> None:
    """Judged again from their own poses: the same two sets, with the new limits."""
    limits = place / "club.toml"
    limits.write_text("[tempo.any]\nweight = 2.0\n")
    before = [(one.lift, one.rep_count) for one in of_superset(place / "out")]
    result = run("--rescore", "--out", place / "out", "--limits", limits)
    assert result.exit_code == 0, result.stderr
    after = of_superset(place / "out")
    assert [(one.lift, one.rep_count) for one in after] == before
    for one in after:
        said = json.loads((place / "out" / one.folder / "analysis.json").read_text())
        assert said["limits"] == "club.toml"
        assert said["part"]["of"] == 2


def test_a_lost_history_is_made_again_with_both(place: Path) -> None:
    """The folders hold all that it needs."""
    for path in (place / "out").glob("formcheck.sqlite*"):
        path.unlink()
    with open_store(sqlite_url(place / "out" / "formcheck.sqlite")) as store:
        keeper = Keeper(place / "out", store)
        assert keeper.recover() == 2
        assert "3 sets and 0 failures" in keeper.said[0]
    assert [(one.lift, one.rep_count) for one in of_superset(place / "out")] == LIFTS
    assert no_rest(place / "out")


def test_a_film_of_fewer_sets_leaves_no_row_behind(place: Path) -> None:
    """Judged anew as one set, the film has one row; other films keep theirs."""
    with open_store(sqlite_url(place / "out" / "formcheck.sqlite")) as store:
        first, _ = of_superset(place / "out")
        store.add_set(replace(first, rep_count=8))
        assert len(store.sets()) == 2


def test_results_travel_with_their_further_sets(done: Path, tmp_path: Path) -> None:
    """What a cluster's worker sends back lies as it lay there; no name leads elsewhere."""
    folder = done / "out" / of_superset(done / "out")[0].folder
    files = _read_files(folder)
    _write_files(tmp_path / "in", files | {"../../away.txt": b"", "set-x/y.txt": b""})
    assert _read_files(tmp_path / "in") == files | {"away.txt": b"", "y.txt": b""}
    assert "set-2/poses.npz" in files


def _folder(place: Path) -> Path:
    (first, _) = of_superset(place / "out")
    return place / "out" / first.folder


@pytest.mark.parametrize("name", ["poses.npz", "analysis.json", "set.json"])
def test_damage_of_a_further_set_is_mended(place: Path, name: str) -> None:
    """A second set's file that was changed: noticed by the next batch, made again with the rest."""
    out = place / "out"
    before = [repr(one.summary) for one in of_superset(out)]
    second = _folder(place) / "set-2"
    (second / name).write_bytes(b"{broken")
    (second / "notes.txt").write_text("mine")
    result = run(place / "in", "--out", out, "--json")
    assert result.exit_code == 0
    assert any(name in str(one.get("say")) for one in events(result))
    assert [repr(one.summary) for one in of_superset(out)] == before
    assert damaged(second, thorough=True) == damaged(second.parent, thorough=True) == []
    assert (second / "notes.txt").read_text() == "mine"


def test_a_film_of_fewer_sets_leaves_no_set_behind(place: Path) -> None:
    """Judged again as one set: the second's files of ours go, a coach's own stay."""
    out, folder = place / "out", _folder(place)
    (folder / "set-2" / "notes.txt").write_text("mine")
    stage = out / ".formcheck-batch" / "again"
    finished = read_finished(folder)
    assert finished is not None
    job = replace(finished[0], id="again", source=str(good(place / "one.npz")), poses=None)
    answer = do(job, stage, lambda _: None)
    with open_store(sqlite_url(out / "formcheck.sqlite")) as store:
        assert len(Keeper(out, store).keep(job, answer)) == 1
    assert [one.number for one in of_superset(out)] == [1]
    assert [path.name for path in (folder / "set-2").iterdir()] == ["notes.txt"]


def test_a_further_set_isnt_written_through_a_link(place: Path) -> None:
    """A set-2 that leads elsewhere is refused, and nothing is changed there."""
    out, folder = place / "out", _folder(place)
    elsewhere = (folder / "set-2").rename(place / "elsewhere")
    (folder / "set-2").symlink_to(elsewhere)
    before = {path.name: path.read_bytes() for path in elsewhere.iterdir()}
    run("--rescore", "--out", out)
    assert {path.name: path.read_bytes() for path in elsewhere.iterdir()} == before

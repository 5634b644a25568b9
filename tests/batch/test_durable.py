"""Nothing lost: a coach's own files, the last good result, corrections, the history."""

from __future__ import annotations

import contextlib
import json
import math
import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from formcheck.batch.job import Answer
from formcheck.batch.keep import Keeper
from formcheck.batch.note import FAILED_JSON, read_finished, write_finished
from formcheck.batch.work import do
from formcheck.cli import main
from formcheck.errors import OutputError
from formcheck.history.copies import KEPT_DAYS, copies, copies_folder, copy_history
from formcheck.history.schema import Base
from formcheck.history.store import DATABASE, Store, open_store, sqlite_url, what_to_do
from formcheck.history.stored import StoredSet
from formcheck.seal import damaged, seal
from tests.batch.uploads import events, good, history, job_of, no_rest, run
from tests.history.test_store import a_set, as_of_the_first_step
from tests.killed_child import all_here

MINE = {"coach-notes.txt": "mine", "why-1-hip_drive.png": "a picture", "report.html": "my own"}
LIST = "client,file,load_kg,date,notes,side\nAnna,one.npz,{},2026-11-{},{},{}\n"


@pytest.fixture(autouse=True)
def workers_here() -> Iterator[None]:
    """Without the seconds that a worker takes to start."""
    with all_here():
        yield


@pytest.fixture(scope="module")
def judged_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("judged")
    good(place / "in" / "Anna" / "one.npz", 1)
    good(place / "in" / "Bert" / "two.npz", 2, "back_squat")
    (place / "in" / "Bert" / "bad.npz").write_bytes(b"cut off")
    with all_here():
        assert run(place / "in", "--out", place / "out").exit_code == 3
    return place


@pytest.fixture
def judged(judged_once: Path, tmp_path: Path) -> tuple[Path, Path, Path]:
    """Uploads, what a batch made of them, and the folder of Anna's set."""
    place = tmp_path / "place"
    shutil.copytree(judged_once, place)
    (anna,) = (place / "out" / "clients" / "Anna").iterdir()
    # The paths in the history are those of the first place; its uploads are still there.
    return judged_once / "in", place / "out", anna


def doctor(out: Path, *words: str) -> Result:
    told = ["doctor", "--out", str(out), *words]
    return CliRunner().invoke(main, told, prog_name="formcheck", catch_exceptions=False)


def one_of(out: Path, client: str = "Anna") -> StoredSet:
    (one,) = [one for one in history(out) if one.client == client and one.state != "failed"]
    return one


# ---------------------------------------------------------------- only what it wrote


def test_rescoring_leaves_what_others_wrote(judged: tuple[Path, Path, Path]) -> None:
    """Notes, pictures of why, a report of their own stay; so does the annotated film."""
    _, out, anna = judged
    (anna / "annotated.mp4").write_text("dear to make again")
    seal(anna)
    for name, words in MINE.items():
        (anna / name).write_text(words)
    assert run("--rescore", "--out", out).exit_code == 0
    assert {name: (anna / name).read_text() for name in MINE} == MINE
    assert (anna / "annotated.mp4").read_text() == "dear to make again"
    assert damaged(anna, thorough=True) == []


def test_an_unblurred_film_doesnt_outlive_the_wish_to_blur(judged: tuple[Path, Path, Path]) -> None:
    """Faces that are to be blurred now aren't kept from before."""
    _, out, anna = judged
    (anna / "annotated.mp4").write_text("a face")
    seal(anna)
    assert run("--rescore", "--out", out, "--blur-faces").exit_code == 0
    assert not (anna / "annotated.mp4").exists()


def test_a_report_in_the_way_gets_another_name(judged: tuple[Path, Path, Path]) -> None:
    """A coach's own report.html, where a report of ours is to go, is set aside and told."""
    uploads, out, anna = judged
    (anna / "report.html").write_text("my own")
    told = ["batch", str(uploads), "--out", str(out)]
    result = CliRunner().invoke(main, told, prog_name="formcheck", catch_exceptions=False)
    assert "report.kept-1.html" in result.stderr
    assert (anna / "report.kept-1.html").read_text() == "my own"
    assert "my own" not in (anna / "report.html").read_text()


# ---------------------------------------------------------------- the last good result


@pytest.mark.parametrize("damage", [b"", b"garbage", None], ids=["empty", "garbage", "gone"])
def test_a_failed_rejudging_keeps_the_last_good_result(
    judged: tuple[Path, Path, Path], damage: bytes | None
) -> None:
    """Unreadable poses: told, exit code 3, and score, repetitions and findings stay."""
    uploads, out, anna = judged
    before = one_of(out)
    (anna / "poses.npz").unlink()
    if damage is not None:
        (anna / "poses.npz").write_bytes(damage)
    result = run("--rescore", "--out", out, "--json")
    assert result.exit_code == 3
    (failure,) = [one for one in events(result)[-1]["failures"] if one["client"] == "Anna"]
    assert "Its earlier result stays." in failure["message"]
    assert one_of(out).summary == before.summary
    mended = run(uploads, "--out", out, "--json")
    assert [event["file"] for event in events(mended) if event["event"] == "set"] == ["one.npz"]
    assert repr(one_of(out).summary) == repr(before.summary)
    assert damaged(anna, thorough=True) == []


@pytest.mark.parametrize("name", ["analysis.json", "reps.csv", "poses.npz", "set.json"])
def test_damage_is_noticed_and_mended_by_the_next_batch(
    judged: tuple[Path, Path, Path], name: str
) -> None:
    """Any file of ours that isn't as it was written: told, and made again from the upload."""
    uploads, out, anna = judged
    before = {path.name: path.read_bytes() for path in anna.iterdir()}
    content = bytearray(before[name])
    content[len(content) // 2] ^= 1
    (anna / name).write_bytes(content)
    result = run(uploads, "--out", out, "--json")
    notes = [str(event["say"]) for event in events(result) if event["event"] == "note"]
    assert any(name in say and "one.npz" in say for say in notes)
    for same in ("analysis.json", "reps.csv", "poses.npz"):
        assert (anna / same).read_bytes() == before[same]
    assert damaged(anna, thorough=True) == []
    assert events(run(uploads, "--out", out, "--json"))[0]["todo"] == 0


def test_a_failure_doesnt_replace_a_result(judged: tuple[Path, Path, Path]) -> None:
    """A film that suddenly can't be judged with new settings leaves what was found before."""
    _, out, _ = judged
    before = one_of(out)
    with open_store(sqlite_url(out / DATABASE)) as store:
        details = {"client": "Anna", "content": before.content, "folder": before.folder}
        job = job_of(Path(before.path))
        job = replace(job, details={**job.details, **details})
        answer = Answer("failed", "TimeLimit", "it took too long.")
        (told,) = Keeper(out, store).keep(job, answer)
    assert told.state == "failed" and "Its earlier result stays." in told.message
    assert repr(one_of(out)) == repr(before)


def test_our_own_failure_is_tried_again(judged: tuple[Path, Path, Path]) -> None:
    """What formcheck itself failed over isn't filed under the film; what the film is, is."""
    uploads, out, _ = judged
    with open_store(sqlite_url(out / DATABASE)) as store, store.writing() as connection:
        connection.execute(
            text("update sets set state='failed', error='KeyError' where file='one.npz'")
        )
    result = run(uploads, "--out", out, "--json")
    assert [event["file"] for event in events(result) if event["event"] == "set"] == ["one.npz"]


# ---------------------------------------------------------------- paths stay in their place


def test_a_history_row_doesnt_lead_elsewhere(judged: tuple[Path, Path, Path]) -> None:
    """A folder outside of clients/ isn't written to, and nothing in it is deleted."""
    uploads, out, _ = judged
    victim = out.parent / "victim"
    victim.mkdir()
    (victim / "diary.txt").write_text("mine")
    for folder in ("../victim", "clients/../../victim", str(victim), ".", "clients"):
        with contextlib.closing(sqlite3.connect(out / DATABASE)) as base, base:
            base.execute("update sets set folder = ? where file = 'one.npz'", (folder,))
        assert run("--rescore", "--out", out).exit_code == 3
        assert run(uploads, "--out", out).exit_code == 3
        assert [path.name for path in victim.iterdir()] == ["diary.txt"]
        assert one_of(out).folder.startswith("clients/Anna/")


def test_a_planted_note_doesnt_lead_elsewhere(judged: tuple[Path, Path, Path]) -> None:
    """A set.json put into the staging folder can't steer what is written or deleted."""
    uploads, out, _ = judged
    victim = out.parent / "victim"
    victim.mkdir()
    (victim / "diary.txt").write_text("mine")
    stage = out / ".formcheck-batch" / "aaaa"
    job = job_of(good(out.parent / "a.npz", 3), name="aaaa")
    answer = do(job, stage, lambda _: None)
    planted = replace(job, details={**job.details, "folder": "../victim"})
    write_finished(stage, planted, answer)
    (out / ".formcheck-batch" / "bbbb.note").write_text(json.dumps({"folder": "../victim"}))
    run(uploads, "--out", out)
    assert [path.name for path in victim.iterdir()] == ["diary.txt"]
    assert no_rest(out)


def test_a_link_doesnt_lead_elsewhere(judged: tuple[Path, Path, Path]) -> None:
    """A client's folder that is a link to another place isn't followed."""
    _, out, anna = judged
    elsewhere = out.parent / "elsewhere"
    anna.parent.rename(elsewhere)
    anna.parent.symlink_to(elsewhere)
    before = {path: path.read_bytes() for path in elsewhere.rglob("*") if path.is_file()}
    assert run("--rescore", "--out", out).exit_code == 3
    after = {path: path.read_bytes() for path in elsewhere.rglob("*") if path.is_file()}
    assert after == before


def test_a_clients_folder_is_a_plain_name(judged: tuple[Path, Path, Path]) -> None:
    """A client's row can't make a page outside of clients/."""
    uploads, out, _ = judged
    with contextlib.closing(sqlite3.connect(out / DATABASE)) as base, base:
        base.execute("update clients set folder = '../../stolen' where name = 'Anna'")
    (out / "index.html").unlink()
    run(uploads, "--out", out)
    assert not (out.parent / "stolen.html").exists()
    assert (out / "clients" / "Anna.html").exists()


# ---------------------------------------------------------------- the history


def test_a_lost_history_comes_back_with_its_corrections(tmp_path: Path) -> None:
    """Load, date, note and side as last said, and the failures; and it is told."""
    source, out = tmp_path / "in", tmp_path / "out"
    good(source / "one.npz", 1)
    (source / "bad.npz").write_bytes(b"cut off")
    bad = "Anna,bad.npz,,,,\n"
    (source / "list.csv").write_text(LIST.format(50, 20, "first", "left") + bad)
    run(source / "list.csv", "--out", out)
    (source / "list.csv").write_text(LIST.format(60, 21, "corrected", "right") + bad)
    run(source / "list.csv", "--out", out)
    before = {one.file: one for one in history(out)}
    assert (before["one.npz"].load_kg, before["one.npz"].notes) == (60.0, "corrected")
    (out / DATABASE).unlink()
    shutil.rmtree(copies_folder(out / DATABASE))
    with open_store(sqlite_url(out / DATABASE)) as store:
        keeper = Keeper(out, store)
        keeper.recover()
        assert "The history was empty: 1 sets and 1 failures" in keeper.said[0]
    after = {one.file: one for one in history(out)}
    for name in ("load_kg", "date", "notes", "side", "file", "client", "state", "message"):
        for file, one in before.items():
            was, now = getattr(one, name), getattr(after[file], name)
            assert was == now or (math.isnan(was) and math.isnan(now)), (file, name)
    assert (out / FAILED_JSON).exists()


def test_a_note_with_another_checksum_isnt_believed(judged: tuple[Path, Path, Path]) -> None:
    """A note that was changed by hand or damaged isn't taken for what was said."""
    _, _, anna = judged
    said = json.loads((anna / "set.json").read_text())
    said["job"]["details"]["load_kg"] = 500.0
    (anna / "set.json").write_text(json.dumps(said))
    assert read_finished(anna) is None


def test_half_made_tables_are_no_obstacle(tmp_path: Path) -> None:
    """What an earlier formcheck was killed over: empty tables, and no step noted."""
    with contextlib.closing(sqlite3.connect(tmp_path / "h.sqlite")) as base:
        base.execute("create table clients (id integer primary key)")
        base.execute("create table sets (id integer primary key)")
    with open_store(sqlite_url(tmp_path / "h.sqlite")) as store:
        store.add_set(a_set())
        assert len(store.sets()) == 1


def test_full_tables_without_a_step_are_left_alone(tmp_path: Path) -> None:
    """Tables that hold something aren't dropped; the remedy is named."""
    with contextlib.closing(sqlite3.connect(tmp_path / "h.sqlite")) as base, base:
        base.execute("create table clients (id integer primary key)")
        base.execute("insert into clients values (1)")
    with pytest.raises(OutputError, match=r"doctor --out DIR --repair"):
        open_store(sqlite_url(tmp_path / "h.sqlite"))


def test_tables_are_made_whole_or_not_at_all(tmp_path: Path) -> None:
    """A new table within a transaction that fails is gone."""
    with open_store(sqlite_url(tmp_path / "h.sqlite")) as store:

        def failing() -> None:
            with store.writing() as connection:
                connection.execute(text("create table more (id integer)"))
                raise KeyError

        with pytest.raises(KeyError):
            failing()
        with store.reading() as connection:
            names = {row[0] for row in connection.execute(text("select name from sqlite_master"))}
    assert "more" not in names
    assert names >= set(Base.metadata.tables)


def test_two_writers_at_once_both_finish(tmp_path: Path) -> None:
    """Two batches on one database add the same and other sets: both are done, each set once."""
    url = sqlite_url(tmp_path / "h.sqlite")
    troubles: list[BaseException] = []

    def write(offset: int) -> None:
        try:
            with open_store(url) as store:
                for number in range(20):
                    store.add_clients({f"client {number}"})
                    store.add_set(a_set(f"client {number}", content=f"{number % 7 + offset}" * 4))
        except BaseException as problem:
            troubles.append(problem)

    threads = [threading.Thread(target=write, args=(offset,)) for offset in (0, 0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    with open_store(url) as store:
        assert len(store.clients()) == 20


def test_copies_are_dated_bounded_and_whole(tmp_path: Path) -> None:
    """One a day, the same state isn't copied twice, and only so many are kept."""
    file = tmp_path / "h.sqlite"
    with open_store(sqlite_url(file)) as store:
        store.add_set(a_set())
        store.copy()
        (copy,) = copies(file)
        assert copy_history(file) is None
    for day in range(1, 12):
        shutil.copy2(copy, copy.with_name(f"2026-01-{day:02}.sqlite"))
    (copies_folder(file) / "my own.sqlite").write_text("mine")
    with Store(store.engine) as again:
        again.add_set(a_set(content="2" * 64))
        again.copy()
    assert len(copies(file)) == KEPT_DAYS
    assert (copies_folder(file) / "my own.sqlite").exists()
    with open_store(sqlite_url(copies(file)[0])) as copied:
        assert len(copied.sets()) == 2


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("database or disk is full", "disk is full"),
        ("database disk image is malformed", "broken"),
        ("file is not a database", "broken"),
        ("table clients already exists", "aren't as formcheck made them"),
        ("attempt to write a readonly database", "may not write"),
        ("database is locked", "Another program"),
        ("connection to server failed: Connection refused", "can't be reached"),
        ("UNIQUE constraint failed: sets.content", "Run it again"),
    ],
)
def test_the_advice_goes_by_the_cause(said: str, advice: str) -> None:
    """Only a full disk is to be freed."""
    told = what_to_do("h.sqlite", said)
    assert advice in told
    assert ("Free" in told) == ("full" in said)


@pytest.mark.parametrize("at", [0, 30, 4096, 8192, 20000])
def test_a_damaged_history_names_its_remedy(judged: tuple[Path, Path, Path], at: int) -> None:
    """Wherever it is damaged: one line, code 6, no traceback, and what mends it."""
    uploads, out, _ = judged
    with (out / DATABASE).open("r+b") as file:
        file.seek(at)
        file.write(b"\xff\xfe" * 300)
    result = run(uploads, "--out", out)
    assert result.exit_code == 6
    assert result.stderr.count("\n") == 1
    assert "doctor --out DIR --repair" in result.stderr


@pytest.mark.parametrize("column", ["headline", "settings", "analysed_at"])
def test_nonsense_in_a_row_is_told(judged: tuple[Path, Path, Path], column: str) -> None:
    """Bytes that are no text, JSON or time: one line and the remedy, no traceback."""
    _, out, _ = judged
    with contextlib.closing(sqlite3.connect(out / DATABASE)) as base, base:
        base.execute(f"update sets set {column} = cast(x'fffe7b' as text)")
    told = ["history", "--database", str(out)]
    result = CliRunner().invoke(main, told, prog_name="formcheck", catch_exceptions=False)
    assert result.exit_code == 6
    assert "doctor --out DIR --repair" in result.stderr
    assert doctor(out, "--repair").exit_code == 0
    assert len(history(out)) == 3


# ---------------------------------------------------------------- the doctor


def test_the_doctor_finds_nothing_where_all_is_well(judged: tuple[Path, Path, Path]) -> None:
    """All as it was written: code 0, and nothing is changed."""
    _, out, _ = judged
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    result = doctor(out)
    assert (result.exit_code, result.stdout) == (0, "ok      3 sets, all as they were written.\n")
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before


def test_the_doctor_finds_an_earlier_formchecks_history_well(
    judged: tuple[Path, Path, Path],
) -> None:
    """What 0.1.0 wrote isn't broken: it is read, and stays in its form until it is written to."""
    _, out, _ = judged
    with open_store(sqlite_url(out / DATABASE)) as store:
        as_of_the_first_step(store)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    result = doctor(out)
    assert (result.exit_code, result.stdout) == (0, "ok      3 sets, all as they were written.\n")
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before


def test_the_doctor_sees_what_sizes_and_times_hide(judged: tuple[Path, Path, Path]) -> None:
    """A flipped bit under an unchanged time is found, and mended from the poses."""
    _, out, anna = judged
    file, state = anna / "reps.csv", (anna / "reps.csv").stat()
    content = bytearray(file.read_bytes())
    content[-3] ^= 1
    file.write_bytes(content)
    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert "reps.csv" in doctor(out).stdout
    assert doctor(out).exit_code == 1
    result = doctor(out, "--repair")
    assert result.exit_code == 0, result.stdout
    assert "MENDED" in result.stdout
    assert doctor(out).exit_code == 0


def test_the_doctor_makes_a_history_anew(judged: tuple[Path, Path, Path]) -> None:
    """A damaged history: a new one with the same sets, the old one under a dated name."""
    _, out, _ = judged
    before = [(one.client, one.file, one.state, repr(one.summary)) for one in history(out)]
    (out / DATABASE).write_bytes(b"not a database at all" * 100)
    looked = doctor(out)
    assert looked.exit_code == 1
    assert "--repair" in looked.stdout
    result = doctor(out, "--repair")
    assert result.exit_code == 0, result.stdout
    assert "made anew" in result.stdout
    (aside,) = out.glob("formcheck-damaged-*.sqlite")
    assert aside.read_bytes().startswith(b"not a database")
    after = [(one.client, one.file, one.state, repr(one.summary)) for one in history(out)]
    assert sorted(after) == sorted(before)


def test_the_doctor_says_what_cant_be_restored(tmp_path: Path) -> None:
    """No film, no poses: named, code 1, and the rest is mended."""
    source, out = good(tmp_path / "in" / "Anna" / "one.npz", 1), tmp_path / "out"
    run(source, "--out", out)
    (folder,) = (out / "clients").glob("*/*")
    (folder / "poses.npz").write_bytes(b"")
    source.unlink()
    (out / ".formcheck-0123abcd").mkdir()
    result = doctor(out, "--repair")
    assert result.exit_code == 1
    assert "Neither its film nor its poses are there" in result.stdout
    assert "MENDED" in result.stdout
    assert not (out / ".formcheck-0123abcd").exists()
    assert len(history(out)) == 1


def test_the_doctor_looks_at_one_analysis(tmp_path: Path) -> None:
    """The folder of an analysis: damage is named; a folder of neither kind is refused."""
    source = good(tmp_path / "one.npz", 1)
    told = ["analyze", str(source), "--out", str(tmp_path / "a"), "--no-html"]
    CliRunner().invoke(main, told, prog_name="formcheck", catch_exceptions=False)
    assert doctor(tmp_path / "a").exit_code == 0
    (tmp_path / "a" / "reps.csv").write_text("?")
    result = doctor(tmp_path / "a")
    assert result.exit_code == 1 and "reps.csv" in result.stdout
    (tmp_path / "empty").mkdir()
    assert doctor(tmp_path / "empty").exit_code == 2


def test_pages_that_were_due_when_killed_are_written(judged: tuple[Path, Path, Path]) -> None:
    """Killed between the history and the pages: the next run writes them."""
    uploads, out, _ = judged
    (out / ".formcheck-batch" / "pages-due").touch()
    result = run(uploads, "--out", out, "--json")
    assert "pages" in [event["event"] for event in events(result)]

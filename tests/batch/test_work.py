"""The work on one set, in this process: what goes where, and what is said of a bad film."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import pytest

from formcheck import pipeline
from formcheck.batch import work
from formcheck.batch.entry import Entry
from formcheck.batch.job import Options, job_of_set
from formcheck.batch.plan import make_plan
from formcheck.batch.run import model_name
from formcheck.errors import OutputError
from formcheck.history.store import open_store
from formcheck.report.rep_pictures import SET_PICTURE
from formcheck.video import container
from tests.batch.uploads import SAMPLE, good, job_of
from tests.video.films import make_film


def _nothing(_share: float) -> None:
    """Nobody listens."""


def test_bug_is_a_failed_set_with_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of ours is told as such and asks for a report; nothing is left."""
    monkeypatch.setattr(pipeline, "judge_poses", lambda *_, **__: 1 / 0)
    answer = work.do(job_of(good(tmp_path / "a.npz")), tmp_path / "s" / "job", _nothing)
    assert (answer.state, answer.error) == ("failed", "ZeroDivisionError")
    assert "report" in answer.message
    assert list((tmp_path / "s").iterdir()) == []


def test_memory_error_names_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Out of memory inside Python is the same failure as being stopped from outside."""

    def greedy(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(pipeline, "judge_poses", greedy)
    answer = work.do(job_of(good(tmp_path / "a.npz")), tmp_path / "s" / "job", _nothing)
    assert (answer.error, answer.error_limit) == ("MemoryLimit", 2000.0)


def test_place_that_cant_be_written_is_no_fault_of_the_film(tmp_path: Path) -> None:
    """A file where the staging folder should be: an OutputError, which ends the run."""
    (tmp_path / "s").write_text("in the way")
    answer = work.do(job_of(good(tmp_path / "a.npz")), tmp_path / "s" / "job", _nothing)
    assert answer.error == OutputError.__name__


def test_pictures_of_no_camera_are_refused_by_their_header(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Larger than any camera's: told with the size, and not decoded."""
    monkeypatch.setattr(container, "MOST_PIXELS", 100 * 90)
    answer = work.do(job_of(make_film(tmp_path / "x.mp4")), tmp_path / "s" / "job", _nothing)
    assert answer.error == "NotAVideo"
    assert "128 × 96" in answer.message


def test_messages_hold_no_path(tmp_path: Path) -> None:
    """What is said of a bad film goes to pages that leave the machine."""
    (tmp_path / "x.mp4").write_text("no film")
    answer = work.do(job_of(tmp_path / "x.mp4"), tmp_path / "s" / "job", _nothing)
    assert answer.error == "NotAVideo"
    assert str(tmp_path) not in answer.message


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2026-10-03T12:00:00.000000Z", "2026-10-03"),
        ("1904-01-01T00:00:00.000000Z", None),
        ("2999-01-01T00:00:00.000000Z", None),
        ("yesterday", None),
    ],
)
def test_day_of_the_set_is_read_from_the_film(tmp_path: Path, said: str, day: str | None) -> None:
    """A film that says when it was made is believed, unless its clock wasn't set."""
    plain = make_film(tmp_path / "plain.mp4")
    dated = tmp_path / "dated.mkv"
    with av.open(str(plain)) as read, av.open(str(dated), "w") as written:
        written.metadata["creation_time"] = said
        stream = written.add_stream_from_template(read.streams.video[0])
        for packet in read.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                written.mux(packet)
    assert work._film_date(dated) == day


def test_saved_poses_spare_the_film_and_a_broken_copy_doesnt_hurt(
    tmp_path: Path, model_path: Path
) -> None:
    """With good poses the film isn't watched; with broken ones it is, if it may be."""
    first = work.do(job_of(SAMPLE), tmp_path / "a", _nothing)
    assert first.state == "analysed"
    poses = tmp_path / "a" / "poses.npz"
    analysis = json.loads((tmp_path / "a" / "analysis.json").read_text())
    again = job_of(tmp_path / "gone.mp4", draw=False)
    answer = work.do(replace(again, poses=str(poses)), tmp_path / "b", _nothing)
    assert answer.state == "analysed"
    assert json.loads((tmp_path / "b" / "analysis.json").read_text()) == analysis
    poses.write_bytes(poses.read_bytes()[:1000])
    broken = replace(again, poses=str(poses))
    assert work.do(broken, tmp_path / "c", _nothing).state == "failed"


def test_a_report_plays_the_film_where_it_lies(tmp_path: Path) -> None:
    """Without a drawn video the page has the film itself, by its way there, and a small picture."""
    (tmp_path / "uploads").mkdir()
    film = make_film(tmp_path / "uploads" / "x y.mp4", size=(480, 640), rate=5)
    job = job_of(film, html=True, film="../../../../uploads/x%20y.mp4")
    job = replace(job, poses=str(good(tmp_path / "a.npz")))
    assert work.do(job, tmp_path / "s" / "job", _nothing).state == "analysed"
    text = (tmp_path / "s" / "job" / "report.html").read_text("utf-8")
    assert 'src="../../../../uploads/x%20y.mp4"' in text
    assert "The film as it was sent" in text
    assert (tmp_path / "s" / "job" / SET_PICTURE).stat().st_size < 20_000


@pytest.mark.parametrize(
    ("asked", "way"), [({}, "../../../uploads/Anna/x.mp4"), ({"blur_faces": True}, "")]
)
def test_the_way_to_the_film_is_planned(tmp_path: Path, asked: dict[str, Any], way: str) -> None:
    """From the set's folder to the upload; none where faces are blurred, as the film shows them."""
    film, out = tmp_path / "uploads" / "Anna" / "x.mp4", tmp_path / "results"
    film.parent.mkdir(parents=True)
    make_film(film)
    out.mkdir()
    with open_store("sqlite://") as store:
        (job,) = make_plan(
            [Entry("Anna", "x.mp4", film)], store, out, Options(**asked), "full"
        ).jobs
    assert job.film == (f"../{way}" if way else "")
    assert job_of_set(job, 2).film == (f"../../{way}" if way else "")


def test_blurred_faces_change_the_pictures_and_not_the_numbers(
    tmp_path: Path, model_path: Path
) -> None:
    """With blur_faces the verdicts are the same."""
    plain = work.do(job_of(SAMPLE), tmp_path / "a", _nothing)
    job = job_of(SAMPLE)
    options = replace(job.options, blur_faces=True, html=True)
    blurred = work.do(replace(job, options=options), tmp_path / "b", _nothing)
    assert (plain.state, blurred.state) == ("analysed", "analysed")
    first, second = (
        json.loads((tmp_path / name / "analysis.json").read_text()) for name in ("a", "b")
    )
    assert first == second
    assert (tmp_path / "b" / "report.html").stat().st_size > 100_000


def test_the_engine_is_part_of_what_a_set_is_known_by() -> None:
    """Another engine than the usual one is in the name, so that its poses aren't taken for it."""
    assert model_name("full", "litert") == model_name("full") == "full"
    assert model_name("full", "mediapipe").startswith("full on mediapipe ")

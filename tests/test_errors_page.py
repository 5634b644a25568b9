"""The page of what went wrong: which moments it shows, its pictures, signals and words."""

from __future__ import annotations

import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from rich.console import Console

from benchmarks.errors.chart import chart
from benchmarks.errors.moments import MOST, Moment, moments
from benchmarks.errors.page import Case, page
from benchmarks.errors.run import Asked, case_of, run
from benchmarks.errors.strip import HEIGHT_PX, shots
from benchmarks.strangers.answers import Film, film_of
from benchmarks.strangers.figures import Wrong, wrongs
from benchmarks.strangers.films import Label
from formcheck.data import Signals
from formcheck.signals import compute_signals
from tests.skeleton import Lifter, skeleton
from tests.test_strangers import CORRECT, form, run_on
from tests.video.films import make_film


@pytest.fixture(scope="module")
def lifter() -> Lifter:
    """Two deadlifts."""
    return skeleton("deadlift", reps=2)


@pytest.fixture(scope="module")
def signals(lifter: Lifter) -> Signals:
    return compute_signals(lifter.track)


def labelled(lifter: Lifter, counts: int = 2) -> Label:
    path = Path("films") / "a&b.mp4"
    words = ("deadlift <side>",)
    return Label(
        path, "strangers", "them/films", ("deadlift",), (counts,), True, "side", CORRECT, words,
        track=lifter.track,
    )  # fmt: skip


def test_each_turn_is_a_moment(lifter: Lifter, signals: Signals) -> None:
    """The bottoms and tops of what was counted, in their order."""
    film = film_of(labelled(lifter), None)
    shown = moments([signals], film.sets, [])
    assert [one.words for one in shown] == ["1 bottom", "1 top", "2 bottom", "2 top"]


def test_a_rise_that_was_not_counted_is_shown(signals: Signals) -> None:
    """Without an answer every rise is one."""
    shown = moments([signals], [], [])
    assert {one.kind for one in shown} == {"left out"}
    assert len(shown) == 4


def test_a_false_fault_is_shown_where_it_was_measured(signals: Signals) -> None:
    """And not where the same cue was good."""
    fault, good = form(verdict="fault"), form(verdict="good")
    fault["reps"][0]["cues"]["lumbar_rounding"]["at_s"] = 1.3
    wrong = [Wrong("false fault", "", "lumbar_rounding")]
    shown = moments([signals], [fault, good], wrong)
    assert [one.at_s for one in shown if one.kind == "fault"] == [1.3]


def test_a_long_set_is_thinned(signals: Signals) -> None:
    """No more pictures than fit."""
    assert len(moments([signals], [form(reps=40)], [])) <= MOST


def test_pictures_are_cut_out_around_the_lifter(tmp_path: Path, signals: Signals) -> None:
    """From the film, or on grey without one; each is a picture of the same height."""
    film = make_film(tmp_path / "a.mp4")
    wanted = [Moment(0.1, "one"), Moment(99.0, "after the end")]
    for source in (film, None):
        drawn = shots(source, [signals], wanted)
        assert [one.moment for one in drawn] == wanted
        for one in drawn:
            rgb = cv2.imdecode(np.frombuffer(one.jpeg, np.uint8), cv2.IMREAD_COLOR)
            assert rgb is not None
            assert rgb.shape[0] == HEIGHT_PX


def test_signals_are_drawn_with_what_was_counted(lifter: Lifter, signals: Signals) -> None:
    """A green field for each repetition, a line for each moment and signal."""
    film = film_of(labelled(lifter), None)
    drawn = chart([signals], film.sets, [Moment(1.0, "")])
    assert drawn.count('class="rep"') == 2
    assert drawn.count('class="moment"') == 1
    assert "nan" not in drawn
    for name in ("shoulders", "hips", "trunk", "knee"):
        assert f">{name}<" in drawn


def test_the_page_stands_alone(lifter: Lifter) -> None:
    """Pictures are within, words are escaped, what went wrong leads."""
    film = film_of(labelled(lifter, counts=5), None)
    text = page([case_of(film, None)], 7)
    assert "1 of 7 films" in text
    assert "2 counted, 5 labelled" in text
    assert "a&amp;b.mp4" in text
    assert "deadlift &lt;side&gt;" in text
    assert not re.search(r"(src|href)='(?!data:|#)", text)
    assert "ends_low" in text  # what the name was told by


def test_a_film_without_anybody_has_words_alone(lifter: Lifter) -> None:
    """What watching ended with is told."""
    film = Film(labelled(lifter), problem="NoLifter: nobody")
    assert "NoLifter: nobody" in page([Case(film, wrongs(film))], 1)


def test_a_small_run_draws_what_went_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A film with another count is on the page, the right one isn't."""
    run_on(tmp_path, monkeypatch)
    manifest = tmp_path / "real_videos" / "manifest.csv"
    manifest.write_text(manifest.read_text().replace(",2,high", ",3,high"))
    make_film(tmp_path / "real_videos" / "one.mp4")
    out = tmp_path / "build" / "errors.html"
    found = run(Console(quiet=True), Asked(poses=tmp_path, out=out))
    assert found is not None
    assert found["count"] == ["one.mp4"]
    assert "1 of 2 films" in out.read_text()

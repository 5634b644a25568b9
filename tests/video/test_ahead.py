"""Reading ahead gives the same frames, and ends when nobody wants more."""

from __future__ import annotations

import threading
from pathlib import Path
from threading import Thread

import pytest

from formcheck.video import Ahead, read_video
from tests.video.films import make_film, number


def readers() -> list[Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "formcheck-read"]


def test_the_same_frames_in_the_same_order(tmp_path: Path) -> None:
    """Every frame, or every second one, just as the film itself gives them."""
    path = make_film(tmp_path / "a.mp4")
    for every_s in (None, 2 / 30):
        with read_video(path) as film:
            expected = [(frame.time_s, number(frame)) for frame in film.frames(every_s)]
            with Ahead(film, every_s) as frames:
                assert expected == [(frame.time_s, number(frame)) for frame in frames]


def test_leaving_early_ends_the_reading(tmp_path: Path) -> None:
    """After the first of twenty frames no reader is left running."""
    with read_video(make_film(tmp_path / "a.mp4")) as film:
        with Ahead(film) as frames:
            assert number(next(frames)) == 0
            assert len(readers()) == 1
        assert readers() == []


def test_what_goes_wrong_is_raised_to_the_one_who_asked(tmp_path: Path) -> None:
    """A film that vanishes while it is read is an error in the main thread."""
    path = make_film(tmp_path / "a.mp4")
    with read_video(path) as film:
        path.unlink()
        with pytest.raises(Exception, match="no such file"), Ahead(film) as frames:
            next(frames)
    assert readers() == []

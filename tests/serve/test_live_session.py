"""The live session's process without its pose engine: pictures in, events out, a film kept."""

from __future__ import annotations

import os
import queue
import threading
from pathlib import Path
from typing import Any

import av
import cv2
import pytest

from formcheck.cues import load_limits
from formcheck.live.camera import Camera
from formcheck.live.session import Session
from formcheck.live.session_clock import TrueClock
from formcheck.live.sources import Source
from formcheck.pipeline import Request
from formcheck.serve.live_pictures import SetPictures, decoded
from formcheck.serve.live_session import END_SET, HEAD, KEEP, PICTURE, Watch
from tests.live.test_session import LIFTER, Engine, picture


def jpeg_of(number: int) -> bytes:
    done, jpeg = cv2.imencode(".jpg", picture(number), [cv2.IMWRITE_JPEG_QUALITY, 95])
    assert done
    return jpeg.tobytes()


def message(kind: bytes, time_s: float = 0.0, thing: bytes = b"") -> bytes:
    return HEAD.pack(kind, time_s, len(thing)) + thing


class Filmed:
    """A set sent picture by picture, each when the one before has been looked at."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self._looked: queue.Queue[float] = queue.Queue()
        read, write = os.pipe()
        self._coming, self._out = os.fdopen(read, "rb"), os.fdopen(write, "wb", buffering=0)
        self._watch = Watch(self._coming, self._told)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _told(self, event: dict[str, Any]) -> None:
        self.events.append(event)
        if event["event"] in ("looked", "film"):
            self._looked.put(event.get("time_s", 0.0))

    def _run(self) -> None:
        source = Source(self._watch.pictures, TrueClock())
        with Camera(source) as camera:
            session = Session(
                camera,
                Engine(),
                Request(lift="goblet_squat"),
                load_limits(),
                self._watch.told,
                looked=self._watch.looked,
            )
            self._watch.session = session
            session.run(None)
            assert session.scene is not None
            self._watch.show(session.scene, float("nan"))

    def send(self, kind: bytes, time_s: float = 0.0, thing: bytes = b"") -> None:
        self._out.write(message(kind, time_s, thing))
        if kind in (PICTURE, KEEP):
            self._looked.get(timeout=20)

    def close(self) -> None:
        self._out.close()
        self._thread.join()
        self._coming.close()

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [one for one in self.events if one["event"] == kind]


def test_a_set_that_is_sent_is_counted_shown_and_kept(tmp_path: Path) -> None:
    """As a film played live: two repetitions, a summary; the film has the pictures' times."""
    filmed = Filmed()
    times_s = LIFTER.track.time_s.tolist()
    filmed.send(PICTURE, 0.0, b"\xff\xd8\xff no picture")
    for number, time_s in enumerate(times_s):
        filmed.send(PICTURE, time_s, jpeg_of(number))
    filmed.send(END_SET)
    filmed.send(PICTURE, times_s[-1] + 0.1, jpeg_of(len(times_s) - 1))
    filmed.send(KEEP, 0.0, bytes(tmp_path / "set.mp4"))
    filmed.close()
    assert [one["index"] for one in filmed.of("rep")] == [1, 2]
    assert [one["count"] for one in filmed.of("scene")][-1] == 0
    assert filmed.of("scene")[-1]["summary"]["reps"] == 2
    assert filmed.of("film")[0]["problem"] == ""
    with av.open(str(tmp_path / "set.mp4")) as film:
        taken_s = [float(one.time) for one in film.decode(video=0) if one.time is not None]
    assert len(taken_s) > 50
    assert taken_s[1] - taken_s[0] == pytest.approx(times_s[1] - times_s[0], abs=0.001)


def test_times_are_the_browsers_own() -> None:
    """What the network does to them says nothing; one that doesn't go on is left out."""
    clock = TrueClock()
    given = [clock(stamp_s, 99.0) for stamp_s in (0.0, 0.1, 0.1, 0.05, 5.0, float("inf"), None)]
    assert given == [0.0, 0.1, None, None, 5.0, None, None]


def test_a_set_is_gone_when_another_is_over(tmp_path: Path) -> None:
    """Memory alone holds pictures, and only one set's; a set without its beginning isn't kept."""
    pictures = SetPictures()
    for number in range(40):
        pictures.add(number / 10, jpeg_of(number))
    pictures.hold(1.0, 2.0)
    pictures.write(tmp_path / "one.mp4")
    pictures.hold(-9.0, 2.0)
    with pytest.raises(Exception, match="no whole set"):
        pictures.write(tmp_path / "two.mp4")
    assert not (tmp_path / "two.mp4").exists()


def test_what_isnt_a_picture_is_none() -> None:
    """Nothing that comes in ends the process."""
    assert decoded(b"") is None
    assert decoded(jpeg_of(0)[:40]) is None

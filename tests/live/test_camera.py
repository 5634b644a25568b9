"""Cameras: the newest picture wins, a lost one comes back, nothing waits for long."""

from __future__ import annotations

import contextlib
import io
import os
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import av
import numpy as np
import pytest

from formcheck.errors import BadRequest, FormcheckError
from formcheck.live.camera import RETRY_S, Camera, Shot
from formcheck.live.clock import AHEAD_S, BEHIND_S
from formcheck.live.still import Stills
from formcheck.video.writer import VideoWriter

SIZE = (160, 120)
RATE_HZ = 25.0


def picture(number: int, light: int = 120) -> np.ndarray:
    rgb = np.full((SIZE[1], SIZE[0], 3), light, dtype=np.uint8)
    rgb[:, : number % SIZE[0]] = 255 - light
    return rgb


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "zwei Füße.mp4"
    with VideoWriter(path, size=SIZE, source_rate_hz=RATE_HZ) as writer:
        for number in range(40):
            writer.write(picture(number), number / RATE_HZ)
    return path


def stream_bytes(frames: int) -> bytes:
    """A few seconds of MPEG-TS, as a network camera sends it."""
    out = io.BytesIO()
    with av.open(out, "w", format="mpegts") as container:
        stream = container.add_stream("libx264", rate=25, options={"tune": "zerolatency", "g": "5"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for number in range(frames):
            frame = av.VideoFrame.from_ndarray(picture(number), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return out.getvalue()


class Server(ThreadingHTTPServer):
    """A place on loopback that knows what it was asked for."""

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.asked: list[str] = []


@contextlib.contextmanager
def listening(handler: type[BaseHTTPRequestHandler]) -> Iterator[Server]:
    server = Server(handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextlib.contextmanager
def served(parts: list[bytes], seconds: float) -> Iterator[str]:
    """A camera on loopback: each connection gets the next part, and is cut after seconds."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if not parts:
                self.send_error(503)
                return
            data = parts.pop(0)
            self.send_response(200)
            self.send_header("Content-Type", "video/mp2t")
            self.end_headers()
            step = max(1, len(data) // round(20 * seconds))
            with contextlib.suppress(OSError):
                for start in range(0, len(data), step):
                    self.wfile.write(data[start : start + step])
                    time.sleep(0.05)

        def log_message(self, *_: object) -> None:
            pass

    with listening(Handler) as server:
        yield f"http://127.0.0.1:{server.server_port}/live.ts"


def test_a_film_is_played_at_its_own_pace(film: Path) -> None:
    """A film of 1.6 s takes about 1.6 s, with its own times."""
    begin_s, shots = time.monotonic(), []
    with Camera(str(film)) as camera:
        while camera.state != "over":
            shot = camera.newest(0.2)
            if shot is not None:
                shots.append(shot)
    assert 1.4 <= time.monotonic() - begin_s <= 6.0
    assert [one.number for one in shots] == sorted({one.number for one in shots})
    assert shots[-1].time_s == pytest.approx((shots[-1].number - 1) / RATE_HZ, abs=0.01)


def test_the_newest_picture_wins(film: Path) -> None:
    """Who is slow gets the newest picture; those in between are counted."""
    with Camera(str(film)) as camera:
        assert camera.newest(5.0) is not None
        time.sleep(0.5)
        shot = camera.newest(1.0)
        assert shot is not None
        assert shot.number >= 8
        assert camera.dropped == shot.number - 2


def test_every_picture_reaches_the_listener(film: Path) -> None:
    """What is recorded misses nothing, whoever else is slow."""
    heard: list[Shot] = []
    with Camera(str(film), listener=heard.append) as camera:
        while camera.state != "over":
            time.sleep(0.05)
    assert [one.number for one in heard] == list(range(1, 41))


def test_a_stream_that_is_cut_comes_back() -> None:
    """A network camera cut in the middle is opened again; the gap is a gap in time."""
    with served([stream_bytes(75), stream_bytes(75)], 3.0) as url, Camera(url) as camera:
        states: list[str] = []
        shots, begin_s = [], time.monotonic()
        while states.count("lost") < 2 and time.monotonic() - begin_s < 20.0:
            shot = camera.newest(0.1)
            if [camera.state] != states[-1:]:
                states.append(camera.state)
            if shot is not None:
                shots.append(shot)
    assert states.count("lost") == 2
    assert "slow" not in states  # a gap isn't a slow camera
    assert shots[-1].number > 50
    apart_s = np.diff([one.time_s for one in shots])
    assert apart_s.min() > 0
    assert apart_s.max() >= RETRY_S[0]
    off_s = np.array([one.time_s - one.arrived_s for one in shots])
    assert np.ptp(off_s) <= AHEAD_S + BEHIND_S


def test_nobody_listening_is_told_and_tried_again() -> None:
    """A camera that isn't there is "lost", with a reason, and the program goes on."""
    with Camera("http://127.0.0.1:9/none") as camera:
        begin_s = time.monotonic()
        while not camera.trouble and time.monotonic() - begin_s < 10.0:
            assert camera.newest(0.1) is None
        assert camera.state == "lost"
        assert "127.0.0.1" in camera.trouble


def test_no_such_film(tmp_path: Path) -> None:
    """A file that isn't there is refused at once."""
    with pytest.raises(BadRequest, match="no such file"):
        Camera(str(tmp_path / "none.mp4"))


def test_a_broken_film_is_a_failure_not_a_wait(tmp_path: Path) -> None:
    """A file that isn't a film ends, with its error kept for the caller."""
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"not a film")
    with Camera(str(broken)) as camera:
        begin_s = time.monotonic()
        while camera.state != "over" and time.monotonic() - begin_s < 10.0:
            camera.newest(0.1)
        assert isinstance(camera.failure, FormcheckError)


def test_black_and_slow_pictures_are_named() -> None:
    """A covered lens is black, five pictures a second are slow."""
    black, slow, good = Stills(), Stills(), Stills()
    for number in range(60):
        black.add(number / 30, picture(number, light=0) * 0)
        good.add(number / 30, picture(number))
    for number in range(12):
        slow.add(number / 5, picture(number))
    assert (black.state, slow.state, good.state) == ("black", "slow", "open")
    assert good.rate_hz == pytest.approx(30.0, rel=0.05)


class Asked(BaseHTTPRequestHandler):
    """A place that nobody should ask: what was asked is kept on the server."""

    def do_GET(self) -> None:
        assert isinstance(self.server, Server)
        self.server.asked.append(self.path)
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize("path", ["moved", "list.m3u8", "list.mpd", "list.sdp", "list.ffconcat"])
def test_a_camera_cannot_send_us_elsewhere(path: str) -> None:
    """A redirect and a list of other addresses: refused in words, and nothing is asked there."""
    with listening(Asked) as elsewhere:
        there = f"http://127.0.0.1:{elsewhere.server_port}/a.ts"

        class Sly(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                moved = self.path == "/moved"
                self.send_response(302 if moved else 200)
                self.send_header("Location" if moved else "X-None", there)
                self.end_headers()
                if not moved:
                    self.wfile.write(LISTS[self.path.rpartition(".")[2]].format(there).encode())

            def log_message(self, *_: object) -> None:
                pass

        with (
            listening(Sly) as sly,
            Camera(f"http://127.0.0.1:{sly.server_port}/{path}") as camera,
        ):
            begin_s = time.monotonic()
            while not camera.trouble and time.monotonic() - begin_s < 10.0:
                assert camera.newest(0.1) is None
            assert "the address of the video itself" in camera.trouble
    assert elsewhere.asked == []


LISTS = {
    "m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{}\n#EXT-X-ENDLIST\n",
    "mpd": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static">'
    '<Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1">'
    "<BaseURL>{}</BaseURL></Representation></AdaptationSet></Period></MPD>",
    "sdp": "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns={}\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=video 5004 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n",
    "ffconcat": "ffconcat version 1.0\nfile {}\n",
}


@pytest.mark.parametrize("what", ["concat://a.ts", "lavfi://testsrc", "gopher://127.0.0.1/", "://"])
def test_an_address_that_is_no_cameras_is_refused(what: str) -> None:
    """Only what cameras speak is tried."""
    with pytest.raises(BadRequest, match="rtsp://"):
        Camera(what)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_refused_not_waited_for(tmp_path: Path) -> None:
    """A named pipe would hang until somebody writes into it."""
    os.mkfifo(tmp_path / "film.mp4")
    with pytest.raises(BadRequest, match="pipe"):
        Camera(str(tmp_path / "film.mp4"))

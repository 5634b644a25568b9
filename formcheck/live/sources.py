"""Where pictures come from: a camera of this machine, a stream, or a film.

A stream is read from the address that was named and from no other: playlists, pages
that point elsewhere and formats that name other files are refused.
"""

from __future__ import annotations

import errno
import math
import stat
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import av
import cv2
import numpy as np
from av.container import InputContainer
from av.error import ExitError, FFmpegError, InvalidDataError
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from formcheck.errors import BadRequest, CameraLost
from formcheck.live.session_clock import ReplayClock, SessionClock, TrueClock
from formcheck.video import read_video
from formcheck.video.container import FORMATS
from formcheck.video.orientation import of_frame

Picture = NDArray[np.uint8]
Stamped = Generator[tuple[float | None, Picture], None, None]
"""Upright pictures with the source's own time in seconds, None where it has none."""

OPEN_TIMEOUT_S = 8.0
READ_TIMEOUT_S = 3.0

ANALYSE_S = 1.0
"""So much of a stream is looked at before its first picture is given: 5 s otherwise, and
all of them come late and in one heap."""

LONGEST_SIDE_PX = 1280
"""Larger pictures are shrunk: the engine looks at 256 pixels anyway."""

SCHEMES = {
    "http": "http,tcp",
    "https": "https,tls,tcp",
    "rtsp": "rtsp,rtp,udp,tcp",
    "tcp": "tcp",
    "udp": "udp",
    "rtp": "rtp,udp",
}
"""What an address may begin with, and the protocols that it takes to read it."""

ITSELF = "give the address of the video itself."

NO_STAMPS = frozenset({"mjpeg", "mpjpeg", "h264", "hevc", "m4v", "obu", "ivf"})
"""Formats without times of their own: their stamps are counted at a nominal rate."""

_STREAM_FORMATS = {"http": "mpjpeg", "https": "mpjpeg", "rtsp": "rtsp", "rtp": "rtp,sdp"}
"""Formats that only a camera sends, beside those of ``video.container``."""


@dataclass(frozen=True)
class Source:
    """Something that gives pictures.

    ``open`` begins to read it; a lost one raises ``CameraLost``, a film that is over
    just ends. ``clock`` makes session times of its stamps. ``is_film`` says that
    opening it again after a failure would be no use.
    """

    open: Callable[[], Stamped]
    clock: SessionClock | ReplayClock | TrueClock = field(default_factory=SessionClock)
    is_film: bool = False


def find_cameras() -> list[tuple[int, str]]:
    """Number and name of each camera of this machine."""
    from cv2_enumerate_cameras import enumerate_cameras  # noqa: PLC0415 - asks the system

    found: dict[int, str] = {}
    for one in enumerate_cameras(cv2.CAP_ANY):
        found.setdefault(int(one.index) % 100, str(one.name))
    return sorted(found.items())


def source_of(what: str) -> Source:
    """Turn ``--camera`` into something that gives pictures.

    A number is a camera of this machine, ``scheme://…`` a stream, anything else a
    file, played at its own pace.

    Raises
    ------
    BadRequest
        There is no such file, or the address isn't one of a camera.
    """
    if what.isdigit():
        return Source(lambda: _device(int(what)))
    scheme, is_address, _ = what.partition("://")
    if is_address:
        scheme = scheme.lower()
        if scheme not in SCHEMES:
            raise BadRequest(
                f"--camera {what}: not the address of a camera. "
                f"It begins with {', '.join(f'{one}://' for one in SCHEMES)}."
            )
        return Source(lambda: _stream(what, scheme))
    path = Path(what)
    if not path.exists():
        raise BadRequest(f"--camera {what}: no such file. Give a camera's number, a URL or a film.")
    if not (path.is_dir() or stat.S_ISREG(path.stat().st_mode)):
        raise BadRequest(
            f"--camera {what}: this is a device or a pipe. Give a camera's number, a URL or a film."
        )
    return Source(lambda: _film(path), ReplayClock(), is_film=True)


def _device(number: int) -> Stamped:
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # we say it ourselves
    camera = cv2.VideoCapture(number)
    try:
        if not camera.isOpened():
            raise CameraLost(
                f"camera {number} can't be opened: it is missing, in use by another program, "
                "or this program may not use it"
            )
        camera.set(cv2.CAP_PROP_FRAME_WIDTH, 1280)
        camera.set(cv2.CAP_PROP_FRAME_HEIGHT, 720)
        camera.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        while True:
            given, bgr = camera.read()
            if not given:
                raise CameraLost(f"camera {number} gives no more pictures: is it unplugged?")
            stamp_s = camera.get(cv2.CAP_PROP_POS_MSEC) / 1000.0
            rgb = np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)
            yield stamp_s if stamp_s > 0 else None, rgb
    finally:
        camera.release()


def _stream(url: str, scheme: str) -> Stamped:
    try:
        with _opened(url, scheme) as container:
            if not container.streams.video:
                raise CameraLost(f"{url}: there is no video in this stream")
            # What has a length is a film on a server: at its own pace, and then over.
            is_film = container.duration is not None
            has_stamps = container.format.name not in NO_STAMPS
            begin_s = math.nan
            for picture in _decoded(container):
                stamp_s = picture.time if has_stamps else None
                rgb = np.asarray(picture.to_ndarray(format="rgb24"), np.uint8)
                if is_film and picture.time is not None:
                    if math.isnan(begin_s):
                        begin_s = time.monotonic() - picture.time
                    time.sleep(min(max(begin_s + picture.time - time.monotonic(), 0.0), 1.0))
                yield stamp_s, of_frame(picture).upright(rgb)
            if is_film:
                return
    except ExitError as problem:  # that is how FFmpeg calls our own time limit
        raise CameraLost(f"{url}: no picture came for {READ_TIMEOUT_S:g} s") from problem
    except (FFmpegError, OSError, IndexError) as problem:  # IndexError: a stream appears midway
        why = getattr(problem, "strerror", None) or problem
        raise CameraLost(f"{url}: the stream can't be opened or broke off ({why})") from problem
    raise CameraLost(f"{url}: the stream has ended")


def _opened(url: str, scheme: str) -> InputContainer:
    """Open a stream, without a step to any other address.

    Raises
    ------
    BadRequest
        It is a playlist or a page, or points to another address.
    """
    formats = f"{FORMATS},{_STREAM_FORMATS.get(scheme, '')}".rstrip(",")
    options = {
        "format_whitelist": formats,
        "protocol_whitelist": SCHEMES[scheme],
        "analyzeduration": str(round(ANALYSE_S * 1e6)),
    }
    if scheme in ("http", "https"):
        options["max_redirects"] = "0"
    try:
        return av.open(
            url, timeout=(OPEN_TIMEOUT_S, READ_TIMEOUT_S), options=options, metadata_errors="ignore"
        )
    except av.ArgumentError as problem:
        raise BadRequest(
            f"{url}: no stream of pictures. Playlists and pages aren't followed: {ITSELF}"
        ) from problem
    except OSError as problem:
        if "max_redirects" not in options or problem.errno != errno.EIO:
            raise
        raise CameraLost(
            f"{url}: nothing can be read there. Steps to another address aren't followed: {ITSELF}"
        ) from problem


def _decoded(container: InputContainer) -> Iterator[VideoFrame]:
    """The pictures of a stream; a damaged one costs itself only."""
    for packet in container.demux(video=0):
        try:
            yield from packet.decode()
        except InvalidDataError:
            continue


def _film(path: Path) -> Stamped:
    with read_video(path, max_side_px=LONGEST_SIDE_PX) as film:
        begin_s = time.monotonic()
        for frame in film.frames():
            wait_s = frame.time_s - (time.monotonic() - begin_s)
            if wait_s > 0:
                time.sleep(wait_s)
            yield frame.time_s, frame.rgb

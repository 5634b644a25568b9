"""Pictures from a webcam, a network camera or a file, the newest one first.

A camera never waits for whoever analyses: it is read in a thread of its own, and
only the newest picture is kept. What came in between is counted as dropped. A
camera that is lost is tried again until it comes back.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import av
import cv2
import numpy as np
from av.error import ExitError, FFmpegError
from numpy.typing import NDArray

from formcheck.errors import BadRequest, CameraLost, FormcheckError
from formcheck.live.still import Stills
from formcheck.video import open_video
from formcheck.video.orientation import Orientation

State = Literal["opening", "open", "slow", "black", "lost", "over"]
Picture = NDArray[np.uint8]
Timed = Generator[tuple[float, Picture], None, None]

OPEN_TIMEOUT_S = 8.0
READ_TIMEOUT_S = 3.0
RETRY_S = (0.5, 1.0, 2.0, 3.0)
"""Waits between attempts; the last one goes on."""

LONGEST_SIDE_PX = 1280
"""Larger pictures are shrunk: the engine looks at 256 pixels anyway."""


@dataclass(frozen=True)
class Shot:
    """One picture: when it was taken (seconds of the session) and what it shows.

    ``rgb`` is (H, W, 3) uint8, upright. ``arrived_s`` is the moment on the
    machine's monotonic clock, to tell how long an answer took.
    """

    number: int
    time_s: float
    arrived_s: float
    rgb: Picture


def find_cameras() -> list[tuple[int, str]]:
    """Number and name of each camera of this machine."""
    from cv2_enumerate_cameras import enumerate_cameras  # noqa: PLC0415 - asks the system

    found: dict[int, str] = {}
    for one in enumerate_cameras(cv2.CAP_ANY):
        found.setdefault(int(one.index) % 100, str(one.name))
    return sorted(found.items())


def source_of(what: str) -> Callable[[], Timed]:
    """Turn ``--camera`` into something that gives timed pictures.

    A number is a camera of this machine, ``scheme://…`` a stream, anything else a
    file, played at its own pace.

    Raises
    ------
    BadRequest
        There is no such file.
    """
    if what.isdigit():
        return lambda: _device(int(what))
    if "://" in what:
        return lambda: _stream(what)
    path = Path(what)
    if not path.exists():
        raise BadRequest(f"--camera {what}: no such file. Give a camera's number, a URL or a film.")
    return lambda: _film(path)


def _device(number: int) -> Timed:
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
        clock = _Clock()
        while True:
            given, bgr = camera.read()
            if not given:
                raise CameraLost(f"camera {number} gives no more pictures: is it unplugged?")
            stamp_s = camera.get(cv2.CAP_PROP_POS_MSEC) / 1000.0
            yield clock(stamp_s if stamp_s > 0 else None), cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)
    finally:
        camera.release()


def _stream(url: str) -> Timed:
    try:
        with av.open(url, timeout=(OPEN_TIMEOUT_S, READ_TIMEOUT_S)) as container:
            if not container.streams.video:
                raise CameraLost(f"{url}: there is no video in this stream")
            clock = _Clock()
            for picture in container.decode(video=0):
                turn = Orientation(int(-picture.rotation) % 360) if picture.rotation else None
                rgb = np.asarray(picture.to_ndarray(format="rgb24"), np.uint8)
                yield clock(picture.time), rgb if turn is None else turn.upright(rgb)
    except ExitError as problem:  # that is how FFmpeg calls our own time limit
        raise CameraLost(f"{url}: no picture came for {READ_TIMEOUT_S:g} s") from problem
    except (FFmpegError, OSError) as problem:
        why = getattr(problem, "strerror", None) or problem
        raise CameraLost(f"{url}: the stream can't be opened or broke off ({why})") from problem
    raise CameraLost(f"{url}: the stream has ended")


def _film(path: Path) -> Timed:
    with open_video(path, max_side_px=LONGEST_SIDE_PX) as film:
        begin_s = time.monotonic()
        for frame in film.frames():
            wait_s = frame.time_s - (time.monotonic() - begin_s)
            if wait_s > 0:
                time.sleep(wait_s)
            yield frame.time_s, frame.rgb


class _Clock:
    """The source's own stamps where they go forward; else the time of arrival."""

    def __init__(self) -> None:
        self._begin_s = time.monotonic()
        self._offset_s: float | None = None
        self._last_s = 0.0

    def __call__(self, stamp_s: float | None) -> float:
        arrived_s = time.monotonic() - self._begin_s
        if stamp_s is not None and self._offset_s is None:
            self._offset_s = arrived_s - stamp_s
        time_s = arrived_s
        if stamp_s is not None and self._offset_s is not None:
            own_s = stamp_s + self._offset_s
            # A stamp that strays a second from the clock on the wall is a broken one.
            if abs(own_s - arrived_s) < 1.0:
                time_s = own_s
        self._last_s = max(time_s, self._last_s + 1e-3)
        return self._last_s


class Camera:
    """A camera read in its own thread; a context manager.

    ``newest`` waits for a picture that wasn't given yet. ``state`` and ``trouble``
    tell how it goes; ``dropped`` counts the pictures nobody took. ``listener`` gets
    every picture, ``again`` tells whether a source that ends is opened again.
    """

    def __init__(
        self,
        what: str,
        *,
        listener: Callable[[Shot], None] | None = None,
        again: bool | None = None,
    ) -> None:
        self._open = source_of(what)
        self._listener = listener
        is_file = not what.isdigit() and "://" not in what
        self._again = not is_file if again is None else again
        self._fresh = threading.Condition()
        self._shot: Shot | None = None
        self._taken = 0
        self._count = 0
        self._stop = threading.Event()
        self._still = Stills()
        self.dropped = 0
        self.trouble = ""
        self.failure: FormcheckError | None = None
        self._state: State = "opening"
        self._thread = threading.Thread(target=self._run, name="formcheck-camera", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join(timeout=READ_TIMEOUT_S + 1.0)

    @property
    def brightness(self) -> float:
        """Mean brightness of the last pictures, 0..255."""
        return self._still.brightness

    @property
    def state(self) -> State:
        """How the camera is; a picture that is late makes it "lost"."""
        shot = self._shot
        if self._state == "open" and shot is not None:
            if time.monotonic() - shot.arrived_s > READ_TIMEOUT_S:
                return "lost"
            return self._still.state
        return self._state

    def newest(self, timeout_s: float) -> Shot | None:
        """The newest picture, once; None when none came in time."""
        with self._fresh:
            self._fresh.wait_for(self._has_fresh, timeout_s)
            if not self._has_fresh():
                return None
            assert self._shot is not None
            self.dropped += self._shot.number - self._taken - 1
            self._taken = self._shot.number
            return self._shot

    def _has_fresh(self) -> bool:
        return self._shot is not None and self._shot.number > self._taken

    def _run(self) -> None:
        begin_s, offset_s, tries = time.monotonic(), 0.0, 0
        while not self._stop.is_set():
            try:
                for time_s, rgb in _until(self._open(), self._stop):
                    if tries or self._state != "open":
                        offset_s = (
                            max(time.monotonic() - begin_s - time_s, 0.0) if self._count else 0.0
                        )
                        tries, self._state, self.trouble = 0, "open", ""
                        self._still = Stills()  # the gap isn't a slow camera
                    self._put(time_s + offset_s, rgb)
                if not self._again:
                    self._state = "over"
                    break
            except FormcheckError as problem:
                self.trouble = str(problem)
                if not self._again:
                    self.failure = problem
                    self._state = "over"
                    break
            self._state = "lost"
            self._stop.wait(RETRY_S[min(tries, len(RETRY_S) - 1)])
            tries += 1
        with self._fresh:
            self._fresh.notify_all()

    def _put(self, time_s: float, rgb: Picture) -> None:
        rgb = _shrunk(rgb)
        self._still.add(time_s, rgb)
        with self._fresh:
            self._count += 1
            self._shot = Shot(self._count, time_s, time.monotonic(), rgb)
            self._fresh.notify_all()
        if self._listener is not None:
            self._listener(self._shot)


def _until(pictures: Timed, stop: threading.Event) -> Iterator[tuple[float, Picture]]:
    with contextlib.closing(pictures):
        for one in pictures:
            if stop.is_set():
                return
            yield one


def _shrunk(rgb: Picture) -> Picture:
    """The picture, its longer side at most ``LONGEST_SIDE_PX``."""
    height, width = rgb.shape[:2]
    scale = LONGEST_SIDE_PX / max(height, width)
    if scale >= 1.0:
        return rgb
    size = (round(width * scale), round(height * scale))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)

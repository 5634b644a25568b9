"""Writes films that play in a browser and on a phone, with true times.

Coding runs in a thread of its own, so that the next picture can be read and drawn
meanwhile.
"""

from __future__ import annotations

import contextlib
import math
import secrets
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import numpy as np
from av.container import OutputContainer
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType, VideoFrame
from av.video.reformatter import (
    ColorPrimaries,
    ColorRange,
    Colorspace,
    ColorTrc,
    Interpolation,
    VideoReformatter,
)
from numpy.typing import NDArray

from formcheck.errors import OutputError

TICK_S = Fraction(1, 90_000)
MOST_SHOWN_S = 3600  # an hour: a picture before a gap of days is coded once more each hour
KEYFRAME_EVERY_S = 0.5  # a browser seeks by decoding from the keyframe before
# Measured at 960x540 on one core, in ms of processor time a picture, MB for 10 s and dB:
# veryfast 23: 3.5-4.0, 2.3-3.2, 39; superfast 26: 2.5, 2.3-3.4, 39; ultrafast 26: 1.4, 3.6-4.4, 40.
PRESET, QUALITY_CRF = "superfast", 26
# x264's own threads take more from the drawing than they give: they cost half as
# much again in processor time on two cores.
_THREADS = 1
_MOST_WAITING = 3  # pictures on their way to the encoder
_BT709 = 1


class VideoWriter:
    """An H.264 film being written: yuv420p, faststart, the times it is given.

    The first picture written is the film's time zero (``zero_s`` keeps its
    own time). The file appears under its name only when it is whole; on an
    exception or Ctrl-C nothing is left behind.

    Parameters
    ----------
    path
        Where the film goes; a file there is replaced.
    size
        Width and height in pixels of the pictures to come. Odd sizes are
        padded by one pixel on the right or below, as H.264 needs even ones.
    source_rate_hz
        Usual rate of the pictures: how long the last one is shown.

    Raises
    ------
    OutputError
        The folder doesn't exist, there is no right to write, the disk is full.
    """

    def __init__(self, path: Path, *, size: tuple[int, int], source_rate_hz: float) -> None:
        self.path = Path(path)
        self.size = size
        self.zero_s = math.nan
        self._frame_s = 1 / source_rate_hz if source_rate_hz > 0 else 1 / 30
        self._part = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}.part")
        self._padded = (size[0] + size[0] % 2, size[1] + size[1] % 2)
        self._reformatter = VideoReformatter()
        self._last_tick = -1
        self._key_tick = -1
        self._waiting: VideoFrame | None = None
        self._coder = ThreadPoolExecutor(1, "formcheck-encode")
        self._coding: deque[Future[None]] = deque()
        self._broke = False
        self._container: OutputContainer | None = None
        self._container, self._encoder = self._start(source_rate_hz)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._finish()
        else:
            self._abandon()

    def write(self, rgb: NDArray[np.uint8], time_s: float) -> None:
        """Add a picture (H, W, 3) that is shown from ``time_s`` until the next one.

        A picture whose time isn't later than the one before is left out.

        Raises
        ------
        ValueError
            The picture hasn't the film's size.
        OutputError
            It, or one of the last few before it, can't be written.
        """
        if rgb.shape != (self.size[1], self.size[0], 3):
            raise ValueError(f"picture of shape {rgb.shape} in a film of {self.size}")
        if math.isnan(self.zero_s):
            self.zero_s = time_s
        tick = round((time_s - self.zero_s) / TICK_S)
        if tick <= self._last_tick:
            return
        self._encode_waiting(until_tick=tick)
        self._waiting = self._picture(rgb, tick)
        self._last_tick = tick

    def _start(self, source_rate_hz: float) -> tuple[OutputContainer, VideoCodecContext]:
        if not self.path.parent.is_dir():
            raise OutputError(f"{self.path}: the folder doesn't exist. Create it first.")
        try:
            container = av.open(
                f"file:{self._part}",
                "w",
                format="mp4",
                options={
                    "movflags": "+faststart",
                    "video_track_timescale": str(TICK_S.denominator),
                },
            )
        except OSError as error:
            raise self._failure(error) from None
        rate = Fraction(source_rate_hz).limit_denominator(1001) if source_rate_hz > 0 else 30
        stream = container.add_stream("libx264", rate=rate)
        stream.width, stream.height = self._padded
        stream.pix_fmt = "yuv420p"
        stream.time_base = TICK_S
        encoder = stream.codec_context
        encoder.time_base = TICK_S
        encoder.color_range = ColorRange.MPEG
        encoder.color_primaries = ColorPrimaries.BT709
        encoder.color_trc = ColorTrc.BT709
        encoder.colorspace = _BT709
        encoder.thread_count = _THREADS
        encoder.options = {
            "preset": PRESET,
            "crf": str(QUALITY_CRF),
            # decoding order = display order: no edit list, which some players ignore and
            # then show the drawing some frames late
            "bf": "0",
            "forced-idr": "1",
        }
        self._stream = stream
        return container, encoder

    def _picture(self, rgb: NDArray[np.uint8], tick: int) -> VideoFrame:
        """Copy a picture, so that its owner may go on drawing on it."""
        if self._padded != self.size:
            below, right = self._padded[1] - self.size[1], self._padded[0] - self.size[0]
            rgb = np.pad(rgb, ((0, below), (0, right), (0, 0)), mode="edge")
        picture = VideoFrame.from_ndarray(np.ascontiguousarray(rgb), "rgb24")
        picture.pts, picture.time_base = tick, TICK_S
        return picture

    def _encode_waiting(self, until_tick: int) -> None:
        """Encode the picture before, now that it is known how long it is shown."""
        picture = self._waiting
        if picture is None:
            return
        self._waiting = None
        assert picture.pts is not None
        while (
            until_tick - picture.pts > MOST_SHOWN_S / TICK_S
        ):  # shown again: MP4 counts in 32 bits
            again = self._again(picture)
            self._code(picture, until_tick=again.pts or 0)
            picture = again
        self._code(picture, until_tick)

    def _again(self, picture: VideoFrame) -> VideoFrame:
        """Copy a picture that is shown for very long."""
        assert picture.pts is not None
        copy = VideoFrame.from_ndarray(picture.to_ndarray(), "rgb24")
        copy.pts, copy.time_base = picture.pts + int(MOST_SHOWN_S / TICK_S), TICK_S
        return copy

    def _code(self, picture: VideoFrame, until_tick: int) -> None:
        assert picture.pts is not None
        picture.duration = until_tick - picture.pts
        is_key = self._key_tick < 0 or (until_tick - self._key_tick) * TICK_S > KEYFRAME_EVERY_S
        if is_key:
            self._key_tick = picture.pts
        self._coding.append(self._coder.submit(self._encode, picture, is_key))
        self._wait_for_coder(most_left=_MOST_WAITING)

    def _wait_for_coder(self, most_left: int) -> None:
        """Let the encoder come after; what went wrong there is raised here."""
        try:
            while len(self._coding) > most_left:
                self._coding.popleft().result()
        except OSError as error:
            self._abandon()
            raise self._failure(error) from None

    def _encode(self, picture: VideoFrame, is_key: bool) -> None:
        """Encode one picture; runs in the encoder's thread."""
        if self._broke:  # a muxer that failed once must not be given more
            return
        frame = self._reformatter.reformat(
            picture,
            format="yuv420p",
            interpolation=Interpolation.BILINEAR,
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
            dst_colorspace=Colorspace.ITU709,
        )
        frame.pts, frame.time_base = picture.pts, TICK_S
        frame.duration = picture.duration
        if is_key:
            frame.pict_type = PictureType.I
        self._mux(frame)

    def _mux(self, frame: VideoFrame | None) -> None:
        assert self._container is not None
        try:
            for packet in self._stream.encode(frame):
                self._container.mux(packet)
        except OSError:
            self._broke = True
            raise

    def _finish(self) -> None:
        if self._container is None:
            return
        if self._waiting is None:
            self._abandon()
            raise OutputError(f"{self.path}: no picture was given, so there is no film to write.")
        self._encode_waiting(self._last_tick + round(self._frame_s / TICK_S))
        self._coding.append(self._coder.submit(self._mux, None))
        self._wait_for_coder(most_left=0)
        self._coder.shutdown()
        try:
            self._container.close()
            self._container = None
            self._part.replace(self.path)
        except OSError as error:
            self._abandon()
            raise self._failure(error) from None

    def _abandon(self) -> None:
        self._coder.shutdown(cancel_futures=True)
        self._coding.clear()
        container, self._container = self._container, None
        if container is not None:
            with contextlib.suppress(OSError):
                container.close()
        self._part.unlink(missing_ok=True)

    def _failure(self, error: OSError) -> OutputError:
        reason = error.strerror or str(error)
        return OutputError(
            f"{self.path}: the film can't be written ({reason}). "
            "Free some space on the disk, or choose another folder."
        )

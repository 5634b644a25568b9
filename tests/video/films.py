"""Small films of known content: a colour in each corner, the index as a grey in the middle."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray

from formcheck.video import Frame

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
CORNERS = {"top_left": RED, "top_right": GREEN, "bottom_left": BLUE, "bottom_right": WHITE}
SIZE = (128, 96)
TICK = Fraction(1, 90_000)

OPTIONS = {
    "libx264": {"preset": "ultrafast", "crf": "16"},
    "libx265": {"preset": "ultrafast", "crf": "16", "x265-params": "log-level=none"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8", "crf": "16", "b": "0"},
    "libsvtav1": {"preset": "8", "crf": "4", "svtav1-params": "tune=0"},
    "mpeg4": {"b": "8M"},
    "mjpeg": {"b": "8M"},
}


def picture(index: int, size: tuple[int, int] = SIZE) -> NDArray[np.uint8]:
    """Draw picture number ``index`` (below 40): corners as in ``CORNERS``, grey middle."""
    width, height = size
    rgb = np.empty((height, width, 3), np.uint8)
    half_w, half_h = width // 2, height // 2
    rgb[:half_h, :half_w], rgb[:half_h, half_w:] = RED, GREEN
    rgb[half_h:, :half_w], rgb[half_h:, half_w:] = BLUE, WHITE
    rgb[height // 3 : 2 * height // 3, width // 3 : 2 * width // 3] = 20 + 5 * index
    return rgb


def number(frame: Frame) -> int:
    """Read a picture's number back from its grey middle."""
    height, width = frame.rgb.shape[:2]
    middle = frame.rgb[
        9 * height // 20 : 11 * height // 20, 9 * width // 20 : 11 * width // 20
    ].mean()
    return round((float(middle) - 20) / 5)


def stamp_s(one: av.Packet[VideoStream] | av.VideoFrame) -> float:
    """The time that a packet or a picture is stamped with."""
    assert one.pts is not None
    assert one.time_base is not None
    return float(one.pts * one.time_base)


def corners(rgb: NDArray[np.uint8]) -> dict[str, tuple[int, ...]]:
    """Name the colour of each corner, cleaned of what compression did to it."""
    height, width = rgb.shape[:2]
    y, x = height // 8, width // 8
    spots = {
        "top_left": rgb[y, x],
        "top_right": rgb[y, -x],
        "bottom_left": rgb[-y, x],
        "bottom_right": rgb[-y, -x],
    }
    return {name: tuple(255 * (int(v) > 127) for v in spot) for name, spot in spots.items()}


def make_film(
    path: Path,
    times_s: Sequence[float] | None = None,
    *,
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    size: tuple[int, int] = SIZE,
    rate: int = 30,
    turn: tuple[float, bool, bool] | None = None,
    transfer: int | None = None,
    pixel_aspect: Fraction | None = None,
    key_every: int = 10,
    sound: bool = False,
    movflags: str = "faststart",
) -> Path:
    """Write a film with a picture at each of ``times_s`` (default: 20 at ``rate``)."""
    times_s = [n / rate for n in range(20)] if times_s is None else times_s
    tick = Fraction(1, rate) if path.suffix == ".avi" or codec == "mpeg4" else TICK
    options = {"movflags": movflags} if movflags and path.suffix in (".mp4", ".mov") else {}
    with av.open(str(path), "w", options=options) as container:
        stream = container.add_stream(codec, rate=rate, options=OPTIONS.get(codec, {}))
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = size
        stream.pix_fmt = pix_fmt
        stream.gop_size = key_every
        stream.codec_context.time_base = tick
        if pixel_aspect:
            stream.codec_context.sample_aspect_ratio = pixel_aspect
        if transfer is not None:
            stream.codec_context.color_trc = transfer
            stream.codec_context.color_primaries = stream.codec_context.colorspace = 9
        if turn:
            stream.set_display_rotation(*turn)
        if sound:
            _add_sound(container, seconds=1)
        for index, time_s in enumerate(times_s):
            frame = av.VideoFrame.from_ndarray(picture(index % 40, size), "rgb24")
            frame.pts, frame.time_base = round(time_s / tick), tick
            for packet in stream.encode(frame):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)
    return path


def make_sound(path: Path) -> Path:
    """Write a file with sound and no picture."""
    with av.open(str(path), "w") as container:
        _add_sound(container, seconds=1)
    return path


def _add_sound(container: av.container.OutputContainer, seconds: int) -> None:
    wav = container.format.name == "wav"
    stream = container.add_stream("pcm_s16le" if wav else "aac", rate=8000)
    stream.layout = "mono"
    quiet = np.zeros((1, 8000 * seconds), np.int16 if wav else np.float32)
    frame = av.AudioFrame.from_ndarray(quiet, "s16" if wav else "fltp", "mono")
    frame.sample_rate, frame.pts = 8000, 0
    for packet in [*stream.encode(frame), *stream.encode(None)]:
        container.mux(packet)

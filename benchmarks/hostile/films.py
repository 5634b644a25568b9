"""Films to damage, drawn from a sample, and what happens to containers and streams."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.hostile.bytes_of import ANY, ODD_NUMBERS, Damage
from formcheck.video import Frame, read_video

SAMPLE = Path("sample_videos/squat_good.mp4")
SIDE_PX, RATE_HZ = 320, 15
KINDS = {
    "a.mp4": ("libx264", {"preset": "ultrafast", "bf": "2"}),
    "a.mov": ("libx265", {"preset": "ultrafast", "x265-params": "log-level=none"}),
    "a.mkv": ("libx264", {"preset": "ultrafast"}),
    "a.ts": ("libx264", {"preset": "ultrafast"}),
    "a.webm": ("libvpx-vp9", {"deadline": "realtime", "cpu-used": "8", "crf": "30", "b": "0"}),
    "a.avi": ("mpeg4", {"b": "1M"}),
    "b.avi": ("mjpeg", {"b": "4M"}),
}
KEY_EVERY = 15
PREVIEW = (18, 32)

BOXES = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"udta")
"""Boxes that hold others."""


def draw(folder: Path) -> None:
    """Write the sample in every kind, small, with a whole picture each second."""
    with read_video(SAMPLE, max_side_px=SIDE_PX) as film:
        pictures = [frame.rgb for frame in film.frames(every_s=1 / RATE_HZ)]
    height, width = (side // 2 * 2 for side in pictures[0].shape[:2])
    for name, (codec, options) in KINDS.items():
        with av.open(str(folder / name), "w") as out:
            stream = out.add_stream(codec, rate=RATE_HZ, options=options)
            assert isinstance(stream, av.VideoStream)
            stream.width, stream.height = width, height
            stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
            stream.gop_size = KEY_EVERY
            for index, rgb in enumerate(pictures):
                frame = av.VideoFrame.from_ndarray(
                    np.ascontiguousarray(rgb[:height, :width]), "rgb24"
                )
                frame.pts, frame.time_base = index, Fraction(1, RATE_HZ)
                for packet in stream.encode(frame):
                    out.mux(packet)
            for packet in stream.encode(None):
                out.mux(packet)


def preview(frame: Frame) -> NDArray[np.float32]:
    """Shrink a picture, to tell whether it is one of the film's."""
    grey = cv2.cvtColor(frame.rgb, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, PREVIEW, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32)


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, bytes]]:
    """Where the boxes of an MP4 begin and end, those within others as well."""
    at = start
    while at + 8 <= end:
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        if size < 8 or at + size > end:
            return
        yield at, at + size, kind
        if kind in BOXES:
            yield from _boxes(data, at + 8, at + size)
        at += size


def swapped_boxes(data: bytes, chance: random.Random) -> bytes:
    """Exchange two boxes of an MP4."""
    found = list(_boxes(data, 0, len(data)))
    if len(found) < 2:
        return data[::-1]
    (a, b, _), (c, d, _) = sorted(chance.sample(found, 2))
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:] if b <= c else data[:a]


def lost_box(data: bytes, chance: random.Random) -> bytes:
    """Take a box of an MP4 away, or call it free."""
    found = list(_boxes(data, 0, len(data)))
    if not found:
        return data[: len(data) // 2]
    a, b, _ = chance.choice(found)
    return data[:a] + data[b:] if chance.random() < 0.5 else data[: a + 4] + b"free" + data[a + 8 :]


def odd_header(data: bytes, chance: random.Random) -> bytes:
    """Put odd numbers into the boxes that say sizes, times, turns and counts."""
    found = [one for one in _boxes(data, 0, len(data)) if one[2] not in (*BOXES, b"mdat")]
    if not found:
        return data
    out = bytearray(data)
    for _ in range(chance.choice((1, 2, 4))):
        a, b, _ = chance.choice(found)
        if b - a >= 16:
            at = a + 8 + 4 * chance.randrange((b - a - 8) // 4)
            out[at : at + 4] = chance.choice(ODD_NUMBERS).to_bytes(4, "big")
    return bytes(out)


OF_FILMS: tuple[Damage, ...] = (*ANY, swapped_boxes, lost_box, odd_header)


def rewritten(source: Path, target: Path, chance: random.Random) -> str:
    """Copy a film's packets with other times, order or losses; say which."""
    how = chance.choice(("stamps", "backwards", "lost", "doubled", "far", "none"))
    with av.open(str(source)) as film, av.open(str(target), "w") as out:
        stream = film.streams.video[0]
        copy = out.add_stream_from_template(stream)
        for packet in film.demux(stream):
            if not packet.size or (how == "lost" and chance.random() < 0.1):
                continue
            _restamp(packet, how, chance)
            packet.stream = copy
            try:
                out.mux(packet)
                if how == "doubled" and chance.random() < 0.1:
                    out.mux(packet)
            except (av.FFmpegError, ValueError):
                continue  # the container refuses such times: the film lacks that picture
    return how


def _restamp(packet: av.Packet[av.VideoStream], how: str, chance: random.Random) -> None:
    step = packet.duration or 1
    if how == "stamps" and packet.pts is not None:
        packet.pts += chance.randrange(-2, 3) * step
    if how == "backwards" and packet.pts is not None and chance.random() < 0.05:
        packet.pts = packet.dts = max(packet.pts - 40 * step, 0)
    if how == "far" and packet.pts is not None and chance.random() < 0.03:
        packet.pts = packet.dts = packet.pts + chance.choice((10**4, 10**6, 10**9)) * step
    if how == "none" and chance.random() < 0.3:
        packet.pts = packet.dts = None

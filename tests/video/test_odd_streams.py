"""Films that change midway, and pictures with side data that PyAV has no name for."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from formcheck.video import read_video
from formcheck.video.geometry import place, plan
from formcheck.video.orientation import Orientation
from tests.video.films import CORNERS, corners, make_film, picture

SIZE = (96, 160)


def transport(path: Path, size: tuple[int, int], content: tuple[int, int], begin: str) -> Path:
    """Write a transport stream of 20 pictures whose ``content`` size lies between black bars."""
    options = {"mpegts_start_pid": begin, "mpegts_pmt_start_pid": hex(int(begin, 16) + 0x100)}
    with av.open(str(path), "w", format="mpegts", options=options) as out:
        stream = out.add_stream("libx264", rate=30, options={"preset": "ultrafast", "crf": "12"})
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        for index in range(20):
            rgb = np.zeros((size[1], size[0], 3), np.uint8)
            left, top = (size[0] - content[0]) // 2, (size[1] - content[1]) // 2
            rgb[top : top + content[1], left : left + content[0]] = picture(index, content)
            frame = av.VideoFrame.from_ndarray(rgb, "rgb24")
            frame.pts, frame.time_base = index, Fraction(1, 30)
            for packet in stream.encode(frame):
                out.mux(packet)
        for packet in stream.encode(None):
            out.mux(packet)
    return path


def joined(tmp_path: Path, *parts: Path) -> Path:
    whole = tmp_path / "joined.ts"
    whole.write_bytes(b"".join(part.read_bytes() for part in parts))
    return whole


@pytest.mark.parametrize(
    ("size", "content"),
    [((48, 80), (48, 80)), ((192, 320), (192, 320)), ((160, 96), (58, 96))],
    ids=["smaller", "larger", "pillars"],
)
def test_a_picture_of_another_size_is_brought_to_the_first(
    tmp_path: Path, size: tuple[int, int], content: tuple[int, int]
) -> None:
    """The same scene in another size, with bars or without, fills the picture as before."""
    first = transport(tmp_path / "a.ts", SIZE, SIZE, "0x100")
    second = transport(tmp_path / "b.ts", size, content, "0x100")
    with read_video(joined(tmp_path, first, second)) as film:
        frames = list(film.frames())
        codes = {caution.code for caution in film.cautions}
    assert len(frames) >= 36  # a few at the joint have no usable time
    assert {frame.rgb.shape for frame in frames} == {(160, 96, 3)}
    assert all(corners(frame.rgb) == CORNERS for frame in (frames[5], frames[-3]))
    assert "truncated" not in codes


def test_another_aspect_is_not_squeezed() -> None:
    """A wide picture in a tall film keeps its proportions, in the middle."""
    geometry = plan(90, 160, 1.0, Orientation(), None)
    wide = np.full((90, 160, 3), 200, np.uint8)
    found = place(wide, geometry)
    assert (found.width, found.height) == (90, 51)
    laid = found.put(cv2.resize(wide, found.size), (90, 160))
    rows = np.flatnonzero(laid.any(axis=(1, 2)))
    assert (rows[0], rows[-1]) == (54, 104)


def test_a_joined_stream_with_other_ids_goes_on(tmp_path: Path) -> None:
    """The second part's pictures follow the first's, twice over."""
    parts = [
        transport(tmp_path / f"{at}.ts", SIZE, SIZE, begin)
        for at, begin in enumerate(["0x100", "0x200", "0x300"])
    ]
    with read_video(joined(tmp_path, *parts)) as film:
        frames = list(film.frames())
        codes = {caution.code for caution in film.cautions}
    assert len(frames) >= 54
    assert np.all(np.diff([frame.time_s for frame in frames]) > 0)
    assert "truncated" not in codes


@pytest.mark.parametrize(("says", "clockwise_deg"), [(1, 0), (3, 180), (6, 90), (8, 270)])
def test_frames_with_exif_are_read(tmp_path: Path, says: int, clockwise_deg: int) -> None:
    """A digital camera's MJPEG AVI, each picture with EXIF, is a film like any, and upright."""
    tag = b"\x01\x12\0\x03\0\0\0\x01\0" + bytes([says]) + b"\0\0\0\0\0\0"
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01" + tag
    segment = b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif
    plain = make_film(tmp_path / "plain.avi", codec="mjpeg", pix_fmt="yuvj420p")
    path = tmp_path / "exif.avi"
    with av.open(str(plain)) as film, av.open(str(path), "w") as out:
        stream = out.add_stream_from_template(film.streams.video[0])
        for packet in film.demux(video=0):
            if packet.dts is None:
                continue
            jpeg = bytes(packet)
            again = av.Packet(jpeg[:2] + segment + jpeg[2:])
            again.pts, again.dts, again.time_base = packet.pts, packet.dts, packet.time_base
            again.stream, again.is_keyframe = stream, True
            out.mux(again)
    with read_video(path) as film:
        frames = list(film.frames())
        assert film.source.rotation_deg == clockwise_deg
    assert len(frames) == 20
    upright = Orientation(clockwise_deg).upright(picture(3))
    assert corners(frames[3].rgb) == corners(upright)

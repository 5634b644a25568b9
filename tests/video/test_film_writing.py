"""Writing: what goes in comes out, in a file browsers play, or nothing is left."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from formcheck.errors import OutputError
from formcheck.video import VideoWriter, open_video
from formcheck.video.container import boxes
from tests.video.films import CORNERS, SIZE, corners, number, picture, stamp_s

UNEVEN_S = [0.0, 0.021, 0.05, 0.0835, 0.2, 0.31, 0.6, 0.61, 1.4, 1.45]


def shade(index: int) -> int:
    """Number of the picture at ``index``: unlike its neighbours', so that no coder skips it."""
    return 7 * index % 40


def write(
    path: Path, times_s: list[float], size: tuple[int, int] = SIZE, rate_hz: float = 30.0
) -> Path:
    with VideoWriter(path, size=size, source_rate_hz=rate_hz) as film:
        for index, time_s in enumerate(times_s):
            film.write(picture(shade(index), size), time_s)
    return path


@pytest.mark.parametrize("times_s", [[n / 29.97 for n in range(30)], UNEVEN_S])
def test_times_and_pictures_come_back(tmp_path: Path, times_s: list[float]) -> None:
    """Even and uneven times are kept to the tick, each with its own upright picture."""
    path = write(tmp_path / "a.mp4", times_s, rate_hz=29.97)
    with open_video(path) as film:
        frames = list(film.frames())
        assert film.source.rotation_deg == 0
    assert pytest.approx(times_s, abs=1e-5) == [frame.time_s for frame in frames]
    assert [number(frame) for frame in frames] == [shade(n) for n in range(len(times_s))]
    assert all(corners(frame.rgb) == CORNERS for frame in frames)


def test_browsers_and_phones_can_play_it(tmp_path: Path) -> None:
    """H.264, yuv420p, BT.709, index first, no edit that shifts times, the last picture shown."""
    path = write(tmp_path / "a.mp4", UNEVEN_S)
    kinds = [kind for kind, _ in boxes(path)]
    assert kinds.index(b"moov") < kinds.index(b"mdat")
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
        assert stream.codec_context.colorspace == 1
        assert stream.start_time == 0
        assert stream.duration is not None
        assert stream.time_base is not None
        assert float(stream.duration * stream.time_base) == pytest.approx(1.45 + 1 / 30, abs=1e-3)
        packets = [packet for packet in container.demux(stream) if packet.size]
    assert all(packet.pts == packet.dts for packet in packets)


def test_a_keyframe_at_least_each_half_second(tmp_path: Path) -> None:
    """Seeking decodes at most half a second of pictures, at any rate."""
    for rate_hz in (10.0, 60.0):
        path = write(tmp_path / "a.mp4", [n / rate_hz for n in range(int(2 * rate_hz))])
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            packets = [p for p in container.demux(stream) if p.size]
            keys_s = [stamp_s(p) for p in packets if p.is_keyframe]
        assert keys_s[0] == 0.0
        assert max(b - a for a, b in pairwise([*keys_s, 2.0])) <= 0.5 + 1e-6


def test_a_part_of_a_film_starts_at_zero(tmp_path: Path) -> None:
    """The first time is the film's zero and is kept for those who seek."""
    with VideoWriter(tmp_path / "a.mp4", size=SIZE, source_rate_hz=30) as film:
        for n in range(5):
            film.write(picture(n), 7.5 + n / 30)
        film.write(picture(5), 7.5 + 4 / 30)  # no later than the last: left out
    assert film.zero_s == 7.5
    with open_video(tmp_path / "a.mp4") as again:
        expected = [n / 30 for n in range(5)]
        assert pytest.approx(expected, abs=1e-5) == [f.time_s for f in again.frames()]


def test_odd_sizes_are_padded(tmp_path: Path) -> None:
    """Odd pictures get one more column and row, repeating the edge; none moves."""
    path = write(tmp_path / "a.mp4", [0, 0.1], size=(127, 95))
    with open_video(path) as film:
        rgb = next(film.frames()).rgb
    assert rgb.shape == (96, 128, 3)
    assert corners(rgb) == CORNERS
    assert np.abs(rgb[:-1, :-1].astype(int) - picture(0, (127, 95))).mean() < 8


def test_nothing_is_left_after_an_exception(tmp_path: Path) -> None:
    """An error or Ctrl-C leaves no file, and an older one untouched."""
    path = tmp_path / "a.mp4"
    for interruption in (RuntimeError, KeyboardInterrupt):
        path.write_bytes(b"older")
        with (
            pytest.raises(interruption),
            VideoWriter(path, size=SIZE, source_rate_hz=30) as film,
        ):
            for n in range(20):
                film.write(picture(n), n / 30)
            raise interruption
        assert [p.name for p in tmp_path.iterdir()] == ["a.mp4"]
        assert path.read_bytes() == b"older"


def test_nothing_to_see_before_it_is_whole(tmp_path: Path) -> None:
    """The name appears only when the film is finished."""
    path = tmp_path / "ä b.mp4"
    with VideoWriter(path, size=SIZE, source_rate_hz=30) as film:
        film.write(picture(0), 0.0)
        assert not path.exists()
    assert [p.name for p in tmp_path.iterdir()] == ["ä b.mp4"]


@pytest.mark.parametrize("limit_bytes", [0, 20_000, 80_000])
def test_full_disk(tmp_path: Path, limit_bytes: int) -> None:
    """A disk that fills up at any moment is one clear error, and nothing is left."""
    resource = pytest.importorskip("resource")  # Unix: a file-size limit fails like a full disk
    noise = np.random.default_rng(1).integers(0, 255, (20, 96, 128, 3)).astype(np.uint8)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, hard))
    try:
        with (
            pytest.raises(OutputError, match=r"a\.mp4: the film can't be written"),
            VideoWriter(tmp_path / "a.mp4", size=SIZE, source_rate_hz=30) as film,
        ):
            for n, rgb in enumerate(noise):
                film.write(rgb, n / 30)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


def test_places_that_cant_be_written(tmp_path: Path) -> None:
    """A missing folder, or a folder in the file's place, is said in one line."""
    with pytest.raises(OutputError, match="folder doesn't exist"):
        VideoWriter(tmp_path / "no" / "a.mp4", size=SIZE, source_rate_hz=30)
    (tmp_path / "a.mp4").mkdir()
    with pytest.raises(OutputError, match="can't be written"):
        write(tmp_path / "a.mp4", [0, 0.1])
    assert [p.name for p in tmp_path.iterdir()] == ["a.mp4"]


def test_a_film_without_pictures_is_an_error(tmp_path: Path) -> None:
    """No picture, no file; a picture of another size is the caller's mistake."""
    with pytest.raises(OutputError, match="no picture"):
        write(tmp_path / "a.mp4", [])
    with (
        pytest.raises(ValueError, match="in a film of"),
        VideoWriter(tmp_path / "a.mp4", size=(64, 64), source_rate_hz=30) as film,
    ):
        film.write(picture(0), 0.0)
    assert list(tmp_path.iterdir()) == []

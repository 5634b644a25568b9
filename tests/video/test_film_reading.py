"""Reading: every container and codec, turns, colours, sizes, true times."""

from __future__ import annotations

import hashlib
import tracemalloc
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import TypedDict, Unpack

import av
import numpy as np
import pytest

from formcheck.errors import BadRequest
from formcheck.video import Frame, Span, read_video
from formcheck.video.clock import StreamClock
from formcheck.video.orientation import Orientation, from_matrix
from formcheck.video.span import WHOLE_FILM, stretches
from formcheck.video.tone import pq_to_ordinary
from tests.video.films import (
    BLUE,
    CORNERS,
    GREEN,
    OPTIONS,
    RED,
    WHITE,
    corners,
    make_film,
    number,
    picture,
)

PQ, HLG = 16, 18


class Options(TypedDict, total=False):
    """What ``read`` passes on to ``read_video``."""

    span: Span
    rotate_deg: int
    max_side_px: int


def read(path: Path, every_s: float | None = None, **options: Unpack[Options]) -> list[Frame]:
    with read_video(path, **options) as film:
        return list(film.frames(every_s))


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.mp4", "libx264"),
        ("a.mov", "libx264"),
        ("a.mkv", "libx264"),
        ("a.avi", "libx264"),
        ("a.mp4", "libx265"),
        ("a.mov", "libx265"),
        ("a.webm", "libvpx-vp9"),
        ("a.mp4", "libvpx-vp9"),
        ("a.mp4", "libsvtav1"),
        ("a.mp4", "mpeg4"),
        ("a.avi", "mpeg4"),
        ("a.avi", "mjpeg"),
    ],
)
def test_every_container_and_codec_gives_all_pictures_in_order(
    tmp_path: Path, name: str, codec: str
) -> None:
    """Each kind of file gives its 20 pictures, upright, with the times they were given."""
    pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    frames = read(make_film(tmp_path / name, codec=codec, pix_fmt=pix_fmt))
    assert [number(frame) for frame in frames] == list(range(20))
    assert [frame.index for frame in frames] == list(range(20))
    assert corners(frames[0].rgb) == CORNERS
    expected = pytest.approx([n / 30 for n in range(20)], abs=6e-4)  # Matroska keeps milliseconds
    assert expected == [frame.time_s for frame in frames]


def test_the_pictures_are_the_callers_own(tmp_path: Path) -> None:
    """Drawing on a picture works and reaches neither the next picture nor another pass."""
    path = make_film(tmp_path / "a.mp4")
    with read_video(path) as film:
        passes = film.frames()
        first = next(passes).rgb
        assert first.flags.c_contiguous
        assert first.flags.writeable
        assert first.dtype == np.uint8
        first[:] = 0
        assert corners(next(passes).rgb) == CORNERS
        assert corners(next(film.frames()).rgb) == CORNERS


@pytest.mark.parametrize("suffix", ["mp4", "mov", "mkv"])
@pytest.mark.parametrize(
    ("turn", "expected", "clockwise_deg"),
    [
        ((0, False, False), (RED, GREEN, BLUE, WHITE), 0),
        ((-90, False, False), (BLUE, RED, WHITE, GREEN), 90),
        ((180, False, False), (WHITE, BLUE, GREEN, RED), 180),
        ((90, False, False), (GREEN, WHITE, RED, BLUE), 270),
        ((0, True, False), (GREEN, RED, WHITE, BLUE), 0),
        ((0, False, True), (BLUE, WHITE, RED, GREEN), 180),
    ],
)
def test_display_matrix_turns_and_mirrors(
    tmp_path: Path,
    suffix: str,
    turn: tuple[int, bool, bool],
    expected: tuple[tuple[int, ...], ...],
    clockwise_deg: int,
) -> None:
    """Four turns and both mirrors stand as a player would show them."""
    path = make_film(tmp_path / f"a.{suffix}", turn=turn)
    with read_video(path) as film:
        frame = next(film.frames())
        source = film.source
    assert tuple(corners(frame.rgb).values()) == expected
    assert source.rotation_deg == clockwise_deg
    assert (source.width, source.height) == ((96, 128) if clockwise_deg in (90, 270) else (128, 96))
    assert frame.rgb.shape == (source.height, source.width, 3)


def test_display_matrix_survives_a_stream_copy(tmp_path: Path) -> None:
    """A real phone file's way: coded once, the matrix in the container alone."""
    plain = make_film(tmp_path / "plain.mp4")
    with av.open(str(plain)) as old, av.open(str(tmp_path / "t.mp4"), "w") as new:
        stream = new.add_stream_from_template(old.streams.video[0])
        stream.set_display_rotation(-90)
        for packet in old.demux(old.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                new.mux(packet)
    assert corners(read(tmp_path / "t.mp4")[0].rgb)["top_left"] == BLUE


@pytest.mark.parametrize("clockwise_deg", [0, 90, 180, 270])
@pytest.mark.parametrize("mirrored", [False, True])
def test_matrix_and_picture_agree(clockwise_deg: int, mirrored: bool) -> None:
    """Each of the eight matrices moves the corners where the matrix itself says."""
    cos, sin = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}[clockwise_deg]
    flip = -1 if mirrored else 1
    matrix = tuple(65536 * v for v in (flip * cos, sin, 0, flip * -sin, cos, 0, 0, 0, 0))
    orientation = from_matrix(matrix)
    assert orientation == Orientation(clockwise_deg, mirrored)
    stored = np.zeros((2, 4, 3), np.uint8)
    stored[0, 3] = 255  # right, up: (1, -1) seen from the middle
    x, y = flip * (cos * 1 + -sin * -1), sin * 1 + cos * -1
    shown = orientation.upright(stored)[..., 0]
    assert shown[0 if y < 0 else -1, 0 if x < 0 else -1] == 255


def test_rotate_overrides_the_file(tmp_path: Path) -> None:
    """``rotate_deg`` takes the place of the file's own turn; odd angles are refused."""
    path = make_film(tmp_path / "a.mp4", turn=(-90, True, False))
    assert corners(read(path, rotate_deg=0)[0].rgb) == CORNERS
    assert corners(read(path, rotate_deg=-90)[0].rgb)["top_left"] == GREEN
    with pytest.raises(BadRequest, match="--rotate 45"):
        read_video(path, rotate_deg=45)


def test_large_pictures_are_made_smaller(tmp_path: Path) -> None:
    """The longer side becomes ``max_side_px``; the source keeps its full size."""
    path = make_film(tmp_path / "a.mp4", size=(320, 240), turn=(-90, False, False))
    with read_video(path, max_side_px=160) as film:
        frame = next(film.frames())
        assert frame.rgb.shape == (160, 120, 3)
        assert film.size == (120, 160)
        assert film.scale == 0.5
        assert (film.source.width, film.source.height) == (240, 320)
    assert tuple(corners(frame.rgb).values()) == (BLUE, RED, WHITE, GREEN)
    with read_video(path, max_side_px=None) as film:
        assert film.scale == 1.0
        assert next(film.frames()).rgb.shape == (320, 240, 3)


def test_4k_is_scaled(tmp_path: Path) -> None:
    """4K comes out at 960 pixels, colours in place."""
    path = make_film(tmp_path / "a.mp4", [0, 0.04], size=(3840, 2160))
    frame = read(path)[0]
    assert frame.rgb.shape == (540, 960, 3)
    assert corners(frame.rgb) == CORNERS


@pytest.mark.parametrize("size", [(127, 95), (126, 97), (33, 61)])
def test_odd_sizes(tmp_path: Path, size: tuple[int, int]) -> None:
    """Odd widths and heights come out whole."""
    path = make_film(tmp_path / "a.mp4", size=size, pix_fmt="yuv444p")
    assert read(path)[0].rgb.shape == (size[1], size[0], 3)
    assert corners(read(path, max_side_px=31)[0].rgb) == CORNERS


@pytest.mark.parametrize(
    ("aspect", "size"), [(Fraction(2), (256, 96)), (Fraction(1, 2), (128, 192))]
)
def test_pixels_are_made_square(tmp_path: Path, aspect: Fraction, size: tuple[int, int]) -> None:
    """A film with wide or tall pixels is stretched, so that angles are true."""
    with read_video(make_film(tmp_path / "a.mp4", pixel_aspect=aspect)) as film:
        assert (film.source.width, film.source.height) == size
        assert next(film.frames()).rgb.shape == (size[1], size[0], 3)


@pytest.mark.parametrize("codec", ["libx265", "libx264", "libsvtav1"])
@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_ten_bit_and_hdr(tmp_path: Path, codec: str, transfer: int) -> None:
    """10-bit HDR gives ordinary pictures in the right colours, and says so."""
    path = make_film(tmp_path / "a.mp4", codec=codec, pix_fmt="yuv420p10le", transfer=transfer)
    with read_video(path) as film:
        assert corners(next(film.frames()).rgb) == CORNERS
        assert [caution.code for caution in film.cautions] == ["hdr"]


def test_pq_table_brightens_the_flat_middle() -> None:
    """PQ's code for a white sheet (58 %) becomes bright; black, order and peak stay."""
    table = pq_to_ordinary()
    assert table[0] == 0
    assert table[255] == 255
    assert 180 < table[round(0.58 * 255)] < 240
    assert np.all(np.diff(table.astype(int)) >= 0)


def test_ordinary_films_have_no_cautions(tmp_path: Path) -> None:
    """Nothing is warned of when nothing is wrong, with sound or without."""
    for name, sound in (("a.mp4", True), ("b.mkv", True), ("c.mp4", False)):
        path = make_film(tmp_path / name, sound=sound)  # the sound outlasts the picture
        with read_video(path) as film:
            assert len(list(film.frames())) == 20
            assert film.cautions == ()


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_variable_rate_times_are_exact(tmp_path: Path, name: str) -> None:
    """Uneven times come back as they were given, from zero at the first picture."""
    times = [0.5, 0.533, 0.6, 0.617, 0.7, 0.9, 0.934, 1.0, 1.4, 1.45]
    path = make_film(tmp_path / name, times)
    with read_video(path) as film:
        frames = list(film.frames())
        source = film.source
    assert pytest.approx([t - 0.5 for t in times], abs=1e-6) == [f.time_s for f in frames]
    assert source.variable_rate
    assert source.frames == 10
    assert source.frame_rate_hz == pytest.approx(9 / 0.95)


@pytest.mark.parametrize("rate", [24, 25, 60, 120, 240])
def test_frame_rates(tmp_path: Path, rate: int) -> None:
    """24 to 240 pictures a second are told apart, and aren't taken for variable."""
    with read_video(make_film(tmp_path / "a.mp4", rate=rate)) as film:
        assert len(list(film.frames())) == 20
        source = film.source
    assert source.frame_rate_hz == pytest.approx(rate, rel=1e-3)
    assert source.duration_s == pytest.approx(20 / rate, rel=1e-3)
    assert not source.variable_rate


def test_source_describes_the_file(tmp_path: Path) -> None:
    """Name and hash are the file's; the rest grows with what was read."""
    path = make_film(tmp_path / "a.mp4")
    with read_video(path) as film:
        assert film.source.frames == 0
        assert film.expected_s == pytest.approx(20 / 30)
        list(film.frames(every_s=1 / 15))
        source = film.source
    assert source.file == "a.mp4"
    assert source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert source.frames == 20
    assert source.sampled_hz == pytest.approx(15, rel=1e-3)


def test_sampling_keeps_index_and_grid(tmp_path: Path) -> None:
    """Sampled pictures are the same pictures, on a grid that doesn't drift."""
    path = make_film(tmp_path / "a.mp4", [n / 60 for n in range(40)], rate=60)
    every = read(path)
    sampled = read(path, every_s=1 / 20)
    assert [frame.index for frame in sampled] == list(range(0, 40, 3))
    for frame in sampled:
        assert frame.time_s == every[frame.index].time_s
        assert np.array_equal(frame.rgb, every[frame.index].rgb)


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.avi", "a.webm"])
@pytest.mark.parametrize("start", [0, 1, 9, 10, 11, 37, 75])
def test_span_is_exact(tmp_path: Path, name: str, start: int) -> None:
    """``start`` <= time < ``end``, and the same pictures and times as in the whole film."""
    codec = {"avi": "mpeg4", "webm": "libvpx-vp9"}.get(name[2:], "libx264")
    path = make_film(tmp_path / name, [n / 30 for n in range(80)], codec=codec)
    whole = read(path)
    part = read(path, span=Span(start / 30, (start + 4) / 30))
    assert [f.time_s for f in part] == [f.time_s for f in whole[start : start + 4]]
    for mine, theirs in zip(part, whole[start:], strict=False):
        assert np.array_equal(mine.rgb, theirs.rgb)


def test_impossible_spans_are_refused(tmp_path: Path) -> None:
    """A span outside the film says where the film ends; a turned one is refused at once."""
    path = make_film(tmp_path / "a.mp4")
    with pytest.raises(BadRequest, match=r"nothing to watch. The video ends at 0\.7 s"):
        read_video(path, span=Span(5.0))
    with pytest.raises(BadRequest, match="nothing to watch"):
        read_video(path, span=Span(0.1, 0.11))
    for start_s, end_s in ((-1.0, None), (2.0, 1.0), (float("nan"), None), (0.0, 0.0)):
        with pytest.raises(BadRequest):
            Span(start_s, end_s)


def test_films_can_be_read_again_and_side_by_side(tmp_path: Path) -> None:
    """Each pass starts at the beginning, also while another one is under way."""
    with read_video(make_film(tmp_path / "a.mp4")) as film:
        one, two = film.frames(), film.frames()
        assert [(number(a), number(b)) for a, b in zip(one, two, strict=True)] == [
            (n, n) for n in range(20)
        ]
        left_open = film.frames()
        next(left_open)
    assert list(left_open) == []


@pytest.mark.parametrize("name", ["mein Gewicht – ü.mp4", "a:b?#%20.mkv", "重量 .mp4"])
def test_names_with_blanks_and_signs(tmp_path: Path, name: str) -> None:
    """Blanks, umlauts, colons and other scripts are no trouble."""
    assert len(read(make_film(tmp_path / "a.mp4").rename(tmp_path / name))) == 20


def test_memory_stays_flat(tmp_path: Path) -> None:
    """Reading 400 pictures holds no more memory than reading 100."""
    path = make_film(tmp_path / "a.mp4", [n / 60 for n in range(400)], size=(320, 240), rate=60)
    peaks = []
    with read_video(path) as film:
        for pictures in (20, 100, 400):  # the first warms up
            tracemalloc.start()
            for _, _frame in zip(range(pictures), film.frames(), strict=False):
                pass
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[2] < peaks[1] + picture(0, (320, 240)).nbytes


def test_gaps_and_low_rates_are_cautioned(tmp_path: Path) -> None:
    """Few pictures a second, or none for a while, is said with its time."""
    path = make_film(tmp_path / "a.mp4", [0.0, 0.1, 0.2, 0.3, 1.3, 1.4])
    with read_video(path) as film:
        assert all(b.time_s > a.time_s for a, b in pairwise(film.frames()))
        cautions = {caution.code: caution.message for caution in film.cautions}
    assert set(cautions) == {"gap", "low_frame_rate"}
    assert "between 0.3 s and 1.3 s" in cautions["gap"]


def test_a_film_can_be_turned_further(tmp_path: Path) -> None:
    """Turned by a quarter after it was opened: as if it had been opened so."""
    path = make_film(tmp_path / "film.mp4")
    with read_video(path, rotate_deg=90) as asked, read_video(path) as film:
        assert asked.turn_given
        assert not film.turn_given
        film.turn(90)
        assert film.source == asked.source
        first, other = next(iter(film.frames())), next(iter(asked.frames()))
        np.testing.assert_array_equal(first.rgb, other.rgb)


@pytest.mark.parametrize("span", [WHOLE_FILM, Span(1.0, 9.0)])
@pytest.mark.parametrize("name", ["a.mp4", "b.avi"])
def test_pictures_near_some_moments_are_those_of_the_film(
    tmp_path: Path, name: str, span: Span
) -> None:
    """Read with leaps in between, each is the picture that reading all gives at that time."""
    path = make_film(tmp_path / name, [n / 10 for n in range(100)], rate=10)
    moments = [8.9, 0.2, 4.0, 4.05, 30.0]
    with read_video(path, span=span) as film:
        every = list(film.frames())
        near = list(film.frames_near(moments, 0.25))
    wanted = [one for one in every if min(abs(one.time_s - at) for at in moments) < 0.25 - 1e-6]
    assert [one.time_s for one in near] == [one.time_s for one in wanted]
    for one, other in zip(near, wanted, strict=True):
        np.testing.assert_array_equal(one.rgb, other.rgb)


def test_what_no_picture_needs_is_passed_over_on_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the way to a moment not all is decoded; what is given there is what all would give."""
    monkeypatch.setitem(OPTIONS, "libx264", {"preset": "ultrafast", "crf": "16", "bf": "2"})
    path = make_film(tmp_path / "film.mp4", [n / 10 for n in range(100)], rate=10, key_every=90)
    read: list[int | None] = []
    timed = StreamClock.time_s

    def counted(clock: StreamClock, pts: int | None) -> float | None:
        read.append(pts)
        return timed(clock, pts)

    monkeypatch.setattr(StreamClock, "time_s", counted)
    with read_video(path) as film:
        every = [one for one in film.frames() if abs(one.time_s - 8.0) < 0.25]
        of_all = len(read)
        near = list(film.frames_near([8.0], 0.25))
    assert len(read) - of_all < 0.75 * of_all
    assert [one.time_s for one in near] == [one.time_s for one in every]
    for one, other in zip(near, every, strict=True):
        np.testing.assert_array_equal(one.rgb, other.rgb)


def test_near_moments_are_one_stretch() -> None:
    """Stretches lie within the span, in order, and are joined where a leap isn't worth it."""
    found = stretches([20.0, 0.1, 2.0, 40.0], 0.25, Span(0.0, 30.0))
    assert [(one.start_s, one.end_s) for one in found] == [(0.0, 2.25), (19.75, 20.25)]
    assert stretches([], 0.25, WHOLE_FILM) == []

"""Bad files: one clear error before anything starts, or what can be read plus a caution."""

from __future__ import annotations

import random
import struct
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from formcheck.errors import BadRequest, FormcheckError, NotAVideo, TooShort
from formcheck.video import Span, container, read_video
from formcheck.video.clock import StreamClock
from tests.video.films import make_film, make_sound, number

FILMS = 100  # damaged in as many ways


def complaint(path: Path, kind: type[FormcheckError]) -> str:
    with pytest.raises(kind) as caught:
        read_video(path)
    message = str(caught.value)
    assert str(path) in message
    assert "\n" not in message
    return message


def test_missing_file_folder_and_unreadable(tmp_path: Path) -> None:
    """A wrong path is a bad request that says what is there instead."""
    assert "no such file" in complaint(tmp_path / "no.mp4", BadRequest)
    assert "folder" in complaint(tmp_path, BadRequest)
    (tmp_path / "loop.mp4").symlink_to("loop.mp4")
    assert "can't be read" in complaint(tmp_path / "loop.mp4", BadRequest)


def test_files_that_are_no_films(tmp_path: Path) -> None:
    """Empty, text, noise and a playlist that points elsewhere: no video."""
    for name, content, said in (
        ("empty.mp4", b"", "empty"),
        ("text.mp4", b"This is no film.\n" * 50, "not a video"),
        ("text.txt", b"This is no film.\n" * 50, "not a video"),
        ("noise.mov", bytes(range(256)) * 40, "not a video"),
        ("list.mp4", b"#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:1,\nhttp://192.0.2.1/a.ts\n", "not a"),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        assert said in complaint(path, NotAVideo)


@pytest.mark.parametrize("name", ["a.wav", "a.mp4", "a.mkv"])
def test_only_sound(tmp_path: Path, name: str) -> None:
    """Sound alone is said to be sound alone."""
    assert "only sound" in complaint(make_sound(tmp_path / name), NotAVideo)


def test_header_without_pictures(tmp_path: Path) -> None:
    """A film whose picture data are gone has no picture to decode."""
    path = make_film(tmp_path / "a.mp4")
    content = path.read_bytes()
    path.write_bytes(content[: content.index(b"mdat") + 4])
    assert "no picture" in complaint(path, NotAVideo)


def test_single_picture(tmp_path: Path) -> None:
    """One picture is too short."""
    assert "single picture" in complaint(make_film(tmp_path / "a.mp4", [0.0]), TooShort)


def test_corrupt_stream(tmp_path: Path) -> None:
    """Picture data overwritten with noise: nothing can be decoded, said in one line."""
    path = make_film(tmp_path / "a.mp4")
    content = bytearray(path.read_bytes())
    at = content.index(b"mdat") + 4
    content[at:] = bytes((7 * n * n + 13) % 256 for n in range(len(content) - at))
    path.write_bytes(content)
    assert "no picture in it can be decoded" in complaint(path, NotAVideo)


def test_encrypted_film(tmp_path: Path) -> None:
    """A copy-protected film (sample entry ``encv``) says so."""
    path = make_film(tmp_path / "a.mp4")
    path.write_bytes(path.read_bytes().replace(b"avc1\0", b"encv\0"))
    assert "copy-protected" in complaint(path, NotAVideo)


def test_index_at_the_end_is_lost(tmp_path: Path) -> None:
    """A phone's file cut off in copying has lost its index: the message says why."""
    path = make_film(tmp_path / "a.mp4", movflags="")
    path.write_bytes(path.read_bytes()[:-2000])
    assert "cut off" in complaint(path, NotAVideo)


@pytest.mark.parametrize(
    ("name", "movflags"),
    [
        ("a.mp4", "faststart"),
        ("a.mov", "faststart"),
        ("a.mp4", "frag_keyframe+empty_moov"),
        ("a.mkv", ""),
        ("a.avi", ""),
    ],
)
@pytest.mark.parametrize("kept", [0.4, 0.5, 0.73])
def test_truncated_tail_is_read_as_far_as_it_goes(
    tmp_path: Path, name: str, movflags: str, kept: float
) -> None:
    """What is there is delivered, and a caution names the second it ends."""
    times = [n / 30 for n in range(80)]
    path = make_film(tmp_path / name, times, movflags=movflags)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])
    with read_video(path) as film:
        frames = list(film.frames())
        cautions = {caution.code: caution.message for caution in film.cautions}
    assert 10 < len(frames) < 80 * kept + 12
    assert [number(frame) for frame in frames] == [n % 40 for n in range(len(frames))]
    assert f"until {frames[-1].time_s:.1f} s" in cautions["truncated"]
    with read_video(path, span=Span(0.0, 0.2)) as film:
        assert len(list(film.frames())) == 6
        assert film.cautions == ()  # the end wasn't asked for


def test_damage_in_the_middle(tmp_path: Path) -> None:
    """Pictures that can't be decoded are left out and counted; what follows is read."""
    path = make_film(tmp_path / "a.mp4", [n / 30 for n in range(40)])
    content = bytearray(path.read_bytes())
    at = content.index(b"mdat") + (len(content) - content.index(b"mdat")) // 2
    content[at : at + 300] = b"\xff" * 300
    path.write_bytes(content)
    with read_video(path) as film:
        frames = list(film.frames())
        cautions = {caution.code: caution.message for caution in film.cautions}
    assert 20 <= len(frames) < 40
    assert number(frames[-1]) == 39
    assert "damaged_frames" in cautions
    assert "truncated" not in cautions


def test_what_is_delivered_of_a_damaged_film_is_right(tmp_path: Path) -> None:
    """A few wrong bits anywhere in the pictures: those they smear are left out.

    Now and then a decoder draws on from wrong bits without a word; that it must be rare.
    """
    content = make_film(tmp_path / "a.mp4", [n / 30 for n in range(40)], key_every=10).read_bytes()
    start, damaged = content.index(b"mdat") + 8, tmp_path / "damaged.mp4"
    delivered, wrong = 0, 0
    for seed in range(FILMS):
        chance, hurt = random.Random(seed), bytearray(content)
        for _ in range(chance.randint(1, 5)):
            place = start + int(chance.uniform(0.2, 0.95) * (len(content) - start))
            hurt[place] ^= 1 << chance.randrange(8)
        damaged.write_bytes(hurt)
        try:
            with read_video(damaged) as film:
                found = [number(frame) for frame in film.frames()]
        except NotAVideo:
            continue
        delivered += len(found)
        wrong += sum(later < before for before, later in pairwise(found))
    assert delivered > 10 * FILMS
    assert wrong <= 0.005 * delivered


def test_pictures_larger_than_any_cameras_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A header can claim any size: it is told before a picture is decoded."""
    monkeypatch.setattr(container, "MOST_PIXELS", 100 * 90)
    path = make_film(tmp_path / "a.mp4")
    assert "claim to be 128 × 96" in complaint(path, NotAVideo)


def test_pictures_that_grow_midway_are_not_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first part of a joined film is read; what grows beyond any camera's is left out."""
    monkeypatch.setitem(container._DECODER, "max_pixels", str(200 * 160))
    small, large = (
        make_film(tmp_path / f"{size[0]}.ts", size=size).read_bytes()
        for size in ((128, 96), (320, 240))
    )
    path = tmp_path / "joined.ts"
    path.write_bytes(small + large)
    with read_video(path) as film:
        assert 15 <= len(list(film.frames())) <= 20
        assert "damaged_frames" in {caution.code for caution in film.cautions}


def test_decoder_is_silent(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The decoder's own complaints stay off the terminal."""
    path = make_film(tmp_path / "a.mp4", [n / 30 for n in range(40)])
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    capfd.readouterr()
    with read_video(path) as film:
        list(film.frames())
    (tmp_path / "text.mp4").write_bytes(b"no film" * 99)
    complaint(tmp_path / "text.mp4", NotAVideo)
    assert capfd.readouterr() == ("", "")


def test_clock_repairs_bad_times() -> None:
    """Missing times are filled in, one repeat is dropped, a restarted count goes on."""
    clock = StreamClock(100, Fraction(1, 10), 0.1)
    given = [100, 101, None, 103, 103, 104, 100, 101, 102, 103, 104]
    told = [clock.time_s(pts) for pts in given]
    expected = [0.0, 0.1, 0.2, 0.3, None, 0.4, None, None, 0.5, 0.6, 0.7]
    assert [None if t is None else pytest.approx(t) for t in expected] == told
    assert clock.repairs == 5


def test_repeated_times_in_a_file(tmp_path: Path) -> None:
    """A picture with the time of the one before is left out, and it is said."""
    times = [n / 30 for n in range(10)] + [n / 30 for n in range(11, 30)]  # one step is double
    path = make_film(tmp_path / "a.mp4", times, codec="mpeg4")
    content = path.read_bytes()
    at = content.index(b"stts") + 8
    (entries,) = struct.unpack(">I", content[at : at + 4])
    steps = list(struct.unpack(f">{2 * entries}I", content[at + 4 : at + 4 + 8 * entries]))
    double = steps.index(2 * steps[1])
    steps[double] = 0
    patched = struct.pack(f">{2 * entries}I", *steps)
    path.write_bytes(content[: at + 4] + patched + content[at + 4 + len(patched) :])
    with read_video(path) as film:
        frames = list(film.frames())
        assert "timestamps_repaired" in [caution.code for caution in film.cautions]
    assert len(frames) == 28
    assert all(b.time_s > a.time_s for a, b in pairwise(frames))

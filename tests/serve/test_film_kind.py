"""What comes in as a film holds one itself."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from av.video.stream import VideoStream

from formcheck.errors import NotAVideo
from formcheck.serve import film_kind
from formcheck.serve.film_kind import need_film
from tests.serve.conftest import FILM

SUFFIXES = ("mp4", "mov", "mkv", "webm", "avi", "ts", "mpg", "flv", "3gp")
CODECS = {"webm": "libvpx", "mpg": "mpeg2video", "flv": "flv1", "avi": "mpeg4", "3gp": "mpeg4"}

LISTS = {
    "hls": b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/passwd\n",
    "marked": b"\xef\xbb\xbf\r\n#EXTM3U\nhttp://127.0.0.1/a.ts\n",
    "concat": b"ffconcat version 1.0\nfile /etc/passwd\n",
    "dash": b'<?xml version="1.0"?><MPD><BaseURL>http://127.0.0.1/</BaseURL></MPD>',
    "sdp": b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\n",
    "quicktime": b"RTSPtext\nrtsp://127.0.0.1/a\n",
}


def written(folder: Path, suffix: str) -> Path:
    """A film of a few pictures in a container."""
    path = folder / f"film.{suffix}"
    with av.open(str(path), "w") as out:
        stream = out.add_stream(CODECS.get(suffix, "libx264"), 25)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 96, "yuv420p"
        for grey in range(0, 250, 25):
            picture = np.full((96, 64, 3), grey, dtype=np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        out.mux(stream.encode())
    return path


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_films_of_phones_and_cameras_come_in(tmp_path: Path, suffix: str) -> None:
    """Whatever container they are in."""
    need_film(written(tmp_path, suffix))


@pytest.mark.parametrize("name", LISTS)
def test_lists_of_other_files_dont(tmp_path: Path, name: str) -> None:
    """Whatever they are called."""
    path = tmp_path / "IMG_1.mp4"
    path.write_bytes(LISTS[name] + bytes(500))
    with pytest.raises(NotAVideo, match="points to others"):
        need_film(path)


def test_pictures_texts_and_nothing_dont(tmp_path: Path) -> None:
    """Each with what to do."""
    path = tmp_path / "IMG_1.mp4"
    for data, said in (
        (b"", film_kind.EMPTY),
        (b"\xff\xd8\xff\xe0" + bytes(99), film_kind.PICTURE),
        (b"\0\0\0\x18ftypheic" + bytes(99), film_kind.PICTURE),
        (b"just a text", film_kind.NO_FILM),
        (b"PK\x03\x04" + bytes(999), film_kind.NO_FILM),
        (bytes(9999), film_kind.NO_FILM),
    ):
        path.write_bytes(data)
        with pytest.raises(NotAVideo) as found:
            need_film(path)
        assert str(found.value) == said


def test_a_quicktime_film_whose_pictures_lie_elsewhere_doesnt(tmp_path: Path) -> None:
    """By its data reference, or as a list of films."""
    whole = FILM.read_bytes()
    at = whole.index(b"dref") + 12  # past version, flags and count: the first entry
    assert whole[at + 4 : at + 8] == b"url "
    assert whole[at + 11] == 1
    path = tmp_path / "IMG_1.mov"
    path.write_bytes(whole[: at + 11] + b"\0" + whole[at + 12 :])
    with pytest.raises(NotAVideo, match="points to others"):
        need_film(path)
    path.write_bytes(whole)
    need_film(path)
    inside = b"\0\0\0\x10rmda" + b"\0\0\0\x08rdrf"
    path.write_bytes((8 + len(inside)).to_bytes(4) + b"moov" + inside)
    with pytest.raises(NotAVideo, match="points to others"):
        need_film(path)

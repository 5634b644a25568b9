"""Films in a bucket: there for good, here as long as there is room."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from formcheck.errors import BadRequest
from formcheck.serve.films_s3 import BucketFilms


@pytest.fixture
def bucket() -> str:
    """An address in fsspec's own memory."""
    return f"memory://{uuid.uuid4().hex}/films"


def coming(folder: Path, data: bytes) -> Path:
    path = folder / "coming"
    path.write_bytes(data)
    return path


def test_a_film_is_had_wherever_it_was_put(tmp_path: Path, bucket: str) -> None:
    """By another machine, from the bucket; once for the same film."""
    here = BucketFilms(bucket, tmp_path / "here")
    content, path = here.put(coming(tmp_path, b"film"), "IMG.MOV")
    assert (path.suffix, path.read_bytes()) == (".mov", b"film")
    assert here.put(coming(tmp_path, b"film"), "other.mp4") == (content, path)
    there = BucketFilms(bucket, tmp_path / "there").path(content)
    assert there is not None
    assert (there.name, there.read_bytes()) == (path.name, b"film")
    assert here.path("0" * 64) is None
    assert here.path("../" + content) is None


def test_copies_here_are_bounded(tmp_path: Path, bucket: str) -> None:
    """The one read longest ago goes first, and is fetched again when it is asked for."""
    films = BucketFilms(bucket, tmp_path / "here", most_bytes=10)
    contents = [films.put(coming(tmp_path, bytes([n]) * 6), "a.mp4")[0] for n in range(3)]
    assert len(list((tmp_path / "here").glob("??/*"))) == 1
    for n, content in enumerate(contents):
        path = films.path(content)
        assert path is not None
        assert path.read_bytes() == bytes([n]) * 6


def test_removed_is_removed_everywhere(tmp_path: Path, bucket: str) -> None:
    """Here and there."""
    films = BucketFilms(bucket, tmp_path / "here")
    content, path = films.put(coming(tmp_path, b"film"), "a.mp4")
    films.remove(content)
    assert not path.exists()
    assert films.path(content) is None
    films.remove(content)


def test_no_such_kind_of_place(tmp_path: Path) -> None:
    """Is said, with what to install."""
    with pytest.raises(BadRequest, match=r"formcheck\[s3\]"):
        BucketFilms("nowhere://bucket", tmp_path)

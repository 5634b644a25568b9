"""What may come in as a film: told by its first bytes, before anything decodes it.

A playlist or a list of parts could make a decoder open other files or addresses. The decoder
refuses those as well (``video/container.py``); here they are refused with a sentence, while
whoever sends them still looks on.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from formcheck.errors import NotAVideo

HEAD_BYTES = 4096
MOST_BOXES = 20_000
"""A film of an hour has a few dozen outside of its fragments."""

NO_FILM = "This isn't a film that can be read. Choose the video as your phone recorded it."
PICTURE = "This is a picture. Choose the video of your set."
POINTS_ELSEWHERE = (
    "This file holds no film itself: it points to others. Choose the video as your phone "
    "recorded it."
)
EMPTY = "The file is empty. Choose the video once more."

_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_STARTS = (
    b"\x1aE\xdf\xa3",  # Matroska, WebM
    b"\x00\x00\x01\xba",  # MPEG program stream
    b"\x00\x00\x01\xb3",  # MPEG video
    b"\x00\x00\x00\x01",  # H.264 and HEVC as they are
    b"FLV\x01",
    b"0&\xb2u\x8ef\xcf\x11",  # ASF
    b"OggS",
)
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_PICTURE_BRANDS = (b"heic", b"heix", b"heif", b"mif1", b"msf1", b"avif")
_LISTS = (b"#EXT", b"ffconcat", b"<?xml", b"<MPD", b"<smil", b"v=0", b"[playlist]", b"RTSPtext")
_PACKETS = ((0, 188), (4, 192))
"""Where the first sign of a transport stream's packets stands, and how long a packet is."""

_HOLDERS = (b"moov", b"trak", b"mdia", b"minf", b"dinf")
_REFERENCES = (b"rmra", b"rmda", b"rdrf")
"""Boxes of a QuickTime film that is somewhere else."""

_ITSELF = 1
"""A data reference's flag: the pictures are in this file."""


def need_film(path: Path) -> None:
    """Let a whole file through that holds a film itself.

    Raises
    ------
    NotAVideo
        It is no film, or points to one elsewhere; the message is for whoever sent it.
    """
    with path.open("rb") as file:
        need_head_of_film(file.read(HEAD_BYTES))
        file.seek(0, 2)
        if _points_elsewhere(file, 0, file.tell()):
            raise NotAVideo(POINTS_ELSEWHERE)


def need_head_of_film(head: bytes) -> None:
    """Let the first bytes of a film through.

    Raises
    ------
    NotAVideo
        They are those of something else.
    """
    if not head:
        raise NotAVideo(EMPTY)
    is_picture = head[4:8] == b"ftyp" and head[8:12] in _PICTURE_BRANDS
    if is_picture or head.startswith(_PICTURES):
        raise NotAVideo(PICTURE)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_LISTS):
        raise NotAVideo(POINTS_ELSEWHERE)
    if head[4:8] in _BOXES or head.startswith(_STARTS):
        return
    if head.startswith(b"RIFF") and head[8:12] == b"AVI ":
        return
    for first, length in _PACKETS:
        signs = head[first::length]
        if len(head) > first + 2 * length and set(signs) == {ord("G")}:
            return
    raise NotAVideo(NO_FILM)


def _points_elsewhere(file: BinaryIO, start: int, end: int) -> bool:
    """Whether a part of an MP4 or MOV names films in other files."""
    for kind, inside, after in _boxes(file, start, end):
        if kind in _REFERENCES:
            return True
        if kind in _HOLDERS and _points_elsewhere(file, inside, after):
            return True
        if kind == b"dref":
            for _, entry, _ in _boxes(file, inside + 8, after):
                file.seek(entry + 3)  # after a byte for the version, two of the flags
                if not int.from_bytes(file.read(1)) & _ITSELF:
                    return True
    return False


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Give kind, first byte inside and the byte after each box of a stretch."""
    at = start
    for _ in range(MOST_BOXES):
        if at + 8 > end:
            return
        file.seek(at)
        head = file.read(16)
        size, inside = int.from_bytes(head[:4]), at + 8
        if size == 1:
            size, inside = int.from_bytes(head[8:16]), at + 16
        elif size == 0:
            size = end - at
        if size < inside - at or at + size > end:
            return
        yield head[4:8], inside, at + size
        at += size

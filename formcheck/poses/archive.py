"""A numpy archive from outside, of which nothing is unpacked before it is known to fit.

Three megabytes of zip can unpack to three gigabytes, and a header can claim any shape.
So the zip's own list is looked at first, then each array's header, and only what a
poses file may hold is read, without pickles.
"""

from __future__ import annotations

import math
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formcheck.data import FloatArray
from formcheck.errors import BadRequest
from formcheck.intake import MOST, need_size, open_regular

MOST_FRAMES = 500_000
"""More than four hours at 30 pictures a second, two at 60."""

MOST_TEXT = 1_000_000
"""Letters of a text: what we note of a film is a few thousand."""

MOST_ENTRIES = 1000
_HEADER_BYTES = 10_000
_CELL_BYTES = 8

Shape = tuple[int | None, ...]

_BROKEN = (
    *(OSError, ValueError, EOFError, KeyError, RuntimeError, MemoryError, struct.error),
    *(NotImplementedError, zipfile.BadZipFile, zlib.error),
)
"""What numpy and zipfile raise over a file that is cut short or no archive."""


@dataclass(frozen=True)
class Header:
    """What an array says of itself before its data."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]


class Archive:
    """Named arrays that are read when they are asked for, and are known to fit then."""

    def __init__(self, path: Path, zipped: zipfile.ZipFile) -> None:
        self._path, self._zip = path, zipped
        self._entries = {
            one.filename.removesuffix(".npy"): one for one in zipped.infolist()[:MOST_ENTRIES]
        }

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def wrong(self, key: str, found: object, expected: str) -> BadRequest:
        """Give the error that names the file, the key, what is in it and what should be."""
        return BadRequest(f"{self._path}: {key}: {found}. Expected {expected}.")

    def header(self, key: str) -> Header:
        """Give the shape and type of a named array.

        Raises
        ------
        BadRequest
            The archive is broken there, or it is no array.
        """
        with _told_as_broken(self._path), self._zip.open(self._entries[key]) as member:
            # Other versions are of headers longer than those of numbers get.
            if np.lib.format.read_magic(member) != (1, 0):
                raise ValueError
            shape, _, dtype = np.lib.format.read_array_header_1_0(member, _HEADER_BYTES)
            if dtype.hasobject:
                raise ValueError
        return Header(shape, dtype)

    def numbers(self, key: str, shape: Shape) -> FloatArray:
        """Read the named array as floats of the given shape, None standing for any length.

        Raises
        ------
        BadRequest
            It is missing, of another type or shape, or infinite somewhere.
        """
        wanted = f"numbers of shape ({', '.join('T' if n is None else str(n) for n in shape)})"
        if key not in self:
            raise self.wrong(key, "missing", wanted)
        header = self.header(key)
        if header.dtype.kind not in "fiub":
            raise self.wrong(key, f"of type {header.dtype}", wanted)
        fits = len(header.shape) == len(shape) and all(
            want is None or have == want for have, want in zip(header.shape, shape, strict=True)
        )
        if not fits:
            raise self.wrong(key, f"of shape {header.shape}", wanted)
        values = self._data(key, header)
        if values.dtype.kind != "f" or values.dtype.itemsize > _CELL_BYTES:
            values = values.astype(float)
        if np.isinf(values).any():
            raise self.wrong(key, "infinite somewhere", "finite numbers, or NaN where missing")
        return np.asarray(values.astype(values.dtype.newbyteorder("="), copy=False))

    def whole_numbers(self, key: str, frames: int, low: int, high: int) -> NDArray[np.integer]:
        """Read the named array (T,) of whole numbers.

        Raises
        ------
        BadRequest
            It is of another type or shape, or beyond ``low`` and ``high``.
        """
        expected = f"whole numbers from {low} to {high}, of shape ({frames},)"
        header = self.header(key)
        if header.shape != (frames,) or header.dtype.kind not in "iu":
            raise self.wrong(key, f"{header.dtype} of shape {header.shape}", expected)
        numbers = self._data(key, header)
        if numbers.min() < low or numbers.max() > high:
            raise self.wrong(key, f"{numbers.min()} to {numbers.max()}", expected)
        return numbers

    def text(self, key: str) -> str:
        """Read the named text.

        Raises
        ------
        BadRequest
            It is no text, or longer than one can be.
        """
        header = self.header(key)
        if header.dtype.kind != "U" or header.shape != ():
            raise self.wrong(key, f"{header.dtype} of shape {header.shape}", "one text")
        if header.dtype.itemsize > 4 * MOST_TEXT:
            raise self.wrong(key, "a text without end", f"at most {MOST_TEXT} letters")
        return str(self._data(key, header)[()])

    def _data(self, key: str, header: Header) -> NDArray[Any]:
        if header.shape and header.shape[0] > MOST_FRAMES:
            raise self.wrong(key, f"{header.shape[0]} frames", f"at most {MOST_FRAMES}")
        entry = self._entries[key]
        data_bytes = math.prod(header.shape) * header.dtype.itemsize
        with _told_as_broken(self._path), self._zip.open(entry) as member:
            # What is packed small unpacks to no more than the list says: zipfile stops there.
            if not data_bytes < entry.file_size <= data_bytes + _HEADER_BYTES:
                raise ValueError
            return np.lib.format.read_array(member, allow_pickle=False)


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Open an archive of arrays.

    Raises
    ------
    BadRequest
        It can't be read, is larger than any, or is no such archive.
    """
    with open_regular(path) as file:
        need_size(file, MOST["poses"], str(path))
        if file.read(6) == b"\x93NUMPY":
            raise BadRequest(f"{path}: one bare array. Expected a poses.npz with named arrays.")
        with _told_as_broken(path):
            zipped = zipfile.ZipFile(file)
        with zipped:
            yield Archive(path, zipped)


@contextmanager
def _told_as_broken(path: Path) -> Iterator[None]:
    try:
        yield
    except _BROKEN as problem:
        raise BadRequest(
            f"{path}: not a whole poses.npz. Copy it once more, or analyse the video again."
        ) from problem

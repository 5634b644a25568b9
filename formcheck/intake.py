"""The one door for files from outside: what may come in, and how much of it.

A film, a list, limits or an ``analysis.json`` may come from anybody, and be damaged,
made by another program, or made to hurt. Every reader takes its bytes from here:

- **A regular file only.** A named pipe would be waited for without end, a device like
  ``/dev/zero`` never ends, and ``<(cat film.mp4)`` can't be read twice.
- **So many bytes at most**, before anything is unpacked or understood (``MOST``). Each
  bound is several times the largest honest file that we know of.
- **Text as Windows saves it too**: with a byte order mark, or as UTF-16.
- **Types checked** by ``msgspec`` from the types that the code uses, so that a wrong one
  is refused by its place in the file and not met as a crash later. A number that isn't
  known is ``null``. Nesting is bounded by those types, and by Python's own depth.

Films have no bound on bytes, since they are read picture by picture; theirs is on pixels
(``video/container.py``) and on times (``video/clock.py``, ``signals/filtering.py``).
"""

from __future__ import annotations

import codecs
import difflib
import json
import os
import re
import stat
import tomllib
from collections.abc import Iterable
from io import BufferedReader
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from formcheck.errors import BadRequest

T = TypeVar("T")

Kind = Literal["limits", "analysis", "trc", "poses"]

MOST: dict[Kind, int] = {
    "limits": 250_000,  # ours, of every cue and lift, has 9 kB
    "analysis": 50_000_000,  # a repetition takes 10 kB: five thousand of them
    "trc": 60_000_000,  # 40 markers a hundred times a second for nine minutes
    "poses": 1_000_000_000,  # an hour at 60 pictures a second: 300 MB packed
}
"""Bytes that a file of each kind may have."""

MOST_DEPTH = 40
"""Brackets within one another, and parts of a dotted name: a limits file has two."""

MOST_DIGITS = 30
"""A number of more is no measurement, and Python takes long over thousands."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like UTF-16's, so it is asked first
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
HALF_EMPTY = 0.3
"""Of the bytes at even (or odd) places of UTF-16 without a mark so many at least are zero:
one for each Latin letter, digit and sign."""

_NEAR = 0.75  # of the letters, as difflib counts (our choice)
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:/{1,2}[^/\\]", re.IGNORECASE)
_QUOTED = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*')
_DOTTED = re.compile(rf"(?:[\w-]*\s*\.\s*){{{MOST_DEPTH},}}")
_DIGITS = re.compile(rf"[0-9_]{{{MOST_DIGITS + 1},}}")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Ask "Did you mean hip_drive?", a blank before it; "" where nothing known is near."""
    spelled = {one.casefold(): one for one in known}
    near = difflib.get_close_matches(
        name.strip().casefold().replace("-", "_").replace(" ", "_"), spelled, 1, _NEAR
    )
    return f" Did you mean {spelled[near[0]]}?" if near else ""


def not_there(name: object, what: str = "file") -> str:
    """Say that a file isn't there; of an address, that it isn't fetched."""
    if _ADDRESS.match(str(name)):
        return (
            f"{name}: this is an address, and formcheck fetches nothing from the network. "
            "Download the film first, then name the file."
        )
    return f"{name}: no such {what}. Check the name and the folder."


def open_regular(path: Path, called: str = "") -> BufferedReader:
    """Open a file for reading; nothing is waited for.

    Parameters
    ----------
    path
        The file.
    called
        Its name in messages, where that isn't the path.

    Raises
    ------
    BadRequest
        It isn't there, can't be read, or is a folder, a pipe or a device.
    """
    name = called or path
    try:
        # Without waiting: to open a pipe that nobody writes to would take for ever.
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _BINARY)
    except FileNotFoundError:
        raise BadRequest(not_there(name)) from None
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or problem
        raise BadRequest(f"{name}: can't be read ({reason}).") from None
    kind = os.fstat(number).st_mode
    if not stat.S_ISREG(kind):
        os.close(number)
        if stat.S_ISDIR(kind):
            raise BadRequest(f"{name}: this is a folder, not a file. Name one file in it.")
        raise BadRequest(f"{name}: this is a pipe or a device, not a file. Save it as a file.")
    return os.fdopen(number, "rb")


_BINARY = getattr(os, "O_BINARY", 0)  # Windows changes line ends without it


def read_bytes(path: Path, most: int, called: str = "") -> bytes:
    """Read a file of at most so many bytes.

    Raises
    ------
    BadRequest
        As ``open_regular``, or it is larger.
    """
    with open_regular(path, called) as file:
        need_size(file, most, called or str(path))
        try:
            return file.read(most)
        except OSError as problem:
            raise BadRequest(f"{called or path}: can't be read ({problem.strerror}).") from problem


def need_size(file: BufferedReader, most: int, name: str) -> None:
    """An open file has so many bytes at most.

    Raises
    ------
    BadRequest
        It has more.
    """
    if os.fstat(file.fileno()).st_size > most:
        size = f"{most / 1e6:.0f} MB" if most >= 1_000_000 else f"{most / 1e3:.0f} kB"
        raise BadRequest(f"{name}: it is larger than {size}. Is it the right file?")


def decoded(data: bytes) -> tuple[str, bool]:
    """Give the text, and whether its encoding is a guess.

    UTF-8 proves itself, UTF-16 has a mark or zeros in every other place. What is left
    comes from a Windows program nearly always; there is no telling in a short text.

    Raises
    ------
    BadRequest
        It is no text.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding), False
    if b"\0" in data:
        for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
            places = data[start::2]
            if places.count(0) >= HALF_EMPTY * len(places):
                return _strict(data, encoding), False
        raise BadRequest("it is no text.")
    try:
        return data.decode("utf-8"), False
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace"), True


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as problem:
        raise BadRequest(f"its text is broken ({problem.reason}).") from problem


def read_text(path: Path, kind: Kind) -> str:
    """Read a text file of one of our kinds, with or without a byte order mark.

    Raises
    ------
    BadRequest
        As ``read_bytes``, or it isn't text in UTF-8 or UTF-16.
    """
    try:
        text, guessed = decoded(read_bytes(path, MOST[kind]))
    except BadRequest as problem:
        if str(path) in str(problem):
            raise
        raise BadRequest(f"{path}: {problem}") from problem
    if guessed:
        raise BadRequest(f"{path}: it is no text in UTF-8. Save it as UTF-8.")
    return text


def toml(text: str) -> dict[str, Any]:
    """Understand TOML that may be made to hurt.

    Raises
    ------
    ValueError
        It isn't TOML, is nested too deeply, or holds a number without end.
    """
    bare = _QUOTED.sub("", text)
    if _DIGITS.search(bare):
        raise ValueError(f"a number has more than {MOST_DIGITS} digits")
    if _depth(bare) > MOST_DEPTH or _DOTTED.search(bare):
        raise ValueError("it is nested too deeply")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def parsed_json(text: str) -> Any:
    """Understand JSON that may be made to hurt; NaN is let in for ``converted`` to judge.

    Raises
    ------
    ValueError
        It isn't JSON, is nested too deeply, or holds a number without end.
    """
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def converted(value: object, form: type[T]) -> T:
    """Check what a file said against a type, with its bounds.

    Raises
    ------
    ValueError
        It is of another type or beyond its bounds; the message names the place and
        what was expected, in words.
    """
    try:
        return msgspec.convert(value, form)
    except msgspec.ValidationError as problem:
        raise ValueError(_in_words(str(problem))) from problem
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


_WORDS = {
    "float": "a number",
    "int": "a whole number",
    "str": "text",
    "bool": "true or false",
    "object": "named values",
    "array": "a list",
    "null": "nothing (null)",
    "date": "a date",
    "datetime": "a time",
    "time": "a time of day",
}
_TYPES = re.compile(r"`([^`]*)`")
_PLACE = re.compile(r"^(.*) - at `\$\.?([^`]*)`$", re.DOTALL)


def _in_words(problem: str) -> str:
    """Turn msgspec's "Expected `float`, got `str` - at `$.a.b`" into words."""
    placed = _PLACE.match(problem)
    said, place = (placed[1], placed[2]) if placed else (problem, "")

    def word(found: re.Match[str]) -> str:
        return " or ".join(_WORDS.get(one, one) for one in found[1].split(" | "))

    said = _TYPES.sub(word, said.replace("Object missing required field", "missing:"))
    said = said.replace("Object contains unknown field", "not known here:")
    return f"{place}: {said[0].lower()}{said[1:]}" if place else f"{said[0].lower()}{said[1:]}"


def _depth(bare: str) -> int:
    """How many brackets stand within one another at most."""
    depth = most = 0
    for found in re.finditer(r"[\[\]{}]", bare):
        depth = max(depth + (1 if found[0] in "[{" else -1), 0)
        most = max(most, depth)
    return most

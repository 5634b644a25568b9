"""The program's ends: what it prints on, and the signals that end it.

A terminal that can't show a sign gets one it can show; a reader who leaves (``| head``)
stops no work; SIGTERM and SIGHUP end it as Ctrl-C does, each with its exit code.
"""

from __future__ import annotations

import codecs
import io
import json
import os
import signal
import sys
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, TextIO

import click

PLAIN = {
    **{"±": "+/-", "−": "-", "–": "-", "—": "-", "‑": "-", "…": "...", "×": "x", "°": " deg"},
    **{"≤": "<=", "≥": ">=", "→": "->", "↗": "^", "↘": "v", "✓": "+", "✕": "x", "σ": "sigma"},
    **{"“": '"', "”": '"', "’": "'", "‘": "'", "•": "*", "·": "-", "█": "#"},
}
"""What stands for a sign where it can't be shown; letters lose their accents."""

_HANDLER = "formcheck-plain"


class Ended(KeyboardInterrupt):
    """Somebody told the program to end: by SIGTERM, or SIGHUP when a terminal closes."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.exit_code = 128 + number


@contextmanager
def ends_in_order() -> Iterator[None]:
    """Make SIGTERM and SIGHUP end the work in it as Ctrl-C does; only the first one counts."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ends = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    # Whoever started us with nohup wants no SIGHUP; a handler that isn't Python's is None.
    ends = [one for one in ends if signal.getsignal(one) == signal.SIG_DFL]

    def end(number: int, _: FrameType | None) -> None:
        for one in ends:
            signal.signal(one, signal.SIG_IGN)
        raise Ended(number)

    try:
        for one in ends:
            signal.signal(one, end)
        yield
    finally:
        for one in ends:
            signal.signal(one, signal.SIG_DFL)


def open_outlets() -> None:
    """Make stdout and stderr take any sign, and go on when nobody reads them any more."""
    codecs.register_error(_HANDLER, _plain)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if not isinstance(stream, io.TextIOWrapper) or isinstance(stream, _Outlet):
            continue
        if codecs.lookup(stream.encoding).name != "utf-8":
            with suppress(OSError, ValueError):
                stream.reconfigure(errors=_HANDLER)
        if stream is getattr(sys, f"__{name}__"):
            with suppress(OSError, ValueError):
                outlet = _outlet(stream)
                setattr(sys, name, outlet)
                setattr(sys, f"__{name}__", outlet)


def nobody_reads(stream: TextIO) -> bool:
    """Whether whoever read what we print has gone."""
    return isinstance(stream, _Outlet) and stream.closed_by_reader


def print_json(value: Any, *, indent: int | None = 1) -> None:
    """Print JSON on stdout, with ASCII alone where not every sign can be shown."""
    plain = codecs.lookup(sys.stdout.encoding or "ascii").name != "utf-8"
    click.echo(json.dumps(value, ensure_ascii=plain, indent=indent, allow_nan=False))


class _Outlet(io.TextIOWrapper):
    """A standard stream whose reader may leave."""

    closed_by_reader = False

    def write(self, text: str) -> int:
        with self._going_on():
            return super().write(text)
        return len(text)

    def flush(self) -> None:
        with self._going_on():
            super().flush()

    @contextmanager
    def _going_on(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            self.closed_by_reader = True
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)


def _outlet(stream: io.TextIOWrapper) -> _Outlet:
    settings: dict[str, Any] = {
        "encoding": stream.encoding,
        "errors": stream.errors,
        "line_buffering": stream.line_buffering,
        "write_through": stream.write_through,
    }
    stream.fileno()  # one without can't be closed by a reader
    stream.flush()
    return _Outlet(stream.detach(), **settings)


def _plain(problem: UnicodeError) -> tuple[str, int]:
    assert isinstance(problem, UnicodeEncodeError)
    signs = problem.object[problem.start : problem.end]
    return "".join(_plain_sign(sign) for sign in signs), problem.end


def _plain_sign(sign: str) -> str:
    if sign in PLAIN:
        return PLAIN[sign]
    letters = unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode()
    return letters or "?"

"""Many uploads at once: what the desk's server holds, how fast it takes them, and none lost.

The films are as large as a phone's, made as they are sent: a rendered sample, and behind it
bytes of each one's own in a box that decoders skip. The server judges nothing meanwhile.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import psutil
from rich.console import Console
from rich.table import Table

from formcheck.serve.desk import Choices, open_desk
from formcheck.serve.kept.links import make_link
from formcheck.serve.kept.people import client_named
from formcheck.serve.kept.uploads import uploads_of

SAMPLE = Path("sample_videos/deadlift_good.mp4")
UPLOADS, FILM_BYTES = 20, 100_000_000
STEP_BYTES = 1 << 20
MOST_GROWN_MB = 100
"""Over what it holds idle: 20 films of 100 MB are 2,000, and each needs a few steps of 1 MB."""

LOOK_EVERY_S = 0.05
ENDS_WITHIN_S = 20.0
TUS = {"Tus-Resumable": "1.0.0"}


@dataclass(frozen=True)
class Film:
    """A film of ``size`` bytes that nobody else sends."""

    number: int
    size: int

    def parts(self) -> Iterator[bytes]:
        """Its bytes, in parts."""
        sample = SAMPLE.read_bytes()
        rest = self.size - len(sample)
        yield sample + rest.to_bytes(4) + b"free"
        rest -= 8
        chance = np.random.default_rng(self.number)
        while rest > 0:
            step = min(rest, STEP_BYTES)
            yield chance.bytes(step)
            rest -= step

    @property
    def sha256(self) -> str:
        """The content it is known by."""
        digest = hashlib.sha256()
        for part in self.parts():
            digest.update(part)
        return digest.hexdigest()


def run(
    console: Console, *, uploads: int = UPLOADS, film_bytes: int = FILM_BYTES
) -> dict[str, Any]:
    """Send so many films at once, print what it took, and give the numbers."""
    films = [Film(number, film_bytes) for number in range(uploads)]
    with tempfile.TemporaryDirectory(prefix="formcheck-desk-") as name:
        data = Path(name) / "desk"
        with open_desk(data, Choices(works=False)) as desk:
            sender = client_named(desk.store, "Anna")
            way = (
                f"/c/{make_link(desk.store, sender, shows_results=False).token(desk.secret)}/files"
            )
        with console.status(f"Sending {uploads} films of {film_bytes / 1e6:g} MB"):
            took_s, idle_mb, peak_mb = _sent(data, way, films)
        with open_desk(data, Choices(works=False)) as desk:
            kept = {
                one.content: desk.films.path(one.content)
                for one in uploads_of(desk.store, sender.id)
            }
            whole = sum(
                path is not None and _sha256(path) == content for content, path in kept.items()
            )
        lost = len({one.sha256 for one in films} - kept.keys())
    numbers = {
        "uploads": uploads,
        "film_mb": film_bytes / 1e6,
        "took_s": took_s,
        "mb_s": uploads * film_bytes / 1e6 / took_s,
        "idle_mb": idle_mb,
        "peak_mb": peak_mb,
        "whole": whole,
        "lost": lost,
    }
    _print(console, numbers)
    return numbers


def _sent(data: Path, way: str, films: list[Film]) -> tuple[float, float, float]:
    """Send them all at once; gives the seconds, and what the server held before and at most."""
    with _served(data) as (address, server):
        netloc = urlsplit(address).netloc
        _ask(netloc, "OPTIONS", way)
        watched = psutil.Process(server)
        idle_mb = watched.memory_info().rss / 1e6
        peak_mb, over = [idle_mb], threading.Event()

        def watch() -> None:
            while not over.wait(LOOK_EVERY_S):
                peak_mb[0] = max(peak_mb[0], watched.memory_info().rss / 1e6)

        watcher = threading.Thread(target=watch)
        watcher.start()
        begin_s = time.monotonic()
        try:
            with ThreadPoolExecutor(len(films)) as senders:
                list(senders.map(lambda film: _send(netloc, way, film), films))
        finally:
            took_s = time.monotonic() - begin_s
            over.set()
            watcher.join()
    return took_s, idle_mb, peak_mb[0]


def _send(netloc: str, way: str, film: Film) -> None:
    begun = _ask(netloc, "POST", way, {"Upload-Length": str(film.size)})
    headers = {
        **TUS,
        "Upload-Offset": "0",
        "Content-Type": "application/offset+octet-stream",
        "Content-Length": str(film.size),
    }
    where = urlsplit(begun["location"]).path
    with contextlib.closing(http.client.HTTPConnection(netloc)) as connection:
        connection.request("PATCH", where, film.parts(), headers)
        answer = connection.getresponse()
        said = answer.read()
        if answer.status != 204 or answer.headers["Upload-Offset"] != str(film.size):
            raise RuntimeError(f"upload {film.number}: {answer.status} {said.decode()[:300]}")


def _ask(
    netloc: str, method: str, way: str, headers: dict[str, str] | None = None
) -> dict[str, str]:
    with contextlib.closing(http.client.HTTPConnection(netloc)) as connection:
        connection.request(method, way, headers={**TUS, **(headers or {})})
        answer = connection.getresponse()
        said = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method}: {answer.status} {said.decode()[:300]}")
        return {name.lower(): value for name, value in answer.headers.items()}


@contextlib.contextmanager
def _served(data: Path) -> Iterator[tuple[str, int]]:
    command = [sys.executable, "-m", "formcheck", "serve", "--data", str(data), "--port", "0"]
    with subprocess.Popen(
        [*command, "--no-browser", "--no-work"],
        env=os.environ | {"COLUMNS": "200"},
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stderr is not None
        try:
            found = next(
                (one for line in server.stderr if (one := re.search(r"http://[\d.:]+", line))), None
            )
            if found is None:
                raise RuntimeError("the desk didn't open")
            yield found[0], server.pid
        finally:
            server.send_signal(signal.SIGINT)
            server.communicate(timeout=ENDS_WITHIN_S)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _print(console: Console, numbers: dict[str, Any]) -> None:
    title = f"{numbers['uploads']} uploads of {numbers['film_mb']:g} MB at once"
    table = Table(title=title, box=None, pad_edge=False)
    for column in ("idle MB", f"peak MB (≤ idle + {MOST_GROWN_MB})", "MB/s", "s", "whole", "lost"):
        table.add_column(column)
    flat = numbers["peak_mb"] - numbers["idle_mb"] <= MOST_GROWN_MB
    table.add_row(
        f"{numbers['idle_mb']:.0f}",
        f"[{'green' if flat else 'red'}]{numbers['peak_mb']:.0f}[/]",
        f"{numbers['mb_s']:.0f}",
        f"{numbers['took_s']:.1f}",
        str(numbers["whole"]),
        f"[{'red' if numbers['lost'] else 'green'}]{numbers['lost']}[/]",
    )
    console.print(table)

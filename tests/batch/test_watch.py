"""Watching: new uploads are taken when they are whole, and only then."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from formcheck.batch.entry import Entry
from formcheck.batch.sources import find_uploads
from formcheck.batch.watch import new_uploads

EVERY_S, SETTLED_S = 5.0, 10.0


class Folder:
    """A folder in which something happens at each look."""

    def __init__(self, folder: Path, *happenings: Callable[[], object]) -> None:
        self.now_s = 0.0
        self._folder = folder
        self._happenings = list(happenings)

    def look(self) -> Sequence[Entry]:
        if self._happenings:
            self._happenings.pop(0)()
        return find_uploads([self._folder]).entries

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds

    def uploads(self) -> Iterator[list[Entry]]:
        return new_uploads(
            self.look,
            every_s=EVERY_S,
            settled_s=SETTLED_S,
            sleep=self.sleep,
            clock=lambda: self.now_s,
        )


def _names(found: Sequence[Entry]) -> list[str]:
    return [one.file for one in found]


def test_file_that_grows_is_left_alone(tmp_path: Path) -> None:
    """A copy under way is taken only when it has stood still for ten seconds."""
    film = tmp_path / "a.mp4"

    def grow() -> None:
        with film.open("ab") as file:
            file.write(b"x")
        os.utime(film, (time.time() + 60, time.time() + 60))

    folder = Folder(tmp_path, grow, grow, grow)
    none, whole = islice(folder.uploads(), 2)
    assert (_names(none), _names(whole)) == ([], ["a.mp4"])
    assert folder.now_s == EVERY_S + SETTLED_S


def test_old_files_are_taken_at_once_and_only_once(tmp_path: Path) -> None:
    """What lay there before is whole; nothing comes again until something is new."""
    old = tmp_path / "old.mp4"
    old.write_bytes(b"x")
    os.utime(old, (0, 0))

    def add() -> None:
        (tmp_path / "new.mp4").write_bytes(b"y")
        os.utime(tmp_path / "new.mp4", (0, 0))

    folder = Folder(tmp_path, lambda: None, lambda: None, add)
    first, second = islice(folder.uploads(), 2)
    assert _names(first) == ["old.mp4"]
    assert _names(second) == ["new.mp4", "old.mp4"]
    assert folder.now_s == EVERY_S

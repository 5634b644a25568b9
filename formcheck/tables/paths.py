"""The file that a cell names, whatever machine the name was written on."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from formcheck.errors import BadRequest

_DRIVE = re.compile(r"[A-Za-z]:/")
_ON_THE_NET = re.compile(r"(?:https?|ftp|mailto):", re.IGNORECASE)


class Files:
    """Finds files that a table names, from the folder that the table is in."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._alike: dict[tuple[Path, Callable[[str], str]], dict[str, list[str]]] = {}

    def find(self, text: str, link: str = "") -> tuple[Path, str]:
        """Find the file of a cell.

        Parameters
        ----------
        text, link
            What the cell says and where it leads to.

        Returns
        -------
        tuple
            The path, of a file that needn't be there; and what is to be said of it, ""
            when it is where the cell says.

        Raises
        ------
        BadRequest
            It is on the net, and formcheck fetches nothing.
        """
        text = text.strip().strip("\"'\u201c\u201d").strip()
        link = unquote(link)
        for named in (text, link):
            found = self._there(named) if named else None
            if found is not None:
                return found, ""
        for named in (text, link):
            if _ON_THE_NET.match(named):
                raise BadRequest(f"{named} is on the net. Download it, and name the file.")
        for named in filter(None, (text, link)):
            tail = self._tail(named)
            if tail is not None:
                return tail, f"{named} isn't there; {self._from_here(tail)} was taken for it."
        named = link if link and not PurePosixPath(text).suffix else text
        return (self._folder / named).absolute(), ""

    def _from_here(self, path: Path) -> str:
        return os.path.relpath(path, self._folder.absolute())

    def _there(self, named: str) -> Path | None:
        """The path itself, or as another machine writes it: "\\" for "/", accents, capitals."""
        try:
            exact = (self._folder / named).absolute()
            if os.path.lexists(exact):
                return exact
        except ValueError:  # a zero in it
            return None
        slashed = named.replace("\\", "/")
        if _DRIVE.match(slashed):
            return None
        start = Path("/") if slashed.startswith("/") else self._folder.absolute()
        return self._walk(start, [part for part in slashed.split("/") if part not in {"", "."}])

    def _tail(self, named: str) -> Path | None:
        """The end of a path of another machine, where it is below the table's folder."""
        slashed = named.replace("\\", "/")
        if not (_DRIVE.match(slashed) or slashed.startswith("/")):
            return None
        parts = list(PurePosixPath(slashed).parts[1:])
        for first in range(len(parts)):
            found = self._walk(self._folder.absolute(), parts[first:])
            if found is not None:
                return found
        return None

    def _walk(self, here: Path, parts: list[str]) -> Path | None:
        for part in parts:
            if os.path.lexists(here / part):
                here /= part
                continue
            for alike in (_one_form, _one_case):
                same = self._names(here, alike).get(alike(part), [])
                if len(same) == 1:
                    here /= same[0]
                    break
            else:
                return None
        return here

    def _names(self, folder: Path, alike: Callable[[str], str]) -> dict[str, list[str]]:
        """What is in a folder, by what makes two names alike."""
        if (folder, alike) not in self._alike:
            found: dict[str, list[str]] = {}
            with suppress(OSError, ValueError):
                for path in folder.iterdir():
                    found.setdefault(alike(path.name), []).append(path.name)
            self._alike[folder, alike] = found
        return self._alike[folder, alike]


def _one_form(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _one_case(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()  # a space that doesn't break, too

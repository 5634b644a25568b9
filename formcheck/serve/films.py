"""Where films lie: by what is in them, behind a small protocol."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path, PurePath
from typing import Protocol

from formcheck.errors import OutputError
from formcheck.files import output_error, sync_folder

FILMS = "films"
"""The data folder's folder of films."""

UPLOADS = "uploads"
"""Films that are still coming in, a folder for each link."""

NOTES = "notes"
"""Voice notes, a folder for each client."""

SUFFIXES = frozenset(
    {".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts", ".mts", ".3gp"}
)
"""Containers that hold their pictures themselves. Playlists aren't among them."""

PLAIN_SUFFIX = ".film"


class FilmStore(Protocol):
    """Keeps films by their content, each once."""

    def put(self, file: Path, name: str) -> tuple[str, Path]:
        """Take a whole file in; gives its SHA-256, and where it is to be read from."""

    def path(self, content: str) -> Path | None:
        """Where a film is to be read from; None when it isn't kept."""

    def remove(self, content: str) -> None:
        """Delete a film, if it is there."""


def film_store(out: Path, address: str = "") -> FilmStore:
    """Give the films of a data folder, or those of a bucket at an address, copied there."""
    folder = out / FILMS
    if not address:
        return LocalFilms(folder)
    from formcheck.serve.films_s3 import BucketFilms  # noqa: PLC0415 - an extra

    return BucketFilms(address, folder)


class LocalFilms:
    """Films in a folder: ``ab/abcdef….mp4``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, file: Path, name: str) -> tuple[str, Path]:
        """Move a whole file of the same disk in; on return it outlives a power cut.

        Raises
        ------
        OutputError
            It can't be written there.
        """
        try:
            with file.open("rb") as opened:
                content = hashlib.file_digest(opened, "sha256").hexdigest()
                os.fsync(opened.fileno())
            there = self.path(content)
            if there is not None:
                file.unlink()
                return content, there
            place = self.folder / content[:2] / f"{content}{_suffix(name)}"
            place.parent.mkdir(parents=True, exist_ok=True)
            file.replace(place)
            sync_folder(place.parent)
            sync_folder(self.folder)
        except OSError as problem:
            raise output_error(self.folder, problem, "--data") from problem
        return content, place

    def path(self, content: str) -> Path | None:
        """Where a film is to be read from; None when it isn't kept."""
        if not content or not content.isalnum():
            return None
        return next(iter(sorted((self.folder / content[:2]).glob(f"{content}.*"))), None)

    def remove(self, content: str) -> None:
        """Delete a film, if it is there.

        Raises
        ------
        OutputError
            It can't be deleted.
        """
        there = self.path(content)
        if there is None:
            return
        try:
            there.unlink()
        except OSError as problem:
            raise OutputError(f"{there}: it can't be deleted ({problem.strerror}).") from problem


def _suffix(name: str) -> str:
    """A file's suffix where it is one of a film: what a phone calls it is never a path."""
    suffix = PurePath(name).suffix.lower()
    return suffix if suffix in SUFFIXES else PLAIN_SUFFIX

"""Films in a bucket (S3, or whatever else fsspec reaches), with the latest kept here, too."""

from __future__ import annotations

import secrets
import threading
from pathlib import Path
from typing import Any

from formcheck.errors import BadRequest, OutputError
from formcheck.serve.films import LocalFilms

CACHE_BYTES = 50_000_000_000
"""Of films that are kept here: what many coaches look at in a week (our choice)."""

_LOCK = threading.Lock()


class BucketFilms:
    """Films at an address such as ``s3://bucket/films``; a film is read from a copy here.

    Whose bucket it is, the environment says, as for every program of that kind.
    """

    def __init__(self, address: str, cache: Path, most_bytes: int = CACHE_BYTES) -> None:
        try:
            import fsspec  # noqa: PLC0415 - an extra: said plainly where it is missing

            files, self._root = fsspec.core.url_to_fs(address)
        except (ImportError, ValueError) as problem:
            raise BadRequest(
                f"{address}: films can't be kept there ({problem}). A bucket needs: "
                "pip install 'formcheck[s3]'"
            ) from problem
        self._files: Any = files
        self._here, self._most = LocalFilms(cache), most_bytes

    def put(self, file: Path, name: str) -> tuple[str, Path]:
        """Take a whole file in; on return the bucket has it."""
        content, path = self._here.put(file, name)
        if self._key(content) is None:
            try:
                self._files.put_file(str(path), f"{self._folder(content)}/{path.name}")
            except OSError as problem:
                raise OutputError(f"{self._root}: not kept there ({problem}).") from problem
        self._make_room(path)
        return content, path

    def path(self, content: str) -> Path | None:
        """Where a film is to be read from, fetched if it isn't here; None when it isn't kept."""
        path = self._here.path(content)
        if path is not None:
            path.touch()
            return path
        key = self._key(content) if content.isalnum() else None
        if key is None:
            return None
        coming = self._here.folder / f"{secrets.token_hex(8)}.coming"
        try:
            self._files.get_file(key, str(coming))
            found, path = self._here.put(coming, key)
        except OSError as problem:
            coming.unlink(missing_ok=True)
            raise OutputError(f"{self._root}: not to be had there ({problem}).") from problem
        self._make_room(path)
        return path if found == content else None

    def remove(self, content: str) -> None:
        """Delete a film, there and here."""
        key = self._key(content) if content.isalnum() else None
        if key is not None:
            self._files.rm_file(key)
        self._here.remove(content)

    def _folder(self, content: str) -> str:
        return f"{self._root}/{content[:2]}"

    def _key(self, content: str) -> str | None:
        found = self._files.glob(f"{self._folder(content)}/{content}.*")
        return str(found[0]) if found else None

    def _make_room(self, wanted: Path) -> None:
        """Take away the copies that were read longest ago, never the one that is wanted."""
        with _LOCK:
            copies = [(one.stat(), one) for one in self._here.folder.glob("??/*")]
            held = sum(stat.st_size for stat, _ in copies)
            for stat, one in sorted(copies, key=lambda copy: copy[0].st_mtime):
                if held > self._most and one != wanted:
                    one.unlink(missing_ok=True)
                    held -= stat.st_size

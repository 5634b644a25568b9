"""Voice notes on disk: in ``notes/`` of the data folder, a folder for each client."""

from __future__ import annotations

from pathlib import Path

from fastapi import HTTPException

from formcheck.files import output_error, sync_folder, whole
from formcheck.history.names import is_tidy
from formcheck.serve.films import NOTES
from formcheck.serve.kept.people import Client
from formcheck.serve.signing import new_nonce

MOST_BYTES = 6_000_000
"""Ten minutes as browsers record them, some 70 kbit a second (our choice)."""

KINDS = {".webm": "audio/webm", ".ogg": "audio/ogg", ".m4a": "audio/mp4", ".wav": "audio/wav"}
_BEGINNINGS = ((0, b"\x1aE\xdf\xa3", ".webm"), (0, b"OggS", ".ogg"), (4, b"ftyp", ".m4a"))
"""What browsers record: WebM, Ogg, and MP4."""


def keep_note(out: Path, client: Client, data: bytes) -> str:
    """Keep a recording; gives its name.

    Raises
    ------
    HTTPException
        413: it is too long; 415: it is no sound that browsers record.
    OutputError
        It can't be written.
    """
    if len(data) > MOST_BYTES:
        raise HTTPException(413, "This recording is too long: ten minutes are the most.")
    suffix = _suffix(data)
    if suffix is None:
        raise HTTPException(415, "This isn't a recording that a browser plays.")
    folder = _folder(out, client)
    name = f"{new_nonce()}{suffix}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with whole(folder / name) as unfinished:
            unfinished.write_bytes(data)
        sync_folder(folder)
    except OSError as problem:
        raise output_error(folder, problem, "--data") from problem
    return name


def _suffix(data: bytes) -> str | None:
    """What kind of recording it is, by its first bytes, whatever its sender says."""
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return ".wav"
    for at, sign, suffix in _BEGINNINGS:
        if data[at : at + len(sign)] == sign:
            return suffix
    return None


def note_path(out: Path, client: Client, name: str) -> Path | None:
    """Where a recording is; None where there is none of that name."""
    plain = Path(name).name == name and Path(name).suffix in KINDS
    place = _folder(out, client) / name
    return place if plain and place.is_file() else None


def remove_note(out: Path, client: Client, name: str) -> None:
    """Delete a recording, if it is there."""
    place = note_path(out, client, name)
    if place is not None:
        place.unlink(missing_ok=True)


def _folder(out: Path, client: Client) -> Path:
    return out / NOTES / (client.folder if is_tidy(client.folder) else str(client.id))

"""Poses of films that were watched before, so that judging again takes no watching.

One file for each film and way of watching it, a ``poses.npz`` as ``saved`` writes them:
positions of joints, the outline along the trunk, the bar's place; no picture, no sound and
no name. Its name is the key and the digest of what is in it. So an entry is whole, or it
is none: what a kill or a bad disk leaves isn't what its name says, is taken away and made
again. Writing and taking away are single renames and unlinks, so that any number of
processes may share the folder. Who comes first for room is who was used last.

A cache never stands in the way: where it can't be read or written, films are watched.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from formcheck.errors import BadRequest, FormcheckError
from formcheck.files import abandoned, hidden_stage, settle, stages, sync_folder
from formcheck.poses.engines import DEFAULT_ENGINE, engine_name
from formcheck.poses.model import ensure_model
from formcheck.poses.sampling import DEFAULT_SAMPLING, comes_to

if TYPE_CHECKING:
    from formcheck.data import PoseTrack
    from formcheck.poses.packages import FetchProgress
    from formcheck.poses.track import FilmProgress
    from formcheck.video import Film

FOLDER_VARIABLE = "FORMCHECK_CACHE"
"""Environment variable: the folder, in place of the one in the user's cache."""

MB_VARIABLE = "FORMCHECK_CACHE_MB"
"""Environment variable: how large it may grow; 0 keeps nothing."""

USUAL_MB = 500
"""A set of half a minute takes 0.6 MB (mean of 127 films): some eight hundred of them."""

HOLDS = "Positions of joints, the line of the back and the bar, of films that were analysed."
HOLDS_NOT = "No picture, no sound, no file's name. Nothing of it leaves this machine."

_KEY_DIGITS = 32
_ENTRY = re.compile(rf"[0-9a-f]{{{_KEY_DIGITS}}}-([0-9a-f]{{{_KEY_DIGITS}}})\.npz")
_LIBRARIES = ("av", "numpy", "scipy")
_OPENCVS = ("opencv-contrib-python-headless", "opencv-contrib-python")
"""OpenCV comes in either; MediaPipe brings the second, beside the first."""
_BETWEEN = ("poses/*.py", "video/*.py", "data.py")
"""The code between a film and its poses."""


@dataclass(frozen=True)
class State:
    """What there is: the folder, its entries, their size and the largest that it may be."""

    folder: Path
    entries: int
    size_bytes: int
    most_bytes: int


def cache_folder() -> Path:
    """Where poses are kept; it need not exist yet."""
    given = os.environ.get(FOLDER_VARIABLE)
    return Path(given) if given else platformdirs.user_cache_path("formcheck") / "poses"


def most_bytes() -> int:
    """How much may be kept.

    Raises
    ------
    BadRequest
        ``FORMCHECK_CACHE_MB`` is no size.
    """
    given = os.environ.get(MB_VARIABLE) or str(USUAL_MB)
    if not re.fullmatch(r"\d{1,9}", given, re.ASCII):
        raise BadRequest(f"{MB_VARIABLE}={given}: give whole megabytes; 0 keeps nothing.")
    return int(given) * 1_000_000


def key_of(film: Film, model: Path, *, engine: str, sampling: str, lifter: int | None) -> str:
    """Name what poses depend on: the film, how it is read, what watches it, and our code.

    Taken before the film is read: one that lies on its side is turned then.
    """
    with model.open("rb") as content:
        model_sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    watched = [engine, sampling, model_sha256, lifter, _code_digest()]
    said = [film.source.sha256, film.asked, *watched]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:_KEY_DIGITS]


def watched_once(
    film: Film,
    *,
    model: str = "full",
    engine: str = DEFAULT_ENGINE,
    sampling: str = DEFAULT_SAMPLING,
    lifter: int | None = None,
    progress: FilmProgress | None = None,
    fetching: FetchProgress | None = None,
) -> PoseTrack:
    """Follow the lifter through an open film, or take what is kept of an earlier look.

    Parameters and errors are those of ``estimate_poses``.
    """
    most_bytes()  # a wrong size is told before the work
    named = engine_name(engine)  # before a model is fetched for one that isn't there
    wanted = comes_to(sampling, engine)
    key = key_of(film, ensure_model(model, fetching), engine=named, sampling=wanted, lifter=lifter)
    track = find(key, film)
    if track is None:
        from formcheck.poses.track import estimate_poses  # noqa: PLC0415 - nor needs what is kept

        track = estimate_poses(
            film, model=model, engine=engine, sampling=sampling, lifter=lifter, progress=progress
        )
        keep(key, track)
    return track


def find(key: str, film: Film) -> PoseTrack | None:
    """Give the poses of a film that are kept, the same to the last bit; None without any."""
    from formcheck.poses.saved import load_poses  # noqa: PLC0415 - a list of entries needs none

    for path in _of_key(key):
        try:
            if _digest(path) == _digest_said(path):
                track = load_poses(path)
                assert track.source is not None  # ``keep`` wrote it
                os.utime(path)  # it was used just now
                return replace(track, source=replace(track.source, file=film.path.name))
        except (OSError, BadRequest):
            pass  # damaged, or another process took it away
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
    return None


def keep(key: str, track: PoseTrack) -> None:
    """Keep a film's poses; what wasn't used for longest goes where there is no room."""
    from formcheck.poses.saved import save_poses  # noqa: PLC0415

    folder, most = cache_folder(), most_bytes()
    assert track.source is not None  # a film's has one
    nameless = replace(track, source=replace(track.source, file=""))
    with contextlib.suppress(OSError, FormcheckError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sweep(folder)
        with hidden_stage(folder) as stage:
            unfinished = stage / "poses.npz"
            save_poses(nameless, unfinished)
            settle(stage)
            if unfinished.stat().st_size > most:
                return
            entry = folder / f"{key}-{_digest(unfinished)}.npz"
            before = [path for path in _of_key(key) if path != entry]
            unfinished.replace(entry)
        for path in before:
            path.unlink(missing_ok=True)
        sync_folder(folder)
        _make_room(folder, most)


def state() -> State:
    """Look at what is kept."""
    folder = cache_folder()
    sizes = [size for _, size, _ in _entries(folder)]
    return State(folder, len(sizes), sum(sizes), most_bytes())


def clear() -> State:
    """Take away all that is kept, and nothing else; gives what there was."""
    before = state()
    for _, _, path in _entries(before.folder):
        path.unlink(missing_ok=True)
    _sweep(before.folder)
    return before


def forget_films(films: Collection[str]) -> int:
    """Take away what is kept of some films, named by their SHA-256; gives how many there were."""
    from formcheck.poses.archive import opened  # noqa: PLC0415 - a list of entries needs none
    from formcheck.poses.noted import read_note  # noqa: PLC0415

    wanted, gone = set(films), 0
    for _, _, path in _entries(cache_folder()) if wanted else ():
        with contextlib.suppress(OSError, BadRequest):
            with opened(path) as archive:
                source = read_note(archive).source
            if source is not None and source.sha256 in wanted:
                path.unlink(missing_ok=True)
                gone += 1
    return gone


def _make_room(folder: Path, most: int) -> None:
    entries = sorted(_entries(folder))
    size = sum(one for _, one, _ in entries)
    for _, one, path in entries:
        if size <= most:
            return
        path.unlink(missing_ok=True)
        size -= one


def _entries(folder: Path) -> list[tuple[int, int, Path]]:
    """When each was used last (ns), its bytes, and where it is."""
    found = []
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            if _ENTRY.fullmatch(path.name):
                with contextlib.suppress(OSError):  # another process took it away
                    was = path.stat()
                    found.append((was.st_mtime_ns, was.st_size, path))
    return found


def _of_key(key: str) -> list[Path]:
    with contextlib.suppress(OSError):
        return sorted(
            path for path in cache_folder().glob(f"{key}-*.npz") if _ENTRY.fullmatch(path.name)
        )
    return []


def _sweep(folder: Path) -> None:
    """Take away what a killed process left half written."""
    for stage in stages(folder):
        with abandoned(stage) as gone:
            if gone:
                shutil.rmtree(stage, ignore_errors=True)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:_KEY_DIGITS]


def _digest_said(path: Path) -> str:
    found = _ENTRY.fullmatch(path.name)
    return found[1] if found else ""


@cache
def _code_digest() -> str:
    """Of our code between a film and its poses, and of the libraries that it stands on.

    The engine's own is told with the engine's name. A release that changes none of it keeps
    what was kept.
    """
    package = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for file in sorted(file for pattern in _BETWEEN for file in package.glob(pattern)):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    for name in _LIBRARIES:
        digest.update(f"{name} {metadata.version(name)}\n".encode())
    digest.update(f"opencv {_opencv_version()}\n".encode())
    return digest.hexdigest()


def _opencv_version() -> str:
    """That of the distribution which is installed, without the time that loading it takes."""
    for name in _OPENCVS:
        with contextlib.suppress(metadata.PackageNotFoundError):
            return metadata.version(name)
    raise metadata.PackageNotFoundError(_OPENCVS[0])

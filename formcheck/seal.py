"""The seal of a folder of results: what formcheck wrote there, with hashes.

``formcheck.json`` lists every file that belongs to one run, so that

- nothing else is ever replaced or taken away: what isn't listed, or isn't as it is
  listed, is somebody else's;
- a set of results is whole or old: files of two runs never have the hashes of one seal;
- damage is noticed.

A new set goes to its place in steps that can be gone through again. It is sealed while
it is still hidden; from then on it counts. Its files are moved one by one, the seal after
them. Whoever looks in between finds files that aren't those of the seal; the next run
moves what is left (``finish_all``).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from formcheck.errors import OutputError
from formcheck.files import (
    SEAL,
    abandoned,
    hidden_stage,
    is_hidden,
    need_no_folder,
    settle,
    stages,
    sync_folder,
    written,
)

SCHEMA_ID = "formcheck.seal/1"
_UNFINISHED = f"{SEAL}.part"
LAST = "set.json"
"""A batch's note on a set. It changes with what a coach says of the set, so it is listed
without a hash and brings its own; it is moved last, as it says where the rest belongs."""


DATA = frozenset({"analysis.json", "poses.npz"})
"""What only formcheck reads: where it was changed it is damage, not somebody's work. One
that isn't ours gets another name rather than stopping us."""


@dataclass(frozen=True)
class Listed:
    """A file as it was written.

    ``changed_ns`` is its time of change: while size and time stay, it isn't read again.
    ``run`` is the run that wrote it. Of ``set.json`` ``sha256`` is "".
    """

    sha256: str
    size: int
    changed_ns: int
    run: str


@dataclass(frozen=True)
class Seal:
    """What one run wrote; ``run`` is made of the hashes of all of it."""

    run: str
    files: Mapping[str, Listed]


def seal(folder: Path) -> Seal:
    """List all files of a folder, put them and the list on the disk; gives the list."""
    hashes = {path.name: _sha256(path) for path in _files(folder) if path.name != LAST}
    run = hashlib.sha256(json.dumps(hashes, sort_keys=True).encode()).hexdigest()[:16]
    listed = {name: _listed(folder / name, sha256, run) for name, sha256 in hashes.items()}
    if (folder / LAST).exists():
        listed[LAST] = Listed("", 0, 0, run)
    made = Seal(run, listed)
    _write(made, folder)
    return made


def read_seal(folder: Path) -> Seal | None:
    """Read a folder's list; None when there is none that can be read."""
    try:
        said = json.loads((folder / SEAL).read_text("utf-8"))
        if said["schema"] != SCHEMA_ID:
            return None
        files = {
            str(name): Listed(
                str(one["sha256"]), int(one["bytes"]), int(one["changed_ns"]), str(one["run"])
            )
            for name, one in said["files"].items()
            if Path(name).name == name and name not in ("", ".", "..")
        }
        return Seal(str(said["run"]), files)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def damaged(
    folder: Path, names: Collection[str] | None = None, *, thorough: bool = False
) -> list[str]:
    """Name the listed files that are missing or aren't as they were written.

    Parameters
    ----------
    folder
        The folder; one without a seal is taken as it is.
    names
        Only these; None for all.
    thorough
        Read every file, also one whose size and time of change are as listed.
    """
    sealed = read_seal(folder)
    if sealed is None:
        return [SEAL] if (folder / SEAL).exists() else []
    return [
        name
        for name, one in sorted(sealed.files.items())
        if (names is None or name in names) and not _is_as_listed(folder / name, one, thorough)
    ]


def foreign(folder: Path, names: Iterable[str]) -> list[str]:
    """Name those of ``names`` that are there and that formcheck didn't write so."""
    sealed = read_seal(folder)
    theirs = []
    for name in names:
        path = folder / name
        if not os.path.lexists(path):
            continue
        listed = None if sealed is None else sealed.files.get(name)
        ours = (
            _is_as_listed(path, listed, thorough=False) or _is_of_nobody(path, listed=True)
            if listed is not None
            else sealed is None and _is_of_before(path)
        )
        if not ours:
            theirs.append(name)
    return theirs


def need_room(out: Path, names: Iterable[str]) -> None:
    """Nothing of somebody else's stands where results are to go; asked before the work.

    Raises
    ------
    OutputError
        A file does, or a folder.
    """
    names = list(names)
    if not out.is_dir() or is_hidden(out):
        return
    with written(out):
        need_no_folder(out, [*names, SEAL])
        finish_all(out)
    theirs = foreign(out, [name for name in names if name not in DATA])
    if theirs:
        raise OutputError(
            f"{out / theirs[0]}: formcheck didn't write this file, or it was changed since, so it "
            "isn't replaced. Move it away, or choose another folder with --out."
        )


@contextmanager
def results_stage(out: Path, *, keep: Collection[str] = ()) -> Iterator[Path]:
    """Give a folder to write a set of results into; it takes the earlier set's place whole.

    Parameters
    ----------
    out
        The output folder; made if missing. When it is itself hidden, it is given as it is.
    keep
        Files of the earlier set that stay when the new one hasn't them.

    Raises
    ------
    OutputError
        The folder can't be made or written. Earlier results stay.
    """
    with written(out):
        if is_hidden(out):
            yield out
            return
        finish_all(out)
        with hidden_stage(out) as stage:
            try:
                yield stage
                need_room(out, [path.name for path in stage.iterdir()])
            except OutputError as problem:  # a writer speaks of the hidden folder
                raise OutputError(str(problem).replace(str(stage), str(out))) from problem
            seal(stage)
            install(stage, out, keep=keep)


def take_away(folder: Path, of_before: Collection[str] = (), keep: Path | None = None) -> None:
    """Take away what formcheck wrote in a folder, as it wrote it, and the folder if it is empty.

    Parameters
    ----------
    folder
        The folder; it may be missing.
    of_before
        Names of results where there is no seal, of a formcheck that knew none.
    keep
        A file that stays, wherever it is.

    Raises
    ------
    OSError
        The folder can't be changed.
    """
    if not folder.is_dir():
        return
    finish_all(folder)
    sealed = read_seal(folder)
    names = sorted(of_before if sealed is None else sealed.files)
    theirs = {*foreign(folder, names)}
    names_of_ours = [name for name in names if name not in theirs and (folder / name).is_file()]
    for name in names_of_ours:
        path = folder / name
        if keep is not None and keep.exists() and path.samefile(keep):
            continue
        path.unlink()
    if sealed is None and not names_of_ours:
        return  # nothing in it is ours
    (folder / SEAL).unlink(missing_ok=True)
    with suppress(OSError):  # somebody's files are in it
        folder.rmdir()


def finish_all(out: Path) -> int:
    """Finish what killed runs left hidden in a folder; gives the number of sets finished.

    What was sealed is moved to its place, what wasn't is taken away. What belongs to a
    run that is still alive is left alone.

    Raises
    ------
    OSError
        The folder can't be written.
    """
    finished = 0
    for stage in stages(out):
        with abandoned(stage) as gone:
            if not gone:
                continue
            if read_seal(stage) is not None:
                install(stage, out)
                finished += 1
            else:
                shutil.rmtree(stage, ignore_errors=True)
    return finished


def install(stage: Path, out: Path, *, keep: Collection[str] = ()) -> list[str]:
    """Move a sealed folder's files to their place and take away the earlier set's.

    Whatever moment it ends at, it can be done again. Ctrl-C waits until it is done.

    Returns
    -------
    list of str
        Names that files got which formcheck didn't write and which were in the way.

    Raises
    ------
    OSError
        Something is in the way. When that is known beforehand, nothing was moved.
    """
    out.mkdir(parents=True, exist_ok=True)
    need_no_folder(out, [path.name for path in _files(stage)])
    try:
        return _install(stage, out, keep)
    except KeyboardInterrupt:
        _install(stage, out, keep)
        raise


def _install(stage: Path, out: Path, keep: Collection[str]) -> list[str]:
    new, old = read_seal(stage), read_seal(out)
    # Without a seal of its own the stage is what a kill before the last step left.
    new = old if new is None else _with_kept(new, old, stage, out, keep)
    aside = []
    names = sorted({path.name for path in _files(stage)} - {SEAL, LAST})
    theirs = set(_theirs(out, names, new, old))
    for name in names:
        if name in theirs:
            aside.append(_set_aside(out / name))
        (stage / name).replace(out / name)
    if old is not None and new is not None and (stage / SEAL).exists():
        for name in sorted(old.files.keys() - new.files.keys()):
            if _is_as_listed(out / name, old.files[name], thorough=False):
                (out / name).unlink(missing_ok=True)
    sync_folder(out)
    for name in (SEAL, LAST):
        if (stage / name).exists():
            (stage / name).replace(out / name)
    sync_folder(out)
    shutil.rmtree(stage, ignore_errors=True)
    return aside


def _with_kept(new: Seal, old: Seal | None, stage: Path, out: Path, keep: Collection[str]) -> Seal:
    """List what stays of the earlier set, too."""
    stay = {
        name: one
        for name, one in ({} if old is None else old.files).items()
        if name in keep and name not in new.files and (out / name).is_file()
    }
    if not stay:
        return new
    made = Seal(new.run, {**new.files, **stay})
    _write(made, stage)
    return made


def _theirs(out: Path, names: Iterable[str], new: Seal | None, old: Seal | None) -> Iterator[str]:
    """Those of ``names`` that are in the way and are neither the earlier set's nor the new one's.

    Without a seal, a folder that has our note on the set is one of a formcheck that knew
    no seals.
    """
    of_before = old is None and (out / LAST).is_file()
    for name in names:
        path = out / name
        if not os.path.lexists(path) or of_before:
            continue
        if _is_of_nobody(path, listed=old is not None and name in old.files):
            continue
        known = [one.files[name] for one in (new, old) if one is not None and name in one.files]
        if any(_is_as_listed(path, one, thorough=False) for one in known):
            continue
        if old is None and _is_of_before(path):
            continue
        yield name


def _is_of_nobody(path: Path, *, listed: bool) -> bool:
    """Whether a file is damage: empty, or of ours and changed though nobody works on such."""
    return path.is_file() and (path.stat().st_size == 0 or (listed and path.name in DATA))


def _set_aside(path: Path) -> str:
    """Give a file that isn't ours another name; gives that."""
    number = 1
    while os.path.lexists(path.with_name(f"{path.stem}.kept-{number}{path.suffix}")):
        number += 1
    other = path.with_name(f"{path.stem}.kept-{number}{path.suffix}")
    path.rename(other)
    return other.name


def _is_of_before(path: Path) -> bool:
    """Whether a file without a seal is of a formcheck that knew none, by what it holds."""
    analysis = path.with_name("analysis.json")
    with suppress(OSError, ValueError):
        if path.is_symlink() or b'"formcheck.analysis/1"' not in _head(analysis):
            return False
        marks = {
            "analysis.json": b'"formcheck.analysis/1"',
            "reps.csv": b"index,start_s,",
            "report.html": b'content="formcheck ',
            "poses.npz": b"PK\x03\x04",
        }
        return path.name in marks and marks[path.name] in _head(path)
    return False


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(600)


def _is_as_listed(path: Path, one: Listed, thorough: bool) -> bool:
    try:
        if path.is_symlink() or not path.is_file():
            return False
        if not one.sha256:  # it brings its own, see LAST
            return True
        state = path.stat()
        if state.st_size != one.size:
            return False
        if not thorough and state.st_mtime_ns == one.changed_ns:
            return True
        return _sha256(path) == one.sha256
    except OSError:
        return False


def _listed(path: Path, sha256: str, run: str) -> Listed:
    state = path.stat()
    return Listed(sha256, state.st_size, state.st_mtime_ns, run)


def _files(folder: Path) -> list[Path]:
    return sorted(
        path for path in folder.iterdir() if path.is_file() and path.name not in (SEAL, _UNFINISHED)
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(made: Seal, folder: Path) -> None:
    """Write the list when all that it names is on the disk: from then on the set counts."""
    said: dict[str, Any] = {
        "schema": SCHEMA_ID,
        "run": made.run,
        "files": {
            name: {
                "sha256": one.sha256,
                "bytes": one.size,
                "changed_ns": one.changed_ns,
                "run": one.run,
            }
            for name, one in sorted(made.files.items())
        },
    }
    settle(folder)
    unfinished = folder / _UNFINISHED
    with unfinished.open("w", encoding="utf-8") as file:
        file.write(json.dumps(said, indent=1) + "\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(folder / SEAL)
    sync_folder(folder)

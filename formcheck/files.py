"""Results appear whole or not at all.

Everything is written into a hidden folder inside the output folder (the same
disk, so that moving is one step), put on the disk, and moved to its place at the
end. If anything goes wrong on the way, what lay there before is untouched. What a
kill leaves hidden there, the next run takes away: its owner held a lock on it, and the
system let go of it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from formcheck.errors import OutputError

_WHAT_TO_DO = {
    errno.ENOSPC: "the disk is full. Free some space, or choose another folder with --out",
    errno.EDQUOT: "the disk quota is used up. Free some space, or choose another folder with --out",
    errno.EACCES: "you may not write there. Choose another folder with --out",
    errno.EPERM: "you may not write there. Choose another folder with --out",
    errno.EROFS: "the disk is read-only. Choose another folder with --out",
    errno.ENOTDIR: "a file is in the way. Choose another folder with --out",
    errno.EEXIST: "a file is in the way. Choose another folder with --out",
    errno.EISDIR: "a folder of that name is in the way. Move it, or choose another with --out",
}

HIDDEN = ".formcheck-"
SEAL = "formcheck.json"
"""The list of what formcheck wrote into a folder, see ``seal.py``."""

SURELY_GONE_S = 86400.0
"""Where folders can't be held, nobody writes into one for a whole day."""

_STAGE = re.compile(re.escape(HIDDEN) + r"[0-9a-f]{8}")


def output_error(target: Path, problem: OSError, option: str = "--out") -> OutputError:
    """Say of a failed write what happened, where, and what to do.

    ``option`` is the one that names the folder.
    """
    advice = _WHAT_TO_DO.get(
        problem.errno or 0, f"{problem.strerror or problem}. Choose another folder with --out"
    )
    advice = advice.replace("--out", option)
    return OutputError(f"{target}: the results can't be written: {advice}.")


@contextmanager
def hidden_stage(out: Path) -> Iterator[Path]:
    """Give a hidden folder inside ``out`` that is ours while we live.

    It is taken away at the end, whatever happened, unless it was sealed (see
    ``seal.py``) and not all of it is in its place: the next run finishes that.

    Raises
    ------
    OSError
        It can't be made.
    """
    out.mkdir(parents=True, exist_ok=True)
    while True:
        # The name is known before the folder is: Ctrl-C at any moment takes it away again.
        stage = out / f"{HIDDEN}{secrets.token_hex(4)}"
        try:
            stage.mkdir(mode=0o700)
            with held(stage) as mine:
                if mine is False or not stage.exists():  # another run swept it just now
                    continue
                yield stage
                return
        finally:
            if not (stage / SEAL).exists():
                shutil.rmtree(stage, ignore_errors=True)


@contextmanager
def staged(out: Path, *, settled: bool = True) -> Iterator[Path]:
    """Give a folder to write into; its files move to ``out`` when all are whole.

    Parameters
    ----------
    out
        The output folder; made if missing. When it is itself in a hidden folder,
        where nobody looks yet, it is given as it is.
    settled
        Whether to wait until the files are on the disk.

    Raises
    ------
    OutputError
        The folder can't be made or written (permission, disk full, a file in
        the way). Earlier results stay as they were.
    """
    with written(out):
        if is_hidden(out):
            yield out
            return
        with hidden_stage(out) as stage, _named(stage, out):
            yield stage
            names = sorted(path.name for path in stage.iterdir())
            need_no_folder(out, names)
            if settled:
                settle(stage)
            for name in names:
                (stage / name).replace(out / name)
            if settled:
                sync_folder(out)


@contextmanager
def whole(path: Path, *, settled: bool = True) -> Iterator[Path]:
    """Give a temporary name beside ``path``; it takes its place when whole.

    Raises
    ------
    OutputError
        The file can't be written. An earlier file of that name stays.
    """
    with staged(path.parent, settled=settled) as stage:
        yield stage / path.name


@contextmanager
def written(out: Path) -> Iterator[None]:
    """Say of what goes wrong with the disk what it means for ``out``."""
    try:
        yield
    except OSError as problem:
        raise output_error(out, problem) from problem


@contextmanager
def _named(stage: Path, out: Path) -> Iterator[None]:
    """A writer speaks of the hidden folder: name the real one."""
    try:
        yield
    except OutputError as problem:
        raise OutputError(str(problem).replace(str(stage), str(out))) from problem


def is_hidden(folder: Path) -> bool:
    """Whether a folder is in one of ours that nobody looks into yet."""
    return any(part.startswith(HIDDEN) for part in folder.parts)


def need_no_folder(out: Path, names: Iterable[str]) -> None:
    """Nothing that is no file stands where a file is to go; known before the first is moved.

    Raises
    ------
    OSError
        A folder does, or ``out`` isn't ours to write in.
    """
    if not os.access(out, os.W_OK | os.X_OK):
        raise OSError(errno.EACCES, "")
    for name in names:
        if (out / name).is_dir():
            raise output_error(out / name, OSError(errno.EISDIR, ""))


def stages(out: Path) -> list[Path]:
    """Name the hidden folders that were made in ``out`` to write into."""
    with contextlib.suppress(OSError):
        return sorted(
            path for path in out.iterdir() if _STAGE.fullmatch(path.name) and path.is_dir()
        )
    return []


@contextmanager
def held(path: Path) -> Iterator[bool | None]:
    """Hold a folder or a file until the end; gives whether it was free, None if nobody knows.

    The system lets it go when we end, however we end.
    """
    try:
        import fcntl  # noqa: PLC0415 - not on Windows
    except ImportError:
        yield None
        return
    try:
        number = os.open(path, os.O_RDONLY)
    except OSError:
        yield False
        return
    try:
        free: bool | None = True
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            free = False
        except OSError:  # some network disks can't
            free = None
        yield free
    finally:
        os.close(number)


@contextmanager
def abandoned(stage: Path) -> Iterator[bool]:
    """Whether whoever made a hidden folder is gone; it is ours until the end, then."""
    with held(stage) as free:
        yield _is_old(stage) if free is None else free


def _is_old(stage: Path) -> bool:
    try:
        return time.time() - stage.stat().st_mtime > SURELY_GONE_S
    except OSError:
        return False


def settle(folder: Path) -> None:
    """Wait until a folder's files are on the disk, and the folder knows them."""
    for path in sorted(folder.iterdir()):
        if path.is_file():
            with path.open("r+b") as file:
                os.fsync(file.fileno())
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Wait until the disk knows which files a folder holds."""
    try:
        number = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows opens no folders
        return
    try:
        with contextlib.suppress(OSError):  # some network disks can't
            os.fsync(number)
    finally:
        os.close(number)

"""Results appear whole or not at all.

Everything is written into a hidden folder inside the output folder (the same
disk, so that moving is one step) and moved to its place at the end. If
anything goes wrong on the way, what lay there before is untouched.
"""

from __future__ import annotations

import errno
import secrets
import shutil
from collections.abc import Iterator
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
def staged(out: Path) -> Iterator[Path]:
    """Give a folder to write into; its files move to ``out`` when all are whole.

    Parameters
    ----------
    out
        The output folder; made if missing.

    Raises
    ------
    OutputError
        The folder can't be made or written (permission, disk full, a file in
        the way). Earlier results stay as they were.
    """
    # The name is known before the folder is: Ctrl-C at any moment takes it away again.
    stage = out / f".formcheck-{secrets.token_hex(4)}"
    try:
        out.mkdir(parents=True, exist_ok=True)
        stage.mkdir(mode=0o700)
        yield stage
        for finished in sorted(stage.iterdir()):
            finished.replace(out / finished.name)
    except OSError as problem:
        raise output_error(out, problem) from problem
    except OutputError as problem:  # a writer speaks of the hidden folder: name the real one
        raise OutputError(str(problem).replace(str(stage), str(out))) from problem
    finally:
        shutil.rmtree(stage, ignore_errors=True)


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a temporary name beside ``path``; it takes its place when whole.

    Raises
    ------
    OutputError
        The file can't be written. An earlier file of that name stays.
    """
    with staged(path.parent) as stage:
        yield stage / path.name

"""Where the results of sets may lie: in ``clients/CLIENT/SET`` of the output folder.

The history, and notes found in folders, name where results are. Others may have written
there: such a name counts only if it leads to that place, whatever ``..`` or links are in it.
"""

from __future__ import annotations

from pathlib import Path

from formcheck.batch.stored import StoredSet
from formcheck.report.write import POSES_NPZ
from formcheck.seal import damaged

CLIENTS = "clients"


def set_home(out: Path, folder: str) -> Path | None:
    """Give the folder of a set's results; None when the name leads elsewhere, or nowhere."""
    if not folder:
        return None
    try:
        home, place = (out / CLIENTS).resolve(), (out / folder).resolve()
    except (OSError, ValueError, RuntimeError):
        return None
    return out / folder if place.parent.parent == home else None


def is_inside(out: Path, folder: str) -> bool:
    """Whether a name leads into the output folder."""
    try:
        return (out / folder).resolve().is_relative_to(out.resolve())
    except (OSError, ValueError, RuntimeError):
        return False


def poses_of(out: Path, one: StoredSet) -> Path | None:
    """Give a set's saved poses, as they were written; None when they aren't."""
    folder = set_home(out, one.folder)
    if folder is None or one.state == "failed" or not (folder / POSES_NPZ).is_file():
        return None
    return None if damaged(folder, {POSES_NPZ}) else folder / POSES_NPZ

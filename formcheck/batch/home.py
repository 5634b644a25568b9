"""Where the results of sets may lie: in ``clients/CLIENT/SET`` of the output folder.

Further sets of a film lie in the folder of its first, ``clients/CLIENT/SET/set-2``.

The history, and notes found in folders, name where results are. Others may have written
there: such a name counts only if it leads to that place, whatever ``..`` or links are in it.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

from formcheck.batch.job import GIVEN_POSES
from formcheck.history.stored import StoredSet
from formcheck.report.write import POSES_NPZ, SET_FOLDER
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
    at_home = place.parent.parent == home
    at_home |= _is_further(place) and place.parent.parent.parent == home
    return out / folder if at_home else None


def _is_further(place: Path) -> bool:
    """Whether a folder is called as that of a film's second or later set."""
    number = place.name.removeprefix(SET_FOLDER)
    return place.name.startswith(SET_FOLDER) and number.isdecimal()


def is_inside(out: Path, folder: str) -> bool:
    """Whether a name leads into the output folder."""
    try:
        return (out / folder).resolve().is_relative_to(out.resolve())
    except (OSError, ValueError, RuntimeError):
        return False


def film_way(one: StoredSet, folder: Path, *, blurred: bool) -> str:
    """Give the address of a set's film for a link in a folder's page; "" where there is none.

    None is given where faces are ``blurred``, either: the film shows them. The address is
    whole where no way leads there from the folder.
    """
    path = Path(one.path)
    if blurred or not one.path or one.model == GIVEN_POSES or not path.is_file():
        return ""
    try:
        return quote(Path(os.path.relpath(path, folder)).as_posix())
    except ValueError:  # on another drive
        return path.absolute().as_uri()


def poses_of(out: Path, one: StoredSet) -> Path | None:
    """Give a set's saved poses, as they were written; None when they aren't."""
    folder = set_home(out, one.folder)
    if folder is None or one.state == "failed" or not (folder / POSES_NPZ).is_file():
        return None
    return None if damaged(folder, {POSES_NPZ}) else folder / POSES_NPZ

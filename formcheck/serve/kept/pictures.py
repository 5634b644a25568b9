"""A set's small picture: found by its row, never by a way that a browser gives."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from formcheck.batch.home import set_home
from formcheck.history.schema import SetRow
from formcheck.history.store import Store
from formcheck.report.rep_pictures import REP_PICTURES, SET_PICTURE


def picture_of(
    store: Store, out: Path, client_id: int, content: str, folder: str | None = None
) -> Path | None:
    """Give the file of a set's picture; None where there is none.

    ``folder`` is that of the set's row, where it is known already.
    """
    if folder is None:
        same = (SetRow.client_id == client_id) & (SetRow.content == content)
        with store.reading() as connection:
            folder = connection.execute(select(SetRow.folder).where(same)).scalar()
    home = set_home(out, folder or "")
    if home is None:
        return None
    if (home / SET_PICTURE).is_file():
        return home / SET_PICTURE
    others = sorted(home.glob(REP_PICTURES))  # earlier results have only these
    return others[0] if others else None

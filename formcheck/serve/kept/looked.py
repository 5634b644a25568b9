"""That a coach has looked at a set: in the history, and in the note beside its results."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from formcheck.batch.keep import Keeper
from formcheck.history.store import Store
from formcheck.serve.kept.people import client


def keep_looked(store: Store, out: Path, client_id: int, content: str, *, looked: bool) -> bool:
    """Keep that a set was looked at, or not yet; gives whether there is such a set.

    Raises
    ------
    OutputError
        It can't be kept.
    """
    whose = client(store, client_id)
    found = [] if whose is None else store.sets(whose.name, contents={content})
    if not found:
        return False
    if found[0].looked != looked:
        keeper = Keeper(out, store)
        keeper.mark_due()  # a batch's pages show it too
        keeper.correct([replace(found[0], looked=looked)])
    return True

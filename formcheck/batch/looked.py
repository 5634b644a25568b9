"""What the coach has looked at: until then a set is new, and the pages show it first."""

from __future__ import annotations

import dataclasses
import datetime
from pathlib import Path

from formcheck.batch.keep import Keeper
from formcheck.batch.own_limits import kept_limits
from formcheck.batch.pages import INDEX_HTML, write_pages
from formcheck.history.store import Store


def mark_looked(store: Store, client: str | None = None) -> int:
    """Keep that all sets have been looked at, and write the pages anew; gives how many.

    Of a folder with pages only those count that the first page showed: what a run is
    taking in just now nobody has seen.

    Parameters
    ----------
    store
        The history; its pages are those of the folder it lies in.
    client
        Only this client's; None for everybody's.

    Raises
    ------
    OutputError
        The database or the folder can't be written.
    """
    new = [one for one in store.sets(client) if not one.looked]
    out = None if store.file is None else store.file.parent
    if out is None or not (out / INDEX_HTML).is_file():
        store.change_sets(dataclasses.replace(one, looked=True) for one in new)
        return len(new)
    shown = _written_at(out / INDEX_HTML)
    seen = [dataclasses.replace(one, looked=True) for one in new if one.analysed_at <= shown]
    limits = kept_limits(out, store.sets()).read()
    keeper = Keeper(out, store)
    keeper.mark_due()
    keeper.correct(seen)
    write_pages(store, out, limits)
    keeper.settle()
    return len(seen)


def _written_at(page: Path) -> datetime.datetime:
    """When a page was written, as ``analysed_at`` says it."""
    moment = datetime.datetime.fromtimestamp(page.stat().st_mtime, datetime.UTC)
    return moment.replace(tzinfo=None)

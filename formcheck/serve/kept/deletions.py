"""Clients who are being deleted: noted first, so that a kill in the middle loses nothing of it.

The note outlives the rows: it goes when nothing is left to do.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update

from formcheck.history.desk_schema import LinkRow, SettingRow, UploadRow
from formcheck.history.store import Store
from formcheck.serve.kept.moment import now
from formcheck.serve.kept.people import Client

GOING = "deleting-"
"""Begins the name of the setting that notes it; the client's number follows."""


@dataclass(frozen=True)
class Going:
    """A client on the way out; ``has_rows``: the database still knows them."""

    client_id: int
    has_rows: bool


def note_deletion(store: Store, whose: Client) -> None:
    """Keep that a client is to be deleted, and let nobody in for them from now on."""
    with store.writing() as connection:
        name = f"{GOING}{whose.id}"
        connection.execute(delete(SettingRow).where(SettingRow.name == name))
        connection.execute(insert(SettingRow).values(name=name, value=True))
        open_links = (LinkRow.client_id == whose.id) & LinkRow.revoked_at.is_(None)
        connection.execute(update(LinkRow).where(open_links).values(revoked_at=now()))
        mine = UploadRow.client_id == whose.id
        connection.execute(update(UploadRow).where(mine).values(due=False))


def going(store: Store) -> list[Going]:
    """Give the deletions that aren't done yet."""
    question = select(SettingRow.name, SettingRow.value).where(SettingRow.name.startswith(GOING))
    with store.reading() as connection:
        return [
            Going(int(row.name.removeprefix(GOING)), bool(row.value))
            for row in connection.execute(question)
        ]


def clients_going(store: Store) -> set[int]:
    """Give the numbers of clients who are being deleted: no page shows them."""
    return {one.client_id for one in going(store)}

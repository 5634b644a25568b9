"""Clients' personal links: signed, for one client, until they are revoked."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, insert, select, update

from formcheck.history.desk_schema import LinkRow
from formcheck.history.schema import ClientRow
from formcheck.history.store import Store
from formcheck.serve.kept.moment import now
from formcheck.serve.kept.people import Client
from formcheck.serve.signing import new_nonce, sign, signed

KIND = "link"
_COLUMNS = ("id", "nonce", "made_at", "revoked_at", "shows_results")


@dataclass(frozen=True)
class Link:
    """A client's way in; ``shows_results``: without the coach having sent them."""

    id: int
    client: Client
    nonce: str
    made_at: datetime.datetime
    revoked_at: datetime.datetime | None
    shows_results: bool

    def token(self, secret: bytes) -> str:
        """Give what stands in its address."""
        return sign(secret, KIND, self.nonce)


def make_link(store: Store, client: Client, *, shows_results: bool) -> Link:
    """Make a new link for a client; earlier ones stay good."""
    nonce, made_at = new_nonce(), now()
    values = {
        "client_id": client.id,
        "nonce": nonce,
        "made_at": made_at,
        "revoked_at": None,
        "shows_results": shows_results,
    }
    with store.writing() as connection:
        key = connection.execute(insert(LinkRow).values(values)).inserted_primary_key
    assert key is not None
    return Link(int(key[0]), client, nonce, made_at, None, shows_results)


def revoke_link(store: Store, link_id: int) -> None:
    """Make a link lead nowhere from now on."""
    with store.writing() as connection:
        same = (LinkRow.id == link_id) & LinkRow.revoked_at.is_(None)
        connection.execute(update(LinkRow).where(same).values(revoked_at=now()))


def let_see(store: Store, link_id: int, *, shows_results: bool) -> None:
    """Choose whether a link shows results that the coach hasn't sent."""
    with store.writing() as connection:
        same = LinkRow.id == link_id
        connection.execute(update(LinkRow).where(same).values(shows_results=shows_results))


def links_of(store: Store, client_id: int | None = None) -> list[Link]:
    """Give a client's links, or everybody's, the latest first; revoked ones too."""
    question = _question().order_by(LinkRow.id.desc())
    if client_id is not None:
        question = question.where(LinkRow.client_id == client_id)
    with store.reading() as connection:
        return [_link(row) for row in connection.execute(question)]


def link_of_token(store: Store, secret: bytes, token: str) -> Link | None:
    """Give the link that an address names; None when it isn't ours, or is revoked."""
    nonce = signed(secret, KIND, token)
    if not isinstance(nonce, str):
        return None
    question = _question().where(LinkRow.nonce == nonce, LinkRow.revoked_at.is_(None))
    with store.reading() as connection:
        row = connection.execute(question).first()
    return None if row is None else _link(row)


def _question() -> Select[Any]:
    columns = (LinkRow.__table__.columns[name] for name in _COLUMNS)
    of_client = (ClientRow.id.label("client_id"), ClientRow.name, ClientRow.folder)
    question: Select[Any] = select(*columns, *of_client)
    return question.join(ClientRow, LinkRow.client_id == ClientRow.id)


def _link(row: Row[Any]) -> Link:
    client = Client(row.client_id, row.name, row.folder)
    return Link(row.id, client, row.nonce, row.made_at, row.revoked_at, row.shows_results)

"""Clients as the desk lists them, what a coach notes about one, and what was sent to them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sqlalchemy import case, delete, func, insert, select

from formcheck.history.desk_schema import ClientNoteRow, CoachRow, LinkRow, MessageRow, UploadRow
from formcheck.history.names import searchable
from formcheck.history.schema import ClientRow, SessionRow, SetRow
from formcheck.history.store import Store
from formcheck.serve.kept.deletions import clients_going
from formcheck.serve.kept.moment import now
from formcheck.serve.kept.people import Client, client
from formcheck.serve.kept.sets import set_way


@dataclass(frozen=True)
class Listed:
    """A client in the list; ``newest`` is the day of the latest set, None without any."""

    id: int
    name: str
    sets: int
    look: int
    newest: datetime.date | None
    has_link: bool


@dataclass(frozen=True)
class Sent:
    """A message to a client about a set."""

    text: str
    coach: str
    content: str
    way: str
    sent_at: datetime.datetime


def clients_listed(store: Store, text: str = "") -> list[Listed]:
    """Give the clients whose name has the text in it, those with something to look at first."""
    of_sets = (
        select(
            SetRow.client_id,
            func.count().label("sets"),
            func.sum(case((SetRow.looked.is_(False), 1), else_=0)).label("look"),
        )
        .group_by(SetRow.client_id)
        .subquery()
    )
    of_days = (
        select(SessionRow.client_id, func.max(SessionRow.date).label("newest"))
        .group_by(SessionRow.client_id)
        .subquery()
    )
    linked = select(LinkRow.client_id).where(LinkRow.revoked_at.is_(None))
    question = (
        select(ClientRow.id, ClientRow.name, of_sets.c.sets, of_sets.c.look, of_days.c.newest)
        .outerjoin(of_sets, of_sets.c.client_id == ClientRow.id)
        .outerjoin(of_days, of_days.c.client_id == ClientRow.id)
    )
    going, part = clients_going(store), searchable(text)
    with store.reading() as connection:
        with_link = set(connection.execute(linked).scalars())
        found = [
            Listed(row.id, row.name, row.sets or 0, row.look or 0, row.newest, row.id in with_link)
            for row in connection.execute(question)
            if row.id not in going and part in searchable(row.name)
        ]
    return sorted(found, key=lambda one: (one.look == 0, searchable(one.name), one.name))


def client_here(store: Store, client_id: int) -> Client | None:
    """Give a client who isn't being deleted."""
    return None if client_id in clients_going(store) else client(store, client_id)


def note_about(store: Store, client_id: int) -> str:
    """Give what a coach noted about a client."""
    question = select(ClientNoteRow.text).where(ClientNoteRow.client_id == client_id)
    with store.reading() as connection:
        return connection.execute(question).scalar() or ""


def keep_note(store: Store, client_id: int, text: str) -> None:
    """Keep a note about a client in place of the earlier one."""
    with store.writing() as connection:
        connection.execute(delete(ClientNoteRow).where(ClientNoteRow.client_id == client_id))
        if text:
            values = {"client_id": client_id, "changed_at": now(), "text": text}
            connection.execute(insert(ClientNoteRow).values(values))


def messages_sent(store: Store, client_id: int, most: int) -> list[Sent]:
    """Give the latest messages that were sent to a client."""
    question = (
        select(MessageRow.text, MessageRow.content, MessageRow.sent_at, CoachRow.name)
        .join(CoachRow, MessageRow.coach_id == CoachRow.id)
        .where(MessageRow.client_id == client_id, MessageRow.sent_at.is_not(None))
        .order_by(MessageRow.sent_at.desc(), MessageRow.id.desc())
        .limit(most)
    )
    with store.reading() as connection:
        return [
            Sent(text, name, content, set_way(client_id, content), sent_at)
            for text, content, sent_at, name in connection.execute(question)
            if sent_at is not None
        ]


def films_of(store: Store, client_id: int) -> tuple[int, int]:
    """Count a client's sets and films, for what would be deleted."""
    sets = select(func.count()).where(SetRow.client_id == client_id)
    films = select(func.count(func.distinct(UploadRow.content)))
    with store.reading() as connection:
        return (
            connection.execute(sets).scalar() or 0,
            connection.execute(films.where(UploadRow.client_id == client_id)).scalar() or 0,
        )

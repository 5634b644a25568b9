"""Coaches and clients."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, insert, select, update

from formcheck.errors import BadRequest
from formcheck.history.desk_schema import CoachRow
from formcheck.history.schema import ClientRow
from formcheck.history.store import Store
from formcheck.serve.kept.moment import now

ALONE = "You"
"""Who sits at a desk that asks for no password."""


@dataclass(frozen=True)
class Coach:
    """Somebody who may see everything; ``password`` is a hash, "" when none is asked for."""

    id: int
    name: str
    password: str = ""


@dataclass(frozen=True)
class Client:
    """Somebody who sends films."""

    id: int
    name: str
    folder: str


def coach_named(store: Store, name: str) -> Coach | None:
    """Give a coach by name."""
    question = select(CoachRow.id, CoachRow.name, CoachRow.password).where(CoachRow.name == name)
    with store.reading() as connection:
        row = connection.execute(question).first()
    return None if row is None else Coach(row.id, row.name, row.password)


def coach(store: Store, coach_id: int) -> Coach | None:
    """Give a coach."""
    question = select(CoachRow.id, CoachRow.name, CoachRow.password).where(CoachRow.id == coach_id)
    with store.reading() as connection:
        row = connection.execute(question).first()
    return None if row is None else Coach(row.id, row.name, row.password)


def coaches(store: Store) -> list[Coach]:
    """Give all coaches, by name."""
    question = select(CoachRow.id, CoachRow.name, CoachRow.password).order_by(CoachRow.name)
    with store.reading() as connection:
        return [Coach(row.id, row.name, row.password) for row in connection.execute(question)]


def has_password(store: Store) -> bool:
    """Whether any coach has set one."""
    question = select(func.count()).select_from(CoachRow).where(CoachRow.password != "")
    with store.reading() as connection:
        return bool(connection.execute(question).scalar())


def keep_coach(store: Store, name: str, password: str) -> Coach:
    """Add a coach, or give one another password; ``password`` is a hash or "".

    Raises
    ------
    BadRequest
        The name is empty.
    """
    name = name.strip()
    if not name:
        raise BadRequest("a coach needs a name.")
    with store.writing() as connection:
        same = CoachRow.name == name
        found = connection.execute(select(CoachRow.id).where(same)).scalar()
        if found is None:
            values = {"name": name, "password": password, "made_at": now()}
            key = connection.execute(insert(CoachRow).values(values)).inserted_primary_key
            assert key is not None
            return Coach(int(key[0]), name, password)
        connection.execute(update(CoachRow).where(same).values(password=password))
        return Coach(found, name, password)


def the_lone_coach(store: Store) -> Coach:
    """Give whoever sits at a desk that asks for no password."""
    return coach_named(store, ALONE) or keep_coach(store, ALONE, "")


def client(store: Store, client_id: int) -> Client | None:
    """Give a client."""
    with store.reading() as connection:
        row = connection.execute(
            select(ClientRow.id, ClientRow.name, ClientRow.folder).where(ClientRow.id == client_id)
        ).first()
    return None if row is None else Client(row.id, row.name, row.folder)


def client_named(store: Store, name: str) -> Client:
    """Give the client of that name, who is added where there is none."""
    store.add_clients([name])
    with store.reading() as connection:
        row = connection.execute(
            select(ClientRow.id, ClientRow.name, ClientRow.folder).where(ClientRow.name == name)
        ).one()
    return Client(row.id, row.name, row.folder)

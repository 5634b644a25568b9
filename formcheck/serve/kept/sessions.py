"""Sessions that were ended before their time: their cookie opens nothing any more."""

from __future__ import annotations

import datetime

from sqlalchemy import delete, insert, select

from formcheck.history.desk_schema import EndedRow
from formcheck.history.store import Store
from formcheck.serve.kept.moment import now

REMEMBERED = datetime.timedelta(days=31)
"""A day longer than a session's cookie is good for."""


def end_session(store: Store, nonce: str) -> None:
    """End a session, whoever still has its cookie."""
    with store.writing() as connection:
        connection.execute(delete(EndedRow).where(EndedRow.ended_at < now() - REMEMBERED))
        there = connection.execute(select(EndedRow.nonce).where(EndedRow.nonce == nonce)).first()
        if there is None:
            connection.execute(insert(EndedRow).values(nonce=nonce, ended_at=now()))


def has_ended(store: Store, nonce: str) -> bool:
    """Whether a session was ended."""
    question = select(EndedRow.nonce).where(EndedRow.nonce == nonce)
    with store.reading() as connection:
        return connection.execute(question).first() is not None

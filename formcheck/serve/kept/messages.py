"""Messages to clients: a draft for each coach and set, and what was sent."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, insert, select, update

from formcheck.errors import BadRequest
from formcheck.history.desk_schema import CoachRow, MessageRow
from formcheck.history.store import Store
from formcheck.serve.kept.moment import now

MOST_LETTERS = 5000
"""A long letter; nothing that a mail program or a messenger refuses (our choice)."""


@dataclass(frozen=True)
class Message:
    """What a coach writes about a set; ``sent_at`` is None while it is a draft."""

    id: int
    client_id: int
    content: str
    coach_id: int
    coach: str
    written_at: datetime.datetime
    sent_at: datetime.datetime | None
    text: str


def messages_of(store: Store, client_id: int, content: str | None = None) -> list[Message]:
    """Give a client's messages, or those about a set, in order; drafts too."""
    question = _question().where(MessageRow.client_id == client_id).order_by(MessageRow.id)
    if content is not None:
        question = question.where(MessageRow.content == content)
    with store.reading() as connection:
        return [_message(row) for row in connection.execute(question)]


def keep_message(
    store: Store, client_id: int, content: str, coach_id: int, text: str, *, send: bool = False
) -> Message:
    """Keep a coach's draft about a set in place of the one before; ``send``: it is sent.

    Raises
    ------
    BadRequest
        There is nothing in it, or too much.
    """
    text = text.replace("\r\n", "\n").strip()
    if len(text) > MOST_LETTERS:
        raise BadRequest(f"a message has at most {MOST_LETTERS} letters.")
    if send and not text:
        raise BadRequest("there is nothing in the message yet.")
    about = {"client_id": client_id, "content": content, "coach_id": coach_id}
    values = {"written_at": now(), "sent_at": now() if send else None, "text": text}
    same = [getattr(MessageRow, name) == value for name, value in about.items()]
    with store.writing() as connection:
        draft = connection.execute(
            select(MessageRow.id).where(*same, MessageRow.sent_at.is_(None))
        ).scalar()
        if draft is None:
            made = insert(MessageRow).values(about | values)
            key = connection.execute(made).inserted_primary_key
            assert key is not None
            draft = int(key[0])
        else:
            changed = update(MessageRow).where(MessageRow.id == draft).values(values)
            connection.execute(changed)
        row = connection.execute(_question().where(MessageRow.id == draft)).one()
    return _message(row)


def sent(messages: list[Message]) -> Message | None:
    """Give the message that was sent last; None where none was."""
    return next((one for one in reversed(messages) if one.sent_at is not None), None)


def _question() -> Select[Any]:
    question: Select[Any] = select(
        *MessageRow.__table__.columns, CoachRow.name.label("coach")
    ).join(CoachRow, MessageRow.coach_id == CoachRow.id)
    return question


def _message(row: Row[Any]) -> Message:
    return Message(
        id=row.id,
        client_id=row.client_id,
        content=row.content,
        coach_id=row.coach_id,
        coach=row.coach,
        written_at=row.written_at,
        sent_at=row.sent_at,
        text=row.text,
    )

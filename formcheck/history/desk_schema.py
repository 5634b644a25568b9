"""The desk's tables: coaches, clients' links, what was sent, and what a coach decided.

A set is named by client and content, not by its row: the row is written anew each time
the set is judged, and what a coach said of it stays.
"""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from formcheck.history.schema import Base


class CoachRow(Base):
    """Who judges the judge; ``password`` is its argon2 hash, "" where none is asked for."""

    __tablename__ = "coaches"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    password: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime.datetime] = mapped_column()


class EndedRow(Base):
    """A session that was ended, by the nonce in its cookie."""

    __tablename__ = "ended_sessions"

    nonce: Mapped[str] = mapped_column(String(64), primary_key=True)
    ended_at: Mapped[datetime.datetime] = mapped_column()


class LinkRow(Base):
    """A client's personal link; ``nonce`` is what its signed token names.

    ``shows_results``: the client sees what came out without the coach having sent it.
    """

    __tablename__ = "links"

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"), index=True)
    nonce: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime.datetime] = mapped_column()
    revoked_at: Mapped[datetime.datetime | None] = mapped_column()
    shows_results: Mapped[bool] = mapped_column()


class UploadRow(Base):
    """A film that is here whole, and what was said with it.

    ``due`` says that it is still to be judged, or again. ``path`` is where the film is,
    ``file`` its name as the client's phone has it. ``lift`` and ``tempo`` are "" where
    nothing was said.
    """

    __tablename__ = "uploads"
    __table_args__ = (Index(None, "client_id", "content"), Index(None, "due"))

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"))
    link_id: Mapped[int | None] = mapped_column(ForeignKey("links.id", ondelete="SET NULL"))
    content: Mapped[str] = mapped_column(String(80))
    file: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(Text)
    size: Mapped[str] = mapped_column(String(24))
    received_at: Mapped[datetime.datetime] = mapped_column()
    due: Mapped[bool] = mapped_column()
    lift: Mapped[str] = mapped_column(String(40))
    load_kg: Mapped[float | None] = mapped_column()
    target_reps: Mapped[int | None] = mapped_column()
    tempo: Mapped[str] = mapped_column(String(20))
    side: Mapped[str] = mapped_column(String(8))
    notes: Mapped[str] = mapped_column(Text)


class DecisionRow(Base):
    """What a coach says of a verdict, a repetition or the lift: one line of a record.

    Nothing is changed or taken out; the latest of a coach counts. ``kind``: "verdict"
    (``said`` is the coach's verdict, "" takes an earlier one back), "rep" ("no": it
    isn't one; "": it is), "edges" (``start_s``, ``end_s`` are the coach's), "lift"
    (``said`` is its name). ``was`` is what formcheck said then, ``version`` which
    formcheck. ``rep`` is 0 for the set; ``at_start_s`` and ``at_end_s`` are the
    repetition's own seconds then, by which it is found again when the set was cut anew.
    ``blind``: the coach hadn't seen what was said.
    """

    __tablename__ = "decisions"
    __table_args__ = (Index(None, "client_id", "content"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"))
    content: Mapped[str] = mapped_column(String(80))
    coach_id: Mapped[int] = mapped_column(ForeignKey("coaches.id"))
    at: Mapped[datetime.datetime] = mapped_column()
    kind: Mapped[str] = mapped_column(String(12))
    rep: Mapped[int] = mapped_column()
    at_start_s: Mapped[float | None] = mapped_column()
    at_end_s: Mapped[float | None] = mapped_column()
    cue: Mapped[str] = mapped_column(String(40))
    was: Mapped[str] = mapped_column(String(40))
    said: Mapped[str] = mapped_column(String(40))
    start_s: Mapped[float | None] = mapped_column()
    end_s: Mapped[float | None] = mapped_column()
    why: Mapped[str] = mapped_column(Text)
    version: Mapped[str] = mapped_column(String(40))
    blind: Mapped[bool] = mapped_column()


class MarkRow(Base):
    """A drawing, a text or a voice note pinned to a moment of a film.

    ``kind``: "line", "arrow", "angle", "text" or "voice". ``shape`` holds points as shares
    of the picture's width and height; ``file`` a voice note's name in the set's folder of
    notes.
    """

    __tablename__ = "marks"
    __table_args__ = (Index(None, "client_id", "content"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"))
    content: Mapped[str] = mapped_column(String(80))
    coach_id: Mapped[int] = mapped_column(ForeignKey("coaches.id"))
    made_at: Mapped[datetime.datetime] = mapped_column()
    at_s: Mapped[float] = mapped_column()
    kind: Mapped[str] = mapped_column(String(12))
    shape: Mapped[list[Any]] = mapped_column(JSON)
    text: Mapped[str] = mapped_column(Text)
    file: Mapped[str] = mapped_column(Text)


class MessageRow(Base):
    """A message to a client about a set; ``sent_at`` is None while it is being written."""

    __tablename__ = "messages"
    __table_args__ = (Index(None, "client_id", "content"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"))
    content: Mapped[str] = mapped_column(String(80))
    coach_id: Mapped[int] = mapped_column(ForeignKey("coaches.id"))
    written_at: Mapped[datetime.datetime] = mapped_column()
    sent_at: Mapped[datetime.datetime | None] = mapped_column()
    text: Mapped[str] = mapped_column(Text)


class ClientNoteRow(Base):
    """What a coach keeps in mind about a client; nobody else sees it."""

    __tablename__ = "client_notes"

    client_id: Mapped[int] = mapped_column(
        ForeignKey("clients.id", ondelete="CASCADE"), primary_key=True
    )
    changed_at: Mapped[datetime.datetime] = mapped_column()
    text: Mapped[str] = mapped_column(Text)


class SettingRow(Base):
    """A choice of the desk's, by its name."""

    __tablename__ = "settings"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)


__all__ = [
    "Base",
    "ClientNoteRow",
    "CoachRow",
    "DecisionRow",
    "EndedRow",
    "LinkRow",
    "MarkRow",
    "MessageRow",
    "SettingRow",
    "UploadRow",
]

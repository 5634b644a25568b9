"""The tables of the history: clients, sessions, sets, repetitions, findings, limits.

SQLite and PostgreSQL alike. What isn't known is NULL, never zero. A change here needs
a step in ``migrations/versions``; a test holds the two to the same.
"""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What the tables share: names for their constraints, so that steps can name them."""

    metadata = MetaData(naming_convention=NAMES)


class ClientRow(Base):
    """A client; ``folder`` is their tidy name in the output folder."""

    __tablename__ = "clients"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    folder: Mapped[str] = mapped_column(String(100), unique=True)


class SessionRow(Base):
    """A client's sets of one day."""

    __tablename__ = "sessions"
    __table_args__ = (UniqueConstraint("client_id", "date"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"))
    date: Mapped[datetime.date] = mapped_column()


class LimitsRow(Base):
    """A version of the limits; ``changes`` is what a coach's file set differently."""

    __tablename__ = "limits"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(Text)
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class SetRow(Base):
    """A set: what was lifted, what was asked, and what came out.

    ``content`` is the SHA-256 of the film; one client has each content once. ``key``
    is made of content, model and settings: while it stays, nothing is done again.
    ``file`` is the film's name as the client gave it, ``path`` where it was. ``looked`` says
    that the coach has looked at it.
    """

    __tablename__ = "sets"
    __table_args__ = (
        UniqueConstraint("client_id", "content"),
        Index(None, "state"),
        Index(None, "looked", "state"),
        Index(None, "lift"),
        Index(None, "analysed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"))
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), index=True)
    key: Mapped[str] = mapped_column(String(64), index=True)
    content: Mapped[str] = mapped_column(String(80), index=True)
    file: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    folder: Mapped[str] = mapped_column(Text)
    model: Mapped[str] = mapped_column(String(80))
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    limits_id: Mapped[int | None] = mapped_column(ForeignKey("limits.id"))
    formcheck_version: Mapped[str] = mapped_column(String(40))
    analysed_at: Mapped[datetime.datetime] = mapped_column()
    took_s: Mapped[float | None] = mapped_column()

    date_from: Mapped[str] = mapped_column(String(8))
    load_kg: Mapped[float | None] = mapped_column()
    target_reps: Mapped[int | None] = mapped_column()
    tempo: Mapped[str] = mapped_column(String(20))
    side: Mapped[str] = mapped_column(String(8))
    notes: Mapped[str] = mapped_column(Text)
    looked: Mapped[bool] = mapped_column()

    error: Mapped[str] = mapped_column(String(80))
    message: Mapped[str] = mapped_column(Text)
    error_limit: Mapped[float | None] = mapped_column()

    lift: Mapped[str] = mapped_column(String(40))
    lift_how: Mapped[str] = mapped_column(String(8))
    lift_confidence: Mapped[float | None] = mapped_column()
    view: Mapped[str] = mapped_column(String(8))
    facing: Mapped[str | None] = mapped_column(String(8))
    yaw_deg: Mapped[float | None] = mapped_column()
    yaw_sigma_deg: Mapped[float | None] = mapped_column()
    duration_s: Mapped[float | None] = mapped_column()
    rep_count: Mapped[int] = mapped_column()
    score: Mapped[float | None] = mapped_column()
    judged_share: Mapped[float | None] = mapped_column()
    headline: Mapped[str] = mapped_column(Text)
    praise: Mapped[str] = mapped_column(Text)
    main_cue: Mapped[str | None] = mapped_column(String(40))
    main_advice: Mapped[str] = mapped_column(Text)
    main_reason: Mapped[str] = mapped_column(Text)
    score_reason: Mapped[str] = mapped_column(Text)


class RepRow(Base):
    """A repetition; times in seconds of the film."""

    __tablename__ = "reps"

    set_id: Mapped[int] = mapped_column(ForeignKey("sets.id", ondelete="CASCADE"), primary_key=True)
    rep: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    start_s: Mapped[float | None] = mapped_column()
    bottom_s: Mapped[float | None] = mapped_column()
    top_s: Mapped[float | None] = mapped_column()
    end_s: Mapped[float | None] = mapped_column()
    complete: Mapped[bool] = mapped_column()
    eccentric_s: Mapped[float | None] = mapped_column()
    pause_s: Mapped[float | None] = mapped_column()
    concentric_s: Mapped[float | None] = mapped_column()
    score: Mapped[float | None] = mapped_column()
    measures: Mapped[dict[str, float | None]] = mapped_column(JSON)


class FindingRow(Base):
    """What a cue says of a repetition, or with ``rep`` 0 of the set.

    A repetition's texts are in its ``analysis.json`` alone: they would be most of the
    database.
    """

    __tablename__ = "findings"

    set_id: Mapped[int] = mapped_column(ForeignKey("sets.id", ondelete="CASCADE"), primary_key=True)
    rep: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cue: Mapped[str] = mapped_column(String(40), primary_key=True)
    verdict: Mapped[str] = mapped_column(String(16))
    value: Mapped[float | None] = mapped_column()
    unit: Mapped[str] = mapped_column(String(20))
    sigma: Mapped[float | None] = mapped_column()
    watch_limit: Mapped[float | None] = mapped_column()
    fault_limit: Mapped[float | None] = mapped_column()
    at_s: Mapped[float | None] = mapped_column()
    reason: Mapped[str] = mapped_column(Text)
    advice: Mapped[str] = mapped_column(Text)


class FileRow(Base):
    """The SHA-256 of a file seen before, so that it need not be read again."""

    __tablename__ = "files"

    path: Mapped[str] = mapped_column(Text, primary_key=True)
    size: Mapped[str] = mapped_column(String(24))
    changed: Mapped[str] = mapped_column(String(24))
    sha256: Mapped[str] = mapped_column(String(64))

"""Films that are here whole, and which of them are due to be judged: the queue."""

from __future__ import annotations

import datetime
import math
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Row, Select, insert, select, update

from formcheck.batch.entry import Entry
from formcheck.history.desk_schema import UploadRow
from formcheck.history.schema import ClientRow
from formcheck.history.store import Store
from formcheck.history.stored import known, or_none


@dataclass(frozen=True)
class Said:
    """What was said with a film; "" and NaN where nothing was."""

    lift: str = ""
    load_kg: float = math.nan
    target_reps: int | None = None
    tempo: str = ""
    side: str = ""
    notes: str = ""


@dataclass(frozen=True)
class Upload:
    """A film that is here whole; ``due``: it is still to be judged, or again."""

    id: str
    client_id: int
    client: str
    content: str
    file: str
    path: Path
    size: int
    received_at: datetime.datetime
    said: Said
    link_id: int | None = None
    due: bool = True

    def entry(self) -> Entry:
        """What a batch is asked for it."""
        return Entry(
            client=self.client,
            file=self.file,
            path=self.path,
            lift=self.said.lift,
            load_kg=self.said.load_kg,
            target_reps=self.said.target_reps,
            tempo=self.said.tempo,
            date=None,
            side=self.said.side,
            notes=self.said.notes,
        )


def new_upload_id() -> str:
    """Give a name nobody can guess."""
    return uuid.uuid4().hex


def add_upload(store: Store, one: Upload) -> bool:
    """Keep an upload; adding it twice is adding it once. Gives whether it is new.

    On return it is acknowledged: it outlives whatever happens to the server.
    """
    values = {
        "id": one.id,
        "client_id": one.client_id,
        "link_id": one.link_id,
        "content": one.content,
        "file": one.file,
        "path": str(one.path),
        "size": str(one.size),
        "received_at": one.received_at,
        "due": one.due,
        **_said_values(one.said),
    }
    with store.writing() as connection:
        there = connection.execute(select(UploadRow.id).where(UploadRow.id == one.id)).first()
        if there is not None:
            return False
        connection.execute(insert(UploadRow).values(values))
    return True


def ask_again(store: Store, one: Upload, said: Said) -> None:
    """Ask for a film to be judged again, with something else said of it."""
    one = replace(one, said=said, due=True)
    if not add_upload(store, one):
        with store.writing() as connection:
            same = UploadRow.id == one.id
            values = {"due": True, **_said_values(said)}
            connection.execute(update(UploadRow).where(same).values(values))


def due_uploads(store: Store, most: int) -> list[Upload]:
    """Give what is to be judged, the longest waiting first."""
    question = _question().where(UploadRow.due).order_by(UploadRow.received_at, UploadRow.id)
    with store.reading() as connection:
        return [_upload(row) for row in connection.execute(question.limit(most))]


def done_with(store: Store, uploads: Iterable[Upload]) -> None:
    """Say that these are no longer due, unless something else was said of them meanwhile."""
    with store.writing() as connection:
        for one in uploads:
            same = (UploadRow.id == one.id) & (UploadRow.lift == one.said.lift)
            connection.execute(update(UploadRow).where(same).values(due=False))


def uploads_of(store: Store, client_id: int, content: str | None = None) -> list[Upload]:
    """Give a client's uploads, the latest first; ``content``: only those of one film."""
    question = _question().where(UploadRow.client_id == client_id)
    if content is not None:
        question = question.where(UploadRow.content == content)
    question = question.order_by(UploadRow.received_at.desc(), UploadRow.id)
    with store.reading() as connection:
        return [_upload(row) for row in connection.execute(question)]


def _said_values(said: Said) -> dict[str, Any]:
    return {
        "lift": said.lift,
        "load_kg": or_none(said.load_kg),
        "target_reps": said.target_reps,
        "tempo": said.tempo,
        "side": said.side,
        "notes": said.notes,
    }


def _question() -> Select[Any]:
    return select(*UploadRow.__table__.columns, ClientRow.name.label("client")).join(
        ClientRow, UploadRow.client_id == ClientRow.id
    )


def _upload(row: Row[Any]) -> Upload:
    return Upload(
        id=row.id,
        client_id=row.client_id,
        client=row.client,
        content=row.content,
        file=row.file,
        path=Path(row.path),
        size=int(row.size),
        received_at=row.received_at,
        said=Said(row.lift, known(row.load_kg), row.target_reps, row.tempo, row.side, row.notes),
        link_id=row.link_id,
        due=row.due,
    )

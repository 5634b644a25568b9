"""Drawings, texts and voice notes that a coach pins to moments of a film."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import Row, Select, delete, insert, select

from formcheck.errors import BadRequest
from formcheck.history.desk_schema import CoachRow, MarkRow
from formcheck.history.store import Store
from formcheck.serve.kept.moment import now

MarkKind = Literal["line", "arrow", "angle", "text", "voice"]
POINTS: dict[str, int] = {"line": 2, "arrow": 2, "angle": 3, "text": 1, "voice": 0}
MOST_MARKS = 200
"""On one set: more than anybody looks at (our choice)."""

MOST_LETTERS = 500
Point = tuple[float, float]


@dataclass(frozen=True)
class Mark:
    """One mark; ``shape`` are points as shares of the picture's width and height.

    Of an angle the middle point is where its arms meet. ``file`` is a voice note's name.
    """

    client_id: int
    content: str
    coach_id: int
    at_s: float
    kind: MarkKind
    shape: tuple[Point, ...] = ()
    text: str = ""
    file: str = ""
    id: int = 0
    made_at: datetime.datetime = datetime.datetime.min
    coach: str = ""


def add_mark(store: Store, one: Mark) -> int:
    """Keep a mark; gives its number.

    Raises
    ------
    BadRequest
        It isn't one that can be drawn, or there are too many.
    """
    _need_drawable(one)
    values = {
        "client_id": one.client_id,
        "content": one.content,
        "coach_id": one.coach_id,
        "made_at": now(),
        "at_s": one.at_s,
        "kind": one.kind,
        "shape": [list(point) for point in one.shape],
        "text": one.text,
        "file": one.file,
    }
    if len(marks_of(store, one.client_id, one.content)) >= MOST_MARKS:
        raise BadRequest(f"there are {MOST_MARKS} marks on this set. Take some away first.")
    with store.writing() as connection:
        key = connection.execute(insert(MarkRow).values(values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def _need_drawable(one: Mark) -> None:
    if one.kind not in get_args(MarkKind) or len(one.shape) != POINTS[one.kind]:
        raise BadRequest(f"a {one.kind} needs {POINTS.get(one.kind, 0)} points.")
    if not all(0 <= side <= 1 for point in one.shape for side in point):
        raise BadRequest("a mark lies inside the picture.")
    if not (math.isfinite(one.at_s) and one.at_s >= 0):
        raise BadRequest("a mark is pinned to a moment of the film.")
    if one.kind == "text" and not one.text.strip():
        raise BadRequest("a text needs a word.")
    if len(one.text) > MOST_LETTERS:
        raise BadRequest(f"a text has at most {MOST_LETTERS} letters.")


def marks_of(store: Store, client_id: int, content: str) -> list[Mark]:
    """Give a set's marks by their moments."""
    question: Select[Any] = (
        select(*MarkRow.__table__.columns, CoachRow.name.label("coach"))
        .join(CoachRow, MarkRow.coach_id == CoachRow.id)
        .where(MarkRow.client_id == client_id, MarkRow.content == content)
        .order_by(MarkRow.at_s, MarkRow.id)
    )
    with store.reading() as connection:
        return [_mark(row) for row in connection.execute(question)]


def mark_of(store: Store, client_id: int, content: str, mark_id: int) -> Mark | None:
    """Give one of a set's marks."""
    return next((one for one in marks_of(store, client_id, content) if one.id == mark_id), None)


def remove_mark(store: Store, one: Mark) -> None:
    """Take a mark away; its voice note's file is the caller's to delete."""
    with store.writing() as connection:
        connection.execute(delete(MarkRow).where(MarkRow.id == one.id))


def _mark(row: Row[Any]) -> Mark:
    shape = tuple((float(x), float(y)) for x, y in row.shape)
    return Mark(
        id=row.id,
        client_id=row.client_id,
        content=row.content,
        coach_id=row.coach_id,
        made_at=row.made_at,
        at_s=row.at_s,
        kind=row.kind,
        shape=shape,
        text=row.text,
        file=row.file,
        coach=row.coach,
    )

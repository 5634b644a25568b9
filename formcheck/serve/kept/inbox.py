"""The inbox's questions: a page of sets with only what a card shows, and how many there are.

Those that need a look come first, what couldn't be read or is a fault before the rest; then
the newest.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, or_, select

from formcheck.cues.judging.score import LEAST_JUDGED
from formcheck.history.desk_schema import UploadRow
from formcheck.history.names import searchable
from formcheck.history.rows import OF_THE_SET
from formcheck.history.schema import ClientRow, FindingRow, SessionRow, SetRow
from formcheck.history.store import Store
from formcheck.history.stored import NUMBER, known
from formcheck.serve.kept.deletions import clients_going
from formcheck.serve.kept.sets import set_way

A_PAGE = 50
MOST_CLIENTS = 500
"""Clients that a text may name: old SQLite takes no more than 999 values in a question."""

MOST_COMING = 60
"""Films on their way that are shown; how many more there are is told."""

LOOK, DONE, FAILED, COMING = "look", "done", "failed", "waiting"

WHY: Mapping[int, str] = {
    8: "couldn't be read",
    6: "a fault",
    4: "something to watch",
    3: "little could be judged",
    2: "no lift found",
    1: "new",
    0: "",
}
"""Why a set needs a look, by how much; as in a batch's table of sets."""


@dataclass(frozen=True)
class Wanted:
    """Which sets: ``state`` is LOOK, DONE, FAILED, COMING or "" for all; ``page`` from 1."""

    state: str = ""
    client_id: int | None = None
    lift: str = ""
    text: str = ""
    page: int = 1


@dataclass(frozen=True)
class Card:
    """A set as the inbox shows it; ``weight`` is how much it needs a look."""

    client_id: int
    client: str
    content: str
    file: str
    folder: str
    state: str
    looked: bool
    date: datetime.date
    analysed_at: datetime.datetime
    lift: str
    lift_how: str
    lift_confidence: float
    side: str
    load_kg: float
    rep_count: int
    target_reps: int | None
    score: float
    judged_share: float
    main_cue: str
    verdict: str
    headline: str
    notes: str
    message: str
    weight: int

    @property
    def way(self) -> str:
        """Its address at the desk."""
        return set_way(self.client_id, self.content)

    @property
    def number(self) -> int:
        """Which set of its film it is."""
        return int(self.content.partition(NUMBER)[2] or 1)

    @property
    def why(self) -> str:
        """Why it needs a look; "" once it was looked at."""
        return WHY[self.weight]


@dataclass(frozen=True)
class Coming:
    """A film that is here and not judged yet; ``again``: it was judged before."""

    client_id: int
    client: str
    content: str
    file: str
    lift: str
    load_kg: float
    target_reps: int | None
    notes: str
    received_at: datetime.datetime
    again: bool


@dataclass(frozen=True)
class Found:
    """A page of the inbox; ``counts`` by state, of what the other filters let through."""

    cards: list[Card]
    coming: list[Coming]
    counts: Mapping[str, int] = field(default_factory=dict)
    pages: int = 1


def inbox(store: Store, wanted: Wanted) -> Found:
    """Give a page of the inbox."""
    with_filters = _filters(store, wanted)
    states = _of_state(wanted.state)
    with store.reading() as connection:
        counted = connection.execute(_counts(with_filters)).one()
        counts = {"": counted.every or 0, LOOK: counted.look or 0, FAILED: counted.failed or 0}
        counts[DONE] = counts[""] - counts[LOOK]
        waiting = connection.execute(_coming(store, wanted, count=True)).scalar() or 0
        shown = counts.get(wanted.state, 0)
        pages = max(1, math.ceil(shown / A_PAGE))
        page = min(wanted.page, pages)
        cards: list[Card] = []
        if wanted.state != COMING:
            ids = connection.execute(_page_of([*with_filters, *states], page)).scalars().all()
            rows = {row.id: row for row in connection.execute(_cards(SetRow.id.in_(ids)))}
            cards = [_card(rows[number]) for number in ids if number in rows]
        coming: list[Coming] = []
        if waiting and page == 1 and wanted.state in ("", COMING):
            question = _coming(store, wanted, count=False).limit(MOST_COMING)
            coming = [_on_its_way(row) for row in connection.execute(question)]
    return Found(cards, coming, counts | {COMING: waiting}, pages)


def lifts_there(store: Store) -> list[str]:
    """Give the lifts that any set is of."""
    question = select(SetRow.lift).where(SetRow.lift != "").distinct().order_by(SetRow.lift)
    with store.reading() as connection:
        return list(connection.execute(question).scalars())


def clients_there(store: Store) -> list[tuple[int, str]]:
    """Give every client's number and name, by name."""
    going = clients_going(store)
    with store.reading() as connection:
        found = connection.execute(select(ClientRow.id, ClientRow.name)).all()
    here = [(row.id, row.name) for row in found if row.id not in going]
    return sorted(here, key=lambda one: (searchable(one[1]), one[1]))


def _filters(store: Store, wanted: Wanted) -> list[ColumnElement[bool]]:
    """What the filters but the state let through."""
    found: list[ColumnElement[bool]] = []
    if going := clients_going(store):
        found.append(SetRow.client_id.not_in(going))
    if wanted.client_id is not None:
        found.append(SetRow.client_id == wanted.client_id)
    if wanted.lift:
        found.append(SetRow.lift == wanted.lift)
    if wanted.text:
        found.append(
            or_(
                SetRow.client_id.in_(_clients_called(store, wanted.text)),
                SetRow.file.icontains(wanted.text, autoescape=True),
                SetRow.notes.icontains(wanted.text, autoescape=True),
            )
        )
    return found


def _clients_called(store: Store, text: str) -> list[int]:
    """Clients whose name has the text in it, whatever accents and capitals it has."""
    part = searchable(text)
    if not part:
        return []
    named = [number for number, name in clients_there(store) if part in searchable(name)]
    return named[:MOST_CLIENTS]


def _of_state(state: str) -> list[ColumnElement[bool]]:
    conditions: dict[str, list[ColumnElement[bool]]] = {
        LOOK: [SetRow.looked.is_(False)],
        DONE: [SetRow.looked.is_(True)],
        FAILED: [SetRow.state == "failed"],
    }
    return conditions.get(state, [])


def _counts(filters: list[ColumnElement[bool]]) -> Select[Any]:
    columns: list[Any] = [
        func.count().label("every"),
        func.sum(case((SetRow.looked.is_(False), 1), else_=0)).label("look"),
        func.sum(case((SetRow.state == "failed", 1), else_=0)).label("failed"),
    ]
    return select(*columns).where(*filters)


def _weight() -> ColumnElement[int]:
    """How much a set needs a look: 0 once it was looked at. As a batch weighs them."""
    little = or_(SetRow.score.is_(None), SetRow.judged_share < LEAST_JUDGED)
    return case(
        (SetRow.looked.is_(True), 0),
        (SetRow.state == "failed", 8),
        (SetRow.state != "analysed", 2),
        (FindingRow.verdict == "fault", 6),
        (FindingRow.verdict == "watch", 4),
        (little, 3),
        else_=1,
    )


_MAIN = (
    (FindingRow.set_id == SetRow.id)
    & (FindingRow.rep == OF_THE_SET)
    & (FindingRow.cue == SetRow.main_cue)
)
_PLAIN = (
    *("client_id", "content", "file", "folder", "state", "looked", "analysed_at", "lift"),
    *("lift_how", "side", "rep_count", "target_reps", "headline", "notes", "message"),
)
_NUMBERS = ("lift_confidence", "load_kg", "score", "judged_share")


def _page_of(filters: list[ColumnElement[bool]], page: int) -> Select[Any]:
    """A page's sets by number, in order: what is sorted is narrow."""
    weight = _weight()
    return (
        select(SetRow.id)
        .outerjoin(FindingRow, _MAIN)
        .where(*filters)
        .order_by(weight.desc(), SetRow.analysed_at.desc(), SetRow.id.desc())
        .limit(A_PAGE)
        .offset((page - 1) * A_PAGE)
    )


def _cards(which: ColumnElement[bool]) -> Select[Any]:
    columns: list[Any] = [SetRow.__table__.columns[name] for name in (*_PLAIN, *_NUMBERS)]
    named = (SetRow.main_cue, FindingRow.verdict, SessionRow.date, ClientRow.name.label("client"))
    return (
        select(SetRow.id, *columns, *named, _weight().label("weight"))
        .join_from(SetRow, SessionRow, SetRow.session_id == SessionRow.id)
        .join(ClientRow, SetRow.client_id == ClientRow.id)
        .outerjoin(FindingRow, _MAIN)
        .where(which)
    )


def _card(row: Row[Any]) -> Card:
    values: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN}
    values |= {name: known(getattr(row, name)) for name in _NUMBERS}
    return Card(
        **values,
        client=row.client,
        date=row.date,
        main_cue=row.main_cue or "",
        verdict=row.verdict or "",
        weight=row.weight,
    )


def _coming(store: Store, wanted: Wanted, *, count: bool) -> Select[Any]:
    """Films that are due."""
    judged = (
        select(SetRow.id)
        .where(SetRow.client_id == UploadRow.client_id, SetRow.content == UploadRow.content)
        .exists()
    )
    columns: list[Any] = [
        *(UploadRow.client_id, UploadRow.content, UploadRow.file, UploadRow.lift),
        *(UploadRow.load_kg, UploadRow.target_reps, UploadRow.notes, UploadRow.received_at),
        ClientRow.name.label("client"),
        judged.label("again"),
    ]
    question = select(func.count()) if count else select(*columns)
    question = question.join_from(UploadRow, ClientRow, UploadRow.client_id == ClientRow.id).where(
        UploadRow.due.is_(True)
    )
    if going := clients_going(store):
        question = question.where(UploadRow.client_id.not_in(going))
    if wanted.client_id is not None:
        question = question.where(UploadRow.client_id == wanted.client_id)
    if wanted.lift:
        question = question.where(UploadRow.lift == wanted.lift)
    if wanted.text:
        named = UploadRow.client_id.in_(_clients_called(store, wanted.text))
        in_file = UploadRow.file.icontains(wanted.text, autoescape=True)
        question = question.where(or_(named, in_file))
    return question if count else question.order_by(UploadRow.received_at, UploadRow.id)


def _on_its_way(row: Row[Any]) -> Coming:
    return Coming(
        client_id=row.client_id,
        client=row.client,
        content=row.content,
        file=row.file,
        lift=row.lift,
        load_kg=known(row.load_kg),
        target_reps=row.target_reps,
        notes=row.notes,
        received_at=row.received_at,
        again=bool(row.again),
    )

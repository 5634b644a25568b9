"""What coaches decide about verdicts: a record in which nothing is changed.

The latest decision of a coach counts. A repetition is found again by its seconds, for a
set that is judged anew may be cut anew.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Row, Select, insert, select

from formcheck.data import JudgedRep
from formcheck.errors import BadRequest
from formcheck.history.desk_schema import CoachRow, DecisionRow
from formcheck.history.schema import ClientRow
from formcheck.history.store import Store
from formcheck.history.stored import known, or_none
from formcheck.serve.kept.moment import now
from formcheck.version import version

Kind = Literal["verdict", "rep", "edges", "lift"]
VERDICTS = ("good", "watch", "fault", "cannot_judge")
NO_REP = "no"
LEAST_OVERLAP = 0.5
"""Share of the shorter repetition that two must have in common to be the same one."""


@dataclass(frozen=True)
class Decision:
    """One line of the record; see ``DecisionRow`` for what stands where."""

    client_id: int
    content: str
    coach_id: int
    kind: Kind
    said: str = ""
    was: str = ""
    rep: int = 0
    cue: str = ""
    at_start_s: float = math.nan
    at_end_s: float = math.nan
    start_s: float = math.nan
    end_s: float = math.nan
    why: str = ""
    blind: bool = False
    at: datetime.datetime = datetime.datetime.min
    version: str = ""
    id: int = 0
    coach: str = ""
    client: str = ""


def decide(store: Store, one: Decision) -> int:
    """Keep a decision; gives its number.

    Raises
    ------
    BadRequest
        It says nothing that can be decided.
    """
    if one.kind == "verdict" and one.said not in (*VERDICTS, ""):
        raise BadRequest(f"{one.said!r} is no verdict: {', '.join(VERDICTS)}.")
    if one.kind == "edges" and not one.start_s < one.end_s:
        raise BadRequest("a repetition begins before it ends.")
    values = {
        "client_id": one.client_id,
        "content": one.content,
        "coach_id": one.coach_id,
        "at": now(),
        "kind": one.kind,
        "rep": one.rep,
        "cue": one.cue,
        "was": one.was,
        "said": one.said,
        "why": one.why,
        "version": version(),
        "blind": one.blind,
        **{name: or_none(getattr(one, name)) for name in _SECONDS},
    }
    with store.writing() as connection:
        key = connection.execute(insert(DecisionRow).values(values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def decisions(
    store: Store, client_id: int | None = None, content: str | None = None
) -> list[Decision]:
    """Give the record, in order: of everybody, a client or a set."""
    question = _question().order_by(DecisionRow.id)
    if client_id is not None:
        question = question.where(DecisionRow.client_id == client_id)
    if content is not None:
        question = question.where(DecisionRow.content == content)
    with store.reading() as connection:
        return [_decision(row) for row in connection.execute(question)]


def latest(record: Iterable[Decision]) -> list[Decision]:
    """Give what counts of a record: the latest of each coach about each thing."""
    counts: dict[tuple[Any, ...], Decision] = {}
    for one in record:
        about = (one.client_id, one.content, one.coach_id, one.kind, one.rep, one.cue)
        counts.pop(about, None)
        counts[about] = one
    return list(counts.values())


def rep_now(one: Decision, reps: Sequence[JudgedRep]) -> int | None:
    """Give the number that a decision's repetition has now; 0 for the set, None when gone."""
    if one.rep == 0:
        return 0
    best, most = None, LEAST_OVERLAP
    for judged in reps:
        common_s = min(one.at_end_s, judged.rep.end_s) - max(one.at_start_s, judged.rep.start_s)
        shorter_s = min(one.at_end_s - one.at_start_s, judged.rep.end_s - judged.rep.start_s)
        share = common_s / shorter_s if shorter_s > 0 else 0.0
        if share >= most:
            best, most = judged.rep.index, share
    return best


_SECONDS = ("at_start_s", "at_end_s", "start_s", "end_s")
_PLAIN = (
    *("id", "client_id", "content", "coach_id", "at", "kind", "rep", "cue", "was", "said"),
    *("why", "version", "blind"),
)


def _question() -> Select[Any]:
    columns = (DecisionRow.__table__.columns[name] for name in (*_PLAIN, *_SECONDS))
    named = (CoachRow.name.label("coach"), ClientRow.name.label("client"))
    question: Select[Any] = select(*columns, *named)
    return question.join(CoachRow, DecisionRow.coach_id == CoachRow.id).join(
        ClientRow, DecisionRow.client_id == ClientRow.id
    )


def _decision(row: Row[Any]) -> Decision:
    values: dict[str, Any] = {name: getattr(row, name) for name in (*_PLAIN, "coach", "client")}
    return Decision(**values | {name: known(getattr(row, name)) for name in _SECONDS})

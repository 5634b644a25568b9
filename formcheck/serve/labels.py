"""What coaches decided as labels: beside what formcheck says of the same repetition now."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from formcheck.data import JudgedRep
from formcheck.history.store import Store
from formcheck.history.stored import StoredSet, or_none
from formcheck.serve.kept.decisions import Decision, Kind, decisions, latest, rep_now

COLUMNS: Mapping[str, str] = {
    **dict.fromkeys(("client", "file", "content"), "string"),
    "set": "int64",
    "lift": "string",
    "about": "string",
    "rep": "int64",
    "start_s": "float64",
    "end_s": "float64",
    **dict.fromkeys(("cue", "coach_says", "formcheck_says", "formcheck_said", "version"), "string"),
    "coach": "string",
    "at": "timestamp",
    "blind": "bool",
    "why": "string",
}
"""A label's columns. ``about``: "verdict", "rep" (``coach_says`` "no": it isn't one), "edges"
(``start_s`` and ``end_s`` are the coach's) or "lift". ``formcheck_says`` is of now, empty where
that repetition isn't there any more; ``formcheck_said`` is of when the coach decided."""


@dataclass(frozen=True)
class Label:
    """A coach's decision that counts, and what formcheck says now.

    ``rep`` is its number now, 0 for the set, None where that repetition isn't found any
    more; ``says`` formcheck's verdict or lift now, "" where there is none.
    """

    decision: Decision
    of: StoredSet | None
    rep: int | None
    says: str

    @property
    def kind(self) -> Kind:
        """What was decided."""
        return self.decision.kind


def labels(store: Store) -> list[Label]:
    """Give the decisions that count, of all sets, in order; what was taken back isn't one."""
    counting = [one for one in latest(decisions(store)) if one.said or one.kind == "edges"]
    sets = store.sets(contents={one.content for one in counting}, details=True)
    by_name = {(one.client, one.content): one for one in sets}
    return [_label(one, by_name.get((one.client, one.content))) for one in counting]


def _label(one: Decision, of: StoredSet | None) -> Label:
    if of is None or of.summary is None:
        return Label(one, of, None, "")
    rep = rep_now(one, of.reps)
    if one.kind == "lift":
        return Label(one, of, rep, of.lift)
    if one.kind != "verdict" or rep is None:
        return Label(one, of, rep, "")
    found = (_of(rep, of.reps).findings if rep else of.summary.findings).get(one.cue)
    return Label(one, of, rep, "" if found is None else found.verdict)


def _of(rep: int, reps: Sequence[JudgedRep]) -> JudgedRep:
    return next(judged for judged in reps if judged.rep.index == rep)


def label_rows(found: Sequence[Label]) -> list[dict[str, Any]]:
    """Give labels as rows of ``COLUMNS``."""
    return [_row(one) for one in found]


def _row(one: Label) -> dict[str, Any]:
    said, of = one.decision, one.of
    seconds = (
        (said.start_s, said.end_s) if one.kind == "edges" else (said.at_start_s, said.at_end_s)
    )
    return {
        "client": said.client,
        "file": "" if of is None else of.file,
        "content": said.content.partition("#")[0],
        "set": 1 if of is None else of.number,
        "lift": "" if of is None else of.lift,
        "about": one.kind,
        "rep": one.rep,
        "start_s": or_none(seconds[0]),
        "end_s": or_none(seconds[1]),
        "cue": said.cue,
        "coach_says": said.said,
        "formcheck_says": one.says,
        "formcheck_said": said.was,
        "version": said.version,
        "coach": said.coach,
        "at": _moment(said.at),
        "blind": said.blind,
        "why": said.why,
    }


def _moment(at: datetime.datetime) -> datetime.datetime | None:
    return None if at == datetime.datetime.min else at

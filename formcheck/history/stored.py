"""A set as the history keeps it."""

from __future__ import annotations

import dataclasses
import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from formcheck.data import Finding, JudgedRep, Rep, SetSummary

T = TypeVar("T")

NUMBER = "#"
"""Between a film's content and the number of one of its further sets."""

State = Literal["analysed", "not_a_lift", "failed"]
DateFrom = Literal["given", "name", "film", "file"]


@dataclass(frozen=True)
class LimitsVersion:
    """Which limits a set was judged by.

    ``sha256`` is that of every limit; ``changes`` the ``limits_changed`` of
    ``analysis.json``.
    """

    sha256: str
    name: str
    changes: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class StoredSet:
    """A set: what was lifted, what was asked, and what came out.

    key           made of content, model and settings: the same key, the same answer
    client        the client's true name, "" when none is known
    content       SHA-256 of the film (of the poses, when there was no film); "file:…"
                  for what couldn't be read; of a film's second set with "#2" after it
    file          its name, from the client's folder or as the manifest has it
    path          where it was
    state         "analysed", "not_a_lift" (nobody, or no repetition), or "failed"
    folder        where its results are, from the output folder; "" when there are none
    model         the pose model's name; "poses" when the poses were given
    settings      what was asked, besides the model
    date          the day it was lifted; ``date_from`` says who says so: the manifest
                  ("given"), the film's name ("name"), the film itself ("film"), or the
                  file's own date ("file")
    load_kg       NaN when not given
    tempo         the tempo prescribed, "" when none
    side          "left", "right" or "" (of a one-sided lift)
    looked        whether the coach has looked at it
    error         class of the problem, "" when there was none; ``message`` says it
    error_limit   the seconds or megabytes that were too few, else NaN
    lift, view    "" when not analysed
    took_s        seconds of work
    summary, reps None and () when not analysed; ``Store.sets`` leaves the findings and
                  the repetitions out unless asked
    rep_count     how many repetitions there are, also when they're left out
    """

    key: str
    client: str
    content: str
    file: str
    date: datetime.date
    state: State = "analysed"
    path: str = ""
    folder: str = ""
    model: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    limits: LimitsVersion | None = None
    formcheck_version: str = ""
    analysed_at: datetime.datetime = datetime.datetime.min  # UTC; no zone is kept
    took_s: float = math.nan
    date_from: DateFrom = "given"
    load_kg: float = math.nan
    target_reps: int | None = None
    tempo: str = ""
    side: str = ""
    notes: str = ""
    looked: bool = False
    error: str = ""
    message: str = ""
    error_limit: float = math.nan
    lift: str = ""
    lift_how: str = ""
    lift_confidence: float = math.nan
    view: str = ""
    facing: str | None = None
    yaw_deg: float = math.nan
    yaw_sigma_deg: float = math.nan
    duration_s: float = math.nan
    rep_count: int = 0
    summary: SetSummary | None = None
    reps: tuple[JudgedRep, ...] = ()

    @property
    def film(self) -> str:
        """Content of the film that it is a set of."""
        return self.content.partition(NUMBER)[0]

    @property
    def number(self) -> int:
        """Which set of its film it is, from 1."""
        return int(self.content.partition(NUMBER)[2] or 1)

    @property
    def called(self) -> str:
        """The file's name, and which set of it where that isn't the first."""
        return self.file if self.number == 1 else f"{self.file}, set {self.number}"


def content_of_set(film: str, number: int) -> str:
    """Give the content of one set of a film: that of the first is the film's own."""
    return film if number == 1 else f"{film}{NUMBER}{number}"


def results_of(analysis: Mapping[str, Any]) -> dict[str, Any]:
    """Give the fields of ``StoredSet`` that a ``formcheck.analysis/1`` form fills."""
    lift, view = analysis["lift"], analysis["view"]
    return {
        "lift": lift["name"],
        "lift_how": lift["how"],
        "lift_confidence": known(lift["confidence"]),
        "view": view["name"],
        "facing": view["facing"],
        "yaw_deg": known(view["yaw_deg"]),
        "yaw_sigma_deg": known(view["yaw_sigma_deg"]),
        "duration_s": known(analysis["source"]["duration_s"]),
        "formcheck_version": analysis["formcheck_version"],
        "rep_count": len(analysis["reps"]),
        "summary": from_values(
            SetSummary,
            analysis["set"],
            findings=_findings(analysis["set"]["cues"]),
            remedies=(),  # the set's own page tells them
        ),
        "reps": tuple(_rep(one) for one in analysis["reps"]),
    }


def from_values(form: type[T], said: Mapping[Any, Any], **others: object) -> T:
    """Make a dataclass of plain values by its fields' names; of a number None is NaN.

    ``others`` are fields that ``said`` names otherwise; a field of neither keeps what it
    is without.
    """
    return form(
        **{
            name: known(said[name]) if is_number else said[name]
            for name, is_number in _fields(form).items()
            if name in said and name not in others
        },
        **others,
    )


def to_values(one: Any) -> dict[str, Any]:
    """Give a dataclass's fields by name; a number that isn't known is None."""
    return {
        name: or_none(getattr(one, name)) if is_number else getattr(one, name)
        for name, is_number in _fields(type(one)).items()
    }


def known(value: float | None) -> float:
    """Give the number, NaN for None."""
    return math.nan if value is None else float(value)


def or_none(value: float) -> float | None:
    """Give the number, None for NaN: neither JSON nor a table knows NaN."""
    return float(value) if math.isfinite(value) else None


def _fields(form: Any) -> dict[str, bool]:
    """A dataclass's fields, and whether each is a number that may be unknown."""
    return {one.name: one.type == "float" for one in dataclasses.fields(form)}


def _rep(said: Mapping[str, Any]) -> JudgedRep:
    measures = {name: known(value) for name, value in said["measures"].items()}
    rep = from_values(Rep, {**said, **said["phases"]})
    return JudgedRep(rep, measures, _findings(said["cues"]), known(said["score"]))


def _findings(said: Mapping[str, Any]) -> dict[str, Finding]:
    return {cue: from_values(Finding, one, cue=cue) for cue, one in said.items()}

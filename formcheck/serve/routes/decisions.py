"""What coaches decide of a set: forms of the review page, and the same as JSON."""

from __future__ import annotations

import datetime
import math
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from formcheck.history.stored import or_none
from formcheck.serve.asked_set import TheSet
from formcheck.serve.deciding import LONGEST_S, Wish, keep_wish
from formcheck.serve.doors import TheCoach, TheDesk, need_coach, need_token
from formcheck.serve.kept.decisions import Decision, Kind, decisions
from formcheck.serve.standing import SET

NO_NUL = r"^[^\x00]*$"
Why = Annotated[str, Field(max_length=2000, pattern=NO_NUL)]
Word = Annotated[str, Field(max_length=40, pattern=r"^[a-z0-9_]*$")]
Moment = Annotated[float, Field(ge=0, le=LONGEST_S, allow_inf_nan=False)]
Rep = Annotated[int, Field(ge=0, le=10_000)]

router = APIRouter(dependencies=[Depends(need_token), Depends(need_coach)])


class DecisionIn(BaseModel):
    """What a coach decides.

    ``said`` of a verdict: good, watch, fault, cannot_judge, "accept" for formcheck's own, or
    "" to take an earlier one back; of a rep: "no" where it is none; of a lift its name.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    rep: Rep = SET
    cue: Word = ""
    said: Word = ""
    start_s: Moment | None = None
    end_s: Moment | None = None
    why: Why = ""
    blind: bool = False

    def wish(self) -> Wish:
        """What is to be kept."""
        start_s = math.nan if self.start_s is None else self.start_s
        end_s = math.nan if self.end_s is None else self.end_s
        return Wish(self.kind, self.said, self.rep, self.cue, start_s, end_s, self.why, self.blind)


class DecisionOut(BaseModel):
    """A line of the record."""

    id: int
    at: datetime.datetime
    coach: str
    kind: Kind
    rep: int
    cue: str
    was: str
    said: str
    start_s: float | None
    end_s: float | None
    why: str
    blind: bool
    version: str


class Kept(BaseModel):
    """The number of what was kept."""

    id: int


def _out(one: Decision) -> DecisionOut:
    return DecisionOut(
        id=one.id,
        at=one.at,
        coach=one.coach,
        kind=one.kind,
        rep=one.rep,
        cue=one.cue,
        was=one.was,
        said=one.said,
        start_s=or_none(one.start_s),
        end_s=or_none(one.end_s),
        why=one.why,
        blind=one.blind,
        version=one.version,
    )


@router.get("/sets/{client_id}/{content}/decisions")
def record(desk: TheDesk, asked: TheSet) -> list[DecisionOut]:
    """Give the record of a set's decisions, in order."""
    return [_out(one) for one in decisions(desk.store, asked.client.id, asked.content)]


@router.post("/sets/{client_id}/{content}/decisions", status_code=201)
def add(desk: TheDesk, coach: TheCoach, asked: TheSet, said: DecisionIn) -> Kept:
    """Keep a decision beside formcheck's verdict."""
    return Kept(id=keep_wish(desk, asked, coach, said.wish()))


@router.post("/sets/{client_id}/{content}/decide", include_in_schema=False)
def decide_by_form(
    desk: TheDesk,
    coach: TheCoach,
    asked: TheSet,
    kind: Annotated[Literal["verdict", "rep", "edges", "lift"], Form()],
    rep: Annotated[Rep, Form()] = SET,
    cue: Annotated[Word, Form()] = "",
    said: Annotated[Word, Form()] = "",
    start_s: Annotated[Moment | None, Form()] = None,
    end_s: Annotated[Moment | None, Form()] = None,
    why: Annotated[Why, Form()] = "",
    blind: Annotated[bool, Form()] = False,
    shown: Annotated[Rep, Form()] = SET,
) -> Response:
    """Keep a decision, and show the page again where it was."""
    wish = DecisionIn(
        kind=kind, rep=rep, cue=cue, said=said, start_s=start_s, end_s=end_s, why=why, blind=blind
    ).wish()
    keep_wish(desk, asked, coach, wish)
    there = f"#f-{rep}-{cue}" if kind == "verdict" else "#judging"
    query = f"?rep={shown}" + ("&blind=1" if blind else "")
    return RedirectResponse(f"{asked.way}{query}{there}", 303)

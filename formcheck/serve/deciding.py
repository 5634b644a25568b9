"""A coach decides: what they say, beside what formcheck said then."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path

from fastapi import HTTPException

from formcheck.errors import BadRequest
from formcheck.history.stored import StoredSet
from formcheck.reps.lifts import LIFTS
from formcheck.serve.asked_set import AskedSet
from formcheck.serve.desk import Desk
from formcheck.serve.kept.decisions import Decision, Kind, decide, decisions
from formcheck.serve.kept.moment import now
from formcheck.serve.kept.people import Coach
from formcheck.serve.kept.uploads import Said, Upload, ask_again, new_upload_id, uploads_of
from formcheck.serve.standing import SET, Standing, standing

ACCEPT = "accept"
"""In place of a verdict: formcheck's own is right."""

LONGEST_S = 1e6


@dataclass(frozen=True)
class Wish:
    """What a coach wants kept; see ``Decision`` for what stands where."""

    kind: Kind
    said: str = ""
    rep: int = SET
    cue: str = ""
    start_s: float = math.nan
    end_s: float = math.nan
    why: str = ""
    blind: bool = False


def stands_for(desk: Desk, asked: AskedSet, coach_id: int | None) -> Standing:
    """Give the set with what a coach decided of it; None: whoever decided last, not blind."""
    record = decisions(desk.store, asked.client.id, asked.content)
    if coach_id is None:
        record = [each for each in record if not each.blind]
    return standing(asked.one, record, coach_id)


def keep_wish(desk: Desk, asked: AskedSet, coach: Coach, wish: Wish) -> int:
    """Keep what a coach decides; gives the decision's number.

    Another lift has the film judged anew.

    Raises
    ------
    HTTPException
        404: there is no such repetition or cue in the set.
    BadRequest
        It says nothing that can be decided.
    """
    one = asked.one
    begins_s, ends_s = _of_rep(one, wish.rep)
    made = Decision(
        client_id=asked.client.id,
        content=asked.content,
        coach_id=coach.id,
        kind=wish.kind,
        rep=wish.rep,
        at_start_s=begins_s,
        at_end_s=ends_s,
        why=wish.why.strip(),
    )
    if wish.kind == "verdict":
        return decide(desk.store, _verdict(desk, asked, coach, wish, made))
    if wish.kind == "lift":
        made = replace(made, rep=SET, at_start_s=math.nan, at_end_s=math.nan)
        made = replace(made, said=_known_lift(wish.said), was=one.lift)
        number = decide(desk.store, made)
        judge_as(desk, asked, wish.said)
        return number
    if wish.rep == SET:
        raise BadRequest("name the repetition.")
    if wish.kind == "rep":
        return decide(desk.store, replace(made, said="no" if wish.said == "no" else ""))
    start_s = begins_s if math.isnan(wish.start_s) else wish.start_s
    end_s = ends_s if math.isnan(wish.end_s) else wish.end_s
    return decide(desk.store, replace(made, start_s=start_s, end_s=end_s))


def _verdict(desk: Desk, asked: AskedSet, coach: Coach, wish: Wish, made: Decision) -> Decision:
    stands = stands_for(desk, asked, coach.id)
    finding = stands.findings.get((wish.rep, wish.cue))
    if finding is None:
        raise HTTPException(404, "This isn't asked of that repetition.")
    said = finding.verdict if wish.said == ACCEPT else wish.said
    blind = wish.blind and wish.cue not in stands.decided_cues and wish.said != ACCEPT
    return replace(made, cue=wish.cue, was=finding.verdict, said=said, blind=blind)


def _of_rep(one: StoredSet, rep: int) -> tuple[float, float]:
    if rep == SET:
        return math.nan, math.nan
    found = next((each.rep for each in one.reps if each.rep.index == rep), None)
    if found is None:
        raise HTTPException(404, "There is no such repetition in this set.")
    return found.start_s, found.end_s


def _known_lift(name: str) -> str:
    if name not in LIFTS:
        raise BadRequest(f"{name!r} is no lift we know: {', '.join(LIFTS)}.")
    return name


def judge_as(desk: Desk, asked: AskedSet, lift: str) -> None:
    """Have a film judged anew as another lift, from its poses where they are kept.

    Raises
    ------
    BadRequest
        The film isn't there any more.
    """
    uploads = uploads_of(desk.store, asked.client.id, asked.one.film)
    upload = uploads[0] if uploads else _as_upload(asked)
    if desk.films.path(upload.content) is None and not upload.path.is_file():
        raise BadRequest(
            "The film isn't kept here any more, so it can't be judged anew. "
            "What you said of the lift is kept."
        )
    ask_again(desk.store, upload, replace(upload.said, lift=lift))
    desk.queue.nudge()


def is_due(desk: Desk, asked: AskedSet) -> bool:
    """Whether its film is to be judged, or again."""
    return any(one.due for one in uploads_of(desk.store, asked.client.id, asked.one.film))


def _as_upload(asked: AskedSet) -> Upload:
    """The upload of a film that a batch took in."""
    one, path = asked.one, Path(asked.one.path)
    return Upload(
        id=new_upload_id(),
        client_id=asked.client.id,
        client=asked.client.name,
        content=one.film,
        file=one.file,
        path=path,
        size=path.stat().st_size if path.is_file() else 0,
        received_at=now(),
        said=Said(
            load_kg=one.load_kg,
            target_reps=one.target_reps,
            tempo=one.tempo,
            side=one.side,
            notes=one.notes,
        ),
    )

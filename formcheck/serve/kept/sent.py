"""What a client has sent, and how each film stands: for that client's own page."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select

from formcheck.batch.job import job_id
from formcheck.batch.message import OURS
from formcheck.history.desk_schema import MessageRow
from formcheck.history.store import Store
from formcheck.history.stored import StoredSet
from formcheck.reps.lifts import LIFTS
from formcheck.serve.kept.links import Link
from formcheck.serve.kept.sets import way_name
from formcheck.serve.kept.uploads import Upload, uploads_of

State = Literal["arrived", "judging", "waiting", "looked", "answered", "trouble"]

MOST_SHOWN = 40
"""Of the latest films: two months of five a week (our choice)."""

WORDS: dict[State, str] = {
    "arrived": "It is here. Your coach will look.",
    "judging": "Being judged …",
    "waiting": "Judged. Your coach will look.",
    "looked": "Your coach has looked at it.",
    "answered": "Your coach has answered.",
    "trouble": "It couldn't be opened. Please send it once more, straight from the phone.",
}


@dataclass(frozen=True)
class Sent:
    """A film that a client sent; ``ways`` lead to what came out of it, of each set in it."""

    file: str
    sent_at: datetime.datetime
    about: str
    state: State
    words: str
    ways: tuple[str, ...] = ()

    @property
    def is_moving(self) -> bool:
        """Whether it will stand otherwise before long."""
        return self.state in ("arrived", "judging")


def sent_of(store: Store, link: Link, token: str, doing: Mapping[str, Any]) -> list[Sent]:
    """Give the films that a link's client has sent, the latest first.

    Parameters
    ----------
    store, link, token
        The database, whose link it is, and how its address names it.
    doing
        What is being judged just now, by its id.
    """
    sets: dict[str, list[StoredSet]] = {}
    for one in store.sets(link.client.name):
        sets.setdefault(one.film, []).append(one)
    answered = _answered(store, link.client.id)
    return [
        _sent(one, sets.get(one.content, []), answered, link, token, doing)
        for one in uploads_of(store, link.client.id)[:MOST_SHOWN]
    ]


def _sent(
    upload: Upload,
    sets: list[StoredSet],
    answered: set[str],
    link: Link,
    token: str,
    doing: Mapping[str, Any],
) -> Sent:
    state = _state(upload, sets, answered, doing)
    shown = [
        one
        for one in sets
        if one.state == "analysed" and (link.shows_results or one.content in answered)
    ]
    return Sent(
        file=upload.file,
        sent_at=upload.received_at,
        about=_about(upload),
        state=state,
        words=WORDS[state],
        ways=tuple(
            f"/c/{token}/sets/{way_name(one.content)}"
            for one in sorted(shown, key=lambda one: one.number)
        ),
    )


def _state(
    upload: Upload, sets: list[StoredSet], answered: set[str], doing: Mapping[str, Any]
) -> State:
    if job_id(upload.client, upload.content) in doing:
        return "judging"
    if any(one.content in answered for one in sets):
        return "answered"
    if not sets or (upload.due and not any(one.looked for one in sets)):
        return "arrived"
    failed = [one for one in sets if one.state == "failed"]
    if any(one.error not in OURS for one in failed):
        return "trouble"
    return "looked" if all(one.looked for one in sets) else "waiting"


def _about(upload: Upload) -> str:
    said = upload.said
    parts = [LIFTS[said.lift].title if said.lift in LIFTS else ""]
    if not math.isnan(said.load_kg):
        parts.append(f"{said.load_kg:g} kg")
    if said.target_reps:
        parts.append(f"{said.target_reps} reps")
    return ", ".join(part for part in parts if part)


def _answered(store: Store, client_id: int) -> set[str]:
    """Contents of the sets about which the coach has sent a message."""
    mine = (MessageRow.client_id == client_id) & MessageRow.sent_at.is_not(None)
    with store.reading() as connection:
        return set(connection.execute(select(MessageRow.content).where(mine)).scalars())

"""Compare: two sets of one lift beside each other, in step, and what changed."""

from __future__ import annotations

import json
import math
from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from formcheck.batch.overview import called
from formcheck.errors import FormcheckError
from formcheck.history.stored import StoredSet
from formcheck.history.trend import by_lift
from formcheck.report.compare import words
from formcheck.report.wording import lift_title
from formcheck.serve.asked_set import AskedSet, film_of
from formcheck.serve.desk import Desk
from formcheck.serve.doors import TheCoach, TheDesk, need_token
from formcheck.serve.kept.clients import client_here
from formcheck.serve.kept.inbox import clients_there
from formcheck.serve.kept.people import Client
from formcheck.serve.kept.sets import set_of, set_way, way_name
from formcheck.serve.pages import page
from formcheck.serve.routes.clients import pairs_offered
from formcheck.serve.routes.given import number_in, set_named
from formcheck.serve.side_by_side import SideBySide, side_by_side

router = APIRouter(dependencies=[Depends(need_token)])


@router.get("/compare", include_in_schema=False)
def compare(
    request: Request,
    desk: TheDesk,
    coach: TheCoach,
    a: str = "",
    b: str = "",
    client: str = "",
    model: str = "",
) -> Response:
    """Show two sets side by side, or let choose them."""
    sets = [_set(desk, one) for one in (a, b)]
    first, second = sets
    problem, made = "", None
    if first is not None and second is not None:
        both, numbers = (first[1], second[1]), (first[0], second[0])
        try:
            if both[0] == both[1]:
                problem = "These are the same set twice. Choose another one for B."
            else:
                made = side_by_side(desk.out, both, _names(both, numbers))
        except FormcheckError as trouble:
            problem = str(trouble)
    elif (a and first is None) or (b and second is None):
        problem = "One of these sets isn't here any more. Choose again."
    return page(
        request,
        "compare_sets.html.j2",
        coach=coach,
        problem=problem,
        SIGNS=words.SIGNS,
        HEADINGS=words.HEADINGS,
        **_shown(desk, sets, made),
        **_choice(desk, client, model, sets),
    )


def _shown(
    desk: Desk, sets: list[tuple[int, StoredSet] | None], made: SideBySide | None
) -> dict[str, Any]:
    if made is None:
        return {"told": None, "films": [], "steps": "[]", "mirrored": False}
    films = []
    for letter, one in zip("AB", sets, strict=True):
        assert one is not None
        number, each = one
        way = set_way(number, each.content)
        asked = AskedSet(Client(number, each.client, ""), each, way)
        films.append(
            {
                "letter": letter,
                "client": called(each.client),
                "load": "" if math.isnan(each.load_kg) else f"{each.load_kg:g} kg",
                "date": each.date.isoformat(),
                "way": way,
                "film": f"{way}/film" if film_of(desk, asked) else "",
            }
        )
    return {
        "told": made.told,
        "films": films,
        "steps": json.dumps(made.steps),
        "mirrored": made.mirrored,
    }


def _choice(
    desk: Desk, client: str, model: str, sets: list[tuple[int, StoredSet] | None]
) -> dict[str, Any]:
    """What the form offers: a client's sets, and those of whom they are compared with."""
    ours = number_in(client) or (sets[0][0] if sets[0] is not None else None)
    other = number_in(model) or (sets[1][0] if sets[1] is not None else None) or ours
    mine = _sets_of(desk, ours)
    chosen = ["" if one is None else f"{one[0]}:{way_name(one[1].content)}" for one in sets]
    return {
        "clients": [(number, called(name)) for number, name in clients_there(desk.store)],
        "ours": ours,
        "other": other,
        "chosen": chosen,
        "choices": [
            _grouped(ours, mine),
            _grouped(other, mine if other == ours else _sets_of(desk, other)),
        ],
        "pairs": pairs_offered(ours, mine) if ours is not None else [],
        "swapped": f"/compare?a={chosen[1]}&b={chosen[0]}" if all(chosen) else "",
    }


def _sets_of(desk: Desk, client_id: int | None) -> list[StoredSet]:
    whose = None if client_id is None else client_here(desk.store, client_id)
    return [] if whose is None else [one for one in desk.store.sets(whose.name) if one.folder]


def _grouped(client_id: int | None, sets: list[StoredSet]) -> list[dict[str, Any]]:
    """A client's sets by lift, the newest first, as a form names them."""
    return [
        {
            "lift": lift_title(lift) + (f", {side}" if side else ""),
            "sets": [
                (f"{client_id}:{way_name(one.content)}", _called(one)) for one in reversed(group)
            ],
        }
        for (lift, side), group in by_lift(sets).items()
    ]


def _called(one: StoredSet) -> str:
    load = "" if math.isnan(one.load_kg) else f", {one.load_kg:g} kg"
    score = one.summary.score if one.summary is not None else math.nan
    told = "" if math.isnan(score) else f", score {score:.0f}"
    return f"{one.date.isoformat()}{load}, {one.rep_count} reps{told}"


def _set(desk: Desk, named: str) -> tuple[int, StoredSet] | None:
    """The set that an address names, with its client's number."""
    said = set_named(named)
    if said is None or client_here(desk.store, said[0]) is None:
        return None
    found = set_of(desk.store, *said)
    return None if found is None else (said[0], found)


def _names(both: tuple[StoredSet, StoredSet], numbers: tuple[int, int]) -> tuple[str, str]:
    """What both are called: by what tells them apart."""
    a, b = both
    if numbers[0] != numbers[1]:
        return called(a.client), called(b.client)
    if a.side != b.side and a.side and b.side:
        return a.side, b.side
    if a.date != b.date:
        return a.date.isoformat(), b.date.isoformat()
    return a.called, b.called

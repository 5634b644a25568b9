"""Clients: the list, and each one's page, link and end."""

from __future__ import annotations

import math
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from formcheck.batch.client_page import lifts_shown, sides_shown, wanted_details
from formcheck.batch.entry import client_name
from formcheck.batch.overview import called
from formcheck.history.names import one_line, printable
from formcheck.history.stored import StoredSet
from formcheck.history.tallies import tallies
from formcheck.history.trend import by_lift
from formcheck.report.wording import lift_title
from formcheck.serve.desk import Desk
from formcheck.serve.doors import TheCoach, TheDesk, need_token
from formcheck.serve.forget import forget_soon
from formcheck.serve.kept.clients import (
    client_here,
    clients_listed,
    films_of,
    keep_note,
    messages_sent,
    note_about,
)
from formcheck.serve.kept.inbox import Wanted, inbox
from formcheck.serve.kept.limits import limits_here
from formcheck.serve.kept.links import Link, let_see, links_of, make_link, revoke_link
from formcheck.serve.kept.people import Client, client_named
from formcheck.serve.kept.sets import way_name
from formcheck.serve.pages import page
from formcheck.serve.qr import qr_svg
from formcheck.serve.routes.given import MOST_PAGE, ClientId, RowId, number_in, searched
from formcheck.serve.routes.inbox import shown_card

A_PAGE = 60
MOST_NAME = 120
MOST_NOTE = 5000
MOST_MESSAGES = 20
SETS_SHOWN = 6
NAMELESS = "delete"
"""What is typed to delete whatever came in without a client's name."""

TOLD = {
    "link": "The link is made. Send it to the client, or let them scan the code.",
    "revoked": "That link leads nowhere any more.",
    "note": "The note is kept.",
    "shows": "The link's choice is kept.",
    "wrong": "The name you typed isn't the client's. Nothing was deleted.",
}

router = APIRouter(dependencies=[Depends(need_token)])


@router.get("/clients", include_in_schema=False)
def clients_page(
    request: Request, desk: TheDesk, coach: TheCoach, q: str = "", p: str = "", gone: str = ""
) -> Response:
    """Show the clients, those with something to look at first."""
    text = searched(q)
    found = clients_listed(desk.store, text)
    pages = max(1, math.ceil(len(found) / A_PAGE))
    at = min(max(1, number_in(p, MOST_PAGE) or 1), pages)
    asked = f"q={quote(text)}&" if text else ""
    return page(
        request,
        "clients.html.j2",
        coach=coach,
        text=text,
        clients=[(one, called(one.name)) for one in found[(at - 1) * A_PAGE : at * A_PAGE]],
        count=len(found),
        at=at,
        pages=pages,
        before=f"/clients?{asked}p={at - 1}" if at > 1 else "",
        after=f"/clients?{asked}p={at + 1}" if at < pages else "",
        gone=bool(gone),
        wrong="",
        name="",
        most_name=MOST_NAME,
    )


@router.post("/clients", include_in_schema=False)
def add_client(
    desk: TheDesk,
    coach: TheCoach,  # noqa: ARG001 - the door
    name: Annotated[str, Form(max_length=MOST_NAME)],
) -> Response:
    """Add a client, or go to the one of that name."""
    name = client_name(one_line(printable(name)))
    if not name:
        raise HTTPException(400, "Please give the client's name.")
    return RedirectResponse(f"/clients/{client_named(desk.store, name).id}#link", 303)


@router.get("/clients/{client_id}", include_in_schema=False)
def client_page(
    request: Request, desk: TheDesk, coach: TheCoach, client_id: ClientId, told: str = ""
) -> Response:
    """Show a client: what needs a look, how form and load go, link, notes and messages."""
    whose = _need(desk, client_id)
    sets = desk.store.sets(whose.name)
    wanted = wanted_details(sets)
    detailed = {
        one.content: one for one in desk.store.sets(whose.name, contents=wanted, details=True)
    }
    limits = limits_here(desk.out, desk.store).read()
    found = inbox(desk.store, Wanted(client_id=client_id))
    links = [one for one in links_of(desk.store, client_id) if one.revoked_at is None]
    set_count, films = films_of(desk.store, client_id)
    return page(
        request,
        "client.html.j2",
        coach=coach,
        whose=whose,
        name=called(whose.name),
        told=TOLD.get(told, ""),
        is_wrong=told == "wrong",
        sessions=len({one.date for one in sets}),
        newest=max((one.date.isoformat() for one in sets), default=""),
        count=len(sets),
        look=found.counts["look"],
        coming=found.counts["waiting"],
        cards=[shown_card(desk, one) for one in found.cards[:SETS_SHOWN]],
        more=max(0, len(sets) - SETS_SHOWN),
        lifts=lifts_shown(sets, tallies(desk.store, whose.name), detailed, limits, desk.out),
        sides=sides_shown(sets, detailed, limits),
        pairs=pairs_offered(client_id, sets),
        links=[_link(desk, one) for one in links],
        only_here=_is_here_alone(desk),
        note=note_about(desk.store, client_id),
        messages=messages_sent(desk.store, client_id, MOST_MESSAGES),
        set_count=set_count,
        films=films,
        to_type=whose.name or NAMELESS,
        is_sqlite=desk.store.file is not None,
        most_note=MOST_NOTE,
    )


@router.post("/clients/{client_id}/links", include_in_schema=False)
def add_link(
    desk: TheDesk,
    coach: TheCoach,  # noqa: ARG001 - the door
    client_id: ClientId,
    shows: Annotated[bool, Form()] = False,
) -> Response:
    """Make a personal link."""
    make_link(desk.store, _need(desk, client_id), shows_results=shows)
    return _back(client_id, "link")


@router.post("/clients/{client_id}/links/{link_id}", include_in_schema=False)
def change_link(
    desk: TheDesk,
    coach: TheCoach,  # noqa: ARG001 - the door
    client_id: ClientId,
    link_id: RowId,
    todo: Annotated[str, Form(max_length=10)],
    shows: Annotated[bool, Form()] = False,
) -> Response:
    """Revoke a link, or choose whether it shows results by itself."""
    _need(desk, client_id)
    if link_id not in {one.id for one in links_of(desk.store, client_id)}:
        raise HTTPException(404, "This client has no such link.")
    if todo == "revoke":
        revoke_link(desk.store, link_id)
        return _back(client_id, "revoked")
    let_see(desk.store, link_id, shows_results=shows)
    return _back(client_id, "shows")


@router.post("/clients/{client_id}/note", include_in_schema=False)
def note(
    desk: TheDesk,
    coach: TheCoach,  # noqa: ARG001 - the door
    client_id: ClientId,
    text: Annotated[str, Form(max_length=2 * MOST_NOTE)] = "",
) -> Response:
    """Keep a note about a client."""
    _need(desk, client_id)
    text = printable(text.replace("\r\n", "\n")).strip()[:MOST_NOTE]
    keep_note(desk.store, client_id, text)
    return _back(client_id, "note", "#note")


@router.post("/clients/{client_id}/delete", include_in_schema=False)
def delete_client(
    desk: TheDesk,
    coach: TheCoach,  # noqa: ARG001 - the door
    client_id: ClientId,
    typed: Annotated[str, Form(max_length=2 * MOST_NAME)] = "",
) -> Response:
    """Delete everything of a client, if their name was typed."""
    whose = _need(desk, client_id)
    if client_name(one_line(typed)) != client_name(one_line(whose.name or NAMELESS)):
        return _back(client_id, "wrong", "#delete")
    forget_soon(desk, whose)
    return RedirectResponse("/clients?gone=1", 303)


def pairs_offered(client_id: int, sets: list[StoredSet]) -> list[dict[str, str]]:
    """Give what is worth comparing of a client's sets, newest against earlier ones."""
    found = []
    for (lift, side), group in by_lift(sets).items():
        there = [one for one in group if one.folder]
        if len(there) < 2:
            continue
        name = lift_title(lift) + (f", {side}" if side else "")
        found.append(_pair(client_id, f"{name}: the last two sets", there[-2], there[-1]))
        if len(there) > 2:
            found.append(_pair(client_id, f"{name}: first and last", there[0], there[-1]))
    newest = {key: group[-1] for key, group in by_lift(sets).items() if group[-1].folder}
    for (lift, side), left in newest.items():
        right = newest.get((lift, "right"))
        if side == "left" and right is not None:
            found.append(_pair(client_id, f"{lift_title(lift)}: left against right", left, right))
    return found


def _pair(client_id: int, said: str, a: StoredSet, b: StoredSet) -> dict[str, str]:
    ways = [f"{client_id}:{way_name(one.content)}" for one in (a, b)]
    way = f"/compare?a={ways[0]}&b={ways[1]}"
    return {"said": said, "when": f"{a.date} and {b.date}", "way": way}


def _link(desk: Desk, one: Link) -> dict[str, Any]:
    address = f"{desk.choices.address}/c/{one.token(desk.secret)}"
    first = one.client.name.split(" ")[0]
    hello = f"Hello {first}, " if first else "Hello, "
    said = f"{hello}this is your own link. Open it on your phone to send me a film of a set: "
    return {
        "id": one.id,
        "address": address,
        "text": said + address,
        "mail": f"mailto:?subject={quote('Your link for films')}&body={quote(said + address)}",
        "qr": qr_svg(address),
        "shows": one.shows_results,
        "made": one.made_at.date().isoformat(),
    }


def _is_here_alone(desk: Desk) -> bool:
    """Whether no phone can open the desk's address."""
    address = desk.choices.address
    return any(f"//{name}" in address for name in ("127.", "localhost", "[::1]"))


def _need(desk: Desk, client_id: int) -> Client:
    whose = client_here(desk.store, client_id)
    if whose is None:
        raise HTTPException(404, "There is no such client.")
    return whose


def _back(client_id: int, told: str, to: str = "#link") -> Response:
    return RedirectResponse(f"/clients/{client_id}?told={told}{to}", 303)

"""``formcheck history``: every client's sets and where their form goes, from the history."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from formcheck.batch.client_page import counted
from formcheck.batch.looked import mark_looked
from formcheck.batch.overview import Line, called, lines
from formcheck.commands.terminal import terminal
from formcheck.errors import BadRequest
from formcheck.history.names import one_line, searchable
from formcheck.history.store import DATABASE, Store, open_store, sqlite_url
from formcheck.history.tallies import main_verdicts
from formcheck.history.trend import (
    ARROWS,
    by_lift,
    form_in_words,
    form_trend,
    judged_share_of,
    load_of,
    score_of,
    sessions_of,
)
from formcheck.report.wording import SYMBOLS, lift_title

WIDTH = 100
PLAIN_ARROWS: Mapping[str, str] = {"↗": "up", "→": "level", "↘": "down", "": ""}

database_option = click.option(
    "--database",
    metavar="URL",
    help=f"The history: a batch's --out folder, its file, or postgresql+psycopg://….  "
    f"[default: {DATABASE} in this folder]",
)


def history_at(database: str | None) -> Store:
    """Open the history: at an address, in an output folder, or in the folder we are in.

    Raises
    ------
    BadRequest
        There is none; a new one would only hide a wrong path.
    """
    if database is not None and "://" in database:
        return open_store(database)
    place = Path(database or ".")
    file = place / DATABASE if place.is_dir() else place
    if not file.is_file():
        raise BadRequest(
            f"{file}: no history there. Name the folder or file with --database, or make one "
            "with: formcheck batch"
        )
    return open_store(sqlite_url(file))


@click.command()
@click.argument("client", required=False)
@database_option
@click.option("--last", type=click.IntRange(min=1), help="Only so many of the newest sets.")
@click.option(
    "--looked",
    is_flag=True,
    help="You have looked at these sets: none of those on the pages is new any more.",
)
def history(client: str | None, database: str | None, last: int | None, looked: bool) -> None:
    """Show all clients, or CLIENT's sets and where the form goes.

    CLIENT needs no capitals or accents, and its beginning is enough. A set is new, and
    first on the pages, until --looked.
    """
    if looked and last is not None:
        raise BadRequest("--looked and --last: one at a time, please.")
    console = terminal()
    # A pipe has no width of its own.
    console.width = min(console.width, WIDTH) if console.is_terminal else WIDTH
    with history_at(database) as store:
        if looked:
            number = mark_looked(store, None if client is None else _known(store, client))
            console.print(f"Looked at: {counted(number, 'new set')}.")
        elif client is None:
            _show_clients(store, console)
        else:
            _show_client(store, _known(store, client), last, console)


def _known(store: Store, client: str) -> str:
    """The client's true name: as given, else the only one that is or begins so.

    Capitals and accents don't count, and a later word of a name finds it too.

    Raises
    ------
    BadRequest
        There is no such client, or more than one.
    """
    names = list(store.clients())
    if client in names:
        return client
    near = _near(names, client)
    if len(near) == 1:
        return near[0]
    shown = ", ".join(one_line(called(name)) for name in (near or names)[:10])
    more = "…" if len(near or names) > 10 else ""
    kind = "more than one client begins so" if near else "no such client"
    raise BadRequest(f"{one_line(client)}: {kind}. Choose one of: {shown}{more}")


def _near(names: Sequence[str], client: str) -> list[str]:
    """The names that are so, else those that begin so, else those with a word that does."""
    wanted = searchable(client)
    if not wanted:  # nothing but signs
        return [name for name in names if name.startswith(client)]
    plain = {name: searchable(name) for name in names}
    for fits in (
        [name for name in names if plain[name] == wanted],
        [name for name in names if plain[name].startswith(wanted)],
        [name for name in names if f" {wanted}" in plain[name]],
    ):
        if fits:
            return fits
    return []


def _show_clients(store: Store, console: Console) -> None:
    found = lines(store.sets(), main_verdicts(store), Path())
    if not found:
        console.print("No sets yet. Add some with: formcheck batch")
        return
    table = _table("Client", "Sets>", "Newest", "Score>", "Trend", "New>")
    of_client: dict[str, list[Line]] = {}
    for line in found:
        of_client.setdefault(line.one.client, []).append(line)
    for name in sorted(of_client, key=searchable):
        theirs = of_client[name]
        newest = max((line for line in theirs), key=lambda line: line.one.date)
        looks = sum(line.look > 0 for line in theirs)
        table.add_row(
            one_line(called(name)),
            str(len(theirs)),
            newest.one.date.isoformat(),
            _number(score_of(newest.one)),
            _plain(console, _trends(theirs)),
            str(looks) if looks else "",
        )
    console.print(table)
    console.print("Sets of one of them: formcheck history CLIENT", style="dim")


def _show_client(store: Store, name: str, last: int | None, console: Console) -> None:
    found = lines(store.sets(name), main_verdicts(store), Path())
    found.sort(key=lambda line: line.one.date)
    console.print(one_line(called(name)), style="bold")
    for (lift, side), group in by_lift(line.one for line in found).items():
        trend = form_trend(sessions_of(group))
        title = lift_title(lift) + (f", {side}" if side else "")
        arrow = ARROWS[trend.arrow]
        said = f"{arrow} {title}. {form_in_words(trend)}".strip()
        console.print(_plain(console, said), soft_wrap=True)
    table = _table("Date", "Lift", "Load>", "Reps>", "Score>", "Judged>", "Main fault", "File")
    for line in found[-last:] if last else found:
        table.add_row(*_cells(line, console), style="red" if line.one.state == "failed" else None)
    console.print(table)


def _cells(line: Line, console: Console) -> Sequence[str | Text]:
    one = line.one
    date, file = one.date.isoformat(), one_line(one.called)
    if one.state != "analysed":
        kind = "couldn't be read" if one.state == "failed" else "no lift found"
        return (date, kind, "", "", "", "", one_line(one.message), file)
    load, share = load_of(one), judged_share_of(one)
    mark = f"{SYMBOLS[line.verdict]} " if line.verdict else ""
    return (
        date,
        lift_title(one.lift) + (f", {one.side}" if one.side else ""),
        f"{load:g} kg" if load > 0 else "",
        str(one.rep_count),
        _number(score_of(one)),
        f"{100 * share:.0f} %" if math.isfinite(share) else "",
        _plain(console, mark + line.fault if line.fault else ""),
        file,
    )


def _trends(theirs: Sequence[Line]) -> str:
    """The lifts whose form rises or falls; one arrow when it holds in all."""
    trends = {
        lift: form_trend(sessions_of(group)).arrow
        for (lift, _), group in by_lift(line.one for line in theirs).items()
    }
    moving = [
        f"{ARROWS[arrow]} {lift_title(lift)}"
        for lift, arrow in trends.items()
        if arrow in ("down", "up")
    ]
    return ", ".join(sorted(moving, reverse=True)) or (
        ARROWS["level"] if "level" in trends.values() else ""
    )


def _table(*headings: str) -> Table:
    """A table without lines; a heading that ends in ">" is of numbers."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in headings:
        numbers = heading.endswith(">")
        table.add_column(
            heading.rstrip(">"),
            justify="right" if numbers else "left",
            no_wrap=numbers or heading in ("Date", "Newest"),
            overflow="fold",
        )
    return table


def _number(value: float) -> str:
    return f"{value:.0f}" if math.isfinite(value) else ""


def _plain(console: Console, text: str) -> str:
    """Arrows and signs, or words where the terminal has none."""
    try:
        text.encode(console.encoding)
    except (UnicodeEncodeError, LookupError):
        for sign, word in {**PLAIN_ARROWS, "✕": "x", "±": "+/-", "−": "-"}.items():
            text = text.replace(sign, word) if sign else text
    return text

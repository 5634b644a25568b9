"""The coach's pages: static, self-contained, offline, from the history.

``index.html`` with every set, a page a client in ``clients/``, ``scores.csv`` and
``messages.txt``. A page whose sets haven't changed is left as it is.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2

from formcheck.batch.client_page import (
    Shown,
    counted,
    lifts_shown,
    sides_shown,
    wanted_details,
)
from formcheck.batch.message import message
from formcheck.batch.overview import (
    Line,
    called,
    lines,
    needing_look,
    table_data,
    write_scores,
)
from formcheck.cues.judging.limits import Limits, load_limits
from formcheck.data import Verdict
from formcheck.files import whole
from formcheck.history.names import searchable
from formcheck.history.store import Store
from formcheck.history.stored import StoredSet
from formcheck.history.tallies import amiss, main_verdicts, tallies
from formcheck.history.trend import ARROWS
from formcheck.report.page import asset, environment
from formcheck.report.plot import number
from formcheck.report.wording import amount, brief
from formcheck.version import version

INDEX_HTML, SCORES_CSV, MESSAGES_TXT = "index.html", "scores.csv", "messages.txt"
CLIENTS = "clients"
OURS = "formcheck.batch"
"""The package whose templates, style and script these pages have beside the report's."""
_HEAD_BYTES = 400  # the fingerprint stands at the top of a page

_Main = Mapping[tuple[str, str], Verdict]
_Amiss = Mapping[tuple[str, str], Collection[str]]


def write_pages(store: Store, out: Path, limits: Limits | None = None) -> Path:
    """Write every page that has changed; gives the first one.

    Parameters
    ----------
    store
        The history.
    out
        The output folder, in which the sets' own folders lie.
    limits
        For the advice on the load; None for the standard ones.

    Raises
    ------
    OutputError
        A page can't be written, or the history not read.
    """
    limits = limits or load_limits()
    sets, main, folders = store.sets(), main_verdicts(store), store.clients()
    wrong = amiss(store)
    found = lines(sets, main, out)
    write_scores(found, out / SCORES_CSV)
    of_client: dict[str, list[Line]] = {}
    for line in found:
        of_client.setdefault(line.one.client, []).append(line)
    messages = {
        name: _message(name, [line.one for line in theirs], main, wrong)
        for name, theirs in sorted(of_client.items(), key=lambda item: searchable(item[0]))
    }
    _write(out / MESSAGES_TXT, _messages_text(messages))
    for name, theirs in of_client.items():
        page = out / CLIENTS / f"{folders[name]}.html"
        inputs = _fingerprint(theirs, limits.name, *_rules(limits))
        if not _is_current(page, inputs):
            _write(page, _client_page(store, name, theirs, messages[name], limits, out, inputs))
    for name in folders.keys() - of_client.keys():
        (out / CLIENTS / f"{folders[name]}.html").unlink(missing_ok=True)
    inputs = _fingerprint(found, limits.name)
    if not _is_current(out / INDEX_HTML, inputs):
        _write(out / INDEX_HTML, _index(found, of_client, folders, inputs, limits))
    return out / INDEX_HTML


def client_page(store: Store, name: str, out: Path, limits: Limits | None = None) -> str:
    """Give one client's page as HTML."""
    limits, main, sets = limits or load_limits(), main_verdicts(store), store.sets(name)
    found = lines(sets, main, out)
    said = _message(name, sets, main, amiss(store))
    return _client_page(store, name, found, said, limits, out, _fingerprint(found))


def _index(
    found: Sequence[Line],
    of_client: Mapping[str, Sequence[Line]],
    folders: Mapping[str, str],
    inputs: str,
    limits: Limits,
) -> str:
    hrefs = {name: f"{CLIENTS}/{quote(folders[name])}.html" for name in of_client}
    clients = [
        {"name": called(name), "href": hrefs[name], "sets": len(of_client[name])}
        for name in sorted(of_client, key=searchable)
    ]
    return _render(
        "index.html.j2",
        inputs=inputs,
        clients=clients,
        count=len(found),
        look=needing_look(found),
        faults=sum(line.look > 0 and line.verdict == "fault" for line in found),
        limits_name=limits.name if limits.changes else "",
        failed=sum(line.one.state == "failed" and line.look > 0 for line in found),
        newest=_newest(found),
        data=_json(table_data(found, hrefs)),
    )


def _client_page(
    store: Store,
    name: str,
    found: Sequence[Line],
    said: str,
    limits: Limits,
    out: Path,
    inputs: str,
) -> str:
    sets = [line.one for line in found]
    wanted = wanted_details(sets)
    detailed = {one.content: one for one in store.sets(name, contents=wanted, details=True)}
    shown: list[Shown] = lifts_shown(sets, tallies(store, name), detailed, limits, out)
    return _render(
        "client.html.j2",
        inputs=inputs,
        name=called(name),
        message=said,
        count=len(found),
        sessions=len({one.date for one in sets}),
        newest=_newest(found),
        lifts=shown,
        sides=sides_shown(sets, detailed, limits),
        copy_js=_asset("copy.js"),
        data=_json(table_data(found, {}, "../")),
    )


def _render(template: str, **values: Any) -> str:
    css = _report_css() + _asset("pages.css")
    page = _environment().get_template(template)
    return page.render(css=css, js=_asset("table.js"), version=version(), **values)


@functools.cache
def _environment() -> jinja2.Environment:
    made = environment(OURS)
    made.globals |= {"ARROWS": ARROWS}
    made.filters |= {
        "counted": counted,
        "number": number,
        "plus_minus": amount,
        "brief": brief,
    }
    return made


@functools.cache
def _asset(name: str) -> str:
    return asset(name, OURS)


@functools.cache
def _report_css() -> str:
    return asset("report.css")


def _json(data: object) -> str:
    """Data for a script element: nothing in it can end the element or begin another."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _message(name: str, sets: Sequence[StoredSet], main: _Main, wrong: _Amiss) -> str:
    return message(
        name,
        sets,
        {one.content: main[name, one.content] for one in sets if (name, one.content) in main},
        {one.content: wrong.get((name, one.content), ()) for one in sets},
    )


def _messages_text(messages: Mapping[str, str]) -> str:
    """All messages, under the clients' names; a name with line breaks stays on one line."""
    parts = [f"{' '.join(called(name).split())}\n{said}\n" for name, said in messages.items()]
    return "\n".join(parts)


def _newest(found: Sequence[Line]) -> str:
    return max((line.one.date.isoformat() for line in found), default="")


def _rules(limits: Limits) -> list[str]:
    return [repr(one) for one in limits.changes]


def _fingerprint(found: Sequence[Line], *more: str) -> str:
    """What a page is made of: its sets as they are now, and the templates."""
    made_of = hashlib.sha256()
    for text in (version(), *_templates(), *more):
        made_of.update(text.encode())
    for line in found:
        made_of.update(repr(line).encode())
    return made_of.hexdigest()


@functools.cache
def _templates() -> tuple[str, ...]:
    folder = resources.files(OURS).joinpath("templates")
    files = sorted(folder.iterdir(), key=lambda one: one.name)
    return (_report_css(), *(one.read_text("utf-8") for one in files if one.is_file()))


def _is_current(page: Path, inputs: str) -> bool:
    try:
        with page.open("rb") as file:
            return inputs.encode() in file.read(_HEAD_BYTES)
    except OSError:
        return False


def _write(path: Path, text: str) -> None:
    with whole(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8", newline="\n")

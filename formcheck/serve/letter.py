"""The message to a client about one set, written beforehand as the coach sees it."""

from __future__ import annotations

from urllib.parse import urlsplit

from formcheck.batch.message import message
from formcheck.serve.asked_set import AskedSet
from formcheck.serve.desk import Desk
from formcheck.serve.kept.links import Link, links_of, make_link
from formcheck.serve.kept.sets import way_name
from formcheck.serve.standing import Standing


def letter(stands: Standing) -> str:
    """Write about a set: one praise, one thing, with the coach's verdicts in it."""
    one = stands.as_coached
    summary = one.summary
    if summary is None:
        return message(one.client, [one], {})
    cue = summary.main_cue
    main = {} if cue is None else {one.content: summary.findings[cue].verdict}
    of_set = [cue for cue, said in summary.findings.items() if said.verdict in ("fault", "watch")]
    of_reps = [
        cue
        for each in one.reps
        for cue, said in each.findings.items()
        if said.verdict in ("fault", "watch") and cue not in summary.findings
    ]
    return message(one.client, [one], main, {one.content: {*of_set, *of_reps}})


def result_address(desk: Desk, asked: AskedSet) -> str:
    """Give the whole address of a client's page of a set, by their newest link.

    A client without one gets one.
    """
    token = _link(desk, asked).token(desk.secret)
    name = way_name(asked.content)
    return f"{desk.choices.address}/c/{token}/sets/{name}"


def is_loopback(address: str) -> bool:
    """Whether an address leads to this machine alone."""
    name = urlsplit(address).hostname or ""
    return name in ("localhost", "127.0.0.1", "::1")


def _link(desk: Desk, asked: AskedSet) -> Link:
    links = links_of(desk.store, asked.client.id)
    good = next((one for one in links if one.revoked_at is None), None)
    return good or make_link(desk.store, asked.client, shows_results=False)

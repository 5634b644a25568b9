"""Questions to the history that the pages ask: verdicts by set, without its repetitions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select

from formcheck.data import Finding, Verdict
from formcheck.history.rows import OF_THE_SET
from formcheck.history.schema import ClientRow, FindingRow, SetRow
from formcheck.history.store import Store
from formcheck.history.stored import known


@dataclass(frozen=True)
class Tally:
    """What the cues said of one set.

    ``findings`` are those of the set, by cue, without their words; ``faults`` the share
    of the judged repetitions with that fault, where there is any.
    """

    findings: Mapping[str, Finding] = field(default_factory=dict)
    faults: Mapping[str, float] = field(default_factory=dict)

    @property
    def watches(self) -> tuple[str, ...]:
        """The cues that are worth watching over the set."""
        return tuple(cue for cue, one in self.findings.items() if one.verdict == "watch")


def main_verdicts(store: Store) -> dict[tuple[str, str], Verdict]:
    """Give the verdict of every set's main cue, by client and content."""
    question = (
        select(ClientRow.name, SetRow.content, FindingRow.verdict)
        .join_from(SetRow, ClientRow, SetRow.client_id == ClientRow.id)
        .join(
            FindingRow,
            (FindingRow.set_id == SetRow.id)
            & (FindingRow.rep == OF_THE_SET)
            & (FindingRow.cue == SetRow.main_cue),
        )
    )
    with store.reading() as connection:
        return {(name, content): verdict for name, content, verdict in connection.execute(question)}  # type: ignore[misc]


def amiss(store: Store) -> dict[tuple[str, str], set[str]]:
    """Give the cues that a set shows a fault or something to watch in, by client and content."""
    question = (
        select(ClientRow.name, SetRow.content, FindingRow.cue)
        .join_from(SetRow, ClientRow, SetRow.client_id == ClientRow.id)
        .join(FindingRow, (FindingRow.set_id == SetRow.id) & (FindingRow.rep == OF_THE_SET))
        .where(FindingRow.verdict.in_(("watch", "fault")))
    )
    found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    with store.reading() as connection:
        for name, content, cue in connection.execute(question):
            found[name, content].add(cue)
    return dict(found)


def tallies(store: Store, client: str) -> dict[str, Tally]:
    """Give what the cues said of a client's sets, by content."""
    found = _findings(store, client)
    shares = _fault_shares(store, client)
    return {
        content: Tally(found.get(content, {}), shares.get(content, {}))
        for content in found.keys() | shares.keys()
    }


def _findings(store: Store, client: str) -> dict[str, dict[str, Finding]]:
    row = FindingRow
    question = (
        select(
            *(SetRow.content, row.cue, row.verdict, row.value, row.unit, row.sigma),
            *(row.watch_limit, row.fault_limit, row.at_s),
        )
        .join_from(SetRow, ClientRow, SetRow.client_id == ClientRow.id)
        .join(row, row.set_id == SetRow.id)
        .where(ClientRow.name == client, row.rep == OF_THE_SET)
    )
    out: defaultdict[str, dict[str, Finding]] = defaultdict(dict)
    with store.reading() as connection:
        for content, cue, verdict, value, unit, sigma, watch, fault, at_s in connection.execute(
            question
        ):
            out[content][cue] = Finding(
                cue=cue,
                verdict=verdict,  # type: ignore[arg-type]
                value=known(value),
                unit=unit,
                sigma=known(sigma),
                watch_limit=known(watch),
                fault_limit=known(fault),
                at_s=known(at_s),
                reason="",
                advice="",
            )
    return dict(out)


def _fault_shares(store: Store, client: str) -> dict[str, dict[str, float]]:
    """Share of a set's judged repetitions with each fault; a cue of the set counts whole."""
    row = FindingRow
    of_set = (row.rep == OF_THE_SET).label("of_set")
    question = (
        select(SetRow.content, row.cue, of_set, row.verdict, func.count())
        .join_from(SetRow, ClientRow, SetRow.client_id == ClientRow.id)
        .join(row, row.set_id == SetRow.id)
        .where(ClientRow.name == client, row.verdict != "cannot_judge")
        .group_by(SetRow.content, row.cue, of_set, row.verdict)
    )
    counts: defaultdict[tuple[str, str, bool], dict[str, int]] = defaultdict(dict)
    with store.reading() as connection:
        for content, cue, whole, verdict, number in connection.execute(question):
            counts[content, cue, bool(whole)][verdict] = number
    out: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for (content, cue, whole), found in counts.items():
        if whole and (content, cue, False) in counts:
            continue  # its repetitions say more
        if "fault" in found:
            out[content][cue] = found["fault"] / sum(found.values())
    return dict(out)

"""What the page tells of a set: a block a cue, a card for all repetitions that are alike."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from formcheck.data import Finding, JudgedRep, Verdict
from formcheck.report import bar_words, wording
from formcheck.report.record import Analysis


@dataclass(frozen=True)
class Card:
    """Repetitions with the same to say of them.

    name     "Rep 3", "Reps 3–9: the same"
    verdict  theirs
    said     the findings that aren't good, of the first of them
    """

    name: str
    verdict: Verdict
    reps: tuple[JudgedRep, ...]
    said: tuple[Finding, ...]


def cards(reps: Sequence[JudgedRep]) -> list[Card]:
    """Fold repetitions that are alike in verdict and in what isn't good of them."""
    alike: dict[Any, list[JudgedRep]] = {}
    for one in reps:
        said = frozenset((f.cue, f.verdict) for f in _said(one))
        alike.setdefault((wording.worst(one), said, one.rep.cut), []).append(one)
    return [
        Card(_name(group), wording.worst(group[0]), tuple(group), tuple(_said(group[0])))
        for group in alike.values()
    ]


def _said(judged: JudgedRep) -> list[Finding]:
    return [one for one in wording.sorted_findings(judged) if one.verdict in ("fault", "watch")]


def _name(group: Sequence[JudgedRep]) -> str:
    numbers = in_stretches([one.rep.index for one in group])
    return f"Rep {numbers}" if len(group) == 1 else f"Reps {numbers}: the same"


def in_stretches(numbers: Iterable[int]) -> str:
    """Write ascending numbers with neighbours joined: "1, 3, 5–9"; two stay apart."""
    runs: list[list[int]] = []
    for one in numbers:
        if runs and one == runs[-1][-1] + 1:
            runs[-1].append(one)
        else:
            runs.append([one])
    parts = []
    for run in runs:
        parts += [f"{run[0]}–{run[-1]}"] if len(run) > 2 else [str(one) for one in run]
    return ", ".join(parts)


def troubled(analysis: Analysis) -> list[str]:
    """The set's cues to fix or to watch: the main one first, then faults, then the rest."""
    found = analysis.summary.findings
    return sorted(
        (cue for cue in found if found[cue].verdict in ("fault", "watch")),
        key=lambda cue: (cue != analysis.summary.main_cue, found[cue].verdict != "fault"),
    )


def clearest(analysis: Analysis, cue: str) -> tuple[int, Finding] | None:
    """The repetition that shows best what isn't good of a cue, and its finding.

    The set's own finding, with number 0, of a cue of the whole set; None of a good cue.
    """
    found = [
        (one.rep.index, one.findings[cue])
        for one in analysis.reps
        if cue in one.findings and one.findings[cue].verdict in ("fault", "watch")
    ]
    whole = analysis.summary.findings.get(cue)
    if not found and whole is not None and whole.verdict in ("fault", "watch"):
        found = [(0, whole)]
    if not found:
        return None
    return max(found, key=lambda one: (one[1].verdict == "fault", wording.severity(one[1])))


def moments(analysis: Analysis) -> list[float]:
    """When each cue that isn't good shows best, in seconds, in the order of the blocks."""
    found = [one for cue in troubled(analysis) if (one := clearest(analysis, cue)) is not None]
    return [finding.at_s for _, finding in found if math.isfinite(finding.at_s)]


def each_rep(analysis: Analysis, cue: str) -> list[tuple[int, Finding]]:
    """What a cue says of every repetition that it was judged on."""
    return [
        (one.rep.index, one.findings[cue])
        for one in analysis.reps
        if cue in one.findings and one.findings[cue].verdict != "cannot_judge"
    ]


def how_often(analysis: Analysis, cue: str) -> str:
    """On how many repetitions the set's verdict shows, or a worse: "on 9 of 10 reps".

    Those that the film cuts off don't count, as in the headline; "" of one alone.
    """
    reps = [one for one in analysis.reps if one.rep.comparable] or list(analysis.reps)
    every = [one.findings[cue].verdict for one in reps if cue in one.findings]
    if len(every) < 2:
        return ""
    fault = analysis.summary.findings[cue].verdict == "fault"
    shown = sum(one == "fault" or (one == "watch" and not fault) for one in every)
    return f"on {shown} of {len(every)} reps"


def times(analysis: Analysis) -> list[Mapping[str, Any]]:
    """A row a repetition: when it starts, its tempo, its score and the bar's speed."""
    rows: list[Mapping[str, Any]] = []
    for one in analysis.reps:
        rep = one.rep
        score = "" if math.isnan(one.score) else f"score {one.score:.0f}"
        bar = "" if analysis.bar is None else bar_words.of_rep(analysis.bar, rep.index)
        cut = "" if rep.complete else "cut off by the recording"
        said = (wording.tempo(one, starts_low=rep.bottom_s < rep.top_s), score, bar, cut)
        rows.append(
            {"rep": rep.index, "start_s": rep.start_s, "says": " · ".join(s for s in said if s)}
        )
    return rows

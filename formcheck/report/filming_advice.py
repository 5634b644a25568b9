"""What couldn't be judged, by what to change: the remedy that unlocks most comes first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from formcheck import filming
from formcheck.data import Finding
from formcheck.report import wording
from formcheck.report.record import Analysis

LEAST_TOLD = 0.005
"""A smaller share reads as 0 %."""


@dataclass(frozen=True)
class Reason:
    """Why some cues weren't judged: their titles, and on which repetitions."""

    said: str
    titles: str
    reps: str


@dataclass(frozen=True)
class Change:
    """What to change when filming.

    how      in words; empty where nothing would help
    unlocks  "up to 35 % more", of what counts; empty where it is of nothing that counts
    reasons  what it is the remedy for
    """

    how: str
    unlocks: str
    reasons: tuple[Reason, ...]


def changes(analysis: Analysis) -> list[Change]:
    """Gather what couldn't be judged by its remedy, in the set's order of remedies."""
    unlocks = {one.how: one.unlocks for one in analysis.summary.remedies}
    gathered: dict[str, dict[str, list[tuple[int, Finding]]]] = {how: {} for how in unlocks}
    for index, finding in _unjudged(analysis):
        reasons = gathered.setdefault(finding.advice, {})
        reasons.setdefault(finding.reason, []).append((index, finding))
    count = len(analysis.reps)
    found = [
        Change(
            how,
            _more(unlocks.get(how, 0.0)),
            tuple(_reason(analysis, said, found, count) for said, found in reasons.items()),
        )
        for how, reasons in gathered.items()
        if reasons
    ]
    return sorted(found, key=lambda one: not one.how)


def first(analysis: Analysis) -> Change | None:
    """The change that unlocks most, if any unlocks something that counts."""
    return next((one for one in changes(analysis) if one.unlocks), None)


def is_of_the_camera(change: Change) -> bool:
    """Whether a change is where the phone stands, which a drawing shows best."""
    return filming.SIDE in change.how


def _unjudged(analysis: Analysis) -> list[tuple[int, Finding]]:
    """The findings without a verdict, each with its repetition's number; the set's with 0."""
    of_reps = {cue for one in analysis.reps for cue in one.findings}
    found = [(one.rep.index, f) for one in analysis.reps for f in one.findings.values()]
    found += [(0, f) for cue, f in analysis.summary.findings.items() if cue not in of_reps]
    return [one for one in found if one[1].verdict == "cannot_judge"]


def _more(share: float) -> str:
    return f"up to {100 * share:.0f} % more" if share >= LEAST_TOLD else ""


def _reason(analysis: Analysis, said: str, found: list[tuple[int, Finding]], count: int) -> Reason:
    titles = dict.fromkeys(
        wording.cue_title(one.cue, analysis.cues.get(one.cue)) for _, one in found
    )
    return Reason(said, ", ".join(titles), _reps({i: None for i, _ in found if i}, count))


def _reps(indexes: Mapping[int, None], every: int) -> str:
    if not indexes:
        return "the set"
    if len(indexes) == every:
        return "every rep"
    return ("rep " if len(indexes) == 1 else "reps ") + ", ".join(str(i) for i in indexes)

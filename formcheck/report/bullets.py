"""A number on the zones of its verdicts as a small bar: a dot and its ±σ whisker.

The zones end where the verdict changes for this number and its σ, so the dot always
stands in the colour of what is said.
"""

from __future__ import annotations

from dataclasses import dataclass

from formcheck.cues.judging.otherwise import Edges
from formcheck.data import Finding, Verdict
from formcheck.report.wording import edge, edges_of

_SIGNS = frozenset({"deg", "%", "s", "share"})  # units short enough for both ticks


@dataclass(frozen=True)
class Zone:
    """A stretch of the bar: the verdict it stands for, its start and width in percent."""

    verdict: Verdict
    start: float
    width: float


@dataclass(frozen=True)
class Bullet:
    """A finding as a bar. Positions are percent of the bar's width, from the left."""

    zones: tuple[Zone, ...]
    value: float
    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]


def bullet(finding: Finding) -> Bullet | None:
    """Lay a finding out as a bar.

    None when it has no number or no limits, or when its verdict isn't that of its own
    number: a set's may be that of several repetitions.
    """
    at = edges_of(finding)
    if at is None or at.verdict(finding.value, finding.sigma) != finding.verdict:
        return None
    verdicts, limits = _zones(at, finding)
    sigma, known = finding.sigma, sorted(limits) or [finding.value]
    step = at.widest or sigma or 1.0
    low = min(known[0] - 1.5 * step, finding.value - sigma - 0.4 * step)
    high = max(known[-1] + 1.5 * step, finding.value + sigma + 0.4 * step)

    def percent(value: float) -> float:
        return round(100 * (value - low) / (high - low), 2)

    if at.worse < 0:
        verdicts, limits = verdicts[::-1], limits[::-1]
    ends = [0.0, *(percent(limit) for limit in limits), 100.0]
    zones = tuple(
        Zone(name, start, round(end - start, 2))
        for name, start, end in zip(verdicts, ends[:-1], ends[1:], strict=True)
    )
    return Bullet(
        zones,
        percent(finding.value),
        percent(finding.value - sigma),
        percent(finding.value + sigma),
        tuple((percent(limit), _tick(finding, limit)) for limit in limits),
    )


def _zones(at: Edges, finding: Finding) -> tuple[tuple[Verdict, ...], tuple[float, ...]]:
    """The verdicts from good to bad, and the edges between them."""
    if finding.verdict == "cannot_judge" and finding.sigma > at.none_beyond:
        return ("cannot_judge",), ()
    if finding.sigma > at.widest:
        return ("good", "cannot_judge"), (at.good,)
    if finding.most == "watch":
        return ("good", "watch"), (at.good,)
    return ("good", "watch", "fault"), (at.good, at.fault)


def _tick(finding: Finding, limit: float) -> str:
    """An edge in figures. Words of a unit stand at the value: two of them would touch."""
    text = edge(finding, limit)
    return text if finding.unit in _SIGNS else text.split(" ")[0]

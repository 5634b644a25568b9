"""Good beside bad: the best and the worst repetition of a cue, in step.

The best teacher is in the same film. Where one repetition is better than another beyond
what measuring makes, both are shown beside each other, cut to the lifter, and go on
together from phase to phase.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from formcheck.data import Finding, Rep
from formcheck.report import cards, wording
from formcheck.report.record import Analysis
from formcheck.reps.in_step import InStep, in_step

BEFORE_S, AFTER_S = 0.6, 0.4
"""Around the moment that a cue was read at: the second that is shown again and again. How
it came to that tells more than how it goes on (our choice)."""


@dataclass(frozen=True)
class Half:
    """A repetition on one side: its finding, the moment to show, and when that is in step."""

    rep: Rep
    finding: Finding
    at_s: float


@dataclass(frozen=True)
class Pair:
    """The best and the worst repetition of a cue; ``step.one_s`` are the worst's times."""

    best: Half
    worst: Half
    step: InStep


def pair_of(analysis: Analysis, cue: str) -> Pair | None:
    """The best and the worst repetition of a cue that isn't good over the set.

    None where no repetition is better than the one that shows it best: neither in its
    verdict nor by more than both numbers' σ.
    """
    shown = cards.clearest(analysis, cue)
    found = {
        one.rep.index: (one.rep, one.findings[cue])
        for one in analysis.reps
        if cue in one.findings and one.rep.comparable and _is_measured(one.findings[cue])
    }
    if shown is None or shown[0] not in found:
        return None
    worst, finding = found[shown[0]]
    best, better = min(found.values(), key=lambda one: wording.severity(one[1]))
    if not _is_better(better, finding):
        return None
    slowed = analysis.signals.time.pace.slowed
    step = in_step(worst, best, (slowed, slowed))
    if step is None:
        return None
    same_s = step.other_of(finding.at_s)
    return Pair(Half(best, better, same_s), Half(worst, finding, finding.at_s), step)


def moments(analysis: Analysis) -> list[float]:
    """When the stills of all pairs are taken, in seconds."""
    pairs = [pair_of(analysis, cue) for cue in cards.troubled(analysis)]
    return [half.at_s for one in pairs if one is not None for half in (one.best, one.worst)]


def seconds_around(analysis: Analysis, at_s: float) -> tuple[float, float]:
    """The second of life around a moment, in seconds of the film."""
    slowed = analysis.signals.time.pace.slowed
    return max(at_s - BEFORE_S * slowed, 0.0), at_s + AFTER_S * slowed


def on_one_clock(pair: Pair) -> Mapping[str, Any]:
    """The shared clock, both films' times and the moment read, in seconds, for the script."""
    step = pair.step
    rows = {"clock": step.clock_s, "worst": step.one_s, "best": step.other_s}
    rounded = {name: [round(one, 3) for one in times] for name, times in rows.items()}
    return rounded | {"at": round(step.clock_of(pair.worst.at_s), 3)}


def _is_measured(finding: Finding) -> bool:
    return (
        finding.verdict != "cannot_judge"
        and math.isfinite(finding.at_s)
        and math.isfinite(wording.severity(finding))
    )


def _is_better(one: Finding, other: Finding) -> bool:
    """Whether a finding is better in its verdict, or by more than what measuring makes."""
    order = wording.WORST_FIRST.index
    if order(one.verdict) != order(other.verdict):
        return order(one.verdict) > order(other.verdict)
    apart = abs(one.value - other.value)
    return bool(apart > math.hypot(one.sigma, other.sigma) > 0)

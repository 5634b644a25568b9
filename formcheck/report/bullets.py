"""A number against its limits as a small bar: zones, a dot and its ±σ whisker."""

from __future__ import annotations

import math
from dataclasses import dataclass

from formcheck.data import Finding
from formcheck.report.wording import plain_number

_SIGNS = frozenset({"deg", "%", "s", "share"})  # units short enough for both ticks


@dataclass(frozen=True)
class Zone:
    """A stretch of the bar: the verdict it stands for, its start and width in percent."""

    verdict: str
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
    """Lay a finding out as a bar, or None when it has no number or no limits."""
    numbers = (finding.value, finding.watch_limit, finding.fault_limit)
    if not all(math.isfinite(n) for n in numbers):
        return None
    sigma = finding.sigma if math.isfinite(finding.sigma) else 0.0
    first, last = sorted((finding.watch_limit, finding.fault_limit))
    step = (last - first) or sigma or 1.0
    low = min(first - 1.5 * step, finding.value - sigma - 0.4 * step)
    high = max(last + 1.5 * step, finding.value + sigma + 0.4 * step)

    def percent(value: float) -> float:
        return round(100 * (value - low) / (high - low), 2)

    names = ("good", "watch", "fault")
    if finding.fault_limit < finding.watch_limit:
        names = names[::-1]
    edges = [0.0, percent(first), percent(last), 100.0]
    zones = tuple(
        Zone(name, start, round(end - start, 2))
        for name, start, end in zip(names, edges[:-1], edges[1:], strict=True)
    )
    # A unit of words stands at the value already: two of them beside each other would touch.
    unit = finding.unit if finding.unit in _SIGNS else ""
    ticks = tuple((percent(limit), plain_number(limit, unit)) for limit in (first, last))
    return Bullet(
        zones,
        percent(finding.value),
        percent(finding.value - sigma),
        percent(finding.value + sigma),
        ticks if first != last else ticks[:1],
    )

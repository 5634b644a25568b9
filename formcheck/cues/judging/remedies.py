"""What to change when filming next time: the remedy that lets most be judged comes first."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping

from formcheck.data import Finding, Remedy


def remedies(
    findings: Iterable[Finding], weights: Mapping[str, float], counted: Collection[str]
) -> tuple[Remedy, ...]:
    """Sum up by remedy what couldn't be judged for want of it, the weightiest first.

    Several reasons have one remedy. With what is judged, and with what no remedy is known
    for, the shares make one.

    Parameters
    ----------
    findings
        Those of every repetition, and the set's own.
    weights
        How much each cue counts.
    counted
        The cues that count in the share judged; what another view would show of others
        unlocks nothing here, and comes last.
    """
    asked, lost = 0.0, dict[str, float]()
    for one in findings:
        weight = weights[one.cue] if one.cue in counted and one.applies else 0.0
        asked += weight
        if one.verdict == "cannot_judge" and one.advice:
            lost[one.advice] = math.fsum((lost.get(one.advice, 0.0), weight))
    ordered = sorted(lost, key=lambda how: -lost[how])
    return tuple(Remedy(how, lost[how] / asked if asked else 0.0) for how in ordered)

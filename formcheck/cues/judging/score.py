"""One number from 0 to 100, and one sentence that explains it.

The score is the weighted share of the judged cues: a good cue counts whole, one
to watch 60 %, a fault nothing; cues that can't be judged don't count either way.
Counted are the cues that apply and that a side view or the camera's own can show; below
half of their weight judged there is no score. The set's score is the mean of
its repetitions', with the set's own cues counted beside their cues by weight. No score
is higher than its main fault allows: one of weight 2 leaves at most 55, on a repetition
and on a set that has it on half of its repetitions or more. A worse cue never raises it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from formcheck.data import Finding, Verdict

WORTH: dict[Verdict, float] = {"good": 1.0, "watch": 0.6, "fault": 0.0}
LEAST_JUDGED = 0.5

FAULT_COSTS = 22.5
"""Points below 100 that a fault leaves at most, for each unit of its cue's weight: a back
that rounds on most repetitions isn't three quarters of a lift (our choice: one of weight
2 is under 60)."""

MOST = 0.5
"""Of the repetitions on which a cue is judged: from so many on a fault is the set's."""


def judged_share(findings: Iterable[tuple[float, Finding]]) -> float:
    """How much of what applies could be judged, 0..1: of findings and their weights.

    0 where nothing applies.
    """
    asked = [(weight, one) for weight, one in findings if one.applies]
    total = math.fsum(weight for weight, _ in asked)
    judged = math.fsum(weight for weight, one in asked if one.verdict != "cannot_judge")
    return judged / total if total > 0 else 0.0


def score(findings: Mapping[str, Finding], weights: Mapping[str, float]) -> float:
    """Score of a set of findings, 0..100, NaN when too little could be judged."""
    judged = {cue: one for cue, one in findings.items() if one.verdict != "cannot_judge"}
    weight = sum(weights[cue] for cue in judged)
    share = judged_share((weights[cue], one) for cue, one in findings.items())
    if weight <= 0 or share < LEAST_JUDGED:
        return float("nan")
    earned = sum(weights[cue] * WORTH[one.verdict] for cue, one in judged.items())
    faults = (weights[cue] for cue, one in judged.items() if one.verdict == "fault")
    return min(100.0 * earned / weight, _allowed(max(faults, default=0.0)))


def _allowed(weight: float) -> float:
    """The highest score with a fault of that weight."""
    return max(100.0 - FAULT_COSTS * weight, 0.0)


def cap_of_set(reps: Sequence[Mapping[str, Finding]], weights: Mapping[str, float]) -> float:
    """The highest score of a set whose repetitions have these findings, 0..100.

    Up to half of the repetitions with a fault it sinks in proportion.
    """
    caps = [100.0]
    for cue, weight in weights.items():
        found = [one[cue].verdict for one in reps if cue in one]
        judged = [verdict for verdict in found if verdict != "cannot_judge"]
        if judged:
            share = min(judged.count("fault") / len(judged) / MOST, 1.0)
            caps.append(_allowed(weight * share))
    return min(caps)


def set_score(
    reps: Sequence[float],
    weight_of_reps: float,
    over_set: Mapping[str, Finding],
    weights: Mapping[str, float],
    cap: float = 100.0,
) -> float:
    """Score of a set, 0..100, NaN when fewer than half of the repetitions have one.

    ``cap`` is what its repetitions' faults allow.
    """
    known = [one for one in reps if math.isfinite(one)]
    if not known or len(known) < len(reps) / 2:
        return float("nan")
    judged = {cue: one for cue, one in over_set.items() if one.verdict != "cannot_judge"}
    earned = weight_of_reps * math.fsum(known) / len(known)
    earned += sum(weights[cue] * 100.0 * WORTH[one.verdict] for cue, one in judged.items())
    mean = earned / (weight_of_reps + sum(weights[cue] for cue in judged))
    faults = (weights[cue] for cue, one in judged.items() if one.verdict == "fault")
    return min(mean, cap, _allowed(max(faults, default=0.0)))

"""Judge every cue on every repetition, then the set as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from formcheck.cues import words
from formcheck.cues.base import CUES, Cue, NotSeen, verdict
from formcheck.cues.limits import Limit, Limits
from formcheck.cues.measures import measures
from formcheck.cues.score import score
from formcheck.cues.seen import Seen
from formcheck.cues.summary import summarise
from formcheck.data import CueInfo, Finding, JudgedRep, Lift, Rep, SetSummary, Signals
from formcheck.signals.view import circular_median_deg, difference_deg

TURNED_DEG = 30.0
"""A repetition seen from this much elsewhere than the set isn't compared with it."""


@dataclass(frozen=True)
class Judgement:
    """All findings of a set."""

    reps: tuple[JudgedRep, ...]
    summary: SetSummary
    cues: Mapping[str, CueInfo]


def judge(reps: tuple[Rep, ...], signals: Signals, lift: Lift, limits: Limits) -> Judgement:
    """Judge each cue that makes sense for the lift, on each repetition."""
    cues = [one for one in CUES.values() if lift.name in one.lifts]
    seen = Seen(signals, lift, reps)
    judged = []
    for rep in reps:
        findings = {one.id: _finding(one, rep, seen, limits.of(one.id, lift.name)) for one in cues}
        weights = {one.id: limits.of(one.id, lift.name).weight for one in cues}
        judged.append(JudgedRep(rep, measures(rep, seen), findings, score(findings, weights)))
    return Judgement(
        reps=tuple(judged),
        summary=summarise(judged, lift, limits),
        cues={one.id: words.info(one.id, lift.name, limits) for one in cues},
    )


def _finding(one: Cue, rep: Rep, seen: Seen, limit: Limit) -> Finding:
    """Measure one cue on one repetition and decide."""
    try:
        _need_view(one, rep, seen)
        measured = one.measure(rep, seen)
    except NotSeen as unseen:
        reason, film = words.not_seen(unseen.why, **unseen.details)
        return _unjudged(one.id, limit, reason, film)
    value = words.amount(measured.value, measured.sigma, measured.unit)
    decided = verdict(measured, limit)
    if decided == "cannot_judge":
        reason, advice = words.not_seen("uncertain")
    else:
        reason, advice = words.reason_and_advice(one.id, decided, value, measured.note)
    return Finding(
        cue=one.id,
        verdict=decided,
        value=measured.value,
        unit=limit.unit,
        sigma=measured.sigma,
        watch_limit=limit.watch,
        fault_limit=limit.fault,
        at_s=measured.at_s,
        reason=reason,
        advice=advice,
    )


def _need_view(one: Cue, rep: Rep, seen: Seen) -> None:
    """The set's view shows this cue, and so does this repetition's own.

    Raises
    ------
    NotSeen
        It doesn't.
    """
    view = seen.signals.view
    if view.name not in one.views:
        raise NotSeen("view", view=f"{'in ' if view.name == 'front' else 'at the '}{view.name}")
    heading = seen.signals.heading_deg
    if heading.size != seen.time_s.size:
        return
    known = np.isfinite(heading)
    window = seen.during(rep.start_s, rep.end_s) & known
    if window.any():
        usual_deg = circular_median_deg(heading[known])
        turned_deg = difference_deg(heading[window], usual_deg)
        if abs(float(np.median(turned_deg))) > TURNED_DEG:
            raise NotSeen("turned")


def _unjudged(cue: str, limit: Limit, reason: str, film: str) -> Finding:
    return Finding(
        cue=cue,
        verdict="cannot_judge",
        value=float("nan"),
        unit=limit.unit,
        sigma=float("nan"),
        watch_limit=limit.watch,
        fault_limit=limit.fault,
        at_s=float("nan"),
        reason=reason,
        advice=film,
    )

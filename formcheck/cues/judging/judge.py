"""Judge every cue on every repetition, then the set as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from formcheck.cues.judging import views, words
from formcheck.cues.judging.base import (
    CUES,
    SET_CUES,
    Cue,
    Measurement,
    NotSeen,
    SetCue,
    verdict,
)
from formcheck.cues.judging.limits import Limit, Limits
from formcheck.cues.judging.measures import measures
from formcheck.cues.judging.near import need_asked_of_both, need_same_verdict
from formcheck.cues.judging.others import UNLIKE_OTHERS
from formcheck.cues.judging.score import score
from formcheck.cues.judging.seen import Seen
from formcheck.cues.judging.summary import summarise
from formcheck.data import (
    CueInfo,
    Finding,
    JudgedRep,
    MeasuredSet,
    Rep,
    SetSummary,
    ViewName,
)
from formcheck.signals import sampling
from formcheck.signals.behind import BEHIND
from formcheck.signals.lumbar import CONTRADICTED
from formcheck.signals.uncertainty import LEAST_LEG_PX
from formcheck.signals.view import circular_median_deg, difference_deg

NOTHING_TO_JUDGE = frozenset({"one_rep", "few_reps", "knees_hardly_open"})
"""Why a cue doesn't apply to what was lifted, however well it was seen."""

STANDS: dict[ViewName, str] = {
    "side": "at the side",
    "oblique": "at an angle",
    "front": "in front",
    "back": "behind",
}

WHY_UNSURE = {BEHIND: "behind", UNLIKE_OTHERS: "unlike_others", CONTRADICTED: "odd_back"}
"""Words for the part of σ that is the largest, where there are own ones."""

_SAME_HZ = 0.5  # phones write 19.98 for 20

TURNED_DEG = 30.0
"""A repetition seen from this much elsewhere than the set isn't compared with it."""


@dataclass(frozen=True)
class Judgement:
    """All findings of a set."""

    reps: tuple[JudgedRep, ...]
    summary: SetSummary
    cues: Mapping[str, CueInfo]


def judge(measured: MeasuredSet, limits: Limits) -> Judgement:
    """Judge each cue that makes sense for the lift, on each repetition and on the set.

    Where the set asks for a least rate, repetitions with fewer pictures a second are
    counted, not judged.

    Examples
    --------
    >>> from pathlib import Path
    >>> import formcheck
    >>> track = formcheck.load_poses(Path("sample_videos/poses/deadlift_hips_first.npz"))
    >>> measured = formcheck.cut_set(formcheck.compute_signals(track))
    >>> judged = formcheck.judge(measured, formcheck.load_limits())
    >>> judged.summary.findings["hip_drive"].verdict
    'fault'
    """
    seen = Seen(measured)
    reps, signals, lift = measured.reps, measured.signals, measured.lift
    cues, of_set = asked(seen, limits)
    judged = judge_reps(reps, seen, limits)
    over_set = {one.id: judge_set(one, judged, seen, limits)[0] for one in of_set}
    names = (*(one.id for one in cues), *over_set)
    counted = _counted(cues, of_set, seen)
    in_part = any(one.code == "cuts" for one in signals.cautions)
    return Judgement(
        reps=judged,
        summary=summarise(judged, over_set, lift, limits, counted, in_part=in_part),
        cues={name: words.info(name, lift.name, limits) for name in names},
    )


def asked(seen: Seen, limits: Limits) -> tuple[list[Cue], list[SetCue]]:
    """The cues that make sense for this set: of its repetitions, and of the set."""
    lift = seen.lift.name
    of_rep = [CUES[name] for name in limits.cues if name in CUES and lift in CUES[name].lifts]
    of_set = [SET_CUES[name] for name in limits.cues if name in SET_CUES]
    return [one for one in of_rep if one.asked(seen)], [one for one in of_set if lift in one.lifts]


def judge_reps(reps: Sequence[Rep], seen: Seen, limits: Limits) -> tuple[JudgedRep, ...]:
    """Judge some repetitions of a set; ``seen`` holds all that they are compared with."""
    cues, of_set = asked(seen, limits)
    counted = _counted(cues, of_set, seen)
    weights = {one.id: limits.of(one.id, seen.lift.name).weight for one in cues}
    judged = []
    for rep in reps:
        findings = {one.id: judge_rep(one, rep, seen, limits)[0] for one in cues}
        of_score = {name: one for name, one in findings.items() if name in counted}
        judged.append(
            JudgedRep(rep, measures(rep, seen.near(rep)), findings, score(of_score, weights))
        )
    return tuple(judged)


def _counted(cues: list[Cue], of_set: list[SetCue], seen: Seen) -> frozenset[str]:
    """Which cues count in the score: those of a side view, and what this camera shows."""
    every = [one.id for one in cues] + [one.id for one in of_set]
    view, one_leg = seen.stance.view, seen.kind.one_leg
    return frozenset(
        name
        for name in every
        if "side" in views.names(name) or not views.why_not(name, view, one_leg=one_leg)
    )


def judge_rep(one: Cue, rep: Rep, seen: Seen, limits: Limits) -> tuple[Finding, Measurement | None]:
    """Measure one cue on one repetition and decide; None where it isn't seen."""
    limit = limits.of(one.id, seen.lift.name)
    try:
        _need_rate(seen)
        _need_size(seen)
        _need_whole(rep)
        need_asked_of_both(one, seen.lift)
        _need_view(one, seen)
        _need_time(one, seen)
        _need_same_heading(rep, seen)
        _need_pictures([rep], seen)
        measured = one.measure(rep, seen.near(rep))
        need_same_verdict(one, measured, seen.lift, limits)
    except NotSeen as unseen:
        return _unjudged(one.id, limit, unseen), None
    return _judged(one.id, limit, measured), measured


def judge_set(
    one: SetCue, reps: Sequence[JudgedRep], seen: Seen, limits: Limits
) -> tuple[Finding, Measurement | None]:
    """Measure one cue on the whole set and decide; None where it isn't seen.

    Repetitions that the film cuts off aren't compared with the others.
    """
    limit = limits.of(one.id, seen.lift.name)
    try:
        _need_rate(seen)
        _need_size(seen)
        need_asked_of_both(one, seen.lift)
        _need_view(one, seen)
        _need_time(one, seen)
        whole = [each for each in reps if each.rep.comparable]
        _need_pictures([each.rep for each in whole], seen)
        measured = one.measure(whole, seen)
        need_same_verdict(one, measured, seen.lift, limits)
    except NotSeen as unseen:
        return _unjudged(one.id, limit, unseen), None
    return _judged(one.id, limit, measured), measured


def _judged(cue: str, limit: Limit, measured: Measurement) -> Finding:
    """Decide, and find the words."""
    value = words.amount(measured.value, measured.sigma, measured.unit, measured.unit_cm)
    decided = verdict(measured.value, measured.sigma, limit)
    if decided == "cannot_judge":
        hidden = max(measured.working.parts, key=lambda part: part[1], default=("", 0.0))
        reason, advice = words.not_seen(WHY_UNSURE.get(hidden[0], "uncertain"))
    else:
        reason, advice = words.reason_and_advice(
            cue, decided, value, measured.note, measured.details
        )
    return Finding(
        cue=cue,
        verdict=decided,
        value=measured.value,
        unit=limit.unit,
        sigma=measured.sigma,
        watch_limit=limit.watch,
        fault_limit=limit.fault,
        at_s=measured.at_s,
        reason=reason,
        advice=advice,
        most=limit.most,
        unit_cm=measured.unit_cm,
    )


def _need_size(seen: Seen) -> None:
    """The lifter is large enough in the picture.

    Raises
    ------
    NotSeen
        They aren't.
    """
    if seen.body.looked_at_px < LEAST_LEG_PX:
        raise NotSeen("too_small")


def _need_whole(rep: Rep) -> None:
    """The film neither begins nor ends inside the lift, nor is the lifter out of sight.

    Raises
    ------
    NotSeen
        It does, or they are.
    """
    if rep.cut:
        raise NotSeen("phase_cut")
    if not rep.way_seen:
        raise NotSeen("out_of_sight")


def _need_view(one: Cue | SetCue, seen: Seen) -> None:
    """The set's view shows this cue.

    Raises
    ------
    NotSeen
        It doesn't.
    """
    view = seen.stance.view
    if why := views.why_not(one.id, view, one_leg=seen.kind.one_leg):
        raise NotSeen(why, view=STANDS[view.name])


def _need_time(one: Cue | SetCue, seen: Seen) -> None:
    """The film's seconds are life's, where the cue needs them.

    Raises
    ------
    NotSeen
        They may not be.
    """
    doubt = seen.signals.time.pace.doubt
    if one.timed and doubt:
        raise NotSeen(doubt)


def _need_rate(seen: Seen) -> None:
    """There are enough pictures a second for this lift.

    Raises
    ------
    NotSeen
        There aren't.
    """
    rate_hz = 1.0 / seen.times.step_s()
    least_hz = sampling.LEAST_SWING_HZ if seen.kind.swung else sampling.LEAST_RATE_HZ
    if rate_hz < least_hz - _SAME_HZ:
        raise NotSeen("low_rate", rate=f"{rate_hz:.2g}", least=f"{least_hz:g}")


def _need_pictures(reps: Sequence[Rep], seen: Seen) -> None:
    """These repetitions have pictures enough to judge them.

    Raises
    ------
    NotSeen
        One of them hasn't.
    """
    if not all(seen.of_set(_often_enough, rep) for rep in reps):
        raise NotSeen("few_pictures")


def _often_enough(seen: Seen, rep: Rep) -> bool:
    return seen.near(rep).often_enough(rep)


def _need_same_heading(rep: Rep, seen: Seen) -> None:
    """The lifter faces in this repetition where they face in most of the set.

    Raises
    ------
    NotSeen
        They turned.
    """
    if seen.of_set(_turned_deg, rep) > TURNED_DEG:
        raise NotSeen("turned")


def _turned_deg(seen: Seen, rep: Rep) -> float:
    """How far from most of the set the lifter faces in a repetition; 0 where unknown."""
    if seen.stance.heading_deg.size != seen.time_s.size:
        return 0.0
    near = seen.near(rep)
    heading = near.stance.heading_deg
    window = near.during(rep.start_s, rep.end_s) & np.isfinite(heading)
    if not window.any():
        return 0.0
    turned_deg = difference_deg(heading[window], seen.of_set(_usual_heading_deg))
    return abs(float(np.median(turned_deg)))


def _usual_heading_deg(seen: Seen) -> float:
    heading = seen.stance.heading_deg
    return circular_median_deg(heading[np.isfinite(heading)])


def _unjudged(cue: str, limit: Limit, unseen: NotSeen) -> Finding:
    reason, film = words.not_seen(unseen.why, **unseen.details)
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
        applies=unseen.why not in NOTHING_TO_JUDGE,
        most=limit.most,
    )

"""Who stands up with the weight, and who has put it down: of lifts with hanging arms.

A bar that is seen tells it: it goes up with the hands or it doesn't. Else the arms do:
hands that hold the same weight are in the same place in all repetitions of a set, as
far below the shoulders, as far apart and on as straight arms; hands that let go of it
are somewhere else.
"""

from __future__ import annotations

import numpy as np

from formcheck.data import FloatArray, Rep, Signals
from formcheck.reps.drive import around, height, moments, once
from formcheck.signals.angles import WRIST
from formcheck.signals.lines import line

EMPTY_HANDED = "the lifter stands up without the weight"

BAR_GOES, BAR_STAYS = 0.15, 0.05
"""Leg lengths that a bar in the hands rises by more, and one on the floor by less: of
repetitions that end half-way 0.19, of lifters who had put it down under 0.01."""

FROM, AFTER_S, AROUND_TOP_S = 0.4, 0.3, 0.15
"""Arms are read from 0.4 of the way up until 0.3 s after it, hands at the top."""

SPREADS = 5.0, 0.025, 0.05
"""How much the arms of two repetitions of one set differ: degrees of the elbow's least
angle, leg lengths of the wrists over the shoulders and apart (our choice: more than two
thirds of those of 23 sets of 13 sources; arms that pull by 15 deg still hold the weight)."""

HANDS_SEEN = 0.7
"""Share of that time in which a wrist is seen, or it is a guess where they are: hidden by a
plate 0.2..0.69 (our choice)."""

ARMS_DIFFER = line("carry", "ARMS_DIFFER").value
"""Of those, together, from which on the arms of a first or last rise hold nothing."""

LOWERED = 0.35
"""Share of the way that a lifter sinks again who puts the weight down (our choice)."""


def empty_handed(signals: Signals, reps: list[Rep]) -> list[Rep]:
    """The rises without the weight: by the bar any of them, by the arms the first or last."""
    bar = [_bar_rises(signals, rep) for rep in reps]
    carried = [rise >= BAR_GOES for rise in bar]
    without = [rep for rep, rise in zip(reps, bar, strict=True) if rise < BAR_STAYS]
    if any(carried) and len(without) < len(reps):
        return without
    differ = arms_differ(signals, reps)
    ends = {0, len(reps) - 1} if len(reps) > 1 else set()
    # Where the film ends on the way up the arms aren't those of standing.
    ends = {at for at in ends if not reps[at].cut}
    return [reps[at] for at in sorted(ends) if differ[at] > ARMS_DIFFER]


def arms_differ(signals: Signals, reps: list[Rep]) -> list[float]:
    """How far each rise's arms are from the others', where they may hold nothing.

    In spreads of those of one set, or of the others' own where that is more: hands that
    hold nothing all the time differ by 0.05 leg lengths and 6 deg. Arms that are
    straighter than the others' hold something, and so do those that lower it again:
    theirs is 0.
    """
    arms = np.array([_arms(signals, rep) for rep in reps])
    return [
        _away(own, np.delete(arms, at, axis=0), goes_down=_goes_down(signals, reps[at]))
        for at, own in enumerate(arms)
    ]


def _away(own: FloatArray, others: FloatArray, *, goes_down: bool) -> float:
    """The distance of one rise's arms from the middle of the others'."""
    away = []
    for value, theirs, spread in zip(own, others.T, SPREADS, strict=True):
        known = theirs[np.isfinite(theirs)]
        if np.isfinite(value) and known.size:
            middle = float(np.median(known))
            usual = float(np.median(np.abs(known - middle)))
            away.append((value - middle) / max(spread, usual))
    bends = bool(away) and np.isfinite(own[0]) and away[0] < 0.0
    return float(np.linalg.norm(away)) if bends or not goes_down else 0.0


def _arms(signals: Signals, rep: Rep) -> tuple[float, float, float]:
    """The elbows' least angle, and at the top the wrists over the shoulders and apart."""
    gaps, times = signals.guesses.gap_legs, moments(signals)
    from_s = rep.bottom_s + FROM * (rep.top_s - rep.bottom_s)
    elbow = signals.guesses.shape_deg["elbow"][times.span(from_s, rep.top_s + AFTER_S)]
    top = times.span(rep.top_s - AROUND_TOP_S, rep.top_s + AFTER_S)
    bends = float(np.nanmin(elbow)) if np.isfinite(elbow).any() else float("nan")
    seen = np.isfinite(signals.body.points_px[top][:, list(WRIST.values()), 0]).any(axis=1)
    if seen.mean() < HANDS_SEEN:
        return bends, float("nan"), float("nan")
    return bends, _middle(gaps["wrist_over_shoulder"][top]), _middle(gaps["wrists"][top])


def _middle(values: FloatArray) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else float("nan")


def _goes_down(signals: Signals, rep: Rep) -> bool:
    """The lifter sinks again after the top: the weight is lowered."""
    time_s, drive, lowest_after = once(
        signals, _goes_down.__name__, lambda: _still_to_come(signals)
    )
    low, top = np.interp([rep.bottom_s, rep.top_s], time_s, drive)
    first = int(np.searchsorted(time_s, rep.top_s))
    after = lowest_after[first : first + 1]
    return bool(after.size and top - after[0] > LOWERED * (top - low))


def _still_to_come(signals: Signals) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Where the shoulders are seen: times, their height, and the least from there on."""
    drive = height(signals)
    known = np.isfinite(drive)
    seen = np.asarray(drive[known], dtype=float)
    return signals.time_s[known], seen, np.minimum.accumulate(seen[::-1])[::-1]


def _bar_rises(signals: Signals, rep: Rep) -> float:
    """Leg lengths that the bar rises in a repetition; NaN where it isn't seen."""
    if signals.bar is None:
        return float("nan")
    seen = signals.bar
    bar = once(signals, _bar_rises.__name__, lambda: -seen.centre_px[:, 1] / signals.body.leg_px)
    low, high = (
        around(signals, bar, moments(signals).nearest(at_s)) for at_s in (rep.bottom_s, rep.top_s)
    )
    return high - low

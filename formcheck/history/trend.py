"""How a client's form goes from session to session, and what in it needs a look."""

from __future__ import annotations

import datetime
import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from formcheck.cues.judging.training import SetRecord
from formcheck.history.stored import StoredSet
from formcheck.reps.lifts import which

Arrow = Literal["up", "level", "down", ""]
LiftAndSide = tuple[str, str]

LATEST_SESSIONS = 8  # further back is history, not a trend (our choice)
LEAST_SESSIONS = 4
LEAST_CHANGE_POINTS = 5.0
"""Over the sessions looked at; the same film scores the same, but no two sets are
filmed alike (our choice)."""

SIGMAS = 2.0
UNWEIGHTED = frozenset(which(lambda kind: kind.load == "none"))
ARROWS: Mapping[Arrow, str] = {"up": "↗", "level": "→", "down": "↘", "": ""}


@dataclass(frozen=True)
class Session:
    """One day's sets of one lift and side.

    ``score`` is the median of the sets that have one, ``load_kg`` the heaviest; NaN
    when none has.
    """

    date: datetime.date
    sets: tuple[StoredSet, ...]
    score: float
    load_kg: float


@dataclass(frozen=True)
class FormTrend:
    """How the score goes from session to session.

    ``points`` is the change a session and ``sigma`` its standard error, over
    ``sessions`` sessions; the arrow is "" when there are too few to tell.
    """

    arrow: Arrow
    points: float
    sigma: float
    sessions: int


def by_lift(sets: Iterable[StoredSet]) -> dict[LiftAndSide, list[StoredSet]]:
    """Give the analysed sets by lift and side, that with the newest set first."""
    groups: dict[LiftAndSide, list[StoredSet]] = {}
    for one in sorted((one for one in sets if one.state == "analysed"), key=_day):
        groups.setdefault((one.lift, one.side), []).append(one)
    return dict(sorted(groups.items(), key=lambda item: _day(item[1][-1]), reverse=True))


def sessions_of(sets: Iterable[StoredSet]) -> tuple[Session, ...]:
    """Join sets of one lift and side to sessions, oldest first."""
    days: dict[datetime.date, list[StoredSet]] = {}
    for one in sets:
        days.setdefault(one.date, []).append(one)
    return tuple(_session(day, days[day]) for day in sorted(days))


def score_of(one: StoredSet) -> float:
    """The set's score, NaN when there is none."""
    return math.nan if one.summary is None else one.summary.score


def judged_share_of(one: StoredSet) -> float:
    """The share of the set's questions that could be judged, NaN when none was asked."""
    return math.nan if one.summary is None else one.summary.judged_share


def load_of(one: StoredSet) -> float:
    """The load in kg: 0 for a lift without weight, NaN when it isn't known."""
    return 0.0 if math.isnan(one.load_kg) and one.lift in UNWEIGHTED else one.load_kg


def form_trend(sessions: Sequence[Session]) -> FormTrend:
    """Fit the score of the latest sessions by least squares.

    A change counts when it is more than twice its standard error and adds up to five
    points over the sessions looked at.
    """
    scores = [one.score for one in sessions if math.isfinite(one.score)][-LATEST_SESSIONS:]
    count = len(scores)
    if count < LEAST_SESSIONS:
        return FormTrend("", math.nan, math.nan, count)
    y = np.array(scores)
    x = np.arange(count) - (count - 1) / 2
    squares = float((x**2).sum())
    points = float((x * (y - y.mean())).sum()) / squares
    rest = y - y.mean() - points * x
    sigma = math.sqrt(float((rest**2).sum()) / (count - 2) / squares)
    clear = abs(points) > SIGMAS * sigma and abs(points) * (count - 1) >= LEAST_CHANGE_POINTS
    arrow: Arrow = "level" if not clear else ("up" if points > 0 else "down")
    return FormTrend(arrow, points, sigma, count)


def form_in_words(trend: FormTrend) -> str:
    """How the form goes, in one sentence."""
    if not trend.arrow:
        return f"It takes {LEAST_SESSIONS} sessions with a score to tell a trend."
    kind = {"up": "Form is rising", "level": "Form holds", "down": "Form is falling"}[trend.arrow]
    points = f"{trend.points:+.1f} ± {trend.sigma:.1f} points a session".replace("-", "−")
    return f"{kind}: {points} over the last {trend.sessions} sessions."


def record_of_set(
    one: StoredSet, faults: Mapping[str, float], watches: Sequence[str] = ()
) -> SetRecord | None:
    """Give the set as a training log has it; None when its load isn't known.

    ``faults`` is the share of the judged repetitions with each fault, by cue.
    """
    load_kg = load_of(one)
    if math.isnan(load_kg):
        return None
    return SetRecord(
        date=one.date,
        lift=one.lift,
        load_kg=load_kg,
        reps=one.rep_count,
        score=score_of(one),
        judged_share=judged_share_of(one),
        faults=faults,
        watches=tuple(watches),
        side=one.side,
    )


def _day(one: StoredSet) -> datetime.date:
    return one.date


def _session(day: datetime.date, sets: Sequence[StoredSet]) -> Session:
    scores = [score for one in sets if math.isfinite(score := score_of(one))]
    loads = [load for one in sets if math.isfinite(load := load_of(one))]
    return Session(
        day,
        tuple(sets),
        statistics.median(scores) if scores else math.nan,
        max(loads, default=math.nan),
    )

"""Form and load from session to session, drawn as the report's charts are."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence

import numpy as np

from formcheck.data import Finding, FloatArray
from formcheck.history.trend import Session, score_of
from formcheck.report.plot import Frame, Label, Plot, dots, line, rules, ticks
from formcheck.report.wording import edges_of

_SPARK = (110.0, 30.0)
_YEAR_DAYS = 300
_MOST_DAYS, _MOST_SCORES, _MOST_LOADS = 4, 4, 3
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def form_and_load(sessions: Sequence[Session]) -> list[Plot]:
    """Draw the score of every set with the sessions' median; below it the load, where known.

    Gives none with fewer than two sessions.
    """
    if len(sessions) < 2:
        return []
    first = sessions[0].date.toordinal()
    days = np.array([float(one.date.toordinal() - first) for one in sessions])
    edge = max(1.0, 0.02 * float(days[-1]))
    ends = float(-edge), float(days[-1] + edge)
    with_year = bool(days[-1] > _YEAR_DAYS)
    dates = [
        Label(at, _day(first + at, with_year=with_year)) for at in ticks(*ends, _MOST_DAYS, 1.0)
    ]
    if not any(one.load_kg > 0 for one in sessions):
        return [_form(sessions, days, ends, dates)]
    return [_form(sessions, days, ends, []), _load(sessions, days, ends, dates)]


def _day(ordinal: float, *, with_year: bool) -> str:
    day = datetime.date.fromordinal(max(1, round(ordinal)))
    month = _MONTHS[day.month - 1]
    return f"{month} {day.year % 100:02d}" if with_year else f"{day.day} {month}"


def _form(
    sessions: Sequence[Session],
    days: FloatArray,
    ends: tuple[float, float],
    dates: Sequence[Label],
) -> Plot:
    points = [
        (day, score)
        for day, one in zip(days.tolist(), sessions, strict=True)
        for each in one.sets
        if math.isfinite(score := score_of(each))
    ]
    low = min((score for _, score in points), default=0.0)
    frame = Frame(*ends, max(0.0, math.floor((low - 5) / 10) * 10), 101.0)
    up = [Label(at, f"{at:g}") for at in ticks(frame.low, frame.high, _MOST_SCORES, 1.0)]
    scores = np.array([one.score for one in sessions])
    known = np.isfinite(scores)
    middle = line(np.stack([days[known], scores[known]], axis=1))
    return Plot(frame, rules(frame, up) + dots(points, "dots") + middle, dates, up)


def _load(
    sessions: Sequence[Session],
    days: FloatArray,
    ends: tuple[float, float],
    dates: Sequence[Label],
) -> Plot:
    loads = np.array([one.load_kg for one in sessions])
    known = np.isfinite(loads)
    least, most = float(np.nanmin(loads)), float(np.nanmax(loads))
    room = max(0.1 * (most - least), 2.0)
    frame = Frame(*ends, max(0.0, least - room), most + room)
    up = [Label(at, f"{at:g} kg") for at in ticks(frame.low, frame.high, _MOST_LOADS)]
    points = np.stack([days[known], loads[known]], axis=1)
    # A load stays until the next one.
    steps = np.repeat(points, 2, axis=0)[1:]
    steps[1::2, 1] = points[:-1, 1]
    shapes = rules(frame, up) + line(steps, "load") + dots(points.tolist(), "dots load")
    return Plot(frame, shapes, dates, up)


def spark(findings: Sequence[Finding | None]) -> str:
    """Draw a cue's value over the sessions, the bands of its limits behind; "" if too few.

    Better is up, whichever way the cue's limits go.
    """
    known = [
        (at, one)
        for at, one in enumerate(findings)
        if one is not None and math.isfinite(one.value) and one.fault_limit != one.watch_limit
    ]
    if len(known) < 2:
        return ""
    worse = [_worse(one) for _, one in known]
    low, high = min(-1.0, *worse), max(1.3, *worse)
    wide, tall = _SPARK
    right = max(len(findings) - 1, 1)

    def y(value: float) -> float:
        return tall * (min(max(value, low), high) - low) / (high - low)

    bands = "".join(
        f'<rect class="{name}" x="0" width="{wide:g}" y="{y(top):.1f}" '
        f'height="{y(end) - y(top):.1f}"/>'
        for name, top, end in (("g", low, 0.0), ("w", 0.0, 1.0), ("z", 1.0, high))
    )
    places = [
        (3 + (wide - 6) * at / right, y(value)) for (at, _), value in zip(known, worse, strict=True)
    ]
    line = " ".join(f"{x:.1f},{height:.1f}" for x, height in places)
    end_x, end_y = places[-1]
    return (
        f'<svg class="spark" viewBox="0 0 {wide:g} {tall:g}" aria-hidden="true">{bands}'
        f'<polyline points="{line}"/><circle cx="{end_x:.1f}" cy="{end_y:.1f}" r="2.6"/></svg>'
    )


def _worse(one: Finding) -> float:
    """0 where good ends, 1 where a fault begins; where that isn't known it counts as far."""
    at = edges_of(one)
    if at is None:
        return -1.0
    if math.isfinite(at.fault):
        return (one.value - at.good) / (at.fault - at.good)
    return min(at.worse * (one.value - at.good) / at.widest, 1.0)

"""Form and load from session to session, drawn as the report's charts are."""

from __future__ import annotations

import datetime
import functools
import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from formcheck.data import Finding, FloatArray
from formcheck.history.trend import Session, score_of
from formcheck.report.charts import COLOUR_OF, DESK_PX, PHONE_PX, inline_svg, plain
from formcheck.report.wording import edges_of

HIGH_PX = 244
_LEFT_PX, _RIGHT_PX, _TOP_PX, _BOTTOM_PX, _GAP_PX = 52, 24, 10, 24, 18
_FORM_SHARE = 0.6
_SPARK = (110.0, 30.0)
_YEAR_DAYS = 300
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def form_and_load(sessions: Sequence[Session], name: str) -> dict[str, str]:
    """Draw the score of every set, the sessions' median, and below it the load.

    Returns
    -------
    dict
        "phone" and "desk", each SVG; empty with fewer than two sessions.
    """
    if len(sessions) < 2:
        return {}
    sizes = {"phone": (PHONE_PX[0], HIGH_PX), "desk": (DESK_PX[0], HIGH_PX)}
    return {
        kind: inline_svg(functools.partial(_draw, sessions, size), size, name + kind)
        for kind, size in sizes.items()
    }


def _draw(sessions: Sequence[Session], size_px: tuple[int, int], figure: Figure) -> None:
    width, height = size_px
    wide = 1 - (_LEFT_PX + _RIGHT_PX) / width
    room = height - _TOP_PX - _BOTTOM_PX - _GAP_PX
    has_load = any(one.load_kg > 0 for one in sessions)
    form_px = room * _FORM_SHARE if has_load else room + _GAP_PX
    bottom = 1 - (_TOP_PX + form_px) / height
    form = figure.add_axes((_LEFT_PX / width, bottom, wide, form_px / height))
    days = np.array([float(one.date.toordinal()) for one in sessions])
    edge = max(1.0, 0.02 * float(days[-1] - days[0]))
    _form(form, sessions, days)
    last = form
    long_ago = bool(days[-1] - days[0] > _YEAR_DAYS)
    if has_load:
        load_px = room - form_px
        last = figure.add_axes((_LEFT_PX / width, _BOTTOM_PX / height, wide, load_px / height))
        _load(last, sessions, days)
        form.tick_params(labelbottom=False)
    for axes in {form, last}:
        axes.set_xlim(days[0] - edge, days[-1] + edge)
        axes.xaxis.set_major_locator(
            MaxNLocator(nbins=3 if width < DESK_PX[0] else 7, integer=True)
        )
        axes.xaxis.set_major_formatter(FuncFormatter(lambda day, _: _day(day, with_year=long_ago)))
        plain(axes)


def _day(ordinal: float, *, with_year: bool) -> str:
    day = datetime.date.fromordinal(max(1, round(ordinal)))
    month = _MONTHS[day.month - 1]
    return f"{month} {day.year % 100:02d}" if with_year else f"{day.day} {month}"


def _form(axes: Axes, sessions: Sequence[Session], days: FloatArray) -> None:
    points = [
        (day, score)
        for day, one in zip(days, sessions, strict=True)
        for each in one.sets
        if math.isfinite(score := score_of(each))
    ]
    if points:
        x, y = zip(*points, strict=True)
        axes.plot(x, y, "o", ms=4, mew=0, alpha=0.35, color=COLOUR_OF["line"])
    scores = np.array([one.score for one in sessions])
    known = np.isfinite(scores)
    axes.plot(days[known], scores[known], "-", lw=1.8, color=COLOUR_OF["line"])
    low = min((score for _, score in points), default=0.0)
    axes.set_ylim(max(0.0, math.floor((low - 5) / 10) * 10), 101)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 5, 10]))


def _load(axes: Axes, sessions: Sequence[Session], days: FloatArray) -> None:
    loads = np.array([one.load_kg for one in sessions])
    known = np.isfinite(loads)
    axes.plot(days[known], loads[known], drawstyle="steps-post", lw=1.8, color=COLOUR_OF["label"])
    axes.plot(days[known], loads[known], "o", ms=3.5, mew=0, color=COLOUR_OF["label"])
    least, most = float(np.nanmin(loads)), float(np.nanmax(loads))
    room = max(0.1 * (most - least), 2.0)
    axes.set_ylim(max(0.0, least - room), most + room)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=3, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda kg, _: f"{kg:g} kg"))


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

"""The signals of a film as a small drawing: hips and shoulders, trunk and knee over time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

import numpy as np

from benchmarks.errors.moments import Moment
from benchmarks.errors.strip import runs
from benchmarks.strangers.answers import Form
from formcheck.data import FloatArray, Signals
from formcheck.reps.drive import height, hip_height

WIDTH, PANEL, GAP, LEFT = 1240.0, 64.0, 8.0, 120.0
MOST_POINTS = 600  # of a line: more than the drawing's pixels show
SPAN = (1.0, 99.0)  # percentiles that fill a panel

Line = tuple[str, Callable[[Signals], FloatArray]]


def _angle(name: str) -> Callable[[Signals], FloatArray]:
    return lambda signals: signals.angles_deg[name].value


def _coarse(name: str) -> Callable[[Signals], FloatArray]:
    return lambda signals: signals.guesses.shape_deg[name]


PANELS: tuple[tuple[str, tuple[Line, ...]], ...] = (
    ("height, legs", (("shoulders", height), ("hips", hip_height))),
    ("trunk, °", (("trunk", _angle("trunk")), ("coarse", lambda one: one.guesses.lean_deg))),
    ("knee, °", (("knee", _angle("knee")), ("coarse", _coarse("knee")))),
)
CLASSES = ("first", "second")


def chart(parts: Sequence[Signals], sets: Sequence[Form], shown: Sequence[Moment]) -> str:
    """Draw as SVG: counted repetitions shaded green, what was rejected red, moments as lines."""
    start_s = min(float(one.time_s[0]) for one in parts)
    length_s = max(max(float(one.time_s[-1]) for one in parts) - start_s, 1e-3)
    high = len(PANELS) * (PANEL + GAP)

    def x(at_s: float) -> float:
        return LEFT + (WIDTH - LEFT) * (at_s - start_s) / length_s

    out = [f'<svg class="chart" viewBox="0 0 {WIDTH:g} {high + 18:g}">']
    for form in sets:
        out += [
            _shade("rep", x(rep["start_s"]), x(rep["end_s"]), high, str(rep["index"]))
            for rep in form["reps"]
        ]
        out += [
            _shade("rejected", x(one["start_s"]), x(one["end_s"]), high, one["reason"])
            for one in form["rejected"]
        ]
    out += [
        f'<line class="moment" x1="{x(one.at_s):.1f}" x2="{x(one.at_s):.1f}" y1="0" y2="{high:g}"/>'
        for one in shown
    ]
    for number, (title, lines) in enumerate(PANELS):
        out += _panel(title, lines, parts, x, number * (PANEL + GAP))
    for second in range(int(length_s) + 1):
        if second % max(1, round(length_s / 12)) == 0:
            at = x(start_s + second)
            out.append(f'<text x="{at:.1f}" y="{high + 12:g}">{start_s + second:.0f} s</text>')
    return "".join([*out, "</svg>"])


def _shade(kind: str, left: float, right: float, high: float, words: str) -> str:
    width = max(right - left, 1.0)
    return (
        f'<rect class="{kind}" x="{left:.1f}" width="{width:.1f}" y="0" height="{high:g}">'
        f"<title>{escape(words)}</title></rect>"
    )


def _panel(
    title: str,
    lines: Sequence[Line],
    parts: Sequence[Signals],
    x: Callable[[float], float],
    top: float,
) -> list[str]:
    values = [[(signals.time_s, read(signals)) for signals in parts] for _, read in lines]
    every = np.concatenate([one for line in values for _, one in line])
    seen = every[np.isfinite(every)]
    if not seen.size:
        return [f'<text x="0" y="{top + 12:g}">{title}: not seen</text>']
    low, high = (float(end) for end in np.percentile(seen, SPAN))
    high = max(high, low + 1e-6)

    def y(value: float) -> float:
        return float(top + PANEL * (1 - np.clip((value - low) / (high - low), -0.1, 1.1)))

    out = [
        f'<text x="0" y="{top + 12:g}">{title}</text>',
        f'<text x="{LEFT - 40:g}" y="{top + 12:g}">{high:.3g}</text>',
        f'<text x="{LEFT - 40:g}" y="{top + PANEL:g}">{low:.3g}</text>',
    ]
    for (name, _), own, kind in zip(lines, values, CLASSES, strict=True):
        at = top + (30 if kind == "first" else 44)
        out.append(f'<text class="{kind}" x="0" y="{at:g}">{name}</text>')
        for time_s, value in own:
            step = max(1, len(value) // MOST_POINTS)
            for run in runs(value):
                points = zip(time_s[run][::step], value[run][::step], strict=True)
                place = " ".join(f"{x(float(t)):.1f},{y(float(v)):.1f}" for t, v in points)
                out.append(f'<polyline class="{kind}" points="{place}"/>')
    return out

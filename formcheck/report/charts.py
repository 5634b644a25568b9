"""The angles against time, as inline SVG drawn by matplotlib.

Why matplotlib: a coach keeps a report per client and set, so size counts.
Measured on one six-chart report: plotly adds 4.8 MB of JavaScript, bokeh
1.3 MB, Vega about as much; matplotlib's SVG of all charts in two widths is
under 0.2 MB and needs none. The labels are real text, crisp at any zoom and
in the reader's own font. Every chart is drawn twice, for a phone and for a
desk, and the style sheet shows the one that fits, so labels are never scaled
down. Colours are CSS classes: dark mode and print need no second drawing.
Cursor, hover and click-to-seek are a few lines of our own script, which reads
where the axes lie from the ``Plot``.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from formcheck.data import FloatArray, Series
from formcheck.report import judged
from formcheck.report.record import Analysis

PHONE_PX = (326, 158)
DESK_PX = (700, 172)
_MOST_POINTS = {PHONE_PX: 260, DESK_PX: 560}
_MOST_SAMPLES = 900
_AROUND_REPS_S = 1.0
FONT_PX = 11
STYLE: dict[Any, Any] = {"svg.fonttype": "none", "font.size": FONT_PX, "path.simplify": True}

# Matplotlib knows colours, the style sheet knows classes: each stand-in colour
# is replaced by its class after drawing.
_CLASS_OF = {
    "#000001": "line",
    "#000002": "band",
    "#000003": "rep",
    "#000004": "grid",
    "#000005": "label",
    "#000006": "fault",
    "#000007": "watch",
    "#000008": "page",
}
COLOUR_OF = {name: colour for colour, name in _CLASS_OF.items()}


@dataclass(frozen=True)
class Quantity:
    """An angle worth a chart: its name in ``Signals``, title and explanation.

    ``cues`` are marked in it where they aren't good. It is drawn where one of them is
    judged, or one that is read off it ``also``.
    """

    name: str
    title: str
    explained: str
    cues: tuple[str, ...]
    also: tuple[str, ...] = ()


QUANTITIES = (
    Quantity(
        "trunk",
        "Trunk lean",
        "0° is upright, more is further forward.",
        ("hip_drive", "ribs_over_hips"),
        ("trunk_lean", "hinge_pattern", "range_of_motion"),
    ),
    Quantity(
        "back_turn",
        "Back line",
        "How much the line of the back turns between hips and shoulders, near your furthest "
        "lean, where it is judged. Around 0° is flat, more is rounder.",
        ("lumbar_rounding", "rounding_drift"),
    ),
    Quantity(
        "hip",
        "Hip bend",
        "Angle between trunk and thigh. 0° is standing straight.",
        ("depth", "lockout", "hinge_pattern", "range_of_motion", "swing_timing"),
    ),
    Quantity(
        "knee",
        "Knee bend",
        "0° is a straight leg.",
        ("knees_track",),
        ("hip_drive", "lockout", "hinge_pattern", "depth"),
    ),
    Quantity(
        "neck",
        "Head against trunk",
        "More than standing is chin down, less is looking up.",
        ("neutral_head",),
    ),
    Quantity("elbow", "Elbow", "180° is a straight arm.", ("arms_straight",)),
)


@dataclass(frozen=True)
class Plot:
    """One drawing: the SVG and where its axes start and end, in shares of its width."""

    svg: str
    left: float
    right: float


@dataclass(frozen=True)
class Chart:
    """One angle against time, drawn for a phone and for a desk.

    ``first_s`` and ``last_s`` are the ends of the time axis.
    """

    quantity: Quantity
    phone: Plot
    desk: Plot
    first_s: float
    last_s: float


def draw_charts(analysis: Analysis) -> list[Chart]:
    """Draw a chart for every angle that was seen and matters for this set."""
    window = shown_window(analysis)
    time_s = analysis.signals.time_s[window]
    shown = shown_angles(analysis)
    sheets = _Sheet(PHONE_PX), _Sheet(DESK_PX)
    charts = []
    for quantity in QUANTITIES:
        angle = shown.get(quantity.name)
        if angle is None or not np.isfinite(angle.value[window]).any():
            continue
        phone, desk = (sheet.plot(analysis, quantity, angle, window) for sheet in sheets)
        charts.append(Chart(quantity, phone, desk, float(time_s[0]), float(time_s[-1])))
    return charts


def shown_angles(analysis: Analysis) -> dict[str, Series]:
    """The angles as they are charted, by name: NaN where no cue judged what they show.

    Of a set without a cue there is nothing to refuse: all is shown.
    """
    found = {}
    asked = any(one.findings for one in analysis.reps)
    for quantity in QUANTITIES:
        angle = analysis.signals.angles_deg.get(quantity.name)
        if angle is None:
            continue
        if asked:
            frames = judged.on_which_frames(analysis, (*quantity.cues, *quantity.also))
            if quantity.name == "back_turn":
                frames = judged.back(analysis)
            angle = Series(np.where(frames, angle.value, np.nan), angle.parts)
        found[quantity.name] = angle
    return found


def shown_window(analysis: Analysis) -> slice:
    """Give the analysed frames from just before the first rep to just after the last."""
    time_s = analysis.signals.time_s
    if not analysis.reps:
        return slice(0, len(time_s))
    first_s = min(one.rep.start_s for one in analysis.reps) - _AROUND_REPS_S
    last_s = max(one.rep.end_s for one in analysis.reps) + _AROUND_REPS_S
    first, last = np.searchsorted(time_s, [first_s, last_s])
    return slice(int(first), max(int(last), int(first) + 2))


def samples(analysis: Analysis) -> dict[str, Any]:
    """Give the numbers behind the charts, for the hover: thinned, rounded, NaN as None."""
    window = shown_window(analysis)
    keep = _thinned(window, _MOST_SAMPLES)
    return {
        "time_s": [round(float(t), 2) for t in analysis.signals.time_s[keep]],
        "angles": {
            name: {"value": _rounded(angle.value[keep]), "sigma": _rounded(angle.sigma[keep])}
            for name, angle in shown_angles(analysis).items()
        },
    }


def _rounded(values: FloatArray) -> list[float | None]:
    return [round(float(v)) if np.isfinite(v) else None for v in values]


def _thinned(window: slice, most: int) -> Any:
    frames = np.arange(window.start, window.stop)
    return frames[:: max(1, -(-len(frames) // most))]


class _Sheet:
    """Axes of one size that every chart is drawn on: new ones take most of a chart's time."""

    def __init__(self, size_px: tuple[int, int]) -> None:
        self._size_px = size_px
        self._left, self._right = 36 / size_px[0], 1 - 8 / size_px[0]
        with rc_context(STYLE):
            self._figure = _figure(size_px)
            height = 1 - 40 / size_px[1]
            box = (self._left, 22 / size_px[1], self._right - self._left, height)
            self._axes = self._figure.add_axes(box)
            _prepare(self._axes)

    def plot(self, analysis: Analysis, quantity: Quantity, angle: Series, window: slice) -> Plot:
        """Draw one angle."""
        axes = self._axes
        for earlier in (*axes.lines, *axes.patches, *axes.collections, *axes.texts):
            earlier.remove()
        axes.relim()
        with rc_context(STYLE):
            _draw(axes, analysis, quantity, angle, _thinned(window, _MOST_POINTS[self._size_px]))
        svg = _svg(self._figure, self._size_px, f"{quantity.name}-{self._size_px[0]}")
        return Plot(svg, round(self._left, 5), round(self._right, 5))


def inline_svg(draw: Callable[[Figure], None], size_px: tuple[int, int], salt: str) -> str:
    """Draw with matplotlib, in the colours of ``COLOUR_OF``; gives SVG to stand inside a page.

    ``salt`` keeps the ids of several drawings in one page apart.
    """
    with rc_context(STYLE):
        figure = _figure(size_px)
        draw(figure)
    return _svg(figure, size_px, salt)


def _figure(size_px: tuple[int, int]) -> Figure:
    figure = Figure(figsize=(size_px[0] / 72, size_px[1] / 72), dpi=72)
    FigureCanvasSVG(figure)
    return figure


def _svg(figure: Figure, size_px: tuple[int, int], salt: str) -> str:
    with rc_context({**STYLE, "svg.hashsalt": salt}):
        picture = io.StringIO()
        figure.savefig(picture, format="svg", transparent=True, metadata={"Date": None})
    return _for_html(picture.getvalue(), size_px)


def _prepare(axes: Axes) -> None:
    """Set what every chart has alike."""
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:.0f}°"))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:.0f} s"))
    plain(axes)


def plain(axes: Axes) -> None:
    """Leave of the axes' own lines only a quiet grid."""
    axes.tick_params(length=0, labelcolor=COLOUR_OF["label"], labelsize=FONT_PX, pad=4)
    axes.grid(axis="y", color=COLOUR_OF["grid"], lw=0.8)
    axes.set_axisbelow(True)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _draw(axes: Axes, analysis: Analysis, quantity: Quantity, angle: Series, keep: Any) -> None:
    signals = analysis.signals
    time_s = signals.time_s[keep]
    angle_deg, sigma_deg = angle.value[keep], angle.sigma[keep]
    reps = [one.rep for one in analysis.reps]
    axes.broken_barh(
        [(rep.start_s, rep.end_s - rep.start_s) for rep in reps],
        (0, 1),
        transform=axes.get_xaxis_transform(),
        fc=COLOUR_OF["rep"],
        ec=COLOUR_OF["page"],
        lw=2,
        zorder=0,
    )
    for rep in reps:
        axes.text(
            (rep.start_s + rep.end_s) / 2,
            1.03,
            str(rep.index),
            transform=axes.get_xaxis_transform(),
            ha="center",
            va="bottom",
            color=COLOUR_OF["label"],
        )
    axes.fill_between(
        time_s, angle_deg - sigma_deg, angle_deg + sigma_deg, color=COLOUR_OF["band"], lw=0
    )
    axes.plot(time_s, angle_deg, color=COLOUR_OF["line"], lw=1.8)
    _mark_findings(axes, analysis, quantity, time_s, angle_deg)
    axes.set_xlim(time_s[0], time_s[-1])


def _mark_findings(
    axes: Axes, analysis: Analysis, quantity: Quantity, time_s: FloatArray, angle_deg: FloatArray
) -> None:
    for one in analysis.reps:
        for cue, finding in one.findings.items():
            if cue not in quantity.cues or finding.verdict not in ("watch", "fault"):
                continue
            value = np.interp(finding.at_s, time_s, angle_deg)
            marker = "X" if finding.verdict == "fault" else "D"
            axes.plot(
                [finding.at_s], [value], marker, ms=8, mew=0, color=COLOUR_OF[finding.verdict]
            )


def _for_html(svg: str, size_px: tuple[int, int]) -> str:
    """Make matplotlib's file fit to stand inside a page.

    Drops the metadata and the style sheet (which would restyle the page),
    group ids (repeated in every chart), namespaces; shortens the numbers; and
    puts classes in place of colours and fonts.
    """
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.S)
    svg = re.sub(r"<style[^>]*>.*?</style>", "", svg, flags=re.S)
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.S)
    svg = re.sub(r'<g id="[^"]*"', "<g", svg)
    svg = svg.replace("xlink:href", "href")
    svg = re.sub(r' transform="rotate\(-0 [^"]*"', "", svg)
    svg = re.sub(r"<svg [^>]*>", f'<svg viewBox="0 0 {size_px[0]} {size_px[1]}">', svg)
    svg = re.sub(r"-?\d+\.\d{2,}", lambda number: f"{float(number[0]):.1f}", svg)
    svg = re.sub(r'<(\w+)([^>]*?) style="([^"]*)"', _classes, svg)
    svg = re.sub(r"\s*\n\s*", " ", svg)
    return svg.replace("<g> </g>", "").replace("<g> ", "<g>").strip()


def _classes(tag: re.Match[str]) -> str:
    name, attributes, style = tag.groups()
    kept, classes = [], set()
    for declaration in (part.strip() for part in style.split(";")):
        prop, _, value = declaration.partition(": ")
        if value in _CLASS_OF:
            classes.add(f"{prop[0]}-{_CLASS_OF[value]}")
        elif prop.startswith("font") or not prop:
            continue
        else:
            kept.append(f"{prop}:{value}")
    marks = f' class="{" ".join(sorted(classes))}"' if classes else ""
    looks = f' style="{";".join(kept)}"' if kept else ""
    return f"<{name}{attributes}{marks}{looks}"

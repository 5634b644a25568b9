"""The bar's way up in every repetition, seen from the side: how far, and how straight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from formcheck.data import FloatArray
from formcheck.report.charts import COLOUR_OF, inline_svg, plain
from formcheck.report.record import Analysis
from formcheck.reps.bar_speed import BarSet

PHONE_PX, DESK_PX = (326, 250), (700, 270)

LEAST_ASIDE = 0.10
"""The chart shows at least so much of the travel to either side, so that a straight way
looks straight (our choice)."""

MARGINS_PX = (44, 8, 22, 18)
"""Left, right, below, above the axes."""

APART = 0.1
"""Of half the width: nearer numbers would touch (our choice)."""

MOST_NUMBERED = 12
"""Of more repetitions the numbers would lie on one another."""


@dataclass(frozen=True)
class BarChart:
    """The drawing for a phone and for a desk, and what it shows in words."""

    phone: str
    desk: str
    described: str


def draw_bar(analysis: Analysis) -> BarChart | None:
    """Draw the bar's ways up; None where none was seen."""
    bar = analysis.bar
    if bar is None or not bar.lifts:
        return None
    paths = _paths(analysis, bar)

    def drawn(size_px: tuple[int, int]) -> str:
        return inline_svg(
            lambda figure: _draw(figure, paths, bar, size_px), size_px, f"bar-{size_px[0]}"
        )

    count = len(paths)
    described = f"The bar's way up from the side in {count} rep{'' if count == 1 else 's'}"
    return BarChart(drawn(PHONE_PX), drawn(DESK_PX), described)


def _paths(analysis: Analysis, bar: BarSet) -> dict[int, FloatArray]:
    """Each way up (N, 2): ahead of and above where the bar stood; cm, or % of a leg."""
    signals = analysis.signals
    assert signals.bar is not None  # what moves was seen
    steps = np.array([signals.stance.forward, -1.0]) * 100 * bar.per_px.value
    return {
        index: (
            signals.bar.centre_px[lift.first : lift.last + 1] - signals.bar.centre_px[lift.first]
        )
        * steps
        for index, lift in bar.lifts.items()
    }


def _draw(
    figure: Figure, paths: dict[int, FloatArray], bar: BarSet, size_px: tuple[int, int]
) -> None:
    left, right, below, above = MARGINS_PX
    wide, high = size_px[0] - left - right, size_px[1] - below - above
    axes = figure.add_axes(
        (left / size_px[0], below / size_px[1], wide / size_px[0], high / size_px[1])
    )
    every = np.concatenate(list(paths.values()))
    top = float(every[:, 1].max())
    aside = max(LEAST_ASIDE * top, 1.15 * float(np.abs(every[:, 0]).max()))
    # Ahead is drawn wider than up: centimetres to the side would hardly show otherwise.
    axes.set_xlim(-aside, aside)
    axes.set_ylim(-0.03 * top, 1.03 * top)
    axes.axvline(0.0, color=COLOUR_OF["grid"], lw=1.2)
    for path in paths.values():
        axes.plot(path[:, 0], path[:, 1], color=COLOUR_OF["line"], lw=1.4, alpha=0.75)
    for place, said in _numbers(paths, aside):
        axes.text(
            place[0],
            place[1] + 0.02 * top,
            said,
            ha="center",
            va="bottom",
            color=COLOUR_OF["label"],
        )
    unit = " cm" if bar.length == "m" else " %"
    for axis, bins in ((axes.xaxis, 6), (axes.yaxis, 5)):
        axis.set_major_locator(MaxNLocator(nbins=bins, integer=True))
        axis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:.0f}{unit}".replace("-", "−")))
    plain(axes)


def _numbers(paths: dict[int, FloatArray], aside: float) -> list[tuple[FloatArray, str]]:
    """Where the repetitions' numbers stand, those of ways that end together as one."""
    if len(paths) > MOST_NUMBERED:
        return []
    groups: list[list[int]] = []
    for index in sorted(paths, key=lambda one: float(paths[one][-1, 0])):
        near = groups and paths[index][-1, 0] - paths[groups[-1][-1]][-1, 0] < APART * aside
        if near:
            groups[-1].append(index)
        else:
            groups.append([index])
    return [
        (
            np.array([paths[one][-1] for one in group]).mean(axis=0),
            ", ".join(str(one) for one in sorted(group)),
        )
        for group in groups
    ]

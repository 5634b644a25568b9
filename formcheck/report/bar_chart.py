"""The bar's way up in every repetition, seen from the side: how far, and how straight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.data import FloatArray
from formcheck.report.plot import Frame, Label, Note, Plot, line, number, rules, simplified, ticks
from formcheck.report.record import Analysis
from formcheck.reps.bar_speed import BarSet

LEAST_ASIDE = 0.10
"""The chart shows at least so much of the travel to either side, so that a straight way
looks straight (our choice)."""

APART = 0.1
"""Of half the width: nearer numbers would touch (our choice)."""

MOST_NUMBERED = 12
"""Of more repetitions the numbers would lie on one another."""


SIZE_PX = (1400, 440)
"""In so large a drawing the lines are true: twice a desk's."""

_MOST_ACROSS, _MOST_UP = 5, 5


@dataclass(frozen=True)
class BarChart:
    """The drawing, and what it shows in words."""

    plot: Plot
    described: str


def draw_bar(analysis: Analysis) -> BarChart | None:
    """Draw the bar's ways up; None where none was seen."""
    bar = analysis.bar
    if bar is None or not bar.lifts:
        return None
    paths = _paths(analysis, bar)
    count = len(paths)
    described = f"The bar's way up from the side in {count} rep{'' if count == 1 else 's'}"
    return BarChart(_plot(paths, bar), described)


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


def _plot(paths: dict[int, FloatArray], bar: BarSet) -> Plot:
    every = np.concatenate(list(paths.values()))
    top = float(every[:, 1].max())
    aside = max(LEAST_ASIDE * top, 1.15 * float(np.abs(every[:, 0]).max()))
    # Ahead is drawn wider than up: centimetres to the side would hardly show otherwise.
    frame = Frame(-aside, aside, -0.03 * top, 1.03 * top)
    unit = "cm" if bar.length == "m" else "%"

    def labels(low: float, high: float, most: int) -> list[Label]:
        places = ticks(low, high, most, 1.0)
        return [Label(at, f"{at:.0f} {unit}".replace("-", "−")) for at in places]

    up = labels(frame.low, frame.high, _MOST_UP)
    middle = f'<path class="rule middle" d="M0 {number(frame.low)}v{number(frame.tall)}"/>'
    ways = "".join(line(simplified(path, frame, SIZE_PX), "way") for path in paths.values())
    return Plot(
        frame=frame,
        shapes=rules(frame, up) + middle + ways,
        across=labels(frame.left, frame.right, _MOST_ACROSS),
        up=up,
        notes=[Note(float(x), float(y), said, "tip") for (x, y), said in _numbers(paths, aside)],
    )


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

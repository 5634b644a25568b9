"""One reading on one side of a line, what a group of them says, and the line they choose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import nan
from typing import Literal

import numpy as np

from formcheck.signals.lines import Group, LeftOut

Side = Literal["under", "over"]
TWO_THIRDS = (100 / 6, 500 / 6)  # percentiles


@dataclass(frozen=True)
class Reading:
    """One value on the side of a line where its label puts it.

    ``alone`` says that each reading counts alike, not each group: of a gate that others
    stand behind, which must keep every lift, however few it keeps out of what is none.
    """

    value: float
    side: Side
    clip: str
    source: str
    alone: bool = False


def is_wrong(reading: Reading, line: float) -> bool:
    """The reading lies on the other side than its label says."""
    return (reading.value > line) != (reading.side == "over")


def group(who: str, readings: Sequence[Reading], line: float) -> Group:
    """What one side of a line reads."""
    values = [one.value for one in readings]
    if not values:
        return Group(who, 0, 0, 0, nan, nan, nan, nan, 0)
    low, high = np.percentile(values, TWO_THIRDS)
    return Group(
        who=who,
        readings=len(values),
        clips=len({one.clip for one in readings}),
        sources=len({one.source for one in readings}),
        least=min(values),
        middle=float(np.median(values)),
        most=max(values),
        spread=float(high - low) / 2,
        wrong=sum(is_wrong(one, line) for one in readings),
    )


def best_line(readings: Sequence[Reading]) -> float:
    """The line with the fewest errors, each group (or reading) counting alike; NaN without both.

    Of several such lines the one with the most room around it; none where it has all of
    a group on the wrong side, which it doesn't part from the other.
    """
    sides = {one.side for one in readings}
    if len(sides) < 2:
        return nan
    values = sorted({one.value for one in readings})
    gaps = [((low + high) / 2, high - low) for low, high in pairwise(values)]
    if not gaps:
        return values[0]
    best = min(gaps, key=lambda gap: (_error(readings, gap[0]), -gap[1]))[0]
    parted = {one.side for one in readings if not is_wrong(one, best)}
    return best if len(parted) == 2 else nan


def _error(readings: Sequence[Reading], line: float) -> float:
    """Mean of the groups' shares of wrong readings, or that of all readings."""
    if readings[0].alone:
        return round(sum(is_wrong(one, line) for one in readings) / len(readings), 9)
    shares = []
    for side in ("under", "over"):
        wrong = [is_wrong(one, line) for one in readings if one.side == side]
        shares.append(sum(wrong) / len(wrong))
    return round(sum(shares) / 2, 9)


def left_out(readings: Sequence[Reading]) -> LeftOut:
    """Choose the line without each source in turn, and try it on that source."""
    chosen, tried, wrong = [], 0, 0
    for source in sorted({one.source for one in readings}):
        line = best_line([one for one in readings if one.source != source])
        if not np.isfinite(line):
            continue
        own = [one for one in readings if one.source == source]
        chosen.append(line)
        tried += len(own)
        wrong += sum(is_wrong(one, line) for one in own)
    if not chosen:
        return LeftOut(0, 0, nan, nan)
    return LeftOut(tried, wrong, min(chosen), max(chosen))


def how_it_lies(value: float, under: Group, over: Group) -> str:
    """How a line lies to the readings of its groups."""
    if not (under.readings and over.readings):
        return "a group is unseen"
    if under.wrong + over.wrong == 0:
        return "between the groups"
    if under.middle <= value <= over.middle:
        return "between their middles"
    return "beyond a middle"

"""Turning points of a signal with hysteresis: two thresholds, no frame counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.data import FloatArray


@dataclass(frozen=True)
class Turn:
    """A high or low turning point: frame ``at`` and the signal's value there."""

    at: int
    value: float
    high: bool


def turning_points(values: FloatArray, least: float) -> list[Turn]:
    """Highs and lows that stand out by at least ``least`` on both sides.

    They alternate. The first and last are the extremes at the ends of the
    signal. NaN frames are passed over.
    """
    known = np.flatnonzero(np.isfinite(values))
    if known.size == 0:
        return []
    turns: list[Turn] = []
    low = high = int(known[0])
    rising: bool | None = None
    for at in known.tolist():
        value = values[at]
        if value > values[high]:
            high = at
        if value < values[low]:
            low = at
        if rising is not False and values[high] - value >= least:
            if rising is None and low < high and values[high] - values[low] > 0:
                turns.append(Turn(low, float(values[low]), high=False))
            turns.append(Turn(high, float(values[high]), high=True))
            rising, low = False, at
        elif rising is not True and value - values[low] >= least:
            if rising is None and high < low and values[high] - values[low] > 0:
                turns.append(Turn(high, float(values[high]), high=True))
            turns.append(Turn(low, float(values[low]), high=False))
            rising, high = True, at
        if rising is False and value <= values[low]:
            low = at
        if rising is True and value >= values[high]:
            high = at
    if rising is True:
        turns.append(Turn(high, float(values[high]), high=True))
    elif rising is False:
        turns.append(Turn(low, float(values[low]), high=False))
    return turns

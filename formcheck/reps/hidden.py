"""When a lifter bends or stands while a plate hides the shoulders.

The engine's 3-D points go on behind a plate: a guess, and a noisy one, so the
moments are taken where the legs and hips are well bent and traced back from
there.
"""

from __future__ import annotations

import numpy as np

from formcheck.data import BoolArray, FloatArray, Signals
from formcheck.signals.filtering import runs

GAP_S = 0.2
"""A gap this long isn't bridged (evidence §5)."""

NEAR_S = 0.2
"""So close to a gap a moment may as well lie in it (our choice)."""

STANDING_PERCENT = 8
"""Percentile of the bend that is standing, between two bottoms (our choice)."""

TENTH, TENTH_AT = 0.1, 0.247
HALF, HALF_AT = 0.5, 0.5
"""A movement of least jerk has done a tenth of its way after 0.247 of its time,
and half of it after half (Flash and Hogan 1985, J Neurosci 5:1688)."""


class Hidden:
    """The stretches in which the shoulders aren't seen, and what the body does then.

    Parameters
    ----------
    signals
        The set.
    shown
        (T,) frames in which the shoulders are seen.
    """

    def __init__(self, signals: Signals, shown: BoolArray) -> None:
        time_s = signals.time_s
        bend = signals.guesses.shape_deg["hip"] + signals.guesses.shape_deg["knee"]
        self._time_s, self._bend = time_s, bend
        self._gaps = [
            (float(time_s[start]), float(time_s[stop - 1]))
            for start, stop in runs(~shown)
            if time_s[stop - 1] - time_s[start] > GAP_S
            and np.isfinite(bend[start:stop]).mean() > 0.5
        ]

    def leaves_s(self, bottom_s: float, found_s: float) -> float:
        """When the lifter leaves standing for the bottom, if it was hidden."""
        return self._moment_s(bottom_s, found_s, -1)

    def stands_s(self, bottom_s: float, found_s: float) -> float:
        """When the lifter stands again after the bottom, if it was hidden."""
        return self._moment_s(bottom_s, found_s, 1)

    def _moment_s(self, bottom_s: float, found_s: float, step: int) -> float:
        for first_s, last_s in self._gaps:
            if first_s - NEAR_S <= found_s <= last_s + NEAR_S:
                traced_s = self._traced_s(bottom_s, first_s if step < 0 else last_s, step)
                if np.isfinite(traced_s):
                    return float(np.clip(traced_s, first_s, last_s))
        return found_s

    def _traced_s(self, bottom_s: float, far_s: float, step: int) -> float:
        """Trace the way between the bottom and standing back to its end."""
        low_s, high_s = sorted((bottom_s, far_s))
        known = np.isfinite(self._bend) & (self._time_s >= low_s) & (self._time_s <= high_s)
        time_s, bend = self._time_s[known][::step], self._bend[known][::step]
        if bend.size < 3:
            return float("nan")
        standing = float(np.percentile(bend, STANDING_PERCENT))
        share = (bend - standing) / (bend[0] - standing)
        half_s, tenth_s = _first_under_s(time_s, share, HALF), _first_under_s(time_s, share, TENTH)
        return half_s + (tenth_s - half_s) * HALF_AT / (HALF_AT - TENTH_AT)


def _first_under_s(time_s: FloatArray, share: FloatArray, level: float) -> float:
    """When the share first falls under a level, between frames."""
    at = int(np.argmax(share < level))
    if at == 0:
        return float("nan")
    drop = share[at - 1] - share[at]
    part = (share[at - 1] - level) / drop
    return float(time_s[at - 1] + part * (time_s[at] - time_s[at - 1]))

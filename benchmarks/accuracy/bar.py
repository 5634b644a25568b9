"""The bar as it was found, beside the true one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.accuracy.agreement import Pairs
from formcheck.data import Bar, BoolArray, FloatArray, Rep
from formcheck.reps.bar_speed import BarSet

SAME_REP_S = 0.5
"""Two repetitions whose tops lie no further apart are the same one."""


@dataclass(frozen=True)
class BarErrors:
    """The bar of one clip against the true one, its near plate.

    found      share of the frames of the true repetitions in which it was found
    across_cm  (N,) sideways place of the plate's centre in those frames, cm at the plate
    up_cm      (N,) the same, upwards
    scale      (1,) metres of a pixel there, in true ones; NaN where its size is unknown
    speed      (reps,) mean speed of the way up, in true ones; NaN where it isn't told
    """

    found: float
    across_cm: Pairs
    up_cm: Pairs
    scale: Pairs
    speed: Pairs

    @property
    def off_cm(self) -> FloatArray:
        """How far the centre lies from the true one, (N,); NaN where it wasn't found."""
        return np.asarray(np.hypot(self.across_cm.error, self.up_cm.error))


def bar_errors(
    truth: dict[str, Any],
    inside: BoolArray,
    time_s: FloatArray,
    bar: Bar | None,
    told: BarSet | None,
    reps: Sequence[Rep],
) -> BarErrors | None:
    """Compare in the frames ``inside``; None where there is no barbell."""
    if not truth["plates"]:
        return None
    plate = truth["plates"][truth["view"]["side"]]
    px_per_m = np.interp(time_s, truth["time_s"], plate["px_per_m"])
    true_px = np.stack(
        [np.interp(time_s, truth["time_s"], plate["face_px"][:, axis]) for axis in (0, 1)], axis=1
    )
    cm = 100.0 / px_per_m[inside]
    nothing = np.full(len(cm), math.nan)
    place_px, sigma_px, found, scale = np.full(true_px.shape, math.nan), nothing, 0.0, math.nan
    if bar is not None:
        place_px, sigma_px = bar.centre_px, bar.sigma_px[inside]
        found = float(np.isfinite(sigma_px).mean())
        scale = bar.m_per_px * float(np.median(px_per_m[inside]))
    across, up = (
        Pairs(sign * place_px[inside, axis] * cm, sign * true_px[inside, axis] * cm, sigma_px * cm)
        for axis, sign in ((0, 1.0), (1, -1.0))
    )
    return BarErrors(
        found=found,
        across_cm=across,
        up_cm=up,
        scale=_pairs([(scale, 1.0, math.nan if bar is None else scale * bar.scale_sigma)]),
        speed=_pairs([_speed(truth, plate, rep, told, reps) for rep in truth["reps"]]),
    )


def _speed(
    truth: dict[str, Any],
    plate: dict[str, FloatArray],
    true: dict[str, float],
    told: BarSet | None,
    reps: Sequence[Rep],
) -> tuple[float, float, float]:
    """A way up's mean speed in true ones, 1, and its stated σ; NaN where it isn't told."""
    ends_s = [true.get("rise_s", true["bottom_s"]), true["top_s"]]
    low_m, high_m = np.interp(ends_s, truth["time_s"], plate["face_m"][:, 2])
    m_s = (high_m - low_m) / (ends_s[1] - ends_s[0])
    ours = [one for one in reps if abs(one.top_s - true["top_s"]) <= SAME_REP_S]
    lift = told.lifts.get(ours[0].index) if ours and told is not None else None
    if lift is None or told is None or told.length != "m":
        return math.nan, 1.0, math.nan
    return lift.mean.value / m_s, 1.0, lift.mean.sigma / m_s


def _pairs(rows: list[tuple[float, float, float]]) -> Pairs:
    ours, truth, sigma = np.array(rows, dtype=float).reshape(-1, 3).T
    return Pairs(ours, truth, sigma)

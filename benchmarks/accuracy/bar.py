"""The bar as it was found, beside the true one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from benchmarks.accuracy.agreement import Pairs
from formcheck.data import BoolArray, FloatArray, Rep, Signals
from formcheck.reps.bar_speed import BarLift, BarSet, bar_speeds

SAME_REP_S = 0.5
"""Two repetitions whose tops lie no further apart are the same one."""


@dataclass(frozen=True)
class BarErrors:
    """The bar of one clip against the true one, its near plate.

    found      share of the frames of the true repetitions in which it was found
    across_cm  (N,) sideways place of the plate's centre in those frames, cm at the plate
    up_cm      (N,) the same, upwards
    scale      (1,) metres of a pixel there, in true ones; NaN where its size is unknown
    speed      (reps,) mean speed of a way up, in those that the same rule gives on the true
               bar; NaN where it isn't told
    whole_way  (reps,) the same in true ones: all of the true way over all of its time, also
               where the bar creeps out of and into its rest
    """

    found: float
    across_cm: Pairs
    up_cm: Pairs
    scale: Pairs
    speed: Pairs
    whole_way: Pairs

    @property
    def off_cm(self) -> FloatArray:
        """How far the centre lies from the true one, (N,); NaN where it wasn't found."""
        return np.asarray(np.hypot(self.across_cm.error, self.up_cm.error))


def bar_errors(
    truth: dict[str, Any],
    inside: BoolArray,
    motion: Signals,
    told: BarSet | None,
    reps: Sequence[Rep],
) -> BarErrors | None:
    """Compare in the frames ``inside``; None where there is no barbell.

    ``told`` is how the bar moves, as it was found.
    """
    if not truth["plates"]:
        return None
    bar, plate, time_s = motion.bar, truth["plates"][truth["view"]["side"]], motion.time_s
    px_per_m = np.interp(time_s, truth["time_s"], plate["px_per_m"])
    true_px = np.stack(
        [np.interp(time_s, truth["time_s"], plate["face_px"][:, axis]) for axis in (0, 1)], axis=1
    )
    cm = 100.0 / px_per_m[inside]
    place_px, sigma_px = np.full(true_px.shape, math.nan), np.full(len(cm), math.nan)
    found, scale = 0.0, (math.nan, 1.0, math.nan)
    m_per_px = 1.0 / float(np.median(px_per_m))
    by_rule = None
    if bar is not None:
        place_px, sigma_px = bar.centre_px, bar.sigma_px[inside]
        found = float(np.isfinite(sigma_px).mean())
        scale = (bar.m_per_px / m_per_px, 1.0, bar.m_per_px / m_per_px * bar.scale_sigma)
        true_bar = replace(bar, centre_px=true_px, m_per_px=m_per_px)
        by_rule = bar_speeds(replace(motion, bar=true_bar), reps)
    across, up = (
        Pairs(sign * place_px[inside, axis] * cm, sign * true_px[inside, axis] * cm, sigma_px * cm)
        for axis, sign in ((0, 1.0), (1, -1.0))
    )
    speeds = [_speed(one, truth, plate, told, by_rule, reps) for one in truth["reps"]]
    return BarErrors(
        found=found,
        across_cm=across,
        up_cm=up,
        scale=_pairs([scale]),
        speed=_pairs([(ours / rule, 1.0, sigma / rule) for ours, sigma, rule, _ in speeds]),
        whole_way=_pairs([(ours / whole, 1.0, sigma / whole) for ours, sigma, _, whole in speeds]),
    )


def _speed(
    true: dict[str, float],
    truth: dict[str, Any],
    plate: dict[str, FloatArray],
    told: BarSet | None,
    by_rule: BarSet | None,
    reps: Sequence[Rep],
) -> tuple[float, float, float, float]:
    """A way up's mean speed and its stated σ, by the same rule on the true bar, and true; m/s.

    NaN where it isn't told.
    """
    ends_s = [true.get("rise_s", true["bottom_s"]), true["top_s"]]
    low_m, high_m = np.interp(ends_s, truth["time_s"], plate["face_m"][:, 2])
    whole = float(high_m - low_m) / (ends_s[1] - ends_s[0])
    ours, by_eye = (_lift_at(one, reps, true["top_s"]) for one in (told, by_rule))
    if ours is None:
        return math.nan, math.nan, math.nan, whole
    rule = math.nan if by_eye is None else by_eye.mean.value
    return ours.mean.value, ours.mean.sigma, rule, whole


def _lift_at(told: BarSet | None, reps: Sequence[Rep], top_s: float) -> BarLift | None:
    """The way up that ends there; None where it isn't told in metres."""
    ours = [one for one in reps if abs(one.top_s - top_s) <= SAME_REP_S]
    if not ours or told is None or told.length != "m":
        return None
    return told.lifts.get(ours[0].index)


def _pairs(rows: list[tuple[float, float, float]]) -> Pairs:
    ours, truth, sigma = np.array(rows, dtype=float).reshape(-1, 3).T
    return Pairs(ours, truth, sigma)

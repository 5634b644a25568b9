"""How well measurements agree with the truth, and whether they know their error."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from formcheck.data import BoolArray, FloatArray

LIMITS_SD = 1.96  # 95 % limits of agreement (Bland and Altman 1986)
HONEST_SHARE = 0.68


@dataclass(frozen=True)
class Agreement:
    """Measured minus true, over ``count`` values of ``clips`` clips.

    bias, rmse   in the quantity's unit
    typical      the median of the clips' own RMSE: one clip that goes astray doesn't move it
    mae          mean size of the errors
    low, high    95 % limits of agreement: bias ± 1.96 standard deviations (of the sample: n - 1)
    covered      share of values whose error is no larger than their stated
                 standard deviation; 0.68 is honest. NaN when none was stated
    sigma        median stated standard deviation
    honest       what 68 % of the errors stay within: the deviation to state
    seen         share of the wanted values that were measured at all
    spread       standard deviation of the clips' own biases: what changes from
                 body to body and from lift to lift; NaN for one clip
    """

    count: int
    clips: int
    bias: float
    rmse: float
    low: float
    high: float
    covered: float
    sigma: float
    honest: float
    seen: float
    spread: float
    mae: float
    typical: float


NAN = math.nan
NOTHING = Agreement(0, 0, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN)


@dataclass(frozen=True)
class Pairs:
    """Measured and true values of one quantity in one clip, NaN where unseen.

    ours, truth, sigma   (N,) each
    hidden               (N,) a plate hides what it is made of, or None where nothing can
    """

    ours: FloatArray
    truth: FloatArray
    sigma: FloatArray
    hidden: BoolArray | None = None

    @property
    def error(self) -> FloatArray:
        """Measured minus true, (N,)."""
        return self.ours - self.truth

    def part(self, hidden: bool) -> Pairs:
        """The values that a plate hides, or those that none does."""
        behind = np.zeros(self.truth.shape, bool) if self.hidden is None else self.hidden
        wanted = behind == hidden
        return Pairs(self.ours[wanted], self.truth[wanted], self.sigma[wanted])


def agreement(clips: list[Pairs]) -> Agreement:
    """Put the values of several clips together."""
    clips = [clip for clip in clips if clip.truth.size]
    wanted = sum(int(np.isfinite(clip.truth).sum()) for clip in clips)
    errors = [clip.error[np.isfinite(clip.error)] for clip in clips]
    every = np.concatenate(errors) if errors else np.empty(0)
    if not every.size:
        return replace(NOTHING, seen=0.0 if wanted else math.nan)
    stated = np.concatenate([clip.sigma[np.isfinite(clip.error)] for clip in clips])
    known = np.isfinite(stated)
    covered = float((np.abs(every[known]) <= stated[known]).mean()) if known.any() else math.nan
    bias = float(every.mean())
    scatter = float(every.std(ddof=1)) if every.size > 1 else math.nan
    own = [float(one.mean()) for one in errors if one.size]
    return Agreement(
        count=every.size,
        clips=len(own),
        bias=bias,
        rmse=float(np.sqrt((every**2).mean())),
        low=bias - LIMITS_SD * scatter,
        high=bias + LIMITS_SD * scatter,
        covered=covered,
        sigma=float(np.median(stated[known])) if known.any() else math.nan,
        honest=float(np.quantile(np.abs(every), HONEST_SHARE)),
        seen=every.size / wanted,
        spread=float(np.std(own, ddof=1)) if len(own) > 1 else math.nan,
        mae=float(np.abs(every).mean()),
        typical=float(np.median([np.sqrt((one**2).mean()) for one in errors if one.size])),
    )


@dataclass(frozen=True)
class Line:
    """A straight line ``ours = slope × truth + offset``, fitted by least squares.

    residual    standard deviation of ``ours`` around it
    mae         mean error of the truth read back from it, each clip left out in turn
    share       of the spread that it explains (R²)
    """

    count: int
    slope: float
    offset: float
    residual: float
    mae: float
    share: float


def line(groups: Mapping[str, list[tuple[float, float]]]) -> Line:
    """Fit (truth, ours) pairs; ``groups`` are left out together for ``mae``."""
    pairs = np.array([p for group in groups.values() for p in group if np.isfinite(p).all()])
    if len(pairs) < 3 or np.ptp(pairs[:, 0]) == 0:
        return Line(len(pairs), *[math.nan] * 5)
    truth, ours = pairs.T
    slope, offset = np.polyfit(truth, ours, 1)
    rest = ours - (slope * truth + offset)
    return Line(
        count=len(pairs),
        slope=float(slope),
        offset=float(offset),
        residual=float(rest.std(ddof=2)),
        mae=_left_out_mae(groups),
        share=float(1 - rest.var() / ours.var()),
    )


def _left_out_mae(groups: Mapping[str, list[tuple[float, float]]]) -> float:
    errors: list[float] = []
    for name, group in groups.items():
        rest = [p for other, many in groups.items() if other != name for p in many]
        known = np.array([p for p in rest if np.isfinite(p).all()])
        if len(known) < 3 or np.ptp(known[:, 1]) == 0:
            continue
        slope, offset = np.polyfit(known[:, 1], known[:, 0], 1)
        errors += [
            abs(slope * ours + offset - truth) for truth, ours in group if np.isfinite(truth + ours)
        ]
    return float(np.mean(errors)) if errors else math.nan

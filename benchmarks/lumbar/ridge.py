"""Ridge regression and its errors on bodies left out, in plain numpy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from formcheck.data import BoolArray, FloatArray
from formcheck.signals.lumbar import Model

PENALTY = 0.1
"""Share of the features' own variance that is added to it: bodies left out were
read best with 0.02 to 0.2."""

DEEP_WEIGHT = 2.0
"""Frames near the furthest lean count twice: that is where the back is judged."""

HONEST = 0.68


@dataclass(frozen=True)
class Sample:
    """One clip: T frames.

    features  (T, F)  NaN where unseen
    flexion   (T,)    true, degrees
    lean      (T,)    of the trunk, degrees
    deep      (T,)    near the furthest lean of a repetition
    turn      (T,)    W
    yaw       of the camera, degrees, + towards the front
    """

    name: str
    body: str
    clothes: str
    yaw: float
    features: FloatArray
    flexion: FloatArray
    lean: FloatArray
    deep: BoolArray
    turn: FloatArray


def fit(samples: Sequence[Sample], names: tuple[str, ...]) -> Model:
    """Learn one rule; every clip counts alike. Its σ is not known yet (NaN)."""
    features, flexion, weights = [], [], []
    for one in samples:
        known = np.isfinite(one.features).all(axis=1)
        if known.any():
            weight = np.where(one.deep, DEEP_WEIGHT, 1.0)[known]
            features.append(one.features[known])
            flexion.append(one.flexion[known])
            weights.append(weight / weight.sum())
    x, y, w = np.vstack(features), np.concatenate(flexion), np.concatenate(weights)
    middle, constant = np.average(x, axis=0, weights=w), float(np.average(y, weights=w))
    spread = np.sqrt(np.average((x - middle) ** 2, axis=0, weights=w))
    z = (x - middle) / spread
    likeness = (z * w[:, None]).T @ z / w.sum() + PENALTY * np.eye(len(names))
    weight = np.linalg.solve(likeness, (z * w[:, None]).T @ (y - constant) / w.sum())
    inverse = np.linalg.inv(likeness)
    return Model(names, middle, spread, weight, constant, inverse, np.nan, np.nan)


def left_out(samples: Sequence[Sample], names: tuple[str, ...]) -> dict[str, FloatArray]:
    """Error (T,) of each clip by the rule learned from the other bodies; and its strangeness."""
    found = {}
    for body in sorted({one.body for one in samples}):
        model = fit([one for one in samples if one.body != body], names)
        for one in samples:
            if one.body == body:
                error = model.flexion_deg(one.features) - one.flexion
                found[one.name] = np.stack([error, model.strangeness(one.features)])
    return found


def spreads(
    samples: Sequence[Sample], errors: dict[str, FloatArray], side_deg: float
) -> tuple[float, float]:
    """σ of the error, in degrees, leaning by less than 30° and by more than 50°.

    What 68 % of the errors stay within, over their strangeness, with the camera
    within ``side_deg`` of the side.
    """
    lean, ratio = [], []
    for one in samples:
        if abs(one.yaw) <= side_deg:
            error, strange = errors[one.name]
            lean.append(one.lean)
            ratio.append(np.abs(error) / strange)
    leans, ratios = np.concatenate(lean), np.concatenate(ratio)
    known = np.isfinite(ratios)
    return (
        float(np.quantile(ratios[known & (leans < 30.0)], HONEST)),
        float(np.quantile(ratios[known & (leans > 50.0)], HONEST)),
    )


def at_the_deepest(values: FloatArray, one: Sample) -> float:
    """Median over the deep frames; NaN when nothing is seen there."""
    deep = values[one.deep]
    return float(np.nanmedian(deep)) if np.isfinite(deep).any() else float("nan")

"""An estimate of the lower back's flexion, learned from rendered lifters.

*W* (``signals/back.py``) says how the visible back turns. This says how far the
lumbar spine is bent from standing, in degrees, + rounded: what somebody with a
sensor on pelvis and ribs would read. It is a guess by a straight-line rule
(ridge regression) from what the camera shows, with its own standard deviation.
``python -m benchmarks lumbar`` learns it from lifters whose spine is known;
``lumbar.toml`` holds what it learned, with the recipe and the errors on
bodies and clothes it never saw. It decides no verdict by itself.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from formcheck.data import BackReading, BoolArray, FloatArray, Series
from formcheck.poses.outline import STATIONS

SPAN = (-0.05, 0.90)
"""Trunk lengths of the edge that are read: from the buttocks to where a collar,
hood or hair begins."""

SHAPES = 5
"""Legendre polynomials over ``SPAN``: how far the back stands off the line from
hip to shoulder, its tilt, its bow, its S and its double bow. Finer than that is
the mask's own grain."""

SHAPE_NAMES = ("offset", "tilt", "bow", "s_bend", "double_bow")
SQUARED = ("tilt", "bow", "s_bend", "double_bow")
"""What a back makes of a bend isn't a straight line: their squares count too."""

HERE = (*SHAPE_NAMES, *(f"{name}_squared" for name in SQUARED), "lean_deg", "bow_by_lean")
"""Features of a frame alone: the edge, trunk lengths, and the lean."""

FROM_STANDING = (*HERE, *(f"{name}_change" for name in SHAPE_NAMES), "chord_ratio")
"""The same beside the lifter's own standing posture, where it is seen."""

STANDING_DEPTH = 0.6
"""Trunk lengths of mask depth at the hips up to which a standing back is the
body's own: rendered lifters have 0.3 to 0.54, with a plate before or behind the
hips 0.63 and more."""

LEAST_LEAN_DEG = 15.0
"""Nothing is estimated of a trunk more upright than this: standing is what the
flexion is counted from, and a standing back's edge tells little of it."""

UPRIGHT_DEG = 25.0
"""Trunk-thigh angle under which a lifter counts as standing (our choice)."""

STANDING_WITHIN_DEG = 3.0
"""Of the straightest that the lifter is seen: their own standing (our choice)."""

LEAST_DEG, MOST_DEG = -25.0, 75.0
"""A spine goes no further (rendered: 0 to 60)."""

SEEN_SHARE = 0.8
LEANING_DEG = 60.0
SIDE_DEG = 15.0
"""Yaw up to which the errors were taken; beyond it σ grows with the view."""

STRANGE = 2.0
"""Strangeness from which nothing is said. Free backs of real and rendered lifters
have 1.0 to 1.7, backs under a bar 1.8 to 9 (our choice)."""

TOO_FAR = 1.0
"""Spreads by which *W* may exceed what the estimate lets expect. Rounded backs, seven real
and five rendered, were at most 0.2 above, hollow ones with a broad upper back 0.6 to 1.7
(our choice)."""

HOLLOW_TOO_FAR, HOLLOW_DEG = 0.5, -15.0
"""The same where the lower half of the back is plainly hollow: from a tenth of the way up
to the middle it turned by -21 to -40° on five films of a rendered broad back that is flat,
by -11° and more on all rounded ones (our choice between them)."""

LOWER_HALF = (0.10, 0.50)

NATURAL_DEG = 15.0
"""*W* up to which nothing is claimed: the upper back's own bend reaches so far in clips
without a fault (``signals/back.py``)."""

CONTRADICTED = "the lower back's own shape"
"""Name of ``contradiction_deg`` as a part of *W*'s σ."""


@dataclass(frozen=True)
class Model:
    """One learned rule.

    names          features, in order
    middle, spread (F,) their mean and standard deviation where it was learned
    weight         (F,) degrees per standard deviation of a feature
    constant       degrees at the middle
    inverse        (F, F) inverse correlation of the features
    upright_deg    standard deviation of its error on bodies it didn't see, from
                   the side, trunk at 15°
    leaning_deg    the same with the trunk at 60° and further
    """

    names: tuple[str, ...]
    middle: FloatArray
    spread: FloatArray
    weight: FloatArray
    constant: float
    inverse: FloatArray
    upright_deg: float
    leaning_deg: float

    def flexion_deg(self, features: FloatArray) -> FloatArray:
        """Flexion (T,) of (T, F) features, degrees."""
        z = (features - self.middle) / self.spread
        return np.asarray(np.clip(self.constant + z @ self.weight, LEAST_DEG, MOST_DEG))

    def strangeness(self, features: FloatArray) -> FloatArray:
        """How far (T, F) features are from what it learned, (T,); at least 1.

        1 for what is usual there; an error grows in proportion.
        """
        z = (features - self.middle) / self.spread
        square = np.einsum("tf,fg,tg->t", z, self.inverse, z, optimize=True) / len(self.names)
        return np.asarray(np.sqrt(np.maximum(square, 1.0)))

    def sigma_deg(self, features: FloatArray, yaw_sigma_deg: float) -> FloatArray:
        """Standard deviation (T,) of ``flexion_deg``; ``yaw_sigma_deg`` is the view's part."""
        lean = features[:, self.names.index("lean_deg")] - LEAST_LEAN_DEG
        lean = np.clip(lean / (LEANING_DEG - LEAST_LEAN_DEG), 0.0, 1.0)
        usual = self.upright_deg + lean * (self.leaning_deg - self.upright_deg)
        return np.asarray(np.hypot(usual * self.strangeness(features), yaw_sigma_deg))


@dataclass(frozen=True)
class Learned:
    """All that was learned.

    here, from_standing   the rules for a frame alone, and beside the own standing
    sigma_per_yaw         degrees of σ per degree of yaw beyond ``SIDE_DEG``
    turn_slope, turn_constant, turn_spread_deg
                          *W* that goes with an estimate of ``here``, on bodies it
                          didn't see: slope x flexion + constant, and its spread
    """

    here: Model
    from_standing: Model
    sigma_per_yaw: float
    turn_slope: float
    turn_constant: float
    turn_spread_deg: float


def shapes(profiles: FloatArray) -> FloatArray:
    """Legendre coefficients (T, 5) of (T, S) profiles over ``SPAN``, trunk lengths.

    NaN where less than 80 % of the edge is seen. All frames at once: weighted
    normal equations.
    """
    low, high = SPAN
    inside = (low - 1e-9 <= STATIONS) & (high + 1e-9 >= STATIONS)
    x = (2 * STATIONS[inside] - low - high) / (high - low)
    powers = np.polynomial.legendre.legvander(x, SHAPES - 1)
    r = profiles[:, inside]
    known = np.isfinite(r)
    enough = known.mean(axis=1) >= SEEN_SHARE
    out = np.full((len(profiles), SHAPES), np.nan)
    if enough.any():
        use, values = known[enough].astype(float), np.where(known, r, 0.0)[enough]
        left = np.einsum("ts,si,sj->tij", use, powers, powers, optimize=True)
        out[enough] = np.linalg.solve(left, (values @ powers)[..., None])[..., 0]
    return out


def here(reading: BackReading) -> FloatArray:
    """The features ``HERE`` of each frame, (T, F)."""
    shape, lean_deg = reading.shape, reading.lean_deg
    squares = shape[:, [SHAPE_NAMES.index(name) for name in SQUARED]] ** 2
    bow_by_lean = shape[:, SHAPE_NAMES.index("bow")] * lean_deg
    leaning = np.where(lean_deg >= LEAST_LEAN_DEG, lean_deg, np.nan)
    return np.column_stack([shape, squares, leaning, bow_by_lean])


def from_standing(reading: BackReading, standing: BoolArray) -> FloatArray | None:
    """The features ``FROM_STANDING``, (T, F); None when never seen standing."""
    shape, trunk_px = reading.shape, reading.trunk_px
    upright = standing & np.isfinite(shape[:, 0]) & np.isfinite(trunk_px)
    if not upright.any():
        return None
    own = np.median(shape[upright], axis=0)
    ratio = trunk_px / np.median(trunk_px[upright])
    return np.column_stack([here(reading), shape - own, ratio])


def standing(hip_deg: FloatArray, hip_depth: FloatArray) -> BoolArray:
    """Frames (T,) in which the lifter stands upright, nothing before the hips.

    ``hip_deg`` is the bend between trunk and thigh, ``hip_depth`` the mask's
    depth at the hips in trunk lengths.
    """
    free = np.isfinite(hip_deg) & (np.nan_to_num(hip_depth, nan=np.inf) <= STANDING_DEPTH)
    if not free.any():
        return free
    straightest = float(np.percentile(hip_deg[free], 10))
    if straightest > UPRIGHT_DEG:
        return np.zeros(free.shape, dtype=bool)
    return np.asarray(free & (hip_deg <= straightest + STANDING_WITHIN_DEG))


def lumbar_flexion(reading: BackReading, upright: BoolArray, yaw_deg: float) -> Series:
    """Flexion of the lumbar spine from standing, degrees.

    An estimate: see the module. Beside the lifter's own standing where that is
    seen (``upright``, (T,)) and is one that it knows, else from the frame alone.
    NaN where the back isn't seen, the trunk is upright, or the back looks like
    none that it learned from (a bar on it, arms before it).
    """
    known = learned()
    view_deg = known.sigma_per_yaw * max(yaw_deg - SIDE_DEG, 0.0)
    flexion, sigma = (np.full(len(reading.lean_deg), np.nan) for _ in range(2))
    rules = ((known.from_standing, from_standing(reading, upright)), (known.here, here(reading)))
    for model, read in rules:
        if read is None:
            continue
        open_yet = np.isnan(flexion) & (model.strangeness(read) <= STRANGE)
        flexion[open_yet] = model.flexion_deg(read[open_yet])
        sigma[open_yet] = model.sigma_deg(read[open_yet], view_deg)
    return Series(flexion, {"the estimate": sigma})


def contradiction_deg(turn_deg: FloatArray, reading: BackReading) -> FloatArray:
    """By how much *W* exceeds what the same edge lets expect, (T,) degrees.

    A hollow lower back under a broad, bent upper back turns as far, from end to
    end, as a back that is round all along; the estimate tells them apart. 0
    within ``TOO_FAR`` spreads (``HOLLOW_TOO_FAR`` over a hollow lower half) and up to
    ``NATURAL_DEG``, and where *W* is the smaller one: good lifters with a hollow back
    are like that.
    """
    known = learned()
    usual = known.turn_slope * known.here.flexion_deg(here(reading)) + known.turn_constant
    above = turn_deg - usual
    told = known.here.strangeness(here(reading)) <= STRANGE
    hollow = _lower_turn_deg(reading.shape) < HOLLOW_DEG
    most_deg = np.where(hollow, HOLLOW_TOO_FAR, TOO_FAR) * known.turn_spread_deg
    return np.where(told & (turn_deg > NATURAL_DEG) & (above > most_deg), above, 0.0)


def _lower_turn_deg(shape: FloatArray) -> FloatArray:
    """How far the lower half of an edge turns, (T,) degrees, negative hollow."""
    low, high = SPAN
    at = (2 * np.array(LOWER_HALF) - low - high) / (high - low)
    powers = np.polynomial.legendre.legder(np.eye(SHAPES), axis=0)
    slopes = shape @ np.polynomial.legendre.legval(at, powers) * 2 / (high - low)
    return np.asarray(-np.diff(np.degrees(np.arctan(slopes)), axis=1)[:, 0])


@cache
def learned() -> Learned:
    """What was learned, from ``lumbar.toml``."""
    text = (files("formcheck.signals") / "lumbar.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    return Learned(
        here=_model(table["here"]),
        from_standing=_model(table["from_standing"]),
        sigma_per_yaw=table["view"]["sigma_per_yaw"],
        turn_slope=table["turn"]["slope"],
        turn_constant=table["turn"]["constant"],
        turn_spread_deg=table["turn"]["spread_deg"],
    )


def _model(table: dict[str, Any]) -> Model:
    rows = table["features"]
    return Model(
        names=tuple(rows),
        middle=np.array([row["middle"] for row in rows.values()]),
        spread=np.array([row["spread"] for row in rows.values()]),
        weight=np.array([row["weight"] for row in rows.values()]),
        constant=table["constant"],
        inverse=np.array(table["inverse"]),
        upright_deg=table["upright_deg"],
        leaning_deg=table["leaning_deg"],
    )

"""Which of the discs that were followed is the bar's near plate: the one the hands move.

Plates in a rack stand still when the hands move, a head goes with the head, and a
kettlebell or dumbbell is smaller than what ``plates`` looks for. What keeps its place
against the hands while they travel is held. A plate has rings: its rim is the widest
that is well seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy
from numpy.typing import NDArray

from formcheck.data import BoolArray, FloatArray
from formcheck.poses.plates import HANDS

EARS, NOSE = (7, 8), 0

SMOOTH_S = 0.17
"""Hands are smoothed by a median this long: they jump when a plate hides them."""

LEAST_S = 0.25
"""Discs that are seen for less tell nothing."""

NEAR_LEGS = 0.20
"""Leg lengths by which a held disc may stray from its usual place against the hands: the
landmarks' error behind a plate (our choice)."""

FARTHEST_LEGS = 0.80
"""From the hands: the near end of a bar that is seen obliquely by a near camera."""

TRAVEL_LEGS = 0.15
"""How far a disc must travel with the hands to be held: 13 cm."""

GOES_ALONG = 0.6
"""Least slope of its way against the hands': 1 is held, 0 stands still."""

LEAST_LEGS = 0.17
"""Leg lengths: smaller discs are fists, knees, bells and the rings of plates. A 30 cm
plate's radius is 0.18 of a leg of 0.85 m, and it is nearer than the leg."""

HEAD_LEGS = 0.24
"""Leg lengths: no head's radius is larger, hair, cap and headphones included (0.13
without: Drillis and Contini 1966). Larger discs may hide the head, which then seems to
lie in them."""

SAME_RADIUS = 0.08
LEAST_HELD_S = 0.7
LEAST_HELD = 0.12
LEAST_COVER = 0.42
"""Seconds, and share of the lifter's frames, that the bar is seen in the hands, and its
mean share of rim. What is seen for less may be a knee or a back (our choice)."""

OUTER_SHARE = 0.5
"""Of two that are held, rings or the bar's ends, the wider is taken if it is seen half as
well as the other."""

AS_CLEAR = 0.75
"""And if its share of rim is nearly as large: around a plate there are curves of legs and
shadows that make up to 0.7 of it, a rim around its ring 1.0 (measured on real clips)."""

CONCENTRIC = 0.12
"""Radii between the centres of a plate's rings, as perspective shifts them."""

RIM_OF_RADIUS = 0.015
RING_OF_RADIUS = 0.03
"""What the centre is off beyond the edges' scatter: a plate has thickness, and of its two
rims sometimes one, sometimes the other is the stronger (measured on rendered plates); and
where it is told from an inner ring."""

RADIUS_S = 1.0
GAP_S = 0.12
JUMP = 0.15
"""Radii beyond which a centre is off its neighbours' median: a wrong circle."""


@dataclass(frozen=True)
class _Held:
    """A disc that goes with the hands: its rows, and where it is."""

    rows: NDArray[np.void]
    offset: FloatArray  # (2,) from the hands, px
    radius: float
    with_hands: BoolArray  # of its rows


def bar_of(rows: NDArray[np.void], time_s: FloatArray, points_px: FloatArray) -> FloatArray | None:
    """Centre, radius and σ of the near plate in each frame, (T, 4); NaN where not found.

    Parameters
    ----------
    rows
        What a ``PlateWatch`` has found, in the pixels of ``points_px``.
    time_s, points_px
        (T,) and (T, 33, 2+) of all frames.

    Returns
    -------
    x, y, radius and σ of the centre, pixels; None when there is no bar.
    """
    if not len(rows):
        return None
    leg_px = float(np.median(rows["leg_px"]))
    step_s = float(np.median(np.diff(time_s))) if len(time_s) > 1 else 1.0
    hands = _smooth(points_px[:, list(HANDS), :2].mean(axis=1), round(SMOOTH_S / step_s))
    head = points_px[:, [NOSE, *EARS], :2].mean(axis=1)
    least = max(4, round(LEAST_S / step_s))
    held = [
        one
        for disc in _each(rows)
        if len(disc) >= least and (one := _held(disc, hands, head, leg_px)) is not None
    ]
    if not held:
        return None
    rim = _rim(held, rows, leg_px, least)
    if not _enough(rim, held, step_s, int(np.isfinite(points_px[:, HANDS[0], 0]).sum())):
        return None
    return _followed(rim, held, rows, time_s)


def _enough(rim: NDArray[np.void], held: list[_Held], step_s: float, frames: int) -> bool:
    """Whether discs around the rim's centre were held long enough, and seen well."""
    with_hands = np.concatenate([one.rows["frame"][one.with_hands] for one in held])
    seen = len(np.intersect1d(rim["frame"], with_hands))
    long = seen * step_s >= LEAST_HELD_S and seen >= LEAST_HELD * frames
    return long and float(rim["cover"].mean()) >= LEAST_COVER


def _smooth(places: FloatArray, frames: int) -> FloatArray:
    """Median over some frames; gaps keep what was before them."""
    known = np.isfinite(places[:, 0])
    if not known.any():
        return places
    at = np.arange(len(places))
    whole = np.stack([np.interp(at, at[known], axis[known]) for axis in places.T], axis=1)
    return np.asarray(
        scipy.ndimage.median_filter(whole, size=(max(1, frames) | 1, 1), mode="nearest")
    )


def _held(disc: NDArray[np.void], hands: FloatArray, head: FloatArray, leg: float) -> _Held | None:
    """The disc, if it goes with the hands for some of its time."""
    at = disc["frame"]
    centre, hand = disc["centre_px"], hands[at]
    offset = centre - hand
    radius = float(np.median(disc["radius_px"]))
    if radius < LEAST_LEGS * leg:
        return None
    best: BoolArray = np.zeros(len(disc), dtype=bool)
    best_score = 0.0
    for part in np.array_split(np.arange(len(disc)), min(8, max(1, len(disc) // 4))):
        usual = np.median(offset[part], axis=0)
        near = np.hypot(*(offset - usual).T) < NEAR_LEGS * leg
        usual = np.median(offset[near], axis=0)
        near = np.hypot(*(offset - usual).T) < NEAR_LEGS * leg
        travel = np.hypot(*np.ptp(centre[near], axis=0)) if near.any() else 0.0
        score = float(near.sum()) * min(travel / leg, 0.5)
        if score > best_score:
            best, best_score = near, score
    if not best.any():
        return None
    usual = np.median(offset[best], axis=0)
    low, high = np.percentile(centre[best], (3, 97), axis=0)
    travel = np.hypot(*(high - low))
    if np.hypot(*usual) > FARTHEST_LEGS * leg or travel < TRAVEL_LEGS * leg:
        return None
    ours, theirs = (one[best] - one[best].mean(axis=0) for one in (centre, hand))
    slope = (ours * theirs).sum() / max((theirs**2).sum(), 1e-9)
    back = (ours * theirs).sum() / max((ours**2).sum(), 1e-9)
    if slope < GOES_ALONG or back < GOES_ALONG:
        return None
    if radius < HEAD_LEGS * leg and _is_head(centre[best] - head[at][best], radius):
        return None
    return _Held(disc, usual, radius, best)


def _is_head(away: FloatArray, radius: float) -> bool:
    """Whether a disc lies on the head, from which its centre is so far away (N, 2)."""
    known = away[np.isfinite(away).all(axis=1)]
    return len(known) > 0 and bool(np.hypot(*np.median(known, axis=0)) < 0.5 * radius)


def _rim(held: list[_Held], rows: NDArray[np.void], leg: float, least: int) -> NDArray[np.void]:
    """Rows of the near plate's rim: of the best held discs, or a wider ring around them."""
    groups = []
    for one in held:
        group = [
            other
            for other in held
            if abs(other.radius / one.radius - 1.0) < SAME_RADIUS
            and np.hypot(*(other.offset - one.offset)) < NEAR_LEGS * leg
        ]
        clear = _clearest(np.concatenate([each.rows[each.with_hands] for each in group]))
        groups.append((float((clear["cover"] ** 2).sum()), one, group))
    best_score, best, group = max(groups, key=lambda each: each[0])
    nearer = [
        each
        for each in groups
        if each[1].radius > (1.0 + SAME_RADIUS) * best.radius
        and np.hypot(*(each[1].offset - best.offset)) > each[1].radius
        and each[0] > OUTER_SHARE * best_score
    ]
    if nearer:  # the bar's nearer end
        _, _, group = max(nearer, key=lambda each: each[0])
    own = _clearest(np.concatenate([one.rows for one in group]))
    while (wider := _wider(own, rows, least)) is not None:
        own = wider
    return own


def _clearest(rows: NDArray[np.void]) -> NDArray[np.void]:
    """The row of each frame whose rim is seen best."""
    rows = rows[np.lexsort((-rows["cover"], rows["frame"]))]
    return rows[np.unique(rows["frame"], return_index=True)[1]]


def _wider(own: NDArray[np.void], rows: NDArray[np.void], least: int) -> NDArray[np.void] | None:
    """The next ring outside, if it is seen half as much in all."""
    place = {int(row["frame"]): row["centre_px"] for row in own}
    radius = float(np.median(own["radius_px"]))
    around = []
    for disc in _each(rows):
        size = float(np.median(disc["radius_px"]))
        common = [row for row in disc if int(row["frame"]) in place]
        if size < radius * (1.0 + SAME_RADIUS) or len(common) < least:
            continue
        apart = [np.hypot(*(row["centre_px"] - place[int(row["frame"])])) for row in common]
        if np.median(apart) < CONCENTRIC * size:
            around.append((size, disc))
    rings = []
    for size, _ in around:
        discs = [disc for other, disc in around if abs(other / size - 1.0) < SAME_RADIUS]
        ring = _clearest(np.concatenate(discs))
        rings.append((float(ring["cover"].sum()), ring))
    cover, ring = max(rings, key=lambda each: each[0], default=(0.0, own))
    as_clear = float(ring["cover"].mean()) > AS_CLEAR * float(own["cover"].mean())
    return ring if as_clear and cover > OUTER_SHARE * own["cover"].sum() else None


def _each(rows: NDArray[np.void]) -> list[NDArray[np.void]]:
    """The rows of each disc."""
    return [rows[rows["disc"] == number] for number in np.unique(rows["disc"])]


def _followed(
    rim: NDArray[np.void], held: list[_Held], rows: NDArray[np.void], time_s: FloatArray
) -> FloatArray:
    """The plate's circle in every frame, from its rim, else from a ring inside it."""
    radius = float(np.average(rim["radius_px"], weights=rim["cover"]))
    out = np.full((len(time_s), 4), np.nan)
    out[rim["frame"]] = _circles(rim)
    for one in held:
        if one.radius < radius * (1.0 - SAME_RADIUS):
            _from_inside(out, one.rows, radius)
    _extend(out, rows, radius)
    _drop_jumps(out, radius)
    _steady_radius(out, radius, time_s)
    _fill_gaps(out, time_s)
    out[:, 3] = np.hypot(out[:, 3], RIM_OF_RADIUS * out[:, 2])
    return out


def _circles(rows: NDArray[np.void]) -> FloatArray:
    """Centre, radius and σ, (N, 4)."""
    return np.column_stack([rows["centre_px"], rows["radius_px"], rows["sigma_px"]])


def _from_inside(out: FloatArray, ring: NDArray[np.void], radius: float) -> None:
    """Where the rim isn't seen, the centre of a ring that elsewhere was about the same."""
    known = np.isfinite(out[ring["frame"], 2])
    apart = np.hypot(*(out[ring["frame"], :2] - ring["centre_px"]).T)
    if known.sum() < 3 or np.median(apart[known]) > CONCENTRIC * radius:
        return
    shift = np.median((out[ring["frame"], :2] - ring["centre_px"])[known], axis=0)
    for row in ring[~known]:
        if np.isnan(out[row["frame"], 0]):
            sigma = np.hypot(row["sigma_px"], RING_OF_RADIUS * radius)
            out[row["frame"]] = *(row["centre_px"] + shift), np.nan, sigma


def _extend(out: FloatArray, rows: NDArray[np.void], radius: float) -> None:
    """Where it lies before and after: circles of its size where it was seen last."""
    like = rows[np.abs(rows["radius_px"] / radius - 1.0) < SAME_RADIUS]
    by_frame: dict[int, list[np.void]] = {}
    for row in like:
        by_frame.setdefault(int(row["frame"]), []).append(row)
    known = np.flatnonzero(np.isfinite(out[:, 0]))
    for order in (range(known[0], -1, -1), range(known[0], len(out))):
        last = None
        for at in order:
            if np.isfinite(out[at, 0]):
                last = out[at, :2]
            elif last is not None:
                near = [
                    row
                    for row in by_frame.get(at, [])
                    if np.hypot(*(row["centre_px"] - last)) < JUMP * radius
                ]
                if near:
                    row = max(near, key=lambda one: one["cover"])
                    out[at] = *row["centre_px"], row["radius_px"], row["sigma_px"]
                    last = out[at, :2]


def _drop_jumps(out: FloatArray, radius: float) -> None:
    known = np.flatnonzero(np.isfinite(out[:, 0]))
    usual = scipy.ndimage.median_filter(out[known, :2], size=(5, 1), mode="nearest")
    off = np.hypot(*(out[known, :2] - usual).T) > JUMP * radius
    out[known[off]] = np.nan


def _steady_radius(out: FloatArray, radius: float, time_s: FloatArray) -> None:
    """The radius is the set's, and changes slowly, as the plate nears the camera."""
    known = np.isfinite(out[:, 0])
    measured = known & np.isfinite(out[:, 2])
    if not measured.any():
        out[known, 2] = radius
        return
    step_s = float(np.median(np.diff(time_s)))
    wide = max(1, round(RADIUS_S / step_s)) | 1
    smooth = scipy.ndimage.median_filter(out[measured, 2], size=wide, mode="nearest")
    out[known, 2] = np.interp(time_s[known], time_s[measured], smooth)


def _fill_gaps(out: FloatArray, time_s: FloatArray) -> None:
    known = np.flatnonzero(np.isfinite(out[:, 0]))
    for before, after in pairwise(known):
        if after - before > 1 and time_s[after] - time_s[before] <= GAP_S:
            inner = np.arange(before + 1, after)
            for column in range(4):
                ends = out[[before, after], column]
                out[inner, column] = np.interp(time_s[inner], time_s[[before, after]], ends)
            out[inner, 3] = np.hypot(out[inner, 3], 0.02 * out[inner, 2])

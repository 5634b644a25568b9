"""The hips of a lifter behind a plate, told by the edge of the back.

A plate that stands before the hips draws the engine's hip point to itself, by up to a
sixth of the leg. But the back's edge shows beside it, and how far that lies behind the
line from shoulder to hip is nearly the same in everybody, and nearer still to what it is
in the same lifter when the hips are free: so the line is laid where the edge asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.data import BoolArray, FloatArray
from formcheck.signals.filtering import nan_median

STATIONS = (0.10, 0.15, 0.20, 0.25, 0.30)
"""Shares of the way from hip to shoulder at which the edge is read; the middle of what those
say that the plate leaves clear counts, and where they disagree (a hem, a belt) it is less
sure."""

HALF_WIDTH = 0.04
"""Of a station, in shares of that way."""

STANDING = (0.154, 0.149, 0.138, 0.127, 0.121)
STANDING_SPREAD = (0.020, 0.022, 0.025, 0.028, 0.027)
"""How far the edge of people who stand lies behind the line, and how much they differ:
leg lengths, at those stations."""

WITH_LEAN = (0.00042, 0.00059, 0.00081, 0.00103, 0.00094)
WITHIN_SPREAD = (0.021, 0.020, 0.018, 0.018, 0.020)
"""By how much further it lies behind for each degree that the trunk leans, for the back
rounds out; and how far a lifter's standing edge is from what this tells from their
leaning. All four: our choice, measured on 19 real sets from the side whose hips nothing
hides (9 sources); together they lay the hip within 0.021-0.025 leg lengths (one standard
deviation), the same at each of these stations."""

HIP_SIGMA = 0.05
"""Leg lengths by which the hip is off across the trunk: that, and what a plate does to the
mask's edge beside it. Our choice, measured on 11 rendered deadlifts with 45 cm plates and
by the share of errors within σ on 30 others."""

CLEAR = 1.2
"""Radii from a plate's centre beyond which the mask's edge is the back's: nearer by it
follows the rim (our choice, by eye on 8 real sets)."""

LEAST_LEAN_DEG = 15.0
"""From which on a lifter's own line is read (our choice: under it a plate is near)."""

LEAST_FRAMES = 8


@dataclass(frozen=True)
class HipLine:
    """Where the hips are across the trunk.

    places  (T, 2)  leg lengths, x ahead and y up: the engine's, moved across the trunk
    sigma   (T,)    how far off across it, leg lengths
    known   (T,)    the edge tells it
    """

    places: FloatArray
    sigma: FloatArray
    known: BoolArray


def hips_by_edge(
    shoulder: FloatArray,
    hip: FloatArray,
    edge: FloatArray,
    plate: FloatArray,
    free: BoolArray,
) -> HipLine:
    """Lay the hips (T, 2) so far before the back's edge as this lifter's and others' are.

    Parameters
    ----------
    shoulder, hip
        (T, 2) the engine's points, leg lengths, x ahead and y up.
    edge
        (T, S, 2) the back's edge in the same frame, NaN where it isn't seen.
    plate
        (T, 3) the near plate's centre and radius there, NaN where there is none.
    free
        (T,) nothing stands before or beside the hips.
    """
    axis = shoulder - hip
    length = np.hypot(*axis.T)
    with np.errstate(divide="ignore", invalid="ignore"):
        along = axis / length[:, None]
        lean_deg = np.degrees(np.arctan2(axis[:, 0], axis[:, 1]))
        off = edge - hip[:, None]
        station = (off * along[:, None]).sum(axis=2) / length[:, None]
        behind = off[..., 1] * along[:, None, 0] - off[..., 0] * along[:, None, 1]
        radii = np.hypot(*(edge - plate[:, None, :2]).transpose(2, 0, 1)) / plate[:, None, 2]
    clear = np.isfinite(behind) & ~(radii < CLEAR)
    shifts = np.full((len(STATIONS), len(hip)), np.nan)
    tables = zip(STATIONS, STANDING, STANDING_SPREAD, WITH_LEAN, WITHIN_SPREAD, strict=True)
    for number, (at, usual, spread, with_lean, within) in enumerate(tables):
        here = clear & (np.abs(station - at) <= HALF_WIDTH)
        read = np.full(len(hip), np.nan)
        some = here.any(axis=1)
        read[some] = nan_median(np.where(here, behind, np.nan)[some])
        standing = read - with_lean * np.maximum(lean_deg, 0.0)
        own = standing[free & (lean_deg >= LEAST_LEAN_DEG) & np.isfinite(standing)]
        expected = usual
        if len(own) >= LEAST_FRAMES:
            trust, its = spread**-2, within**-2
            expected = (usual * trust + float(np.median(own)) * its) / (trust + its)
        shifts[number] = (standing - expected) / (1.0 - at)
    known = np.isfinite(shifts).any(axis=0)
    shift, apart = (np.full(len(hip), np.nan) for _ in range(2))
    told = shifts[:, known].T
    shift[known] = nan_median(told)
    apart[known] = np.nanmax(told, axis=1) - np.nanmin(told, axis=1)
    # Backwards across the trunk: the hip is nearer to the edge than the engine has it.
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    places = np.where(known[:, None], hip + shift[:, None] * across, hip)
    return HipLine(places, np.hypot(HIP_SIGMA, apart / 2), known)

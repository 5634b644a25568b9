"""The bar, from its plate: where it is, how large a pixel is there, and when it stands.

A full plate is 450 mm across (IWF Technical and Competition Rules 2020, 3.3.3; IPF
Technical Rules, "discs"). Whether the one in the picture is full is told from the leg: of
most people half a full plate is 0.26 of the leg, and more the nearer the plate is to the
camera. Of a smaller one the size is unknown, and lengths stay in the body's own.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formcheck.data import Bar, Body, BoolArray, FloatArray, Stance, Time
from formcheck.errors import BadRequest
from formcheck.signals.filtering import fill_gaps, smooth

FULL_PLATE_M = 0.45

FULL_FROM, FULL_TO = 0.27, 0.50
"""Leg lengths of a full plate's radius: 0.28..0.43 on 20 real barbell sets from the side;
30 cm plates have 0.22..0.26 (our choice)."""

PLATES_M = (0.15, 0.60)
"""No plate that is loaded on a bar is smaller, and none larger."""

SIDE_UP_TO_DEG = 30.0
"""Beyond it legs and plates are seen too obliquely to compare them (our choice)."""

SCALE_SIGMA = 0.02
"""Bumpers of one class differ by a few millimetres, and the rim is found within 1.5 %."""

LEAST_SHARE = 0.1
"""Of the frames in which a plate must be found to speak of a bar (our choice)."""

STANDS_S = 0.4
STANDS = 0.04
"""Radii by which a plate that stands on the floor moves at most for so long: 9 mm. A bar in
the hands that turns by gravity alone takes 0.1 s for as much (our choice)."""

FLOOR = 0.10
"""Radii above the lowest place at which it stands that are the floor too: 2 cm, the edge
of a mat, or a plate that turns (our choice)."""


def bar_of(time: Time, plate_px: FloatArray | None, stance: Stance, body: Body) -> Bar | None:
    """Make the bar of its near plate (T, 4), centre, radius and σ; None where none was found."""
    if plate_px is None or np.isfinite(plate_px[:, 0]).mean() < LEAST_SHARE:
        return None
    whole = fill_gaps(time.time_s, plate_px[:, :2], stretch=time.stretch)
    centre_px = smooth(time.time_s, whole, stretch=time.stretch)
    radius_px = float(np.nanmedian(plate_px[:, 2]))
    m_per_px = float("nan")
    if _is_full(radius_px, stance, body):
        m_per_px = FULL_PLATE_M / 2 / radius_px
    return Bar(
        centre_px=centre_px,
        sigma_px=plate_px[:, 3],
        radius_px=radius_px,
        rests=_rests(time.time_s, centre_px, radius_px),
        m_per_px=m_per_px,
        scale_sigma=SCALE_SIGMA,
        jitter_px=_jitter_px(plate_px[:, :2]),
    )


def _jitter_px(centre_px: FloatArray) -> float:
    """How far frames scatter about their neighbours, (T, 2): what no movement explains.

    Third differences of white noise are √20 of it, those of a lift next to nothing.
    """
    steps = np.abs(np.diff(centre_px, 3, axis=0))
    known = steps[np.isfinite(steps)]
    return float(1.4826 * np.median(known) / np.sqrt(20)) if known.size else 0.0


def need_plate(plate_m: float | None) -> None:
    """Refuse a size that no plate has.

    Raises
    ------
    BadRequest
        It is neither 0, for unknown, nor a plate's.
    """
    if plate_m and not PLATES_M[0] <= plate_m <= PLATES_M[1]:
        low, high = PLATES_M
        raise BadRequest(
            f"--plate-m {plate_m:g}: give the plate's width in metres, {low:g} to {high:g} "
            "(a full one has 0.45), or none."
        )


def sized(bar: Bar | None, plate_m: float | None) -> Bar | None:
    """The bar with a plate of the size that was told; of 0 it is unknown, None told nothing."""
    if bar is None or plate_m is None:
        return bar
    m_per_px = plate_m / 2 / bar.radius_px if plate_m else float("nan")
    return replace(bar, m_per_px=m_per_px, size_told=plate_m > 0)


def _is_full(radius_px: float, stance: Stance, body: Body) -> bool:
    from_side = stance.view.yaw_deg <= SIDE_UP_TO_DEG
    return bool(from_side and FULL_FROM <= radius_px / body.leg_px <= FULL_TO)


def _rests(time_s: FloatArray, centre_px: FloatArray, radius_px: float) -> BoolArray:
    """Frames (T,) in which the plate keeps its place, and none is lower by more than a mat."""
    still = np.zeros(len(time_s), dtype=bool)
    last = np.searchsorted(time_s, time_s + STANDS_S)
    for first, stop in enumerate(last):
        part = centre_px[first:stop]
        lasts = stop < len(time_s) and np.isfinite(part).all()
        if lasts and np.ptp(part, axis=0).max() <= STANDS * radius_px:
            still[first : stop + 1] = True
    down = centre_px[:, 1]
    if not still.any():
        return still
    floor_px = np.nanmax(down[still])
    lower = np.nanmax(down) > floor_px + FLOOR * radius_px
    return still & (down >= floor_px - FLOOR * radius_px) & (not lower)

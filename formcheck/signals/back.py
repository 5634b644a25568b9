"""The line of the back: dorsal edge and whole back turn W.

W is how far the dorsal edge of the person mask turns between a tenth of the
way up from the hips and the shoulders, in degrees: the difference of the
tangents at both ends of a quadratic fitted to the edge in the hip-to-shoulder
frame. Negative is hollow, 0 flat, positive rounded outwards. It holds the
natural bend of the upper back, 5..15° in clips without a fault, so 0 isn't the
mark to hit. It is not an angle of the spine: it is the turn of the visible
back (evidence §3.3 to §3.5).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.data import FloatArray
from formcheck.poses.outline import STATIONS, trunk_axis

WINDOW = (0.10, 1.0)
SHORT_WINDOW = (0.05, 0.80)
"""Used where a hood, hair or collar stands out above it."""

SMOOTH_S = 0.1
"""The edge is a running median over this time (evidence §3.3: three frames)."""

COLLAR = 0.055
"""Trunk lengths by which the top of the edge may stand off the line of the
rest before it counts as hood, hair or collar (our choice, measured on the real
clips: bare backs and T-shirts stay under 0.04, a hood stands 0.08..0.10 off)."""

HIP_STATIONS = (-0.10, 0.15)

SIGMA_DEG = 5.0
"""Standard deviation of W, fitted clothes or a T-shirt (evidence §1.4, row 5)."""

SHORT_SIGMA_DEG = 5.8
"""The same from the short window: the turn is scaled up by 0.90 / 0.75, and the
frame's share of the error (2.7°) with it (our choice)."""


@dataclass(frozen=True)
class BackLine:
    """The dorsal edge over time.

    turn_deg   (T,)       W, degrees, + rounded outwards, NaN where unseen
    sigma_deg  (T,)       its standard deviation, from the side
    edge_px    (T, S, 2)  the dorsal edge in pixels, NaN where unseen
    hip_depth  (T,)       how deep the mask is from back to front at the hips,
                          trunk lengths; a plate before the hips makes it deep
    """

    turn_deg: FloatArray
    sigma_deg: FloatArray
    edge_px: FloatArray
    hip_depth: FloatArray


def no_back_line(frames: int) -> BackLine:
    """The back line of a track without a picture, or from the front."""
    unseen = np.full(frames, np.nan)
    return BackLine(unseen, unseen, np.full((frames, 0, 2), np.nan), unseen)


def back_line(
    time_s: FloatArray, outline_px: FloatArray, landmarks_px: FloatArray, forward: float
) -> BackLine:
    """Read the back line off the outline.

    ``outline_px`` is (T, 2, S, 2) and ``landmarks_px`` (T, 33, 2+), both
    pixels; ``forward`` is +1 when the lifter faces right, -1 when left.
    """
    back, front = (0, 1) if forward > 0 else (1, 0)
    edge = outline_px[:, back].astype(float)
    points = landmarks_px[..., :2].astype(float)
    profile = _running_median(time_s, _profile(edge, points))
    belly = _running_median(time_s, _profile(outline_px[:, front].astype(float), points))
    turn = np.full(time_s.shape, np.nan)
    sigma = np.full(time_s.shape, np.nan)
    for frame in np.flatnonzero(np.isfinite(profile).any(axis=1)):
        turn[frame], sigma[frame] = whole_turn(profile[frame])
    return BackLine(turn, sigma, edge, _hip_depth(profile + belly))


def _hip_depth(depth: FloatArray) -> FloatArray:
    """Median depth (T,) over the stations at the hips; NaN where half aren't seen."""
    hips = depth[:, (HIP_STATIONS[0] <= STATIONS) & (HIP_STATIONS[1] >= STATIONS)]
    out = np.full(len(depth), np.nan)
    known = np.isfinite(hips).mean(axis=1) >= 0.5
    out[known] = np.nanmedian(hips[known], axis=1)
    return out


def _profile(edge_px: FloatArray, points_px: FloatArray) -> FloatArray:
    """Distance of the edge from the hip-to-shoulder line, (T, S) trunk lengths."""
    out = np.full(edge_px.shape[:2], np.nan)
    for frame in range(len(edge_px)):
        hip, shoulder = trunk_axis(points_px[frame])
        axis = shoulder - hip
        length_px = np.hypot(*axis)
        if np.isfinite(length_px) and length_px > 0:
            base = hip + STATIONS[:, None] * axis
            out[frame] = np.linalg.norm(edge_px[frame] - base, axis=1) / length_px
    return out


def _running_median(time_s: FloatArray, profile: FloatArray) -> FloatArray:
    step_s = float(np.median(np.diff(time_s))) if len(time_s) > 1 else SMOOTH_S
    half = max(1, round(SMOOTH_S / step_s / 2))
    padded = np.pad(profile, ((half, half), (0, 0)), constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1, axis=0)
    out = np.full(profile.shape, np.nan)
    known = np.isfinite(windows).any(axis=-1)
    out[known] = np.nanmedian(windows[known], axis=-1)
    return out


def whole_turn(profile: FloatArray) -> tuple[float, float]:
    """W and its standard deviation, degrees, of one (S,) profile; NaN if unseen."""
    short = _fit(profile, *SHORT_WINDOW)
    if short is None:
        return np.nan, np.nan
    top = (SHORT_WINDOW[1] < STATIONS) & (WINDOW[1] >= STATIONS) & np.isfinite(profile)
    stands_off = np.median(profile[top] - np.polyval(short, STATIONS[top])) if top.any() else np.inf
    whole = _fit(profile, *WINDOW)
    if whole is None or stands_off > COLLAR:
        stretch = (WINDOW[1] - WINDOW[0]) / (SHORT_WINDOW[1] - SHORT_WINDOW[0])
        return stretch * _turn_deg(short, *SHORT_WINDOW), SHORT_SIGMA_DEG
    return _turn_deg(whole, *WINDOW), SIGMA_DEG


def _fit(profile: FloatArray, low: float, high: float) -> FloatArray | None:
    """Quadratic through the edge from ``low`` to ``high``, outliers left out.

    None when less than 80 % of the stations are seen (evidence §3.3).
    """
    inside = (low <= STATIONS) & (high >= STATIONS)
    known = inside & np.isfinite(profile)
    if known.sum() < 0.8 * inside.sum():
        return None
    u, r = STATIONS[known], profile[known]
    for _ in range(2):
        coefficients = np.polyfit(u, r, 2)
        away = np.abs(r - np.polyval(coefficients, u))
        keep = away <= max(0.01, 3 * 1.4826 * float(np.median(away)))
        u, r = u[keep], r[keep]
    return np.asarray(np.polyfit(u, r, 2))


def _turn_deg(coefficients: FloatArray, low: float, high: float) -> float:
    slope = np.polyder(coefficients)
    ends = np.degrees(np.arctan(np.polyval(slope, [low, high])))
    return float(ends[0] - ends[1])

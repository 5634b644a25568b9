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

import numpy as np

from formcheck.data import (
    Back,
    BackReading,
    BoolArray,
    FloatArray,
    Picture,
    PoseTrack,
    Series,
    Stance,
    Time,
)
from formcheck.poses.outline import STATIONS
from formcheck.signals.angles import HIP, SHOULDER
from formcheck.signals.filtering import nan_median, pieces
from formcheck.signals.frame_times import FrameTimes
from formcheck.signals.lumbar import CONTRADICTED, SHAPES, contradiction_deg, shapes
from formcheck.signals.repair import hip_px, inside, shoulder_px
from formcheck.signals.uncertainty import coarse_deg, dim_deg, foreshortening_deg
from formcheck.signals.view import behind_deg

WINDOW = (0.10, 1.0)
SHORT_WINDOW = (0.05, 0.80)
"""Used where a hood, hair or collar stands out above it."""

SMOOTH_S = 0.1
"""The edge is a running median over this time (evidence §3.3: three frames)."""

AT_ONCE = 512
"""Frames whose outlines are laid out in memory together."""

COLLAR = 0.055
"""Trunk lengths by which the top of the edge may stand off the line of the
rest before it counts as hood, hair or collar (our choice, measured on the real
clips: bare backs and T-shirts stay under 0.04, a hood stands 0.08..0.10 off)."""

DEEP_HIPS = 0.8
"""Trunk lengths of mask depth at the hips from which something stands before
them: bodies alone have 0.5..0.7, with a plate 0.82..1.1 (our choice, measured
on the real side-view clips)."""

HIP_STATIONS = (-0.10, 0.15)

RAGGED = 0.018
"""Trunk lengths (RMS) by which what is taken for the back may stray from one bow.
Labelled rounded backs stray by 0.003..0.008, real and rendered flat or hollow ones by
up to 0.016; edges that hold a pony tail, a post or plate behind the lifter, or that
something drawn on the film cuts, by 0.019..0.028 (our choice between them)."""

SIGMA_DEG = 5.0
"""Standard deviation of W, fitted clothes or a T-shirt (evidence §1.4, row 5)."""

SHORT_SIGMA_DEG = 5.8
"""The same from the short window: the turn is scaled up by 0.90 / 0.75, and the
frame's share of the error (2.7°) with it (our choice)."""

BEHIND = 0.9
"""Degrees that the back's line turns more per degree the camera stands behind:
the shoulder blade comes into the outline (rendered lifters: 15..17° at 18°)."""

COARSE, DIM = 1.5, 2.0
"""How many times a small and a dark picture's error of the trunk is in the back's line:
three rendered sets of bodies 125 pixels tall (1.8°) are read 3° off (RMSE), and a squat
darkened to a grey of 19 (4°) 7..12° (our choice)."""

EDGE, COVERED = "the back's edge", "a hood, hair or collar"
"""Names of these two as parts of σ: what the short window adds is the second."""


def back_of(
    track: PoseTrack,
    landmarks_px: FloatArray,
    time: Time,
    stance: Stance,
    picture: Picture,
    looked_at_px: float,
) -> tuple[Back, Series]:
    """The back, and W with its σ; without a picture, or from the front, there is none.

    ``landmarks_px`` is (T, 33, 2) pixels, ``looked_at_px`` the leg's length as the engine
    looks at it.
    """
    if track.outline_px is None or stance.view.facing is None:
        return _no_back(len(time.time_s))
    trunk = picture.own_px(landmarks_px[:, [*SHOULDER.values(), *HIP.values()]])
    whole = np.asarray(inside(trunk, track.frame_size).all(axis=1))
    back, turn = _read(track.outline_px, landmarks_px, time, stance.forward, whole)
    return back, turn.with_parts(
        {
            "the camera's angle": foreshortening_deg(stance.view.yaw_deg),
            "a camera behind the lifter": BEHIND * behind_deg(landmarks_px, stance),
            CONTRADICTED: contradiction_deg(turn.value, back.reading),
            "a small picture": COARSE * coarse_deg("trunk", looked_at_px),
            "the dark": DIM * dim_deg(picture.light),
        }
    )


def _no_back(frames: int) -> tuple[Back, Series]:
    unseen = np.full(frames, np.nan)
    nothing = BackReading(np.full((frames, SHAPES), np.nan), unseen, unseen)
    return Back(np.full((frames, 0, 2), np.nan), unseen, nothing), Series(unseen, {EDGE: unseen})


def _read(
    outline_px: FloatArray,
    landmarks_px: FloatArray,
    time: Time,
    forward: float,
    whole: BoolArray,
) -> tuple[Back, Series]:
    """Read the back and W off the outline (T, 2, S, 2).

    ``forward`` is +1 when the lifter faces right, -1 when left; ``whole`` (T,) tells
    where the trunk is in the picture.
    """
    time_s = time.time_s
    back, front = (0, 1) if forward > 0 else (1, 0)
    edge = outline_px[:, back].copy()
    edge[~whole] = np.nan
    half = max(1, FrameTimes(time_s).frames(SMOOTH_S / 2))
    turn, sigma, depth = (np.full(len(time_s), np.nan) for _ in range(3))
    shape = np.full((len(time_s), SHAPES), np.nan)
    # A long film's outlines all at once would take ten times their own memory.
    blocks = [
        (start, min(start + AT_ONCE, end), begin, end)
        for begin, end in pieces(time_s, time.stretch)
        for start in range(begin, end, AT_ONCE)
    ]
    for start, stop, begin, end in blocks:
        first, last = max(start - half, begin), min(stop + half, end)
        points = landmarks_px[first:last, :, :2].astype(float)
        inner = slice(start - first, stop - first)
        profile = _running_median(_profile(edge[first:last], points), half)[inner]
        belly = _running_median(_profile(outline_px[first:last, front], points), half)[inner]
        turn[start:stop], sigma[start:stop] = whole_turn(profile)
        shape[start:stop] = shapes(profile)
        depth[start:stop] = _hip_depth(profile + belly)
    axis = shoulder_px(landmarks_px[..., :2]) - hip_px(landmarks_px[..., :2])
    lean = np.degrees(np.arctan2(forward * axis[:, 0], -axis[:, 1]))
    covered = np.sqrt(np.maximum(np.square(sigma) - SIGMA_DEG**2, 0.0))
    parts = {EDGE: np.minimum(sigma, SIGMA_DEG), COVERED: covered}
    return Back(edge, depth, BackReading(shape, lean, np.hypot(*axis.T))), Series(turn, parts)


def _hip_depth(depth: FloatArray) -> FloatArray:
    """Median depth (T,) over the stations at the hips; NaN where half aren't seen."""
    hips = depth[:, (HIP_STATIONS[0] <= STATIONS) & (HIP_STATIONS[1] >= STATIONS)]
    out = np.full(len(depth), np.nan)
    known = np.isfinite(hips).mean(axis=1) >= 0.5
    out[known] = nan_median(hips[known])
    return out


def _profile(edge_px: FloatArray, points_px: FloatArray) -> FloatArray:
    """Distance of the edge from the hip-to-shoulder line, (T, S) trunk lengths."""
    hip, shoulder = hip_px(points_px), shoulder_px(points_px)
    axis = shoulder - hip
    length_px = np.hypot(*axis.T)
    base = hip[:, None] + STATIONS[None, :, None] * axis[:, None]
    away_px = np.linalg.norm(edge_px - base, axis=2)
    return np.asarray(away_px / np.where(length_px > 0, length_px, np.nan)[:, None])


def _running_median(profile: FloatArray, half: int) -> FloatArray:
    """Median over 2 x ``half`` + 1 frames, NaN passed over."""
    padded = np.pad(profile, ((half, half), (0, 0)), constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1, axis=0)
    out = np.full(profile.shape, np.nan)
    known = np.isfinite(windows).any(axis=-1)
    out[known] = nan_median(windows[known])
    return out


def whole_turn(profiles: FloatArray) -> tuple[FloatArray, FloatArray]:
    """W and its standard deviation, (T,) degrees each, of (T, S) profiles.

    NaN where less than 80 % of the edge is seen, or it isn't one bow.
    """
    short, short_rest = _fit(profiles, *SHORT_WINDOW)
    whole, whole_rest = _fit(profiles, *WINDOW)
    top = _between(SHORT_WINDOW[1], WINDOW[1])
    off = profiles[:, top] - short @ _powers(STATIONS[top]).T
    stands_off = np.full(len(profiles), np.inf)
    known = np.isfinite(off).any(axis=1)
    stands_off[known] = nan_median(off[known])
    covered = np.isnan(whole[:, 0]) | (stands_off > COLLAR)
    stretch = (WINDOW[1] - WINDOW[0]) / (SHORT_WINDOW[1] - SHORT_WINDOW[0])
    turn = np.where(covered, stretch * _turn_deg(short, *SHORT_WINDOW), _turn_deg(whole, *WINDOW))
    sigma = np.where(covered, SHORT_SIGMA_DEG, SIGMA_DEG)
    turn[np.where(covered, short_rest, whole_rest) > RAGGED] = np.nan
    return turn, np.where(np.isfinite(turn), sigma, np.nan)


def _fit(profiles: FloatArray, low: float, high: float) -> tuple[FloatArray, FloatArray]:
    """Quadratics through the edge from ``low`` to ``high``, outliers left out.

    (T, 3) coefficients of 1, u, u², and how far the rest strays from them, (T,) trunk
    lengths RMS; NaN when less than 80 % of the stations are seen (evidence §3.3). All
    frames at once: weighted normal equations.
    """
    inside = _between(low, high)
    powers, r = _powers(STATIONS[inside]), profiles[:, inside]
    squares = (powers[:, :, None] * powers[:, None, :]).reshape(-1, 9)
    known = np.isfinite(r)
    enough = known.sum(axis=1) >= 0.8 * inside.sum()
    out, rest = np.full((len(profiles), 3), np.nan), np.full(len(profiles), np.nan)
    if not enough.any():
        return out, rest
    r, use = np.where(known, r, 0.0)[enough], known[enough]
    seen = use
    for _ in range(3):
        left = (use @ squares).reshape(-1, 3, 3)
        right = (use * r) @ powers
        found = np.linalg.solve(left, right[..., None])[..., 0]
        away = np.where(seen, np.abs(r - found @ powers.T), np.nan)
        line = np.maximum(0.01, 3 * 1.4826 * nan_median(away))
        use = seen & (away <= line[:, None])
    out[enough] = found
    rest[enough] = np.sqrt(np.sum(np.square(away), axis=1, where=use) / use.sum(axis=1))
    return out, rest


def _between(low: float, high: float) -> BoolArray:
    """Stations (S,) from ``low`` to ``high``."""
    return np.asarray(np.abs(STATIONS - (low + high) / 2) <= (high - low) / 2)


def _powers(u: FloatArray) -> FloatArray:
    return np.stack([np.ones_like(u), u, u**2], axis=1)


def _turn_deg(coefficients: FloatArray, low: float, high: float) -> FloatArray:
    """Difference of the tangents at ``low`` and ``high``, (T,) degrees."""
    slopes = coefficients[:, 1:2] + 2 * coefficients[:, 2:3] * np.array([low, high])
    ends = np.degrees(np.arctan(slopes))
    return np.asarray(ends[:, 0] - ends[:, 1])

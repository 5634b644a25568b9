"""What something stands before: angles that the picture doesn't show.

A plate hides a leg without the engine saying so: it guesses a knee, and the
mask takes the plate in. Three things give it away. The engine's visibility of
the knee or ankle falls a little, and stays lower around the moment; the mask
ends too far behind hips that are hardly bent; and a bar whose plates hide the
leg is at the hips when the trunk is up, where it drags the hip point along by
a fifth of the trunk. Such angles are missing rather than wrong. The points
stay: they serve to count and to time repetitions, never to judge one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from formcheck.data import BoolArray, Facing, FloatArray, PoseTrack, Stance
from formcheck.poses.outline import STATIONS
from formcheck.signals.angles import ANKLE, HIP, KNEE, SHOULDER, WRIST
from formcheck.signals.back import HIP_STATIONS
from formcheck.signals.filtering import nan_median
from formcheck.signals.frame_times import FrameTimes
from formcheck.signals.numeric import windows
from formcheck.signals.repair import LEAST_ON_BODY, hip_px, shoulder_px

AROUND_S = 0.5
"""A limb hidden within this time is doubted (our choice, like the lines below:
measured on rendered lifters and the real side-view clips)."""

CLEAR_KNEE = 0.8
CLEAR_ANKLE = 0.7
"""Visibility that free limbs keep: knees 0.86 and more, ankles 0.74 and more;
behind plates most fall to 0.4..0.8 at some moment of a repetition."""

SURE = 0.85
"""So visible, a knee or ankle that the mask leaves out is at the mask's edge."""

BEHIND_HIP = 0.33
"""Trunk lengths from the near hip back to the mask's edge of someone nearly
upright with hanging hands: 0.14..0.32 when nothing is there, 0.30..0.57 with a
plate."""

FLICKER_S = 0.1

NEARLY_UPRIGHT_DEG = 45.0
"""Hip flexion under which the line above holds: a bent hip stands out by itself;
and trunk lean under which a bar in the hands is at the hips or thighs."""


@dataclass(frozen=True)
class Covered:
    """Frames (T,) each in which a part of the lifter is behind something.

    knee, ankle  of the camera's side
    hips         what is at the hips drags the hip point along
    """

    knee: BoolArray
    ankle: BoolArray
    hips: BoolArray

    @property
    def leg(self) -> BoolArray:
        """Knee or ankle."""
        return self.knee | self.ankle

    def drop(self, angles_deg: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
        """The angles with those that aren't shown missing, (T,) degrees each."""
        hidden = {
            "trunk": self.hips,
            "thigh": self.hips | self.leg,
            "shank": self.leg,
            "knee": self.hips | self.leg,
            "hip": self.hips | self.leg,
            "neck": self.hips,
        }
        return {
            name: np.where(hidden[name], np.nan, values) if name in hidden else values
            for name, values in angles_deg.items()
        }


def nothing_covered(frames: int) -> Covered:
    """Without a picture nothing says what is covered."""
    free = np.zeros(frames, dtype=bool)
    return Covered(free, free, free)


def covered(
    track: PoseTrack,
    points_px: FloatArray,
    angles_deg: Mapping[str, FloatArray],
    stance: Stance,
    *,
    from_side: bool,
) -> Covered:
    """Tell what is covered, of the limbs nearer to the camera.

    ``points_px`` (T, 33, 2) are those of the track with left and right put right. Only
    ``from_side`` does a plate stand before the hips. Without a picture nothing is told.
    """
    time_s, on_body, visibility = track.time_s, track.on_body, track.visibility
    if track.outline_px is None or on_body is None:
        return nothing_covered(len(time_s))
    side, forward = stance.side, stance.forward
    off = (on_body < LEAST_ON_BODY) & (visibility < SURE)
    clear = np.where(off, 0.0, visibility)
    # Where nobody was found, nothing says that something was covered.
    clear[~np.isfinite(points_px[..., 0])] = 1.0
    knee = _half_hidden(time_s, clear[:, KNEE[side]], CLEAR_KNEE)
    ankle = _half_hidden(time_s, clear[:, ANKLE[side]], CLEAR_ANKLE)
    if not from_side:
        return Covered(knee, ankle, np.zeros(len(time_s), dtype=bool))
    edge = track.outline_px[:, 0 if forward > 0 else 1]
    behind = _behind_hip(edge, points_px, points_px[:, HIP[side]], forward)
    stands_out = (behind > BEHIND_HIP) & (angles_deg["hip"] < NEARLY_UPRIGHT_DEG)
    width = FrameTimes(time_s).around(FLICKER_S)
    stands_out = windows(stands_out, width).max(axis=-1)
    at_hips = (knee | ankle) & (angles_deg["trunk"] < NEARLY_UPRIGHT_DEG)
    return Covered(knee, ankle, stands_out & _hands_low(points_px, side) | at_hips)


def _half_hidden(time_s: FloatArray, visibility: FloatArray, clear: float) -> BoolArray:
    """Frames (T,) with a moment of less visibility around them."""
    width = FrameTimes(time_s).around(AROUND_S)
    return np.asarray(windows(visibility, width).min(axis=-1) < clear)


def _hands_low(points_px: FloatArray, side: Facing) -> BoolArray:
    """Frames (T,) with the wrist nearer to the hip's height than to the shoulder's."""
    wrist, hip, shoulder = (points_px[:, table[side], 1] for table in (WRIST, HIP, SHOULDER))
    return np.asarray(wrist > (hip + shoulder) / 2)


def _behind_hip(
    edge_px: FloatArray, points_px: FloatArray, near_px: FloatArray, forward: float
) -> FloatArray:
    """How far the edge (T, S, 2) stands behind the near hip, (T,) trunk lengths.

    Across the trunk, in the middle of the stations at the hips.
    """
    axis = shoulder_px(points_px) - hip_px(points_px)
    length_px = np.hypot(*axis.T)
    ahead = np.stack([-axis[:, 1], axis[:, 0]], axis=1) * forward
    at_hips = (HIP_STATIONS[0] <= STATIONS) & (HIP_STATIONS[1] >= STATIONS)
    away = ((near_px[:, None] - edge_px[:, at_hips]) * ahead[:, None]).sum(axis=2)
    out = np.full(len(away), np.nan)
    known = np.isfinite(away).any(axis=1) & (length_px > 0)
    out[known] = nan_median(away[known]) / length_px[known] ** 2
    return out

"""The lifter's body in the picture: its landmarks from what the engine found, and its size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.data import Body, BoolArray, Facing, FloatArray, PoseTrack, Stance, Time
from formcheck.errors import NoLifter
from formcheck.signals import repair
from formcheck.signals.angles import ANKLE, HIP, KNEE, SHOULDER, near_limbs, use_both
from formcheck.signals.between import laid_between
from formcheck.signals.frame_times import FrameTimes
from formcheck.signals.uncertainty import OF_LEG, looked_at_px
from formcheck.signals.view import each_yaw_deg

MIN_SEEN_S = 0.5
"""Below this nobody was in the picture long enough to move (our choice)."""

LEAST_FRAMES = 3
"""Fewer tell no length (our choice)."""

GATE_UP_TO_DEG = 45.0
"""Yaw up to which a trunk that looks short is a collapsed skeleton: a trunk
leaning by 60° keeps 0.79 of its length there (evidence §3.2)."""


@dataclass(frozen=True)
class Landmarks:
    """What the engine found of the lifter, left and right where they belong.

    px          (T, 33, 2)  pixels
    visibility  (T, 33)     as far as the mask bears it out, 0..1
    seen        (T,)        the lifter was found
    swaps                   stretches in which left and right had changed places
    looked      (T,)        the engine looked at the picture; None for all of them
    """

    px: FloatArray
    visibility: FloatArray
    seen: BoolArray
    swaps: int
    looked: BoolArray | None = None


def landmarks_of(track: PoseTrack) -> Landmarks:
    """Take the lifter's landmarks from a track.

    Raises
    ------
    NoLifter
        Nobody is in the picture for at least half a second.
    """
    px = track.landmarks_px[..., :2]
    seen = np.isfinite(px[:, SHOULDER["left"], 0])
    seen_s = FrameTimes(track.time_s).lasting_s(seen)
    if seen_s < MIN_SEEN_S:
        name = track.source.file if track.source else "the poses"
        raise NoLifter(
            f"{name}: nobody was found for long enough to judge "
            f"({seen_s:.1f} s). Film the whole body, in good light."
        )
    visibility = repair.believed(track.time_s, track.visibility, track.on_body)
    if track.looked is not None:  # between sides exchanged and not, there is neither
        px = np.where(track.looked[:, None, None], px, np.nan)
    px, visibility, swaps = repair.unswap(px, visibility)
    px, visibility = laid_between(track, px), laid_between(track, visibility)
    return Landmarks(px, visibility, seen, swaps, track.looked)


def reliable_px(time: Time, found: Landmarks, stance: Stance) -> FloatArray:
    """Those of the landmarks, (T, 33, 2) pixels, that can be trusted; NaN for the others."""
    return repair.drop_unreliable(
        time.time_s,
        found.px,
        found.visibility,
        from_side=each_yaw_deg(stance.heading_deg) <= GATE_UP_TO_DEG,
        stretch=time.stretch,
        looked=found.looked,
    )


def body_of(
    time: Time,
    found: Landmarks,
    kept_px: FloatArray,
    stance: Stance,
    frame_size: tuple[int, int],
) -> Body:
    """Make the body of those landmarks (T, 33, 2) that were kept."""
    points = repair.bridge_and_smooth(time.time_s, kept_px, time.stretch)
    leg_px = _leg_px(points, found.px, stance.side)
    return Body(
        points_px=points,
        seen=found.seen,
        leg_px=leg_px,
        looked_at_px=looked_at_px(leg_px, frame_size),
        both_sides=use_both(points, stance.side, stance.view.yaw_deg),
        alone=near_limbs(points, stance.side),
        side_swaps_repaired=found.swaps,
    )


def _leg_px(points: FloatArray, guessed: FloatArray, side: Facing) -> float:
    """Standing leg length, hip-knee-ankle, in pixels: the body's own scale.

    Of a leg that is hidden throughout it is told by the trunk, and where the hips are hidden
    too by the trunk as the engine guesses it: a coarse scale still counts a set.
    """
    hip, knee, ankle = (points[:, table[side]] for table in (HIP, KNEE, ANKLE))
    leg = np.linalg.norm(hip - knee, axis=1) + np.linalg.norm(knee - ankle, axis=1)
    if np.isfinite(leg).sum() >= LEAST_FRAMES:
        return float(np.nanpercentile(leg, 90))
    for each in (points, guessed):
        trunk = np.linalg.norm(each[:, SHOULDER[side]] - each[:, HIP[side]], axis=1)
        if np.isfinite(trunk).sum() >= LEAST_FRAMES:
            return float(np.nanpercentile(trunk, 90) / OF_LEG["trunk"])
    return float("nan")

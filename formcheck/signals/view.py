"""Where the camera stands: heading, view, facing and camera side.

The heading is the way the lifter's chest points, seen from above: 0° to the
right of the picture, 90° to the camera, 180° to the left, -90° away from it.
It is read from the engine's own 3-D points: the left-to-right lines of the
shoulders and hips. Their lengths are a learned mean body's, but their
direction is what the picture shows; over the real clips it agrees with the
view a person sees, within about 10°.
"""

from __future__ import annotations

import numpy as np

from formcheck.data import Facing, FloatArray, Stance, Time, View, ViewName
from formcheck.signals.angles import ANKLE, HIP, KNEE, SHOULDER
from formcheck.signals.filtering import Stretch, pieces
from formcheck.signals.frame_times import FrameTimes
from formcheck.signals.numeric import windows

HEADING_SIGMA_DEG = 5.0
SIDE_SIGMA_DEG = 14.0
STEADY_FROM_DEG = 45.0
"""Systematic error of a heading, one standard deviation: 14° for what looks like a
true side view, 5° from 45° on, in between by proportion (evidence §2.3 has 8..10°
over all views). Our choice, measured on rendered lifters: filmed from 18° behind
to 15° ahead they all read 0..15°, turned too far to the camera by 8° on average."""

UNSTEADY_DEG = 5.0
"""Spread of a heading that is as good as steady (our choice)."""

SHOULDERS_OVER_TRUNK = 0.70
"""Shoulder width in trunk lengths (evidence §2.3)."""

SHOULDER_NOISE_DEG = 3.5
"""What the shoulders' places usually say of a true side view: 0..3.7° on the real
side-view clips (our choice)."""

SIDE_UP_TO_DEG = 25.0
FRONT_FROM_DEG = 65.0
"""View names by yaw (evidence §2.4: sagittal angles hold to about 20..35°,
frontal ones from about 70°)."""


def stance_of(time: Time, world_m: FloatArray, visibility: FloatArray) -> Stance:
    """How the lifter stands: from the engine's metres (T, 33, 3), and how well it sees them.

    ``visibility`` is (N, 33), of the frames that show the lifter.
    """
    heading = heading_deg(time.time_s, world_m, time.stretch)
    view = view_of(heading)
    return Stance(view, camera_side(view, visibility), heading)


def heading_deg(
    time_s: FloatArray, world_m: FloatArray, stretch: Stretch | None = None
) -> FloatArray:
    """Heading of each frame, (T,) degrees, running median over one second of a stretch."""
    pairs = [world_m[:, table["left"]] - world_m[:, table["right"]] for table in (SHOULDER, HIP)]
    # A plate before the shoulders sets them turning; the steadier pair counts more.
    across = np.sum([pair * _steadiness(pair) for pair in pairs], axis=0)
    known = np.isfinite(across[:, 0])
    if known.sum() < 2:
        return np.full(time_s.shape, np.nan)
    # Facing right, the left shoulder is the far one: z away from the camera.
    width = FrameTimes(time_s).within(1.0)
    out = np.full(time_s.shape, np.nan)
    for start, stop in pieces(time_s, stretch):
        mine = known[start:stop]
        if mine.any():
            part = across[start:stop][mine]
            x = np.median(windows(part[:, 0], width), axis=-1)
            z = np.median(windows(part[:, 2], width), axis=-1)
            out[start:stop][mine] = np.degrees(np.arctan2(x, z))
    return out


def _steadiness(across: FloatArray) -> float:
    """Weight of a left-to-right line (T, 3): one over its spread squared, 1/deg²."""
    known = across[np.isfinite(across[:, 0])]
    if len(known) < 2:
        return 0.0
    turned = np.degrees(np.arctan2(known[:, 0], known[:, 2]))
    away = difference_deg(turned, circular_median_deg(turned))
    spread = 1.4826 * float(np.median(np.abs(away)))
    return 1.0 / (spread**2 + UNSTEADY_DEG**2) / float(np.median(np.linalg.norm(known, axis=1)))


def view_of(heading: FloatArray) -> View:
    """Name the view of a stretch of headings by their median direction."""
    known = heading[np.isfinite(heading)]
    if known.size == 0:
        return View("front", None, float("nan"), 180.0)
    centre = circular_median_deg(known)
    spread = 1.4826 * float(np.median(np.abs(difference_deg(known, centre))))
    yaw = min(abs(centre), 180.0 - abs(centre))
    facing: Facing | None = "right" if abs(centre) < 90.0 else "left"
    name: ViewName
    if yaw <= SIDE_UP_TO_DEG:
        name = "side"
    elif yaw < FRONT_FROM_DEG:
        name = "oblique"
    else:
        name, facing = ("front" if centre > 0 else "back"), None
    return View(name, facing, yaw, float(np.hypot(heading_sigma_deg(yaw), spread)))


def each_yaw_deg(heading_deg: FloatArray) -> FloatArray:
    """How far from a side view each frame is, (T,) degrees, 0..90."""
    return np.asarray(90.0 - np.abs(np.abs(heading_deg) - 90.0))


def heading_sigma_deg(yaw_deg: float) -> float:
    """Standard deviation of a steady heading at a yaw of 0..90 degrees."""
    sideways = max(0.0, 1.0 - yaw_deg / STEADY_FROM_DEG)
    return HEADING_SIGMA_DEG + (SIDE_SIGMA_DEG - HEADING_SIGMA_DEG) * sideways


def behind_deg(points_px: FloatArray, stance: Stance) -> float:
    """How far the camera stands behind the lifter's side, degrees, 0 if before it.

    The engine's 3-D points hardly see a small turn away from the camera: a
    rendered lifter filmed from 18° behind comes out at 3°. The far shoulder's
    place in the picture shows half of it. The larger of both is taken.
    """
    heading, side = stance.heading_deg, stance.side
    away = np.nanmedian(np.sin(np.radians(heading))) if np.isfinite(heading).any() else 0.0
    by_heading = float(np.degrees(np.arcsin(np.clip(-away, 0.0, 1.0))))
    far: Facing = "left" if side == "right" else "right"
    ahead = stance.forward * (points_px[:, SHOULDER[far], 0] - points_px[:, SHOULDER[side], 0])
    trunk = np.linalg.norm(points_px[:, SHOULDER[side]] - points_px[:, HIP[side]], axis=1)
    if not np.isfinite(ahead).any():
        return by_heading
    shoulders = SHOULDERS_OVER_TRUNK * float(np.nanpercentile(trunk, 90))
    seen = float(np.degrees(np.arcsin(np.clip(-np.nanmedian(ahead) / shoulders, 0.0, 1.0))))
    return max(by_heading, 2.0 * max(seen - SHOULDER_NOISE_DEG, 0.0))


def circular_median_deg(angles_deg: FloatArray) -> float:
    """The median of directions: rotate to their mean, take the median, turn back."""
    turned = np.radians(angles_deg)
    mean = float(np.degrees(np.arctan2(np.sin(turned).mean(), np.cos(turned).mean())))
    return wrap(mean + float(np.median(difference_deg(angles_deg, mean))))


def difference_deg(a: FloatArray, b: FloatArray | float) -> FloatArray:
    """Signed difference of directions, -180..180 degrees."""
    return np.asarray((a - b + 180.0) % 360.0 - 180.0)


def wrap(angle_deg: float) -> float:
    """Bring one direction into -180..180 degrees."""
    return (angle_deg + 180.0) % 360.0 - 180.0


def camera_side(view: View, visibility: FloatArray) -> Facing:
    """The limbs nearer to the camera, chosen once for the set.

    Facing left one shows one's left side. From front or back the better seen
    side is taken.
    """
    if view.facing is not None:
        return view.facing
    tables = (SHOULDER, HIP, KNEE, ANKLE)
    seen = {
        side: float(np.nanmean(visibility[:, [table[side] for table in tables]]))
        for side in ("left", "right")
    }
    return "left" if seen["left"] >= seen["right"] else "right"

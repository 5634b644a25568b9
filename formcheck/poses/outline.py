"""Where the person mask ends on either side of the trunk.

For each frame the trunk axis runs from mid-hip H to mid-shoulder S. At
``STATIONS`` along it (0 at the hips, 1 at the shoulders) a ray leaves the axis
at right angles to either side, and the place where the mask ends is kept, in
pixels. Which side is the back is not known here: ``signals`` decides it, once
for the set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from formcheck.data import FloatArray

if TYPE_CHECKING:
    from formcheck.poses.crop import Crop

STATIONS: FloatArray = np.linspace(-0.10, 1.05, 60)
"""Places on the hip-to-shoulder line, in trunk lengths from the hips."""

REACH = 0.8
"""How far a ray looks, in trunk lengths. Our choice: a standing chest is 0.35
deep, and a strongly rounded back stands 0.6 of its shortened chord away."""

STEPS = 81
"""Samples on a ray: about one per mask cell, as the network's mask has 256."""

LEFT_HIP, RIGHT_HIP, LEFT_SHOULDER, RIGHT_SHOULDER = 23, 24, 11, 12


def trunk_axis(points_px: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mid-hip and mid-shoulder, each (2,) pixels, of one frame's (33, 2) points."""
    hip = (points_px[LEFT_HIP] + points_px[RIGHT_HIP]) / 2
    shoulder = (points_px[LEFT_SHOULDER] + points_px[RIGHT_SHOULDER]) / 2
    return hip, shoulder


def on_body(mask: FloatArray, points_px: FloatArray, crop: Crop | None = None) -> FloatArray:
    """The mask's value at each of the (33, 2) landmarks, 0..1; 0 outside the picture.

    The engine says of a knee behind a plate that it sees it; the mask, which
    ends at the plate, knows better. ``crop`` is as in ``outline``.
    """
    return np.asarray(_values(mask, points_px[None], crop, beyond=0.0)[0])


def outline(mask: FloatArray, points_px: FloatArray, crop: Crop | None = None) -> FloatArray:
    """Find where the mask ends left and right of the trunk.

    Parameters
    ----------
    mask
        (H, W) float, 1 inside the person.
    points_px
        (33, 2) landmarks in the picture's pixels.
    crop
        The part of the picture that the mask shows; None for all of it.

    Returns
    -------
    (2, S, 2) pixels: [0] to the left of the hip-to-shoulder direction as seen
    in the picture, [1] to the right. NaN where the axis point is outside the
    person, the ray leaves the picture, or the mask does not end within ``REACH``.
    """
    found = np.full((2, STATIONS.size, 2), np.nan)
    hip, shoulder = trunk_axis(points_px)
    axis = shoulder - hip
    length_px = float(np.hypot(*axis))
    if not np.isfinite(length_px) or length_px < 8.0:
        return found
    # Turning the axis by -90° in a y-down picture points to its left.
    left = np.array([axis[1], -axis[0]]) / length_px
    base = hip + STATIONS[:, None] * axis
    step_px = REACH * length_px / (STEPS - 1)
    along = np.arange(STEPS) * step_px
    for side, normal in enumerate((left, -left)):
        rays = base[:, None, :] + along[None, :, None] * normal
        inside = _values(mask, rays, crop, beyond=-1.0)
        reach_px = _first_exit(inside) * step_px
        found[side] = base + reach_px[:, None] * normal
    return found


def _values(
    mask: FloatArray, points_px: FloatArray, crop: Crop | None, *, beyond: float
) -> FloatArray:
    """The mask at points (N, M, 2) of the picture, (N, M); ``beyond`` the picture's edge.

    In the picture, but outside what the mask shows, is nobody.
    """
    import cv2  # noqa: PLC0415 - saved poses do without

    at = (points_px if crop is None else crop.inside(points_px)).astype(np.float32)
    border = beyond if crop is None else 0.0
    values = cv2.remap(
        mask,
        at[..., 0],
        at[..., 1],
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=border,
    )
    if crop is not None:
        values = np.where(crop.is_in_picture(points_px), values, beyond)
    return np.asarray(values)


def _first_exit(inside: FloatArray) -> FloatArray:
    """Sample index, with fraction, where each row first falls through one half.

    The trunk is solid from its axis to the skin, so the first exit is the skin;
    what lies further out is an elbow, a bar or a bell.
    """
    low = inside < 0.5
    after = np.argmax(low, axis=1)
    known = low.any(axis=1) & (after > 0)
    rows = np.arange(inside.shape[0])
    above, below = inside[rows, after - 1], inside[rows, after]
    known &= below >= 0.0  # -1 is outside the picture
    drop = np.where(known, above - below, 1.0)  # of the others it may be next to nothing
    return np.where(known, after - 1 + (above - 0.5) / drop, np.nan)

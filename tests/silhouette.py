"""The person mask of a body of rods: what a segmentation network would see of it.

The trunk lies between its back and its chest, a neck and a head stand on it, and
every limb is a capsule. A plate in the hands is a disc before the body: networks
leave it out, or take it for a part of the person. ``edges`` and ``on_body`` are
what ``formcheck.poses.outline`` finds in the ``drawn`` mask, worked out without
drawing it, which would cost more than all the rest of a test;
``tests/poses/test_outline.py`` holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.data import FloatArray
from formcheck.poses.outline import REACH, STATIONS, STEPS

BACK_DEPTH, CHEST_DEPTH = 0.22, 0.20
"""Trunk lengths from the hip-to-shoulder line to the skin."""

LIMBS = {
    (11, 13): 0.045,
    (13, 15): 0.035,
    (23, 25): 0.075,
    (25, 27): 0.050,
    (27, 29): 0.040,
    (27, 31): 0.040,
    (29, 31): 0.035,
}
"""Left points at a limb's ends, and half its thickness in metres (by eye)."""

FEET = 6
"""The last of the limbs, left and right, are too far from the trunk to hide its edge."""

NECK_M, HEAD_M = 0.055, 0.13
"""Half a neck's thickness, and the radius of a head that holds nose and ears."""

HIPS, SHOULDERS, EARS, WRISTS = [23, 24], [11, 12], [7, 8], [15, 16]
ENDS = np.array([-0.12, 1.07])
"""How far the trunk goes beyond the stations, so that no ray meets a corner."""


FINER = 4
"""A mask is drawn so many times larger, and made small: its edge is then soft."""


@dataclass(frozen=True)
class Silhouette:
    """Solid shapes before a camera, over time; lengths and places in pixels.

    points   (T, 33, 2)     landmarks
    depths   (T, 2, S)      trunk lengths from the hip-to-shoulder line to the skin, on
                            the picture's left [0] and right [1] of it
    rods     (T, N, 2, 2)   the ends of the neck, of the head and of the limbs
    radii    (N,)           half their thickness
    plate    (T, 2)         its middle
    """

    points: FloatArray
    depths: FloatArray
    rods: FloatArray
    radii: FloatArray
    plate: FloatArray
    plate_radius: float
    plate_taken_in: bool

    @property
    def axis(self) -> tuple[FloatArray, FloatArray]:
        """Mid-hip, and the way from there to mid-shoulder, (T, 2) each."""
        hip = self.points[:, HIPS].mean(axis=1)
        return hip, self.points[:, SHOULDERS].mean(axis=1) - hip


def silhouette(
    points: FloatArray,
    depths: FloatArray,
    scale_px: float,
    plate_m: float = 0.0,
    *,
    plate_taken_in: bool = False,
) -> Silhouette:
    """Clothe the rods, (T, 33, 2) pixels, at ``scale_px`` pixels per metre."""
    ends = [(one + odd, other + odd) for one, other in LIMBS for odd in (0, 1)]
    thickness = [radius for radius in LIMBS.values() for _ in (0, 1)]
    head, neck = points[:, EARS].mean(axis=1), points[:, SHOULDERS].mean(axis=1)
    upper = np.stack([np.stack([neck, head], axis=1), np.stack([head, head], axis=1)], axis=1)
    return Silhouette(
        points=points,
        depths=depths,
        rods=np.concatenate([upper, points[:, ends]], axis=1),
        radii=np.array([NECK_M, HEAD_M, *thickness]) * scale_px,
        plate=points[:, WRISTS].mean(axis=1),
        plate_radius=plate_m / 2 * scale_px,
        plate_taken_in=plate_taken_in,
    )


def edges(body: Silhouette, frame_size: tuple[int, int]) -> FloatArray:
    """Where the mask ends left and right of the trunk, (T, 2, S, 2) pixels."""
    hip, axis = body.axis
    length = np.hypot(*axis.T)[:, None]
    base = hip[:, None] + STATIONS[:, None] * axis[:, None]
    left = (np.stack([axis[:, 1], -axis[:, 0]], axis=1) / length)[:, None]
    rods = [
        _chord(base, left, body.rods[:, at, None], body.radii[at])
        for at in range(len(body.radii) - FEET)
    ]
    disc = np.stack([body.plate] * 2, axis=1)[:, None]
    plate = _chord(base, left, disc, body.plate_radius) if body.plate_radius > 0 else None
    out = np.empty((len(hip), 2, STATIONS.size, 2))
    for side, sign in enumerate((1, -1)):
        chords = [one[::sign] for one in rods]
        away = _first_way_out(
            body.depths[:, side] * length,
            [(sign * enter, sign * leave) for enter, leave in chords],
            None if plate is None else (sign * plate[::sign][0], sign * plate[::sign][1]),
            taken_in=body.plate_taken_in,
        )
        away[away > REACH * length * (STEPS - 1.5) / (STEPS - 1)] = np.nan
        place = base + away[..., None] * sign * left
        place[((place < 0) | (place > np.array(frame_size) - 1)).any(axis=-1)] = np.nan
        out[:, side] = place
    return out


Chord = tuple[FloatArray, FloatArray]
"""How far from the trunk's line rays (T, S) enter and leave something; inf and -inf
where they pass it by."""


def _first_way_out(
    skin: FloatArray, rods: list[Chord], plate: Chord | None, *, taken_in: bool
) -> FloatArray:
    """How far rays (T, S) go from the trunk's line before they leave the body."""
    solid = [*rods, plate] if plate is not None and taken_in else rods
    out = skin.copy()
    for _ in range(2):  # a thigh at the trunk, a shank at the thigh
        for enter, leave in solid:
            out = np.where(enter <= out, np.maximum(out, leave), out)
    if plate is not None and not taken_in:
        enter, leave = plate
        out = np.where((enter < out) & (leave > 0), enter, out)
        out[out <= 0] = np.nan  # the line is behind the plate
    return out


def _chord(base: FloatArray, normal: FloatArray, rod: FloatArray, radius: float) -> Chord:
    """Where rays (T, S) go through a capsule."""
    spans = [_through_disc(base - rod[..., end, :], normal, radius) for end in (0, 1)]
    along = rod[..., 1, :] - rod[..., 0, :]
    length = np.hypot(along[..., 0], along[..., 1])
    unit = along / np.where(length > 0, length, 1.0)[..., None]
    across = np.stack([-unit[..., 1], unit[..., 0]], axis=-1)
    start = base - rod[..., 0, :]
    first, last = _between(_dot(start, unit), _dot(normal, unit), 0.0 * length, length)
    enter, leave = _between(_dot(start, across), _dot(normal, across), -radius, radius)
    enter, leave = np.maximum(enter, first), np.minimum(leave, last)
    missed = (enter > leave) | (length <= 0)
    spans.append((np.where(missed, np.inf, enter), np.where(missed, -np.inf, leave)))
    return (
        np.minimum.reduce([one for one, _ in spans]),
        np.maximum.reduce([other for _, other in spans]),
    )


def _dot(one: FloatArray, other: FloatArray) -> FloatArray:
    """The product of vectors in the plane: much quicker than a sum over a short axis."""
    return np.asarray(one[..., 0] * other[..., 0] + one[..., 1] * other[..., 1])


def _through_disc(start: FloatArray, normal: FloatArray, radius: float) -> Chord:
    nearest = -_dot(start, normal)
    off = _dot(start, start) - nearest**2
    half = np.sqrt(np.maximum(radius**2 - off, 0.0))
    met = (off < radius**2) & (radius > 0)
    return np.where(met, nearest - half, np.inf), np.where(met, nearest + half, -np.inf)


def _between(
    start: FloatArray, slope: FloatArray, low: FloatArray | float, high: FloatArray | float
) -> Chord:
    """Where ``start + slope t`` lies from ``low`` to ``high``."""
    slope = np.where(np.abs(slope) < 1e-9, 1e-9, slope)
    one, other = (low - start) / slope, (high - start) / slope
    return np.minimum(one, other), np.maximum(one, other)


def behind_plate(body: Silhouette) -> NDArray[np.bool_]:
    """Which landmarks (T, 33) something stands before."""
    away = np.linalg.norm(body.points - body.plate[:, None], axis=-1)
    return np.asarray(away < body.plate_radius)


def on_body(body: Silhouette, frame_size: tuple[int, int]) -> FloatArray:
    """The mask's value at each landmark, (T, 33): every one is within a limb or the head."""
    inside = (body.points >= 0).all(axis=-1)
    inside &= (body.points <= np.array(frame_size) - 1).all(axis=-1)
    if not body.plate_taken_in:
        inside &= ~behind_plate(body)
    return inside.astype(float)


def drawn(body: Silhouette, frame: int, frame_size: tuple[int, int]) -> NDArray[np.float32]:
    """Draw the mask of one frame, (H, W), 1 inside the person."""
    width, height = frame_size
    mask = np.zeros((height * FINER, width * FINER), dtype=np.uint8)
    hip, axis = (one[frame] for one in body.axis)
    left = np.array([axis[1], -axis[0]])
    at = np.concatenate([ENDS[:1], STATIONS, ENDS[1:]])[:, None]
    skin = np.pad(body.depths[frame], ((0, 0), (1, 1)), mode="edge")[..., None]
    line = hip + at * axis
    _fill(mask, np.concatenate([line + skin[0] * left, (line - skin[1] * left)[::-1]]), 255)
    for (one, other), radius in zip(body.rods[frame], body.radii, strict=True):
        _fill(mask, _capsule(one, other, radius), 255)
    if body.plate_radius > 0:
        disc = _capsule(body.plate[frame], body.plate[frame], body.plate_radius)
        _fill(mask, disc, 255 if body.plate_taken_in else 0)
    small = cv2.resize(mask, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(small / 255.0, dtype=np.float32)


def _capsule(one: FloatArray, other: FloatArray, radius: float) -> FloatArray:
    """Its outline, (N, 2): two half circles."""
    way = np.arctan2(other[1] - one[1], other[0] - one[0])
    half = np.linspace(-np.pi / 2, np.pi / 2, 33) + way
    ring = radius * np.stack([np.cos(half), np.sin(half)], axis=1)
    return np.concatenate([other + ring, one - ring])


def _fill(mask: NDArray[np.uint8], corners: FloatArray, value: int) -> None:
    # A pixel's middle is its place; a polygon takes half a small pixel too much.
    fine = np.round(((corners + 0.5) * FINER - 0.5) * 16).astype(np.int32)
    cv2.fillPoly(mask, [fine], value, shift=4)

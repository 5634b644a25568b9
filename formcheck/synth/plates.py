"""Where a barbell's plates are, and which joints they hide from the camera."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from formcheck.data import BoolArray, FloatArray
from formcheck.synth.camera import Camera
from formcheck.synth.posture import Posed
from formcheck.synth.skeleton import unit

PLATE_AT_M = 0.70
PLATES_APART_M = 0.055
PLATE_THICK_M = 0.045
HEAVY_KG = 65.0
SIDES = {"left": 1.0, "right": -1.0}


@dataclass(frozen=True)
class Plates:
    """The outermost plate at each end of the bar; T frames.

    faces_m       side -> (T, 3)   middle of its outer face, as joints_m
    faces_px      side -> (T, 2)   the same in the picture
    px_per_m      side -> (T,)     pixels of a metre there, across the line of sight
    hides         joint -> (T,)    the joint's centre lies behind one of them
    """

    faces_m: Mapping[str, FloatArray]
    faces_px: Mapping[str, FloatArray]
    px_per_m: Mapping[str, FloatArray]
    hides: Mapping[str, BoolArray]


def plates_y_m(load_kg: float) -> tuple[float, ...]:
    """How far from the bar's middle the middles of one end's plates are, the inner one first."""
    count = 2 if load_kg > HEAVY_KG else 1
    return tuple(PLATE_AT_M + PLATES_APART_M * number for number in range(count))


def bar_turn(posed: Posed) -> FloatArray:
    """Return how a bar lies in the hands (3, 3): its columns are ahead, along to the left, up."""
    along = unit(posed.hands_m[0] - posed.hands_m[1])
    ahead = unit(np.cross(along, [0.0, 0.0, 1.0]))
    return np.stack([ahead, along, np.cross(ahead, along)], axis=1)


def plates_of(
    posed: Sequence[Posed],
    cameras: Sequence[Camera],
    joints_m: Mapping[str, FloatArray],
    load_kg: float,
    plate_m: float,
) -> Plates:
    """Work out the plates of every frame."""
    along = np.array([bar_turn(one)[:, 1] for one in posed])
    middle = np.array([one.grip_m for one in posed])
    face_y_m = plates_y_m(load_kg)[-1] + PLATE_THICK_M / 2
    eye = np.array([camera.place_m for camera in cameras])
    faces = {name: middle + side * face_y_m * along for name, side in SIDES.items()}
    hides = {name: np.zeros(len(eye), dtype=bool) for name in joints_m}
    for face in faces.values():
        for name, place in joints_m.items():
            hides[name] |= _is_behind(eye, place, face, along, plate_m / 2)
    return Plates(
        faces_m=faces,
        faces_px={
            name: np.array([c.project(p) for c, p in zip(cameras, face, strict=True)])
            for name, face in faces.items()
        },
        px_per_m={
            name: np.array([c.px_per_m(p) for c, p in zip(cameras, face, strict=True)])
            for name, face in faces.items()
        },
        hides=hides,
    )


def _is_behind(
    eye: FloatArray, place: FloatArray, face: FloatArray, along: FloatArray, radius_m: float
) -> BoolArray:
    """Frames (T,) in which the line from ``eye`` to ``place`` goes through a disc."""
    look = place - eye
    across = np.einsum("ij,ij->i", look, along)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.einsum("ij,ij->i", face - eye, along) / across
    hit = eye + share[:, None] * look
    near = np.linalg.norm(hit - face, axis=1) <= radius_m
    return np.asarray((share > 0.0) & (share < 1.0) & near)

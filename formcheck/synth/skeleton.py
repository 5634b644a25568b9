"""Bones of a lifter: where they are at rest, and where rotations put them.

Frame of the lifter: x forward (the way they face), y to their left, z up,
metres; the floor is z = 0 and the rest pose faces +x. A rotation of a bone is
its turn in the world from the rest pose, so that identity everywhere is the
rest pose, and a bone that isn't named turns with its parent.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from formcheck.data import FloatArray

SIDES = ("L", "R")
Turns = dict[str, FloatArray]  # bone name -> world rotation (3, 3)

# Left half of a generic adult, as shares of body height, read off the (CC0)
# MakeHuman base figure and rounded; the right half is its mirror image.
_HALF: tuple[tuple[str, str | None, tuple[float, float, float]], ...] = (
    ("root", None, (0.002, 0.0, 0.537)),
    ("pelvis.L", "root", (0.002, 0.0, 0.537)),
    ("upperleg01.L", "pelvis.L", (0.017, 0.066, 0.529)),
    ("upperleg02.L", "upperleg01.L", (0.016, 0.069, 0.480)),
    ("lowerleg01.L", "upperleg02.L", (0.015, 0.085, 0.288)),
    ("lowerleg02.L", "lowerleg01.L", (0.010, 0.098, 0.168)),
    ("foot.L", "lowerleg02.L", (0.003, 0.113, 0.044)),
    ("toe1-1.L", "foot.L", (0.075, 0.110, 0.012)),
    ("spine05", "root", (0.002, 0.0, 0.537)),
    ("spine04", "spine05", (-0.016, 0.0, 0.586)),
    ("spine03", "spine04", (-0.010, 0.0, 0.630)),
    ("spine02", "spine03", (-0.016, 0.0, 0.670)),
    ("spine01", "spine02", (-0.029, 0.0, 0.743)),
    ("clavicle.L", "spine01", (0.014, 0.013, 0.818)),
    ("shoulder01.L", "clavicle.L", (0.015, 0.060, 0.827)),
    ("upperarm01.L", "shoulder01.L", (0.010, 0.101, 0.803)),
    ("upperarm02.L", "upperarm01.L", (0.012, 0.128, 0.766)),
    ("lowerarm01.L", "upperarm02.L", (0.012, 0.205, 0.685)),
    ("lowerarm02.L", "lowerarm01.L", (0.068, 0.243, 0.651)),
    ("wrist.L", "lowerarm02.L", (0.121, 0.281, 0.611)),
    ("finger3-1.L", "wrist.L", (0.165, 0.305, 0.580)),
    ("neck01", "spine01", (0.007, 0.0, 0.860)),
    ("neck02", "neck01", (0.010, 0.0, 0.872)),
    ("neck03", "neck02", (0.017, 0.0, 0.894)),
    ("head", "neck03", (0.025, 0.0, 0.915)),
)
_HALF_POINTS: tuple[tuple[str, str, tuple[float, float, float]], ...] = (
    ("ear.L", "head", (0.010, 0.040, 0.940)),
    ("nose", "head", (0.088, 0.0, 0.930)),
    ("heel.L", "foot.L", (-0.030, 0.105, 0.010)),
    ("toe.L", "toe1-1.L", (0.125, 0.115, 0.008)),
    ("index_knuckle.L", "wrist.L", (0.168, 0.297, 0.585)),
    ("little_knuckle.L", "wrist.L", (0.148, 0.318, 0.580)),
)


@dataclass(frozen=True)
class Skeleton:
    """Rest pose of a body.

    names    (B,)    bone names, parents before children
    parents  (B,)    index of the parent, -1 for the root
    heads    (B, 3)  where each bone begins, metres, lifter frame
    points   name -> (bone index, rest position): ear, nose, heel, toe, knuckles
    standing_lumbar_deg  lumbar flexion of the rest pose's spine when this body
                         stands relaxed; flexion counts from there
    """

    names: tuple[str, ...]
    parents: tuple[int, ...]
    heads: FloatArray
    points: Mapping[str, tuple[int, FloatArray]]
    standing_lumbar_deg: float = 0.0

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.names)}

    def index(self, name: str) -> int:
        """Index of the bone called ``name``."""
        return self._places[name]

    def head(self, name: str) -> FloatArray:
        """Rest position of a bone's beginning, in metres."""
        return np.asarray(self.heads[self.index(name)])

    def length_m(self, bone: str, end: str) -> float:
        """Distance between the beginnings of two bones at rest, in metres."""
        return float(np.linalg.norm(self.head(end) - self.head(bone)))

    @classmethod
    def standard(cls, height_m: float = 1.75) -> Skeleton:
        """Return a generic adult of the given height; needs no body model."""
        names: list[str] = []
        parents: list[int] = []
        heads: list[tuple[float, float, float]] = []
        for side in (".L", ".R"):
            for name, parent, (x, y, z) in _HALF:
                mine = name.replace(".L", side)
                if mine in names:
                    continue
                names.append(mine)
                parents.append(-1 if parent is None else names.index(parent.replace(".L", side)))
                heads.append((x, y if side == ".L" else -y, z))
        points = {
            name.replace(".L", side): (
                names.index(bone.replace(".L", side)),
                height_m * np.array([x, y if side == ".L" else -y, z]),
            )
            for side in (".L", ".R")
            for name, bone, (x, y, z) in _HALF_POINTS
        }
        return cls(tuple(names), tuple(parents), height_m * np.array(heads), points)


@dataclass(frozen=True)
class Pose:
    """A skeleton put somewhere.

    turns      (B, 3, 3)  world rotation of each bone from the rest pose
    positions  (B, 3)     where each bone begins now, metres
    """

    turns: FloatArray
    positions: FloatArray


def forward_kinematics(
    skeleton: Skeleton, root_m: FloatArray, turns: Mapping[str, FloatArray]
) -> Pose:
    """Put the bones where the named world rotations say.

    ``root_m`` is the place of the root in metres; a bone that isn't named
    turns with its parent.
    """
    count = len(skeleton.names)
    turned = np.empty((count, 3, 3))
    placed = np.empty((count, 3))
    for bone, (name, parent) in enumerate(zip(skeleton.names, skeleton.parents, strict=True)):
        own = turns.get(name)
        if parent < 0:
            turned[bone] = np.eye(3) if own is None else own
            placed[bone] = root_m
            continue
        turned[bone] = turned[parent] if own is None else own
        placed[bone] = placed[parent] + turned[parent] @ (
            skeleton.heads[bone] - skeleton.heads[parent]
        )
    return Pose(turned, placed)


def point_now(skeleton: Skeleton, pose: Pose, name: str) -> FloatArray:
    """Return where a named surface point (ear, heel, …) is in this pose, in metres."""
    bone, rest = skeleton.points[name]
    return np.asarray(pose.positions[bone] + pose.turns[bone] @ (rest - skeleton.heads[bone]))


def joint_now(skeleton: Skeleton, pose: Pose, bone: str) -> FloatArray:
    """Return where a bone begins in this pose, in metres."""
    return np.asarray(pose.positions[skeleton.index(bone)])


def lean_deg(upward: FloatArray) -> float:
    """Return how far an upward vector leans forward, in degrees from vertical."""
    return math.degrees(math.atan2(upward[0], upward[2]))


def middle_now(skeleton: Skeleton, pose: Pose, bone: str) -> FloatArray:
    """Return the middle between the left and right of a joint, in metres."""
    left, right = (joint_now(skeleton, pose, f"{bone}.{side}") for side in SIDES)
    return np.asarray((left + right) / 2)


def about(axis: str, angle_deg: float) -> FloatArray:
    """Rotation about x, y or z of the lifter frame by a right-handed angle.

    About y a positive angle leans an upright segment forward.
    """
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    if axis == "x":
        return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
    if axis == "y":
        return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def about_axis(axis: FloatArray, angle_deg: float) -> FloatArray:
    """Rotation about any unit axis (Rodrigues)."""
    x, y, z = axis
    skew = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    angle = np.radians(angle_deg)
    return np.asarray(np.eye(3) + np.sin(angle) * skew + (1 - np.cos(angle)) * skew @ skew)


def unit(vector: FloatArray) -> FloatArray:
    """Return the vector at length one."""
    return np.asarray(vector / math.sqrt(vector @ vector))


def cross(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return the cross product of two vectors; numpy's own is slow for single ones."""
    return np.array(
        [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
    )


def frame_turn(
    rest: tuple[FloatArray, FloatArray], now: tuple[FloatArray, FloatArray]
) -> FloatArray:
    """Rotation that takes one pair of directions to another.

    The first of each pair is met exactly, the second as far as it is
    perpendicular to the first.
    """

    def basis(first: FloatArray, second: FloatArray) -> FloatArray:
        a = unit(first)
        b = unit(second - (second @ a) * a)
        return np.array([a, b, cross(a, b)]).T

    return np.asarray(basis(*now) @ basis(*rest).T)


def two_bones(
    start: FloatArray, end: FloatArray, upper_m: float, lower_m: float, pole: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Bend two bones so that they reach from start to end.

    Returns the middle joint, the end actually reached (the nearest one when
    the target is out of reach) and the unit vector the middle joint points to.
    """
    span = end - start
    far = float(np.linalg.norm(span))
    along = span / far
    reach = float(np.clip(far, abs(upper_m - lower_m) + 1e-4, (upper_m + lower_m) * 0.9999))
    side = unit(pole - (pole @ along) * along)
    cos_a = (upper_m**2 + reach**2 - lower_m**2) / (2 * upper_m * reach)
    sin_a = np.sqrt(max(0.0, 1 - cos_a**2))
    middle = start + upper_m * (cos_a * along + sin_a * side)
    return middle, start + reach * along, side

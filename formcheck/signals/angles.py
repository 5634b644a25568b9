"""Angles of the body in the sagittal plane.

The convention, used everywhere: the picture is mirrored so that the lifter
faces +x, y points up, and a segment's inclination is measured from the
vertical, in degrees, positive when its upper end leans forward.

| angle   | of                                        | standing | deep squat | hinge   |
|---------|-------------------------------------------|----------|------------|---------|
| trunk   | shoulder over hip                         | 0        | 25..50     | 55..85  |
| thigh   | hip over knee (negative: hip behind knee) | 0        | -90        | -20..-60|
| shank   | knee over ankle                           | 0..5     | 25..40     | 0..15   |
| knee    | knee flexion, shank - thigh               | 0        | 110..125   | 10..65  |
| hip     | trunk-thigh flexion, trunk - thigh        | 0        | 110..130   | 75..120 |
| arm     | wrist ahead of a hanging shoulder line    | 0        |            | -15..0  |
| elbow   | elbow angle, 180 is straight              | 180      |            |         |
| neck    | shoulder-to-ear inclination minus trunk;  | own      |            |         |
|         | larger is chin tucked, smaller looking up |          |            |         |

"hip" is the angle between the trunk's chord and the thigh: about two thirds of
any bend of the spine is in it, so it is not the hip joint's own angle.
Source: the definitions of Winter, Biomechanics and Motor Control of Human
Movement (2009), ch. 3, with the trunk's chord as the trunk segment.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import numpy as np

from formcheck.data import Facing, FloatArray, Limb, Stance

NOSE = 0
EAR: dict[Facing, int] = {"left": 7, "right": 8}
SHOULDER: dict[Facing, int] = {"left": 11, "right": 12}
ELBOW: dict[Facing, int] = {"left": 13, "right": 14}
WRIST: dict[Facing, int] = {"left": 15, "right": 16}
HIP: dict[Facing, int] = {"left": 23, "right": 24}
KNEE: dict[Facing, int] = {"left": 25, "right": 26}
ANKLE: dict[Facing, int] = {"left": 27, "right": 28}
HEEL: dict[Facing, int] = {"left": 29, "right": 30}
TOE: dict[Facing, int] = {"left": 31, "right": 32}

JOINTS = {
    "ear": EAR,
    "shoulder": SHOULDER,
    "elbow": ELBOW,
    "wrist": WRIST,
    "hip": HIP,
    "knee": KNEE,
    "ankle": ANKLE,
    "heel": HEEL,
    "toe": TOE,
}
"""Pairs of joints whose middle is taken, by name."""


def inclination_deg(upper: FloatArray, lower: FloatArray, forward: float) -> FloatArray:
    """Lean of the line from ``lower`` to ``upper`` from the vertical.

    Points are (..., 2) pixels, y down; ``forward`` is +1 when the lifter faces
    right and -1 when left. Range -180..180 degrees, positive forward.
    """
    across = (upper[..., 0] - lower[..., 0]) * forward
    up = lower[..., 1] - upper[..., 1]
    return np.asarray(np.degrees(np.arctan2(across, up)))


OBLIQUE_FROM_DEG = 20.0
"""From this yaw on both sides are used. Seen obliquely the near shoulder, hip
and knee stand at different distances from the body's middle, which alone tips
the near side's trunk by 12° at 45°; rendered lifters: trunk RMSE 15° from the
near side, 5° from the middle of both, and 8° to 5° at 30°. Under it the far side
is hidden, and the near one is better."""

MOST_STRETCH_DEG = 80.0


BOTH_SEEN, TRUNK_SEEN = 0.7, 0.4
"""Share of the near side's frames in which the far limb, and the far shoulder and hip, must be
seen as well (our choice; a trunk's sides stay as far apart as they are where both show)."""

LIMBS: dict[Limb, tuple[str, ...]] = {
    "arm": ("shoulder", "elbow", "wrist"),
    "leg": ("hip", "knee", "ankle"),
}
"""Joints of the limbs, the first on the trunk."""

STEADY = frozenset({"shoulder", "hip", "knee", "ankle", "heel", "toe"})
"""Pairs that stay about as far apart: a trunk is rigid across, and feet stand. Hands and
elbows go their own ways."""


def use_both(points_px: FloatArray, side: Facing, yaw_deg: float) -> bool:
    """Whether both sides of the trunk are to be used: seen obliquely, and seen at all."""
    trunk = ("shoulder", "hip")
    return yaw_deg >= OBLIQUE_FROM_DEG and _both_seen(points_px, side, trunk, TRUNK_SEEN)


def near_limbs(points_px: FloatArray, side: Facing) -> frozenset[Limb]:
    """The limbs of which the far one is hidden: the near one is used alone."""
    return frozenset(
        limb
        for limb, names in LIMBS.items()
        if not _both_seen(points_px, side, names[1:], BOTH_SEEN)
    )


def _both_seen(points_px: FloatArray, side: Facing, names: Iterable[str], least: float) -> bool:
    for table in (JOINTS[name] for name in names):
        seen = np.isfinite(points_px[:, list(table.values()), 0])
        near = np.isfinite(points_px[:, table[side], 0])
        if seen.all(axis=1).sum() < least * near.sum():
            return False
    return True


def middle_px(
    points_px: FloatArray, side: Facing, alone: Collection[Limb] = ()
) -> dict[str, FloatArray]:
    """The body's middle, halfway between left and right joints: (T, 2) each, by name.

    Where one of a pair of ``STEADY`` ones is hidden, both are as far apart as in the frames
    around. Of limbs that are used ``alone`` the near one is moved to the middle by as much
    as the joint on the trunk that it hangs from: as if both were parallel.
    """
    far: Facing = "left" if side == "right" else "right"
    away: dict[str, FloatArray] = {}
    middle: dict[str, FloatArray] = {}
    for name, table in JOINTS.items():
        one, other = points_px[:, table[side]], points_px[:, table[far]]
        away[name] = (other - one) / 2
        if name in STEADY:
            away[name] = _joined(away[name])
        middle[name] = np.where(np.isfinite(one), one + away[name], other - away[name])
    for limb in alone:
        root, *others = LIMBS[limb]
        for name in others:
            middle[name] = points_px[:, JOINTS[name][side]] + away[root]
    return middle


def _joined(values: FloatArray) -> FloatArray:
    """Values (T, 2) with gaps joined straight, and held at both ends."""
    known = np.flatnonzero(np.isfinite(values).all(axis=1))
    if not known.size:
        return values
    every = np.arange(len(values))
    return np.stack([np.interp(every, known, values[known, axis]) for axis in (0, 1)], axis=1)


def angles(
    points_px: FloatArray,
    stance: Stance,
    *,
    both_sides: bool,
    alone: Collection[Limb] = (),
) -> dict[str, FloatArray]:
    """All angles of the table above, each (T,) degrees.

    From the camera-side limbs; with ``both_sides`` from the body's middle, see
    ``middle_px``, with widths stretched by 1 / cos(yaw) to undo the foreshortening
    (evidence §2.3). ``points_px`` is (T, 33, 2); missing points give NaN.
    """
    forward = stance.forward
    if both_sides:
        stretch = 1.0 / np.cos(np.radians(min(stance.view.yaw_deg, MOST_STRETCH_DEG)))
        at = middle_px(points_px * np.array([stretch, 1.0]), stance.side, alone)
    else:
        at = {name: points_px[:, table[stance.side]] for name, table in JOINTS.items()}
    trunk = inclination_deg(at["shoulder"], at["hip"], forward)
    thigh = inclination_deg(at["hip"], at["knee"], forward)
    shank = inclination_deg(at["knee"], at["ankle"], forward)
    ear = inclination_deg(at["ear"], at["shoulder"], forward)
    # A hanging arm points down: its lower end, the wrist, ahead is positive.
    arm = -inclination_deg(at["shoulder"], at["wrist"], forward)
    return {
        "trunk": trunk,
        "thigh": thigh,
        "shank": shank,
        "knee": wrap_deg(shank - thigh),
        "hip": wrap_deg(trunk - thigh),
        "arm": arm,
        "elbow": joint_deg(at["shoulder"], at["elbow"], at["wrist"]),
        "neck": wrap_deg(ear - trunk),
    }


ENGINE_SHIFT_DEG = {"trunk": 2.7, "thigh": 1.65, "shank": -1.5, "ear": -11.3}
ENGINE_THIGH = 1.08
"""What the engine's points need to become joint centres. Its hip point lies ahead
of the joint and, the more the hip bends, above it; its ear ahead of the ear.
Our choice, measured on 56 rendered clips of three bodies: trunk RMSE 4.3 to 3.2°,
thigh 5.1 to 3.2°; docs/accuracy.md holds other clips and bodies. The thigh's stretch is
half of what they ask for: real thighs in
deep squats, by eye, need about that half. People standing still come closer to
straight with it: real trunks read -3..-5°, real knees 5..7° without."""


def at_joints(found_deg: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Angles between joint centres, from those between the engine's points."""
    trunk = found_deg["trunk"] + ENGINE_SHIFT_DEG["trunk"]
    thigh = ENGINE_THIGH * found_deg["thigh"] + ENGINE_SHIFT_DEG["thigh"]
    shank = found_deg["shank"] + ENGINE_SHIFT_DEG["shank"]
    ear = found_deg["neck"] + found_deg["trunk"] + ENGINE_SHIFT_DEG["ear"]
    return {
        **found_deg,
        "trunk": trunk,
        "thigh": thigh,
        "shank": shank,
        "knee": wrap_deg(shank - thigh),
        "hip": wrap_deg(trunk - thigh),
        "neck": wrap_deg(ear - trunk),
    }


def joint_deg(one: FloatArray, joint: FloatArray, other: FloatArray) -> FloatArray:
    """Angle at ``joint`` between ``one`` and ``other``: 0..180 degrees."""
    a, b = one - joint, other - joint
    cross = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    return np.asarray(np.degrees(np.abs(np.arctan2(cross, (a * b).sum(axis=-1)))))


def wrap_deg(angle_deg: FloatArray) -> FloatArray:
    """Bring an angle into -180..180 degrees."""
    return np.asarray((angle_deg + 180.0) % 360.0 - 180.0)

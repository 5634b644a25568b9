"""Hair that has a form: strands, a tail or a bun on the back of the head.

Strands hang where gravity pulls them, so that they fall forward as the lifter
bends over. They move with the head; they have no swing of their own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formcheck.data import FloatArray
from formcheck.synth.body import Body
from formcheck.synth.skeleton import Pose, Skeleton, frame_turn, unit
from formcheck.synth.spec import BodySpec

RINGS, AROUND = 9, 10
DOWN = np.array([0.0, 0.0, -1.0])
LONG_M = 0.34
TAIL_M = 0.36
STRANDS = 13
BENT_AFTER = 2  # rings until the hair hangs
BUN_RADIUS_M = 0.045


@dataclass(frozen=True)
class Strand:
    """A tapered tube that begins on the head.

    root       (3,)  rest place, metres
    out        (3,)  unit vector away from the head there, at rest
    stiffness  how much of ``out`` is left in the way it hangs; inf: it stands out
    radii_m    (RINGS,)
    length_m
    """

    root: FloatArray
    out: FloatArray
    stiffness: float
    radii_m: FloatArray
    length_m: float

    def vertices(self, skeleton: Skeleton, pose: Pose) -> FloatArray:
        """Return the tube's vertices (RINGS * AROUND, 3) in this pose."""
        head = skeleton.index("head")
        turn = pose.turns[head]
        root = pose.positions[head] + turn @ (self.root - skeleton.heads[head])
        out = turn @ self.out
        across = turn @ np.array([0.0, 1.0, 0.0])
        # Hair that would fall through the head slides off to one side of it.
        side = (1.0 if self.root[1] > 0 else -1.0) * across
        stiff = 0.0 if math.isinf(self.stiffness) else self.stiffness
        fall = DOWN + stiff * out + 0.8 * max(0.0, float(out[2])) * side
        angles = np.linspace(0, 2 * math.pi, AROUND, endpoint=False)
        circle = np.stack([np.cos(angles), np.sin(angles), np.zeros(AROUND)], axis=1)
        rings, centre = [], root
        for number, radius_m in enumerate(self.radii_m):
            bent = 0.0 if math.isinf(self.stiffness) else min(1.0, (number + 1) / BENT_AFTER)
            along = unit(out) if not bent else unit((1 - bent) * out + bent * unit(fall))
            basis = frame_turn((DOWN, np.array([0.0, 1.0, 0.0])), (along, across))
            rings.append(radius_m * circle @ basis.T + centre)
            centre = centre + self.length_m / (RINGS - 1) * along
        return np.concatenate(rings)


def tube_faces() -> NDArray[np.int64]:
    """Return the triangles of a strand, seen from outside."""
    faces = []
    for ring in range(RINGS - 1):
        for spoke in range(AROUND):
            a = ring * AROUND + spoke
            b = ring * AROUND + (spoke + 1) % AROUND
            faces += [(a, a + AROUND, b), (b, a + AROUND, b + AROUND)]
    return np.array(faces)


def strands(body: Body, who: BodySpec) -> tuple[Strand, ...]:
    """Return the strands of a person's hair; none for cropped hair or a bald head."""
    if who.hair == "bald" or who.hair_style == "cropped":
        return ()
    skeleton = body.skeleton
    chief = body.bones[np.arange(len(body.vertices)), body.weights.argmax(axis=1)]
    skull = body.vertices[chief == skeleton.index("head")]
    eyes_z = float(skeleton.head("eye.L")[2])
    crown_z = float(skull[:, 2].max())

    def scalp(angle_deg: float, height: float) -> tuple[FloatArray, FloatArray]:
        """Place on the scalp, ``angle_deg`` from straight behind, and the way out there."""
        out = np.array([-math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg)), 0.0])
        band = skull[np.abs(skull[:, 2] - (eyes_z + height * (crown_z - eyes_z))) < 0.03]
        middle = np.array([band[:, 0].mean(), 0.0, band[:, 2].mean()])
        return middle + out * float(((band - middle) @ out).max()), out

    swell = np.sin(np.linspace(0.0, math.pi, RINGS))
    if who.hair_style == "bun":
        root, out = scalp(0.0, 0.45)
        ball = BUN_RADIUS_M * np.sqrt(np.clip(1 - np.linspace(-1, 1, RINGS) ** 2, 0.0, 1.0))
        return (Strand(root - 0.02 * out, out, math.inf, ball, 2 * BUN_RADIUS_M),)
    if who.hair_style == "ponytail":
        root, out = scalp(0.0, 0.35)
        radii = 0.014 + 0.018 * swell
        radii[-1] = 0.004
        return (Strand(root - 0.012 * out, out, 0.25, radii, TAIL_M),)
    radii = np.linspace(0.036, 0.022, RINGS)
    radii[0], radii[-1] = 0.015, 0.008
    found = []
    for angle_deg in np.linspace(-80.0, 80.0, STRANDS):
        root, out = scalp(float(angle_deg), 0.30)
        found.append(Strand(root - 0.022 * out, out, 0.06, radii, LONG_M))
    return tuple(found)

"""Things that stand between the camera and the lifter."""

from __future__ import annotations

from typing import Any

import numpy as np

from formcheck.data import FloatArray
from formcheck.synth.spec import SceneSpec

AHEAD_M = 1.5  # from the lifter towards the camera: clear of a bar seen from its end
Part = tuple[Any, dict[str, Any]]
STEEL = {"color": (60, 62, 68), "ambient": 0.3, "diffuse": 0.7, "specular": 0.2}
PADDING = {"color": (38, 36, 40), "ambient": 0.35, "diffuse": 0.7}
WOOD = {"color": (156, 122, 82), "ambient": 0.35, "diffuse": 0.7}
DISCS = ((150, 40, 40), (40, 70, 140), (190, 160, 40), (48, 50, 54))


def standing_before(pv: Any, spec: SceneSpec, away: FloatArray, seed: int) -> list[Part]:
    """Build what stands still before the lifter; ``away`` points to the camera.

    Each thing stands a little to one side, by the seed: a post in the middle
    would hide the same joints in every clip.
    """
    chance = np.random.default_rng(seed + 5)
    right = np.array([-away[1], away[0], 0.0])
    build = {"bench": _bench, "box": _box, "plates": _plates, "post": _post}
    parts: list[Part] = []
    for name, builder in build.items():
        aside = float(chance.uniform(0.08, 0.30) * chance.choice((-1.0, 1.0)))
        if name in spec.occluders:
            parts += builder(pv, AHEAD_M * away + aside * right, right, away)
    return parts


def way_past(away: FloatArray, seed: int) -> tuple[tuple[FloatArray, FloatArray], float]:
    """Return the path of who walks past, and at what share of the clip they are in front."""
    chance = np.random.default_rng(seed + 6)
    right = np.array([-away[1], away[0], 0.0])
    ahead = right * float(chance.choice((-1.0, 1.0)))
    return (AHEAD_M * away, ahead), float(chance.uniform(0.35, 0.65))


def _slab(pv: Any, centre: FloatArray, right: FloatArray, size: tuple[float, float, float]) -> Any:
    """Build a box: its length along ``right``, its depth towards the camera, its height."""
    long, deep, high = size
    slab = pv.Cube(center=(0, 0, 0), x_length=long, y_length=deep, z_length=high)
    turn = np.eye(4)
    turn[:3, 0] = right
    turn[:3, 1] = [-right[1], right[0], 0.0]
    turn[:3, 3] = centre
    return slab.transform(turn, inplace=False)


def _bench(pv: Any, foot: FloatArray, right: FloatArray, _away: FloatArray) -> list[Part]:
    up = np.array([0.0, 0.0, 1.0])
    parts = [(_slab(pv, foot + 0.43 * up, right, (1.15, 0.28, 0.08)), PADDING)]
    parts += [
        (_slab(pv, foot + 0.20 * up + side * right, right, (0.06, 0.40, 0.40)), STEEL)
        for side in (-0.42, 0.42)
    ]
    return parts


def _box(pv: Any, foot: FloatArray, right: FloatArray, _away: FloatArray) -> list[Part]:
    return [(_slab(pv, foot + np.array([0.0, 0.0, 0.30]), right, (0.50, 0.50, 0.60)), WOOD)]


def _plates(pv: Any, foot: FloatArray, right: FloatArray, away: FloatArray) -> list[Part]:
    """Plates on the floor: three upright on edge, two flat on each other."""
    parts = []
    for number in range(3):
        centre = foot + away * 0.07 * number + np.array([0.0, 0.0, 0.225])
        disc = pv.Cylinder(center=centre, direction=away, radius=0.225, height=0.06, resolution=48)
        parts.append((disc, {"color": DISCS[number], "ambient": 0.3, "diffuse": 0.7}))
    for number in range(2):
        centre = foot + right * 0.5 + np.array([0.0, 0.0, 0.03 + 0.06 * number])
        disc = pv.Cylinder(
            center=centre, direction=(0, 0, 1), radius=0.225, height=0.06, resolution=48
        )
        parts.append((disc, {"color": DISCS[3 - number], "ambient": 0.3, "diffuse": 0.7}))
    return parts


def _post(pv: Any, foot: FloatArray, right: FloatArray, _away: FloatArray) -> list[Part]:
    return [(_slab(pv, foot + np.array([0.0, 0.0, 1.3]), right, (0.07, 0.07, 2.6)), STEEL)]

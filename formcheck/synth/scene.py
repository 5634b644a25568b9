"""The room: floor, walls, rack, load, shadow, and their textures."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.data import FloatArray
from formcheck.synth.plates import PLATE_THICK_M, plates_y_m
from formcheck.synth.spec import SceneSpec

Picture = NDArray[np.uint8]
SHADOW_HALF_M = 1.6
SHADOW_PX = 192
WALL_M = 4.2
BAR_HALF_M = 1.09
BELL_RADIUS_M = 0.105
BELL_BELOW_GRIP_M = 0.185

STEEL = {"color": (170, 172, 176), "ambient": 0.3, "diffuse": 0.6, "specular": 0.6}
RUBBER = {"color": (34, 35, 38), "ambient": 0.3, "diffuse": 0.7, "specular": 0.15}
RING = {"color": (150, 36, 40), "ambient": 0.3, "diffuse": 0.7, "specular": 0.1}


def floor_picture(kind: str, chance: np.random.Generator, size: int = 1024) -> Picture:
    """Draw a floor of 8 by 8 metres."""
    base = {"rubber": (62, 63, 66), "wood": (150, 112, 76), "concrete": (138, 136, 132)}[kind]
    picture = np.tile(np.array(base, dtype=float), (size, size, 1))
    grain = chance.normal(0, 1, (size, size, 1))
    picture += 7 * grain + 9 * _clouds(chance, size)[..., None]
    if kind == "rubber":
        for i in range(0, size, size // 8):
            picture[i : i + 3] *= 0.6
            picture[:, i : i + 3] *= 0.6
        flecks = chance.random((size, size)) < 0.012
        picture[flecks] += 55
    if kind == "wood":
        for row in range(0, size, 18):
            picture[row : row + 18] *= chance.uniform(0.86, 1.1)
            picture[row : row + 1] *= 0.6
    if kind == "concrete":
        picture[:: size // 4] *= 0.7
        picture[:, :: size // 4] *= 0.7
    return _bytes(picture)


def wall_picture(kind: str, chance: np.random.Generator, size: int = 1024) -> Picture:
    """Draw a wall of 10 by 4.2 metres, with a poster or a window on it."""
    height = int(size * 0.42)
    base = {"brick": (142, 84, 66), "plaster": (188, 186, 180), "panels": (116, 124, 130)}[kind]
    picture = np.tile(np.array(base, dtype=float), (height, size, 1))
    picture += 4 * chance.normal(0, 1, (height, size, 1))
    picture += 8 * _clouds(chance, size)[:height, :, None]
    if kind == "brick":
        for row in range(0, height, 8):
            picture[row : row + 1] += 38
            for column in range((row // 8 % 2) * 12, size, 24):
                picture[row : row + 8, column : column + 1] += 38
                picture[row : row + 8, column : column + 24] *= chance.uniform(0.85, 1.12)
    if kind == "panels":
        for column in range(0, size, size // 10):
            picture[:, column : column + 2] *= 0.6
    picture[-12:] *= 0.55
    for _ in range(4):
        left, top = (
            int(chance.integers(0, size - 90)),
            int(chance.integers(height // 3, height - 170)),
        )
        wide, high = int(chance.integers(50, 90)), int(chance.integers(40, 70))
        grey, tint = chance.uniform(80, 210), chance.uniform(-35, 35, 3)
        colour = grey + tint
        picture[top : top + high, left : left + wide] = colour
        picture[top + 4 : top + high - 4, left + 4 : left + wide - 4] = 0.6 * colour + 70
    return _bytes(picture)


def _clouds(chance: np.random.Generator, size: int) -> FloatArray:
    small = chance.normal(0, 1, (24, 24)).astype(np.float32)
    return np.asarray(cv2.resize(small, (size, size), interpolation=cv2.INTER_CUBIC))


def _bytes(picture: FloatArray) -> Picture:
    return np.clip(picture, 0, 255).astype(np.uint8)


def shadow_picture(vertices: FloatArray, loads: list[tuple[float, float, float, float]]) -> Picture:
    """Draw the soft shadow (RGBA) of a body and of discs (x, y, half x, half y) on the floor.

    Light comes from above and a little from the side; what is low is sharper
    and darker.
    """
    scale = SHADOW_PX / (2 * SHADOW_HALF_M)
    dark = np.zeros((SHADOW_PX, SHADOW_PX), dtype=np.float32)
    for low, high, blur, weight in ((0.0, 0.25, 2.0, 1.0), (0.25, 2.2, 7.0, 0.75)):
        band = vertices[(vertices[:, 2] >= low) & (vertices[:, 2] < high)]
        column = (band[:, 0] + 0.25 * band[:, 2] + SHADOW_HALF_M) * scale
        row = (band[:, 1] + 0.12 * band[:, 2] + SHADOW_HALF_M) * scale
        inside = (column > 0) & (row > 0) & (column < SHADOW_PX - 1) & (row < SHADOW_PX - 1)
        layer = np.zeros_like(dark)
        layer[row[inside].astype(int), column[inside].astype(int)] = 1.0
        if low == 0.0:
            for x, y, half_x, half_y in loads:
                a = (
                    int((x - half_x + SHADOW_HALF_M) * scale),
                    int((y - half_y + SHADOW_HALF_M) * scale),
                )
                b = (
                    int((x + half_x + SHADOW_HALF_M) * scale),
                    int((y + half_y + SHADOW_HALF_M) * scale),
                )
                cv2.rectangle(layer, a, b, 1.0, -1)
        layer = cv2.morphologyEx(layer, cv2.MORPH_CLOSE, np.ones((5, 5)))
        layer = cv2.GaussianBlur(layer, (0, 0), blur)
        dark = np.maximum(dark, weight * layer)
    picture = np.zeros((SHADOW_PX, SHADOW_PX, 4), dtype=np.uint8)
    picture[..., 3] = np.clip(135 * dark, 0, 150)
    return picture


def room(pv: Any, spec: SceneSpec, half_m: float, seed: int) -> list[tuple[Any, dict[str, Any]]]:
    """Build floor and walls: meshes with what ``Plotter.add_mesh`` needs."""
    chance = np.random.default_rng(seed + 3)
    floor = pv.Plane(center=(0, 0, 0), direction=(0, 0, 1), i_size=2 * half_m, j_size=2 * half_m)
    floor.texture_map_to_plane(inplace=True)
    floor.active_texture_coordinates *= half_m / 4.0
    texture = pv.Texture(floor_picture(spec.floor, chance))
    texture.repeat = True
    matt = {"ambient": 0.5, "diffuse": 0.7, "specular": 0.0}
    parts = [(floor, {"texture": texture, **matt})]
    for turn in range(4):
        angle = turn * math.pi / 2
        out = np.array([math.cos(angle), math.sin(angle), 0.0])
        place = half_m * out + np.array([0.0, 0.0, WALL_M / 2])
        wall = pv.Plane(center=place, direction=-out, i_size=WALL_M, j_size=2 * half_m)
        along = np.array([-out[1], out[0], 0.0])
        points = np.asarray(wall.points)
        u = (points @ along + half_m) / (2 * half_m)
        wall.active_texture_coordinates = np.stack([u, points[:, 2] / WALL_M], axis=1)
        picture = pv.Texture(wall_picture(spec.wall, chance))
        parts.append((wall, {"texture": picture, **matt}))
    return parts


def furniture(
    pv: Any, spec: SceneSpec, away: FloatArray, seed: int
) -> list[tuple[Any, dict[str, Any]]]:
    """Put a rack, plates and a box behind the lifter, as the camera sees it."""
    if not spec.rack:
        return []
    chance = np.random.default_rng(seed + 4)
    back = -away * 2.1
    right = np.array([-away[1], away[0], 0.0])
    parts: list[tuple[Any, dict[str, Any]]] = []
    steel = {"color": (52, 54, 60), "ambient": 0.3, "diffuse": 0.7, "specular": 0.2}
    shift = float(chance.uniform(-0.5, 0.5))
    for side in (-0.6, 0.6):
        for depth in (0.0, 1.0):
            foot = back + right * (side + shift) - away * depth
            post = pv.Cylinder(
                center=foot + np.array([0.0, 0.0, 1.1]),
                direction=(0, 0, 1),
                radius=0.035,
                height=2.2,
                resolution=4,
            )
            parts.append((post, steel))
    for height in (1.25, 2.15):
        middle = back + right * shift + [0, 0, height]
        parts.append(
            (
                pv.Cylinder(center=middle, direction=right, radius=0.03, height=1.2, resolution=8),
                steel,
            )
        )
    for number in range(3):
        spot = back * 1.15 + right * (1.35 + 0.13 * number + shift) + [0, 0, 0.225]
        disc = pv.Cylinder(
            center=spot, direction=right, radius=0.225 - 0.03 * number, height=0.06, resolution=40
        )
        colour = [(150, 40, 40), (40, 70, 140), (190, 160, 40)][number]
        parts.append((disc, {"color": colour, "ambient": 0.3, "diffuse": 0.7}))
    box = pv.Cube(
        center=back * 1.2 - right * (1.5 - shift) + np.array([0, 0, 0.25]),
        x_length=0.5,
        y_length=0.6,
        z_length=0.5,
    )
    parts.append((box, {"color": (156, 122, 82), "ambient": 0.35, "diffuse": 0.7}))
    return parts


def barbell(pv: Any, plate_m: float, load_kg: float) -> list[tuple[Any, dict[str, Any]]]:
    """Build a bar with plates along y, its middle at the origin."""
    parts = [
        (
            pv.Cylinder(
                center=(0, 0, 0), direction=(0, 1, 0), radius=0.014, height=1.32, resolution=16
            ),
            STEEL,
        )
    ]
    for side in (-1.0, 1.0):
        parts.append(
            (
                pv.Cylinder(
                    center=(0, side * 0.87, 0),
                    direction=(0, 1, 0),
                    radius=0.025,
                    height=0.44,
                    resolution=20,
                ),
                STEEL,
            )
        )
        for out_m in plates_y_m(load_kg):
            y = side * out_m
            radius = plate_m / 2
            parts.append(
                (
                    pv.Cylinder(
                        center=(0, y, 0),
                        direction=(0, 1, 0),
                        radius=radius,
                        height=PLATE_THICK_M,
                        resolution=64,
                    ),
                    RUBBER,
                )
            )
            face = side * (abs(y) + 0.024)
            parts.append(
                (
                    pv.Disc(
                        center=(0, face, 0),
                        inner=0.10,
                        outer=0.118,
                        normal=(0, side, 0),
                        r_res=1,
                        c_res=48,
                    ),
                    RING,
                )
            )
    return parts


def kettlebell(pv: Any) -> list[tuple[Any, dict[str, Any]]]:
    """Build a kettlebell whose handle's middle is the origin, the bell below it."""
    iron = {"color": (44, 46, 52), "ambient": 0.3, "diffuse": 0.7, "specular": 0.3}
    bell = pv.Sphere(
        radius=BELL_RADIUS_M,
        center=(0, 0, -BELL_BELOW_GRIP_M),
        theta_resolution=40,
        phi_resolution=40,
    )
    handle = pv.ParametricTorus(ringradius=0.062, crosssectionradius=0.016)
    handle = handle.rotate_x(90).rotate_z(90).translate((0, 0, -0.062))
    return [(bell, iron), (handle, iron)]

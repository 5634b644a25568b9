"""A pinhole camera: where it stands and where points land in the picture."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from formcheck.data import FloatArray
from formcheck.synth.spec import CameraSpec


@dataclass(frozen=True)
class Camera:
    """A camera looking at the lifter.

    place_m, target_m  (3,)  world positions in metres
    up                 (3,)  unit vector towards the picture's upper edge
    focal_px                 focal length in pixels
    size_px                  width, height
    """

    place_m: FloatArray
    target_m: FloatArray
    up: FloatArray
    focal_px: float
    size_px: tuple[int, int]

    @property
    def vertical_fov_deg(self) -> float:
        """Angle the picture's height covers."""
        return math.degrees(2 * math.atan(self.size_px[1] / 2 / self.focal_px))

    def project(self, points_m: FloatArray) -> FloatArray:
        """Return pixel positions (…, 2), x right and y down, of world points (…, 3)."""
        forward = self.target_m - self.place_m
        forward = forward / np.linalg.norm(forward)
        right = np.cross(forward, self.up)
        right = right / np.linalg.norm(right)
        down = np.cross(forward, right)
        seen = points_m - self.place_m
        depth = seen @ forward
        x = self.size_px[0] / 2 + self.focal_px * (seen @ right) / depth
        y = self.size_px[1] / 2 + self.focal_px * (seen @ down) / depth
        return np.stack([x, y], axis=-1)

    def px_per_m(self, point_m: FloatArray) -> float:
        """Return the pixels of a metre across the line of sight, at a world point (3,)."""
        forward = self.target_m - self.place_m
        forward = forward / np.linalg.norm(forward)
        return self.focal_px / float((point_m - self.place_m) @ forward)


def camera_at(spec: CameraSpec, time_s: float, seed: int) -> Camera:
    """Return the camera of a spec at a time: hand shake moves it a little."""
    yaw = math.radians(spec.yaw_deg)
    # The lifter faces +x; from -y they face right in the picture.
    side = -1.0 if spec.facing == "right" else 1.0
    away = np.array([math.sin(yaw), side * math.cos(yaw), 0.0])
    shake = np.zeros(3)
    if spec.shake_m:
        phases = np.random.default_rng(seed + 2).uniform(0, 2 * math.pi, (4, 3))
        rates_hz = np.array([0.23, 0.61, 1.3, 2.7])[:, None]
        sizes = np.array([0.6, 0.4, 0.25, 0.12])[:, None]
        waves = sizes * np.sin(2 * math.pi * rates_hz * time_s + phases)
        shake = spec.shake_m * waves.sum(axis=0)
    target = np.array([0.02, 0.0, spec.aim_height_m]) + 0.6 * shake[[2, 0, 1]]
    place = np.array([0.02, 0.0, 0.0]) + spec.distance_m * away
    place = place + np.array([0.0, 0.0, spec.height_m]) + shake
    forward = (target - place) / np.linalg.norm(target - place)
    right = np.cross(forward, [0.0, 0.0, 1.0])
    right = right / np.linalg.norm(right)
    level_up = np.cross(right, forward)
    roll = math.radians(spec.roll_deg)
    up = math.cos(roll) * level_up + math.sin(roll) * right
    longer = max(spec.width, spec.height)
    focal_px = longer / 2 / math.tan(math.radians(spec.fov_deg) / 2)
    return Camera(place, target, up, focal_px, (spec.width, spec.height))

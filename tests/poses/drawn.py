"""Films of a drawn bar: a disc that hands move in front of what else is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.data import FloatArray
from formcheck.poses.bar import bar_of
from formcheck.poses.plates import PlateWatch

Picture = NDArray[np.uint8]
WIDTH, HEIGHT, LEG = 480, 640, 200.0
FINE = 4  # drawn larger, then averaged down: centres between pixels are right
RATE_HZ, FRAMES = 30.0, 54
RADIUS = 0.29 * LEG


@dataclass(frozen=True)
class Film:
    """Pictures, times, landmarks (T, 33, 3) and the disc's true centres (T, 2)."""

    pictures: list[Picture]
    time_s: FloatArray
    points_px: FloatArray
    centre_px: FloatArray

    def mirrored(self) -> Film:
        """The film flipped; left and right of the lifter are no matter here."""
        points, centre = self.points_px.copy(), self.centre_px.copy()
        points[..., 0] = WIDTH - points[..., 0]
        centre[:, 0] = WIDTH - centre[:, 0]
        pictures = [np.ascontiguousarray(picture[:, ::-1]) for picture in self.pictures]
        return Film(pictures, self.time_s, points, centre)


def lifted(
    draw: Callable[[Picture, FloatArray], None],
    *,
    behind: Callable[[Picture], None] = lambda _: None,
    blur_px: int = 1,
) -> Film:
    """One pull from the floor and back; ``draw`` puts the load at its place."""
    time_s = np.arange(FRAMES) / RATE_HZ
    up = 0.5 - 0.5 * np.cos(2 * np.pi * np.clip((time_s - 0.2) / 1.4, 0.0, 1.0))
    centre = np.stack([230.3 + 6.0 * up, 520.6 - 0.9 * LEG * up], axis=1)
    rng = np.random.default_rng(4)
    points = np.stack([_lifter(at) for at in centre]) + rng.normal(0, 1.5, (FRAMES, 33, 1))
    room = np.full((HEIGHT * FINE, WIDTH * FINE), 150, np.uint8)
    room[580 * FINE :] = 95
    behind(room)
    pictures = []
    for at in centre:
        fine = room.copy()
        draw(fine, at)
        picture = cv2.resize(fine, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
        if blur_px > 1:
            picture = cv2.blur(picture, (1, blur_px))
        grey = np.clip(picture + rng.normal(0, 3, (HEIGHT, WIDTH)), 0, 255).astype(np.uint8)
        pictures.append(np.repeat(grey[..., None], 3, axis=2))
    return Film(pictures, time_s, points, centre)


def disc(fine: Picture, at: FloatArray, radius: float, grey: int) -> None:
    """A filled circle; the middle of the picture's first pixel is at a half."""
    centre = np.round(at * FINE - 0.5).astype(int).tolist()
    cv2.circle(fine, centre, round(radius * FINE), grey, -1)


def plate(grey: int) -> Callable[[Picture, FloatArray], None]:
    """A full plate with a hub."""

    def draw(fine: Picture, at: FloatArray) -> None:
        disc(fine, at, RADIUS, grey)
        disc(fine, at, 0.11 * RADIUS, 190)

    return draw


def followed(film: Film) -> FloatArray | None:
    """What is found in a film."""
    watch = PlateWatch()
    for picture, time_s, points in zip(film.pictures, film.time_s, film.points_px, strict=True):
        watch.add(picture, float(time_s), points)
    return bar_of(watch.found(), film.time_s, film.points_px)


def _lifter(hands: FloatArray) -> FloatArray:
    """Landmarks of somebody who holds the bar and stands on the floor."""
    points = np.zeros((33, 3))
    points[:, :2] = hands
    ankle = np.array([hands[0] - 5.0, 560.0])
    bent = (hands[1] - 340.0) / 180.0  # 1 at the floor, 0 at the top
    hip = ankle + np.array([-0.25 * bent, 0.35 * bent - 1.0]) * LEG
    knee = (ankle + hip) / 2 + np.array([0.2 * LEG * bent, 0.0])
    lean = np.radians(5.0 + 65.0 * bent)
    shoulder = hip + 0.586 * LEG * np.array([np.sin(lean), -np.cos(lean)])
    head = shoulder + 0.3 * LEG * np.array([np.sin(lean), -np.cos(lean)])
    points[:11, :2] = head
    for pair, place in (((11, 12), shoulder), ((23, 24), hip), ((25, 26), knee)):
        points[list(pair), :2] = place
    points[[13, 14], :2] = (shoulder + hands) / 2
    points[27:33, :2] = ankle
    return points

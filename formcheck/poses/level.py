"""How far the picture is turned: racks, doors and walls are upright.

Straight edges of the background (LSD: von Gioi et al. 2010, IEEE PAMI 32:722) in
a few pictures of the film tell where the vertical is. A camera that looks up or
down makes uprights lean towards each other, the more the further from the
picture's middle; so the turn is read where they would be in the middle. Level
edges confirm it: those of a wall that is seen obliquely aren't level in the
picture, so they never decide it by themselves.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.data import FloatArray
from formcheck.poses.camera import background, small_picture

SIDE_PX = 640
"""Longer side of the picture that edges are looked for in."""

EVERY_S, LATER_EVERY_S = 1.0, 5.0
FIRST = 12
"""A picture each second, from the twelfth on each five: 10 ms each."""

SHORTEST = 0.04
"""Shares of the longer side: shorter edges are texture (our choice)."""

TURNS_DEG = np.arange(-20.0, 20.1, 0.5)
LEANING_DEG = np.arange(-16.0, 16.1, 2.0)
"""Turns that are tried, and how far uprights lean apart over the picture's longer
side: 16° is what a phone's lens that looks up or down by 20° makes of them."""

HELD_DEG = 5.0
AIMED_DEG = 5.0
"""Spread of both before anything is seen: how people put up phones (our choice)."""

WIDTH_DEG = 1.5
"""How far an upright edge may be off the others (our choice)."""

WEIGHT = 8.0
"""How strongly an upright edge as long as the picture tells (natural logarithm of
its likelihood; our choice)."""

LEVEL_WEIGHT = 3.0
LEVEL_WIDTH_DEG = 3.0
MOST_LEVEL = 1.5
"""The same of level edges, and what all of them together tell at most: less than a
quarter of one upright edge as long as the picture."""

LEAST_SIGMA_DEG = 1.0
KNOWN_DEG = 2.5
"""Standard deviation that no turn is better than, and above which it is unknown: the
spread of how phones are held isn't much larger."""


class Spirit:
    """A spirit level: collects straight edges through a film."""

    def __init__(self) -> None:
        self._detector = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD)
        self._next_s = -np.inf
        self._taken = 0
        self._edges: dict[int, list[FloatArray]] = {}  # by scene

    def wants(self, time_s: float) -> bool:
        """Whether a picture at this time is one to look at."""
        return time_s >= self._next_s

    def add(
        self,
        rgb: NDArray[np.uint8],
        time_s: float,
        points_px: FloatArray | None,
        scene: int,
        turned_deg: float,
    ) -> None:
        """Take a picture that was found turned so far against its scene's first."""
        self._taken += 1
        self._next_s = time_s + (EVERY_S if self._taken < FIRST else LATER_EVERY_S)
        edges = self.edges(rgb, points_px)
        edges[:, :2] -= turned_deg
        self._edges.setdefault(scene, []).append(edges)

    def edges(self, rgb: NDArray[np.uint8], points_px: FloatArray | None) -> FloatArray:
        """Straight edges (N, 4) of one picture.

        How far each is turned from the vertical and from the level, degrees
        clockwise; its place across the picture from the middle, and its length,
        in longer sides of the picture.
        """
        small, shrink = small_picture(rgb, SIDE_PX)
        grey = np.ascontiguousarray(small[..., 1])  # green: most of grey
        found = self._detector.detect(grey)[0]
        if found is None:
            return np.empty((0, 4))
        ends = np.asarray(found, dtype=float).reshape(-1, 2, 2)
        middle = ends.mean(axis=1)
        away = background(grey.shape[:2], None if points_px is None else points_px * shrink)
        height, width = away.shape
        x, y = (np.clip(middle, 0, [width - 1, height - 1])).astype(int).T
        along = ends[:, 1] - ends[:, 0]
        length = np.hypot(*along.T) / SIDE_PX
        turn = np.degrees(np.arctan2(along[:, 1], along[:, 0]))
        upright = (turn % 180.0) - 90.0
        level = (turn + 90.0) % 180.0 - 90.0
        across = (middle[:, 0] - width / 2) / SIDE_PX
        use = away[y, x] & (length > SHORTEST)
        return np.asarray(np.stack([upright, level, across, length], axis=1)[use])

    def roll(self, scenes: NDArray[np.int32]) -> FloatArray:
        """Turn of the first picture of each frame's scene and its σ, (T, 2) degrees.

        Clockwise is positive: the top of an upright rack then lies to the right.
        NaN where the edges don't tell.
        """
        out = np.full((len(scenes), 2), np.nan)
        for scene, pictures in self._edges.items():
            out[scenes == scene] = turn_of(np.concatenate(pictures), len(pictures))
        return out


def turn_of(edges: FloatArray, pictures: int) -> tuple[float, float]:
    """Turn that the edges (N, 4) of some pictures show, and its σ; NaN if they don't.

    Mean and spread of what the edges make likely, over all turns and all leanings.
    """
    most = TURNS_DEG[-1] + WIDTH_DEG
    upright = edges[np.abs(edges[:, 0]) <= most]
    level = edges[np.abs(edges[:, 1]) <= most]
    leaned = upright[:, 0] - LEANING_DEG[:, None] * upright[:, 2]  # (K, N)
    told = np.array(
        [
            WEIGHT * _agreeing(leaned - turn, upright[:, 3], WIDTH_DEG)
            + np.minimum(
                LEVEL_WEIGHT * _agreeing(level[:, 1] - turn, level[:, 3], LEVEL_WIDTH_DEG),
                MOST_LEVEL * pictures,
            )
            for turn in TURNS_DEG
        ]
    )
    likely = told / pictures
    likely -= (TURNS_DEG[:, None] / HELD_DEG) ** 2 / 2 + (LEANING_DEG / AIMED_DEG) ** 2 / 2
    share = np.exp(likely - likely.max()).sum(axis=1)
    share /= share.sum()
    turn = float(share @ TURNS_DEG)
    sigma = max(float(np.sqrt(share @ (TURNS_DEG - turn) ** 2)), LEAST_SIGMA_DEG)
    return (turn, sigma) if sigma <= KNOWN_DEG else (float("nan"), float("nan"))


def _agreeing(off_deg: FloatArray, length: FloatArray, width_deg: float) -> FloatArray:
    """Length of the edges that are off by less than a width, the nearer the more."""
    near = np.maximum(1.0 - np.abs(off_deg) / width_deg, 0.0)
    return np.asarray(near @ length)

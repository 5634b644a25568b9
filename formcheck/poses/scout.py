"""Everybody in a picture, now and then: places, colours, light and faces."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from formcheck.data import FloatArray
from formcheck.poses.engine import Detection, PoseEngine, SparingEngine
from formcheck.poses.face import is_covered
from formcheck.poses.people import Sighting
from formcheck.timings import stage

SCOUT_EVERY_S = (0.2, 0.75)
LEAST_SCOUTED = 12
"""Pictures looked at for everybody: this many even of a short film, one every
0.75 s of a long one, so that nobody moves far between two."""


def scout_every_s(film_s: float) -> float:
    """Time from one such picture to the next, of a film of that length, NaN for unknown."""
    dense, sparse = SCOUT_EVERY_S
    wanted = film_s / LEAST_SCOUTED
    return float(np.clip(wanted, dense, sparse)) if np.isfinite(wanted) else sparse


@stage("who is in the picture")
def sighted(
    engine: PoseEngine, rgb: NDArray[np.uint8], scale: float, known: Detection | None
) -> list[Sighting]:
    """Look for everybody in a picture.

    Parameters
    ----------
    engine
        Finds them.
    rgb, scale
        The picture, and delivered over full-size pixels.
    known
        Who is being followed, as found in this picture: spares an engine that work.
    """
    people = engine.look(rgb, known) if isinstance(engine, SparingEngine) else engine.look(rgb)
    return [
        Sighting(
            one.box_px() / scale,
            one.points_px / scale,
            *_colours(rgb, one),
            face_covered=is_covered(rgb, one.points_px),
        )
        for one in people
    ]


def _colours(rgb: NDArray[np.uint8], person: Detection) -> tuple[FloatArray, float]:
    """Mean colour of the trunk, and mean grey of the box."""
    corners = person.points_px[[11, 12, 24, 23], :2]
    across, down = np.meshgrid(np.linspace(0, 1, 9), np.linspace(0.1, 0.9, 9))
    upper = corners[0] + across[..., None] * (corners[1] - corners[0])
    lower = corners[3] + across[..., None] * (corners[2] - corners[3])
    at = upper + down[..., None] * (lower - upper)
    last = np.array([rgb.shape[1] - 1, rgb.shape[0] - 1])
    x, y = np.clip(at, 0, last).astype(int).reshape(-1, 2).T
    left, top, right, bottom = np.clip(person.box_px(), 0, [*last, *last]).astype(int)
    box = rgb[top : bottom + 1 : 4, left : right + 1 : 4]
    return rgb[y, x].mean(axis=0), float(box.mean())

"""A bar in the hands of the skeleton, or on its shoulders: the plate where it truly is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formcheck.data import PoseTrack
from tests.skeleton import Lifter, skeleton

SCALE_PX = 400.0
"""Pixels of a metre, as ``skeleton`` has them."""

HANDS, SHOULDERS = [15, 16], [11, 12]
STATED_PX = 1.0


def with_plate(
    lifter: Lifter,
    *,
    plate_m: float = 0.45,
    at: list[int] = HANDS,
    noise_px: float = 0.1,
    gaps: tuple[tuple[float, float], ...] = (),
    seed: int = 0,
) -> PoseTrack:
    """The lifter's track with the plate of a bar between two joints.

    ``gaps`` are stretches of seconds in which it isn't found.
    """
    track = lifter.track
    plate = np.full((len(track.time_s), 4), plate_m / 2 * SCALE_PX)
    plate[:, :2] = track.landmarks_px[:, at, :2].mean(axis=1)
    plate[:, :2] += np.random.default_rng(seed).normal(0.0, noise_px, (len(plate), 2))
    plate[:, 3] = STATED_PX
    for start_s, stop_s in gaps:
        plate[(track.time_s >= start_s) & (track.time_s < stop_s)] = np.nan
    return replace(track, plate_px=plate)


def travel_m(lifter: Lifter, at: list[int] = HANDS) -> float:
    """How far the plate truly goes up."""
    down = lifter.track.landmarks_px[:, at, 1].mean(axis=1)
    return float(np.ptp(down)) / SCALE_PX


UP_S = 1.2
"""How long a way up takes in these tests."""


def lifting(**told: object) -> Lifter:
    """Three deadlifts whose way up takes ``UP_S``, if nothing else is told."""
    return skeleton(**{"lift": "deadlift", "tempo": (1.0, 0.3, UP_S), **told})  # type: ignore[arg-type]

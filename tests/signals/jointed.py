"""A jointed body that pulls a bar: the test double of what is fitted to a set.

Places are those of ``signals.fitted``: leg lengths, x ahead and y up.
"""

from __future__ import annotations

import numpy as np

from formcheck.data import FloatArray
from formcheck.signals.fitted import ANKLE, HIP, KNEE, SHOULDER

LENGTHS = (0.65, 0.5, 0.5)
NAMES = ("trunk", "thigh", "shank", "knee", "hip")


def pull(rate_hz: float = 30.0, seconds: float = 3.0) -> tuple[FloatArray, dict[str, FloatArray]]:
    """A deadlift from the floor and back: times, and the true angles in degrees."""
    time_s = np.arange(0.0, seconds, 1.0 / rate_hz)
    bent = (1 + np.cos(2 * np.pi * time_s / seconds)) / 2  # 1 on the floor, 0 standing
    trunk, thigh, shank = 68.0 * bent, -62.0 * bent, 14.0 * bent**2
    return time_s, {
        "trunk": trunk,
        "thigh": thigh,
        "shank": shank,
        "knee": shank - thigh,
        "hip": trunk - thigh,
    }


def points(
    angles_deg: dict[str, FloatArray],
    foot: FloatArray | None = None,
    lengths: tuple[float | FloatArray, float, float] = LENGTHS,
) -> FloatArray:
    """Shoulder, hip, knee and ankle of that body, (T, 4, 2); its trunk may change its length."""
    count = len(angles_deg["trunk"])
    places = np.zeros((count, 4, 2))
    places[:, ANKLE] = 0.0 if foot is None else foot
    for upper, lower, name, length in (
        (KNEE, ANKLE, "shank", lengths[2]),
        (HIP, KNEE, "thigh", lengths[1]),
        (SHOULDER, HIP, "trunk", lengths[0]),
    ):
        turned = np.radians(angles_deg[name])
        places[:, upper] = places[:, lower] + np.reshape(length, (-1, 1)) * np.stack(
            [np.sin(turned), np.cos(turned)], axis=1
        )
    return places

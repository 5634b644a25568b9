"""Where the weight rests on the feet, while the movement is slow."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from formcheck.data import FloatArray
from formcheck.synth.posing import FEET_MASS, MASS

# Centre of mass along the part, from its first joint (de Leva 1996, men).
_PARTS = (
    ("trunk", "shoulder", "hip", 0.431),
    ("thighs", "hip", "knee", 0.410),
    ("shanks", "knee", "ankle", 0.440),
    ("arms", "shoulder", "wrist", 0.55),
)


def pressure_share(
    joints_m: Mapping[str, FloatArray], load_m: FloatArray, load_share: float
) -> float:
    """Return where the common centre of mass stands over the feet: 0 heel, 1 toe.

    Quasi-static: right for slow lifts on two feet side by side, not for swings.
    ``load_m`` is the load's place, ``load_share`` its mass by the body's.
    """

    def middle(joint: str) -> float:
        return float(joints_m[f"left_{joint}"][0] + joints_m[f"right_{joint}"][0]) / 2

    moment = MASS["head"] * middle("ear") + load_share * float(load_m[0])
    moment += FEET_MASS * (middle("heel") + middle("toe")) / 2
    for part, first, last, share in _PARTS:
        moment += MASS[part] * (middle(first) + share * (middle(last) - middle(first)))
    ahead = moment / (sum(MASS.values()) + FEET_MASS + load_share)
    heel, toe = middle("heel"), middle("toe")
    return (ahead - heel) / (toe - heel) if not math.isclose(heel, toe) else math.nan


def pressure_over_time(
    joints_m: Mapping[str, FloatArray], load_m: FloatArray, load_share: float
) -> FloatArray:
    """Return ``pressure_share`` of each frame (T,)."""
    frames = range(len(load_m))
    return np.array(
        [
            pressure_share({name: p[i] for name, p in joints_m.items()}, load_m[i], load_share)
            for i in frames
        ]
    )

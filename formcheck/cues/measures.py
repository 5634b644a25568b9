"""Plain numbers of a repetition, for the table and the trend; nothing is judged here."""

from __future__ import annotations

import numpy as np

from formcheck.cues.seen import Seen
from formcheck.data import BoolArray, FloatArray, Rep

AROUND_BOTTOM_S = 0.1


def measures(rep: Rep, seen: Seen) -> dict[str, float]:
    """Angles at the bottom and the largest bends, degrees; NaN where unseen."""
    bottom = seen.during(rep.bottom_s - AROUND_BOTTOM_S, rep.bottom_s + AROUND_BOTTOM_S)
    whole = seen.during(rep.start_s, rep.end_s)
    top = seen.during(rep.top_s - AROUND_BOTTOM_S, rep.top_s + AROUND_BOTTOM_S)
    deepest = seen.deepest(rep, 12.0)
    return {
        "trunk_deg_at_bottom": _middle(seen.angle("trunk"), bottom),
        "trunk_deg_max": _most(seen.angle("trunk"), whole),
        "trunk_deg_at_top": _middle(seen.angle("trunk"), top),
        "hip_flexion_deg_max": _most(seen.angle("hip"), whole),
        "hip_flexion_deg_at_top": _middle(seen.angle("hip"), top),
        "knee_flexion_deg_max": _most(seen.angle("knee"), whole),
        "knee_flexion_deg_at_top": _middle(seen.angle("knee"), top),
        "shank_deg_max": _most(seen.angle("shank"), whole),
        "back_turn_deg_at_bottom": _middle(seen.angle("back_turn"), deepest),
    }


def _middle(values: FloatArray, window: BoolArray) -> float:
    part = values[window & np.isfinite(values)]
    return float(np.median(part)) if part.size else float("nan")


def _most(values: FloatArray, window: BoolArray) -> float:
    part = values[window & np.isfinite(values)]
    return float(np.max(part)) if part.size else float("nan")

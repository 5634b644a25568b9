"""Plain numbers of a repetition, for the table and the trend; nothing is judged here."""

from __future__ import annotations

import numpy as np

from formcheck.cues.judging.base import NotSeen
from formcheck.cues.judging.pace import way_up
from formcheck.cues.judging.seen import Seen
from formcheck.data import BoolArray, FloatArray, Rep

AROUND_BOTTOM_S = 0.1

HIDES_AN_END_S = 0.5
"""A joint unseen for so long may have turned there (our choice: a lifter who doesn't
stop turns within it)."""

ENDS = (3.0, 97.0)  # percentiles: one stray frame isn't a range


def measures(rep: Rep, seen: Seen) -> dict[str, float]:
    """Angles, ranges, speed and smoothness of a repetition; NaN where unseen.

    Degrees; ``lifting_legs_per_s`` is the mean speed of the shoulders over the
    middle of the way up in leg lengths a second, ``lifting_sparc`` its smoothness
    (about -1.4 for one even push, lower for less).
    """
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
        "hip_range_deg": range_over(seen.angle("hip"), rep, seen),
        "knee_range_deg": range_over(seen.angle("knee"), rep, seen),
        "knee_flexion_deg_max": _most(seen.angle("knee"), whole),
        "knee_flexion_deg_at_top": _middle(seen.angle("knee"), top),
        "shank_deg_max": _most(seen.angle("shank"), whole),
        "back_turn_deg_at_bottom": _middle(seen.angle("back_turn"), deepest),
        **_lifting(rep, seen),
    }


def range_over(values: FloatArray, rep: Rep, seen: Seen) -> float:
    """How far a signal goes within a repetition; NaN where too little is seen.

    So it is where an end may lie in a gap.
    """
    window = seen.during(rep.start_s, rep.end_s)
    if not seen.enough(values, window):
        return float("nan")
    if seen.longest_gap_s(values, window) > HIDES_AN_END_S:
        return float("nan")
    low, high = np.percentile(values[window & np.isfinite(values)], ENDS)
    return float(high - low)


def _lifting(rep: Rep, seen: Seen) -> dict[str, float]:
    """Speed and smoothness of the way up."""
    try:
        way = way_up(rep, seen)
    except NotSeen:
        return {"lifting_legs_per_s": float("nan"), "lifting_sparc": float("nan")}
    return {"lifting_legs_per_s": way.legs_per_s, "lifting_sparc": way.sparc}


def _middle(values: FloatArray, window: BoolArray) -> float:
    part = values[window & np.isfinite(values)]
    return float(np.median(part)) if part.size else float("nan")


def _most(values: FloatArray, window: BoolArray) -> float:
    part = values[window & np.isfinite(values)]
    return float(np.max(part)) if part.size else float("nan")

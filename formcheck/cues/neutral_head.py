"""The head stays in line with the trunk.

Articles: 001 ("Head neutral"), 000 ("eyes, core, breath: where are you looking?").
Evidence: coaching practice; no link to injury was found, so it is never a fault.
"""

from __future__ import annotations

import numpy as np

from formcheck.cues.judging.base import Measurement, NotSeen, Working, cue
from formcheck.cues.judging.seen import Seen
from formcheck.data import Rep

NEAR_DEEPEST_DEG = 15.0


@cue("neutral_head")
def neutral_head(rep: Rep, seen: Seen) -> Measurement:
    """Measure how far the head turns against the trunk, from own standing.

    The neck angle is the inclination of the shoulder-to-ear line less the
    trunk's; the value is the size of its median change from standing, in
    degrees, 0 and up, over the frames within 15° of the deepest lean. The note
    says which way: "up" (chin lifted) or "down" (chin tucked).

    Raises
    ------
    NotSeen
        Fewer than 60 % of the frames show ear, shoulder and hip, or the lifter
        isn't seen standing; or something is drawn over the head.
    """
    if seen.picture.face_covered:
        raise NotSeen("face_covered")
    window = seen.deepest(rep, NEAR_DEEPEST_DEG)
    neck_deg = seen.angle("neck")
    if not seen.enough(neck_deg, window):
        raise NotSeen("head_hidden")
    standing_deg, when = seen.standing_deg("neck"), "standing still"
    if not np.isfinite(standing_deg):
        standing_deg, when = seen.at_the_tops_deg("neck"), "at the tops"
    if not np.isfinite(standing_deg):
        raise NotSeen("no_standing")
    change_deg = neck_deg[window] - standing_deg
    middle = int(np.nanargmin(np.abs(change_deg - np.nanmedian(change_deg))))
    value_deg = float(np.nanmedian(change_deg))
    frames = np.flatnonzero(window)
    steps = (
        f"neck {standing_deg:.1f}° {when}",
        f"neck {standing_deg + value_deg:.1f}°, the middle of {change_deg.size} frames near the "
        "deepest lean",
        f"{standing_deg + value_deg:.1f} - {standing_deg:.1f} = {value_deg:.1f}°, "
        f"the chin {'lifted' if value_deg < 0 else 'tucked'}",
    )
    return Measurement(
        abs(value_deg),
        unit="deg",
        at_s=float(seen.time_s[window][middle]),
        note="up" if value_deg < 0 else "down",
        working=Working(
            lines=(("hip", "shoulder"), ("shoulder", "ear"), ("ear", "nose")),
            span_s=(float(seen.time_s[frames[0]]), float(seen.time_s[frames[-1]])),
            steps=steps,
            parts=seen.sigma_parts("neck", window),
        ),
    )

"""A squat stays a squat: the trunk doesn't fall forward into a good morning.

Articles: 001 ("Ribs stacked over your hips"), 002 ("using your legs and hips to
generate power").
Evidence: §1.3 Trunk inclination: lean follows a body's proportions and ankles and
texts contradict each other, so it is information: at most something to watch.
"""

from __future__ import annotations

import numpy as np

from formcheck.cues.judging.base import Measurement, NotSeen, Working, cue
from formcheck.cues.judging.seen import Seen
from formcheck.data import Rep

TURN_S = 0.3
"""From the lowest point on: who folds forward does it as the rise begins. On the
labelled squats it tells a little more than 0.15 s before and after the lowest point
do (AUROC over all sessions 0.93 and 0.91; our choice, made on those squats)."""


@cue("trunk_lean", lifts=lambda kind: kind.family == "squat")
def trunk_lean(rep: Rep, seen: Seen) -> Measurement:
    """Measure how far the trunk leans forward at the bottom.

    The value is the median inclination of the trunk over the 0.3 s from the
    lowest point on: degrees from the vertical, positive forward.

    Raises
    ------
    NotSeen
        Fewer than 60 % of those frames show shoulder and hip.
    """
    trunk_deg = seen.angle("trunk")
    span_s = (rep.bottom_s, rep.bottom_s + TURN_S)
    window = seen.during(*span_s)
    if not seen.enough(trunk_deg, window):
        raise NotSeen("trunk_hidden")
    value = float(np.nanmedian(trunk_deg[window]))
    at = int(np.nanargmin(np.where(window, np.abs(trunk_deg - value), np.nan)))
    at_s = float(seen.time_s[at])
    shank_deg = seen.angle("shank")[at]
    return Measurement(
        value,
        unit="deg",
        at_s=at_s,
        working=Working(
            lines=(("shoulder", "hip"), ("knee", "ankle")),
            span_s=span_s,
            steps=(
                f"trunk {trunk_deg[at]:.1f}° from the vertical at {at_s:.2f} s, "
                f"the middle of {int(np.isfinite(trunk_deg[window]).sum())} frames",
                f"shank {shank_deg:.1f}°, for comparison",
            ),
            parts=seen.sigma_parts("trunk", window),
        ),
    )

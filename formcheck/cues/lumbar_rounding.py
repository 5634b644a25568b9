"""The back keeps its line under load: no rounding.

Articles: 002 ("make sure not to round your back", "neutral position").
Evidence §3: the turn of the visible back, not an angle of the spine. Trained
lifters look flat at the bottom although their spine is bent by about 33° from
standing (Bengtsson et al. 2022, IJSPT).
"""

from __future__ import annotations

import numpy as np

from formcheck.cues.base import Measurement, NotSeen, cue
from formcheck.cues.seen import Seen
from formcheck.data import Rep

NEAR_DEEPEST_DEG = 12.0  # of the trunk's furthest lean, evidence §1.4 row 5
MOST_YAW_DEG = 28.0
"""From 30° on the flat backs of rendered lifters read as rounded (our choice)."""


@cue("lumbar_rounding", lifts=lambda kind: kind.free_back, views={"side", "oblique"})
def lumbar_rounding(rep: Rep, seen: Seen) -> Measurement:
    """Measure how far the visible back turns where the trunk leans furthest.

    The value is the median whole back turn W (``signals/back.py``) over the
    frames within 12° of the repetition's furthest lean: degrees, 0 flat,
    negative hollow, positive rounded. Its σ holds what the same edge says
    against it (``signals/back_line.py``): a broad upper back over a hollow lower
    one isn't a rounded back.

    Raises
    ------
    NotSeen
        There is no picture, the camera stands too far off the side, or the
        back's edge is hidden in more than 40 % of those frames.
    """
    if not seen.signals.has_picture:
        raise NotSeen("no_picture")
    if seen.signals.view.yaw_deg > MOST_YAW_DEG:
        raise NotSeen("view", view="too far off the side")
    window = seen.deepest(rep, NEAR_DEEPEST_DEG)
    turn_deg = seen.angle("back_turn")
    if not seen.enough(turn_deg, window):
        raise NotSeen("back_hidden")
    value_deg = float(np.nanmedian(turn_deg[window]))
    nearest = int(np.nanargmin(np.abs(turn_deg[window] - value_deg)))
    return Measurement(
        value_deg,
        sigma=seen.noise_deg("back_turn", window),
        unit="deg",
        at_s=float(seen.time_s[window][nearest]),
    )

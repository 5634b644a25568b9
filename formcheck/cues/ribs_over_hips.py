"""At the top the ribs stand over the hips: no leaning back.

Articles: 001 ("ribs stacked over your hips", "tuck your tailbone under at the top").
Evidence: IPF technical rules ("standing erect"); leaning back hinges at the low back.
"""

from __future__ import annotations

import numpy as np

from formcheck.cues.judging.base import Measurement, NotSeen, Working, cue
from formcheck.cues.judging.seen import Seen
from formcheck.data import Rep
from formcheck.signals.view import behind_deg

HOLD_S = 0.3
CHANGE_SIGMA_DEG = 3.5  # of a change in one set, evidence §1.4 row 12
UPRIGHT_SHARE = 0.34
"""Of the view's error that a lean of 10° has: sin(2 x 10°), evidence §2.3."""
VERTICAL_SIGMA_DEG = 4.5  # against the vertical: the camera may be tilted by 2-3°
STRAIGHT_TRUNK_DEG = -1.3
"""Trunk of people standing straight, as it is read: -3..+2 on the real and rendered
side-view clips (our choice)."""

BEHIND_FROM_DEG, BEHIND_SIGMA_DEG = 15.0, 6.0
"""A camera that stands so far behind the lifter's side, and what it adds: the yaw is read
too small there, and one real lifter who stands upright, filmed from 40° behind and below,
is read 13-19° leant back against the own standing (our choice)."""


@cue("ribs_over_hips")
def ribs_over_hips(rep: Rep, seen: Seen) -> Measurement:
    """Measure how far the trunk leans back at the top.

    The value is the furthest backward lean that lasts 0.1 s within 0.3 s of
    reaching the top, against the lifter's own standing outside the
    repetitions, or against a usual one when they aren't seen standing: in
    degrees, positive backwards, negative when still leaning forward.

    Raises
    ------
    NotSeen
        The clip ends before the top, a plate covers the hips, or fewer than 60 % of
        the frames at the top show shoulder and hip; obliquely also where they aren't
        seen standing, for there upright trunks are read 6° off (standard deviation).
    """
    if not rep.top_seen:
        raise NotSeen("top_hidden")
    span_s = (rep.top_s - HOLD_S / 2, rep.top_s + HOLD_S)
    window = seen.during(*span_s)
    if seen.hips_covered(window):
        raise NotSeen("hips_covered")
    trunk_deg = seen.angle("trunk")
    if not seen.enough(trunk_deg, window):
        raise NotSeen("top_hidden")
    # A tilted picture tilts the own standing as well.
    standing_deg, base_deg, tilt_deg = seen.standing_deg("trunk"), CHANGE_SIGMA_DEG, 0.0
    whose = "own standing"
    if not np.isfinite(standing_deg):
        if seen.body.both_sides:
            raise NotSeen("no_standing")
        standing_deg, base_deg, whose = STRAIGHT_TRUNK_DEG, VERTICAL_SIGMA_DEG, "usual standing"
        tilt_deg = seen.picture.roll_sigma_deg
    lean_back_deg, at_s = seen.lasting_peak(standing_deg - trunk_deg, window)
    view_deg = UPRIGHT_SHARE * seen.view_error_deg
    from_behind = seen.body.both_sides and (
        behind_deg(seen.body.points_px, seen.stance) > BEHIND_FROM_DEG
    )
    steps = (
        f"trunk {standing_deg:.1f}° in {whose}",
        f"trunk {standing_deg - lean_back_deg:.1f}° at the top, kept up for 0.1 s "
        f"from {at_s:.2f} s",
        f"{standing_deg:.1f} - {standing_deg - lean_back_deg:.1f} = {lean_back_deg:.1f}° backwards",
    )
    return Measurement(
        lean_back_deg,
        unit="deg",
        at_s=at_s,
        working=Working(
            lines=(("shoulder", "hip"), ("hip", "knee")),
            span_s=span_s,
            steps=steps,
            parts=(
                ("the trunk's angle", base_deg),
                ("the camera's angle", view_deg),
                ("a camera behind the lifter", BEHIND_SIGMA_DEG if from_behind else 0.0),
                ("the picture's tilt", tilt_deg),
                *seen.behind("trunk", window),
            ),
        ),
    )

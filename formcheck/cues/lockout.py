"""The lift ends standing tall: hips and knees straight.

Articles: 001 ("squeeze your butt and tuck your tailbone under at the top"),
002 ("full range of motion").
Evidence: IPF technical rules ("knees locked", "standing erect").
"""

from __future__ import annotations

import numpy as np

from formcheck.cues.judging.base import Measurement, NotSeen, Working, cue
from formcheck.cues.judging.seen import Seen
from formcheck.data import Rep
from formcheck.signals.uncertainty import ALONE

HOLD_S = 0.3
LINES = (("shoulder", "hip"), ("hip", "knee"), ("knee", "ankle"))
STRAIGHT_HIP_DEG = 5.0
"""Trunk-thigh angle of people standing straight, as the engine's hip and
shoulder points see it (our choice, measured on the real side-view clips)."""


@cue("lockout", lifts=lambda kind: kind.stance != "split")
def lockout(rep: Rep, seen: Seen) -> Measurement:
    """Measure how much hip or knee is still bent at the top.

    The value is the larger of the hip's bend beyond the lifter's own standing
    (beyond 5° when they aren't seen standing) and the knee's bend, at their
    straightest for 0.1 s within 0.3 s of the top: degrees, 0 straight. Obliquely the
    knee's is beyond its own standing too: people who stand straight are read 6 to 12° off
    there (standard deviation on 26 real films).

    Raises
    ------
    NotSeen
        The clip ends before the top, or hip or knee are hidden there, be it
        by a plate; obliquely also where they aren't seen standing.
    """
    if not rep.top_seen:
        raise NotSeen("top_hidden")
    span_s = (rep.top_s - HOLD_S / 2, rep.top_s + HOLD_S)
    window = seen.during(*span_s)
    if seen.hips_covered(window):
        raise NotSeen("hips_covered")
    hip_deg, knee_deg = seen.angle("hip"), seen.angle("knee")
    for part in (window, seen.during(span_s[0], rep.top_s)):  # else it was passed out of sight
        if not seen.enough(hip_deg, part) or not seen.enough(knee_deg, part):
            raise NotSeen("top_hidden")
    standing_deg, straight_knee_deg = seen.standing_deg("hip"), 0.0
    if seen.body.both_sides:
        straight_knee_deg = seen.standing_deg("knee")
        if not np.isfinite(standing_deg + straight_knee_deg):
            raise NotSeen("no_standing")
    straight_deg = standing_deg if np.isfinite(standing_deg) else STRAIGHT_HIP_DEG
    bent_deg = np.fmax(hip_deg - straight_deg, knee_deg - straight_knee_deg)
    straightest_deg, at_s = seen.lasting_peak(-bent_deg, window)
    at = seen.times.nearest(at_s)
    less_sure = max(("knee", "hip"), key=lambda name: seen.noise_deg(name, window))
    whose = "own standing" if np.isfinite(standing_deg) else "usual standing"
    steps = (
        f"hip {hip_deg[at]:.1f}° at {at_s:.2f} s, {whose} {straight_deg:.1f}°: "
        f"{hip_deg[at] - straight_deg:.1f}° short",
        f"knee {knee_deg[at] - straight_knee_deg:.1f}° bent",
        f"the larger of both, at its straightest for 0.1 s: {-straightest_deg:.1f}°",
    )
    return Measurement(
        -straightest_deg,
        unit="deg",
        at_s=at_s,
        working=Working(
            lines=LINES,
            span_s=span_s,
            steps=steps,
            # What stays the same from standing to the top is in neither.
            parts=tuple(one for one in seen.sigma_parts(less_sure, window) if one[0] != ALONE),
        ),
    )

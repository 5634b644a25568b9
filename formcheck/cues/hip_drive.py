"""Hips drive the lift; the back doesn't pull it up after them.

Articles: 001 (the hip hinge), 002 ("turn the hinge movement, which should be
driven by the hips, into a pulling movement").
Evidence: van Dieën et al. 1998, J Mot Behav 30:20: in fatigued lifters the trunk
tips further forward early in the lift while the hips already rise.
"""

from __future__ import annotations

import numpy as np

from formcheck.cues.judging.base import Measurement, NotSeen, Working, cue
from formcheck.cues.judging.seen import Seen
from formcheck.data import Rep
from formcheck.signals.uncertainty import change_error_deg, widened

CHANGE_SIGMA_DEG = 3.0  # of a trunk change within a rep, evidence §1.4 row 1
LEAST_KNEE_DEG = 25.0  # knees that open less don't tell hips from back
LINES = (("shoulder", "hip"), ("hip", "knee"), ("knee", "ankle"))
BEFORE_S = 0.3  # the knees may open before the shoulders rise


@cue("hip_drive", lifts=lambda kind: kind.stance != "split")
def hip_drive(rep: Rep, seen: Seen) -> Measurement:
    """Measure how far the trunk tips forward while the knees open.

    The window runs from the most bent knee until half of its opening is done;
    the value is the furthest-forward trunk in it that lasts 0.1 s, less the
    trunk at its start: in degrees, 0 for a rigid trunk, about 20 when the hips
    shoot up.

    Raises
    ------
    NotSeen
        Knee, hip or shoulder are hidden, or the knees hardly open.
    """
    knee_deg, trunk_deg = seen.angle("knee"), seen.angle("trunk")
    ascent = seen.during(_ascent_start_s(rep), rep.top_s)
    if not seen.enough(knee_deg, ascent) or not seen.enough(trunk_deg, ascent):
        raise NotSeen("knee_hidden")
    frames = np.flatnonzero(ascent & np.isfinite(knee_deg) & np.isfinite(trunk_deg))
    start = frames[np.argmax(knee_deg[frames])]
    after = frames[frames >= start]
    opened_deg = knee_deg[start] - np.min(knee_deg[after])
    start_s = float(seen.time_s[start])
    hidden_deg = _hidden_deg(seen, start)
    if opened_deg - hidden_deg < LEAST_KNEE_DEG:
        hidden_deg = max(hidden_deg, _hidden_deg(seen, after[np.argmin(knee_deg[after])]))
        may_open = opened_deg + hidden_deg >= LEAST_KNEE_DEG and hidden_deg > 0.0
        if may_open:
            raise NotSeen("behind")
        raise NotSeen("knees_hardly_open")
    half = knee_deg[start] - opened_deg / 2
    stop = after[np.argmax(knee_deg[after] <= half)]
    window = np.zeros(knee_deg.shape, dtype=bool)
    window[start : stop + 1] = True
    if not seen.enough(knee_deg, window):
        raise NotSeen("knee_hidden")
    tip_deg, at_s = seen.lasting_peak(trunk_deg - trunk_deg[start], window)
    stop_s = float(seen.time_s[stop])
    at = seen.times.nearest(at_s)
    first_deg, leant_deg = float(trunk_deg[start]), float(trunk_deg[start]) + tip_deg
    seen_from = (seen.stance.view, seen.body.both_sides)
    steps = (
        f"knee {knee_deg[start]:.1f}° at its most bent, at {start_s:.2f} s; half of its opening "
        f"is done at {stop_s:.2f} s",
        f"trunk {first_deg:.1f}° at {start_s:.2f} s",
        f"trunk {trunk_deg[at]:.1f}° at {at_s:.2f} s, {leant_deg:.1f}° kept up for 0.1 s",
        f"{leant_deg:.1f} - {first_deg:.1f} = {tip_deg:.1f}°",
    )
    return Measurement(
        tip_deg,
        unit="deg",
        at_s=at_s,
        working=Working(
            lines=LINES,
            span_s=(start_s, stop_s),
            steps=steps,
            parts=(
                ("the trunk's change", CHANGE_SIGMA_DEG * widened(*seen_from, leant_deg)),
                ("the camera's angle", change_error_deg(*seen_from, first_deg, leant_deg)),
                *seen.behind_rise("trunk", int(start), window),
            ),
        ),
    )


def _hidden_deg(seen: Seen, frame: int) -> float:
    """By how much what stands before the lifter may have the knee off in a frame."""
    at_s = float(seen.time_s[frame])
    return sum(part for _, part in seen.behind("knee", seen.during(at_s, at_s)))


def _ascent_start_s(rep: Rep) -> float:
    return max(rep.start_s, rep.top_s - rep.concentric_s) - BEFORE_S

"""A hinge is a hinge: the hips fold and go back, the knees bend less than they do.

Articles: 001 ("Tension through your hamstrings, this is usually where people go
wrong"), 002 ("the hinge movement, which should be driven by the hips").
Evidence: §1.3 Squat vs hinge. Knee over hip flexion is 1 when the shank leans as
far as the trunk; Straub et al. 2025, Phys Ther Sport: trunks that lean 2° more
load the hips; Barrack et al. 2021, Int J Sports Sci Coach 16(4): shanks that lean
8° more load the knees. Tension isn't seen by a camera: hips that go back over
upright shanks are our proxy for it (§1.4 row 4), given in the working.
"""

from __future__ import annotations

import math

import numpy as np

from formcheck.cues.judging.base import Measurement, NotSeen, Working, cue
from formcheck.cues.judging.feet import place
from formcheck.cues.judging.seen import Seen
from formcheck.data import BoolArray, Rep
from formcheck.signals.angles import ANKLE, HIP, KNEE
from formcheck.signals.behind import BEHIND

NEAR_DEEPEST_DEG = 5.0
LEAST_HIP_DEG = 45.0  # hips that fold less aren't at the bottom of a hinge
FOOT_UP = 0.15  # leg lengths: this foot isn't the one they stand on
LINES = (("shoulder", "hip"), ("hip", "knee"), ("knee", "ankle"))


@cue("hinge_pattern", lifts=lambda kind: kind.family == "hinge")
def hinge_pattern(rep: Rep, seen: Seen) -> Measurement:
    """Measure how much the knees bend for what the hips do, where they fold most.

    The value is knee flexion over trunk-thigh flexion, the median over the
    frames with the hips within 5° of their furthest fold: 0 for straight legs,
    0.1 to 0.4 in a Romanian deadlift, 0.5 to 0.9 from the floor, 1 and more in
    a squat.

    Raises
    ------
    NotSeen
        Fewer than 60 % of those frames show hip, knee and ankle, the hips hardly
        fold, or the leg near the camera isn't the one they stand on.
    """
    hip_deg, knee_deg = seen.angle("hip"), seen.angle("knee")
    window = seen.during(rep.start_s, rep.end_s)
    if _other_leg(seen, window):
        raise NotSeen("other_leg")
    if not seen.enough(hip_deg, window):
        raise NotSeen("knee_hidden")
    furthest_deg = float(np.nanmax(hip_deg[window]))
    near = window & (hip_deg >= furthest_deg - NEAR_DEEPEST_DEG)
    if not seen.enough(knee_deg, near) or furthest_deg < LEAST_HIP_DEG:
        raise NotSeen("knee_hidden")
    ratio = knee_deg / hip_deg
    value = float(np.nanmedian(ratio[near]))
    frames = np.flatnonzero(near & np.isfinite(ratio))
    at = int(frames[np.argmin(np.abs(ratio[frames] - value))])
    steps = (
        f"hip folded {hip_deg[at]:.1f}°: trunk {seen.angle('trunk')[at]:.1f}° less thigh "
        f"{seen.angle('thigh')[at]:.1f}°, at {seen.time_s[at]:.2f} s",
        f"knee bent {knee_deg[at]:.1f}°: shank {seen.angle('shank')[at]:.1f}° less the same thigh",
        f"{knee_deg[at]:.1f} / {hip_deg[at]:.1f} = {ratio[at]:.2f}",
        *_hips_back(seen, near),
    )
    span_s = (float(seen.time_s[frames[0]]), float(seen.time_s[frames[-1]]))
    return Measurement(
        value,
        unit="ratio",
        at_s=float(seen.time_s[at]),
        working=Working(
            lines=LINES,
            span_s=span_s,
            steps=steps,
            parts=_parts(value, furthest_deg, seen, near),
        ),
    )


def _parts(
    ratio: float, hip_deg: float, seen: Seen, window: BoolArray
) -> tuple[tuple[str, float], ...]:
    """Error of (shank - thigh) / (trunk - thigh): the thigh's nearly cancels near 1."""
    shares = {"shank": 1.0, "trunk": abs(ratio), "thigh": abs(1.0 - ratio)}
    parts, hidden = [], 0.0
    for name, share in shares.items():
        sigma_deg = seen.noise_deg(name, window)
        for _, behind_deg in seen.behind(name, window):
            hidden = math.hypot(hidden, share * behind_deg / hip_deg)
            sigma_deg = math.sqrt(max(sigma_deg**2 - behind_deg**2, 0.0))
        parts.append((f"the {name}", share * sigma_deg / hip_deg))
    return (*parts, (BEHIND, hidden)) if hidden else tuple(parts)


def _hips_back(seen: Seen, window: BoolArray) -> tuple[str, ...]:
    """Say how far the hips are behind the ankles, median over a window, if they show."""
    hip, ankle = place(seen, HIP), place(seen, ANKLE)
    thigh_px = seen.longest_px(HIP[seen.stance.side], KNEE[seen.stance.side])
    back = (ankle[:, 0] - hip[:, 0]) * seen.stance.forward / thigh_px
    back = back[window & np.isfinite(back)]
    if not back.size:
        return ()
    return (
        f"hips {np.median(back):.2f} thigh lengths behind the ankles: our proxy for "
        "tension in the hamstrings, which no camera sees",
    )


def _other_leg(seen: Seen, window: BoolArray) -> bool:
    """The near foot leaves the floor, as the free one does in a single-leg deadlift."""
    if seen.kind.stance != "single":
        return False
    height = place(seen, ANKLE)[window, 1] / seen.body.leg_px
    height = height[np.isfinite(height)]
    return bool(height.size and np.ptp(height) > FOOT_UP)

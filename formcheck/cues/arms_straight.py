"""The arms hang straight, as ropes do: they don't pull.

Articles: 001 ("Lock in through your lats"), 002 (don't turn the hinge "into a
pulling movement").
Evidence: §1.4 row 9, coaching practice. Sleeves and the elbow's own shape make
straight arms look bent by 10 to 25° on the real clips.
"""

from __future__ import annotations

import numpy as np

from formcheck.cues.judging.base import Measurement, NotSeen, Working, cue
from formcheck.cues.judging.feet import place
from formcheck.cues.judging.seen import Seen
from formcheck.data import BoolArray, FloatArray, Rep
from formcheck.signals.angles import ELBOW, SHOULDER, WRIST

BEFORE_S = 0.1
LASTING_S = 0.25
"""Longer than for other cues: rendered straight arms look bent by 50° for a tenth
of a second when hands pass the thighs, and by 5 to 25° otherwise (our choice)."""

LEAST_LENGTH = 0.88
"""A bent arm's parts stay as long as they are; an arm that is shorter in the
picture than this share of the usual is misplaced (our choice)."""


@cue("arms_straight", lifts=lambda kind: kind.load == "hands" and kind.stance == "both")
def arms_straight(rep: Rep, seen: Seen) -> Measurement:
    """Measure how much the elbow bends on the way up.

    The value is 180° less the angle at the elbow, the largest that lasts 0.25 s
    from the start of the rise to the top: degrees, 0 straight.

    Raises
    ------
    NotSeen
        Fewer than 60 % of those frames show shoulder, elbow and wrist, with an
        arm about as long as in the rest of the set.
    """
    rise_s = (max(rep.start_s, rep.top_s - rep.concentric_s) - BEFORE_S, rep.top_s)
    window = seen.during(*rise_s)
    elbow_deg = np.where(_arm_is_whole(seen), seen.angle("elbow"), np.nan)
    if not seen.enough(elbow_deg, window):
        raise NotSeen("arms_hidden")
    bent_deg, at_s = seen.lasting_peak(180.0 - elbow_deg, window, LASTING_S)
    at = seen.times.nearest(at_s)
    return Measurement(
        bent_deg,
        unit="deg",
        at_s=at_s,
        working=Working(
            lines=(("shoulder", "elbow"), ("elbow", "wrist")),
            span_s=rise_s,
            steps=(
                f"angle at the elbow {elbow_deg[at]:.1f}° at {at_s:.2f} s",
                f"180 - {elbow_deg[at]:.1f} = {180.0 - elbow_deg[at]:.1f}° bent, "
                f"{bent_deg:.1f}° kept up for {LASTING_S:g} s",
            ),
            parts=seen.sigma_parts("elbow", window),
        ),
    )


def _arm_is_whole(seen: Seen) -> BoolArray:
    """Frames (T,) in which upper arm and forearm are about as long as usual."""
    return np.asarray(_arm_px(seen) >= LEAST_LENGTH * seen.of_set(_usual_arm_px))


def _arm_px(seen: Seen) -> FloatArray:
    shoulder, elbow, wrist = (place(seen, table) for table in (SHOULDER, ELBOW, WRIST))
    upper: FloatArray = np.linalg.norm(shoulder - elbow, axis=1)
    return np.asarray(upper + np.linalg.norm(elbow - wrist, axis=1))


def _usual_arm_px(seen: Seen) -> float:
    length = _arm_px(seen)
    return float(np.nanmedian(length)) if np.isfinite(length).any() else float("nan")

"""The body stays over the middle of both feet; on one leg the hips stay level.

Articles: 002 ("your stronger side often compensates for your weaker side"), 001
("control our hips or balance on one leg").
Evidence (§1.3 Asymmetry): up to 15-20 % of difference is natural, and little is
known of what it does (Afonso 2022); so it is shown, and only a large one counts.
"""

from __future__ import annotations

import numpy as np

from formcheck.cues.judging.base import Measurement, Working, cue
from formcheck.cues.judging.frontal import (
    Frames,
    apart_px,
    change,
    feet_px,
    frames_of,
    middle_px,
)
from formcheck.cues.judging.seen import Seen
from formcheck.data import FloatArray, Rep
from formcheck.signals.angles import ANKLE, HIP, SHOULDER

SHIFT_SIGMA = 0.05
"""Ankle widths: rendered and real lifters without a shift read up to 0.10 off
(our choice; evidence §1.4 row 16 expects 0.04)."""

TILT_SIGMA_DEG = 4.0
"""Rendered and real lifters without a tilt read up to 6° off (our choice;
evidence §1.4 row 18 expects 3)."""

OFF, OFF_DEG = 0.15, 15.0
"""Errors of both at right angles to the front; cos(yaw) of them is taken (our choice)."""


@cue("symmetry", lifts=lambda kind: not kind.swung)
def symmetry(rep: Rep, seen: Seen) -> Measurement:
    """Measure how far the body shifts or tips to one side while bent.

    On two legs, how far the middle of the trunk (of both hips and both
    shoulders) moves to a side over the middle of the ankles, in ankle widths,
    from standing. A camera a little off the front moves hips and shoulders
    opposite ways, as the hips go back when the shoulders go forward: in the
    middle of the trunk that cancels, in the hips alone 14° read as a shift of
    0.13. In a split squat, how far the trunk leans to a side; in a single-leg
    deadlift, how far the line of the hips tilts: degrees, from standing. The
    most that lasts 0.1 s counts, to either side.

    Raises
    ------
    NotSeen
        Feet, hips or shoulders are hidden.
    """
    frames = frames_of(rep, seen)
    if seen.kind.stance == "split":
        return _most(_lean_deg(seen), frames, rep, seen, "lean")
    if seen.kind.stance == "single":
        return _most(_tilt_deg(seen), frames, rep, seen, "hips")
    wide = feet_px(seen, frames.standing)
    trunk = (middle_px(seen, HIP) + middle_px(seen, SHOULDER)) / 2 - middle_px(seen, ANKLE)
    # In a tilted picture a trunk that only sinks goes to a side.
    sunk = np.ptp(trunk[frames.bent | frames.standing, 1]) / wide
    tilt = float(np.nan_to_num(np.radians(seen.picture.roll_sigma_deg) * sunk))
    return _most(trunk[:, 0] / wide, frames, rep, seen, "", tilt)


def _most(
    values: FloatArray, frames: Frames, rep: Rep, seen: Seen, note: str, tilt: float = 0.0
) -> Measurement:
    """The largest lasting change to either side, positive; ``tilt`` is the picture's part of σ."""
    moved = change(values, frames, rep, seen, "trunk_hidden" if note else "feet_out")
    by_side = {
        "left": seen.lasting_peak(moved, frames.bent),
        "right": seen.lasting_peak(-moved, frames.bent),
    }
    side = max(by_side, key=lambda one: by_side[one][0])
    value, at_s = max(by_side[side][0], 0.0), by_side[side][1]
    unit = "deg" if note else "ankle widths"
    off = float(np.cos(np.radians(seen.stance.view.yaw_deg)))
    points, camera = (TILT_SIGMA_DEG, OFF_DEG * off) if note else (SHIFT_SIGMA, OFF * off)
    own = float(np.nanmedian(values[frames.standing]))
    turn = 1.0 if side == "left" else -1.0
    return Measurement(
        value,
        unit=unit,
        at_s=at_s,
        note=f"{note}_{side}" if note else side,
        working=Working(
            lines=(
                ("left shoulder", "right shoulder"),
                ("left hip", "right hip"),
                ("left ankle", "right ankle"),
            ),
            span_s=(rep.start_s, rep.end_s),
            steps=(
                f"{own * turn:.2f} {unit} to the {side} when standing",
                f"{own * turn + value:.2f} {unit} to the {side} at {at_s:.2f} s",
                f"{own * turn + value:.2f} - {own * turn:.2f} = {value:.2f} {unit}",
            ),
            parts=(
                ("the joints' places", points),
                ("the camera's angle", camera),
                ("the picture's tilt", tilt),
            ),
        ),
    )


def _lean_deg(seen: Seen) -> FloatArray:
    """Lean of the trunk to the lifter's left, (T,) degrees from the vertical."""
    along = middle_px(seen, SHOULDER) - middle_px(seen, HIP)
    return np.asarray(np.degrees(np.arctan2(along[:, 0], -along[:, 1])))


def _tilt_deg(seen: Seen) -> FloatArray:
    """How far the left hip is lower than the right one, (T,) degrees from level."""
    points = seen.body.points_px
    lower = points[:, HIP["left"], 1] - points[:, HIP["right"], 1]
    return np.asarray(np.degrees(np.arctan2(lower, apart_px(seen, HIP))))

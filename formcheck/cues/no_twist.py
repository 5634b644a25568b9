"""The shoulders keep facing the way they face: no twist on the way up.

Articles: 002 ("faux-pas like twisting or jerking motions").
Evidence: one camera is 6-14° off a lifter's twist (§1.3 Twist), so this never
goes further than "watch". The engine's 3-D points don't show it at all: of a
rendered lifter whose shoulders turn by 24° they turn by 2°, from the front and
from the side alike. What the picture shows from the front is that turned
shoulders look narrower.
"""

from __future__ import annotations

import numpy as np

from formcheck.cues.judging.base import Measurement, NotSeen, Working, cue
from formcheck.cues.judging.frontal import apart_px, frames_of, middle_px
from formcheck.cues.judging.seen import Seen
from formcheck.data import BoolArray, FloatArray, Rep
from formcheck.signals.angles import SHOULDER

WIDTH_NOISE = 0.03
"""Of the shoulders' width up against down: 0.97 at its lowest on rendered and
most real lifters without a twist (our choice)."""

LEAST_SINE = 0.3
GRID = 25
WITHIN = (0.1, 0.9)  # shares of the way: at its ends width and height hardly change


@cue("no_twist", lifts=lambda kind: not kind.swung and kind.stance != "single")
def no_twist(rep: Rep, seen: Seen) -> Measurement:
    """Measure how much further the shoulders are turned on the way up than down.

    At each height the width of the shoulders on the way up is compared with
    that on the way down, at the same distance from the camera and the same
    lean; the twist that makes it so much narrower is arccos(up / down), or for
    a camera that stands ``d`` off the front, arccos(up / down · cos d) - d. The
    highest over 0.1 s, degrees. A twist that is the same both ways isn't seen.

    Raises
    ------
    NotSeen
        A way isn't in the picture, or the shoulders are hidden.
    """
    view = seen.stance.view
    planted = frames_of(rep, seen)
    wide, height = apart_px(seen, SHOULDER), middle_px(seen, SHOULDER)[:, 1]
    rising, lowering = (way & (planted.bent | planted.standing) for way in _ways(rep, seen))
    grid = _heights(height, rising, lowering)
    up, down = _at(grid, height, wide, rising), _at(grid, height, wide, lowering)
    off = np.radians(90.0 - view.yaw_deg)
    share = np.clip(up / down * np.cos(off), -1.0, 1.0)
    by_height = np.clip(np.degrees(np.arccos(share) - off), 0.0, None)
    frames = np.flatnonzero(rising & np.isfinite(height))
    twist = np.full(height.shape, np.nan)
    twist[frames] = np.interp(height[frames], grid, by_height, left=0.0, right=0.0)
    value, at_s = seen.lasting_peak(twist, rising)
    slope = max(float(np.sin(np.radians(value) + off)), LEAST_SINE)
    ratio = float(np.cos(np.radians(value) + off) / np.cos(off))
    return Measurement(
        value,
        unit="deg",
        at_s=at_s,
        working=Working(
            lines=(("left shoulder", "right shoulder"), ("left hip", "right hip")),
            span_s=(rep.start_s, rep.end_s),
            steps=(
                f"shoulders {ratio:.2f} times as wide on the way up, at {at_s:.2f} s, "
                "as at that height on the way down",
                f"camera {np.degrees(off):.0f}° off the front or back",
                f"turned by {value:.0f}°",
            ),
            parts=(
                ("the shoulders' width", float(np.degrees(WIDTH_NOISE / slope))),
                ("the camera's angle", view.yaw_sigma_deg),
            ),
        ),
    )


def _ways(rep: Rep, seen: Seen) -> tuple[BoolArray, BoolArray]:
    """Frames (T,) of the way up and of the way down."""
    if seen.kind.starts == "bottom":
        up, down = seen.during(rep.bottom_s, rep.top_s), seen.during(rep.top_s, rep.end_s)
    else:
        up, down = seen.during(rep.bottom_s, rep.top_s), seen.during(rep.start_s, rep.bottom_s)
    if not rep.complete or not np.isfinite(rep.eccentric_s):
        raise NotSeen("way_down_hidden")
    return up, down


def _heights(height: FloatArray, rising: BoolArray, lowering: BoolArray) -> FloatArray:
    """Heights, downwards (G,) pixels, that both ways pass."""
    ends = []
    for way in (rising, lowering):
        known = height[way & np.isfinite(height)]
        if known.size < 0.6 * way.sum() or known.size < 5:
            raise NotSeen("shoulders_hidden")
        ends.append((float(known.min()), float(known.max())))
    top, bottom = max(one[0] for one in ends), min(one[1] for one in ends)
    if bottom <= top:
        raise NotSeen("way_down_hidden")
    first, last = (top + share * (bottom - top) for share in WITHIN)
    return np.linspace(first, last, GRID)


def _at(grid: FloatArray, height: FloatArray, wide: FloatArray, way: BoolArray) -> FloatArray:
    """Width of the shoulders at each height of one way, (G,) pixels."""
    frames = np.flatnonzero(way & np.isfinite(height) & np.isfinite(wide))
    if frames.size < 5:
        raise NotSeen("shoulders_hidden")
    frames = frames[np.argsort(height[frames])]
    return np.asarray(np.interp(grid, height[frames], wide[frames]))

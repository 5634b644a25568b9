"""How close a bar hangs, told by its plate where hands and feet are behind it."""

from __future__ import annotations

import math

import numpy as np

from formcheck.cues.judging.base import Measurement, NotSeen, Working
from formcheck.cues.judging.seen import Seen
from formcheck.data import Bar, Rep

FOOT_M = 0.26
"""0.152 of a height of 1.72 m (Drillis and Contini 1966)."""

AT_THE_TOP, AT_THE_TOP_SIGMA = 0.10, 0.15
"""Foot lengths ahead of midfoot at which a bar rests against the thighs of someone who
stands: the hands of six real and rendered barbell sets have -0.04..0.18, and
a mirrored film moves it by 0.14 (our choice)."""

TOP_S = 0.15
"""By how much the top's moment may be off: hips that come through carry the bar along."""

LOW = 0.5
"""Share of the bar's way up under which it is below the knee (our choice)."""


def bar_ahead(rep: Rep, seen: Seen, bar: Bar) -> Measurement:
    """Measure how far a bar is ahead of midfoot: of where it rests at the top, and that.

    The plate is nearer to the camera than the feet, which shifts it against them by as
    much at the top as below: only its change is measured. The largest that lasts 0.1 s in
    the lower half of the bar's way, in foot lengths.

    Raises
    ------
    NotSeen
        The bar isn't followed, or the lifter not seen at the top.
    """
    whole, top = seen.during(rep.start_s, rep.end_s), seen.during(rep.top_s, rep.top_s)
    ahead_m = bar.centre_px[:, 0] * seen.stance.forward * bar.m_per_px
    height_m = -bar.centre_px[:, 1] * bar.m_per_px
    known = np.isfinite(ahead_m)
    if not (rep.top_seen and seen.enough(ahead_m, whole) and known[top].all()):
        raise NotSeen("hands_hidden")
    lowest_m, top_m = float(np.nanmin(height_m[whole])), float(height_m[top][0])
    window = whole & known & (height_m <= lowest_m + LOW * (top_m - lowest_m))
    if not window.any():
        raise NotSeen("hands_hidden")
    most_m, at_s = seen.lasting_peak(ahead_m - ahead_m[top][0], window)
    value = most_m / FOOT_M + AT_THE_TOP
    at = seen.times.nearest(at_s)
    around = seen.during(rep.top_s - TOP_S, rep.top_s + TOP_S) & known
    top_moves_m = float(np.ptp(ahead_m[around])) / 2
    tilt_m = math.radians(seen.picture.roll_sigma_deg) * abs(top_m - float(height_m[at]))
    found_px = float(np.nanmedian(bar.sigma_px[window]))
    frames = np.flatnonzero(window)
    return Measurement(
        value,
        unit="foot lengths",
        unit_cm=100.0 * FOOT_M,
        at_s=at_s,
        working=Working(
            lines=(("heel", "toe"), ("knee", "ankle")),
            span_s=(float(seen.time_s[frames[0]]), float(seen.time_s[frames[-1]])),
            parts=(
                ("where a bar rests at the top", AT_THE_TOP_SIGMA),
                ("which moment is the top", top_moves_m / FOOT_M),
                ("the plate's place", found_px * bar.m_per_px / FOOT_M),
                ("the camera's motion", seen.picture.place_sigma_px * bar.m_per_px / FOOT_M),
                ("the picture's tilt", tilt_m / FOOT_M),
            ),
            steps=(
                f"the bar {100 * most_m:.0f} cm further ahead than at the top, at {at_s:.2f} s",
                f"{100 * most_m:.0f} cm of a foot of {100 * FOOT_M:.0f} cm, and "
                f"{AT_THE_TOP:.2f} for where it rests at the top: {value:.2f}",
            ),
        ),
    )

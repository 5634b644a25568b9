"""The heels stay on the floor.

Articles: 001 ("Weight through your heels").
Evidence: §1.4 row 10 (statics: with the heels up the weight is over the toes).
Pressure under the foot isn't seen; a heel that leaves the floor is.
"""

from __future__ import annotations

import numpy as np

from formcheck.cues.judging.base import Measurement, NotSeen, Working, cue
from formcheck.cues.judging.feet import place, shank_px, standing
from formcheck.cues.judging.seen import Seen
from formcheck.data import BoolArray, FloatArray, Rep
from formcheck.reps.lifts import LiftKind
from formcheck.signals.angles import ANKLE, HEEL, TOE

LASTING_S = 0.2
SIGMA = 0.03  # shank lengths, evidence §1.4 row 10
ANKLE_SHARE = 2.0
"""A heel's rise over the ankle's when the foot turns about its ball: twice, on the
labelled squats with the heels up (median 0.18 and 0.08 shank lengths)."""

TURNED = 0.06
"""Shank lengths of error at a yaw of 90°, by its sine: filmed from 33° the near
heel of a flat foot reads 0.05, its mirror image 0.00 (our choice)."""

FOOT_LENGTH = (0.7, 1.4)
"""Allowed length of the foot in the picture relative to standing: a foot that
changes more is on something else (our choice)."""


def _feet_seen(kind: LiftKind) -> bool:
    """Both feet flat, and no plate before them.

    Where a bar comes near the floor its plates hide the foot, and rendered feet that
    stand flat read 0.05 to 0.18.
    """
    return kind.stance == "both" and not kind.bar_in_hands


@cue("heels_down", lifts=_feet_seen)
def heels_down(rep: Rep, seen: Seen) -> Measurement:
    """Measure how far the heel leaves the floor.

    The value is the highest rise of the camera-side heel over its own standing
    that is kept up for 0.2 s, in shank lengths: 0 flat. It counts no further than
    the toe stays down (else the picture moved) and the ankle comes up with it.

    Raises
    ------
    NotSeen
        Heel, toe or ankle are hidden in more than 40 % of the frames, or the
        lifter isn't seen standing before or after.
    """
    window = seen.during(rep.start_s, rep.end_s)
    stood = standing(rep, seen)
    heel, toe, ankle = (place(seen, table)[:, 1] for table in (HEEL, TOE, ANKLE))
    shank = np.where(_foot_is_whole(seen, stood), seen.angle("shank"), np.nan)
    points = (heel, toe, ankle)
    if not seen.enough(shank, window) or not all(seen.enough(y, stood) for y in (shank, *points)):
        raise NotSeen("feet_hidden")
    scale = shank_px(seen)
    rises = {
        name: (np.nanmedian(y[stood]) - y) / scale
        for name, y in (("heel", heel), ("toe", toe), ("ankle", ankle))
    }
    rise = np.fmin(rises["heel"], rises["heel"] - rises["toe"])
    rise = np.fmin(rise, ANKLE_SHARE * rises["ankle"])
    rise = np.where(np.isfinite(shank), rise, np.nan)
    value, at_s = seen.lasting_peak(rise, window, LASTING_S)
    at = seen.times.nearest(at_s)
    steps = (
        *(f"{name} up {rises[name][at]:.2f} shank lengths at {at_s:.2f} s" for name in rises),
        f"kept up for {LASTING_S:g} s, no more than the heel over the toe and "
        f"{ANKLE_SHARE:g} times the ankle: {value:.2f}",
    )
    unsteady = seen.of_set(_unsteady)
    turned = TURNED * float(np.sin(np.radians(seen.stance.view.yaw_deg)))
    return Measurement(
        value,
        unit="shank lengths",
        at_s=at_s,
        working=Working(
            lines=(("knee", "ankle"), ("ankle", "heel"), ("heel", "toe")),
            span_s=(rep.start_s, rep.end_s),
            steps=steps,
            parts=(
                ("heel, toe and ankle", SIGMA),
                ("how still the heel stands", unsteady),
                ("the camera's angle", turned),
            ),
        ),
    )


def _foot_is_whole(seen: Seen, stood: BoolArray) -> BoolArray:
    """Frames in which the foot looks about as long as when standing, (T,)."""
    length: FloatArray = np.linalg.norm(place(seen, TOE) - place(seen, HEEL), axis=1)
    if not np.isfinite(length[stood]).any():
        return np.zeros(length.shape, dtype=bool)
    ratio = length / np.nanmedian(length[stood])
    return np.asarray((ratio >= FOOT_LENGTH[0]) & (ratio <= FOOT_LENGTH[1]))


def _unsteady(seen: Seen) -> float:
    """Spread of the heel's height within the standings of the set, one sigma."""
    spreads, scale = [], shank_px(seen)
    for rep in seen.reps:
        near = seen.near(rep)
        part = place(near, HEEL)[standing(rep, near), 1] / scale
        part = part[np.isfinite(part)]
        if part.size:
            spreads.append(1.4826 * float(np.median(np.abs(part - np.median(part)))))
    return float(np.median(spreads)) if spreads else float("nan")

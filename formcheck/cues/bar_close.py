"""The load hangs close: hands over the middle of the foot, lats locked in.

Articles: 001 ("Lock in through your lats").
Evidence: §1.4 row 8; Escamilla et al. 2001, MSSE 33:1345: better lifters keep the
load's distance from the hips short. Muscles aren't seen: where the hands hang is.
"""

from __future__ import annotations

import math

import numpy as np

from formcheck.cues.judging.bar import bar_ahead
from formcheck.cues.judging.base import Measurement, NotSeen, Working, cue
from formcheck.cues.judging.feet import FOOT_OVER_LEG, hands_ahead, places, standing
from formcheck.cues.judging.seen import Seen
from formcheck.data import BoolArray, Rep

NEAR_DEEPEST_DEG = 12.0
SIGMA = 0.10  # foot lengths, evidence §1.4 row 8
HANDS_BESIDE_FEET = 0.3
"""Foot lengths by which hands may be wider than feet, or narrower: seen at a yaw
psi that adds sin(psi) times as much (our choice: 8 cm)."""

UNLIKE = 0.08
"""Foot lengths by which the middles of hands and feet are apart sideways (our choice: 2 cm);
times the yaw's tangent in a width that is stretched. Seven rendered pulls seen from 30 to 45°
are 0.06 off, all in all."""

STEPPED = 1.0
"""Foot lengths by which heels that stand aren't read elsewhere: near the floor plates drag them by
half of one (our choice)."""

HIDES_THE_HANDS_S = 0.25
"""A lifter out of sight for so long on the way up may have let the load swing away
meanwhile (our choice: 0.31 s hid a quarter of a foot in a test lifter)."""

FURTHEST_BEHIND = -0.35
"""Foot lengths: the shins are in the way of a load further back, so hands read
there are guessed behind a plate (our choice)."""


@cue("bar_close", lifts=lambda kind: kind.hangs and kind.stance == "both")
def bar_close(rep: Rep, seen: Seen) -> Measurement:
    """Measure how far the load gets ahead of the middle of the foot.

    Of hands that are seen it is ``_hands``; behind a plate of known size the bar itself
    tells, ``judging/bar.py``. In foot lengths: 0 over midfoot, about 0.5 over the toes,
    negative behind.

    Raises
    ------
    NotSeen
        Neither shows.
    """
    try:
        return _hands(rep, seen)
    except NotSeen:
        if seen.signals.bar is None or not math.isfinite(seen.signals.bar.m_per_px):
            raise
        return bar_ahead(rep, seen, seen.signals.bar)


def _hands(rep: Rep, seen: Seen) -> Measurement:
    """How far the hands get ahead of the middle of the foot.

    The value is the largest distance of the camera-side wrist (obliquely, of the middle
    between both) ahead of midfoot, where the foot was when they stood, that lasts 0.1 s
    while the hands are below the knee or the trunk is near its furthest lean, in foot
    lengths: 0 over midfoot, about 0.5 over the toes, negative behind.

    Raises
    ------
    NotSeen
        Fewer than 60 % of those frames show the wrist, as when a plate hides it,
        or fewer than 60 % of those at the top the foot.
    """
    stood, at_joint = standing(rep, seen), places(seen)
    feet_seen = all(seen.enough(at_joint[name][:, 0], stood) for name in ("heel", "toe"))
    if not (rep.top_seen and feet_seen):
        raise NotSeen("hands_hidden")
    ahead = hands_ahead(seen, stood)
    wrist, knee = at_joint["wrist"], at_joint["knee"]
    low = seen.during(rep.start_s, rep.end_s) & (wrist[:, 1] >= knee[:, 1])
    window = low | seen.deepest(rep, NEAR_DEEPEST_DEG)
    if not seen.enough(ahead, window):
        raise NotSeen("hands_hidden")
    way_up = seen.during(rep.start_s, rep.top_s)
    if seen.longest_gap_s(seen.shoulders_leg, way_up) > HIDES_THE_HANDS_S:
        raise NotSeen("hands_hidden")
    value, at_s = seen.lasting_peak(ahead, window)
    stepped = seen.body.both_sides and _stepped(seen, stood, at_s)
    if value < FURTHEST_BEHIND or stepped:
        raise NotSeen("hands_hidden")
    at = seen.times.nearest(at_s)
    beside = _beside(seen, value)
    moved = seen.picture.place_sigma_px / (FOOT_OVER_LEG * seen.body.leg_px)
    above = abs(float(np.nanmedian(at_joint["heel"][stood, 1])) - float(wrist[at, 1]))
    tilt = float(np.radians(seen.picture.roll_sigma_deg)) * above
    tilt /= FOOT_OVER_LEG * seen.body.leg_px
    frames = np.flatnonzero(window)
    return Measurement(
        value,
        unit="foot lengths",
        at_s=at_s,
        working=Working(
            lines=(("shoulder", "wrist"), ("heel", "toe"), ("knee", "ankle")),
            span_s=(float(seen.time_s[frames[0]]), float(seen.time_s[frames[-1]])),
            parts=(
                ("wrist and foot", SIGMA),
                ("the camera's angle", beside),
                ("the camera's motion", moved),
                ("the picture's tilt", tilt),
            ),
            steps=(
                f"hands {ahead[at]:.2f} foot lengths ahead of midfoot at {at_s:.2f} s, "
                f"{value:.2f} kept up for 0.1 s",
                f"arm {seen.angle('arm')[at]:.1f}° forward from hanging",
            ),
        ),
    )


def _stepped(seen: Seen, stood: BoolArray, at_s: float) -> bool:
    """The feet aren't where they were when they stood."""
    heels = places(seen)["heel"][:, 0] / (FOOT_OVER_LEG * seen.body.leg_px)
    moved = np.abs(heels[seen.during(at_s, at_s)] - np.nanmedian(heels[stood]))
    return bool((moved > STEPPED).any())


def _beside(seen: Seen, ahead: float) -> float:
    """Error, in foot lengths, because hands aren't as far apart as feet.

    In the middle of both sides it cancels, but for hands and feet that aren't alike left
    and right, and a wrong yaw stretches what is ``ahead``.
    """
    view = seen.stance.view
    yaw = np.radians(view.yaw_deg)
    if not seen.body.both_sides:
        return float(HANDS_BESIDE_FEET * np.sin(yaw))
    return float(np.tan(yaw) * np.hypot(UNLIKE, ahead * np.radians(view.yaw_sigma_deg)))

"""The back keeps its line over the set, and within the repetition.

Articles: 000 ("maintain all the alignment … you started with"; "Stop before you
fatigue"), 002 ("make sure not to round your back").
Evidence: a change from the lifter's own first repetitions is told better than any
absolute bend, as the engine's bias and the clothes' cancel in it (§1.2, §1.4 row 6);
the repeatability of lumbar motion within a lifter is 4-8° (Aasa et al. 2019, Sports
Biomech), and a heavier load bends more (Shoji 2025).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from formcheck.cues.judging.base import Measurement, NotSeen, Working, set_cue
from formcheck.cues.judging.others import NEAR_DEEPEST_DEG, UNLIKE_DEG, unlike_others_deg
from formcheck.cues.judging.seen import Seen
from formcheck.data import JudgedRep

ENDS = 3  # first and last repetitions of a long set; two of a set of four or five
LEAST_REPS = 3
SIGMA_DEG = 5.0
"""Of the change of W within a set, evidence §1.4 rows 5 and 6: 4-6°."""

LIFT_OFF_S = 0.2
STILL_LEANING_DEG = 25.0
"""From the furthest lean on the way up: beyond it the plates and the arms change
what is seen of the back (our choice)."""


@set_cue("rounding_drift", lifts=lambda kind: kind.free_back)
def rounding_drift(reps: Sequence[JudgedRep], seen: Seen) -> Measurement:
    """Measure how much rounder the back gets over the set or after lift-off.

    Over the set: the mean turn W of the last repetitions (``lumbar_rounding``'s
    value) less that of the first. Within: the median over the repetitions of the
    largest turn that lasts 0.1 s on the way up, less that at lift-off. The value
    is the larger: degrees, positive is rounder. A repetition that reads as no other
    does isn't taken.

    Raises
    ------
    NotSeen
        The back is seen in fewer than three repetitions.
    """
    if not seen.picture.has_outline:
        raise NotSeen("no_picture")
    if len(reps) < LEAST_REPS:
        raise NotSeen("few_reps")
    turns = np.array([_turn_deg(one, seen) for one in reps])
    known = np.flatnonzero(np.isfinite(turns))
    if known.size < LEAST_REPS:
        raise NotSeen("back_hidden")
    ends = min(ENDS, known.size // 2)
    first, last = float(np.mean(turns[known[:ends]])), float(np.mean(turns[known[-ends:]]))
    over_set = last - first if ends > 1 else -np.inf
    grown = np.array([_growth_deg(one, seen.near(one.rep)) for one in reps])
    within = float(np.nanmedian(grown)) if np.isfinite(grown).sum() >= LEAST_REPS else -np.inf
    if not np.isfinite(max(over_set, within)):
        raise NotSeen("back_hidden")
    worst = reps[int(np.nanargmax(grown))] if within > over_set else reps[known[-1]]
    return Measurement(
        max(over_set, within),
        unit="deg",
        at_s=_lift_off_s(worst),
        note="within" if within > over_set else "",
        working=Working(
            lines=(("hip", "shoulder"),),
            back=True,
            span_s=(reps[0].rep.start_s, reps[-1].rep.end_s),
            steps=(
                "turn by repetition: " + ", ".join(f"{turn:.0f}°" for turn in turns[known]),
                f"last {ends} {last:.0f}° - first {ends} {first:.0f}° = {last - first:.0f}°",
                f"growth after lift-off, median over the repetitions: {within:.0f}°",
            ),
            parts=(("the turn's change within a set", SIGMA_DEG),),
        ),
    )


def _turn_deg(one: JudgedRep, seen: Seen) -> float:
    """The back's turn; NaN where it isn't seen, or reads as in no other repetition."""
    apart_deg = unlike_others_deg("back_turn", one.rep, seen, NEAR_DEEPEST_DEG)
    return float("nan") if apart_deg > UNLIKE_DEG else one.findings["lumbar_rounding"].value


def _lift_off_s(one: JudgedRep) -> float:
    return max(one.rep.start_s, one.rep.top_s - one.rep.concentric_s)


def _growth_deg(one: JudgedRep, seen: Seen) -> float:
    """How much the back's turn grows on the way up; NaN where it isn't seen."""
    turn_deg, trunk_deg = seen.angle("back_turn"), seen.angle("trunk")
    start_s = _lift_off_s(one)
    up = seen.during(start_s, one.rep.top_s) & np.isfinite(trunk_deg)
    if not up.any():
        return float("nan")
    up &= trunk_deg >= np.max(trunk_deg[up]) - STILL_LEANING_DEG
    at_start = seen.during(start_s - LIFT_OFF_S / 2, start_s + LIFT_OFF_S / 2)
    if not seen.enough(turn_deg, up) or not seen.enough(turn_deg, at_start):
        return float("nan")
    highest, _ = seen.lasting_peak(turn_deg, up)
    return highest - float(np.nanmedian(turn_deg[at_start]))

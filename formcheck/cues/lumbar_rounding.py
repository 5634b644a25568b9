"""The back keeps its line under load: no rounding.

Articles: 002 ("make sure not to round your back", "neutral position").
Evidence §3: the turn of the visible back, not an angle of the spine. Trained
lifters look flat at the bottom although their spine is bent by about 33° from
standing (Bengtsson et al. 2022, IJSPT).
"""

from __future__ import annotations

import numpy as np

from formcheck.cues.judging.base import Measurement, NotSeen, Working, cue
from formcheck.cues.judging.others import (
    NEAR_DEEPEST_DEG,
    UNLIKE_DEG,
    UNLIKE_OTHERS,
    unlike_others_deg,
)
from formcheck.cues.judging.seen import Seen
from formcheck.data import BoolArray, Rep
from formcheck.signals.back import COVERED, SHORT_WINDOW
from formcheck.signals.lumbar import CONTRADICTED


@cue("lumbar_rounding", lifts=lambda kind: kind.free_back)
def lumbar_rounding(rep: Rep, seen: Seen) -> Measurement:
    """Measure how far the visible back turns where the trunk leans furthest.

    The value is the median whole back turn W (``signals/back.py``) over the
    frames within 12° of the repetition's furthest lean: degrees, 0 flat,
    negative hollow, positive rounded. Its σ holds what the same edge says
    against it (``signals/lumbar.py``): a broad upper back over a hollow lower
    one isn't a rounded back. And it holds what the other repetitions say: a back
    that is off once, and comes and goes without the trunk leaning otherwise, is most
    often something else that was seen.

    Raises
    ------
    NotSeen
        There is no picture, or the back's edge is hidden in more than 40 % of those
        frames.
    """
    if not seen.picture.has_outline:
        raise NotSeen("no_picture")
    window = seen.deepest(rep, NEAR_DEEPEST_DEG)
    turn_deg = seen.angle("back_turn")
    if not seen.enough(turn_deg, window):
        raise NotSeen("back_hidden")
    value_deg = float(np.nanmedian(turn_deg[window]))
    unlike_deg = unlike_others_deg("back_turn", rep, seen, NEAR_DEEPEST_DEG)
    at = int(np.nanargmin(np.where(window, np.abs(turn_deg - value_deg), np.nan)))
    frames = np.flatnonzero(window)
    parts = seen.sigma_parts("back_turn", window)
    if unlike_deg > UNLIKE_DEG:
        parts = (*parts, (UNLIKE_OTHERS, unlike_deg))
    return Measurement(
        value_deg,
        unit="deg",
        at_s=float(seen.time_s[at]),
        working=Working(
            lines=(("hip", "shoulder"),),
            back=True,
            span_s=(float(seen.time_s[frames[0]]), float(seen.time_s[frames[-1]])),
            steps=(
                *_turn_steps(value_deg, at, window, seen),
                *_standing_steps(value_deg, at, seen),
                *_corrections(dict(parts)),
            ),
            parts=parts,
        ),
    )


def _turn_steps(value_deg: float, at: int, window: BoolArray, seen: Seen) -> tuple[str, ...]:
    """The turn at the moment, and among how many frames it is the middle one."""
    turn_deg, trunk_deg = seen.angle("back_turn"), seen.angle("trunk")
    known = turn_deg[window & np.isfinite(turn_deg)]
    return (
        f"the back's edge turns by {turn_deg[at]:.1f}° from the hips up to the shoulders at "
        f"{seen.time_s[at]:.2f} s, the trunk leaning {trunk_deg[at]:.1f}°",
        f"{value_deg:.1f}° is the middle of {known.size} frames within {NEAR_DEEPEST_DEG:g}° of "
        f"the furthest lean; they read {np.min(known):.1f} to {np.max(known):.1f}°",
    )


def _standing_steps(value_deg: float, at: int, seen: Seen) -> tuple[str, ...]:
    """What it is counted from: a flat back, as standing isn't seen reliably."""
    standing_deg, flexion_deg = seen.standing_deg("back_turn"), seen.angle("lumbar_flexion")[at]
    compared = []
    if np.isfinite(standing_deg):
        compared.append(
            f"for comparison, standing it turns by {standing_deg:.1f}°: "
            f"{value_deg - standing_deg:+.1f}° from there; plates and shirts hide the hollow of "
            "a standing back, so this decides nothing"
        )
    if np.isfinite(flexion_deg):
        sigma_deg = seen.signals.angles_deg["lumbar_flexion"].sigma[at]
        compared.append(
            f"for comparison, the lower back bent by about {flexion_deg:.0f} ± {sigma_deg:.0f}° "
            "from standing, an estimate that decides nothing"
        )
    return (
        "a flat back, 0.0°, stands in for the own standing one: "
        f"{value_deg:.1f} - 0.0 = {value_deg:.1f}°",
        *compared,
    )


def _corrections(parts: dict[str, float]) -> tuple[str, ...]:
    """What was done about a hood, and about an edge that contradicts itself."""
    said = []
    if COVERED in parts:
        said.append(
            "a hood, hair or collar stands off the upper back: read up to "
            f"{SHORT_WINDOW[1]:.0%} of the way to the shoulders, and scaled up to the whole"
        )
    if UNLIKE_OTHERS in parts:
        said.append(
            f"the other repetitions, bent over as far, read {parts[UNLIKE_OTHERS]:.1f}° otherwise, "
            "which widens σ by as much"
        )
    if CONTRADICTED in parts:
        said.append(
            "the shape of the lower back lets expect less: the turn is "
            f"{parts[CONTRADICTED]:.1f}° more, which widens σ by as much"
        )
    return tuple(said) or (
        "no correction: nothing stands off the upper back, and the lower back's shape says "
        "nothing against it",
    )

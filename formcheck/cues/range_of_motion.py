"""Each repetition goes as far as the lifter's own best ones of the set.

Articles: 002 ("utilize a full range of motion"), 001 ("full range of movement").
Evidence: Hooper et al. 2013 (evidence §1.3): hips and knees bend 14° and 16° less
after a fatiguing workout. The share of the lifter's own best needs no norm, and
the engine's bias cancels in it.
"""

from __future__ import annotations

import numpy as np

from formcheck.cues.judging.base import Measurement, NotSeen, Working, cue
from formcheck.cues.judging.measures import range_over
from formcheck.cues.judging.seen import Seen
from formcheck.data import FloatArray, Rep

SIGMA = {"side": 4.0, "oblique": 6.0}
"""In %: side by evidence §1.4 row 14, and the spread of the clean real sets."""

LEAST = {"hip": 30.0, "knee": 40.0, "shoulders": 0.1}
"""Ranges under these (degrees, leg lengths) are the lift's nature, not its measure."""


@cue("range_of_motion")
def range_of_motion(rep: Rep, seen: Seen) -> Measurement:
    """Measure the range of a repetition against the best of the set.

    Ranges of the hip's and the knee's bend and of the shoulders' height, each
    as a share of the lifter's own best: the value is the largest of them in %,
    so a repetition is short only when all of them are. The best is the second
    largest of three and more, as a single one may be a set-up.

    Raises
    ------
    NotSeen
        The set has one whole repetition, or the clip cuts this one.
    """
    if not rep.complete:
        raise NotSeen("phase_cut")
    if len(_to_compare(seen)) < 2:
        raise NotSeen("one_rep")
    shares, steps = [], []
    for name, best in seen.of_set(_bests).items():
        own = range_over(_ranges(seen)[name], rep, seen)
        if np.isfinite(own) and best >= LEAST[name]:
            shares.append(100.0 * own / best)
            unit, digits = ("leg lengths", 2) if name == "shoulders" else ("°", 0)
            steps.append(
                f"{name}: {own:.{digits}f} of {best:.{digits}f} {unit} = {shares[-1]:.0f} %"
            )
    if not shares:
        raise NotSeen("knee_hidden")
    return Measurement(
        max(shares),
        unit="%",
        at_s=rep.bottom_s,
        working=Working(
            lines=(("shoulder", "hip"), ("hip", "knee"), ("knee", "ankle")),
            span_s=(rep.start_s, rep.end_s),
            steps=(*steps, f"the largest of them: {max(shares):.0f} %"),
            parts=(("a range against another", SIGMA[seen.stance.view.name]),),
        ),
    )


def _ranges(seen: Seen) -> dict[str, FloatArray]:
    return {
        "hip": seen.angle("hip"),
        "knee": seen.angle("knee"),
        "shoulders": seen.shoulders_leg,
    }


def _bests(seen: Seen) -> dict[str, float]:
    """The lifter's own best range of each signal."""
    found: dict[str, list[float]] = {name: [] for name in LEAST}
    for one in _to_compare(seen):
        near = seen.near(one)
        for name, values in _ranges(near).items():
            found[name].append(range_over(values, one, near))
    return {name: _best(ranges) for name, ranges in found.items()}


def _to_compare(seen: Seen) -> list[Rep]:
    """The whole repetitions; of swings not the first and last, the bell's way up and down."""
    whole = [one for one in seen.reps if one.complete and one.comparable]
    if seen.kind.swung and len(whole) >= 4:
        return whole[1:-1]
    return whole


def _best(ranges: list[float]) -> float:
    known = sorted(one for one in ranges if np.isfinite(one))
    if not known:
        return float("nan")
    return known[-2] if len(known) >= 3 else known[-1]

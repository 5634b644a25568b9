"""The best and the worst repetition of a set, and a picture of each at its lowest point.

The lowest point is where two repetitions, also of different sets, compare best. One more
picture, small, tells the set from others: what is to work on, where it shows best.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from formcheck.data import JudgedRep
from formcheck.report.lettering import Picture
from formcheck.report.record import Analysis
from formcheck.report.stills import around_lifter, jpeg, main_moment
from formcheck.report.wording import WORST_FIRST

SIDE_PX = 420
SMALL_SIDE_PX = 160
"""A row of a table shows it 56 px wide, on a phone's screen of three dots a pixel."""

SET_PICTURE = "picture.jpg"
REP_PICTURES = "rep_*.jpg"
_QUALITY = 78


def best_and_worst(reps: Sequence[JudgedRep]) -> tuple[JudgedRep, JudgedRep] | None:
    """Give the repetitions with the highest and the lowest score.

    Of those with the same score the one with fewer, or more, faults counts, then the
    earlier. None when fewer than two have a score, or all are alike.
    """
    scored = [one for one in reps if math.isfinite(one.score)]
    if len(scored) < 2:
        return None
    best, worst = max(scored, key=_rank), min(scored, key=_rank)
    return None if _rank(best) == _rank(worst) else (best, worst)


def picture_times(analysis: Analysis) -> tuple[float, ...]:
    """Give the times in seconds at which the pictures are taken."""
    return (
        *(one.rep.bottom_s for one in best_and_worst(analysis.reps) or ()),
        *([] if (at_s := _telling_s(analysis)) is None else [at_s]),
    )


def _telling_s(analysis: Analysis) -> float | None:
    """When the set's main finding shows best, else the first repetition's lowest point."""
    at_s = main_moment(analysis)
    if at_s is None and analysis.reps:
        return analysis.reps[0].rep.bottom_s
    return at_s


def picture_name(rep: int) -> str:
    """Give the file's name of a repetition's picture."""
    return f"rep_{rep}.jpg"


def write_pictures(analysis: Analysis, stills: Mapping[float, Picture], folder: Path) -> None:
    """Write the pictures that were taken, cut to the lifter."""
    for one in best_and_worst(analysis.reps) or ():
        rgb = stills.get(one.rep.bottom_s)
        if rgb is not None:
            cut = around_lifter(analysis, rgb, one.rep.bottom_s)
            data, _ = jpeg(cut, SIDE_PX, _QUALITY)
            (folder / picture_name(one.rep.index)).write_bytes(data)
    at_s = _telling_s(analysis)
    rgb = None if at_s is None else stills.get(at_s)
    if at_s is not None and rgb is not None:
        data, _ = jpeg(around_lifter(analysis, rgb, at_s), SMALL_SIDE_PX, _QUALITY)
        (folder / SET_PICTURE).write_bytes(data)


def _rank(one: JudgedRep) -> tuple[float, ...]:
    verdicts = [finding.verdict for finding in one.findings.values()]
    bad = [-verdicts.count(kind) for kind in WORST_FIRST if kind in ("fault", "watch")]
    return (one.score, *bad)

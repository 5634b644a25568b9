"""The best and the worst repetition of a set, and a picture of each at its lowest point.

The lowest point is where two repetitions, also of different sets, compare best.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from formcheck.data import JudgedRep
from formcheck.report.html import Picture, around_lifter, jpeg
from formcheck.report.record import Analysis
from formcheck.report.wording import WORST_FIRST

SIDE_PX = 420
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
    return tuple(one.rep.bottom_s for one in best_and_worst(analysis.reps) or ())


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


def _rank(one: JudgedRep) -> tuple[float, ...]:
    verdicts = [finding.verdict for finding in one.findings.values()]
    bad = [-verdicts.count(kind) for kind in WORST_FIRST if kind in ("fault", "watch")]
    return (one.score, *bad)

"""From the clips' results to the numbers of the accuracy page."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from benchmarks.accuracy.agreement import Agreement, Line, Pairs, agreement, line
from benchmarks.accuracy.dials import DIALS
from benchmarks.accuracy.measure import MOMENTS, BackAt, ClipResult, CueValue
from benchmarks.accuracy.specs import Clip
from formcheck.reps.lifts import LIFTS

SIDE_UP_TO_DEG = 20.0
SIDE = "0–18°"
VIEWS = (SIDE, "30°", "45°", "60°", "75°", "90°")
VERDICTS = ("good", "watch", "fault", "cannot_judge")

PUT_IN = ("strong", "weak", "wrong view", "another", "none")
"""What was put into a clip, as a cue sees it: its own fault, strong or weak, in a
view that shows it; the same in one that can't; another's fault; none."""


def view_of(yaw_deg: float) -> str:
    """Name the bin of a yaw of 0..90 degrees."""
    if yaw_deg <= SIDE_UP_TO_DEG:
        return SIDE
    return f"{max(30, 15 * round(yaw_deg / 15))}°"


def in_view(results: Iterable[ClipResult], view: str) -> list[ClipResult]:
    """Results of clips filmed from there."""
    return [one for one in results if view_of(one.yaw_deg) == view]


def agreements(results: list[ClipResult], quantity: str) -> dict[str, Agreement]:
    """Agreement of one quantity in each view that has clips."""
    found = {}
    for view in VIEWS:
        pairs = [one.pairs[quantity] for one in in_view(results, view) if quantity in one.pairs]
        if pairs:
            found[view] = agreement(pairs)
    return found


def misnamed(results: list[ClipResult]) -> dict[str, Counter[str]]:
    """What each lift was taken for, where it wasn't named exactly."""
    found: dict[str, Counter[str]] = {}
    for one in results:
        if one.lift != one.clip.spec.lift:
            found.setdefault(one.clip.spec.lift, Counter())[one.lift or "nothing"] += 1
    return found


@dataclass(frozen=True)
class TimeError:
    """Errors of one moment of the repetitions, seconds; ``bias`` is signed."""

    count: int
    bias: float
    median: float
    worst: float
    where: str


def time_errors(results: list[ClipResult]) -> dict[str, TimeError]:
    """Errors of the repetitions' times over clips with the right count."""
    found = {}
    for moment in MOMENTS:
        errors = [
            (error, one.clip.name)
            for one in results
            for error in one.times_s.get(moment, [])
            if math.isfinite(error)
        ]
        if errors:
            values = np.array([error for error, _ in errors])
            worst, where = max(errors, key=lambda pair: abs(pair[0]))
            found[moment] = TimeError(
                len(errors),
                float(np.median(values)),
                float(np.median(np.abs(values))),
                abs(worst),
                where,
            )
    return found


@dataclass(frozen=True)
class CueCount:
    """Verdicts of one cue on the repetitions of some clips."""

    counts: Counter[str]

    @property
    def total(self) -> int:
        """All repetitions."""
        return sum(self.counts.values())

    @property
    def unjudged(self) -> float:
        """Share of "cannot judge"."""
        return self.counts["cannot_judge"] / self.total if self.total else math.nan


def put_in(clip: Clip, cue: str) -> str:
    """Which of ``PUT_IN`` a clip is for a cue."""
    if clip.is_clean:
        return "none"
    if cue not in clip.cues:
        return "another"
    return clip.strength if clip.shows else "wrong view"


def confusion(results: list[ClipResult], cue: str) -> dict[str, CueCount]:
    """A cue's verdicts by what was put in."""
    rows: dict[str, Counter[str]] = {row: Counter() for row in PUT_IN}
    for result in results:
        row = put_in(result.clip, cue)
        rows[row].update(one.verdict for one in result.cues if one.cue == cue)
    return {row: CueCount(counts) for row, counts in rows.items() if counts}


def cues_seen(results: list[ClipResult]) -> list[str]:
    """Cues that were asked for anything, in the order of the dials."""
    seen = {one.cue for result in results for one in result.cues}
    ordered = dict.fromkeys(cue for dial in DIALS.values() for cue in dial.cues)
    return [cue for cue in ordered if cue in seen] + sorted(seen - ordered.keys())


def false_faults(results: list[ClipResult]) -> list[tuple[ClipResult, CueValue]]:
    """Faults on clips into which none was put."""
    return [
        (result, one)
        for result in results
        if result.clip.is_clean
        for one in result.cues
        if one.verdict == "fault"
    ]


def clean_reps(results: list[ClipResult]) -> int:
    """Repetitions that were judged on clips without a fault."""
    return sum(result.reps for result in results if result.clip.is_clean)


def cue_agreement(results: list[ClipResult], cue: str) -> Agreement:
    """A cue's value against the same rule on the true joints."""
    pairs = []
    for result in results:
        rows = [one for one in result.cues if one.cue == cue]
        if rows:
            ours, truth, sigma = (
                np.array([getattr(one, name) for one in rows])
                for name in ("value", "true", "sigma")
            )
            pairs.append(Pairs(ours, truth, sigma))
    return agreement(pairs)


BackValue = Callable[[BackAt], float]


def back_fit(results: list[ClipResult], truth: BackValue, ours: BackValue) -> Line:
    """How a measure of the back follows a true flexion, over repetitions from the side."""
    groups = {
        one.clip.name: [(truth(back), ours(back)) for back in one.backs]
        for one in in_view(results, SIDE)
        if one.backs and LIFTS[one.clip.spec.lift].free_back
    }
    return line(groups)


def lumbar_errors(results: list[ClipResult]) -> Agreement:
    """The estimate of the lower back's flexion where the trunk leans furthest."""
    return agreement(
        [
            Pairs(
                np.array([back.ours for back in one.backs]),
                np.array([back.lumbar for back in one.backs]),
                np.array([back.sigma for back in one.backs]),
            )
            for one in in_view(results, SIDE)
            if one.backs and LIFTS[one.clip.spec.lift].free_back
        ]
    )

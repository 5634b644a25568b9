"""The angles' errors as clinical papers give them, computed by poseaudit, beside ours.

poseaudit (MIT) is somebody else's code for the statistics of a measuring device: what it
and we both compute must be the same number, and what it adds (intervals over lifters, the
intraclass correlation, the errors of a repetition) needs no code of ours.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.metadata import version

import numpy as np
import poseaudit

from benchmarks.accuracy.agreement import Agreement, agreement
from benchmarks.accuracy.measure import ClipResult
from benchmarks.accuracy.parts import OBLIQUE, PARTS, from_side
from benchmarks.accuracy.summary import SIDE, in_view
from formcheck.data import BoolArray, FloatArray

ANGLES = ("trunk", "hip", "knee", "lumbar_flexion")
LARGE_DEG = 5.0
"""Errors of more than 5° need to be kept in mind, of less than 2° hardly matter (McGinley et
al. 2009, Gait Posture 29:360)."""

RESAMPLES = 1000
Interval = tuple[float, float]


@dataclass(frozen=True)
class Feature:
    """One figure of a repetition, measured minus true: its largest angle, or its range.

    limits  bias ± 1.96 standard deviations, for several repetitions of a lifter
    icc     ICC(A,1) over the repetitions, with its interval
    """

    bias: float
    limits: Interval
    icc: float
    icc_interval: Interval


@dataclass(frozen=True)
class Row:
    """One angle from one view; intervals are of 95 %, drawn by lifter.

    ours            what our own code makes of the same values
    bias, rmse      of all frames
    limits          bias ± 1.96 standard deviations over all frames
    between         the same with the variance between lifters and that within them added
                    (Bland and Altman 2007)
    large           share of errors of 5° or more
    icc             ICC(A,1) over all frames
    reps            repetitions that were measured from end to end, of ``of_reps``
    peak, span      the largest angle of a repetition, and its largest less its smallest
    rep_rmse        of a repetition stretched to 0 to 100 %
    """

    clips: int
    lifters: int
    ours: Agreement
    bias: float
    bias_interval: Interval
    rmse: float
    limits: Interval
    between: Interval
    large: float
    icc: float
    reps: int
    of_reps: int
    peak: Feature | None
    span: Feature | None
    rep_rmse: float
    rep_rmse_interval: Interval

    @property
    def apart(self) -> float:
        """The largest difference between our figures and poseaudit's, where both have one."""
        ours = (self.ours.bias, self.ours.rmse, self.ours.low, self.ours.high)
        theirs = (self.bias, self.rmse, *self.limits)
        return max(abs(one - other) for one, other in zip(ours, theirs, strict=True))


def audited(results: list[ClipResult]) -> dict[str, dict[str, Row]]:
    """Each angle from each view that measured it: angle -> view -> row."""
    found = {}
    for quantity in ANGLES:
        rows = {
            view: row
            for view, many in _views(results).items()
            if (row := audit(many, quantity)) is not None
        }
        if rows:
            found[quantity] = rows
    return found


def by_whom() -> str:
    """Name and version of what computed it."""
    return f"poseaudit {version('poseaudit')}"


def _views(results: list[ClipResult]) -> dict[str, list[ClipResult]]:
    views = {f"{SIDE}, {part}": from_side(results, part) for part in PARTS}
    return {**views, **{view: in_view(results, view) for view in OBLIQUE}}


def audit(results: Iterable[ClipResult], quantity: str) -> Row | None:
    """Put one quantity of several clips through poseaudit; None where it was never measured."""
    clips = [one for one in results if quantity in one.pairs]
    ours = agreement([one.pairs[quantity] for one in clips])
    if ours.count < 2:
        return None
    frames = _frames(clips, quantity)
    found = poseaudit.audit_values(
        frames.ours,
        frames.truth,
        LARGE_DEG,
        name=quantity,
        wrap=False,  # our errors have gone the short way round already
        unit="deg",
        subject=frames.lifter,
        trial=frames.repetition,
        frame=frames.time_s,
        cycles=frames.spans,
        resamples=RESAMPLES,
    )
    whole = found.cycle_error
    return Row(
        clips=ours.clips,
        lifters=found.clusters,
        ours=ours,
        bias=found.bias,
        bias_interval=found.bias_ci,
        rmse=found.rmse,
        limits=found.limits,
        between=found.repeated_limits or found.limits,
        large=found.big_error_rate,
        icc=found.icc,
        reps=len(found.cycles),
        of_reps=len(frames.spans),
        peak=_feature(found, "peak"),
        span=_feature(found, "range"),
        rep_rmse=math.nan if whole is None else whole.rmse,
        rep_rmse_interval=(math.nan, math.nan) if whole is None else whole.rmse_ci,
    )


@dataclass
class _Frames:
    """The frames of all repetitions, one value each; where each repetition begins and ends."""

    ours: list[float] = field(default_factory=list)
    truth: list[float] = field(default_factory=list)
    time_s: list[float] = field(default_factory=list)
    lifter: list[str] = field(default_factory=list)
    repetition: list[str] = field(default_factory=list)
    spans: dict[tuple[str, str], list[float]] = field(default_factory=dict)


def _frames(clips: list[ClipResult], quantity: str) -> _Frames:
    found = _Frames()
    for clip in clips:
        pairs = clip.pairs[quantity]
        for number, (start_s, end_s) in enumerate(clip.true_spans, start=1):
            name = f"{clip.clip.name} {number}"
            inside = _inside(clip.frame_s, start_s, end_s)
            found.ours += pairs.ours[inside].tolist()
            found.truth += pairs.truth[inside].tolist()
            found.time_s += clip.frame_s[inside].tolist()
            found.lifter += [clip.clip.body] * int(inside.sum())
            found.repetition += [name] * int(inside.sum())
            found.spans[clip.clip.body, name] = [start_s, end_s]
    return found


def _inside(time_s: FloatArray, start_s: float, end_s: float) -> BoolArray:
    return np.asarray((time_s >= start_s) & (time_s <= end_s))


def _feature(found: poseaudit.AuditResult, name: str) -> Feature | None:
    """A figure of the repetitions; their agreement is an audit of its own, one value each."""
    of_all = next((one for one in found.cycle if one.feature == name), None)
    if of_all is None:
        return None
    each = poseaudit.audit_values(
        [getattr(one, f"pred_{name}") for one in found.cycles],
        [getattr(one, f"ref_{name}") for one in found.cycles],
        LARGE_DEG,
        name=name,
        unit="deg",
        wrap=False,
        subject=[one.subject for one in found.cycles],
        resamples=RESAMPLES,
    )
    return Feature(of_all.bias, of_all.limits, each.icc, each.icc_ci)

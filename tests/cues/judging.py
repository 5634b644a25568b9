"""A filmed skeleton judged: what the tests of the cues look at."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from formcheck.cues import CUES, Judgement, Limits, judge, load_limits
from formcheck.cues.judging.judge import judge_rep
from formcheck.cues.judging.seen import Seen
from formcheck.data import (
    Finding,
    FloatArray,
    MeasuredSet,
    PoseTrack,
    Rep,
    Signals,
    Tempo,
)
from formcheck.reps import cut_set
from formcheck.signals import compute_signals
from tests.retouch import but
from tests.skeleton import Lifter, skeleton

LASTING_S = 0.1

MOST_SIGMA = {
    ("arms_straight", "deg"): 9.2,
    ("bar_close", "foot lengths"): 0.11,
    ("depth", "thigh lengths"): 0.07,
    ("fatigue", "%"): 6.2,
    ("heels_down", "shank lengths"): 0.031,
    ("hip_drive", "deg"): 3.2,
    ("knees_track", "%"): 6.8,
    ("lockout", "deg"): 5.4,
    ("lumbar_rounding", "deg"): 5.2,
    ("neutral_head", "deg"): 8.2,
    ("no_twist", "deg"): 7.8,
    ("range_of_motion", "%"): 4.2,
    ("ribs_over_hips", "deg"): 4.7,
    ("rounding_drift", "deg"): 5.2,
    ("swing_timing", "deg"): 8.9,
    ("symmetry", "ankle widths"): 0.055,
    ("symmetry", "deg"): 4.2,
    ("trunk_lean", "deg"): 3.7,
    ("tempo", "s"): 0.22,
}
"""The σ of a lifter filmed well, and a little: wider, nearly everything is within it."""


@dataclass(frozen=True)
class Judged:
    """A set with its truth, what was measured, and what was said of it."""

    lifter: Lifter
    measured: MeasuredSet
    said: Judgement

    @property
    def motion(self) -> Signals:
        return self.measured.signals

    @property
    def reps(self) -> tuple[Rep, ...]:
        return self.measured.reps

    def finding(self, cue: str, rep: int = 1) -> Finding:
        return self.said.reps[rep - 1].findings[cue]

    def verdicts(self, cue: str) -> list[str]:
        return [one.findings[cue].verdict for one in self.said.reps]

    def every_verdict(self) -> list[dict[str, str]]:
        return [{cue: f.verdict for cue, f in one.findings.items()} for one in self.said.reps]

    def true_deg(self, name: str, start_s: float, stop_s: float) -> FloatArray:
        """The true angle between two moments."""
        time_s = self.lifter.track.time_s
        return self.lifter.angles_deg[name][(time_s >= start_s - 1e-6) & (time_s <= stop_s + 1e-6)]


def judged(
    lifter: Lifter,
    lift: str,
    *,
    limits: Limits | None = None,
    tempo: Tempo | None = None,
    retouch: Callable[[Signals], Signals] | None = None,
) -> Judged:
    """Judge a set; ``retouch`` may spoil the signals on the way to the cues."""
    measured = cut_set(compute_signals(lifter.track), lift, tempo=tempo)
    if retouch is not None:
        measured = replace(measured, signals=retouch(measured.signals))
    return Judged(lifter, measured, judge(measured, limits or load_limits()))


@functools.lru_cache(maxsize=64)
def _set_of(lift: str, dials: tuple[tuple[str, Any], ...]) -> Judged:
    return judged(skeleton(lift, **dict(dials)), lift)


def judged_set(lift: str, **dials: Any) -> Judged:
    """Judge a skeleton's set; the same set is filmed once for all tests."""
    return _set_of(lift, tuple(sorted(dials.items())))


def assert_right(found: Finding, truth: float, most_sigma: float | None = None) -> None:
    """The value is the truth within its own σ, and the σ no wider than it has to be."""
    assert found.value == pytest.approx(truth, abs=found.sigma)
    assert found.sigma <= (most_sigma or MOST_SIGMA[found.cue, found.unit]), found.cue


LEGS = (23, 24, 25, 26)
"""Hips and knees, BlazePose numbers: nothing else holds them."""


def hide(
    lifter: Lifter, joints: Iterable[int], start_s: float = -np.inf, stop_s: float = np.inf
) -> Lifter:
    """The same film with some landmarks unseen for a while."""
    track = lifter.track
    visibility = track.visibility.copy()
    frames = np.flatnonzero((track.time_s >= start_s) & (track.time_s <= stop_s))
    visibility[np.ix_(frames, np.array(list(joints), dtype=int))] = 0.0
    return replace(lifter, track=replace(track, visibility=visibility))


def without_picture(track: PoseTrack) -> PoseTrack:
    """The track as landmarks alone, without the mask's outline."""
    return replace(track, outline_px=None)


def lasting_peak(time_s: FloatArray, values: FloatArray) -> float:
    """The highest value that is kept up for 0.1 s, found the slow and plain way."""
    held = [
        values[(time_s >= start - 1e-6) & (time_s <= start + LASTING_S + 1e-6)].min()
        for start in time_s[time_s <= time_s[-1] - LASTING_S + 1e-6]
    ]
    return float(max(held))


def rejudged(one_set: Judged, **changed: Any) -> Judged:
    """The same set, some of its signals having been others; its repetitions stay."""
    measured = replace(one_set.measured, signals=but(one_set.motion, **changed))
    return replace(one_set, measured=measured, said=judge(measured, load_limits()))


def with_angle(
    one_set: Judged, name: str, deg: FloatArray | float, frames: NDArray[np.bool_]
) -> Judged:
    """The same set with an angle of so much in some frames (T,)."""
    values = np.where(frames, deg, one_set.motion.angles_deg[name].value)
    if name == "trunk":
        return rejudged(one_set, angles_deg={name: values}, lean_deg=values)
    return rejudged(one_set, angles_deg={name: values})


def with_point(
    one_set: Judged, joints: Iterable[int], by_px: tuple[float, float], frames: NDArray[np.bool_]
) -> Judged:
    """The same set with some landmarks moved right and down in some frames (T,)."""
    points = one_set.motion.body.points_px.copy()
    points[np.ix_(np.flatnonzero(frames), np.array(list(joints), dtype=int))] += by_px
    return rejudged(one_set, points_px=points)


def between(one_set: Judged, start_s: float, stop_s: float) -> NDArray[np.bool_]:
    """Frames (T,) from one moment to another."""
    time_s = one_set.motion.time_s
    return np.asarray((time_s >= start_s - 1e-6) & (time_s <= stop_s + 1e-6))


def parts_of(one_set: Judged, cue: str, rep: int = 1) -> dict[str, float]:
    """The parts of a finding's σ, by name."""
    seen = Seen(one_set.measured)
    _, found = judge_rep(CUES[cue], one_set.reps[rep - 1], seen, load_limits())
    assert found is not None, cue
    return dict(found.working.parts)

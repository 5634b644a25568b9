"""Which frames of a set its cues have judged: what they refuse isn't charted, nor coloured."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from formcheck.cues.judging.others import NEAR_DEEPEST_DEG
from formcheck.cues.judging.seen import near_deepest
from formcheck.data import BoolArray, JudgedRep, Signals
from formcheck.report.record import Analysis

BACK_CUE = "lumbar_rounding"


def is_judged(judged: JudgedRep, cues: Collection[str]) -> bool:
    """Whether one of these cues is judged on a repetition."""
    return any(
        cue in judged.findings and judged.findings[cue].verdict != "cannot_judge" for cue in cues
    )


def on_which_frames(analysis: Analysis, cues: Collection[str]) -> BoolArray:
    """Frames (T,) but those of repetitions on which none of these cues is judged.

    All are left out when there is no repetition with one.
    """
    time_s = analysis.signals.time_s
    if not any(is_judged(one, cues) for one in analysis.reps):
        return np.zeros(len(time_s), dtype=bool)
    shown = np.ones(len(time_s), dtype=bool)
    for one in analysis.reps:
        if not is_judged(one, cues):
            shown &= (time_s < one.rep.start_s) | (time_s > one.rep.end_s)
    return shown


def back_of(signals: Signals, judged: JudgedRep) -> BoolArray:
    """Frames (T,) on which a repetition's back is judged: elsewhere its line means nothing."""
    if not is_judged(judged, (BACK_CUE,)):
        return np.zeros(len(signals.time_s), dtype=bool)
    rep = judged.rep
    return near_deepest(signals, rep.start_s, rep.end_s, NEAR_DEEPEST_DEG)


def back(analysis: Analysis) -> BoolArray:
    """Frames (T,) on which the back of any repetition is judged."""
    frames = np.zeros(len(analysis.signals.time_s), dtype=bool)
    for one in analysis.reps:
        frames |= back_of(analysis.signals, one)
    return frames

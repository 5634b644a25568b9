"""Repetitions and signals to findings: one cue, one file."""

from formcheck.cues import (  # noqa: F401 - importing a cue registers it
    arms_straight,
    bar_close,
    depth,
    fatigue,
    heels_down,
    hinge_pattern,
    hip_drive,
    knees_track,
    lockout,
    lumbar_rounding,
    neutral_head,
    no_twist,
    range_of_motion,
    ribs_over_hips,
    rounding_drift,
    smoothness,
    swing_timing,
    symmetry,
    tempo,
    trunk_lean,
)
from formcheck.cues.base import CUES, SET_CUES
from formcheck.cues.judge import Judgement, judge
from formcheck.cues.limits import Limits, load_limits
from formcheck.cues.tempo_plan import parse_tempo

__all__ = ["CUES", "SET_CUES", "Judgement", "Limits", "judge", "load_limits", "parse_tempo"]

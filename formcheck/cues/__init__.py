"""Repetitions and signals to findings: one cue, one file."""

from formcheck.cues import (  # noqa: F401 - importing a cue registers it
    depth,
    hip_drive,
    lockout,
    lumbar_rounding,
    neutral_head,
    ribs_over_hips,
)
from formcheck.cues.base import CUES, SET_CUES
from formcheck.cues.judge import Judgement, judge
from formcheck.cues.limits import Limits, load_limits
from formcheck.cues.tempo_plan import parse_tempo

__all__ = ["CUES", "SET_CUES", "Judgement", "Limits", "judge", "load_limits", "parse_tempo"]

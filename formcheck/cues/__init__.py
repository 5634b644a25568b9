"""Repetitions and signals to findings: one cue, one file.

Every module here is a cue, named in ``limits.toml``; what cues stand on and are judged by
is in ``judging/``.
"""

from importlib import import_module

from formcheck.cues.judging.base import CUES, SET_CUES
from formcheck.cues.judging.judge import Judgement, judge
from formcheck.cues.judging.limits import Limits, load_limits
from formcheck.cues.judging.tempo_plan import parse_tempo

__all__ = ["CUES", "SET_CUES", "Judgement", "Limits", "judge", "load_limits", "parse_tempo"]

for _cue in sorted(load_limits().cues):
    import_module(f"{__name__}.{_cue}")  # importing a cue registers it

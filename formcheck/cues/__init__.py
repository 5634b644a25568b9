"""Repetitions and signals to findings: one cue, one file.

A cue is a module named in ``limits.toml``; all else here is machinery.
"""

from importlib import import_module

from formcheck.cues.base import CUES, SET_CUES
from formcheck.cues.judge import Judgement, judge
from formcheck.cues.limits import Limits, load_limits
from formcheck.cues.tempo_plan import parse_tempo

__all__ = ["CUES", "SET_CUES", "Judgement", "Limits", "judge", "load_limits", "parse_tempo"]

for _cue in sorted(load_limits().cues):
    import_module(f"{__name__}.{_cue}")  # importing a cue registers it

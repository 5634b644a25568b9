"""Signals to repetitions: which lift, where each repetition begins and ends."""

from formcheck.reps.recognise import recognise
from formcheck.reps.segment import segment

__all__ = ["recognise", "segment"]

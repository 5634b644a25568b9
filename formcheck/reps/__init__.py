"""Signals to repetitions: which lift, where each repetition begins and ends."""

from formcheck.reps.lifts import LIFTS, known_lift
from formcheck.reps.recognise import recognise
from formcheck.reps.segment import segment

__all__ = ["LIFTS", "known_lift", "recognise", "segment"]

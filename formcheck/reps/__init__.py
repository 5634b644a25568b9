"""Signals to repetitions: which sets, which lift, where each repetition begins and ends."""

from formcheck.reps.lifts import LIFTS, known_lift
from formcheck.reps.recognise import recognise
from formcheck.reps.segment import cut_set, segment
from formcheck.reps.sets import find_sets, numbered

__all__ = ["LIFTS", "cut_set", "find_sets", "known_lift", "numbered", "recognise", "segment"]

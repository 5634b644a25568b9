"""A lift that was settled for a client before: what a set in doubt is taken for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from formcheck.cues.judging import near
from formcheck.data import Caution, Lift, MeasuredSet
from formcheck.reps import segment
from formcheck.reps.lifts import LIFTS


@dataclass(frozen=True)
class Settled:
    """A lift that somebody named for one of the client's sets, and the day they did."""

    lift: str
    day: str


def taken_for(measured: MeasuredSet, settled: Sequence[Settled]) -> MeasuredSet:
    """Take a set in doubt for the first of these lifts that it may be.

    What is sure, of these lifts or another, stays what it is.
    """
    chances = {one.name: one.confidence for one in measured.lift.candidates}
    for one in settled:
        if one.lift in chances:
            return as_lift(measured, Lift(one.lift, "given", chances[one.lift]), one.day)
    return measured


def as_lift(measured: MeasuredSet, lift: Lift, day: str = "") -> MeasuredSet:
    """Cut the set anew as this lift; ``day`` is when it was settled, to be told."""
    signals = measured.signals
    if day:
        caution = Caution(
            "lift_settled",
            f"Which lift it is isn't sure ({near.named(measured.lift)}): taken for "
            f"{LIFTS[lift.name].title}, as you settled for this client on {day}.",
            "If it is another, name it with --lift.",
        )
        signals = replace(signals, cautions=(*signals.cautions, caution))
    reps, rejected = segment(signals, lift)
    return replace(measured, signals=signals, lift=lift, reps=reps, rejected=rejected)

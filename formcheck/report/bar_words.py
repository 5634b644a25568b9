"""What the reports say of the bar: how fast, how far, how straight, and what that tells."""

from __future__ import annotations

import math

from formcheck.report import wording
from formcheck.report.record import Analysis
from formcheck.reps.bar_speed import Amount, BarSet

_SPEED = {"m": "\N{NO-BREAK SPACE}m/s", "leg": " leg lengths a second"}


def of_rep(bar: BarSet, index: int) -> str:
    """A repetition's bar in a line; "" where its way up wasn't seen."""
    lift = bar.lifts.get(index)
    if lift is None:
        return ""
    speed = _SPEED[bar.length]
    said = []
    if math.isfinite(lift.mean.value):
        said.append(f"{_text(lift.mean)}{speed} up on average")
        said.append(f"{_text(lift.peak)} at its fastest")
    said.append(f"{_far(bar, lift.travel)} up")
    if math.isfinite(lift.drift.value):
        said.append(f"strays {_far(bar, lift.drift)} forward and back")
    return f"Bar: {', '.join(said)}."


def of_size(analysis: Analysis, bar: BarSet) -> str:
    """Where the scale comes from, in a sentence."""
    plate = analysis.signals.bar
    assert plate is not None  # what moves was seen
    if bar.length == "leg":
        return (
            "How wide the plate is isn't known, so lengths are shares of the lifter's leg. "
            "Give its width with --plate-m for metres."
        )
    width_m = 2 * plate.radius_px * plate.m_per_px
    if plate.size_told:
        return f"In metres by the plate, {width_m:g} m wide as you told us."
    return f"In metres by the plate, taken for a full one of {width_m:g} m (else see --plate-m)."


def of_loss(bar: BarSet) -> str:
    """What the speeds of the set tell, no more than they can; "" where there are none."""
    if not math.isfinite(bar.loss.value):
        return ""
    lost = Amount(100 * bar.loss.value, 100 * bar.loss.sigma)
    if bar.has_lost:
        return f"The last way up is {_text(lost)} % slower than the fastest."
    return (
        f"The last way up against the fastest: {_text(lost)} % slower. That is within what "
        "measuring and anyone's own spread make, so it tells nothing."
    )


def _far(bar: BarSet, length: Amount) -> str:
    said = _text(Amount(100 * length.value, 100 * length.sigma))
    return f"{said} % of a leg" if bar.length == "leg" else f"{said}\N{NO-BREAK SPACE}cm"


def _text(amount: Amount) -> str:
    return wording.plus_minus(amount.value, amount.sigma)

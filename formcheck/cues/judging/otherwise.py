"""What a value would have to be for another verdict: the decision rule read backwards."""

from __future__ import annotations

import math
from dataclasses import dataclass

from formcheck.cues.judging.base import WIDEST_BANDS, Measurement
from formcheck.cues.judging.explain import with_unit
from formcheck.cues.judging.limits import Limit
from formcheck.cues.judging.words import DIGITS
from formcheck.data import Verdict


@dataclass(frozen=True)
class Edges:
    """Where verdicts change for a given sigma, in the limit's unit.

    Up to and with ``good`` it is good, beyond ``fault`` a fault (infinite when there
    is none), between them worth watching; with ``worse`` -1 smaller values are worse.
    With a sigma larger than ``widest`` only good is said, and with one larger than
    1.5 times that nothing.
    """

    good: float
    fault: float
    widest: float
    worse: float

    @property
    def none_beyond(self) -> float:
        """The sigma beyond which nothing is said."""
        return WIDEST_BANDS * self.widest

    def verdict(self, value: float, sigma: float) -> Verdict:
        """The verdict these edges give; the same as ``base.verdict``."""
        if not math.isfinite(value) or not sigma <= self.none_beyond:
            return "cannot_judge"
        if sigma > self.widest:
            return "good" if self.worse * (value - self.good) < 0 else "cannot_judge"
        if self.worse * (value - self.fault) > 0:
            return "fault"
        return "watch" if self.worse * (value - self.good) > 0 else "good"


def edges(limit: Limit, sigma: float) -> Edges:
    """Find where the verdicts change for this sigma."""
    worse = 1.0 if limit.fault > limit.watch else -1.0
    widest = abs(limit.fault - limit.watch)
    if sigma > widest:
        return Edges(limit.watch - worse * sigma, worse * math.inf, widest, worse)
    if limit.most == "watch":
        return Edges(limit.watch + worse * sigma, worse * math.inf, widest, worse)
    # A wide sigma may put the fault's edge on the limit itself, never before it.
    return Edges(limit.watch, limit.fault + worse * sigma, widest, worse)


def otherwise(verdict: Verdict, measured: Measurement, limit: Limit) -> tuple[str, ...]:
    """Say what it would need to be each of the other verdicts."""
    at = edges(limit, measured.sigma)
    unit = limit.unit
    sigma, widest = exactly(measured.sigma, unit), with_unit(at.widest, unit)
    beyond, within = ("more", "or less") if at.worse > 0 else ("less", "or more")
    good = exactly(at.good, unit)
    if verdict == "cannot_judge":
        said_now = [
            f"Any verdict needs a σ of {widest} or less, the band between the limits; "
            f"it is {sigma} here."
        ]
        if measured.sigma <= WIDEST_BANDS * at.widest:
            better = "less" if at.worse > 0 else "more"
            said_now.append(f"Good: {better} than {good}, which clears the limit by that σ.")
        return tuple(said_now)
    if measured.sigma > at.widest:
        return (
            f"Can't judge: {good} {'or more' if at.worse > 0 else 'or less'}, for the σ of "
            f"{sigma} is wider than the band between the limits.",
        )
    said = {
        "good": f"Good: {good} {within}.",
        "watch": f"Watch: {beyond} than {good}, up to {exactly(at.fault, unit)}.",
        "fault": f"Fault: {beyond} than {exactly(at.fault, unit)}, which is the limit of "
        f"{with_unit(limit.fault, unit)} and the σ of {sigma}.",
        "cannot_judge": f"Can't judge: a σ of more than {widest}, the band between the limits.",
    }
    if limit.most == "watch":
        said["watch"] = (
            f"Watch: {beyond} than {good}, which is the limit of "
            f"{with_unit(limit.watch, unit)} and the σ of {sigma}."
        )
        said["fault"] = "Fault: never, as the evidence for this cue is weak."
    return tuple(text for name, text in said.items() if name != verdict)


def exactly(value: float, unit: str) -> str:
    """A number as exact as the arithmetic behind a verdict deserves: "16.6°"."""
    return with_unit(_rounded(value, unit), unit)


def exactly_with_error(value: float, sigma: float, unit: str) -> str:
    """The same with its error: "16.6 ± 3.1°"."""
    return f"{_rounded(value, unit):g} ± {exactly(sigma, unit)}"


def _rounded(value: float, unit: str) -> float:
    return round(value, DIGITS.get(unit, 1) + 1) + 0.0  # no "-0"

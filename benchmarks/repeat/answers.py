"""What is said of a film, as far as two answers are compared."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from benchmarks.pose_cache import Kept
from formcheck.data import Finding
from formcheck.errors import FormcheckError
from formcheck.pipeline import analyze_sets
from formcheck.report.record import Analysis
from formcheck.reps.lifts import LIFTS
from formcheck.signals.sampling import LEAST_RATE_HZ, LEAST_SWING_HZ

OTHER = {"left": "right", "right": "left"}

SIDE = re.compile(r"\b(?:your|the) (left|right)\b")
"""How a cue's words name the side to which its value is."""


@dataclass(frozen=True)
class Said:
    """What one cue says. ``value`` is NaN where nothing was measured.

    side  the lifter's side that the value is to, where the words name one; else ""
    """

    verdict: str
    value: float = math.nan
    sigma: float = math.nan
    unit: str = ""
    side: str = ""

    @property
    def is_judged(self) -> bool:
        """Whether it is a verdict."""
        return self.verdict != "cannot_judge"

    @property
    def sided(self) -> float:
        """The value, to the left positive and to the right negative where it has a side."""
        return -self.value if self.side == "right" else self.value


Says = Mapping[str, Said]
"""By cue."""


@dataclass(frozen=True)
class RepSaid:
    """What is said of the repetition whose lowest point is then."""

    bottom_s: float
    cues: Says


@dataclass(frozen=True)
class SetSaid:
    """What is said of a set. ``facing`` is the side of the picture, "" for neither."""

    lift: str
    view: str
    facing: str
    reps: tuple[RepSaid, ...]
    cues: Says


@dataclass(frozen=True)
class Answer:
    """What is said of a film.

    problem  the error's name where nothing is judged
    rate_hz  pictures a second that were looked at; NaN where nothing is judged
    crashed  it is none of ours: formcheck broke down
    """

    sets: tuple[SetSaid, ...] = ()
    problem: str = ""
    rate_hz: float = math.nan
    crashed: bool = False

    @property
    def least_hz(self) -> float:
        """With fewer pictures a second these lifts aren't judged, and say so."""
        swung = any(LIFTS[lift].swung for lift in self.lifts if lift in LIFTS)
        return LEAST_SWING_HZ if swung else LEAST_RATE_HZ

    @property
    def count(self) -> int:
        """How many repetitions were counted."""
        return sum(len(one.reps) for one in self.sets)

    @property
    def lifts(self) -> tuple[str, ...]:
        """The lift of each set."""
        return tuple(one.lift for one in self.sets)

    @property
    def views(self) -> tuple[tuple[str, str], ...]:
        """Where the camera stands in each set."""
        return tuple((one.view, one.facing) for one in self.sets)


def answer_of(kept: Kept) -> Answer:
    """Judge a film from its poses."""
    try:
        kept.raise_problem()
        judged = analyze_sets(kept.poses)
        rate_hz = judged[0].source.sampled_hz
        return Answer(tuple(map(_set, judged)), rate_hz=rate_hz)
    except FormcheckError as problem:
        return Answer(problem=type(problem).__name__)
    except Exception as crash:  # a change that nobody sees found a mistake of ours: told, and on
        return Answer(problem=type(crash).__name__, crashed=True)


def _set(analysis: Analysis) -> SetSaid:
    return SetSaid(
        lift=analysis.lift.name,
        view=analysis.view.name,
        facing=analysis.view.facing or "",
        reps=tuple(
            RepSaid(one.rep.bottom_s, {cue: _said(has) for cue, has in one.findings.items()})
            for one in analysis.reps
        ),
        cues={cue: _said(has) for cue, has in analysis.summary.findings.items()},
    )


def _said(finding: Finding) -> Said:
    named = SIDE.search(finding.reason) if math.isfinite(finding.value) else None
    side = "" if named is None else named[1]
    return Said(finding.verdict, finding.value, finding.sigma, finding.unit, side)


def as_filmed(answer: Answer, *, late_s: float = 0.0, mirrored: bool = False) -> Answer:
    """Put the answer on a changed film into the terms of the film as it was.

    Its times are later by what was cut off the beginning; in a mirrored one left and
    right are exchanged.
    """
    return replace(answer, sets=tuple(_set_as_filmed(one, late_s, mirrored) for one in answer.sets))


def _set_as_filmed(one: SetSaid, late_s: float, mirrored: bool) -> SetSaid:
    def put(cues: Says) -> Says:
        return {cue: _exchanged(said) for cue, said in cues.items()} if mirrored else cues

    return replace(
        one,
        facing=OTHER.get(one.facing, "") if mirrored else one.facing,
        reps=tuple(RepSaid(rep.bottom_s + late_s, put(rep.cues)) for rep in one.reps),
        cues=put(one.cues),
    )


def _exchanged(said: Said) -> Said:
    return replace(said, side=OTHER.get(said.side, ""))

"""Which moments of a film to look at: where the lifter turns, and what became of each turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite

from benchmarks.strangers.answers import Form
from benchmarks.strangers.figures import Wrong
from formcheck.data import Signals
from formcheck.reps.cycles import every_rise

MOST = 14
"""Pictures of a film: two rows of a wide window."""

NEAR_S = 0.3
"""Moments closer than this are one."""


@dataclass(frozen=True)
class Moment:
    """One picture to show.

    kind  "rep", "left out" (a rise that wasn't counted), "fault" or "between"
    """

    at_s: float
    words: str
    kind: str = "rep"


def moments(parts: Sequence[Signals], sets: Sequence[Form], wrong: Sequence[Wrong]) -> list[Moment]:
    """The moments of a film that tell most, in their order."""
    found: list[Moment] = []
    for one in (*_faults(sets, wrong), *_left_out(parts, sets), *_reps(sets)):
        if all(abs(one.at_s - other.at_s) >= NEAR_S for other in found):
            found.append(one)
    if not found:
        found = [Moment(at_s, "", "between") for at_s in _spread(parts)]
    return sorted(_some(found), key=lambda one: one.at_s)


def _faults(sets: Sequence[Form], wrong: Sequence[Wrong]) -> Iterator[Moment]:
    """Where a cue that went wrong was measured: false faults alone, of a missed one all."""
    missed = {one.cue for one in wrong if one.kind in {"missed", "unjudged"}}
    false = {one.cue for one in wrong if one.kind == "false fault"}
    for form in sets:
        for rep in form["reps"]:
            for cue, said in rep["cues"].items():
                asked = cue in missed or (cue in false and said["verdict"] == "fault")
                if asked and said.get("at_s") is not None:
                    words = f"{rep['index']} {cue} {said['verdict']}"
                    yield Moment(said["at_s"], words, "fault")


def _reps(sets: Sequence[Form]) -> Iterator[Moment]:
    for form in sets:
        for rep in form["reps"]:
            for turn in ("bottom", "top"):
                if rep[f"{turn}_s"] is not None:
                    yield Moment(rep[f"{turn}_s"], f"{rep['index']} {turn}")


def _left_out(parts: Sequence[Signals], sets: Sequence[Form]) -> Iterator[Moment]:
    """Rises of the shoulders that became no repetition."""
    counted = [rep["bottom_s"] for form in sets for rep in form["reps"]]
    for signals in parts:
        for cycle in every_rise(signals):
            low_s, high_s = (float(signals.time_s[turn.at]) for turn in (cycle.bottom, cycle.top))
            if not any(low_s - NEAR_S <= at_s <= high_s for at_s in counted):
                yield Moment(low_s, "low, not counted", "left out")
                yield Moment(high_s, "high, not counted", "left out")


def _spread(parts: Sequence[Signals]) -> list[float]:
    times = [float(at_s) for signals in parts for at_s in signals.time_s if isfinite(at_s)]
    return [times[len(times) * at // 6] for at in range(1, 6)] if len(times) > 6 else times


def _some(found: Sequence[Moment]) -> list[Moment]:
    """As many as fit: of each kind in turn, thinned evenly."""
    kept: list[Moment] = []
    for kind in ("fault", "left out", "rep", "between"):
        own = sorted((one for one in found if one.kind == kind), key=lambda one: one.at_s)
        room = MOST - len(kept) if kind == "rep" else (MOST - len(kept)) // 2
        kept += own if len(own) <= room else [own[at * len(own) // room] for at in range(room)]
    return kept or list(found[:MOST])

"""What a comparison says, in words: the same for terminal and page."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from formcheck.report import wording
from formcheck.report.compare.change import Change, Kind, Told
from formcheck.report.compare.sets import Comparison, CueChange
from formcheck.reps.lifts import LIFTS

SIGNS: Mapping[Kind, str] = {"better": "↗", "worse": "↘", "moved": "~", "same": "=", "unknown": "?"}
"""A change is never told by colour alone."""

HEADINGS: Mapping[Kind, str] = {
    "better": "Better",
    "worse": "Worse",
    "moved": "Changed, and good both times",
    "same": "No change that the measurement can tell",
    "unknown": "Can't be compared",
}
ORDER: tuple[Kind, ...] = ("better", "worse", "moved", "same", "unknown")

NO_CHANGE = "No change that the measurement can tell"
RULE = "A change counts when it is more than twice its own ±."
NEITHER = "Slower or further is neither better nor worse by itself."


def headline(found: Comparison) -> str:
    """What got better and what got worse, in one sentence."""
    better, worse = (_titles(found.of(kind)) for kind in ("better", "worse"))
    if better and worse:
        return f"Better in B: {better}. Worse: {worse}."
    if better:
        return f"Better in B: {better}. Nothing got worse that the measurement can tell."
    if worse:
        return f"Worse in B: {worse}. Nothing got better that the measurement can tell."
    if all(one.over_set.kind == "unknown" for one in found.cues):
        return "No cue is judged in both sets; only times and ranges can be compared."
    if moved := _titles(found.of("moved")):
        return f"Nothing got better or worse. Changed, and good both times: {moved}."
    return f"{NO_CHANGE}."


def tally(found: Comparison) -> str:
    """How many cues are what: "1 better · 4 no change · 3 can't be compared"."""
    said: dict[Kind, str] = {
        "better": "better",
        "worse": "worse",
        "moved": "changed but good both times",
        "same": "without a change that can be told",
        "unknown": "can't be compared",
    }
    return " · ".join(f"{len(found.of(one))} {said[one]}" for one in ORDER if found.of(one))


def title(found: Comparison) -> str:
    """The lift of both, for a heading."""
    return wording.sentence(LIFTS[found.lift].title)


def notes(found: Comparison) -> tuple[str, ...]:
    """What to know of the comparison as a whole."""
    said = list(found.notes)
    alone = [
        f"{name} has {len(more)} more: rep{'' if len(more) == 1 else 's'} "
        f"{', '.join(map(str, more))}."
        for name, more in zip("AB", found.alone, strict=True)
        if more
    ]
    if alone:
        said.append(f"Repetitions are paired by number. {alone[0]}")
    if len(found.pairs) == 1 and not alone:
        said.append(
            "One repetition each: how much the lifter differs from one to the next isn't known, "
            "so a change may be no more than that."
        )
    return tuple(said)


def value(told: Told, unit: str) -> str:
    """A side's number with its ±; "–" where there is none."""
    if not (math.isfinite(told.value) and math.isfinite(told.sigma)):
        return "–"
    return wording.with_error(told.value, told.sigma, unit)


def difference(one: Change) -> str:
    """The difference with its sign and ±: "+7 ± 3°"."""
    if not math.isfinite(one.difference):
        return ""
    said = wording.with_error(one.difference, one.sigma, one.unit)
    return said if said.startswith("−") else f"+{said}"


def counted(told: Told) -> str:
    """On how many repetitions a side is judged, where it isn't all: "3 of 5 reps"."""
    return "" if told.known == told.of or told.of < 2 else f"{told.known} of {told.of} reps"


def each(cue: CueChange) -> str:
    """How often it changed on the pairs of repetitions: "worse on 9 of 10 pairs"."""
    told = [one.kind for one in cue.reps if one.kind != "unknown"]
    if len(told) < 2:
        return ""
    changes = [kind for kind in told if kind != "same"]
    if not changes:
        return f"no change on any of {len(told)} pairs"
    parts = [
        f"{said} on {changes.count(kind)} of {len(told)} pairs"
        for kind, said in (("better", "better"), ("worse", "worse"), ("moved", "changed"))
        if kind in changes
    ]
    return ", ".join(parts)


def _titles(cues: Sequence[CueChange]) -> str:
    return ", ".join(one.title for one in cues)

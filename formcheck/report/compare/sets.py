"""Two sets of one lift, cue by cue and repetition by repetition.

Both are given as ``analysis.json`` has them, judged by the same limits. Their repetitions
are paired by number.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from formcheck.cues.judging import views
from formcheck.data import Verdict
from formcheck.errors import NothingToJudge
from formcheck.report.compare.change import UNKNOWN, Change, Kind, Told, change, over_reps, untold
from formcheck.report.compare.quantities import Quantity, quantities
from formcheck.reps.lifts import LIFTS

Said = Mapping[str, Any]
"""The ``formcheck.analysis/1`` form of a set."""

APART_DEG = 15.0
"""Cameras further apart see another angle (our choice, as for ``side_to_side``: a phone that
was put down again stands up to 12° elsewhere)."""

ELSEWHERE = "Film both sets from the same place: straight to the side, level with the hips."
FRONT = ("front", "back")


@dataclass(frozen=True)
class CueChange:
    """A cue in both sets: over the set, and on each pair of repetitions it is asked of."""

    cue: str
    title: str
    over_set: Change
    reps: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """Two sets compared.

    names       what A and B are called
    lift        which lift both are
    cues        every cue that is asked in one of them
    quantities  tempo, range of motion, bar
    pairs       numbers of the repetitions that stand beside each other, of A and of B
    alone       numbers of those without a partner, of A and of B; one of both is empty
    apart_deg   how far apart the cameras stood, NaN where that isn't known
    notes       what was done so that they can be compared
    """

    names: tuple[str, str]
    lift: str
    cues: tuple[CueChange, ...]
    quantities: tuple[Quantity, ...]
    pairs: tuple[tuple[int, int], ...]
    alone: tuple[tuple[int, ...], tuple[int, ...]]
    apart_deg: float
    notes: tuple[str, ...] = ()

    def of(self, *kinds: Kind) -> tuple[CueChange, ...]:
        """The cues that changed so."""
        return tuple(one for one in self.cues if one.over_set.kind in kinds)


def compare_sets(
    a: Said, b: Said, names: tuple[str, str] = ("A", "B"), notes: tuple[str, ...] = ()
) -> Comparison:
    """Compare two sets of one lift.

    Parameters
    ----------
    a, b
        The sets, judged by the same limits.
    names
        What they are called.
    notes
        Told with the comparison.

    Raises
    ------
    NothingToJudge
        Nothing of them can be compared.
    """
    pairs = list(zip(a["reps"], b["reps"], strict=False))
    asked = dict.fromkeys([*a["set"]["cues"], *b["set"]["cues"]])
    apart_deg = _apart(a["view"], b["view"])
    found = Comparison(
        names=names,
        lift=a["lift"]["name"],
        cues=tuple(_cue(one, a, b, pairs) for one in asked),
        quantities=quantities(a, b, _elsewhere(apart_deg, a, b)),
        pairs=tuple((one["index"], other["index"]) for one, other in pairs),
        alone=(_beyond(a, len(pairs)), _beyond(b, len(pairs))),
        apart_deg=apart_deg,
        notes=notes,
    )
    if all(one.over_set.kind == "unknown" for one in found.cues) and not any(
        one.change.kind != "unknown" for one in found.quantities
    ):
        raise NothingToJudge(_nothing(found))
    return found


def _nothing(found: Comparison) -> str:
    why = next((one.over_set for one in found.cues if one.over_set.why), None)
    said = f" {found.cues[0].title}: {why.why} {why.film}".rstrip() if why else ""
    return f"nothing can be compared: no cue is judged in both sets.{said}"


def _beyond(said: Said, pairs: int) -> tuple[int, ...]:
    return tuple(one["index"] for one in said["reps"][pairs:])


def _cue(cue: str, a: Said, b: Said, pairs: Sequence[tuple[Said, Said]]) -> CueChange:
    titles = [one["cues"][cue]["title"] for one in (b, a) if cue in one["cues"]]
    form = b["set"]["cues"].get(cue) or a["set"]["cues"][cue]
    over = _changed(_over_set(cue, a), _over_set(cue, b), form)
    reps = tuple(
        _changed(_of_rep(cue, one), _of_rep(cue, other), form)
        for one, other in pairs
        if cue in one["cues"] or cue in other["cues"]
    )
    why, film = _incomparable(cue, a, b)
    if why or over.kind == "unknown":
        over = replace(untold(over), why=why or "Its number isn't known.", film=film)
        reps = tuple(untold(one) for one in reps)
    return CueChange(cue, titles[0] if titles else cue, over, reps)


def _changed(a: Told, b: Told, form: Said) -> Change:
    if "cannot_judge" in {a.verdict, b.verdict}:
        return Change("unknown", a, b, form["unit"])
    return change(a, b, form["unit"], _worse(form))


def _worse(finding: Said) -> float:
    """1 where larger values are worse, -1 where smaller ones are."""
    watch, fault = finding["watch_limit"], finding["fault_limit"]
    if watch is None or fault is None or watch == fault:
        return 0.0
    return 1.0 if fault > watch else -1.0


def _of_rep(cue: str, rep: Said) -> Told:
    finding = rep["cues"].get(cue)
    return UNKNOWN if finding is None else _told(finding)


def _told(finding: Said) -> Told:
    verdict: Verdict = finding["verdict"]
    judged = verdict != "cannot_judge"
    return Told(_known(finding["value"]), _known(finding["sigma"]), verdict, int(judged), 1)


def _over_set(cue: str, said: Said) -> Told:
    """A cue over the set: its verdict, and the mean of the repetitions it is judged on."""
    whole = said["set"]["cues"].get(cue)
    if whole is None:
        return UNKNOWN
    asked = [one["cues"][cue] for one in said["reps"] if cue in one["cues"]]
    if not asked:
        return _told(whole)
    judged = [
        (one["value"], one["sigma"])
        for one in asked
        if one["verdict"] != "cannot_judge" and None not in (one["value"], one["sigma"])
    ]
    if not judged:
        return Told(math.nan, math.nan, whole["verdict"], 0, len(asked))
    value, sigma = over_reps(*zip(*judged, strict=True))
    return Told(value, sigma, whole["verdict"], len(judged), len(asked))


def _incomparable(cue: str, a: Said, b: Said) -> tuple[str, str]:
    """Why a cue can't be compared, and how to film it; both "" where it can."""
    whole = [one["set"]["cues"].get(cue) for one in (a, b)]
    missing = [name for name, one in zip("AB", whole, strict=True) if one is None]
    if missing:
        return f"It isn't asked in {missing[0]}.", ""
    unjudged = [
        (name, one)
        for name, one in zip("AB", whole, strict=True)
        if one["verdict"] == "cannot_judge"
    ]
    if unjudged:
        where = " and ".join(name for name, _ in unjudged)
        first = unjudged[0][1]
        return f"Not judged in {where}: {first['reason']}", first["advice"]
    asked = [one.get("tempo") for one in (a, b)]
    if cue == "tempo" and asked[0] != asked[1]:
        plans = [one or "none" for one in asked]
        return f"Another tempo was asked for: {plans[0]} in A, {plans[1]} in B.", ""
    if whole[0]["unit"] != whole[1]["unit"]:
        return f"It is in {whole[0]['unit']} in A and in {whole[1]['unit']} in B.", ""
    one_leg = LIFTS[a["lift"]["name"]].one_leg
    if views.standpoint(cue, one_leg=one_leg).names == set(views.RANGES):
        return "", ""
    why = _elsewhere(_apart(a["view"], b["view"]), a, b)
    return why, ELSEWHERE if why else ""


def _apart(one: Said, other: Said) -> float:
    """How far apart the cameras stood, degrees."""
    yaws = (one["yaw_deg"], other["yaw_deg"])
    if None in yaws:
        return math.nan
    return float(abs(yaws[0] - yaws[1]))


def _elsewhere(apart_deg: float, a: Said, b: Said) -> str:
    """Why angles of both sets don't compare; "" where they do."""
    both = (a["view"], b["view"])
    if math.isnan(apart_deg):
        return "From where it was filmed isn't known."
    if {one["name"] for one in both} == {*FRONT}:
        return "A was filmed from in front and B from behind, or the other way round."
    if apart_deg > APART_DEG:
        return (
            f"The cameras stood {apart_deg:.0f}° apart (A {both[0]['yaw_deg']:.0f}°, "
            f"B {both[1]['yaw_deg']:.0f}° from a true side view), and this number changes with "
            "the camera's place."
        )
    return ""


def _known(value: float | None) -> float:
    return math.nan if value is None else float(value)

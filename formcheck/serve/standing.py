"""What is said of a set: formcheck's verdicts, and beside them what a coach decided.

formcheck's own stay as they are. What a message is written from is the set as the coach
sees it: their verdicts in place of formcheck's, without what they say is no repetition.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from formcheck.batch.client_page import weighed
from formcheck.cues.judging import words
from formcheck.cues.judging.limits import Limits, load_limits
from formcheck.cues.judging.summary import summarise
from formcheck.data import Finding, JudgedRep, Lift, SetSummary, Verdict
from formcheck.errors import BadRequest
from formcheck.history.stored import StoredSet
from formcheck.history.stored import results_of as read_results
from formcheck.report.kept import read_analysis
from formcheck.report.wording import severity
from formcheck.report.write import ANALYSIS_JSON
from formcheck.serve.kept.decisions import NO_REP, Decision, latest, rep_now
from formcheck.serve.kept.sets import results_of

_ORDER: Mapping[str, int] = {"fault": 0, "watch": 1, "cannot_judge": 2, "good": 3}
SET = 0
"""Stands for the whole set where a repetition's number is asked for."""


def with_words(out: Path, one: StoredSet) -> StoredSet:
    """Give a set with the texts of every finding, which its results alone have."""
    results = results_of(out, one)
    if one.state != "analysed" or results is None:
        return one
    try:
        said = read_results(read_analysis(results / ANALYSIS_JSON))
    except (BadRequest, OSError):
        return one
    if len(said["reps"]) != one.rep_count or said["lift"] != one.lift:
        return one  # it is being judged anew this very moment
    return replace(one, summary=said["summary"], reps=said["reps"])


@dataclass(frozen=True)
class Standing:
    """A set, and a coach's decisions about it.

    one       as formcheck judged it, with words
    verdicts  what the coach says of a repetition's cue, or of the set's (rep 0)
    no_reps   the repetitions that are none
    edges     when repetitions begin and end, where the coach has them otherwise
    """

    one: StoredSet
    verdicts: Mapping[tuple[int, str], Decision] = field(default_factory=dict)
    no_reps: Mapping[int, Decision] = field(default_factory=dict)
    edges: Mapping[int, Decision] = field(default_factory=dict)

    @functools.cached_property
    def findings(self) -> Mapping[tuple[int, str], Finding]:
        """What formcheck says: of each repetition's cues, and of the set's (rep 0)."""
        limits, one = standard_limits(), self.one
        found: dict[tuple[int, str], Finding] = {}
        if one.summary is not None:
            of_set = weighed(one.summary.findings, one.lift, limits)
            found |= {(SET, cue): said for cue, said in of_set.items()}
        for each in one.reps:
            of_rep = weighed(each.findings, one.lift, limits)
            found |= {(each.rep.index, cue): said for cue, said in of_rep.items()}
        return found

    @functools.cached_property
    def decided_cues(self) -> frozenset[str]:
        """Cues on which the coach has decided for the set, or for each repetition."""
        of_reps: dict[str, list[bool]] = {}
        for rep, cue in self.findings:
            if rep != SET:
                of_reps.setdefault(cue, []).append((rep, cue) in self.verdicts)
        of_set = {cue for rep, cue in self.verdicts if rep == SET}
        return frozenset(of_set | {cue for cue, decided in of_reps.items() if all(decided)})

    def verdict(self, rep: int, cue: str) -> Verdict:
        """What holds: the coach's verdict, or else formcheck's.

        What the coach says of the whole set holds for a repetition of which they said
        nothing, as far as it can: one of a set that is good is no fault; in a set that is
        faulty others may be good.
        """
        decided = self.verdicts.get((rep, cue))
        if decided is not None:
            return cast(Verdict, decided.said)
        own = self.findings[rep, cue].verdict
        of_set = self.verdicts.get((SET, cue))
        if of_set is None:
            return own
        said = cast(Verdict, of_set.said)
        if said == "cannot_judge" or len(self.one.reps) == 1:
            return said
        return said if own != "cannot_judge" and _ORDER[own] < _ORDER[said] else own

    def rep_verdict(self, judged: JudgedRep) -> Verdict:
        """The verdict a repetition is marked with: its worst that holds."""
        held = [self.verdict(judged.rep.index, cue) for cue in judged.findings]
        amiss = [one for one in held if one in ("fault", "watch")]
        if amiss:
            return min(amiss, key=lambda one: _ORDER[one])
        return "good" if math.isfinite(judged.score) else "cannot_judge"

    @functools.cached_property
    def as_coached(self) -> StoredSet:
        """The set as the coach sees it."""
        if self.one.summary is None or not (self.verdicts or self.no_reps):
            return self.one
        reps = [_held(self, each) for each in self.one.reps if each.rep.index not in self.no_reps]
        if not reps:
            return replace(self.one, state="not_a_lift", summary=None, reps=())
        summary = _summed(self, reps)
        return replace(self.one, summary=summary, reps=tuple(reps), rep_count=len(reps))

    @functools.cached_property
    def worst_s(self) -> float | None:
        """When the thing to work on shows best, seconds; None where it doesn't."""
        one = self.as_coached
        cue = None if one.summary is None else one.summary.main_cue
        if one.summary is None or cue is None:
            return None
        found = [each.findings[cue] for each in one.reps if cue in each.findings]
        found = found or [one.summary.findings[cue]]
        found = [each for each in found if math.isfinite(each.at_s)]
        if not found:
            return None
        return max(found, key=lambda each: (-_ORDER[each.verdict], severity(each))).at_s


@functools.cache
def standard_limits() -> Limits:
    """Give the limits by whose weights cues are put in order."""
    return load_limits()


def standing(one: StoredSet, record: Sequence[Decision], coach_id: int | None) -> Standing:
    """Put a set and the decisions of a coach together; None: whoever decided last.

    What was decided of a repetition that isn't there any more is left out.
    """
    own = [each for each in latest(record) if coach_id in (None, each.coach_id)]
    verdicts: dict[tuple[int, str], Decision] = {}
    no_reps: dict[int, Decision] = {}
    edges: dict[int, Decision] = {}
    for each in sorted(own, key=lambda each: each.id):
        rep = rep_now(each, one.reps)
        if rep is None:
            continue
        if each.kind == "verdict":
            _put(verdicts, (rep, each.cue), each, counts=each.said != "")
        elif each.kind == "rep":
            _put(no_reps, rep, each, counts=each.said == NO_REP)
        elif each.kind == "edges":
            own_s = (each.at_start_s, each.at_end_s)
            _put(edges, rep, each, counts=(each.start_s, each.end_s) != own_s)
    known = {(each.rep.index, cue) for each in one.reps for cue in each.findings}
    known |= {(SET, cue) for cue in (one.summary.findings if one.summary else ())}
    verdicts = {at: each for at, each in verdicts.items() if at in known}
    return Standing(one, verdicts, no_reps, edges)


def _put(there: dict[Any, Decision], key: Any, one: Decision, *, counts: bool) -> None:
    there.pop(key, None)
    if counts:
        there[key] = one


def _held(stands: Standing, judged: JudgedRep) -> JudgedRep:
    rep = judged.rep.index
    held = {
        cue: said if (rep, cue) not in stands.verdicts else _said(said, stands.verdict(rep, cue))
        for cue, said in judged.findings.items()
    }
    return replace(judged, findings=held)


def _said(finding: Finding, verdict: Verdict) -> Finding:
    """A finding with the coach's verdict: its reason was the other's, its remedy may be."""
    if verdict == finding.verdict:
        return finding
    kept = finding.verdict in ("watch", "fault") and verdict in ("watch", "fault")
    advice = finding.advice if kept else words.remedy(finding.cue, verdict)
    reason = f"{words.title(finding.cue)}: as your coach sees it."
    return replace(finding, verdict=verdict, advice=advice, reason=reason)


def _summed(stands: Standing, reps: Sequence[JudgedRep]) -> SetSummary:
    """Sum up anew; a cue that the coach decided for the set is as they say."""
    one = stands.one
    assert one.summary is not None  # there are repetitions
    limits = standard_limits()
    of_set = {cue for rep, cue in stands.verdicts if rep == SET}
    in_reps = {cue for each in one.reps for cue in each.findings}
    over_set = {
        cue: _said(said, stands.verdict(SET, cue))
        for cue, said in one.summary.findings.items()
        if cue in of_set or cue not in in_reps
    }
    rest = [
        replace(each, findings={cue: f for cue, f in each.findings.items() if cue not in of_set})
        for each in reps
    ]
    lift = Lift(one.lift, "given" if one.lift_how == "given" else "detected", one.lift_confidence)
    counted = {cue for each in reps for cue in each.findings} | over_set.keys()
    summary = summarise(rest, over_set, lift, limits, counted)
    return _coachs_first(stands, summary)


def _coachs_first(stands: Standing, summary: SetSummary) -> SetSummary:
    """What the coach says is amiss is worked on before what formcheck alone says."""
    said = {
        cue
        for (_, cue), each in stands.verdicts.items()
        if each.said in ("watch", "fault") and each.said != each.was
    }
    amiss = [
        one for cue, one in summary.findings.items() if cue in said and _ORDER[one.verdict] < 2
    ]
    if not amiss:
        return summary
    first = min(amiss, key=lambda one: _ORDER[one.verdict])
    advice = first.advice or words.remedy(first.cue, first.verdict)
    return replace(summary, main_cue=first.cue, main_advice=advice, main_reason="")

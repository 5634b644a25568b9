"""The set as a whole: its verdicts, its score, one praise, one thing to work on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from formcheck.cues import words
from formcheck.cues.limits import Limits
from formcheck.cues.score import set_score
from formcheck.data import Finding, JudgedRep, Lift, SetSummary, Verdict
from formcheck.reps.lifts import LIFTS

FAULT_SHARE = 1 / 3
"""A fault in this share of the judged repetitions, or in two, is one of the set
(evidence §1.2)."""

SEVERITY: dict[Verdict, float] = {"watch": 1.0, "fault": 3.0}


def summarise(
    reps: Sequence[JudgedRep], over_set: Mapping[str, Finding], lift: Lift, limits: Limits
) -> SetSummary:
    """Sum the repetitions and the findings of the set's own cues up."""
    ids = list(reps[0].findings) if reps else []
    findings = {cue: _over_reps([rep.findings[cue] for rep in reps]) for cue in ids}
    findings |= over_set
    weights = {cue: limits.of(cue, lift.name).weight for cue in findings}
    every = [one for rep in reps for one in rep.findings.values()] + list(over_set.values())
    judged = sum(one.verdict != "cannot_judge" for one in every) / max(len(every), 1)
    main = _main_cue(reps, findings, weights)
    return SetSummary(
        findings=findings,
        score=set_score(
            [rep.score for rep in reps], sum(weights[cue] for cue in ids), over_set, weights
        ),
        judged_share=judged,
        headline=_headline(reps, findings, lift, main),
        praise=_praise(findings, weights),
        main_advice=findings[main].advice if main else _carry_on(findings),
        main_cue=main,
    )


def _over_reps(findings: list[Finding]) -> Finding:
    """One cue over all repetitions: the set's verdict, with its typical number."""
    judged = [one for one in findings if one.verdict != "cannot_judge"]
    if not judged:
        return findings[0]
    verdict = _set_verdict([one.verdict for one in judged])
    alike = [one for one in judged if one.verdict == verdict] or judged
    alike.sort(key=lambda one: one.value)
    typical = alike[len(alike) // 2]
    if verdict == "good" or len(findings) == 1:
        return replace(typical, verdict=verdict)
    times = sum(one.verdict in {verdict, "fault"} for one in judged)
    reason = f"{typical.reason.rstrip('.')}, on {times} of {len(findings)} reps."
    return replace(typical, verdict=verdict, reason=reason)


def _set_verdict(verdicts: list[Verdict]) -> Verdict:
    faults = verdicts.count("fault")
    if faults >= 2 or faults >= FAULT_SHARE * len(verdicts):
        return "fault"
    if faults or verdicts.count("watch") >= FAULT_SHARE * len(verdicts):
        return "watch"
    return "good"


def _main_cue(
    reps: Sequence[JudgedRep], findings: dict[str, Finding], weights: dict[str, float]
) -> str | None:
    """The worst cue by severity x confidence x how many repetitions."""
    best, most = None, 0.0
    for cue, whole in findings.items():
        if whole.verdict not in SEVERITY:
            continue
        total = 0.0
        for rep in reps:
            one = rep.findings.get(cue, whole)
            if one.verdict in SEVERITY:
                clear = abs(one.value - one.watch_limit) / max(one.sigma, 1e-6)
                total += SEVERITY[one.verdict] * min(clear, 3.0) / 3.0
        total *= weights[cue] / len(reps)
        if total > most:
            best, most = cue, total
    return best


def _headline(
    reps: Sequence[JudgedRep], findings: dict[str, Finding], lift: Lift, main: str | None
) -> str:
    count = f"{len(reps)} rep{'s' if len(reps) != 1 else ''} of {LIFTS[lift.name].title}"
    if main:
        return f"{count}. {findings[main].reason}"
    judged = [one for one in findings.values() if one.verdict != "cannot_judge"]
    if not judged:
        return f"{count}, but the picture doesn't show enough to judge them."
    left = len(findings) - len(judged)
    also = f" {left} cue{'s' if left != 1 else ''} couldn't be judged." if left else ""
    return f"{count}: what could be judged looks good.{also}"


def _praise(findings: dict[str, Finding], weights: dict[str, float]) -> str:
    good = [cue for cue, one in findings.items() if one.verdict == "good"]
    if not good:
        return ""
    first = max(good, key=lambda cue: weights[cue])
    return f"Well done: {words.praise(first)}."


def _carry_on(findings: dict[str, Finding]) -> str:
    unjudged = [one for one in findings.values() if one.verdict == "cannot_judge" and one.advice]
    if len(unjudged) > len(findings) / 2:
        return f"To see more next time: {unjudged[0].advice}"
    return "Keep this form, and add load slowly."

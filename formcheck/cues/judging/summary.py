"""The set as a whole: its verdicts, its score, one praise, one thing to work on."""

from __future__ import annotations

import math
import statistics
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from formcheck.cues.judging import near, words
from formcheck.cues.judging.limits import Limits
from formcheck.cues.judging.remedies import remedies
from formcheck.cues.judging.score import LEAST_JUDGED, cap_of_set, judged_share, set_score
from formcheck.data import Finding, JudgedRep, Lift, Remedy, SetSummary, Verdict

FAULT_SHARE = 1 / 3
"""A fault in this share of the judged repetitions, or in two, is one of the set
(evidence §1.2)."""

FAULT_OVER_WATCH = 3.0
"""A fault weighs as much as so many values to watch (our choice)."""

GOOD_FROM = 0.5
"""Share of the repetitions on which a cue must be judged, and more, to be good for the set
(our choice: what one repetition in five shows isn't a set's)."""

WELL_CLEAR = 2.0
"""A value this many sigma past its limit is well clear of it."""


def summarise(
    reps: Sequence[JudgedRep],
    over_set: Mapping[str, Finding],
    lift: Lift,
    limits: Limits,
    counted: Collection[str],
    *,
    in_part: bool = False,
) -> SetSummary:
    """Sum the repetitions and the findings of the set's own cues up.

    ``counted`` are the cues that count for the score and the share judged. What the
    film cuts off is counted, but where there are whole repetitions the set is told
    by these. ``in_part`` says that other parts of the film weren't judged.
    """
    every_rep = reps
    reps = [one for one in reps if one.rep.comparable] or reps
    ids = list(reps[0].findings) if reps else []
    findings = {cue: _over_reps([rep.findings[cue] for rep in reps]) for cue in ids}
    findings |= over_set
    weights = {cue: limits.of(cue, lift.name).weight for cue in findings}
    every = [one for rep in reps for one in rep.findings.values()] + list(over_set.values())
    judged = judged_share((weights[one.cue], one) for one in every if one.cue in counted)
    order = worst_first(reps, findings, weights)
    main = order[0] if order else None
    unlocking = remedies(every, weights, counted)
    whole_score = set_score(
        [rep.score for rep in reps],
        sum(weights[cue] for cue in ids if cue in counted),
        over_set,
        weights,
        cap_of_set(
            [rep.findings for rep in reps], {cue: weights[cue] for cue in ids if cue in counted}
        ),
    )
    return SetSummary(
        findings=findings,
        score=whole_score,
        judged_share=judged,
        headline=_headline(every_rep, findings, lift, main, in_part=in_part),
        praise=_praise(findings, weights),
        main_advice=findings[main].advice if main else _carry_on(findings, unlocking),
        main_cue=main,
        main_reason=_why_first(reps, findings, order),
        score_reason=_score_in_words(whole_score, judged),
        remedies=unlocking,
    )


def _over_reps(findings: list[Finding]) -> Finding:
    """One cue over all repetitions: the set's verdict, shown on a repetition that has it.

    The finding is that of a repetition whose verdict is no better than the set's, the
    one in the middle of them by value: of a single fault it is the fault's own.
    """
    judged = [one for one in findings if one.verdict != "cannot_judge"]
    if not judged:
        return findings[0]
    verdict = _set_verdict([one.verdict for one in judged])
    if verdict == "good" and len(judged) <= GOOD_FROM * sum(one.applies for one in findings):
        return _too_few(findings, judged)
    no_better = [one for one in judged if _severity(one.verdict) >= _severity(verdict)]
    least = min(_severity(one.verdict) for one in no_better)
    alike = [one for one in no_better if _severity(one.verdict) == least]
    alike.sort(key=lambda one: one.value)
    typical = alike[len(alike) // 2]
    if verdict == "good" or len(findings) == 1:
        return replace(typical, verdict=verdict)
    reason = f"{typical.reason.rstrip('.')}, on {len(no_better)} of {len(findings)} reps."
    return replace(typical, verdict=verdict, reason=reason)


def _too_few(findings: Sequence[Finding], judged: Sequence[Finding]) -> Finding:
    """Good as far as it was seen, which isn't far enough to say so of the set."""
    unseen = next(one for one in findings if one.applies and one.verdict == "cannot_judge")
    reps = f"{len(judged)} of {len(findings)} reps"
    why = unseen.reason[:1].lower() + unseen.reason[1:]
    return replace(
        unseen, reason=f"Good on the {reps} that show it, too few to speak for all: {why}"
    )


def _severity(verdict: Verdict) -> float:
    return {"watch": 1.0, "fault": FAULT_OVER_WATCH}.get(verdict, 0.0)


def _set_verdict(verdicts: list[Verdict]) -> Verdict:
    faults = verdicts.count("fault")
    if faults >= 2 or faults >= FAULT_SHARE * len(verdicts):
        return "fault"
    if faults or verdicts.count("watch") >= FAULT_SHARE * len(verdicts):
        return "watch"
    return "good"


def worst_first(
    reps: Sequence[JudgedRep], findings: Mapping[str, Finding], weights: Mapping[str, float]
) -> list[str]:
    """Cues to work on, by severity x confidence x how many repetitions x weight."""
    totals: dict[str, float] = {}
    for cue, whole in findings.items():
        if not _severity(whole.verdict):
            continue
        total = 0.0
        for rep in reps:
            one = rep.findings.get(cue, whole)
            if _severity(one.verdict):
                clear = abs(one.value - one.watch_limit) / max(one.sigma, 1e-6)
                total += _severity(one.verdict) * min(clear, 3.0) / 3.0
        total *= weights[cue] / len(reps)
        if total > 0:
            totals[cue] = total
    return sorted(totals, key=lambda cue: -totals[cue])


def _why_first(
    reps: Sequence[JudgedRep], findings: Mapping[str, Finding], order: Sequence[str]
) -> str:
    """Why the first cue is the one to work on: how often, how surely, what comes next."""
    if not order:
        return ""
    main = findings[order[0]]
    worse: Verdict = "fault" if main.verdict == "fault" else "watch"
    shown = [rep.findings[main.cue] for rep in reps if main.cue in rep.findings]
    of_it = [one for one in shown if one.verdict in {worse, "fault"}] or [main]
    name = "a fault" if worse == "fault" else "worth watching"
    often = f"on {len(of_it)} of {len(shown)} reps" if len(shown) != 1 else "on the only rep"
    parts = [f"{name} {often if shown else 'over the set'}, {_how_clear(of_it, worse)}"]
    if len(order) > 1:
        parts.append(f"next in line: {words.title(order[1])}")
    else:
        parts.append("nothing else is past its limit")
    return f"Why this first: {'; '.join(parts)}."


def _how_clear(found: Sequence[Finding], worse: Verdict) -> str:
    """How far the typical value is past the limit of its verdict, in its own sigma."""
    margins = [
        abs(one.value - (one.fault_limit if worse == "fault" else one.watch_limit))
        / max(one.sigma, 1e-6)
        for one in found
    ]
    typical = statistics.median(margins)
    if typical >= WELL_CLEAR:
        return "well clear of its limit"
    return "clear of its limit" if typical > 1.0 else "just past its limit"


def _score_in_words(whole: float, judged: float) -> str:
    """Explain the score in one sentence, or say why there is none."""
    if math.isfinite(whole):
        return (
            f"Of what counts, {_percent(judged)} could be judged; of that the good counts whole, "
            "what is to watch 60 % and a fault nothing, weightier cues count more, and the score "
            "is no higher than the main fault allows."
        )
    needed = f"a score needs {_percent(LEAST_JUDGED)}"
    if judged < LEAST_JUDGED:
        return f"No score: {_percent(judged)} of what counts could be judged; {needed}."
    return f"No score: on most repetitions too little could be judged; {needed} of what counts."


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _headline(
    reps: Sequence[JudgedRep],
    findings: dict[str, Finding],
    lift: Lift,
    main: str | None,
    *,
    in_part: bool,
) -> str:
    count = f"{len(reps)} rep{'s' if len(reps) != 1 else ''} of {near.named(lift)}"
    cut = sum(one.rep.cut for one in reps)
    if cut:
        count += f" ({cut} cut off by the film)"
    if in_part:
        count += ", in the part of the film that could be judged"
    said = _what_was_judged(count, findings, main)
    return f"{said} {near.settle(lift)}".rstrip()


def _what_was_judged(count: str, findings: dict[str, Finding], main: str | None) -> str:
    if main:
        return f"{count}. {findings[main].reason}"
    judged = [one for one in findings.values() if one.verdict != "cannot_judge"]
    if not judged:
        return f"{count}, but the picture doesn't show enough to judge them."
    left = len(findings) - len(judged)
    if left > len(judged):
        share = f"{len(judged)} of {len(findings)} cues"
        return f"{count}: only {share} could be judged, and what was judged looks good."
    also = f" {left} cue{'s' if left != 1 else ''} couldn't be judged." if left else ""
    return f"{count}: what could be judged looks good.{also}"


def _praise(findings: dict[str, Finding], weights: dict[str, float]) -> str:
    """Name the weightiest good thing."""
    good = [cue for cue, one in findings.items() if one.verdict == "good"]
    if not good:
        return ""
    first = max(good, key=lambda cue: weights[cue])
    return f"Well done: {words.praise(first)}."


def _carry_on(findings: Mapping[str, Finding], unlocking: Sequence[Remedy]) -> str:
    unjudged = [one for one in findings.values() if one.verdict == "cannot_judge" and one.advice]
    if len(unjudged) > len(findings) / 2 and unlocking:
        return f"To see more next time: {unlocking[0].how}"
    return "Keep this form, and add load slowly."

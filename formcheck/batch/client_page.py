"""What a client's page shows: lift by lift, form and load, cue by cue, rep against rep."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from formcheck.batch.home import is_inside
from formcheck.batch.progress_charts import form_and_load, spark
from formcheck.cues.judging import words
from formcheck.cues.judging.limits import Limits
from formcheck.cues.judging.training import trend_in_words
from formcheck.cues.progression import Progression, progression
from formcheck.cues.side_to_side import Comparison, side_to_side
from formcheck.data import Finding, JudgedRep
from formcheck.history.stored import StoredSet, or_none
from formcheck.history.tallies import Tally
from formcheck.history.trend import (
    FormTrend,
    Session,
    by_lift,
    form_in_words,
    form_trend,
    load_of,
    record_of_set,
    sessions_of,
)
from formcheck.report.plot import Plot
from formcheck.report.rep_pictures import best_and_worst, picture_name
from formcheck.report.wording import (
    SYMBOLS,
    WORDS,
    WORST_FIRST,
    amount,
    edge,
    edges_of,
    lift_title,
)
from formcheck.reps.lifts import which

CUE_SESSIONS = 8
REP_SESSIONS = 4
"""Best and worst repetition are of so many of the latest sessions: what was mended long
ago isn't held against anybody."""

MOST_DIFFERENCES = 5


@dataclass(frozen=True)
class Shown:
    """One lift and side on the page, ready for the template."""

    title: str
    trend: FormTrend
    counts: str
    form: str
    against_load: str
    charts: Sequence[Plot]
    advice: Progression | None
    cues: list[dict[str, Any]]
    days: list[str]
    pair: list[dict[str, Any]]


def lifts_shown(
    sets: Sequence[StoredSet],
    said: Mapping[str, Tally],
    detailed: Mapping[str, StoredSet],
    limits: Limits,
    out: Path,
) -> list[Shown]:
    """Give what the page shows of each lift and side, the newest first.

    Parameters
    ----------
    sets
        All of one client.
    said
        What the cues said, by content.
    detailed
        The sets of ``wanted_details`` with their repetitions, by content.
    limits
        For the advice on the load.
    out
        The output folder, where the pictures lie.
    """
    return [
        _shown(lift, side, group, said, detailed, limits, out)
        for (lift, side), group in by_lift(sets).items()
    ]


def wanted_details(sets: Sequence[StoredSet]) -> list[str]:
    """Give the contents of the sets whose repetitions the page shows."""
    return [
        one.content
        for group in by_lift(sets).values()
        for session in sessions_of(group)[-REP_SESSIONS:]
        for one in session.sets
    ]


def sides_shown(
    sets: Sequence[StoredSet], detailed: Mapping[str, StoredSet], limits: Limits
) -> list[dict[str, Any]]:
    """Compare the newest left and right set of each lift that works one side at a time."""
    newest = {key: detailed.get(group[-1].content) for key, group in by_lift(sets).items()}
    found = []
    for lift in sorted(which(lambda kind: kind.one_leg)):
        left, right = newest.get((lift, "left")), newest.get((lift, "right"))
        if left is not None and right is not None:
            compared = side_to_side(_as_said(left), _as_said(right), limits)
            found.append(_sides(lift, left, right, compared))
    return found


def _shown(
    lift: str,
    side: str,
    group: Sequence[StoredSet],
    said: Mapping[str, Tally],
    detailed: Mapping[str, StoredSet],
    limits: Limits,
    out: Path,
) -> Shown:
    sessions = sessions_of(group)
    trend = form_trend(sessions)
    records = [
        record
        for one in group
        if (tally := said.get(one.content, Tally())) is not None
        and (record := record_of_set(one, tally.faults, tally.watches)) is not None
    ]
    advice = progression(records, limits) if records else None
    latest = sessions[-CUE_SESSIONS:]
    return Shown(
        title=lift_title(lift) + (f", {side}" if side else ""),
        trend=trend,
        counts=f"{counted(len(group), 'set')} in {counted(len(sessions), 'session')}",
        form=form_in_words(trend),
        against_load=trend_in_words(advice.trend) if advice and advice.trend else "",
        charts=form_and_load(sessions),
        advice=advice,
        cues=_cue_rows(latest, said, limits),
        days=[one.date.isoformat() for one in latest],
        pair=_pair(sessions[-REP_SESSIONS:], detailed, out),
    )


def counted(number: int, what: str) -> str:
    """Give a number with its noun: "1 set", "2 sets"."""
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}") + f" {what}{'' if number == 1 else 's'}"


def _cue_rows(
    sessions: Sequence[Session], said: Mapping[str, Tally], limits: Limits
) -> list[dict[str, Any]]:
    """A row a cue: each session's worst set, those with the most to say first."""
    table = [
        [weighed(said.get(one.content, Tally()).findings, one.lift, limits) for one in day.sets]
        for day in sessions
    ]
    cues = dict.fromkeys(cue for day in table for found in day for cue in found)
    rows = []
    for cue in cues:
        over = [_worst([found[cue] for found in day if cue in found]) for day in table]
        judged = [one for one in over if one is not None and one.verdict != "cannot_judge"]
        if not judged:
            continue
        rows.append(
            {
                "title": cue_title(cue),
                "marks": [
                    (one.verdict, SYMBOLS[one.verdict], _mark_words(one, session))
                    if one is not None
                    else ("none", "·", f"{session.date}: not asked")
                    for one, session in zip(over, sessions, strict=True)
                ],
                "spark": spark(over),
                "last": amount(judged[-1]),
                "limit": _limit_words(judged[-1]),
                "weight": [
                    -sum(one.verdict == kind for one in judged) for kind in ("fault", "watch")
                ],
            }
        )
    return sorted(rows, key=lambda row: (row["weight"], row["title"]))


def weighed(found: Mapping[str, Finding], lift: str, limits: Limits) -> dict[str, Finding]:
    """Findings of the history with how far their evidence lets them go, which it doesn't keep."""
    known = set(limits.cues)
    return {
        cue: replace(one, most=limits.of(cue, lift).most) if cue in known else one
        for cue, one in found.items()
    }


def cue_title(cue: str) -> str:
    """Give a cue's name for people, made of its id where it has no words."""
    return words.title(cue) if cue in words.texts() else lift_title(cue)


def _worst(found: Sequence[Finding]) -> Finding | None:
    judged = [one for one in found if one.verdict != "cannot_judge"] or list(found)
    return min(judged, key=lambda one: WORST_FIRST.index(one.verdict), default=None)


def _mark_words(one: Finding, session: Session) -> str:
    load = f", {session.load_kg:g} kg" if session.load_kg > 0 else ""
    value = f", {amount(one)}" if amount(one) else ""
    return f"{session.date}{load}: {WORDS[one.verdict]}{value}"


def _limit_words(one: Finding) -> str:
    at = edges_of(one)
    if at is None:
        return ""
    return f"good {'up to' if at.worse > 0 else 'from'} {edge(one, at.good)}"


def _pair(
    sessions: Sequence[Session], detailed: Mapping[str, StoredSet], out: Path
) -> list[dict[str, Any]]:
    """Best and worst repetition of the latest sessions; empty when all are alike."""
    owner: dict[int, StoredSet] = {}
    reps: list[JudgedRep] = []
    for session in reversed(sessions):  # of those alike the newest comes first
        for one in session.sets:
            for rep in detailed[one.content].reps if one.content in detailed else ():
                owner[id(rep)] = one
                reps.append(rep)
    found = best_and_worst(reps)
    if found is None:
        return []
    best, worst = found
    differing = _differing(best, worst)
    return [
        _rep_shown(kind, rep, owner[id(rep)], differing, out)
        for kind, rep in (("Best", best), ("Most to work on", worst))
    ]


def _differing(best: JudgedRep, worst: JudgedRep) -> list[str]:
    """The cues that tell the two apart, the worst first."""
    both = [
        cue
        for cue, one in worst.findings.items()
        if cue in best.findings and "cannot_judge" not in (one.verdict, best.findings[cue].verdict)
    ]
    order = {verdict: at for at, verdict in enumerate(WORST_FIRST)}
    both.sort(
        key=lambda cue: (
            best.findings[cue].verdict == worst.findings[cue].verdict,
            order[worst.findings[cue].verdict],
        )
    )
    return both[:MOST_DIFFERENCES]


def _rep_shown(
    kind: str, rep: JudgedRep, one: StoredSet, cues: Sequence[str], out: Path
) -> dict[str, Any]:
    load = load_of(one)
    return {
        "kind": kind,
        "score": round(rep.score),
        "where": f"rep {rep.rep.index}, {one.date}" + (f", {load:g} kg" if load > 0 else ""),
        "file": one.called,
        "picture": _picture(one, rep, out),
        "cues": [
            {
                "verdict": rep.findings[cue].verdict,
                "symbol": SYMBOLS[rep.findings[cue].verdict],
                "title": cue_title(cue),
                "amount": amount(rep.findings[cue]),
            }
            for cue in cues
        ],
    }


def _picture(one: StoredSet, rep: JudgedRep, out: Path) -> str:
    """The repetition's picture as a data URI, "" when there is none."""
    if not one.folder or not is_inside(out, one.folder):
        return ""
    try:
        data = (out / one.folder / picture_name(rep.rep.index)).read_bytes()
    except OSError:
        return ""
    return "data:image/jpeg;base64," + base64.b64encode(data).decode("ascii")


def _as_said(one: StoredSet) -> dict[str, Any]:
    """What the comparison of sides reads of ``analysis.json``."""
    return {
        "lift": {"name": one.lift},
        "view": {"name": one.view, "yaw_deg": or_none(one.yaw_deg)},
        "reps": [
            {
                "measures": {name: or_none(value) for name, value in each.measures.items()},
                "phases": {
                    "eccentric_s": or_none(each.rep.eccentric_s),
                    "pause_s": or_none(each.rep.pause_s),
                    "concentric_s": or_none(each.rep.concentric_s),
                },
            }
            for each in one.reps
        ],
    }


def _sides(lift: str, left: StoredSet, right: StoredSet, found: Comparison) -> dict[str, Any]:
    rows = []
    for row in found.rows:
        unit = "°" if row.unit == "deg" else f" {row.unit}"
        digits = 1 if row.unit == "s" else 0
        rows.append(
            {
                "label": row.label,
                "left": f"{row.left:.{digits}f}{unit}",
                "right": f"{row.right:.{digits}f}{unit}",
                "spread": f"± {row.spread:.{digits}f}{unit}",
                "difference": f"{abs(row.percent):.0f} ± {row.sigma_percent:.0f} %",
                "beyond": row.clear,
            }
        )
    return {
        "title": lift_title(lift),
        "verdict": found.finding.verdict,
        "word": WORDS[found.finding.verdict],
        "reason": found.finding.reason,
        "advice": found.finding.advice,
        "when": f"left {left.date}, right {right.date}",
        "rows": rows,
    }

"""A history of sets that never happened: clients who come every week, and get better or not."""

from __future__ import annotations

import datetime
import math
import random
from collections.abc import Iterator
from typing import Any

from formcheck.batch.stored import LimitsVersion, StoredSet
from formcheck.cues import words
from formcheck.data import Finding, JudgedRep, Rep, SetSummary, Verdict

FIRST_DAY = datetime.date(2024, 1, 1)
LIMITS = LimitsVersion("f" * 64, "standard", ())
CUES = {
    "lumbar_rounding": (9.0, 16.0, 22.0, "deg"),
    "hip_drive": (1.4, 3.0, 8.0, "deg"),
    "neutral_head": (6.0, 20.0, 30.0, "deg"),
    "lockout": (4.0, 12.0, 20.0, "deg"),
    "range_of_motion": (3.0, 10.0, 20.0, "%"),
    "tempo": (1.4, 1.0, 0.5, "s"),
}
LIFTS = ("deadlift", "back_squat", "romanian_deadlift")
REASONS = ("the file holds no decodable picture", "it needed more than 300 s")


def made_sets(client: str, sets: int, *, reps: int = 3, seed: int = 0) -> Iterator[StoredSet]:
    """Give a client's sets, three a session, a session a week, oldest first."""
    chance = random.Random(f"{client}-{seed}")
    better = chance.choice((-1.0, 0.0, 1.0))
    for number in range(sets):
        week = number // 3
        lift = LIFTS[number % 3]
        at = 10.0 * better * week / max(sets / 3, 1)
        yield made_set(client, number, week, lift, at, chance, reps)


def made_set(
    client: str,
    number: int,
    week: int,
    lift: str,
    better: float,
    chance: random.Random,
    reps: int = 3,
    **more: Any,
) -> StoredSet:
    """Give one set; ``better`` is how far it is from the limits of good."""
    date = FIRST_DAY + datetime.timedelta(weeks=week)
    common: dict[str, Any] = {
        "key": f"{client}-{number}-key"[:64],
        "client": client,
        "content": f"{client}-{number}",
        "file": f"IMG_{1000 + number}.mov",
        "date": date,
        "analysed_at": datetime.datetime.combine(date, datetime.time(20)),
        **more,
    }
    if chance.random() < 0.01:
        message = f"{common['file']}: {chance.choice(REASONS)}."
        return StoredSet(state="failed", error="NotAVideo", message=message, **common)
    judged = tuple(_rep(index + 1, better, chance) for index in range(reps))
    of_set = {cue: judged[-1].findings[cue] for cue in CUES} if judged else {}
    bad = [cue for cue, one in of_set.items() if one.verdict in ("fault", "watch")]
    good = [cue for cue, one in of_set.items() if one.verdict == "good"]
    score = max(0.0, min(100.0, 80 + 2 * better + chance.gauss(0, 4)))
    summary = SetSummary(
        findings=of_set,
        score=math.nan if chance.random() < 0.05 else round(score, 1),
        judged_share=round(chance.uniform(0.4, 1.0), 3),
        headline=f"{reps} reps.",
        praise=f"Well done: {words.praise(good[0])}." if good else "",
        main_advice=words.reason_and_advice(bad[0], "watch", "")[1]
        if bad
        else "Keep this form, and add load slowly.",
        main_cue=bad[0] if bad else None,
    )
    return StoredSet(
        folder=f"{client}/{number}",
        limits=LIMITS,
        load_kg=60.0 + 2.5 * (week // 4),
        lift=lift,
        lift_how="detected",
        lift_confidence=0.9,
        view="side",
        facing="left",
        yaw_deg=5.0,
        yaw_sigma_deg=4.0,
        duration_s=30.0,
        rep_count=len(judged),
        summary=summary,
        reps=judged,
        **common,
    )


def _rep(index: int, better: float, chance: random.Random) -> JudgedRep:
    start_s = 3.0 * index
    findings = {cue: _finding(cue, better, start_s, chance) for cue in CUES}
    measures = {
        "knee_range_deg": 60 + chance.gauss(0, 2),
        "knee_flexion_deg_max": 80 + chance.gauss(0, 2),
        "hip_range_deg": 90 + chance.gauss(0, 2),
        "trunk_deg_max": 50 + chance.gauss(0, 2),
    }
    score = 100.0 - 20 * sum(one.verdict == "fault" for one in findings.values())
    rep = Rep(index, start_s, start_s, start_s + 1, start_s + 2.5, True, 1.2, 0.2, 1.1)
    return JudgedRep(rep, measures, findings, score)


def _finding(cue: str, better: float, at_s: float, chance: random.Random) -> Finding:
    typical, watch, fault, unit = CUES[cue]
    step = fault - watch
    value = typical + step * (0.6 * chance.gauss(0.3, 0.7) - 0.05 * better)
    past = (value - watch) / step
    verdict: Verdict = "fault" if past > 1 else "watch" if past > 0 else "good"
    if chance.random() < 0.15:
        verdict, value = "cannot_judge", math.nan
    sigma = math.nan if math.isnan(value) else abs(step) / 4
    return Finding(cue, verdict, value, unit, sigma, watch, fault, at_s, "", "")

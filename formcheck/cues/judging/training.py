"""A training log's sets, and how the form goes with the load."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

LEAST_SETS, LEAST_LOADS = 4, 2
TREND_OVER_PERCENT = 10.0


@dataclass(frozen=True)
class SetRecord:
    """One set of a training log.

    load_kg       what was lifted; 0 for bodyweight
    score         0..100, NaN when there is none
    judged_share  share of findings that aren't "cannot_judge", NaN when unknown
    faults        cue -> share of the judged repetitions with that fault, 0..1
    watches       cues worth watching over the set
    side          "left", "right", or "" for both
    """

    date: datetime.date
    lift: str
    load_kg: float
    reps: int
    score: float = math.nan
    judged_share: float = math.nan
    faults: Mapping[str, float] = field(default_factory=dict)
    watches: tuple[str, ...] = ()
    side: str = ""


@dataclass(frozen=True)
class Trend:
    """How the score goes with the load.

    ``points`` is the change of the score when the load is 10 % more, ``sigma`` its
    standard error; ``sets`` is how many sets it rests on.
    """

    points: float
    sigma: float
    sets: int


def record_of(
    analysis: Mapping[str, Any], date: datetime.date, load_kg: float, side: str = ""
) -> SetRecord:
    """Make the record of an analysed set from its ``formcheck.analysis/1`` form."""
    over = analysis["set"]
    shares: dict[str, float] = {}
    for cue in over["cues"]:
        found = [rep["cues"][cue]["verdict"] for rep in analysis["reps"] if cue in rep["cues"]]
        found = found or [over["cues"][cue]["verdict"]]
        judged = [one for one in found if one != "cannot_judge"]
        if "fault" in judged:
            shares[cue] = judged.count("fault") / len(judged)
    return SetRecord(
        date=date,
        lift=analysis["lift"]["name"],
        load_kg=load_kg,
        reps=len(analysis["reps"]),
        score=_known(over["score"]),
        judged_share=_known(over["judged_share"]),
        faults=shares,
        watches=tuple(cue for cue, one in over["cues"].items() if one["verdict"] == "watch"),
        side=side,
    )


def trend_of(records: Sequence[SetRecord]) -> Trend | None:
    """Fit the score against the load by least squares.

    None with fewer than four sets with a score or without two different loads.
    """
    known = [one for one in records if math.isfinite(one.score) and one.load_kg > 0]
    if len(known) < LEAST_SETS or len({one.load_kg for one in known}) < LEAST_LOADS:
        return None
    load = np.array([one.load_kg for one in known])
    score = np.array([one.score for one in known])
    tenths = (load - load.mean()) / load.mean() * 100.0 / TREND_OVER_PERCENT
    squares = float((tenths**2).sum())
    slope = float((tenths * (score - score.mean())).sum()) / squares
    rest = score - score.mean() - slope * tenths
    sigma = math.sqrt(float((rest**2).sum()) / (len(known) - 2) / squares)
    return Trend(slope, sigma, len(known))


def trend_in_words(trend: Trend | None) -> str:
    """How the score goes with the load."""
    if trend is None:
        return "Form against load: it takes four scored sets with different loads to tell."
    points = f"{trend.points:+.0f} ± {trend.sigma:.0f} points for each 10 % of load"
    if abs(trend.points) <= 2.0 * trend.sigma:
        return f"Form keeps up with the load: {points} over {trend.sets} sets."
    kind = "falls" if trend.points < 0 else "rises"
    return f"Form {kind} as the load grows: {points} over {trend.sets} sets."


def step_percent(sessions: Sequence[SetRecord]) -> float:
    """How much more the last session's load is than the one before's; 0 if unknown."""
    if len(sessions) < 2 or sessions[-2].load_kg <= 0:
        return 0.0
    step = 100.0 * (sessions[-1].load_kg / sessions[-2].load_kg - 1.0)
    return round(step, 6)  # 52.5 kg after 50 is 5 %, not a hair more


def _known(value: float | None) -> float:
    return math.nan if value is None else float(value)

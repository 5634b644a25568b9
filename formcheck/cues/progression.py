"""Form against load, over sets and sessions: when to add weight, and how much.

Articles: 003 ("small adjustments each week"; "if the weight is too heavy,
technique will go out the window"; "move up once you feel confident that you have
the proper technique down"), 001 ("start slow and build"), 000 ("slowly adding
load").
Evidence (§1.4 row 25): steps of 2 to 10 % (ACSM 2009, Med Sci Sports Exerc
41:687). The load is what the lifter wrote down; no camera sees it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from formcheck.cues.judging import words
from formcheck.cues.judging.base import verdict
from formcheck.cues.judging.limits import Limits
from formcheck.cues.judging.score import LEAST_JUDGED
from formcheck.cues.judging.summary import FAULT_SHARE
from formcheck.cues.judging.training import SetRecord, Trend, step_percent, trend_of
from formcheck.data import Finding

CUE = "progression"
SMALLEST_STEP = 0.025  # of the load; ACSM 2009 begins at 2 %, plates at 2.5 kg of 100
PLATE_KG = 0.5


@dataclass(frozen=True)
class Progression:
    """What the log says of one lift: the last step, the trend, and what is next.

    ``next_kg`` is the range of loads to try next, None when more isn't suggested.
    """

    lift: str
    side: str
    finding: Finding
    trend: Trend | None
    next_kg: tuple[float, float] | None


def progression(records: Sequence[SetRecord], limits: Limits) -> Progression:
    """Judge the last step of the load and say what is next.

    The step is the heaviest load of the last session against that of the
    session before, in per cent. More load is suggested when the heaviest set of
    the last session was seen well enough, had no fault on a third of its
    repetitions or more, and the last step wasn't too large; then by 2.5 % up to
    where a step becomes worth watching.

    Parameters
    ----------
    records
        Sets of one lift and side, at least one, in any order.
    limits
        How large a step may be.

    Raises
    ------
    ValueError
        There are no records, or of several lifts or sides.
    """
    if len({(one.lift, one.side) for one in records}) != 1:
        raise ValueError("progression: give the sets of one lift and side")
    sessions = [
        max((one for one in records if one.date == day), key=lambda one: one.load_kg)
        for day in sorted({one.date for one in records})
    ]
    last = sessions[-1]
    limit = limits.of(CUE, last.lift)
    step = step_percent(sessions)
    decided = verdict(step, 0.0, limit)
    note = _note(sessions, decided)
    next_kg = _next_kg(last.load_kg, limit.watch / 100.0) if note == "more" else None
    reason, advice = _words(sessions, step, decided, note, next_kg)
    return Progression(
        lift=last.lift,
        side=last.side,
        finding=Finding(
            cue=CUE,
            verdict=decided,
            value=step,
            unit="%",
            sigma=0.0,
            watch_limit=limit.watch,
            fault_limit=limit.fault,
            at_s=math.nan,
            reason=reason,
            advice=advice,
        ),
        trend=trend_of(records),
        next_kg=next_kg,
    )


def _faulty(one: SetRecord) -> bool:
    return any(share >= FAULT_SHARE for share in one.faults.values())


def _held_kg(sessions: Sequence[SetRecord]) -> float:
    """The heaviest load under the last one at which the form held; 0 if none did."""
    below = [one for one in sessions[:-1] if one.load_kg < sessions[-1].load_kg]
    held = [one.load_kg for one in below if math.isfinite(one.score) and not _faulty(one)]
    return max(held, default=0.0)


def _note(sessions: Sequence[SetRecord], decided: str) -> str:
    """What is next, as a key of ``[progression.notes]``."""
    last = sessions[-1]
    if _faulty(last):
        return "back" if _held_kg(sessions) > 0 else "faults"
    unseen = math.isfinite(last.judged_share) and last.judged_share < LEAST_JUDGED
    if unseen or not math.isfinite(last.score):
        return "unseen"
    if decided != "good":
        return "large"
    return "more" if last.load_kg > 0 else "bodyweight"


def _next_kg(load_kg: float, most: float) -> tuple[float, float]:
    """From the smallest step to the largest one, in plates; at least one plate."""
    low = math.ceil(load_kg * (1.0 + SMALLEST_STEP) / PLATE_KG - 1e-9) * PLATE_KG
    high = math.floor(load_kg * (1.0 + most) / PLATE_KG + 1e-9) * PLATE_KG
    return low, max(low, high)


def _words(
    sessions: Sequence[SetRecord],
    step: float,
    decided: str,
    note: str,
    next_kg: tuple[float, float] | None,
) -> tuple[str, str]:
    """What the last step was, and what is next."""
    table, last = words.texts()[CUE], sessions[-1]
    what = table["first"]["what"] if len(sessions) < 2 else table[decided]["what"]
    worst = max(last.faults, key=lambda cue: last.faults[cue], default="")
    details = {
        "value": f"{step:+.0f} %",
        "load": f"{last.load_kg:g} kg" if last.load_kg > 0 else "bodyweight",
        "back": f"{_held_kg(sessions):g} kg",
        "cue": words.texts()[worst]["title"] if worst in words.texts() else worst,
        "next": f"{next_kg[0]:g} to {next_kg[1]:g} kg" if next_kg else "",
    }
    if next_kg and next_kg[0] == next_kg[1]:
        details["next"] = f"{next_kg[0]:g} kg"
    return what.format(**details), table["notes"][note]["try"].format(**details)

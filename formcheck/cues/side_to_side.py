"""Two sets of the same one-sided lift, left against right.

Articles: 000 ("try both sides"), 002 ("you force each side to work
independently, which helps build up muscle on your weaker side").
Evidence (§1.3 Asymmetry, §1.4 row 17): 10 to 15 % as a limit is a convention,
up to 15 or 20 % is natural, and little is known of what it does (Afonso 2022,
Symmetry 14:1993). So it is shown, it is never a fault, and only what is more than
a side's own repetitions differ counts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from formcheck.cues.judging import words
from formcheck.cues.judging.base import NotSeen, verdict
from formcheck.cues.judging.limits import Limit, Limits
from formcheck.cues.judging.sides import Row, rows_of
from formcheck.data import Finding, Verdict
from formcheck.errors import BadRequest
from formcheck.reps.lifts import LIFTS, which

CUE = "side_to_side"
VIEWS_APART_DEG = 15.0


@dataclass(frozen=True)
class Comparison:
    """Both sides compared: the finding of the biggest difference, and all of them."""

    finding: Finding
    rows: tuple[Row, ...]


def side_to_side(left: Mapping[str, Any], right: Mapping[str, Any], limits: Limits) -> Comparison:
    """Compare the means of a left and a right set.

    Range of motion, depth, lean and tempo, each as the difference of the two
    sides' means in per cent of the larger one; a lean is small, so its
    difference is taken of the knee's range. The biggest that is more than twice
    the standard deviation within a side counts. Angles are compared only as seen
    from the side or obliquely.

    Parameters
    ----------
    left, right
        The ``formcheck.analysis/1`` form of both sets, as in analysis.json.
    limits
        Where a difference becomes worth watching.

    Raises
    ------
    BadRequest
        They aren't sets of the same lift, or of a lift that works both sides.
    """
    limit = limits.of(CUE, _lift(left, right))
    rows: tuple[Row, ...] = ()
    try:
        rows = _rows(left, right)
        most, decided = _most(rows, limit)
    except NotSeen as unseen:
        return Comparison(_unjudged(unseen.why, limit), rows)
    value = abs(most.percent)
    said = words.amount(value, most.sigma_percent, "%")
    details = {
        "side": "left" if most.percent > 0 else "right",
        "more": most.more,
        "label": most.label,
    }
    reason, advice = words.reason_and_advice(CUE, decided, said, details=details)
    return Comparison(
        Finding(
            cue=CUE,
            verdict=decided,
            value=value,
            unit="%",
            sigma=most.sigma_percent,
            watch_limit=limit.watch,
            fault_limit=limit.fault,
            at_s=math.nan,
            reason=reason,
            advice=advice,
            most=limit.most,
        ),
        rows,
    )


def _lift(left: Mapping[str, Any], right: Mapping[str, Any]) -> str:
    name, other = str(left["lift"]["name"]), str(right["lift"]["name"])
    if name != other:
        raise BadRequest(
            f"the left set is a {_title(name)}, the right one a {_title(other)}: only sets of "
            "the same lift can be compared. Name the lift with --lift if one was misread."
        )
    one_leg = which(lambda kind: kind.one_leg)
    if name not in one_leg:
        known = " or ".join(_title(one) for one in sorted(one_leg, reverse=True))
        raise BadRequest(
            f"a {_title(name)} works both sides at once, so there is no left and right set to "
            f"compare. Compare a {known}, or film it from the front: symmetry looks at that."
        )
    return name


def _title(lift: str) -> str:
    return LIFTS[lift].title if lift in LIFTS else lift


def _rows(left: Mapping[str, Any], right: Mapping[str, Any]) -> tuple[Row, ...]:
    one, other = left["view"], right["view"]
    yaws = (one["yaw_deg"], other["yaw_deg"])
    apart = None in yaws or abs(yaws[0] - yaws[1]) > VIEWS_APART_DEG
    if apart or {one["name"], other["name"]} == {"front", "back"}:
        raise NotSeen("views_differ")
    rows = rows_of(left, right)
    if not rows:
        raise NotSeen("too_few_reps")
    return rows


def _most(rows: tuple[Row, ...], limit: Limit) -> tuple[Row, Verdict]:
    """The biggest difference, surest first, and its verdict."""
    clear = [row for row in rows if row.clear]
    most = max(clear or rows, key=lambda row: abs(row.percent) - row.sigma_percent)
    decided = verdict(abs(most.percent), most.sigma_percent, limit)
    if decided == "cannot_judge":
        raise NotSeen("sides_uneven")
    return most, decided if clear else "good"


def _unjudged(why: str, limit: Limit) -> Finding:
    reason, film = words.not_seen(why)
    return Finding(
        cue=CUE,
        verdict="cannot_judge",
        value=math.nan,
        unit="%",
        sigma=math.nan,
        watch_limit=limit.watch,
        fault_limit=limit.fault,
        at_s=math.nan,
        reason=reason,
        advice=film,
    )

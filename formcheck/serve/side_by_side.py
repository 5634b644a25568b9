"""Two sets of the desk compared: what changed beyond its ±, and both films' moments in step."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from formcheck.errors import BadRequest, FormcheckError
from formcheck.history.stored import StoredSet
from formcheck.report.compare.page import shown
from formcheck.report.compare.sets import Comparison, compare_sets
from formcheck.report.wording import lift_title
from formcheck.reps.in_step import in_step
from formcheck.serve.kept.sets import results_of
from formcheck.two_sets import Both, two_sets

MOST_KEPT = 16
"""Comparisons kept to be shown again: each is some kilobytes and takes a second or more."""


@dataclass(frozen=True)
class SideBySide:
    """What the page shows: ``told`` by the comparison's own names.

    ``steps`` has for each pair of repetitions their numbers, the shared clock and when its
    moments are in either film, in seconds; ``mirrored``: the lifters face different ways.
    """

    told: dict[str, Any]
    steps: list[dict[str, Any]]
    mirrored: bool


_kept: OrderedDict[tuple[Any, ...], SideBySide] = OrderedDict()
_one_at_a_time = threading.Lock()


def side_by_side(
    out: Path, sets: tuple[StoredSet, StoredSet], names: tuple[str, str]
) -> SideBySide:
    """Compare two sets as they were judged last; what was compared before is remembered.

    Raises
    ------
    BadRequest, NothingToJudge
        They can't be compared; said in words for the coach.
    """
    key = (out, names, *((one.client, one.content, one.analysed_at) for one in sets))
    with _one_at_a_time:  # a second of work each: two at once only make both slow
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
        made = _compared(out, sets, names)
        _kept[key] = made
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
        return made


def _compared(out: Path, sets: tuple[StoredSet, StoredSet], names: tuple[str, str]) -> SideBySide:
    folders = [results_of(out, one) for one in sets]
    if folders[0] is None or folders[1] is None:
        raise BadRequest("Of one of these two there are no results to compare.")
    try:
        both = two_sets((folders[0], folders[1]))
        found = compare_sets(both.a.said, both.b.said, names, _notes(both))
    except BadRequest as problem:
        raise BadRequest(_in_words(sets)) from problem
    except FormcheckError as problem:
        said = str(problem)
        raise type(problem)(said[:1].upper() + said[1:]) from problem
    facing = {one.said["view"]["facing"] for one in (both.a, both.b)}
    return SideBySide(
        told=shown(found, (both.a.said, both.b.said)),
        steps=_steps(both, found),
        mirrored=len(facing) > 1 and None not in facing,
    )


def _in_words(sets: tuple[StoredSet, StoredSet]) -> str:
    a, b = sets
    if a.lift != b.lift:
        return (
            f"A is a {lift_title(a.lift).lower()}, B is a {lift_title(b.lift).lower()}: only sets "
            "of one lift can be compared. If one was misread, name its lift where you look at it."
        )
    return (
        "What was kept of one of these two isn't as it was written, so they can't be judged "
        "alike. Have its film judged again."
    )


def _notes(both: Both) -> tuple[str, ...]:
    """What to know of it, without what is said to somebody at a terminal."""
    return tuple(one for one in both.notes if "--" not in one)


def _steps(both: Both, found: Comparison) -> list[dict[str, Any]]:
    """Both films' moments on one clock, for each pair of repetitions that is seen in both."""
    if both.a.analysis is None or both.b.analysis is None:
        return []
    analyses = (both.a.analysis, both.b.analysis)
    reps = [{one.rep.index: one.rep for one in each.reps} for each in analyses]
    slowed = (analyses[0].signals.time.pace.slowed, analyses[1].signals.time.pace.slowed)
    steps = []
    for a, b in found.pairs:
        step = in_step(reps[0][a], reps[1][b], slowed)
        if step is not None:
            steps.append(
                {
                    "a": a,
                    "b": b,
                    "moments": step.moments,
                    "clock_s": [round(one, 3) for one in step.clock_s],
                    "a_s": [round(one, 3) for one in step.one_s],
                    "b_s": [round(one, 3) for one in step.other_s],
                }
            )
    return steps

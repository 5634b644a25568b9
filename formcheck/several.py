"""Several sets of one film: which is meant, and what is said of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from formcheck.data import Caution, PoseTrack
from formcheck.errors import BadRequest, NothingToJudge
from formcheck.film_time import clock
from formcheck.report.record import Analysis


def chosen(judged: Sequence[Analysis], number: int) -> tuple[Analysis]:
    """Give the set of that number alone.

    Raises
    ------
    BadRequest
        There is none; the message lists those there are.
    """
    for one in judged:
        if one.part.number == number:
            return (one,)
    have = "1 set was" if len(judged) == 1 else f"{len(judged)} sets were"
    raise BadRequest(
        f"there is no set {number}: {have} found: {'; '.join(map(_named, judged))}. "
        "Choose with --set."
    )


def longest(judged: Sequence[Analysis]) -> Analysis:
    """Give the set of most repetitions; a caution names the others, if there are any."""
    shown = max(judged, key=lambda one: len(one.reps))
    if len(judged) == 1:
        return shown
    others = "; ".join(_named(one) for one in judged if one is not shown)
    caution = Caution(
        "several_sets",
        f"The film holds {len(judged)} sets, each judged by itself. This is set "
        f"{shown.part.number}; the other{'' if len(judged) == 2 else 's'}: {others}.",
        "Choose one with --set.",
    )
    return replace(shown, cautions=(*shown.cautions, caution))


def not_judged(track: PoseTrack, problem: NothingToJudge) -> Caution:
    """Say of what looked like a set why it isn't one."""
    assert track.part is not None  # it was cut out of a film
    start, end = clock(track.part.start_s), clock(track.part.end_s)
    return Caution(
        "set_not_judged", f"From {start} to {end} of the film nothing is judged: {problem}"
    )


def _named(one: Analysis) -> str:
    """The set in a few words: "set 2 (5 reps, 0:12 to 0:25)"."""
    count = "1 rep" if len(one.reps) == 1 else f"{len(one.reps)} reps"
    start, end = clock(one.part.start_s), clock(one.part.end_s)
    return f"set {one.part.number} ({count}, {start} to {end})"

"""The set ends while it is still good: the lifter isn't slowed down by it.

Articles: 000 ("Stop before you fatigue … lose efficiency and form"), 003 ("technique
will go out the window"), 002 ("lifting too much weight").
Evidence: the loss of lifting speed follows fatigue (Sánchez-Medina and
González-Badillo 2011, Med Sci Sports Exerc 43:1725), though its limits don't carry
over from day to day (Jukic et al. 2023, Sports Med Open 9:80): it tells of this set,
it prescribes nothing. A smaller range goes with it (Hooper et al. 2013, §1.3), and
van Dieën et al. 1998 (J Mot Behav 30:20) saw the form change: both are named where
they go beyond their own noise.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from formcheck.cues.judging import words
from formcheck.cues.judging.base import Measurement, NotSeen, Working, set_cue
from formcheck.cues.judging.pace import way_up
from formcheck.cues.judging.seen import Seen
from formcheck.data import FloatArray, JudgedRep

LEAST_REPS = 4
FIRST = 3  # repetitions in which a lifter is at their best
LAST_OF_LONG = 2  # from five repetitions on the last two are taken together
SIGMA = 6.0
"""In %: 4 per pair (evidence §1.4 row 24), and a rested lifter's own spread of 5
from repetition to repetition (our choice, measured on the clean real sets)."""

ALIKE = 0.25  # of the usual way: shorter and longer ones have speeds of their own
DRIFT = 2.0  # standard deviations that a cue must move by


@set_cue("fatigue", timed=True)
def fatigue(reps: Sequence[JudgedRep], seen: Seen) -> Measurement:
    """Measure how much slower the lifting phase is at the end of the set.

    The loss of mean lifting speed from the best of the first three repetitions
    to the last two (of four: the last): in %, negative when they are faster.

    Raises
    ------
    NotSeen
        Fewer than four repetitions are seen, or the tempo was prescribed.
    """
    if seen.tempo is not None:
        raise NotSeen("paced")
    speeds = _speeds(reps, seen)
    known = np.flatnonzero(np.isfinite(speeds)).tolist()
    if len(known) < LEAST_REPS:
        raise NotSeen("few_reps")
    best = float(np.max(speeds[known[:FIRST]]))
    last = known[-(LAST_OF_LONG if len(known) > LEAST_REPS else 1) :]
    loss = 100.0 * (1.0 - float(np.mean(speeds[last])) / best)
    over_at = _over_at(100.0 * (1.0 - speeds[known] / best))
    since = reps[known[over_at]].rep if over_at is not None else None
    changed = _drifting([reps[at] for at in known])
    note = "" if since is None else "since_changed" if changed else "since"
    return Measurement(
        loss,
        unit="%",
        at_s=(since or reps[last[0]].rep).top_s,
        note=note,
        details={"rep": str(since.index if since else ""), "also": "; ".join(changed).lower()},
        working=Working(
            lines=(("shoulder", "hip"), ("hip", "knee")),
            span_s=(reps[0].rep.start_s, reps[-1].rep.end_s),
            steps=(
                *(
                    f"rep {reps[at].rep.index}: {speeds[at]:.2f} leg lengths a second"
                    for at in known
                ),
                f"best of the first {FIRST}: {best:.2f}; last: {np.mean(speeds[last]):.2f}",
                f"1 - {np.mean(speeds[last]):.2f} / {best:.2f} = {loss:.0f} %",
                *(f"changed beyond its noise: {name}" for name in changed),
            ),
            parts=(("the speeds, and a rested lifter's own spread", SIGMA),),
        ),
    )


def _speeds(reps: Sequence[JudgedRep], seen: Seen) -> FloatArray:
    """Mean lifting speeds; NaN where unseen, or of another way than most: a set-up."""
    speeds, gains = np.full(len(reps), np.nan), np.full(len(reps), np.nan)
    for at, one in enumerate(reps):
        try:
            way = way_up(one.rep, seen.near(one.rep))
        except NotSeen:
            continue
        if one.rep.complete or not seen.kind.swung:
            speeds[at], gains[at] = way.legs_per_s, way.gain_leg
    if np.isfinite(gains).any():
        speeds[np.abs(gains / np.nanmedian(gains) - 1.0) > ALIKE] = np.nan
    return speeds


def _over_at(losses: FloatArray) -> int | None:
    """The first repetition from which on all are slower beyond the noise."""
    slower = losses > 2 * SIGMA
    if not slower[-1]:
        return None
    return int(np.flatnonzero(np.append(True, ~slower))[-1])


def _drifting(reps: Sequence[JudgedRep]) -> list[str]:
    """What got worse from the first two repetitions to the last two, beyond its noise."""
    found = []
    for cue, finding in reps[0].findings.items():
        values = np.array([one.findings[cue].value for one in reps])
        sigmas = np.array([one.findings[cue].sigma for one in reps])
        ends = [0, 1, -2, -1]
        if not (np.isfinite(values[ends]).all() and np.isfinite(sigmas[ends]).all()):
            continue
        change = float(np.mean(values[-2:]) - np.mean(values[:2]))
        worse = change if finding.fault_limit > finding.watch_limit else -change
        if worse > DRIFT * float(np.mean(sigmas[ends])):
            found.append(str(words.texts()[cue]["title"]))
    return found

"""The weight goes up in one smooth push: no jerk, no stop half-way.

Articles: 002 ("twisting or jerking motions"), 004 ("slow, steady"; "abrupt moves"),
001 ("no need to rush").
Evidence: smoothness is one bell of speed; Balasubramanian et al. 2015, J Neuroeng
Rehabil 12:112. Their SPARC is in the measures. It isn't what is judged: a plate
before the shoulders moves it by 1 to 2 on real clips, a stop half-way by 0.7 to 1.1.
A stop shows in shoulders and hips at once, a landmark's wandering in one of them.
A swing's arms make two bells of their own, so it isn't asked.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from formcheck.cues.judging.base import Measurement, NotSeen, Working, cue
from formcheck.cues.judging.pace import EVEN_S, speeds, way_up
from formcheck.cues.judging.seen import LEAST_LASTING_S, Seen
from formcheck.data import FloatArray, Rep

SIGMA = 8.0  # %, spread over the clean real sets (our choice, measured)
SPEED_SIGMA = 0.04  # leg lengths a second: the engine's jitter, weighs in slow lifts
STANDS_STILL = 0.1  # of the top speed: slower is a stop, as far as the jitter lets one tell
STOP_S = 0.2  # shorter ones are told by the fall of the speed alone (our choice)
BEGUN = 0.15  # of the way: before it a deadlift takes the slack out of the bar
ALIKE = 0.2  # of its duration: repetitions to compare the SPARC with (evidence §1.4 row 23)


@cue("smoothness", lifts=lambda kind: not kind.swung, timed=True)
def smoothness(rep: Rep, seen: Seen) -> Measurement:
    """Measure how far the speed falls on the way up before it picks up again.

    At every moment the fall is that under the lower of the highest speeds
    before and after, as a share of the top speed; the value is the largest fall
    that shoulders and hips show together for 0.1 s: in %, 0 for one even push,
    100 for a full stop.

    Raises
    ------
    NotSeen
        Shoulders or hips are hidden on the way up.
    """
    way = way_up(rep, seen)
    grid_s, found = speeds(way, seen)
    if len(found) < 2 or any(speed.max() <= 0 for speed in found):
        raise NotSeen("way_up_hidden")
    begun = np.interp(grid_s, way.time_s, way.reached) >= BEGUN
    fall = _lasting(np.min([_fall(speed[begun]) for speed in found], axis=0))
    at = int(np.argmax(fall)) + int(np.argmax(begun))
    value, top = 100.0 * float(fall.max()), float(found[0].max())
    stopped_s = _stopped_s(found, at)
    return Measurement(
        value,
        unit="%",
        at_s=float(grid_s[at]),
        note="stopped" if stopped_s >= STOP_S else "",
        details={"stop": f"{stopped_s:.1f} s"},
        working=Working(
            lines=(("shoulder", "hip"), ("hip", "knee")),
            span_s=way.push_s,
            steps=(
                f"shoulders: top speed {top:.2f} leg lengths a second",
                f"speed at {grid_s[at]:.2f} s: {found[0][at]:.2f} leg lengths a second",
                f"fall that shoulders and hips share: {value:.0f} % of the top speed",
                partial(_compared, rep, seen),
            ),
            parts=(
                ("a smooth lifter's own spread", SIGMA),
                ("the speed's jitter", 100.0 * SPEED_SIGMA / top),
            ),
        ),
    )


def _fall(speed: FloatArray) -> FloatArray:
    """Fall of the speed under the lower of the peaks around it, (N,) of its top."""
    before = np.maximum.accumulate(speed)
    after = np.maximum.accumulate(speed[::-1])[::-1]
    return np.asarray((np.minimum(before, after) - speed) / speed.max())


def _lasting(fall: FloatArray) -> FloatArray:
    """What is kept up for 0.1 s around each moment, (N,)."""
    around = round(LEAST_LASTING_S / EVEN_S / 2)
    padded = np.pad(fall, around, mode="edge")
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, 2 * around + 1).min(axis=1))


def _stopped_s(found: list[FloatArray], at: int) -> float:
    """How long shoulders and hips all but stand still around a moment, seconds."""
    still = np.max([np.abs(speed) / speed.max() for speed in found], axis=0) < STANDS_STILL
    if not still[at]:
        return 0.0
    moves = np.flatnonzero(~still)
    before, after = moves[moves < at], moves[moves > at]
    first = before[-1] if before.size else -1
    last = after[0] if after.size else still.size
    return float(last - first - 1) * EVEN_S


def _compared(rep: Rep, seen: Seen) -> str:
    """The SPARC beside that of the lifter's other repetitions of about this duration."""
    own, others = way_up(rep, seen.near(rep)), []
    for other in seen.reps:
        alike = abs(other.concentric_s / rep.concentric_s - 1) <= ALIKE
        if other.index != rep.index and alike and other.comparable:
            try:
                others.append(way_up(other, seen.near(other)).sparc)
            except NotSeen:
                continue
    usual = f", of the repetitions like it {np.median(others):.2f}" if others else ""
    return f"SPARC (lower is less smooth) {own.sparc:.2f}{usual}"

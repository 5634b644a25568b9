"""The repetition keeps its tempo: the prescribed one, or a lowering under control.

Articles: 001 ("LOTS of tempo work", "3-3-3 tempo", "no need to rush"), 004 ("slow,
steady").
Evidence: ACSM 2009, Med Sci Sports Exerc 41:687: 1-2 s down and 1-2 s up are usual.
Floor deadlifts are commonly dropped, and a swing falls by itself: without a
prescribed tempo they aren't asked. A film that was sped up or slowed down has
another tempo than the lifter had; nothing in the picture tells.
"""

from __future__ import annotations

import math

import numpy as np

from formcheck.cues.judging.base import Measurement, NotSeen, Working, cue
from formcheck.cues.judging.seen import Seen
from formcheck.data import Rep

EDGE_SIGMA_S = 0.10  # of a phase's start or end, rendered lifters (docs/accuracy.md)
SHARE_SIGMA = 0.05  # a slow phase's ends are slower still, and harder to time
BEGINS_S = 0.1  # a lifter who moves from the first frame on may have begun before it
CONTROLLED_S = 1.0  # the shorter end of ACSM's 1-2 s down


def _asked(seen: Seen) -> bool:
    return seen.tempo is not None or not seen.kind.dropped


@cue("tempo", lifts=lambda kind: not kind.swung, asked=_asked, timed=True)
def tempo(rep: Rep, seen: Seen) -> Measurement:
    """Measure how far the tempo is off.

    With a prescribed tempo the value is the largest deviation of a phase:
    lowering, pause at the bottom or lifting. Without one it is what the
    lowering falls short of one second. Seconds, 0 or more.

    Raises
    ------
    NotSeen
        The clip begins or ends inside the repetition.
    """
    took = {
        "lowering": _lowering_s(rep, seen),
        "pause": _pause_s(rep, seen),
        "lifting": rep.concentric_s,
    }
    if seen.tempo is None:
        return _controlled(rep, took["lowering"], seen)
    plan = seen.tempo
    asked = dict(zip(took, (plan.eccentric_s, plan.pause_s, plan.concentric_s), strict=True))
    off = {name: took[name] - asked[name] for name in took if np.isfinite(took[name])}
    if "lowering" not in off or "lifting" not in off:
        raise NotSeen("phase_cut")
    phase = max(off, key=lambda name: abs(off[name]))
    return Measurement(
        abs(off[phase]),
        unit="s",
        at_s=rep.bottom_s,
        note=f"{phase}_{'long' if off[phase] > 0 else 'short'}",
        working=Working(
            lines=(),  # a tempo is no line
            span_s=(rep.start_s, rep.end_s),
            steps=tuple(
                f"{name} {took[name]:.2f} s, planned {asked[name]:g} s: {off[name]:+.2f} s"
                for name in off
            ),
            parts=_parts(asked[phase], seen),
        ),
    )


def _controlled(rep: Rep, lowering_s: float, seen: Seen) -> Measurement:
    """A lowering without a plan: at least a second is under control."""
    if not np.isfinite(lowering_s):
        raise NotSeen("phase_cut")
    short_s = max(CONTROLLED_S - lowering_s, 0.0)
    return Measurement(
        short_s,
        unit="s",
        at_s=rep.bottom_s,
        note="free",
        working=Working(
            lines=(),  # a tempo is no line
            span_s=(rep.start_s, rep.end_s),
            steps=(
                f"lowering {lowering_s:.2f} s",
                f"{CONTROLLED_S:g} s under control - {lowering_s:.2f} s = {short_s:.2f} s short",
            ),
            parts=_parts(lowering_s, seen),
        ),
    )


def _lowering_s(rep: Rep, seen: Seen) -> float:
    """Duration of the lowering; NaN where the film begins within it."""
    begins = rep.start_s - seen.of_set(_first_seen_s) < BEGINS_S
    from_top = seen.kind.starts == "top"
    return float("nan") if from_top and begins else rep.eccentric_s


def _pause_s(rep: Rep, seen: Seen) -> float:
    """Pause at the bottom; a lift from the floor has it before it, the first has none."""
    if seen.kind.starts == "top":
        return rep.pause_s
    before = seen.of_set(_by_index).get(rep.index - 1)
    if before is None or not before.complete:
        return float("nan")
    return max(rep.start_s - before.end_s, 0.0)


def _first_seen_s(seen: Seen) -> float:
    return float(seen.time_s[seen.body.seen][0])


def _by_index(seen: Seen) -> dict[int, Rep]:
    return {one.index: one for one in seen.reps}


def phase_sigma_s(phase_s: float, step_s: float) -> float:
    """How far a phase's duration may be off, seconds; ``step_s`` is from picture to picture."""
    return math.hypot(*(part for _, part in _errors(phase_s, step_s)))


def _parts(phase_s: float, seen: Seen) -> tuple[tuple[str, float], ...]:
    return _errors(phase_s, seen.times.step_s())


def _errors(phase_s: float, step_s: float) -> tuple[tuple[str, float], ...]:
    """Errors of a phase's duration, in seconds: of its two ends, and of its slowness."""
    both = math.sqrt(2)
    return (
        ("when it begins and ends", both * EDGE_SIGMA_S),
        ("the time between pictures", both * step_s / 2),
        ("how slowly it begins and ends", SHARE_SIGMA * phase_s),
    )

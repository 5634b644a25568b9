"""Cut the set into repetitions with phases and sub-frame times."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formcheck.data import Lift, MeasuredSet, Rejected, Rep, Signals, Tempo
from formcheck.reps.carry import EMPTY_HANDED, empty_handed
from formcheck.reps.cycles import LEAST_RISE_S, TOO_FAST, Cycle, Rises, find_cycles
from formcheck.reps.drive import height
from formcheck.reps.lifts import LIFTS, Family, LiftKind
from formcheck.reps.phases import Phases
from formcheck.reps.recognise import recognise

STANDS_S = 0.2
"""How long a lifter must be seen at the top of a clip that ends there; one who
is still on the way up doesn't pause for so long (our choice)."""

STANDS: dict[Family, float] = {"squat": 0.9, "hinge": 0.75}
HALF_BENT_DEG = 30.0
"""Who comes up less than this share of the way, with hips and knees bent by so much more
than when standing, and goes down again makes one and a half of a repetition. A hinge
that ends softly, leaning by 25°, makes 0.85 of its way (our choice)."""

HIGHER = 0.15
"""Share of the largest rise by which a first lift from the floor begins above the others
when the film begins in it: bottoms of one set differ by 0.05 (our choice)."""

TALLER = 0.05
"""Share of the rise by which a lifter may stand taller before it than after: more is
another posture (our choice)."""

HIDES_A_BOTTOM_S = 0.5
"""A bottom beside so long a time out of sight may not be the lowest point (our choice)."""

WAY_SEEN = 0.6
"""Share of the way up in which the lifter must be in sight (evidence §1.2)."""

LOWER_HANDS, PARKED_HANDS = 0.3, 0.12
"""Leg lengths by which the hands stay below the set's own swings when the bell is
only picked up, and at the end parked: swings of one set differ by 0.02 (our choice,
measured on a real set and on rendered ones)."""


def cut_set(
    signals: Signals,
    lift: str | Lift = "auto",
    *,
    tempo: Tempo | None = None,
    least_hz: float = 0.0,
) -> MeasuredSet:
    """Cut a set into its repetitions, of the lift that is named or that is recognised.

    Raises
    ------
    BadRequest
        ``lift`` is neither "auto" nor a lift we know.
    NoReps
        Nothing in the picture moves like a lift we know.

    Examples
    --------
    >>> from pathlib import Path
    >>> import formcheck
    >>> track = formcheck.load_poses(Path("sample_videos/poses/deadlift_good.npz"))
    >>> measured = formcheck.cut_set(formcheck.compute_signals(track))
    >>> [round(rep.bottom_s) for rep in measured.reps]
    [1, 4, 7]
    """
    rises = find_cycles(signals, insisted=lift != "auto")
    known = lift if isinstance(lift, Lift) else recognise(signals, lift, rises)
    reps, rejected = segment(signals, known, rises)
    return MeasuredSet(signals, known, reps, rejected, tempo, least_hz)


def segment(
    signals: Signals, lift: Lift, rises: Rises | None = None
) -> tuple[tuple[Rep, ...], tuple[Rejected, ...]]:
    """Find the repetitions of the set, and what was left out and why.

    A lift from the floor is counted when the lifter stands; one from the top
    when they come up again. The same rises are counted for every lift: the
    lift only tells where each repetition begins. ``rises`` spares finding them again.
    """
    cycles, rejected = rises or find_cycles(signals)
    kind = LIFTS[lift.name]
    if kind.swung:
        cycles, parked = _swung(signals, cycles)
        rejected = sorted([*rejected, *parked], key=lambda one: one.start_s)
    if not cycles:
        return (), tuple(rejected)
    reps = every_rep(signals, kind, cycles)
    why = {rep: TOO_FAST for rep in reps if rep.concentric_s < LEAST_RISE_S}
    if kind.hangs:
        why |= dict.fromkeys(empty_handed(signals, reps), EMPTY_HANDED)
    rejected = rejected + [Rejected(rep.start_s, rep.end_s, reason) for rep, reason in why.items()]
    reps = [rep for rep in reps if rep not in why]
    counted = [replace(rep, index=index) for index, rep in enumerate(_apart(reps), start=1)]
    return tuple(counted), tuple(sorted(rejected, key=lambda one: one.start_s))


def every_rep(signals: Signals, kind: LiftKind, cycles: list[Cycle]) -> list[Rep]:
    """Time each rise as a repetition of the lift, one done without the weight too."""
    phases = Phases(signals)
    if kind.starts == "bottom":
        reps = [_from_bottom(phases, cycle, swung=kind.swung) for cycle in cycles]
    else:
        cycles = _one_and_a_half(signals, cycles, STANDS[kind.family])
        hinge = kind.family == "hinge"
        reps = [_from_top(phases, cycle, hanging=kind.hangs, hinge=hinge) for cycle in cycles]
    return _begun_before(signals, reps, cycles)


def _one_and_a_half(signals: Signals, cycles: list[Cycle], stands: float) -> list[Cycle]:
    """Join a rise that ends half-way with the next one, which begins as low.

    Only of lifts from the top: from the floor such a rise is an attempt of its own.
    """
    joined: list[Cycle] = []
    for cycle in cycles:
        last = joined[-1] if joined else None
        if last is not None and _goes_on(signals, last, cycle, stands):
            joined[-1] = replace(cycle, before=last.before, landed=last.landed or last.bottom)
        else:
            joined.append(cycle)
    return joined


def _goes_on(signals: Signals, last: Cycle, cycle: Cycle, stands: float) -> bool:
    """The lifter didn't stand at the end of one rise, but does after the next."""
    way = stands * (cycle.top.value - last.bottom.value)
    bend = signals.guesses.shape_deg["hip"] + signals.guesses.shape_deg["knee"]
    return (
        last.after is not None
        and last.after.at == cycle.bottom.at
        and last.rise < way < cycle.rise
        and bool(bend[last.top.at] - bend[cycle.top.at] > HALF_BENT_DEG)
    )


def _swung(signals: Signals, cycles: list[Cycle]) -> tuple[list[Cycle], list[Rejected]]:
    """Keep the rises whose hands swing up; picking up or parking the bell is none."""
    hands = signals.guesses.gap_legs["wrist_over_hip"]
    peaks = []
    for cycle in cycles:
        last = cycle.after.at if cycle.after is not None else len(hands) - 1
        part = hands[cycle.bottom.at : last + 1]
        peaks.append(float(np.nanmax(part)) if np.isfinite(part).any() else float("nan"))
    usual = float(np.nanmedian(peaks)) if np.isfinite(peaks).any() else -np.inf
    kept, parked = [], []
    for cycle, peak in zip(cycles, peaks, strict=True):
        # A first swing may be a small one; after the last one the bell is parked.
        lower = PARKED_HANDS if cycle is cycles[-1] and len(cycles) > 1 else LOWER_HANDS
        if peak < usual - lower:
            start_s, end_s = (float(signals.time_s[turn.at]) for turn in (cycle.bottom, cycle.top))
            parked.append(Rejected(start_s, end_s, "the bell is picked up or parked"))
        else:
            kept.append(cycle)
    return kept, parked


def _apart(reps: list[Rep]) -> list[Rep]:
    """Let repetitions that follow one another at once share one moment."""
    out = reps[:1]
    for following in reps[1:]:
        over_s = max((out[-1].end_s - following.start_s) / 2, 0.0)
        out[-1] = _moved(out[-1], end_s=-over_s)
        out.append(_moved(following, start_s=over_s))
    return out


def _moved(rep: Rep, *, start_s: float = 0.0, end_s: float = 0.0) -> Rep:
    """The repetition with its start or end moved by so much."""
    if rep.bottom_s == rep.start_s:  # from the floor: up, then down
        return replace(
            rep,
            start_s=rep.start_s + start_s,
            bottom_s=rep.bottom_s + start_s,
            end_s=rep.end_s + end_s,
            concentric_s=rep.concentric_s - start_s,
            eccentric_s=rep.eccentric_s + end_s,
        )
    return replace(
        rep,
        start_s=rep.start_s + start_s,
        top_s=rep.top_s + end_s,
        end_s=rep.end_s + end_s,
        concentric_s=rep.concentric_s + end_s,
        eccentric_s=rep.eccentric_s - start_s,
    )


def _begun_before(signals: Signals, reps: list[Rep], cycles: list[Cycle]) -> list[Rep]:
    """Mark a first lift that the film begins in: from higher up than all the others."""
    known = np.flatnonzero(np.isfinite(height(signals)))
    first, others = cycles[0], cycles[1:]
    if not others or first.bottom.at != known[0]:
        return reps
    usual = float(np.median([one.bottom.value for one in others]))
    late = first.bottom.value - usual > HIGHER * max(one.rise for one in others)
    return [replace(reps[0], cut=True, complete=False), *reps[1:]] if late else reps


def _from_bottom(phases: Phases, cycle: Cycle, *, swung: bool) -> Rep:
    """A lift from the floor, or a swing: rise, hold, lower."""
    low, high = phases.place(cycle.bottom.at), phases.place(cycle.top.at)
    earliest = phases.place(cycle.before.at) if cycle.before is not None else 0
    last = len(phases.height) - 1
    start_s = phases.leaves_floor_s(low, high, earliest)
    after = last if cycle.after is None else phases.place(cycle.after.at)
    top_s = phases.stands_s(low, high, after, swung=swung)
    end_s, leave_s = top_s, float("nan")
    if cycle.after is not None:
        leave_s = phases.leaves_top_s(high, after)
        # The load is down where it was picked up, however deep the lifter crouches then.
        floor = max(cycle.bottom.value, cycle.after.value)
        end_s = phases.arrives_low_s(high, after, floor)
        top_s = max(min(top_s, leave_s), start_s)
    begins = low == 0 and phases.moving(0)
    ends = cycle.after is not None and after == last and phases.moving(last)
    cut = low == 0 and phases.under_way(0, low, high)
    cut |= high == last and phases.under_way(last, low, high)
    return Rep(
        index=0,
        start_s=start_s,
        bottom_s=start_s,
        top_s=top_s,
        end_s=end_s,
        complete=cycle.after is not None and not (begins or ends),
        eccentric_s=phases.spans_s(leave_s, end_s),
        pause_s=phases.spans_s(top_s, leave_s),
        concentric_s=phases.spans_s(start_s, top_s),
        top_seen=_top_seen(phases, high, top_s),
        way_seen=_way_seen(phases, low, start_s, top_s),
        cut=cut,
    )


def _from_top(phases: Phases, cycle: Cycle, *, hanging: bool, hinge: bool) -> Rep:
    """A lift from the top: lower, hold, rise; ``hanging`` says that the arms hold the load."""
    low, high = phases.place(cycle.bottom.at), phases.place(cycle.top.at)
    last = len(phases.height) - 1
    after = last if cycle.after is None else phases.place(cycle.after.at)
    leave_s = phases.leaves_bottom_s(low, high, hanging=hanging)
    bottom_s = phases.turns_s(low)
    top_s = phases.hidden.stands_s(bottom_s, phases.stands_s(low, high, after))
    start_s, arrive_s, begins = leave_s, float("nan"), True
    # A hinge that the film shows from the bottom on is like one from the floor.
    cut = cycle.before is None and (not hinge or phases.under_way(0, low, high))
    cut |= high == last and phases.under_way(last, low, high)
    if cycle.before is not None:
        before = phases.place(cycle.before.at)
        landed = low if cycle.landed is None else phases.place(cycle.landed.at)
        # Who stood taller before, on the toes or with the bar in the rack, doesn't sink yet.
        taller = cycle.before.value - cycle.top.value > TALLER * cycle.rise
        tall = high if taller else before
        start_s = phases.hidden.leaves_s(bottom_s, phases.bends_s(before, landed, tall))
        arrive_s = phases.arrives_low_s(before, landed)
        cut |= before == 0 and phases.under_way(0, before, landed)
        begins = before == 0 and phases.moving(0)
    ends = high == last and phases.moving(high)
    return Rep(
        index=0,
        start_s=start_s,
        bottom_s=bottom_s,
        top_s=top_s,
        end_s=top_s,
        complete=not (begins or ends),
        eccentric_s=phases.spans_s(start_s, arrive_s),
        # Of one and a half what lies between is no pause.
        pause_s=phases.spans_s(arrive_s, max(leave_s, arrive_s))
        if cycle.landed is None
        else float("nan"),
        concentric_s=phases.spans_s(leave_s, top_s),
        top_seen=_top_seen(phases, high, top_s),
        way_seen=_way_seen(phases, low, bottom_s, top_s),
        cut=cut,
    )


def _top_seen(phases: Phases, high: int, top_s: float) -> bool:
    """The lifter is in sight when they stand, and the clip goes on for a while."""
    time_s, last = phases.time_s, len(phases.height) - 1
    if high == last:
        return bool(time_s[last] - top_s >= STANDS_S)
    step_s = phases.usual_s
    return bool(time_s[high + 1] - time_s[high] < max(0.1, 3 * step_s))


def _way_seen(phases: Phases, low: int, bottom_s: float, top_s: float) -> bool:
    """The lifter is in sight at the bottom and for most of the way up."""
    around_s = phases.time_s[max(low - 1, 0) : low + 2]
    if np.diff(around_s).max(initial=0.0) > HIDES_A_BOTTOM_S:
        return False
    return phases.unseen_s(bottom_s, top_s) <= (1 - WAY_SEEN) * (top_s - bottom_s)

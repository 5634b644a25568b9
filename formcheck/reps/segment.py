"""Cut the set into repetitions with phases and sub-frame times."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formcheck.data import FloatArray, Lift, Rejected, Rep, Signals
from formcheck.reps.cycles import LEAST_RISE, Cycle, find_cycles
from formcheck.reps.drive import height, hip_height
from formcheck.reps.hidden import Hidden
from formcheck.reps.lifts import LIFTS
from formcheck.reps.turning import Turn

STILL = 0.05
"""A phase ends where the speed falls under this share of its peak (§4.2)."""

STILL_PER_S = 0.06
"""Slower than this share of the set's range per second is standing still:
breathing and the engine's jitter make up to 0.04 (our choice, measured on the
real clips)."""

STICKS_S = 0.3
"""A pause within a phase may last this long: hips that shot up wait for the
shoulders (our choice)."""

STANDS_S = 0.2
"""How long a lifter must be seen at the top of a clip that ends there; one who
is still on the way up doesn't pause for so long (our choice)."""

LOWER_HANDS, PARKED_HANDS = 0.3, 0.12
"""Leg lengths by which the hands stay below the set's own swings when the bell is
only picked up, and at the end parked: swings of one set differ by 0.02 (our choice,
measured on a real set and on rendered ones)."""

LEAN_RANGE_DEG = 60.0
"""Trunk lean that counts as one range: a hinge's own (evidence §1.1)."""

LEG_RANGE_DEG = 100.0
"""Bend of hip and knee, each, that counts as one range: a squat's own (our choice)."""

LEGS_UP_TO_DEG = 45.0
"""Yaw up to which the picture shows how far the legs bend (evidence §2.3)."""


def segment(signals: Signals, lift: Lift) -> tuple[tuple[Rep, ...], tuple[Rejected, ...]]:
    """Find the repetitions of the set, and what was left out and why.

    A lift from the floor is counted when the lifter stands; one from the top
    when they come up again. The same rises are counted for every lift: the
    lift only tells where each repetition begins.
    """
    cycles, rejected = find_cycles(signals)
    if lift.name == "kettlebell_swing":
        cycles, parked = _swung(signals, cycles)
        rejected = sorted([*rejected, *parked], key=lambda one: one.start_s)
    if not cycles:
        return (), tuple(rejected)
    motion = _Motion(signals)
    build = motion.from_bottom if LIFTS[lift.name].starts == "bottom" else motion.from_top
    reps = [build(index, cycle) for index, cycle in enumerate(cycles, start=1)]
    return tuple(_apart(reps)), tuple(rejected)


def _swung(signals: Signals, cycles: list[Cycle]) -> tuple[list[Cycle], list[Rejected]]:
    """Keep the rises whose hands swing up; picking up or parking the bell is none."""
    hands = signals.gap_legs["wrist_over_hip"]
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


class _Motion:
    """Heights and speeds over the frames where the lifter is seen.

    Speeds are shares of the set's own range per second, so that the height of
    the shoulders and the lean of the trunk can stand in for each other: near
    the top the trunk still comes up while the shoulders hardly rise.
    """

    def __init__(self, signals: Signals) -> None:
        drive = height(signals)
        self.known = np.flatnonzero(np.isfinite(drive))
        self.time_s = signals.time_s[self.known]
        self.height = drive[self.known]
        tall = max(float(np.ptp(np.percentile(self.height, [3, 97]))), LEAST_RISE)
        self.rise = self._speed(self.height) / tall
        hips = self._speed(hip_height(signals)[self.known]) / tall
        lean = signals.lean_deg[self.known]
        straighten = -self._speed(lean) / LEAN_RANGE_DEG
        # Hips that rise before the shoulders begin the lift as well, and a
        # trunk that still straightens isn't at the top.
        self.lift_off = np.fmax(self.rise, hips)
        self.standing_up = np.fmax(self.rise, straighten)
        self.lowering = np.fmax(-self.rise, -straighten)
        # The first and last degrees of a bending knee hardly move the shoulders.
        opening = self._opening(signals)
        self.opening = np.where(np.isfinite(opening), opening, straighten)
        self.going_down = np.fmax(self.lowering, -opening)
        self.hidden = Hidden(signals, np.isfinite(drive))

    def _opening(self, signals: Signals) -> FloatArray:
        """How fast hip and knee open, in ranges per second; NaN where not seen."""
        if signals.view.yaw_deg > LEGS_UP_TO_DEG:
            return np.full(self.known.size, np.nan)
        seen, guessed = (
            -self._speed((angles["hip"] + angles["knee"])[self.known]) / (2 * LEG_RANGE_DEG)
            for angles in (signals.angles_deg, signals.shape_deg)
        )
        return np.where(np.isfinite(seen), seen, guessed)

    def _speed(self, values: FloatArray) -> FloatArray:
        """Change per second; NaN where the value isn't known."""
        return np.asarray(np.gradient(values, self.time_s))

    def from_bottom(self, index: int, cycle: Cycle) -> Rep:
        """A lift from the floor: rise, hold, lower."""
        low, high = self._place(cycle.bottom.at), self._place(cycle.top.at)
        earliest = self._place(cycle.before.at) if cycle.before is not None else 0
        start_s = self._leave(self.lift_off, low, high, since=earliest)
        end_s, hold_s, lower_s = float("nan"), float("nan"), float("nan")
        after = len(self.height) - 1
        if cycle.after is not None:
            after = self._place(cycle.after.at)
            leave_s = self._leave(self.lowering, high, after)
            end_s = self._arrive(-self.rise, high, after)
            lower_s = end_s - leave_s
        top_s = self._arrive(self.standing_up, low, high, until=after)
        if cycle.after is not None:
            top_s = max(min(top_s, leave_s), start_s)
            hold_s = max(leave_s - top_s, 0.0)
        return Rep(
            index=index,
            start_s=start_s,
            bottom_s=start_s,
            top_s=top_s,
            end_s=end_s if cycle.after is not None else top_s,
            complete=cycle.after is not None and not self._cut(low, cycle.after),
            eccentric_s=lower_s,
            pause_s=hold_s,
            concentric_s=top_s - start_s,
            top_seen=self._top_seen(high, top_s),
        )

    def from_top(self, index: int, cycle: Cycle) -> Rep:
        """A lift from the top: lower, hold, rise."""
        low, high = self._place(cycle.bottom.at), self._place(cycle.top.at)
        after = self._place(cycle.after.at) if cycle.after is not None else len(self.height) - 1
        leave_s = self._leave(self.lift_off, low, high)
        bottom_s = self._extreme_s(low)
        top_s = self._arrive(self.standing_up, low, high, until=after)
        top_s = self.hidden.stands_s(bottom_s, top_s)
        start_s, hold_s, lower_s = leave_s, float("nan"), float("nan")
        if cycle.before is not None:
            before = self._place(cycle.before.at)
            start_s = self._leave(self.going_down, before, low, turned=False)
            start_s = self.hidden.leaves_s(bottom_s, start_s)
            arrive_s = self._arrive(-self.rise, before, low)
            hold_s, lower_s = max(leave_s - arrive_s, 0.0), arrive_s - start_s
        return Rep(
            index=index,
            start_s=start_s,
            bottom_s=bottom_s,
            top_s=top_s,
            end_s=top_s,
            complete=cycle.before is not None and not self._cut_at_end(high),
            eccentric_s=lower_s,
            pause_s=hold_s,
            concentric_s=top_s - leave_s,
            top_seen=self._top_seen(high, top_s),
        )

    def _top_seen(self, high: int, top_s: float) -> bool:
        """The lifter is in sight when they stand, and the clip goes on for a while."""
        last = len(self.height) - 1
        if high == last:
            return bool(self.time_s[last] - top_s >= STANDS_S)
        step_s = float(np.median(np.diff(self.time_s)))
        return bool(self.time_s[high + 1] - self.time_s[high] < max(0.1, 3 * step_s))

    def _place(self, frame: int) -> int:
        """Index among the known frames."""
        return int(np.searchsorted(self.known, frame))

    def _leave(
        self,
        speed: FloatArray,
        start: int,
        stop: int,
        since: int | None = None,
        *,
        turned: bool = True,
    ) -> float:
        """When the movement between two turns begins; it may have since ``since``.

        Hips that shoot up begin the lift while the shoulders still sink; a
        lifter who leaned back bends while they still rise: then it doesn't
        begin at the shoulders' turn.
        """
        first = start if since is None else since
        fastest = speed
        if not turned:
            # Guessed legs may jump: it is the shoulders that tell when it is under way.
            first, fastest = self._opened(start), np.abs(self.rise)
        peak = start + int(np.nanargmax(fastest[start : stop + 1]))
        line = max(STILL * speed[peak], STILL_PER_S)
        at = peak
        while at > first:
            if speed[at - 1] > line:
                at -= 1
                continue
            if since is None:
                break
            # A lift that sticks for a moment has begun before it.
            near = (self.time_s[first:at] >= self.time_s[at] - STICKS_S) & (
                speed[first:at] > 3 * line
            )
            if not near.any():
                break
            at = first + int(np.flatnonzero(near)[-1])
        return self._crossing_s(speed, at - 1, at, line) if at > first else float(self.time_s[at])

    def _opened(self, at: int) -> int:
        """Since when hips and knees no longer open, before this turn of the shoulders."""
        while at > 0 and not self.opening[at - 1] > STILL_PER_S:
            at -= 1
        return at

    def _arrive(self, speed: FloatArray, start: int, stop: int, until: int | None = None) -> float:
        """When the movement between two turns is over; it may go on to ``until``."""
        rising = np.abs(self.rise[start : stop + 1])
        peak = start + int(np.nanargmax(rising))
        line = max(STILL * speed[peak], STILL_PER_S)
        at, last = peak, stop if until is None else until
        while at < last and speed[at + 1] > line:
            at += 1
        return self._crossing_s(speed, at, at + 1, line) if at < last else float(self.time_s[at])

    def _crossing_s(self, speed: FloatArray, one: int, other: int, line: float) -> float:
        """Time between two frames at which the speed crosses a line."""
        change = speed[other] - speed[one]
        share = (line - speed[one]) / change if change != 0 else 0.0
        gap_s = self.time_s[other] - self.time_s[one]
        return float(self.time_s[one] + np.clip(share, 0.0, 1.0) * gap_s)

    def _extreme_s(self, at: int) -> float:
        """Time of a turning point, by the parabola through its neighbours."""
        if at == 0 or at + 1 >= len(self.height):
            return float(self.time_s[at])
        before, here, after = self.height[at - 1 : at + 2]
        bend = before - 2 * here + after
        shift = 0.5 * (before - after) / bend if bend > 0 else 0.0
        step_s = (self.time_s[at + 1] - self.time_s[at - 1]) / 2
        return float(self.time_s[at] + np.clip(shift, -0.5, 0.5) * step_s)

    def _cut_at_end(self, high: int) -> bool:
        """The clip ends while the lifter is still rising."""
        return high == len(self.height) - 1 and self._moving(high)

    def _cut(self, low: int, after: Turn | None) -> bool:
        """The clip begins or ends inside this lift from the floor."""
        begins = low == 0 and self._moving(0)
        last = len(self.height) - 1
        ends = after is not None and self._place(after.at) == last and self._moving(last)
        return begins or ends

    def _moving(self, at: int) -> bool:
        """Faster than a fifth of the set's own top speed."""
        return bool(abs(self.rise[at]) > 0.2 * np.nanmax(np.abs(self.rise)))

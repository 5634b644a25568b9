"""When each phase of a repetition begins and ends.

A phase runs from one true turning point of the lift to the next: where the shoulders
have left the one for good, and where they have come to the other. What happens in
between, a stop or a dip, belongs to it. From there the moment is followed outwards
for as long as anything still moves, and in a slow phase, whose beginning is slower
than breathing, to where the way made would have been nothing.
"""

from __future__ import annotations

import numpy as np

from formcheck.data import BoolArray, FloatArray, Signals
from formcheck.reps.cycles import LEAST_RISE
from formcheck.reps.drive import height, hip_height, wrist_height
from formcheck.reps.hidden import Hidden
from formcheck.signals.frame_times import FrameTimes

NEAR = 0.05
"""Share of the way within which a lifter is still at a turning point: sway and the
engine's jitter there make 0.02 (our choice, measured on the real clips)."""

SETTLES = 0.12
"""Share of the way down within which a lifter who stops still stands: knees and hips
unlocked, breath taken. One sagged by 0.1 for 3 s before a squat (our choice)."""

WAITS_S = 2.5
STRAIGHT_DEG = 10.0
"""Hips and knees bent by no more than this together stand, however the shoulders go on
to rise: a lifter comes nearer, or lifts the shoulders (our choice)."""

BENT_DEG = 45.0
"""Who holds still for so long within the upper third of the way, with hips and knees
bent by less than this together, stands: a soft stand bends them by 30°, a squat that
is stopped a fifth of the way down by 100° (our choice)."""

SET_UP = 0.35
"""Of a lift with hanging arms, so far up a hold with the hands still down is the
set-up: hips raised and slack taken out before the pull (our choice)."""

SET_UP_S, LOW_SHARE = 1.0, 0.1
"""Where the hands aren't seen, a hold is the set-up if it lasts so long or is so low:
who sticks on the way does so for a shorter time and higher up (our choice)."""

HANDS_DOWN = 0.2
"""Of their own way, so high the hands still hold a bar on the floor: in set-ups they
read up to 0.18 (our choice, measured on the real clips)."""

STILL = 0.05
"""A phase ends where the speed falls under this share of its peak (§4.2)."""

STILL_PER_S = 0.06
"""Slower than this share of the set's range per second may be standing still:
breathing and the engine's jitter make up to 0.04 (our choice, measured on the
real clips)."""

LEAST_BEND_DEG = 40.0
"""Hip and knee together must bend this much for the bend to tell a phase's ends: a
hinge bends them by 70° and more (our choice)."""

GAP = 3.0
"""Intervals longer than so many usual ones are time out of sight (our choice)."""

STOPPED_PER_S = 0.1
"""Shares of the way a second under which a slow phase stands: one of 12 s goes through
its middle at 0.13 (our choice)."""

STANDING_S = 0.2
"""Around a top, over which the bend of standing is taken: it jitters by 5° (our choice)."""

CORE = (0.25, 0.75)
SLOW_S = 0.8
"""A phase that takes this long over the middle half of its way, 2.4 s for the whole,
begins and ends slower than ``STILL_PER_S`` for 0.1 s (half a cosine)."""

LEVELS = (0.03, 0.12)
"""Shares of a slow phase's way that its ends are read from: of the bend of hip and
knee where it is seen, as the first degrees from standing hardly move the shoulders.
The second
is four times the first: with a steady push its time is twice the first's."""

BACK = 0.7
"""Of the time between the levels, that the beginning lies before the first: 1 for a
steady push, 0.33 for an even speed. So it is 0.03 of the phase late for half a cosine,
as early for even speed, and 0.08 late for a movement of least jerk."""

MOST_LEVEL = 0.6
"""Of the time for the middle half, that an end may lie beyond its first level: of half
a cosine 0.27, of a movement of least jerk 0.34 (our choice)."""

STICKS_S = 0.3
"""A pause at the beginning may last this long: hips that shot up wait for the
shoulders (our choice)."""

UNDER_WAY = 0.6
EDGE_S = 0.1
"""A phase that is this share as fast as it gets, all of this time, has made a tenth of
its way (half a cosine): it has begun before the film, or goes on after it."""

LEAN_RANGE_DEG = 60.0
"""Trunk lean that counts as one range: a hinge's own (evidence §1.1)."""

LEG_RANGE_DEG = 100.0
"""Bend of hip and knee, each, that counts as one range: a squat's own (our choice)."""

LEGS_UP_TO_DEG = 45.0
"""Yaw up to which the picture shows how far the legs bend (evidence §2.3)."""


class Phases:
    """Heights and speeds over the frames where the lifter is seen.

    Frames are counted among these (``place`` finds them). Speeds are shares of the
    set's own range per second, so that the height of the shoulders and the lean of
    the trunk can stand in for each other: near the top the trunk still comes up while
    the shoulders hardly rise.
    """

    def __init__(self, signals: Signals) -> None:
        drive = height(signals)
        self.known = np.flatnonzero(np.isfinite(drive))
        self.time_s = signals.time_s[self.known]
        self.height = drive[self.known]
        self.hands = wrist_height(signals)[self.known]
        self.stretch = signals.time.stretch[self.known]
        tall = max(float(np.ptp(np.percentile(self.height, [3, 97]))), LEAST_RISE)
        self.rise = self._speed(self.height) / tall
        hips = self._speed(hip_height(signals)[self.known]) / tall
        lean = signals.guesses.lean_deg[self.known]
        straighten = -self._speed(lean) / LEAN_RANGE_DEG
        # Hips that rise before the shoulders begin the lift as well, and a
        # trunk that still straightens isn't at the top.
        self.lift_off = np.fmax(self.rise, hips)
        self.standing_up = np.fmax(self.rise, straighten)
        self.lowering = np.fmax(-self.rise, -straighten)
        # The first and last degrees of a bending knee hardly move the shoulders.
        self.bend = self._bend(signals)
        opening = self._opening(signals)
        self.opening = np.where(np.isfinite(opening), opening, straighten)
        self.going_down = np.fmax(self.lowering, -opening)
        self.hidden = Hidden(signals, np.isfinite(drive))
        self._fastest = float(np.nanmax(np.abs(self.rise)))
        self.usual_s = FrameTimes(self.time_s).step_s()
        edges = np.flatnonzero(np.diff(self.stretch))
        self._gaps_s = self.time_s[edges], self.time_s[edges + 1]

    def _opening(self, signals: Signals) -> FloatArray:
        """How fast hip and knee open, in ranges per second; NaN where not seen."""
        if signals.stance.view.yaw_deg > LEGS_UP_TO_DEG:
            return np.full(self.known.size, np.nan)
        guesses = signals.guesses.shape_deg
        seen, guessed = (
            -self._speed(bend) / (2 * LEG_RANGE_DEG)
            for bend in (self.bend, (guesses["hip"] + guesses["knee"])[self.known])
        )
        return np.where(np.isfinite(seen), seen, guessed)

    def _bend(self, signals: Signals) -> FloatArray:
        """Bend of hip and knee together, degrees; NaN where it isn't seen."""
        if signals.stance.view.yaw_deg > LEGS_UP_TO_DEG:
            return np.full(self.known.size, np.nan)
        hip, knee = (signals.angles_deg[name].value for name in ("hip", "knee"))
        return np.asarray((hip + knee)[self.known])

    def _speed(self, values: FloatArray) -> FloatArray:
        """Change per second within each stretch of time; NaN where it isn't known."""
        out = np.full(values.shape, np.nan)
        edges = np.flatnonzero(np.diff(self.stretch)) + 1
        for part in np.split(np.arange(values.size), edges):
            out[part] = np.gradient(values[part], self.time_s[part]) if part.size > 1 else 0.0
        return out

    def place(self, frame: int) -> int:
        """Index among the known frames."""
        return int(np.searchsorted(self.known, frame))

    def spans_s(self, start_s: float, stop_s: float) -> float:
        """How long a phase lasts; NaN where the film has a gap in it."""
        if not (np.isfinite(start_s) and np.isfinite(stop_s)):
            return float("nan")
        return float("nan") if self._changes(start_s, stop_s) else stop_s - start_s

    def _changes(self, start_s: float, stop_s: float) -> bool:
        """The film has a gap or a jump cut between two moments."""
        begins_s, ends_s = self._gaps_s
        return bool(((begins_s < stop_s - 1e-6) & (ends_s > start_s + 1e-6)).any())

    def unseen_s(self, start_s: float, stop_s: float) -> float:
        """For how long of this time the lifter is out of sight."""
        first = max(int(np.searchsorted(self.time_s, start_s, side="right")) - 1, 0)
        inside_s = self.time_s[first : int(np.searchsorted(self.time_s, stop_s)) + 1]
        before_s, after_s = inside_s[:-1], inside_s[1:]
        within_s = np.minimum(after_s, stop_s) - np.maximum(before_s, start_s)
        lost = (after_s - before_s > GAP * self.usual_s) & (within_s > 0)
        return float(within_s[lost].sum())

    def leaves_floor_s(self, low: int, high: int, since: int) -> float:
        """When a lift from the floor begins; it may have since ``since``."""
        low = self._pulls_from(low, high)
        left = self._left(low, high)
        at = self._back(self.lift_off, left, since, self._line(self.lift_off, low, high), STICKS_S)
        return self._begins_s(self.lift_off, at, low, high)

    def leaves_bottom_s(self, low: int, high: int, *, hanging: bool) -> float:
        """When a lifter comes up from the bottom of a lift from the top.

        ``hanging`` says that the arms hang, and with them the load.
        """
        if hanging:
            low = self._pulls_from(low, high)
        left = self._left(low, high)
        at = self._back(self.lift_off, left, low, self._line(self.lift_off, low, high))
        return self._begins_s(self.lift_off, at, low, high)

    def leaves_top_s(self, high: int, low: int) -> float:
        """When a lift from the floor is lowered."""
        left = self._left_standing(high, low)
        at = self._back(self.lowering, left, high, self._line(self.lowering, high, low))
        return self._begins_s(self.lowering, at, high, low, high)

    def bends_s(self, high: int, low: int, tall: int) -> float:
        """When a lift from the top begins; at ``tall`` the lifter stands.

        A lifter who leaned back bends while the shoulders still rise: then it doesn't
        begin at the shoulders' turn. Guessed legs may jump: it is the shoulders that
        tell when it is under way.
        """
        left = self._left_standing(high, low, float(self.height[tall]))
        line = max(STILL * float(np.abs(self.rise[high : low + 1]).max()), STILL_PER_S)
        at = self._back(self.going_down, left, self._opened(high), line)
        return self._begins_s(self.going_down, at, high, low, tall)

    def arrives_low_s(self, high: int, low: int, floor: float | None = None) -> float:
        """When the lowering is over; ``floor`` is the height the lift began at."""
        arrived = self._arrived(high, low, floor)
        at = self._on(-self.rise, arrived, low, self._line(np.abs(self.rise), high, low))
        return self._ends_s(-self.rise, at, high, low, floor)

    def stands_s(self, low: int, high: int, until: int, *, swung: bool = False) -> float:
        """When the lifter stands; the trunk may straighten until ``until``.

        Arms that swing on lift the shoulders of a lifter who stands.
        """
        arrived = self._arrived(low, high, within=SETTLES if swung else NEAR)
        waits = self._waits(1.0 - self._share(low, high), high, low)
        straight = self.bend[low : high + 1] < STRAIGHT_DEG
        for standing in (waits, straight):
            if standing.any() and low < low + int(np.argmax(standing)) < arrived:
                arrived = high = low + int(np.argmax(standing))
        at = self._on(self.standing_up, arrived, until, self._line(np.abs(self.rise), low, high))
        return self._ends_s(self.standing_up, at, low, high, until=until, tall=high)

    def turns_s(self, at: int) -> float:
        """Time of a turning point, by the parabola through its neighbours."""
        if at == 0 or at + 1 >= len(self.height):
            return float(self.time_s[at])
        before, here, after = self.height[at - 1 : at + 2]
        bend = before - 2 * here + after
        shift = 0.5 * (before - after) / bend if bend > 0 else 0.0
        step_s = (self.time_s[at + 1] - self.time_s[at - 1]) / 2
        return float(self.time_s[at] + np.clip(shift, -0.5, 0.5) * step_s)

    def moving(self, at: int) -> bool:
        """Faster than a fifth of the set's own top speed."""
        return bool(abs(self.rise[at]) > 0.2 * self._fastest)

    def under_way(self, at: int, start: int, stop: int) -> bool:
        """At the film's first or last frame a good part of this phase is already made."""
        at_s = float(self.time_s[at])
        first, until = np.searchsorted(self.time_s, [at_s - 2 * EDGE_S, at_s + 2 * EDGE_S])
        near = np.abs(self.time_s[first:until] - at_s) <= EDGE_S
        usual = float(np.nanmax(np.abs(self.rise[start : stop + 1])))
        return bool(np.nanmin(np.abs(self.rise[first:until][near])) > UNDER_WAY * usual)

    def _share(
        self, start: int, stop: int, begin: float | None = None, end: float | None = None
    ) -> FloatArray:
        """Share of the way from one turn to the other, from 0 to 1; heights may be given."""
        first = self.height[start] if begin is None else begin
        last = self.height[stop] if end is None else end
        way = last - first
        return np.asarray((self.height[start : stop + 1] - first) / (way if way else 1.0))

    def _left(self, start: int, stop: int, begin: float | None = None, within: float = NEAR) -> int:
        """The last frame that is still at the first turn."""
        near = self._share(start, stop, begin) <= within
        return start + int(np.flatnonzero(near)[-1]) if near.any() else start

    def _waits(self, share: FloatArray, high: int, low: int) -> BoolArray:
        """Frames from which a standing lifter holds still for long; ``share`` is the way down.

        High and low are the first and last frame, in either order.
        """
        first, last = sorted((high, low))
        time_s = self.time_s[first : last + 1]
        later = np.interp(time_s + WAITS_S, time_s, share)
        bent = self.bend[first : last + 1] > BENT_DEG
        still = (np.abs(later - share) < NEAR) & (time_s + WAITS_S <= time_s[-1])
        return np.asarray(still & (share < SET_UP) & ~bent)

    def _left_standing(self, high: int, low: int, tall: float | None = None) -> int:
        """The last frame of standing before the way down, a long wait included."""
        left = self._left(high, low, tall, SETTLES)
        upright = np.flatnonzero(~(self.bend[high : left + 1] > BENT_DEG))
        left = high + int(upright[-1]) if upright.size else left
        waits = self._waits(self._share(high, low, tall), high, low)
        if not waits.any():
            return left
        over_s = self.time_s[high + int(np.flatnonzero(waits)[-1])] + WAITS_S
        return max(left, int(np.searchsorted(self.time_s, over_s)))

    def _arrived(
        self, start: int, stop: int, end: float | None = None, within: float = NEAR
    ) -> int:
        """The first frame that is at the second turn."""
        there = self._share(start, stop, end=end) >= 1.0 - within
        return start + int(np.argmax(there)) if there.any() else stop

    def _pulls_from(self, low: int, high: int) -> int:
        """From where a lift from the floor is pulled: the end of the set-up's last hold."""
        share = self._share(low, high)
        still = ~(self.lift_off[low : high + 1] > self._line(self.lift_off, low, high))
        hands = self.hands[low : high + 1]
        way = hands[-1] - hands[0]
        raised = (hands - hands[0]) / way if way > 0 else np.full(hands.shape, np.nan)
        time_s = self.time_s[low : high + 1]
        later = np.interp(time_s + SET_UP_S, time_s, share)
        long = (later - share < NEAR) & (time_s + SET_UP_S < time_s[-1])
        # Where the hands aren't seen, only what is low or lasts is the set-up.
        unseen = ~np.isfinite(raised)
        waits = (share < SET_UP) & (long | (still & (share < LOW_SHARE))) & unseen
        waits |= (share < SET_UP) & still & (raised <= HANDS_DOWN)
        if not waits.any():
            return low
        last = int(np.flatnonzero(waits)[-1])
        until_s = time_s[last] + (SET_UP_S if long[last] and unseen[last] else 0.0)
        return low + int(np.searchsorted(time_s, until_s))

    def _line(self, speed: FloatArray, start: int, stop: int) -> float:
        """Slower than this the phase between two turns hasn't begun, or is over."""
        return max(STILL * float(np.nanmax(speed[start : stop + 1])), STILL_PER_S)

    def _back(
        self, speed: FloatArray, at: int, first: int, line: float, sticks_s: float = 0.0
    ) -> int:
        """Follow a movement back to where it begins, at most to ``first``."""
        while at > first:
            if speed[at - 1] > line and self.stretch[at - 1] == self.stretch[at]:
                at -= 1
                continue
            # A lift that sticks for a moment has begun before it.
            near = (self.time_s[first:at] >= self.time_s[at] - sticks_s) & (
                speed[first:at] > 3 * line
            )
            if not near.any():
                break
            at = first + int(np.flatnonzero(near)[-1])
        return at

    def _on(self, speed: FloatArray, at: int, last: int, line: float) -> int:
        """Follow a movement on to where it is over, at most to ``last``."""
        while at < last and speed[at + 1] > line and self.stretch[at + 1] == self.stretch[at]:
            at += 1
        return at

    def _opened(self, at: int) -> int:
        """Since when hips and knees no longer open, before this turn of the shoulders."""
        while at > 0 and not self.opening[at - 1] > STILL_PER_S:
            at -= 1
        return at

    def _begins_s(
        self, speed: FloatArray, at: int, start: int, stop: int, tall: int | None = None
    ) -> float:
        """The moment a phase begins: between frames, or of a slow one beyond its levels.

        ``tall`` is a frame in which the lifter stands, if the phase begins so.
        """
        line = self._line(speed, start, stop)
        found_s = float(self.time_s[at])
        if at > 0 and speed[at - 1] <= line < speed[at]:
            found_s = self._crossing_s(speed, at - 1, at, line)
        begin = None if tall is None else float(self.height[tall])
        share = self._bent_share(start, stop, tall, stop)
        if share is None:
            share = self._share(start, stop, begin)
        time_s = self.time_s[start : stop + 1]
        return min(found_s, max(self._level_s(share, time_s), float(time_s[0])))

    def _ends_s(
        self,
        speed: FloatArray,
        at: int,
        start: int,
        stop: int,
        end: float | None = None,
        until: int | None = None,
        tall: int | None = None,
    ) -> float:
        """The moment a phase ends, likewise."""
        line = self._line(np.abs(self.rise), start, stop)
        last = stop if until is None else until
        found_s = float(self.time_s[at])
        if at < last and speed[at + 1] <= line < speed[at]:
            found_s = self._crossing_s(speed, at, at + 1, line)
        share = self._bent_share(start, stop, tall, start)
        if share is None:
            share = 1.0 - self._share(start, stop, end=end)
        time_s = -self.time_s[start : stop + 1][::-1]
        return max(found_s, -max(self._level_s(share[::-1], time_s), float(time_s[0])))

    def _bent_share(self, start: int, stop: int, tall: int | None, low: int) -> FloatArray | None:
        """Share of the bend at ``low`` over that of standing, from frame to frame.

        None where the phase has no standing end, or hip and knee aren't seen.
        """
        bend = self.bend[start : stop + 1]
        if tall is None or not np.isfinite(bend).all():
            return None
        near = np.abs(self.time_s - self.time_s[tall]) <= STANDING_S
        standing = float(np.median(self.bend[near]))
        way = float(self.bend[low]) - standing
        return np.asarray((bend - standing) / way) if way > LEAST_BEND_DEG else None

    @staticmethod
    def _level_s(share: FloatArray, time_s: FloatArray) -> float:
        """Where a slow phase begins, from when it has made the first of its way.

        Infinite for one that isn't slow.
        """
        marks = [np.flatnonzero(share <= level)[-1:] for level in (*LEVELS, *CORE)]
        if not all(mark.size for mark in marks):
            return float("inf")
        first_s, second_s, quarter_s, most_s = (
            _between_s(share, time_s, int(mark[0]), level)
            for mark, level in zip(marks, (*LEVELS, *CORE), strict=True)
        )
        within = (time_s >= quarter_s) & (time_s <= most_s)
        steps_s = np.gradient(time_s)[within]
        speeds = np.abs(np.gradient(share, time_s))[within]
        core_s = float(steps_s[speeds > STOPPED_PER_S].sum())  # a stop doesn't make it slow
        if core_s < SLOW_S:
            return float("inf")
        return first_s - min(BACK * (second_s - first_s), MOST_LEVEL * core_s)

    def _crossing_s(self, speed: FloatArray, one: int, other: int, line: float) -> float:
        """Time between two frames at which the speed crosses a line."""
        change = speed[other] - speed[one]
        share = (line - speed[one]) / change if change != 0 else 0.0
        gap_s = self.time_s[other] - self.time_s[one]
        return float(self.time_s[one] + np.clip(share, 0.0, 1.0) * gap_s)


def _between_s(share: FloatArray, time_s: FloatArray, at: int, level: float) -> float:
    """When the share passes a level after a frame, between frames."""
    if at + 1 >= share.size:
        return float(time_s[at])
    part = (level - share[at]) / max(share[at + 1] - share[at], 1e-9)
    return float(time_s[at] + np.clip(part, 0.0, 1.0) * (time_s[at + 1] - time_s[at]))

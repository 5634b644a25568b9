"""What a cue may look at: the set's signals, cut to windows of a repetition."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Concatenate, ParamSpec, TypeVar, cast

import numpy as np

from formcheck.data import (
    Body,
    BoolArray,
    FloatArray,
    Lift,
    MeasuredSet,
    Picture,
    Rep,
    Signals,
    Stance,
    Tempo,
)
from formcheck.reps.drive import height, hip_height
from formcheck.reps.lifts import LIFTS, LiftKind
from formcheck.signals.angles import HIP, SHOULDER, WRIST
from formcheck.signals.back import DEEP_HIPS
from formcheck.signals.behind import BEHIND
from formcheck.signals.filtering import MAX_GAP_S
from formcheck.signals.frame_times import FrameTimes
from formcheck.signals.lumbar import UPRIGHT_DEG
from formcheck.signals.part import part_of
from formcheck.signals.uncertainty import view_error_deg

ENOUGH = 0.6
"""Share of a window's frames that must be seen (evidence §1.2)."""

UNLIKE = 0.4
"""Share of a hidden joint's error that two moments near each other don't have in common: on
eight rendered pulls with 45 cm plates, whose trunk is 2-5° off, its change is 1.5° off."""

LEAST_LASTING_S = 0.1
"""What lasts shorter isn't counted (evidence §1.2)."""

DROPPED = 1.5
"""Intervals longer than so many usual ones lack a picture."""

LEAST_STANDING_S = 0.3
BEFORE_THE_FIRST_S = 0.6
"""Who is seen standing for less than this before the first repetition may be going down
already: one lifter's hips read 12° more bent in the 0.3 s before it than between the
repetitions (our choice)."""
TALLEST_LEAN_DEG = 12.0
"""Who leans further waits bent over the load: their own standing trunks are read -5..+11° on
36 real and rendered sets, and 18° of one who waits (our choice)."""
FURTHEST_BACK_DEG = 6.0
"""Who leans further back obliquely may still hold a top that is leant back, which is no
yardstick: real upright trunks are read +3 ± 6° there, a rendered top held 17° back as -8°
(our choice)."""
STILL_LEG_PER_S = 0.2
"""Hips and shoulders slower than this stand still; a stroll is 0.7 (our choice)."""

NEAR_S = 4.0
"""A cue of a repetition looks no further than this before and after it: the furthest is the
way up, which may go on for 1.5 s after the top, and what is held there."""

Told = TypeVar("Told")
Asked = ParamSpec("Asked")


def near_deepest(signals: Signals, start_s: float, end_s: float, within_deg: float) -> BoolArray:
    """Frames (T,) of a stretch with the trunk near its furthest lean, hips in the open."""
    lean_deg = signals.guesses.lean_deg
    window = FrameTimes(signals.time_s).during(start_s, end_s)
    window &= np.isfinite(signals.angles_deg["trunk"].value) & np.isfinite(lean_deg)
    if signals.body.hips_hidden.size:
        window &= ~signals.body.hips_hidden
    if not window.any():
        return window
    return np.asarray(window & (lean_deg >= np.max(lean_deg[window]) - within_deg))


@dataclass(frozen=True)
class Seen:
    """What a cue may look at of a measured set: all of it, or the frames near a repetition.

    A cue of a repetition is given ``near`` it, so that it costs the same in a long set as
    in a short one. What it wants to know of the whole set it asks for with ``of_set``,
    which works it out once.
    """

    measured: MeasuredSet
    frames: slice = field(default_factory=lambda: slice(None), compare=False)
    _whole: Seen | None = field(default=None, repr=False, compare=False)
    _told: dict[Hashable, object] = field(default_factory=dict, repr=False, compare=False)
    _near: dict[Rep, Seen] = field(default_factory=dict, repr=False, compare=False)

    @property
    def whole(self) -> Seen:
        """All of the set."""
        return self._whole or self

    def of_set(
        self,
        ask: Callable[Concatenate[Seen, Asked], Told],
        *args: Asked.args,
        **kwargs: Asked.kwargs,
    ) -> Told:
        """What a function tells of the whole set: asked once for the same arguments."""
        told = self.whole._told
        key = (ask, args, tuple(kwargs.items()))
        if key not in told:
            told[key] = ask(self.whole, *args, **kwargs)
        return cast("Told", told[key])

    def near(self, rep: Rep) -> Seen:
        """The same, of the frames near a repetition alone."""
        whole = self.whole
        if rep in whole._near:
            return whole._near[rep]
        ends_s = (rep.start_s, rep.bottom_s, rep.top_s, rep.end_s)
        inside = whole.times.span(min(ends_s) - NEAR_S, max(ends_s) + NEAR_S)
        # A frame more: what is asked of a moment beyond these is told by the nearest.
        frames = slice(max(inside.start - 1, 0), inside.stop + 1)
        part = replace(whole.measured, signals=part_of(whole.signals, frames))
        whole._near[rep] = Seen(part, frames, whole)
        return whole._near[rep]

    @property
    def signals(self) -> Signals:
        """The set's signals."""
        return self.measured.signals

    @property
    def stance(self) -> Stance:
        """How the lifter stands to the camera."""
        return self.signals.stance

    @property
    def picture(self) -> Picture:
        """What the pictures are like."""
        return self.signals.picture

    @property
    def body(self) -> Body:
        """Where the lifter's body is."""
        return self.signals.body

    @property
    def lift(self) -> Lift:
        """Which lift it is."""
        return self.measured.lift

    @property
    def kind(self) -> LiftKind:
        """The facts of the lift."""
        return LIFTS[self.lift.name]

    @property
    def reps(self) -> tuple[Rep, ...]:
        """All repetitions of the set, in order."""
        return self.measured.reps

    @property
    def tempo(self) -> Tempo | None:
        """What was prescribed, or None."""
        return self.measured.tempo

    @property
    def time_s(self) -> FloatArray:
        """Times of the frames, (T,) seconds."""
        return self.signals.time_s

    @cached_property
    def times(self) -> FrameTimes:
        """When the frames were taken."""
        if self._whole is None:
            return FrameTimes(self.time_s)
        return self._whole.times.part(self.frames)

    @property
    def shoulders_leg(self) -> FloatArray:
        """Height of the shoulders, (T,) leg lengths, as ``reps/drive.py`` tells it."""
        return self.of_set(_shoulders_leg)[self.frames]

    @property
    def hips_leg(self) -> FloatArray:
        """Height of the hips, (T,) leg lengths."""
        return self.of_set(_hips_leg)[self.frames]

    def longest_px(self, one: int, other: int, share: float = 90.0) -> float:
        """How far two points are apart over the set, at a percentile; NaN where unseen."""
        return self.of_set(_longest_px, one, other, share)

    @property
    def view_error_deg(self) -> float:
        """Error of a segment's inclination from the camera's yaw, one sigma."""
        return view_error_deg(self.stance.view, self.body.both_sides)

    def during(self, start_s: float, end_s: float) -> BoolArray:
        """Frames (T,) from ``start_s`` to ``end_s``, at least the nearest one.

        Raises
        ------
        LookupError
            They are asked of the frames near another repetition.
        """
        if self._whole is not None:
            before = self.frames.start > 0 and start_s < self.time_s[0]
            if before or (end_s > self.time_s[-1] and end_s > self._cut_s):
                raise LookupError(f"{start_s:.2f}-{end_s:.2f} s: ask the set near its repetition")
        return self.times.during(start_s, end_s)

    @property
    def _cut_s(self) -> float:
        """From when on the set has frames that aren't looked at; infinite for none."""
        stop = self.frames.stop
        later_s = self.whole.time_s[stop : stop + 1]
        return float(later_s[0]) if later_s.size else math.inf

    def often_enough(self, rep: Rep) -> bool:
        """Whether a repetition has pictures enough to judge it, none of them far apart."""
        least_hz = self.measured.least_hz
        if least_hz <= 0:
            return True
        inside = np.flatnonzero(self.during(rep.start_s, rep.end_s))
        taken_s = self.time_s[inside[0] : inside[-1] + 1]
        if len(taken_s) < 2:
            return False
        apart_s = np.diff(taken_s)
        return bool(1.0 / apart_s.mean() >= least_hz and apart_s.max() <= MAX_GAP_S)

    def angle(self, name: str) -> FloatArray:
        """Angle over the set, (T,) degrees."""
        return self.signals.angles_deg[name].value

    def noise_deg(self, name: str, window: BoolArray) -> float:
        """Median standard deviation of an angle over a window, degrees."""
        sigma = self.signals.angles_deg[name].sigma[window]
        return float(np.nanmedian(sigma)) if np.isfinite(sigma).any() else float("nan")

    def sigma_parts(self, name: str, window: BoolArray) -> tuple[tuple[str, float], ...]:
        """Parts, by name, of an angle's median standard deviation over a window, degrees.

        Those of the frame that has it, or of the nearest to it, in proportion; without
        those that are zero.
        """
        sigma_deg = self.noise_deg(name, window)
        sigma = np.where(window, self.signals.angles_deg[name].sigma, np.nan)
        if not sigma_deg > 0:
            return (("the angle itself", sigma_deg),)
        at = int(np.nanargmin(np.abs(sigma - sigma_deg)))
        of = {what: float(part[at]) for what, part in self.signals.angles_deg[name].parts.items()}
        share = sigma_deg / math.hypot(*of.values())
        return tuple((what, share * part) for what, part in of.items() if part)

    def behind(self, name: str, window: BoolArray) -> tuple[tuple[str, float], ...]:
        """The part of σ, if any, that what stands before the lifter has in an angle, degrees.

        Its median over a window.
        """
        part = self.signals.angles_deg[name].parts.get(BEHIND)
        return () if part is None else ((BEHIND, float(np.median(part[window]))),)

    def behind_rise(
        self, name: str, start: int, window: BoolArray
    ) -> tuple[tuple[str, float], ...]:
        """That part in an angle's furthest rise over a window from the frame ``start`` on.

        What is hidden at two moments is off nearly alike: left is what one is off beyond the
        other, and ``UNLIKE`` of the rest. By so much each moment may have been higher; the
        part is by how much the furthest may.
        """
        angle = self.signals.angles_deg[name]
        part = angle.parts.get(BEHIND)
        if part is None:
            return ()
        first, later, value = part[start], part[window], angle.value[window]
        beyond = np.sqrt(np.abs(later**2 - first**2))
        apart = np.hypot(beyond, UNLIKE * np.minimum(first, later))
        return ((BEHIND, float(np.nanmax(value + apart) - np.nanmax(value))),)

    def enough(self, values: FloatArray, window: BoolArray) -> bool:
        """Whether enough of the window's frames are seen."""
        return bool(window.any() and np.isfinite(values[window]).mean() >= ENOUGH)

    def longest_gap_s(self, values: FloatArray, window: BoolArray) -> float:
        """Longest time between two of the window's frames in which a signal is seen."""
        known = window & np.isfinite(values)
        return float(np.diff(self.time_s[known]).max(initial=0.0))

    def deepest(self, rep: Rep, within_deg: float) -> BoolArray:
        """Frames of the repetition with the trunk near its furthest lean, hips in the open."""
        return near_deepest(self.signals, rep.start_s, rep.end_s, within_deg)

    def lasting_peak(
        self, values: FloatArray, window: BoolArray, lasting_s: float = LEAST_LASTING_S
    ) -> tuple[float, float]:
        """The highest value that, from a moment of a window, is kept up for ``lasting_s``.

        The maximum of the running minimum over that time: what is reached for a
        shorter one doesn't count (evidence §1.2). That time may reach out of the
        window. ``window`` must hold a known frame. Returns the value and the
        moment.
        """
        best, at_s = -np.inf, float("nan")
        every_s, every, inside = self._without_holes(values, window)
        known = np.isfinite(every)
        for frame in np.flatnonzero(inside & known):
            time_s = every_s[frame]
            ahead_s = every_s - time_s
            lasting = known & (ahead_s >= 0) & (ahead_s <= lasting_s + 1e-6)
            lowest = float(np.min(every[lasting]))
            if lowest > best:
                best, at_s = lowest, float(time_s)
        return best, at_s

    def _without_holes(
        self, values: FloatArray, window: BoolArray
    ) -> tuple[FloatArray, FloatArray, BoolArray]:
        """Times, values and window with the pictures that dropped out put in between.

        A peak that lasts 0.1 s is else lower the fewer pictures it happens to have.
        """
        steps_s = np.diff(self.time_s)
        usual_s = self.times.step_s()
        holes = np.flatnonzero((steps_s > DROPPED * usual_s) & (steps_s <= MAX_GAP_S))
        lost_s = [
            np.linspace(self.time_s[at], self.time_s[at + 1], round(steps_s[at] / usual_s) + 1)
            for at in holes
        ]
        lost = np.concatenate([one[1:-1] for one in lost_s]) if lost_s else np.empty(0)
        if not lost.size:
            return self.time_s, values, window
        before = np.searchsorted(self.time_s, lost) - 1
        share = (lost - self.time_s[before]) / steps_s[before]
        between = (1 - share) * values[before] + share * values[before + 1]
        order = np.argsort(np.concatenate([self.time_s, lost]), kind="stable")
        inside = window[before] & window[before + 1]
        return (
            np.concatenate([self.time_s, lost])[order],
            np.concatenate([values, between])[order],
            np.concatenate([window, inside])[order],
        )

    def hips_covered(self, window: BoolArray) -> bool:
        """A plate stands before the hips, so the hip point can't be trusted.

        It shows in the depth of the mask at the hips, or, with a barbell held
        at the hips, in a wrist that is hidden: the plate is between them.
        """
        if BEHIND in self.signals.angles_deg["hip"].parts:
            return False  # it is in the angles' own errors
        if self.body.both_sides:
            return False  # the mask is as deep as hips are wide, and plates stand aside
        if self.kind.bar_in_hands:
            wrist = self.body.points_px[window, WRIST[self.stance.side], 0]
            if np.isnan(wrist).mean() > 0.5:
                return True
        depth = self.signals.back.hip_depth
        if depth.size != self.time_s.size:
            return False
        known = window & np.isfinite(depth)
        return bool(known.any() and np.median(depth[known]) > DEEP_HIPS)

    def standing_deg(self, name: str) -> float:
        """The lifter's own upright posture outside the repetitions, degrees.

        Before the first repetition if they stand still there for 0.6 s: between
        two, the end of a lift is still held. Else before, between and after them;
        NaN when they don't stand still for 0.3 s at all.
        """
        return self.of_set(_standing_deg, name)

    def at_the_tops_deg(self, name: str) -> float:
        """The lifter's posture at the tops of the repetitions, degrees.

        Stands in for ``standing_deg``; NaN where no top is seen with free hips.
        """
        return self.of_set(_at_the_tops_deg, name)


def _shoulders_leg(seen: Seen) -> FloatArray:
    return height(seen.signals)


def _hips_leg(seen: Seen) -> FloatArray:
    return hip_height(seen.signals)


def _longest_px(seen: Seen, one: int, other: int, share: float) -> float:
    points = seen.body.points_px
    apart = np.linalg.norm(points[:, one] - points[:, other], axis=1)
    return float(np.nanpercentile(apart, share)) if np.isfinite(apart).any() else float("nan")


def _standing_deg(seen: Seen, name: str) -> float:
    values = seen.angle(name)
    upright = seen.of_set(_standing) & np.isfinite(values)
    first_s = min((rep.start_s for rep in seen.reps), default=np.inf)
    before = upright & (seen.time_s < first_s)
    for part, least_s in ((before, BEFORE_THE_FIRST_S), (upright, LEAST_STANDING_S)):
        if seen.times.lasting_s(part) >= least_s:
            return float(np.median(values[part]))
    return float("nan")


def _at_the_tops_deg(seen: Seen, name: str) -> float:
    found = []
    for rep in seen.reps:
        near = seen.near(rep)
        values, upright = near.angle(name), near.angle("hip") < UPRIGHT_DEG
        window = near.during(rep.top_s, rep.top_s + LEAST_STANDING_S)
        if rep.top_seen and not near.hips_covered(window):
            found.extend(values[window & upright & np.isfinite(values)].tolist())
    return float(np.median(found)) if found else float("nan")


def _standing(seen: Seen) -> BoolArray:
    """Frames (T,) of standing still and upright, hips free, outside the repetitions."""
    standing = seen.angle("hip") < UPRIGHT_DEG
    if seen.body.both_sides:
        standing &= seen.angle("trunk") > -FURTHEST_BACK_DEG
    else:  # obliquely the mask is as deep as hips are wide
        standing &= ~(seen.signals.back.hip_depth > DEEP_HIPS)
    if seen.kind.load == "hands":  # a bar on the back leans its lifter
        standing &= np.abs(seen.angle("trunk")) < TALLEST_LEAN_DEG
    for rep in seen.reps:
        standing[seen.times.span(rep.start_s, rep.end_s)] = False
    side, leg_px = seen.stance.side, seen.body.leg_px
    for joint in (HIP[side], SHOULDER[side]):
        speed = np.gradient(seen.body.points_px[:, joint], seen.time_s, axis=0)
        standing &= np.hypot(*speed.T) < STILL_LEG_PER_S * leg_px
    return standing

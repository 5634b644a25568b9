"""Repetitions and cues while the set goes on: the offline stages on what is there yet.

There are no second rules: the frames of the set so far go through the same
``measure``, ``recognise``, ``segment`` and ``judge`` as a recorded film. What differs
is the right edge: the zero-phase filter can't look past the newest frame, so a
repetition is told only when the lifter has stopped, or the next has begun.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formcheck.cues import CUES, Limits, parse_tempo
from formcheck.cues.judging.judge import judge_rep, judge_reps
from formcheck.cues.judging.seen import Seen
from formcheck.cues.judging.summary import worst_first
from formcheck.data import (
    Finding,
    FloatArray,
    JudgedRep,
    Lift,
    MeasuredSet,
    PoseTrack,
    Rep,
    Signals,
    View,
)
from formcheck.errors import NoLifter, NoReps
from formcheck.live.pace import Pace, Phase
from formcheck.live.take import Take
from formcheck.pipeline import Request, judge_poses
from formcheck.report.record import Analysis
from formcheck.reps import cut_set
from formcheck.reps.lifts import LIFTS
from formcheck.signals import compute_signals
from formcheck.signals.numeric import load_scipy

SAME_REP_S = 0.4
"""Bottoms this near are the same repetition, seen again with more frames."""

STOPPED_S = 0.03
"""How long the newest repetition's end must lie back: the next picture has to show it.
Waiting for 0.08 s changes 2 verdicts in a thousand (our choice, measured on the real
clips)."""

RECENT_S = 12.0
"""A repetition takes at most so long (a slow one of 3-3-3 takes 9)."""

COMPARED_S = 45.0
"""So much of the set a repetition is judged with when it is told, so that a long set's
last repetitions aren't told later than its first: measuring a minute takes 0.1 s. The
end of the set is judged with all of it (our choice)."""

AT_ONCE = ("hip_drive", "lumbar_rounding")
"""Cues that are told as they happen."""

LEAST_UP_S = 0.15
LEAST_LEAN_DEG = 35.0
"""A back is looked at in mid-repetition only where the trunk leans so far."""


@dataclass(frozen=True)
class FreshRep:
    """A repetition that has just ended, and its worst cue (None when all is well).

    ``bar_px`` (N, 2) is the way of the bar through it, in the camera's picture; empty
    where no plate was found.
    """

    number: int
    judged: JudgedRep
    worst: Finding | None
    bar_px: FloatArray

    @property
    def good(self) -> bool:
        """Nothing to change, and enough of it was seen to say so (to give a score)."""
        return self.worst is None and bool(np.isfinite(self.judged.score))


class Online:
    """The set so far. ``add`` and ``assess`` may be called from two threads."""

    def __init__(
        self,
        frame_size: tuple[int, int],
        request: Request,
        limits: Limits,
    ) -> None:
        load_scipy()
        self._request, self._limits = request, limits
        self._tempo = parse_tempo(request.tempo) if request.tempo else None
        self._lock = threading.Lock()
        self._take = Take(frame_size)
        self._pace = Pace()
        self._low_s = self._down_s = float("nan")
        self._told: list[float] = []  # bottoms of the repetitions told
        self._told_at_once: set[str] = set()
        self.lift: Lift | None = None
        self.facing_right = True

    @property
    def phase(self) -> Phase:
        """What the lifter does at this moment."""
        return self._pace.phase

    @property
    def last_moved_s(self) -> float:
        """When the shoulders last went up or down by a good way; NaN if never."""
        return self._pace.last_moved_s

    @property
    def count(self) -> int:
        """Repetitions told so far."""
        return len(self._told)

    def add(self, row: np.void, discs: NDArray[np.void] | None = None) -> bool:
        """Take one frame, a row of ``FRAME``, and the discs in it.

        True when a repetition may be about to end.
        """
        time_s = float(row["time_s"])
        points = row["points_px"] if np.isfinite(row["points_px"][0, 0]) else None
        with self._lock:
            self._take.add(row, discs)
            before = self._pace.phase
            ended = self._pace.add(time_s, points)
            if self._pace.phase != before:
                self._note_turn(before, time_s)
        return ended and self._ends_with(before)

    def _ends_with(self, phase: Phase) -> bool:
        """Whether repetitions of this lift end with such a movement."""
        if self.lift is None:
            return True
        return phase == ("down" if LIFTS[self.lift.name].starts == "bottom" else "up")

    def _note_turn(self, before: Phase, time_s: float) -> None:
        if self._pace.phase == "down" and before != "down":
            self._down_s = time_s
        if self._pace.phase == "up":
            self._low_s = time_s
            self._told_at_once.clear()

    def recent(self, seconds: float) -> PoseTrack:
        """The frames of the last seconds."""
        with self._lock:
            return self._take.track(since_s=self._take.end_s - seconds)

    def forget_before(self, time_s: float) -> None:
        """Let go of frames from before the set."""
        with self._lock:
            self._take.forget_before(time_s)

    def assess(self) -> list[FreshRep]:
        """Judge the repetitions that have ended since the last time.

        The last seconds are looked at first: only when a repetition ended in them is
        it judged with what it is compared with.
        """
        recent = self._seen(RECENT_S)
        ended = [rep for rep in recent.reps if self._has_ended(rep, recent)] if recent else []
        if not ended:
            return []
        seen = self._seen(COMPARED_S)
        bottoms_s = [rep.bottom_s for rep in ended]
        new = [rep for rep in seen.reps if rep.complete and _same(rep, bottoms_s)] if seen else []
        if seen is None or not new:
            return []
        self._know(seen.lift, seen.signals.stance.view)
        return self._told_now(judge_reps(new, seen, self._limits), seen.signals)

    def _seen(self, span_s: float) -> Seen | None:
        """The last seconds with their repetitions; None where there are none."""
        with self._lock:
            track = self._take.track(since_s=self._take.end_s - span_s, plate=True)
        try:
            signals, lift = compute_signals(track, self._request.plate_m), self._request.lift
            least_hz = self._request.least_hz
            return Seen(cut_set(signals, lift, tempo=self._tempo, least_hz=least_hz))
        except (NoLifter, NoReps):
            return None

    def _has_ended(self, rep: Rep, seen: Seen) -> bool:
        """It wasn't told yet, is whole, and the lifter has stopped or gone on since."""
        last_s = float(seen.time_s[np.flatnonzero(seen.signals.body.seen)[-1]])
        # What lies before the last one told is for the end of the set to tell.
        is_new = rep.bottom_s > max(self._told, default=-np.inf) + SAME_REP_S
        return is_new and rep.complete and last_s - rep.end_s >= STOPPED_S

    def whole(self) -> tuple[Analysis, list[FreshRep]] | None:
        """Judge the set as it is, its last repetition ended or not; None without any.

        The repetitions that weren't told yet come with it.
        """
        with self._lock:
            track = self._take.track(plate=True)
        try:
            analysis = judge_poses(track, self._request, self._limits)
        except (NoLifter, NoReps):
            return None
        self._know(analysis.lift, analysis.view)
        return analysis, self._told_now(
            [one for one in analysis.reps if not _same(one.rep, self._told)], analysis.signals
        )

    def last_of(self, analysis: Analysis) -> FreshRep:
        """The set's last repetition, as the whole set judges it."""
        last = analysis.reps[-1]
        way_px = _bar_px(analysis.signals, last.rep)
        return FreshRep(len(analysis.reps), last, self._worst(last), way_px)

    def _know(self, lift: Lift, view: View) -> None:
        self.lift, self.facing_right = lift, view.facing != "left"

    def _told_now(self, judged: Iterable[JudgedRep], signals: Signals) -> list[FreshRep]:
        fresh = []
        for one in judged:
            self._told.append(one.rep.bottom_s)
            way_px = _bar_px(signals, one.rep)
            fresh.append(FreshRep(self.count, one, self._worst(one), way_px))
        return fresh

    def at_once(self) -> list[Finding]:
        """Faults that show in the middle of this repetition, each told once."""
        with self._lock:
            now_s, low_s, down_s = self._take.end_s, self._low_s, self._down_s
            rising = self._pace.phase == "up" and now_s - low_s >= LEAST_UP_S
            if not rising or self.lift is None:
                return []
            start_s = down_s if low_s - 4.0 < down_s < low_s else low_s - 0.5
            track = self._take.track(since_s=start_s - 0.5, plate=True)
        try:
            signals = compute_signals(track, self._request.plate_m)
        except NoLifter:
            return []
        rep = Rep(0, start_s, low_s, now_s, now_s, False, low_s - start_s, 0.0, now_s - low_s)
        least_hz = self._request.least_hz
        seen = Seen(MeasuredSet(signals, self.lift, (rep,), (), self._tempo, least_hz))
        if not np.nanmax(seen.angle("trunk"), initial=0.0) >= LEAST_LEAN_DEG:
            return []
        faults = []
        for name in AT_ONCE:
            if name in self._told_at_once or self.lift.name not in CUES[name].lifts:
                continue
            finding, _ = judge_rep(CUES[name], rep, seen, self._limits)
            if finding.verdict == "fault":
                self._told_at_once.add(name)
                faults.append(finding)
        return faults

    def _worst(self, one: JudgedRep) -> Finding | None:
        assert self.lift is not None
        weights = {cue: self._limits.of(cue, self.lift.name).weight for cue in one.findings}
        order = worst_first([one], one.findings, weights)
        return one.findings[order[0]] if order else None


def _bar_px(signals: Signals, rep: Rep) -> FloatArray:
    """The way of the bar through a repetition, (N, 2), in the picture as it is at its end."""
    if signals.bar is None:
        return np.empty((0, 2))
    first, stop = np.searchsorted(signals.time_s, [rep.start_s, rep.end_s])
    last = signals.picture.at(max(int(stop) - 1, 0))
    return np.asarray(last.own_px(signals.bar.centre_px[None, first:stop])[0])


def _same(rep: Rep, bottoms_s: Iterable[float]) -> bool:
    """Whether it is the repetition of one of these bottoms."""
    return any(abs(rep.bottom_s - bottom_s) <= SAME_REP_S for bottom_s in bottoms_s)

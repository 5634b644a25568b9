"""Repetitions and cues while the set goes on: the offline stages on what is there yet.

There are no second rules: the frames of the set so far go through the same
``measure``, ``recognise``, ``segment`` and ``judge`` as a recorded film. What differs
is the right edge: the zero-phase filter can't look past the newest frame, so a
repetition is told only when the lifter has stopped, or the next has begun.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formcheck.cues import CUES, Limits, parse_tempo
from formcheck.cues.judge import judge_rep
from formcheck.cues.seen import Seen
from formcheck.cues.summary import worst_first
from formcheck.data import Finding, JudgedRep, Lift, PoseTrack, Rep, Signals
from formcheck.errors import NoLifter, NoReps
from formcheck.live.pace import Pace, Phase
from formcheck.live.take import Take
from formcheck.pipeline import Analysis, Request, compute_signals, judge_poses

SAME_REP_S = 0.4
"""Bottoms this near are the same repetition, seen again with more frames."""

STOPPED_S = 0.08
"""How long the newest repetition's end must lie back."""

AT_ONCE = ("hip_drive", "lumbar_rounding")
"""Cues that are told as they happen."""

LEAST_UP_S = 0.15
LEAST_LEAN_DEG = 35.0
"""A back is looked at in mid-repetition only where the trunk leans so far."""


@dataclass(frozen=True)
class FreshRep:
    """A repetition that has just ended, and its worst cue (None when all is well)."""

    number: int
    judged: JudgedRep
    worst: Finding | None


class Online:
    """The set so far. ``add`` and ``assess`` may be called from two threads."""

    def __init__(
        self,
        frame_size: tuple[int, int],
        request: Request,
        limits: Limits,
    ) -> None:
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

    def add(self, row: NDArray[np.void]) -> bool:
        """Take one frame, a row of ``poses.rows.FRAME``; True when a movement just ended."""
        time_s = float(row["time_s"])
        points = row["points_px"] if np.isfinite(row["points_px"][0, 0]) else None
        with self._lock:
            self._take.add(row)
            before = self._pace.phase
            ended = self._pace.add(time_s, points)
            if self._pace.phase != before:
                self._note_turn(before, time_s)
        return ended

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
        """Judge the set so far; the repetitions that have ended since the last time."""
        return self.fresh(self.whole())

    def fresh(self, analysis: Analysis | None) -> list[FreshRep]:
        """The repetitions of an analysis that weren't told yet; now they are."""
        fresh = []
        for one in analysis.reps if analysis is not None else ():
            if self._is_new(one.rep):
                self._told.append(one.rep.bottom_s)
                fresh.append(FreshRep(self.count, one, self._worst(one)))
        return fresh

    def whole(self, *, over: bool = False) -> Analysis | None:
        """Judge everything there is of the set; None while there is no repetition.

        ``over`` takes the last repetition as it is, ended or not.
        """
        with self._lock:
            track = self._take.track()
        keep = None if over else _has_ended
        try:
            analysis = judge_poses(track, self._request, self._limits, keep)
        except (NoLifter, NoReps):
            return None
        self.lift, self.facing_right = analysis.lift, analysis.view.facing != "left"
        return analysis

    def at_once(self) -> list[Finding]:
        """Faults that show in the middle of this repetition, each told once."""
        with self._lock:
            now_s, low_s, down_s = self._take.end_s, self._low_s, self._down_s
            rising = self._pace.phase == "up" and now_s - low_s >= LEAST_UP_S
            if not rising or self.lift is None:
                return []
            start_s = down_s if low_s - 4.0 < down_s < low_s else low_s - 0.5
            track = self._take.track(since_s=start_s - 0.5)
        try:
            signals = compute_signals(track)
        except NoLifter:
            return []
        rep = Rep(0, start_s, low_s, now_s, now_s, False, low_s - start_s, 0.0, now_s - low_s)
        seen = Seen(signals, self.lift, (rep,), self._tempo)
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

    def _is_new(self, rep: Rep) -> bool:
        return all(abs(rep.bottom_s - told) > SAME_REP_S for told in self._told)

    def _worst(self, one: JudgedRep) -> Finding | None:
        assert self.lift is not None
        weights = {cue: self._limits.of(cue, self.lift.name).weight for cue in one.findings}
        order = worst_first([one], one.findings, weights)
        return one.findings[order[0]] if order else None


def _has_ended(rep: Rep, signals: Signals) -> bool:
    """The repetition is whole, and the lifter has stopped or gone on since."""
    last_s = float(signals.time_s[np.flatnonzero(signals.seen)[-1]])
    return rep.complete and last_s - rep.end_s >= STOPPED_S

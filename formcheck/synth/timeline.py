"""When what happens: the repetitions of a set laid out in time."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from formcheck.synth.lifts import LiftPlan
from formcheck.synth.posture import Posture
from formcheck.synth.spec import FaultSpec, Spec

TIRED_SLOWER = 0.6  # how much longer the last way up takes at full fatigue
STOPS_AT = 0.45  # share of the way up at which a jerked lift stops
STOP_SHARE = 0.4  # of the way's time that it stands there at full jerk
READY_S = 0.9  # from standing into the first repetition, and out of the last

Kind = Literal["top", "bottom", "down", "up"]
Ends = tuple[Posture, Posture, FaultSpec]  # top, bottom and faults of a repetition


@dataclass(frozen=True)
class RepTimes:
    """True times of one repetition, in seconds of the clip.

    ``rise_s`` is when its way up begins: ``bottom_s`` is the middle of a wait.
    """

    index: int
    start_s: float
    bottom_s: float
    top_s: float
    end_s: float
    rise_s: float


@dataclass(frozen=True)
class Stretch:
    """A piece of the timeline between two postures.

    ``path`` gives p (0 at the top, 1 at the bottom) for a share of its time.
    """

    start_s: float
    end_s: float
    high: Posture
    low: Posture
    path: Callable[[float], float]
    rising: bool
    faults: FaultSpec


@dataclass
class Timeline:
    """A set being laid out, stretch after stretch."""

    ends: list[Ends]
    stretches: list[Stretch] = field(default_factory=list)
    reps: list[RepTimes] = field(default_factory=list)
    clock_s: float = 0.0
    calm: Posture | None = None

    def add(self, seconds: float, high: int, low: int, kind: Kind) -> None:
        """Go between the top of one repetition and the bottom of another, or stay."""
        last = len(self.ends) - 1
        _, bottom, faults = self.ends[min(low, last)]
        self._append(seconds, self.ends[min(high, last)][0], bottom, kind, faults)

    def add_ready(self, seconds: float, ready: Posture, rep: int, kind: Kind) -> None:
        """Stand before the set, go into it, or come out of it."""
        _, bottom, faults = self.ends[rep]
        calm = replace(faults, hips_first_deg=0.0, knees_cave_deg=0.0, twist_deg=0.0, jerk=0.0)
        self._append(seconds, ready, bottom, kind, calm)

    def _append(
        self, seconds: float, high: Posture, low: Posture, kind: Kind, faults: FaultSpec
    ) -> None:
        if seconds <= 0:
            return
        path = {"top": _stay_high, "bottom": _stay_low, "down": _sink, "up": _rise(faults.jerk)}
        end_s = self.clock_s + seconds
        self.stretches.append(
            Stretch(self.clock_s, end_s, high, low, path[kind], kind == "up", faults)
        )
        self.clock_s = end_s


def lay_out(
    spec: Spec, plan: LiftPlan, ends: list[Ends], calm: Posture, chance: np.random.Generator
) -> Timeline:
    """Lay out the whole set: stillness, repetitions, stillness.

    ``calm`` is how the lifter stands before the first repetition: a fault at the
    top belongs to the end of a lift, not to standing.
    """
    line = Timeline(ends)
    still: Kind = "bottom" if plan.starts_low else "top"
    if plan.ready is None and plan.starts_low:
        line.add(spec.tempo.lead_s, 0, 0, still)
    elif plan.ready is None:
        line.calm = calm
        line.add_ready(spec.tempo.lead_s, calm, 0, "top")
    else:
        line.add_ready(max(0.05, spec.tempo.lead_s), plan.ready, 0, "top")
        line.add_ready(READY_S, plan.ready, 0, "down")
    for rep in range(spec.reps):
        seconds = _durations(spec, plan, rep, chance)
        repeat = _from_below if plan.starts_low else _from_above
        line.reps.append(repeat(line, rep, seconds, rep == spec.reps - 1))
    if plan.ready is None:
        line.add(spec.tempo.tail_s, spec.reps, spec.reps, still)
    else:
        line.add_ready(READY_S, plan.ready, spec.reps - 1, "up")
        line.add_ready(max(0.05, spec.tempo.tail_s), plan.ready, spec.reps - 1, "top")
    return line


Seconds = tuple[float, float, float, float]  # down, bottom, up, top


def _from_below(line: Timeline, rep: int, seconds: Seconds, last: bool) -> RepTimes:
    """Lay out a repetition that begins at the bottom, as a deadlift does."""
    down_s, bottom_s, up_s, top_s = seconds
    start_s = line.clock_s
    line.add(up_s, rep, rep, "up")
    reached_s = line.clock_s
    line.add(top_s, rep, rep, "top")
    line.add(down_s, rep, rep + 1, "down")
    end_s = line.clock_s
    line.add(0.0 if last else bottom_s, rep, rep + 1, "bottom")
    return RepTimes(rep + 1, start_s, start_s, reached_s, end_s, start_s)


def _from_above(line: Timeline, rep: int, seconds: Seconds, last: bool) -> RepTimes:
    """Lay out a repetition that begins at the top, as a squat does."""
    down_s, bottom_s, up_s, top_s = seconds
    start_s = line.clock_s
    if rep == 0 and line.calm is not None:
        line.add_ready(down_s, line.calm, 0, "down")
    else:
        line.add(down_s, rep, rep, "down")
    low_s = line.clock_s + bottom_s / 2
    line.add(bottom_s, rep, rep, "bottom")
    rise_s = line.clock_s
    line.add(up_s, rep + 1, rep, "up")
    end_s = line.clock_s
    line.add(0.0 if last else top_s, rep + 1, rep + 1, "top")
    return RepTimes(rep + 1, start_s, low_s, end_s, end_s, rise_s)


def _durations(
    spec: Spec, plan: LiftPlan, rep: int, chance: np.random.Generator
) -> tuple[float, float, float, float]:
    """Seconds down, at the bottom, up and at the top of one repetition."""
    tempo = spec.tempo
    asked = (tempo.down_s, tempo.bottom_s, tempo.up_s, tempo.top_s)
    own = [
        usual if value is None or math.isnan(value) else value
        for value, usual in zip(asked, plan.tempo_s, strict=True)
    ]
    tired = spec.faults.fatigue * rep / max(1, spec.reps - 1)
    spread = tempo.variation + 0.3 * spec.faults.uneven_tempo
    factor = np.clip(np.exp(chance.normal(0.0, spread, 4)), 0.5, 2.0)
    slower = (1.0, 1.0, 1.0 + TIRED_SLOWER * tired, 1.0 + tired)
    down, bottom, up, top = (s * f * w for s, f, w in zip(own, factor, slower, strict=True))
    return float(down), float(bottom), float(up), float(top)


def _stay_high(_share: float) -> float:
    return 0.0


def _stay_low(_share: float) -> float:
    return 1.0


def _sink(share: float) -> float:
    return share


def _rise(jerk: float) -> Callable[[float], float]:
    """Return the way up; with jerk, a snatched start, a stop and a second try."""
    stop = STOP_SHARE * jerk

    def path(share: float) -> float:
        done = min(share / (1.0 - stop), STOPS_AT)
        if share > STOPS_AT * (1.0 - stop) + stop:
            done = (share - stop) / (1.0 - stop)
        return 1.0 - min(1.0, max(0.0, done))

    return path

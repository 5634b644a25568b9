"""Phases of a way that is laid down by hand: heights, and what else is seen."""

from __future__ import annotations

from functools import cache

import numpy as np

from formcheck.data import FloatArray, Signals
from formcheck.reps.phases import Phases
from formcheck.signals import compute_signals
from tests.skeleton import skeleton

RATE_HZ = 100.0


@cache
def some_set() -> Signals:
    """One plain deadlift, for what a way has no need of."""
    return compute_signals(skeleton("deadlift", reps=1).track)


def path(*corners: tuple[float, float], rate_hz: float = RATE_HZ) -> tuple[FloatArray, FloatArray]:
    """Times and values along straight lines from corner to corner, (s, value) each."""
    at_s, values = zip(*corners, strict=True)
    time_s = np.arange(at_s[0], at_s[-1] + 1e-9, 1.0 / rate_hz)
    return time_s, np.interp(time_s, at_s, values)


def laid(
    *corners: tuple[float, float],
    bend: FloatArray | float = np.nan,
    hands: FloatArray | float = np.nan,
) -> Phases:
    """Phases of shoulders that go along these lines; a way of 1 is the set's range.

    ``bend`` is that of hip and knee in degrees, ``hands`` their height; NaN is not seen.
    """
    phases = Phases(some_set())
    phases.time_s, phases.height = path(*corners)
    nothing = np.zeros(phases.time_s.shape)
    phases.known = np.arange(nothing.size)
    phases.stretch = nothing.astype(np.int32)
    phases.hands, phases.bend = nothing + hands, nothing + bend
    phases.rise = phases._speed(phases.height)
    phases.lift_off = phases.standing_up = phases.rise
    phases.lowering = phases.going_down = -phases.rise
    phases.opening = nothing
    return phases

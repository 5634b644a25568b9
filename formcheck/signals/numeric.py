"""A few things of scipy written small, to the same last bit: loading theirs takes a second.

That is more than all else costs when a set of saved poses is judged.
"""

from __future__ import annotations

import importlib
import sys
from functools import lru_cache
from typing import Any, TypeVar, cast

import numpy as np
import scipy
from numpy.typing import NDArray

from formcheck.data import FloatArray

Values = TypeVar("Values", bound=NDArray[Any])

LONG = 5000
"""From so many samples on scipy's own filter costs less, its loading included; it is also
taken where something has loaded it already, as many sets in one process do."""


@lru_cache(maxsize=256)
def low_pass(cutoff_hz: float, rate_hz: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """A second-order Butterworth low-pass: numerator and denominator.

    The analogue filter's poles, scaled and mapped by the bilinear transform, as
    ``scipy.signal.butter`` does.
    """
    warped = 4.0 * np.tan(np.pi * (2.0 * cutoff_hz / rate_hz) / 2.0)
    poles = float(warped) * -np.exp(1j * np.pi * np.array([-1, 1]) / 4.0)
    gain = float(warped) ** 2 * np.real(1.0 / np.prod(4.0 - poles))
    denominator = np.real(np.poly((4.0 + poles) / (4.0 - poles)))
    return tuple((gain * np.poly([-1.0, -1.0])).tolist()), tuple(denominator.tolist())


def load_scipy() -> None:
    """Have scipy's filter from now on: for whoever judges many sets in one process."""
    importlib.import_module("scipy.signal")


def both_ways(cutoff_hz: float, rate_hz: float, values: FloatArray, pad: int) -> FloatArray:
    """Run that low-pass over (N, C) values forwards and backwards: no delay.

    The ends are continued by their own point reflection for ``pad`` samples.
    """
    numerator, denominator = low_pass(cutoff_hz, rate_hz)
    if len(values) >= LONG or "scipy.signal" in sys.modules:
        section = np.array([[*numerator, *denominator]])
        filtered = scipy.signal.sosfiltfilt(section, values, axis=0, padtype="odd", padlen=pad)
        return np.asarray(filtered)
    before = 2 * values[:1] - values[pad:0:-1]
    after = 2 * values[-1:] - values[-2 : -(pad + 2) : -1]
    whole = np.concatenate([before, values, after])
    settled = _settled(numerator, denominator)[:, None]
    whole = _filtered(numerator, denominator, whole, settled * whole[:1])
    whole = _filtered(numerator, denominator, whole[::-1], settled * whole[-1:])[::-1]
    return whole[pad : len(whole) - pad]


def _settled(numerator: tuple[float, ...], denominator: tuple[float, ...]) -> FloatArray:
    """State (2,) of the filter that has seen ones for ever."""
    b, a = np.array(numerator), np.array(denominator)
    step = np.eye(2) - np.array([[-a[1], 1.0], [-a[2], 0.0]])
    return np.linalg.solve(step, b[1:] - a[1:] * b[0])


def _filtered(
    numerator: tuple[float, ...],
    denominator: tuple[float, ...],
    values: FloatArray,
    state: FloatArray,
) -> FloatArray:
    """Filter (N, C) values along the first axis from a state (2, C) on.

    Column by column in plain numbers: of a few columns that is ten times as fast as rows of
    an array are, and the same to the last bit.
    """
    b0, b1, b2 = numerator
    _, a1, a2 = denominator
    out = np.empty_like(values)
    for column, before in enumerate(state.T.tolist()):
        first, second = before
        told = []
        for given in values[:, column].tolist():
            new = b0 * given + first
            first, second = b1 * given - a1 * new + second, b2 * given - a2 * new
            told.append(new)
        out[:, column] = told
    return out


class Curve:
    """A curve through (K, C) points that overshoots nowhere: PCHIP.

    Fritsch and Butland 1984, SIAM J Sci Stat Comput 5:300; ends after Moler, Numerical
    Computing with MATLAB (2004), chapter 3, as ``scipy.interpolate.PchipInterpolator`` does.
    """

    def __init__(self, at: FloatArray, values: FloatArray) -> None:
        steps = np.diff(at)[:, None]
        slopes = np.diff(values, axis=0) / steps
        ends = _slopes_at(steps, slopes)
        bend = (ends[:-1] + ends[1:] - 2 * slopes) / steps
        self._at = at
        self._parts = (values[:-1], ends[:-1], (slopes - ends[:-1]) / steps - bend, bend / steps)

    def __call__(self, at: FloatArray) -> FloatArray:
        """Its values (N, C) between the points."""
        part = np.searchsorted(self._at, at, side="right") - 1
        beyond = (at - self._at[part])[:, None]
        constant, slope, square, cube = (one[part] for one in self._parts)
        twice = beyond * beyond
        return np.asarray(constant + slope * beyond + square * twice + cube * (twice * beyond))


def _slopes_at(steps: FloatArray, slopes: FloatArray) -> FloatArray:
    """Slope of the curve at each point, (K, C)."""
    if len(slopes) == 1:
        return np.concatenate([slopes, slopes])
    signs = np.sign(slopes)
    turns = (signs[1:] != signs[:-1]) | (slopes[1:] == 0) | (slopes[:-1] == 0)
    later, sooner = 2 * steps[1:] + steps[:-1], steps[1:] + 2 * steps[:-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = 1.0 / ((later / slopes[:-1] + sooner / slopes[1:]) / (later + sooner))
    inner = np.where(turns, 0.0, mean)
    first = _end(steps[0], steps[1], slopes[0], slopes[1])
    last = _end(steps[-1], steps[-2], slopes[-1], slopes[-2])
    return np.concatenate([first[None], inner, last[None]])


def _end(
    own: FloatArray, beside: FloatArray, slope: FloatArray, next_one: FloatArray
) -> FloatArray:
    """Slope at an end, (C,), from the two steps and slopes next to it."""
    end = ((2 * own + beside) * slope - own * next_one) / (own + beside)
    steep = (np.sign(slope) != np.sign(next_one)) & (np.abs(end) > 3.0 * np.abs(slope))
    kept = np.where(steep, 3.0 * slope, end)
    return np.where(np.sign(end) != np.sign(slope), 0.0, kept)


def windows(values: Values, width: int) -> Values:
    """Odd windows (T, ..., width) around each of (T, ...) values; the ends stay as they are."""
    reach = width // 2
    padded = np.pad(values, [(reach, reach), *[(0, 0)] * (values.ndim - 1)], mode="edge")
    return cast("Values", np.lib.stride_tricks.sliding_window_view(padded, width, axis=0))

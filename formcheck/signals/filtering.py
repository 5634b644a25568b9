"""Gaps and smoothing on true time stamps.

The filter is a Butterworth low-pass run forwards and backwards (zero phase, net
fourth order), 6 Hz: Winter, Biomechanics and Motor Control of Human Movement
(2009), §3.4.4. Run twice, a filter's -3 dB point falls to 0.802 of its own, so
the single pass is designed at 6 / 0.802 Hz. Times are resampled to an even grid
first, as phones vary their frame rate. Nothing is filtered or bridged across a hole
in the times or a change of stretch, and no grid has more points than a few for each
frame, however far apart the frames lie.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from formcheck.data import BoolArray, FloatArray
from formcheck.signals.frame_times import FrameTimes
from formcheck.signals.numeric import Curve, both_ways

CUTOFF_HZ = 6.0
DUAL_PASS = (2**0.5 - 1) ** 0.25
MAX_GAP_S = 0.2
PAD_S = 1.0

GAP_S = 0.5 + 1e-3
SEVERAL = 4.0
"""A stretch ends where no picture comes for half a second, long enough to hide a turning
point, and for so many usual intervals: a film of one picture a second has no gaps (our
choice; ``video/clock.py`` says the same of films)."""

MOST_GRID = 4
"""Points of an even grid to a frame: frames may bunch, and memory must follow them."""

Stretch = NDArray[np.integer]
"""Number (T,) of the stretch that each frame lies in, not falling."""


def stretches(time_s: FloatArray, given: Stretch | None = None) -> Stretch:
    """Number the stretches (T,) without a gap in time; what was ``given`` is kept apart too."""
    steps_s = np.diff(time_s)
    ends = steps_s > max(GAP_S, SEVERAL * FrameTimes(time_s).step_s(alone=0.0))
    if given is not None:
        ends |= np.diff(given) != 0
    return np.concatenate([[0], np.cumsum(ends)]).astype(np.int32)[: len(time_s)]


def pieces(time_s: FloatArray, stretch: Stretch | None = None) -> list[tuple[int, int]]:
    """Start and stop (exclusive) of what may be filtered as one: no hole, one stretch."""
    if not len(time_s):
        return []
    steps_s = np.diff(time_s)
    ends = steps_s > max(MAX_GAP_S + 1e-9, SEVERAL * FrameTimes(time_s).step_s(alone=0.0))
    if stretch is not None:
        ends |= np.diff(stretch) != 0
    edges = [0, *(np.flatnonzero(ends) + 1).tolist(), len(time_s)]
    return list(pairwise(edges))


def fill_gaps(
    time_s: FloatArray,
    values: FloatArray,
    max_gap_s: float = MAX_GAP_S,
    stretch: Stretch | None = None,
) -> FloatArray:
    """Bridge gaps of up to ``max_gap_s`` seconds with PCHIP; longer ones stay NaN.

    ``values`` is (T,) or (T, C); a gap is measured between the known frames around it.
    """
    parts = [
        _filled(time_s[start:stop], values[start:stop], max_gap_s)
        for start, stop in pieces(time_s, stretch)
    ]
    return np.concatenate(parts) if parts else values.copy()


def _filled(time_s: FloatArray, values: FloatArray, max_gap_s: float) -> FloatArray:
    columns = values.reshape(len(values), -1)
    filled = columns.copy()
    for known, alike in _known_together(columns):
        if known.all() or known.sum() < 2:
            continue
        curve = Curve(time_s[known], columns[known][:, alike])
        for start, stop in runs(~known):
            if start == 0 or stop == len(values):
                continue
            if time_s[stop] - time_s[start - 1] <= max_gap_s + 1e-9:
                filled[start:stop, alike] = curve(time_s[start:stop])
    return filled.reshape(values.shape)


def smooth(
    time_s: FloatArray,
    values: FloatArray,
    cutoff_hz: float = CUTOFF_HZ,
    stretch: Stretch | None = None,
) -> FloatArray:
    """Low-pass ``values`` (T,) or (T, C) without delay; each known stretch on its own.

    Stretches shorter than 0.15 s are too short to filter and become NaN.
    """
    parts = [
        _smoothed(time_s[start:stop], values[start:stop], cutoff_hz)
        for start, stop in pieces(time_s, stretch)
    ]
    return np.concatenate(parts) if parts else values.copy()


def _smoothed(time_s: FloatArray, values: FloatArray, cutoff_hz: float) -> FloatArray:
    columns = values.reshape(len(values), -1)
    out = np.full(columns.shape, np.nan)
    for known, alike in _known_together(columns):
        for start, stop in runs(known):
            span_s = time_s[stop - 1] - time_s[start]
            if stop - start < 4 or span_s < 0.15:
                continue
            stretch = columns[start:stop, alike]
            out[start:stop, alike] = _smooth_stretch(time_s[start:stop], stretch, cutoff_hz)
    return out.reshape(values.shape)


def _known_together(columns: FloatArray) -> Iterator[tuple[BoolArray, list[int]]]:
    """The columns of (T, C) that are known in the same frames, and those frames (T,)."""
    known = np.isfinite(columns)
    together: dict[bytes, list[int]] = {}
    for column, flags in enumerate(known.T):
        together.setdefault(flags.tobytes(), []).append(column)
    for alike in together.values():
        yield known[:, alike[0]], alike


def _smooth_stretch(time_s: FloatArray, values: FloatArray, cutoff_hz: float) -> FloatArray:
    """Low-pass (T, C) values without gaps."""
    least_s = float(time_s[-1] - time_s[0]) / (MOST_GRID * len(time_s))
    step_s = max(FrameTimes(time_s).step_s(), least_s)
    rate_hz = 1.0 / step_s
    single_hz = cutoff_hz / DUAL_PASS
    if single_hz >= 0.45 * rate_hz:
        return values
    grid_s = np.arange(time_s[0], time_s[-1] + step_s / 2, step_s)
    even = _resampled(grid_s, time_s, values)
    pad = min(len(even) - 1, max(1, round(PAD_S * rate_hz)))
    smoothed = both_ways(single_hz, rate_hz, even, pad)
    return _resampled(time_s, grid_s, smoothed)


def _resampled(at_s: FloatArray, time_s: FloatArray, values: FloatArray) -> FloatArray:
    """Values (T, C) at other times."""
    return np.stack([np.interp(at_s, time_s, column) for column in values.T], axis=1)


def nan_median(values: FloatArray) -> FloatArray:
    """Median over the last axis, NaN passed over; NaN where there is nothing else.

    For many short rows: numpy's own takes ten times as long on them.
    """
    ordered = np.sort(values, axis=-1)  # NaN comes last
    count = np.isfinite(ordered).sum(axis=-1, keepdims=True)
    low = np.take_along_axis(ordered, np.maximum(count - 1, 0) // 2, axis=-1)
    high = np.take_along_axis(ordered, np.minimum(count // 2, values.shape[-1] - 1), axis=-1)
    return np.asarray(np.where(count > 0, (low + high) / 2, np.nan)[..., 0])


def hampel(values: FloatArray, floor: float, half_width: int = 3, limit: float = 3.0) -> BoolArray:
    """Mark values further than ``limit`` scaled MADs from their running median.

    Hampel identifier (Pearson 2002, IEEE Trans Control Syst Technol 10:55),
    window of 2 x ``half_width`` + 1 frames; differences up to ``floor`` (in the
    units of ``values``) are never marked, nor is NaN.
    """
    padded = np.pad(values, half_width, constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * half_width + 1)
    enough = np.isfinite(windows).sum(axis=1) >= half_width + 1
    marked = np.zeros(values.shape, dtype=bool)
    if not enough.any():
        return marked
    centre = nan_median(windows[enough])
    spread = 1.4826 * nan_median(np.abs(windows[enough] - centre[:, None]))
    marked[enough] = np.abs(values[enough] - centre) > np.maximum(limit * spread, floor)
    return marked


def runs(flags: BoolArray) -> list[tuple[int, int]]:
    """Start and stop (exclusive) of each stretch of True."""
    edges = np.diff(np.concatenate(([0], flags.astype(np.int8), [0])))
    return list(
        zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist(), strict=True)
    )

"""Gaps and smoothing on true time stamps.

The filter is a Butterworth low-pass run forwards and backwards (zero phase, net
fourth order), 6 Hz: Winter, Biomechanics and Motor Control of Human Movement
(2009), §3.4.4. Run twice, a filter's -3 dB point falls to 0.802 of its own, so
the single pass is designed at 6 / 0.802 Hz. Times are resampled to an even grid
first, as phones vary their frame rate.
"""

from __future__ import annotations

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.signal import butter, sosfiltfilt

from formcheck.data import BoolArray, FloatArray

CUTOFF_HZ = 6.0
DUAL_PASS = (2**0.5 - 1) ** 0.25
MAX_GAP_S = 0.2
PAD_S = 1.0


def fill_gaps(time_s: FloatArray, values: FloatArray, max_gap_s: float = MAX_GAP_S) -> FloatArray:
    """Bridge gaps of up to ``max_gap_s`` seconds with PCHIP; longer ones stay NaN.

    ``values`` is (T,); a gap is measured between the known frames around it.
    """
    known = np.isfinite(values)
    if known.all() or known.sum() < 2:
        return values
    filled = values.copy()
    curve = PchipInterpolator(time_s[known], values[known], extrapolate=False)
    for start, stop in runs(~known):
        if start == 0 or stop == len(values):
            continue
        if time_s[stop] - time_s[start - 1] <= max_gap_s + 1e-9:
            filled[start:stop] = curve(time_s[start:stop])
    return filled


def smooth(time_s: FloatArray, values: FloatArray, cutoff_hz: float = CUTOFF_HZ) -> FloatArray:
    """Low-pass ``values`` (T,) without delay; each known stretch on its own.

    Stretches shorter than 0.15 s are too short to filter and become NaN.
    """
    out = np.full(values.shape, np.nan)
    for start, stop in runs(np.isfinite(values)):
        span_s = time_s[stop - 1] - time_s[start]
        if stop - start < 4 or span_s < 0.15:
            continue
        out[start:stop] = _smooth_stretch(time_s[start:stop], values[start:stop], cutoff_hz)
    return out


def _smooth_stretch(time_s: FloatArray, values: FloatArray, cutoff_hz: float) -> FloatArray:
    step_s = float(np.median(np.diff(time_s)))
    rate_hz = 1.0 / step_s
    single_hz = cutoff_hz / DUAL_PASS
    if single_hz >= 0.45 * rate_hz:
        return values
    grid_s = np.arange(time_s[0], time_s[-1] + step_s / 2, step_s)
    even = np.interp(grid_s, time_s, values)
    sos = butter(2, single_hz, fs=rate_hz, output="sos")
    pad = min(len(even) - 1, max(1, round(PAD_S * rate_hz)))
    smoothed = sosfiltfilt(sos, even, padtype="odd", padlen=pad)
    return np.interp(time_s, grid_s, smoothed)


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
    centre = np.nanmedian(windows[enough], axis=1)
    spread = 1.4826 * np.nanmedian(np.abs(windows[enough] - centre[:, None]), axis=1)
    marked[enough] = np.abs(values[enough] - centre) > np.maximum(limit * spread, floor)
    return marked


def runs(flags: BoolArray) -> list[tuple[int, int]]:
    """Start and stop (exclusive) of each stretch of True."""
    edges = np.diff(np.concatenate(([0], flags.astype(np.int8), [0])))
    return list(
        zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist(), strict=True)
    )

"""Whether a film's seconds can be life's: what no tag says, pictures and bodies show.

A film that was slowed down in parts shows each picture several times there, or puts
its pictures further apart. A film that plays too fast shows a trunk that drops faster
than things fall, or a kettlebell that swings faster than arms can.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from formcheck.data import Body, BoolArray, Caution, FloatArray, Pace, PoseTrack, Time
from formcheck.signals.angles import HIP, SHOULDER
from formcheck.signals.filtering import nan_median, pieces
from formcheck.signals.frame_times import FrameTimes

WINDOW = 24
"""Pictures over which repeated ones are counted: 0.8 s at the usual rate (our choice)."""

MOVING = 0.015
"""Trunk lengths from picture to picture, of the median landmark at its quickest: below
it a repeated picture looks like a new one. The engine's jitter is 0.003..0.006 (measured
on the real clips), a squat's way 0.03..0.05."""

ISOLATED = 0.5
"""A step is isolated when the steps before and after it are less than this share of it."""

REPEATED = 0.6
PLAIN = 0.1
"""Share of isolated steps, among the large ones of a window, from which its pictures are
repeated, and up to which they are all new. Slowed fourfold: 0.8..1; the real clips: 0, but
for films whose every picture was doubled (our choice)."""

SPREAD = 3.0
"""Times that pictures lie further apart than elsewhere in a film whose speed changes;
in poor light a phone's rate halves, and its times are true."""

LEAST_S = 1.0
"""So long each: shorter changes are dropped pictures."""

LEG_M = 0.83
"""Hip to ankle of a person 1.7 m tall: 0.491 of the height (Drillis and Contini 1966)."""

MOST_DROP_M_S2 = 14.5
"""Downward acceleration of the trunk's middle, over ``DROP_S``, that no standing body has:
free fall, a fifth more for legs of 0.7 m, and jitter. Measured: films at life's speed up
to 10.7 (14.2 where the camera shook), swings at twice their speed 16.6, squats sped up two
to three times 14..21."""

DROP_S = 0.2
DROPS = 0.99  # quantile of the film's frames that it is taken at: single frames jitter

SWINGING = 0.45
"""Leg lengths by which the hands rise and fall against the hips in a swing: 0.5..1.3."""

LEAST_CYCLE_S = 1.1
"""A swing takes 1.2 s and more (evidence: the pendulum of an arm with a bell; real and
rendered ones 1.4..1.8 s)."""

USUAL_CYCLE_S = 1.45
AROUND_S = 0.3  # a swing's bottom: the back is read over so long
MEDIAN_ERROR = 1.2533  # standard error of a median over that of a mean, of normal values
LEAST_CYCLES = 3
LEVELS = (0.3, 0.7)  # of the hands' way: passing both is a cycle's half

PACE_CHANGES, PACE_UNKNOWN = "pace_changes", "pace_unknown"


def doubted(
    time: Time, landmarks_px: FloatArray, body: Body, wrist_over_hip: FloatArray
) -> tuple[Time, tuple[Caution, ...]]:
    """Doubt a film's seconds where pictures or bodies say so, with a caution.

    Parameters
    ----------
    time
        With the pace that the film's tags or the user say.
    landmarks_px
        (T, 33, 2) as the engine found them.
    body
        What was made of them.
    wrist_over_hip
        (T,) height of the hands over the hips, leg lengths.
    """
    pace, time_s = time.pace, time.time_s
    if pace.doubt:
        return time, ()
    if changes_speed(time_s, landmarks_px, body.leg_px):
        caution = Caution(
            PACE_CHANGES,
            "The film's speed changes: parts of it are in slow motion.",
            "Film at normal speed, and send the phone's own file.",
        )
        return replace(time, pace=Pace(pace.slowed, PACE_CHANGES)), (caution,)
    swing_s = cycle_s(time_s, wrist_over_hip)
    if swing_s < LEAST_CYCLE_S or too_fast(time_s, body.points_px, body.leg_px):
        likely = (
            ""
            if not swing_s < LEAST_CYCLE_S
            else (f", perhaps {USUAL_CYCLE_S / swing_s:.1f} times too fast by how the load swings")
        )
        caution = Caution(
            PACE_UNKNOWN,
            f"The film plays faster than a body can move{likely}: what needs true seconds "
            "isn't judged.",
            "Send the phone's own file, or name the factor with --slow-motion (0.5: twice "
            "as fast as life).",
        )
        return replace(time, pace=Pace(pace.slowed, PACE_UNKNOWN)), (caution,)
    return time, ()


def at_usual_pace(track: PoseTrack, wrist_over_hip: FloatArray) -> PoseTrack | None:
    """Give the track the pace of a usual swing where hands swing faster than arms can.

    None where they don't. At the film's pace the filter would cut what is movement.
    """
    swing_s = cycle_s(track.time_s, wrist_over_hip)
    if not swing_s < LEAST_CYCLE_S:
        return None
    by = USUAL_CYCLE_S / swing_s
    pace = Pace(track.pace.slowed / by, PACE_UNKNOWN)
    return replace(track, time_s=track.time_s * by, pace=pace)


def scatter(time_s: FloatArray, values: FloatArray) -> FloatArray:
    """Standard error (T,) of a median over the few pictures around each.

    It is what a film that dropped pictures leaves unknown.
    """
    width = FrameTimes(time_s).within(AROUND_S)
    padded = np.pad(values, width // 2, constant_values=np.nan)
    windows = sliding_window_view(padded, width)
    off = np.abs(windows - nan_median(windows)[:, None])
    count = np.isfinite(windows).sum(axis=1).clip(1)
    error = 1.4826 * MEDIAN_ERROR * nan_median(off) / np.sqrt(count)
    return np.asarray(np.nan_to_num(error))


def changes_speed(time_s: FloatArray, landmarks_px: FloatArray, leg_px: float) -> bool:
    """Whether moving parts of a film are slowed down and others aren't."""
    if len(time_s) <= WINDOW or not leg_px > 0:
        return False
    steps_px = _median_step_px(landmarks_px)
    isolated = _isolated(steps_px)
    windows = sliding_window_view(np.nan_to_num(steps_px), WINDOW)
    largest = np.percentile(windows, 90, axis=1)
    large = windows > ISOLATED * largest[:, None]
    share = (large & sliding_window_view(isolated, WINDOW)).sum(axis=1) / large.sum(axis=1).clip(1)
    moving = largest > MOVING * leg_px
    intervals_s = np.diff(time_s)
    apart_s = np.median(sliding_window_view(intervals_s, WINDOW), axis=1)
    lasts_s = np.minimum(apart_s, LEAST_S)  # each window stands for one more picture

    def long_enough(windows_like_this: BoolArray) -> bool:
        return float(lasts_s[moving & windows_like_this].sum()) >= LEAST_S

    if long_enough(share >= REPEATED) and long_enough(share <= PLAIN):
        return True
    if not moving.any():
        return False
    usual_s = float(np.percentile(apart_s[moving], 10))
    return long_enough(apart_s >= SPREAD * usual_s) and long_enough(apart_s < 1.5 * usual_s)


def _median_step_px(landmarks_px: FloatArray) -> FloatArray:
    """How far the landmarks go from each picture to the next, (T - 1,) median; NaN unseen."""
    steps = np.linalg.norm(np.diff(landmarks_px, axis=0), axis=-1)
    out = np.full(len(steps), np.nan)
    known = np.isfinite(steps).any(axis=1)
    out[known] = np.nanmedian(steps[known], axis=1)
    return out


def _isolated(steps_px: FloatArray) -> BoolArray:
    """Steps (T,) between two that are much smaller, as where pictures are repeated."""
    before = np.concatenate([[np.nan], steps_px[:-1]])
    after = np.concatenate([steps_px[1:], [np.nan]])
    return np.asarray((before < ISOLATED * steps_px) & (after < ISOLATED * steps_px))


def too_fast(time_s: FloatArray, points_px: FloatArray, leg_px: float) -> bool:
    """Whether the trunk drops faster than things fall."""
    trunk = list(SHOULDER.values()) + list(HIP.values())
    down_m = points_px[:, trunk, 1].mean(axis=1) * LEG_M / leg_px
    found = [np.empty(0)]
    for start, stop in pieces(time_s):
        if stop - start >= WINDOW:
            step_s = float(np.median(np.diff(time_s[start:stop])))
            width = max(3, round(DROP_S / step_s) + 1)
            if width <= stop - start:
                pull = _pull(width, step_s)
                found.append(sliding_window_view(down_m[start:stop], width) @ pull)
    drops = np.concatenate(found)
    drops = drops[np.isfinite(drops)]
    return bool(drops.size >= WINDOW and np.quantile(drops, DROPS) > MOST_DROP_M_S2)


def _pull(width: int, step_s: float) -> FloatArray:
    """Weights (width,) that give the acceleration of a parabola through so many values."""
    middle = (np.arange(width) - (width - 1) / 2) * step_s
    return np.asarray(2 * np.polyfit(middle, np.eye(width), 2)[0])


def cycle_s(time_s: FloatArray, wrist_over_hip: FloatArray) -> float:
    """Median time from swing to swing of the hands; NaN when they don't swing."""
    known = np.isfinite(wrist_over_hip)
    if not known.any():
        return np.nan
    height = wrist_over_hip[known]
    low, high = np.percentile(height, [10, 90])
    if high - low < SWINGING:
        return np.nan
    below, above = (low + share * (high - low) for share in LEVELS)
    side = np.where(height > above, 1, np.where(height < below, -1, 0))
    passed = np.flatnonzero(side)
    rises = passed[1:][(side[passed[:-1]] < 0) & (side[passed[1:]] > 0)]
    if rises.size <= LEAST_CYCLES:
        return np.nan
    return float(np.median(np.diff(time_s[known][rises])))

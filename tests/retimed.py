"""A filmed set played on another clock: stopped, slowed, cut.

The clock is a list of pairs (seconds of the new film, seconds of the old one), in
between it runs evenly: ``stopped_at(3.0, for_s=0.7)`` is such a list.
"""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np

from formcheck.data import FloatArray, PoseTrack
from tests.skeleton import Lifter, TrueRep

Clock = list[tuple[float, float]]
END_S = 1e4


def stopped_at(at_s: float, for_s: float) -> Clock:
    """A clock that stands for so long at a moment."""
    return [(0.0, 0.0), (at_s, at_s), (at_s + for_s, at_s), (at_s + for_s + END_S, at_s + END_S)]


def slowed(start_s: float, stop_s: float, times: float) -> Clock:
    """A clock that takes so many times as long from one moment to another."""
    later_s = start_s + times * (stop_s - start_s)
    return [(0.0, 0.0), (start_s, start_s), (later_s, stop_s), (later_s + END_S, stop_s + END_S)]


def retimed(lifter: Lifter, clock: Clock, seed: int | None = None) -> Lifter:
    """The same set on another clock, at the same frame rate.

    ``seed`` adds the engine's jitter, so that a stop isn't a frozen picture.
    """
    new_s, old_s = np.array(clock).T
    step_s = float(np.median(np.diff(lifter.track.time_s)))
    last_s = float(np.interp(lifter.track.time_s[-1], *_later(old_s, new_s)))
    time_s = np.arange(0.0, last_s + 1e-9, step_s)
    source_s = np.clip(np.interp(time_s, new_s, old_s), 0.0, lifter.track.time_s[-1])
    track = _at(lifter.track, time_s, source_s)
    if seed is not None:
        noise = np.random.default_rng(seed).normal(0.0, 1.0, track.landmarks_px[..., :2].shape)
        points = track.landmarks_px.copy()
        points[..., :2] += noise
        track = replace(track, landmarks_px=points)
    moved = [
        TrueRep(
            *(
                float(np.interp(moment_s, *_later(old_s, new_s)))
                for moment_s in (rep.start_s, rep.bottom_s, rep.top_s, rep.end_s)
            )
        )
        for rep in lifter.reps
    ]
    angles = {
        name: np.interp(source_s, lifter.track.time_s, values)
        for name, values in lifter.angles_deg.items()
    }
    return replace(lifter, track=track, reps=tuple(moved), angles_deg=angles)


def _later(old_s: FloatArray, new_s: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The way back: of a moment at which the clock stood, the last one."""
    return old_s + 1e-6 * np.arange(old_s.size), new_s


def _at(track: PoseTrack, time_s: FloatArray, source_s: FloatArray) -> PoseTrack:
    """Every array of a track between its frames."""
    frames = track.time_s.size
    changed: dict[str, object] = {"time_s": time_s}
    before = np.clip(np.searchsorted(track.time_s, source_s) - 1, 0, frames - 2)
    part = (source_s - track.time_s[before]) / np.diff(track.time_s)[before]
    for field in fields(track):
        values = getattr(track, field.name)
        if field.name == "time_s" or not isinstance(values, np.ndarray):
            continue
        if values.dtype.kind == "f":
            share = part.reshape(-1, *[1] * (values.ndim - 1))
            changed[field.name] = (1 - share) * values[before] + share * values[before + 1]
        else:
            changed[field.name] = values[before]
    return replace(track, **changed)  # type: ignore[arg-type]  # its own fields

"""A part of a track: some seconds of one scene, as if nothing else had been filmed."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np

from formcheck.data import PoseTrack

UNSEEN = ("landmarks_px", "world_m", "outline_px", "on_body", "plate_px")


def scenes_of(track: PoseTrack) -> tuple[int, ...]:
    """Give the numbers of the scenes; those of pictures of none aren't among them."""
    if track.shot is None:
        return (0,)
    numbers = np.unique(track.shot)
    return tuple(numbers[numbers >= 0].tolist())


def scene_span(track: PoseTrack, scene: int) -> tuple[float, float]:
    """When a scene is first and last seen, by ``time_s``."""
    time_s = track.time_s if track.shot is None else track.time_s[track.shot == scene]
    return float(time_s[0]), float(time_s[-1])


def cut_out(track: PoseTrack, scene: int, start_s: float, end_s: float) -> PoseTrack:
    """Give what a scene shows from one moment to another; times stay those of the film.

    Where other scenes come in between, nobody is seen.
    """
    inside = (track.time_s >= start_s) & (track.time_s <= end_s)
    frames = track.time_s.size
    arrays: dict[str, Any] = {
        one.name: value[inside]
        for one in fields(track)
        if isinstance(value := getattr(track, one.name), np.ndarray) and len(value) == frames
    }
    if track.shot is not None:
        other = arrays["shot"] != scene
        for name in UNSEEN:
            if name in arrays:
                arrays[name][other] = np.nan
        arrays["visibility"][other] = 0.0
        arrays["shot"] = np.where(other, -1, 0).astype(track.shot.dtype)
    return replace(track, **arrays)

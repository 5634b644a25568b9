"""Films of several sets, put together from skeletons: one after the other, with rests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from formcheck.data import PoseTrack
from tests.rods import lose, select

FRAMES = ("landmarks_px", "visibility", "world_m", "outline_px", "on_body", "plate_px")


def standing(track: PoseTrack, for_s: float) -> PoseTrack:
    """The lifter stands still, as they do where they are highest."""
    shoulders_y = track.landmarks_px[:, [11, 12], 1].mean(axis=1)
    return _held(track, int(np.argmin(shoulders_y)), for_s)


def nobody(track: PoseTrack, for_s: float) -> PoseTrack:
    """The same place with nobody in it."""
    held = _held(track, 0, for_s)
    return lose(held, np.ones(held.time_s.shape, dtype=bool))


def joined(*parts: PoseTrack, scenes: Sequence[int] | None = None) -> PoseTrack:
    """One film of several, with one clock; ``scenes`` numbers the place of each.

    As after a jump cut, nothing is measured from one to the next.
    """
    step_s = float(np.median(np.diff(parts[0].time_s)))
    numbers = [0] * len(parts) if scenes is None else scenes
    first, begin_s, times = parts[0], 0.0, []
    for part in parts:
        times.append(part.time_s - part.time_s[0] + begin_s)
        begin_s = times[-1][-1] + step_s
    arrays: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in FRAMES
        if getattr(first, name) is not None
    }
    shot = np.concatenate(
        [np.full(part.time_s.size, number) for part, number in zip(parts, numbers, strict=True)]
    )
    stretch = np.repeat(np.arange(len(parts), dtype=np.int32), [p.time_s.size for p in parts])
    size = np.max([part.frame_size for part in parts], axis=0)
    assert first.source is not None
    return replace(
        first,
        time_s=np.concatenate(times),
        shot=shot.astype(np.int32),
        stretch=stretch,
        frame_size=(int(size[0]), int(size[1])),
        source=replace(first.source, duration_s=begin_s, frames=shot.size),
        **arrays,
    )


def _held(track: PoseTrack, frame: int, for_s: float) -> PoseTrack:
    step_s = float(np.median(np.diff(track.time_s)))
    count = max(round(for_s / step_s), 1)
    held = select(track, np.full(count, frame))
    return replace(held, time_s=np.arange(count) * step_s)

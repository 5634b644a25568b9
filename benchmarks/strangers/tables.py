"""Squats in the wild of which only the poses are kept: for counting."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.labels import Seen
from benchmarks.squat_faults import LEG_M, track_of
from benchmarks.strangers.films import Label
from formcheck.data import FloatArray

_SOURCES = (("val", "Countix"), ("train", "Countix"), ("stu", "RepCount"))
_BONES = ((11, 23), (12, 24), (23, 25), (24, 26), (25, 27), (26, 28))
_LEGS = _BONES[2:]


def tables(folder: Path) -> Iterator[Label]:
    """The clips of ``squat_reps.npz`` with the counts of people; none where it isn't here."""
    file = folder / "real_poses" / "squat_reps.npz"
    if not file.is_file():
        return
    said = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    with np.load(file) as kept:
        for one in said:
            name = one["name"]
            yield Label(
                path=file.parent / f"{name}.npz",
                group="tables",
                source=next(source for start, source in _SOURCES if name.startswith(start)),
                names=("bodyweight_squat", "squat"),
                counts=(int(one["count"]),),
                is_sure=True,
                view="other",
                seen=Seen(),
                words=("squats, poses only", f"reps {one['count']}"),
                track=track_of(_standing(np.asarray(kept[f"{name}_xyz"], float)), name),
            )


def _standing(points: FloatArray) -> FloatArray:
    """Points whose place and scale differ by picture, as (T, 33, 3) metres over still feet.

    The table was recovered from points that had been scaled picture by picture, so the
    size is the bones', and the feet are taken to stand.
    """
    empty = ~np.any(points, axis=(1, 2))  # nobody was found
    points = np.where(empty[:, None, None], np.nan, points)
    bones = _lengths(points, _BONES)
    size = np.median(bones / np.nanmedian(bones, axis=1, keepdims=True), axis=0)
    scaled = points / size[:, None, None]
    leg = np.nanmedian(_lengths(scaled, _LEGS).sum(axis=0)) / 2
    feet = scaled[:, [27, 28]].mean(axis=1, keepdims=True)
    return np.asarray((scaled - feet) * LEG_M / leg)


def _lengths(points: FloatArray, bones: Sequence[tuple[int, int]]) -> FloatArray:
    return np.asarray([np.linalg.norm(points[:, a] - points[:, b], axis=-1) for a, b in bones])

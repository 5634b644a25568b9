"""The benchmark of the camera's place: what is compared, and what is wrong, on made-up results."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from benchmarks.accuracy.agreement import Pairs
from benchmarks.accuracy.measure import ClipResult, CueValue
from benchmarks.camera_place.films import LIFTERS, Lifter, Place, clip_of, films
from benchmarks.camera_place.run import page, tables, wrong_of
from formcheck import filming


def verdict(said: str, true: float, cue: str = "depth") -> CueValue:
    return CueValue(cue, 1, said, 5.0, 1.0, true, 10.0, 20.0, "")


def result(lifter: Lifter, place: Place, *cues: CueValue, judged: float = 0.5) -> ClipResult:
    clip = clip_of(lifter, place)
    zeros = np.zeros(4)
    seen = Pairs(np.full(4, place.yaw_deg), zeros, np.full(4, 5.0))
    pairs = dict.fromkeys(("trunk", "hip", "knee"), seen)
    return ClipResult(clip, abs(place.yaw_deg), 1, 1, "", "", pairs, cues=cues, judged=judged)


def test_a_verdict_is_wrong_where_the_true_joints_give_another() -> None:
    """Past the watch limit where the truth isn't, or good where it is a fault; else not."""
    said = [
        verdict("good", 25.0),
        verdict("good", 15.0),
        verdict("watch", 5.0),
        verdict("fault", 15.0),
        verdict("cannot_judge", 25.0),
        verdict("fault", math.nan, "lumbar_rounding"),
        verdict("good", math.nan, "lumbar_rounding"),
    ]
    found = wrong_of(result(LIFTERS[0], Place(0.0, 1.0), *said))
    assert found == ["depth good", "depth watch", "lumbar_rounding fault"]


def test_every_clip_is_its_own_and_the_rule_is_among_the_places() -> None:
    """No two clips have one name, and both places that we tell of were measured."""
    every = list(films())
    assert len({clip.name for _, clip in every}) == len(every)
    ahead = math.degrees(math.atan2(filming.AHEAD_M, filming.ASIDE_M))
    for yaw in (0.0, float(round(ahead))):
        told = Place(yaw, filming.HEIGHT_M, filming.ASIDE_M)
        assert sum(place == told for place, _ in every) >= len(LIFTERS)


def test_places_that_are_compared_saw_the_same_lifters() -> None:
    """Each row of a table has as many clips as its neighbours, and its own numbers."""
    found = [
        (place, replace(result(LIFTERS[0], place, judged=abs(place.yaw_deg) / 100), clip=clip))
        for place, clip in films()
    ]
    parts = tables(found)
    for title, rows in parts.items():
        assert len({row.clips for row in rows}) == 1, title
    level = {row.name: row for row in parts["Full plates, level with the hips"]}
    assert level["25° behind the side"].judged == 0.25
    assert level["25° behind the side"].rmse_deg["knee"] == 25.0
    assert "| straight aside | 4 | 0% | 0% | 0 of 0 | 0.0° |" in page(parts, found)

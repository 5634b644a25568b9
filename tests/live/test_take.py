"""The frames of the present set stay in a fixed piece of memory."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.live.take import LONGEST_S, MOST_FRAMES, Take
from formcheck.poses.plates import PlateWatch
from formcheck.poses.rows import FRAME
from tests.poses.drawn import RADIUS, followed, lifted, plate


def row(time_s: float) -> np.void:
    made = np.zeros(1, dtype=FRAME)
    made["time_s"] = time_s
    first: np.void = made[0]
    return first


def test_an_hour_keeps_two_minutes() -> None:
    """What is too old falls out; the newest is there, in order, without gaps."""
    take = Take((640, 480))
    for number in range(20_000):
        take.add(row(number / 30))
    times = take.track().time_s
    assert len(take) <= MOST_FRAMES
    assert times[-1] == take.end_s == 19_999 / 30
    assert LONGEST_S - 1.0 <= times[-1] - times[0] <= LONGEST_S
    assert np.allclose(np.diff(times), 1 / 30)


def test_a_fast_camera_keeps_as_many_frames_as_there_is_room() -> None:
    """At 120 frames a second the room is the limit, not the time."""
    take = Take((640, 480))
    for number in range(3 * MOST_FRAMES):
        take.add(row(number / 120))
    assert 3 * MOST_FRAMES // 4 <= len(take) <= MOST_FRAMES
    assert take.end_s == (3 * MOST_FRAMES - 1) / 120


def test_a_track_is_a_copy() -> None:
    """What is judged doesn't change under the judge's hands."""
    take = Take((640, 480))
    take.add(row(0.0))
    track = take.track()
    take.forget_before(10.0)
    take.add(row(20.0))
    assert track.time_s.tolist() == [0.0]
    assert take.start_s == 20.0


def test_a_part_can_be_asked_for() -> None:
    """``since_s`` cuts."""
    take = Take((640, 480))
    for number in range(10):
        take.add(row(float(number)))
    assert take.track(since_s=6.5).time_s.tolist() == [7.0, 8.0, 9.0]


def test_the_plate_is_that_of_the_frames_that_are_kept() -> None:
    """Live the same discs say where the bar is; those of forgotten frames don't."""
    film, take, watch = lifted(plate(30)), Take((480, 640)), PlateWatch()
    for picture, time_s, points in zip(film.pictures, film.time_s, film.points_px, strict=True):
        one = row(float(time_s))
        one["points_px"] = points
        watch.add(picture, float(time_s), points)
        take.add(one, watch.taken())
    live, whole = take.track(plate=True).plate_px, followed(film)
    assert live is not None and whole is not None
    assert live == pytest.approx(whole, abs=0.1, nan_ok=True)
    take.forget_before(0.5)
    later = take.track(plate=True).plate_px
    assert later is not None and len(later) == len(take)
    assert np.nanmedian(later[:, 2]) == pytest.approx(RADIUS, rel=0.02)
    assert take.track().plate_px is None

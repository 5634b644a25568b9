"""A drawn plate is found where it is, whatever it looks like; other things aren't plates."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.data import FloatArray
from formcheck.poses.plates import PlateWatch
from tests.poses.drawn import (
    FINE,
    HEIGHT,
    LEG,
    RADIUS,
    Film,
    Picture,
    disc,
    followed,
    lifted,
    plate,
)

CM = RADIUS / 22.5
"""Pixels, as the drawn plate is a full one."""


def off_cm(film: Film, found: FloatArray) -> FloatArray:
    """How far the found centres are off, (T,)."""
    return np.asarray(np.hypot(*(found[:, :2] - film.centre_px).T) / CM)


def check(film: Film, *, share: float = 0.85, most_cm: float = 0.5) -> FloatArray:
    """The plate is found in most frames, and where it is."""
    found = followed(film)
    assert found is not None
    seen = np.isfinite(found[:, 0])
    assert seen.mean() >= share
    assert np.sqrt(np.mean(off_cm(film, found)[seen] ** 2)) < most_cm
    assert np.nanmedian(found[:, 2]) == pytest.approx(RADIUS, rel=0.02)
    assert (found[seen, 3] > 0).all()
    return found


@pytest.mark.parametrize("grey", [25, 125, 235])
def test_a_plate_is_found_dark_light_or_nearly_as_the_wall(grey: int) -> None:
    """Half a centimetre, at any shade; 125 on a wall of 150 is dark on dark."""
    check(lifted(plate(grey)))


def test_a_blurred_plate_is_found() -> None:
    """Blur of 3 cm up and down, as of a quick pull in a dark gym."""
    check(lifted(plate(30), blur_px=9), share=0.75)


def test_a_partly_covered_plate_is_found() -> None:
    """A post hides a fifth of it, always at the same place of the picture."""

    def behind_a_post(fine: Picture, at: FloatArray) -> None:
        plate(35)(fine, at)
        fine[:, 245 * FINE : 268 * FINE] = 90

    check(lifted(behind_a_post), most_cm=0.8)


def test_the_rim_of_a_printed_plate_is_told_from_its_ring() -> None:
    """White letters' ring and hub don't make it smaller."""

    def printed(fine: Picture, at: FloatArray) -> None:
        for share, grey in ((1.0, 40), (0.72, 220), (0.60, 40), (0.35, 200)):
            disc(fine, at, share * RADIUS, grey)

    check(lifted(printed))


def rack(fine: Picture) -> None:
    """Plates of the same size that hang still, one of them where the bar passes."""
    for place in ((110.0, 430.0), (235.0, 390.0), (370.0, 330.0)):
        disc(fine, np.array(place), RADIUS, 60)
        disc(fine, np.array(place), 0.5 * RADIUS, 170)


def test_plates_that_stand_behind_are_not_the_bar() -> None:
    """The one that goes with the hands is, though others are as large."""
    check(lifted(plate(20), behind=rack), share=0.7, most_cm=0.8)


def test_plates_that_stand_behind_are_no_bar_at_all() -> None:
    """Hands that move nothing have no plate."""
    assert followed(lifted(lambda _fine, _at: None, behind=rack)) is None


@pytest.mark.parametrize(
    ("radius", "below"), [(0.12 * LEG, 0.21 * LEG), (0.11 * LEG, 0.0)], ids=["bell", "dumbbell"]
)
def test_what_is_smaller_is_no_plate(radius: float, below: float) -> None:
    """A kettlebell hangs under the hands, a dumbbell's head is in front of them."""
    film = lifted(lambda fine, at: disc(fine, at + np.array([0.0, below]), radius, 30))
    assert followed(film) is None


def test_nothing_is_found_where_nothing_is() -> None:
    """A wall and a floor; and a film without a lifter."""
    film = lifted(lambda _fine, _at: None)
    assert followed(film) is None
    watch = PlateWatch()
    watch.add(film.pictures[0], 0.0, None)
    assert len(watch.found()) == 0


def test_a_mirrored_film_has_the_mirrored_plate() -> None:
    """Nothing depends on left or right."""
    film = lifted(plate(30))
    found, other = check(film), check(film.mirrored())
    both = np.isfinite(found[:, 0]) & np.isfinite(other[:, 0])
    assert both.mean() > 0.8
    apart = np.abs(film.pictures[0].shape[1] - other[both, 0] - found[both, 0])
    assert np.median(apart) < 0.25 * CM
    assert np.median(np.abs(found[both, 1:3] - other[both, 1:3])) < 0.25 * CM


def test_the_answer_is_in_the_pixels_of_the_full_size() -> None:
    """A watch on shrunk pictures gives full-size places."""
    film = lifted(plate(30))
    watch = PlateWatch()
    for picture, time_s, points in zip(film.pictures, film.time_s, film.points_px, strict=True):
        watch.add(picture, float(time_s), points)
    half, full = watch.found(0.5), watch.found()
    assert half["centre_px"] == pytest.approx(2 * full["centre_px"])
    assert half["radius_px"] == pytest.approx(2 * full["radius_px"])
    assert full["centre_px"][:, 1].max() < HEIGHT

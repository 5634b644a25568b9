"""Words can be read on a phone and never stand on the lifter."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.report.framing import Box
from formcheck.report.lettering import wrap
from formcheck.report.overlay import _ANGLE, Overlay, _apart
from formcheck.report.placing import (
    LEAST_WORDS_PX,
    PHONE_PX,
    Places,
    place_words,
    text_unit,
    without_band,
)
from tests.report.sample import sample_analysis

SIZES = [(540, 960), (960, 540), (960, 720), (720, 640), (368, 656), (960, 400)]


def height_of(width: int) -> int:
    """How high 80 letters of 20 px are."""
    return 20 * (1 + 1600 // max(width, 1))


@pytest.mark.parametrize("size", SIZES)
def test_the_smallest_words_can_be_read_on_a_phone(size: tuple[int, int]) -> None:
    """12 px of the phone's own, whatever the picture's form."""
    seen_px = text_unit(size, _ANGLE) * _ANGLE * PHONE_PX / size[0]
    assert seen_px >= LEAST_WORDS_PX - 0.5  # rounded to whole pixels of the film


@given(
    size=st.sampled_from(SIZES),
    left=st.floats(0.0, 0.8),
    top=st.floats(0.0, 0.8),
    width=st.floats(0.1, 1.0),
    height=st.floats(0.1, 1.0),
)
def test_words_stand_clear_of_the_lifter(
    size: tuple[int, int], left: float, top: float, width: float, height: float
) -> None:
    """Neither counter nor the highest cue meets the lifter's box or leaves the film."""
    wide, high = min(width, 1 - left) * size[0], min(height, 1 - top) * size[1]
    lifter = Box(left * size[0], top * size[1], wide, high)
    unit = text_unit(size, _ANGLE)
    counter = (4 * unit, 3 * unit)
    places = place_words(size, unit, lifter, counter, height_of)
    moved = Box(lifter.left, lifter.top + places.band, lifter.width, lifter.height)
    cue = _cue_box(places)
    assert not cue.meets(moved)
    assert cue.left >= 0
    assert cue.right <= size[0]
    assert cue.bottom <= size[1] + places.band
    on = Box(*places.counter, *counter)
    assert not on.meets(cue)
    if places.band or places.from_top:  # below the lifter it may be that only a cue has room
        assert not on.meets(moved)


def _cue_box(places: Places) -> Box:
    high = height_of(places.cue_width)
    left, edge = places.cue
    return Box(left, edge if places.from_top else edge - high, places.cue_width, high)


def test_no_band_without_cues() -> None:
    """A set with nothing to say keeps its picture's form."""
    assert place_words((960, 540), 35, Box(300, 0, 300, 540), (140, 100), lambda _: 0).band == 0


def test_a_wide_film_gets_a_band_and_its_picture_can_be_had_back() -> None:
    """Words that find no room stand above the picture, which stays as it is."""
    size = (960, 540)
    overlay = Overlay(sample_analysis(*size), size, 1.0)
    rgb = np.arange(540, dtype=np.uint16).astype(np.uint8)[:, None, None]
    rgb = np.ascontiguousarray(np.broadcast_to(rgb, (540, 960, 3)))
    if overlay.size[1] > 540:
        drawn = overlay.draw_words(rgb, 0.1)
        np.testing.assert_array_equal(without_band(drawn, size)[300:], rgb[300:])
    assert without_band(rgb, size) is rgb


def test_an_advice_is_never_cut() -> None:
    """It breaks into as many lines as it takes."""
    text = "Before each rep, lock in your lats, lift your chest and hinge as deep as it holds."
    assert " ".join(wrap(text, 20, 200, bold=False)) == text


@given(tops=st.lists(st.floats(0, 60), min_size=1, max_size=3))
def test_angles_stand_apart(tops: list[float]) -> None:
    """At a deep squat's bottom hip and knee are as high as each other: their labels aren't."""
    boxes = _apart([Box(0, top, 80, 20) for top in tops])
    assert not any(one.meets(other) for at, one in enumerate(boxes) for other in boxes[at + 1 :])


def test_angles_that_dont_meet_stay() -> None:
    """Labels beside each other aren't moved."""
    boxes = [Box(0, 0, 50, 20), Box(60, 5, 50, 20)]
    assert _apart(boxes) == boxes

"""The words beside the lifter, never on them, whatever the shapes of window and picture."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from benchmarks.live_match import rows_of
from formcheck.live.layout import WIDEST, WORDS, Box, Whereabouts, arrange, box_of
from tests.skeleton import skeleton

SIDES = st.integers(240, 3000)
SHARES = st.floats(0.0, 1.0)


@given(SIDES, SIDES, SIDES, SIDES, SHARES, SHARES, SHARES, SHARES, st.booleans())
@example(1920, 1080, 1280, 720, 0.0, 0.2, 0.1, 0.9, False)  # at the left edge
@example(1920, 1080, 1280, 720, 0.8, 1.0, 0.1, 0.9, True)  # at the right edge
@example(1920, 1080, 720, 1280, 0.2, 0.7, 0.1, 0.9, False)  # a phone's film
@example(1080, 1920, 1280, 720, 0.0, 1.0, 0.0, 1.0, False)  # a screen on its side
def test_the_lifter_is_seen_whole_and_the_words_are_beside(
    wide: int,
    high: int,
    width: int,
    height: int,
    x: float,
    to_x: float,
    y: float,
    to_y: float,
    words_left: bool,
) -> None:
    """For every shape of window and picture, wherever the lifter stands in it."""
    lifter = Box(
        min(x, to_x) * width, min(y, to_y) * height, max(x, to_x) * width, max(y, to_y) * height
    )
    for box in (lifter, None):
        found = arrange((wide, high), (width, height), box, words_left=words_left)
        seen = box or Box(0, 0, width, height)
        assert found.crop.grown(1e-6).holds(seen)
        assert Box(0, 0, wide, high).holds(found.picture)
        assert Box(0, 0, wide, high).holds(found.words)
        apart = (
            found.picture.right <= found.words.left
            or found.words.right <= found.picture.left
            or found.picture.bottom <= found.words.top
        )
        assert apart
        # What is drawn of the lifter lies in the picture, and so not on the words.
        corners = found.in_crop(np.array([[seen.left, seen.top], [seen.right, seen.bottom]]))
        assert corners.min() >= -1e-3
        assert (corners <= (found.picture.width + 1.01, found.picture.height + 1.01)).all()
        assert found.words.width * found.words.height >= 0.95 * WORDS * wide * high
        assert min(found.words.width, found.words.height) >= 0.99 * WIDEST * min(wide, high) - 1


def test_the_picture_is_larger_while_somebody_lifts_in_the_middle_of_it() -> None:
    """Cropped at the sides; a whole picture beside the words would be half as large."""
    lifter = Box(450, 60, 850, 700)
    window, picture = (1920, 1080), (1280, 720)
    whole = arrange(window, picture, None, words_left=False)
    closer = arrange(window, picture, lifter, words_left=False)
    assert closer.scale == pytest.approx(1.5)
    assert whole.scale == pytest.approx(0.75)


def test_a_box_holds_the_head_and_the_feet_around_the_joints() -> None:
    row = rows_of(skeleton("deadlift", rate_hz=25.0, reps=1).track)[0]
    box = box_of(row)
    assert box is not None
    points = row["points_px"][:, :2]
    assert box.holds(Box(*points.min(axis=0).tolist(), *points.max(axis=0).tolist()))
    row["visibility"] = 0.1
    assert box_of(row) is None


@pytest.mark.parametrize(("at_px", "left"), [(-200.0, False), (200.0, True)])
def test_the_words_stand_on_the_side_that_the_lifter_is_farther_from(
    at_px: float, left: bool
) -> None:
    """Chosen before the set, and kept in it; bending doesn't move them, nor does the box shrink."""
    track = skeleton("deadlift", rate_hz=25.0, start_pad_s=2.0, reps=2).track
    rows = rows_of(track)
    size = (1280, 720)
    middle_px = np.nanmedian(rows["points_px"][:, :, 0])
    rows["points_px"][:, :, 0] += size[0] / 2 + at_px - middle_px
    place = Whereabouts()
    boxes: list[Box] = []
    for row in rows:
        time_s = float(row["time_s"])
        box = place.see(time_s, row, size, "lifts" if time_s > 2.0 else "looks")
        assert time_s <= 2.0 or place.words_left == left
        if box is not None:
            assert not boxes or box.holds(boxes[-1])
            boxes.append(box)
    assert len(set(boxes)) < len(boxes) / 5  # the picture stays where it is
    assert place.see(float(rows["time_s"][-1]) + 0.1, rows[-1], size, "rests") is None

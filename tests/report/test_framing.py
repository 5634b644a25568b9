"""The box round lifter and bar holds them over the set, whole and steady."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.report.framing import LEAST_ASPECT, MOST_ASPECT, Box, Framing
from tests.report.sample import sample_analysis, with_bar
from tests.retouch import but

ANALYSIS = sample_analysis()
SIZE = (ANALYSIS.source.width, ANALYSIS.source.height)


def walking(px_a_s: float) -> Framing:
    """The sample's lifter, who also goes to the right."""
    wide = sample_analysis(1280, 720)
    signals = wide.signals
    way = np.zeros((len(signals.time_s), 1, 2))
    way[:, 0, 0] = px_a_s * (signals.time_s - signals.time_s.mean())
    points = signals.body.points_px + way
    return Framing(replace(wide, signals=but(signals, points_px=points)))


def test_all_of_the_lifter_is_in_the_box() -> None:
    """Every joint of every repetition, and room around."""
    box = Framing(ANALYSIS).of_set
    assert box is not None
    points = ANALYSIS.signals.body.points_px.reshape(-1, 2)
    points = points[np.isfinite(points).all(axis=1)]
    assert (points > (box.left, box.top)).all()
    assert (points < (box.right, box.bottom)).all()
    assert box.left >= 0
    assert box.bottom <= SIZE[1]
    assert LEAST_ASPECT <= box.width / box.height <= MOST_ASPECT


def test_a_plate_is_in_the_box() -> None:
    """The bar's plate reaches beyond the hands, and so does the box."""
    with_plate = Framing(with_bar(ANALYSIS)).of_set
    without = Framing(ANALYSIS).of_set
    assert with_plate is not None
    assert without is not None
    assert with_plate.right > without.right


def test_who_stays_has_one_box() -> None:
    """The box stands still: all repetitions have the set's."""
    framing = Framing(ANALYSIS)
    assert {framing.of_rep(one.rep) for one in ANALYSIS.reps} == {framing.of_set}


def test_who_walks_has_a_box_a_repetition() -> None:
    """Of one size, so that repetitions compare, and each where the lifter is."""
    framing = walking(30.0)
    boxes = [framing.of_rep(one.rep) for one in ANALYSIS.reps]
    known = [box for box in boxes if box is not None]
    assert len(known) == len(boxes)
    assert len({(round(box.width, 6), round(box.height, 6)) for box in known}) == 1
    assert known[0].left < known[2].left < known[-1].left


def test_nobody_has_no_box() -> None:
    """Where nobody was seen all of the picture is shown."""
    unseen = np.full_like(ANALYSIS.signals.body.points_px, np.nan)
    hidden = replace(ANALYSIS, signals=but(ANALYSIS.signals, points_px=unseen))
    assert Framing(hidden).of_set is None
    assert Framing(hidden).of_rep(ANALYSIS.reps[0].rep) is None


@pytest.mark.parametrize(("other", "meet"), [(Box(9, 9, 5, 5), True), (Box(10, 0, 5, 5), False)])
def test_boxes_that_touch_dont_meet(other: Box, meet: bool) -> None:
    """Only those that share a part do."""
    assert Box(0, 0, 10, 10).meets(other) == meet

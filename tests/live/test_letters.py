"""Letters in angles: what can be read from three metres on a laptop."""

from __future__ import annotations

import math

import pytest

from formcheck.live.letters import GOOD_ARC_MIN, LEAST_ARC_MIN, capital_px, size_px
from formcheck.report.lettering import Line, label


def test_a_capital_of_twenty_minutes_is_a_tenth_of_a_laptops_height() -> None:
    """17.5 mm at 3 m; 157 pixels an inch at 14 inches and 1920×1080."""
    an_inch_px = math.hypot(1920, 1080) / 14
    high_mm = 2 * 3000 * math.tan(math.radians(GOOD_ARC_MIN / 60) / 2)
    assert an_inch_px == pytest.approx(157.4, abs=0.1)
    assert high_mm == pytest.approx(17.5, abs=0.1)
    assert capital_px(GOOD_ARC_MIN, 1080) == pytest.approx(high_mm / 25.4 * an_inch_px, rel=1e-6)
    assert capital_px(GOOD_ARC_MIN, 1080) == pytest.approx(108.1, abs=0.1)
    assert capital_px(LEAST_ARC_MIN, 1080) == pytest.approx(86.5, abs=0.1)


@pytest.mark.parametrize("letter", ["H", "7"])
def test_letters_of_a_size_are_drawn_as_high_as_was_asked(letter: str) -> None:
    stamp = label((Line(letter, size_px(GOOD_ARC_MIN, 1080)),), box=None)
    bright = stamp.cut(*stamp.size)[0].min(axis=2).max(axis=1) > 250 * 200
    assert bright.sum() == pytest.approx(capital_px(GOOD_ARC_MIN, 1080), abs=2)

"""How large letters are, so that they are read from three metres on a laptop.

A letter is read by the angle that its height fills. ISO 9241-303 asks for capitals of at
least 16 minutes of arc, better 20 to 22; the letters of the line that a good eye can just
read on a Snellen chart fill 5. A capital that fills ``a`` at a distance ``d`` is
``2 d tan(a / 2)`` high: 17.5 mm for 20′ at 3 m. A screen of 14 inches at 16:9 is 174 mm
high, so that is a tenth of its height: 108 of 1080 pixels (157 an inch), and 86 for 16′.

Sizes are shares of the window's shorter side: right where it fills such a screen. On a
larger one they are read from farther away.
"""

from __future__ import annotations

import math

READ_FROM_M = 3.0
"""A phone or laptop that sees the whole lifter stands about so far away."""

SCREEN_HEIGHT_M = 14 * 0.0254 * 9 / math.hypot(16, 9)

LEAST_ARC_MIN, GOOD_ARC_MIN = 16.0, 20.0
"""Height of capitals in minutes of arc: the least, and what is comfortable (ISO 9241-303)."""

CAPITAL = 0.729
"""Height of a capital or a digit as a share of the letters' size (DejaVu Sans: 1493 of 2048)."""


def capital_px(arc_min: float, shorter_side_px: int) -> float:
    """How high a capital is, in pixels, that fills so many minutes of arc from 3 m."""
    height_m = 2 * READ_FROM_M * math.tan(math.radians(arc_min / 60) / 2)
    return height_m / SCREEN_HEIGHT_M * shorter_side_px


def size_px(arc_min: float, shorter_side_px: int) -> int:
    """The size of letters whose capitals fill at least so many minutes of arc."""
    return math.ceil(capital_px(arc_min, shorter_side_px) / CAPITAL)

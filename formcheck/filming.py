"""Where the phone goes: one rule, in the same words wherever the camera's place is told.

Measured on rendered lifters (``benchmarks/camera_place``, docs/camera_place.md). With a bar on
the shoulders the near plate covers head and shoulders from straight aside and from behind, and
nobody is found; from 18° ahead all are judged. Hinges are judged most from straight aside, and
there the line of the back reads flattest: from 18° ahead the same back reads 1-10° rounder.
"""

from __future__ import annotations

ASIDE_M, AHEAD_M = 3.0, 1.0
"""To the side; and ahead with a bar on the shoulders, which makes 18°."""

HEIGHT_M = 1.0
"""The lens as high as the hips of someone of 1.78 m."""

SIDE = (
    "Put the phone three metres to your side, level with your hips; with a bar on your "
    "shoulders, one metre further ahead."
)
FRONT = "For this, put the phone straight in front, three metres away, level with your hips."
HIP_HIDDEN = "The plate hides your hip. Put the phone straight to your side."

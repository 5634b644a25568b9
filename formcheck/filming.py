"""Where the phone goes: one rule, in the same words wherever the camera's place is told.

Measured on rendered lifters (``benchmarks/camera_place``, docs/camera_place.md): a near plate
of a barbell covers the shoulders of a squatter, from straight aside and from behind, for the
whole lift; a step ahead of the side they show, and a deadlift shows no less than from elsewhere.
"""

from __future__ import annotations

import math

AHEAD_DEG = 12.0
"""Ahead of the line straight to the side."""

DISTANCE_M = 3.0
HEIGHT_M = 1.0
"""The lens as high as the hips of someone of 1.78 m."""

STEP_M = DISTANCE_M * math.sin(math.radians(AHEAD_DEG))
"""What that angle is on the floor: a step, 0.6 m."""

SIDE = "Put the phone three metres to your side and one step ahead of you, level with your hips."
FRONT = "For this, put the phone straight in front, three metres away, level with your hips."
HIP_HIDDEN = "The plate hides your hip. Move the phone a step ahead of you."

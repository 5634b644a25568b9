"""Where the phone goes: one rule, in the same words wherever the camera's place is told.

Measured on rendered lifters behind full plates (docs/camera_place.md): from straight aside
and from ahead a near plate covers hips, knees or hands for most of the lift; a step behind
the side it hangs before the thighs' front and the body shows.
"""

from __future__ import annotations

import math

BEHIND_DEG = 12.0
"""Behind the line straight to the side."""

DISTANCE_M = 3.0
HEIGHT_M = 1.0
"""The lens as high as the hips of someone of 1.78 m."""

STEP_M = DISTANCE_M * math.sin(math.radians(BEHIND_DEG))
"""What that angle is on the floor: a step, 0.6 m."""

SIDE = (
    "Put the phone level with your hips, three metres to your side, and one step further back "
    "than you stand."
)
FRONT = "For this, put the phone straight in front, level with your hips, three metres away."
HIP_HIDDEN = "The plate hides your hip. Move the phone a step towards your back."

"""Where the phone goes: one rule, in the same words wherever the camera's place is told.

Measured on rendered lifters (``benchmarks/camera_place``, docs/camera_place.md): from straight
aside and from behind, a barbell's near plate covers the head and shoulders of a squatter, who
isn't found; from 12° ahead it still covers some. From 18° on all are judged, and deadlifts
little less than from elsewhere; from 28° on the line of the back isn't (``cues/views.toml``).
So it is 18°: a few degrees off to either side lose nothing.
"""

from __future__ import annotations

import math

ASIDE_M, AHEAD_M = 3.0, 1.0
AHEAD_DEG = math.degrees(math.atan2(AHEAD_M, ASIDE_M))
HEIGHT_M = 1.0
"""The lens as high as the hips of someone of 1.78 m."""

SIDE = "Put the phone three metres to your side and one metre ahead of you, level with your hips."
FRONT = "For this, put the phone straight in front, three metres away, level with your hips."
HIP_HIDDEN = "The plate hides your hip. Move the phone: three metres aside, one metre ahead of you."

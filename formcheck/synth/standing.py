"""The line of the back on the mesh, and how a body stands by it.

Bodies of the model differ in how hollow their back is at rest; people's
standing lordosis does too, but what a trained lifter's back looks like at the
bottom of a hinge is known: flat, while it is flexed by about 33 degrees from
standing (Bengtsson 2022; docs/evidence.md §1.3). So each body's
standing spine is set such that those 33 degrees look flat, as far as 30 degrees
of change can do it: some backs stay hollow, as some people's do.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from formcheck.data import BoolArray, FloatArray
from formcheck.synth.posing import pose_lifter
from formcheck.synth.posture import Posture, Rig
from formcheck.synth.skeleton import Pose, Skeleton, middle_now

FLAT_FLEXION_DEG = 33.0  # from standing, trained lifters at lift-off (Bengtsson 2022)
FLAT_TURN_DEG = 9.0  # median whole-back turn of good real deadlifts (evidence §3.4)
HINGE = Posture(knee_deg=67.0, trunk_deg=67.0, protract_deg=18.0)
STATIONS = np.linspace(0.10, 1.0, 31)
STANDING_RANGE_DEG = (-30.0, 30.0)  # people differ: beyond it a back looks odd standing


def back_turn_deg(trunk_m: FloatArray, hip_m: FloatArray, shoulder_m: FloatArray) -> float:
    """Return W, the turn of the dorsal edge from u = 0.10 to 1.0 of hip to shoulder.

    A quadratic is fitted to the rearmost points of the trunk's vertices (V, 3)
    in the frame of the hip-to-shoulder line; degrees, + = rounded outwards.
    """
    chord = (shoulder_m - hip_m)[[0, 2]]
    length_m = float(np.linalg.norm(chord))
    along = chord / length_m
    behind = np.array([-along[1], along[0]])
    flat = (trunk_m - hip_m)[:, [0, 2]]
    u, out = flat @ along / length_m, flat @ behind / length_m
    edge = np.array([out[np.abs(u - station) < 0.02].max() for station in STATIONS])
    square, slope, _ = np.polyfit(STATIONS, edge, 2)
    first, last = (math.atan(2 * square * u0 + slope) for u0 in (STATIONS[0], STATIONS[-1]))
    return math.degrees(first - last)


def standing_lumbar_deg(
    skeleton: Skeleton, skinned: Callable[[Pose], FloatArray], trunk: BoolArray
) -> float:
    """Find the lumbar angle in which this body stands; see the module's first lines."""

    def turn(standing_deg: float) -> float:
        body = replace(skeleton, standing_lumbar_deg=standing_deg)
        pose = pose_lifter(body, replace(HINGE, lumbar_deg=FLAT_FLEXION_DEG), Rig()).pose
        hip, shoulder = (middle_now(body, pose, b) for b in ("upperleg01", "upperarm01"))
        return back_turn_deg(skinned(pose)[trunk], hip, shoulder)

    low, high = STANDING_RANGE_DEG
    for _ in range(9):
        middle = (low + high) / 2
        if turn(middle) < FLAT_TURN_DEG:
            low = middle
        else:
            high = middle
    return (low + high) / 2

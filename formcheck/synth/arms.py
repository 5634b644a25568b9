"""Hands that hold the load: where each goes, and how the arm bends to get there."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from formcheck.data import FloatArray
from formcheck.synth.posture import Posture, Rig
from formcheck.synth.skeleton import (
    Pose,
    Skeleton,
    Turns,
    about_axis,
    cross,
    frame_turn,
    joint_now,
    middle_now,
    two_bones,
    unit,
)

# How far ahead of ankle, knee and hip centre, and of the belly, a bar that touches is.
LEG_FRONT_M = (0.058, 0.080, 0.112, 0.125)


@dataclass(frozen=True)
class Grip:
    """What a hand holds: place, where the fingers point, where the elbow points."""

    place: FloatArray
    fingers: FloatArray | None
    pole: FloatArray
    medial: FloatArray


def _arm_lengths(skeleton: Skeleton, side: str) -> tuple[float, float, float]:
    upper = skeleton.length_m(f"upperarm01.{side}", f"lowerarm01.{side}")
    lower = skeleton.length_m(f"lowerarm01.{side}", f"wrist.{side}")
    palm = 0.95 * skeleton.length_m(f"wrist.{side}", f"finger3-1.{side}")
    return upper, lower, palm


def grips(skeleton: Skeleton, posture: Posture, rig: Rig, trunk: Pose) -> dict[str, Grip]:
    """Say where each hand goes."""
    chest = trunk.turns[skeleton.index("spine01")]
    found = {}
    for side, sign in (("L", 1.0), ("R", -1.0)):
        shoulder = joint_now(skeleton, trunk, f"upperarm01.{side}")
        upper, lower, palm = _arm_lengths(skeleton, side)
        bent = math.radians(posture.elbow_deg)
        reach = math.sqrt(
            upper**2 + (lower + palm) ** 2 + 2 * upper * (lower + palm) * math.cos(bent)
        )
        medial = np.array([0.0, -sign, 0.0])
        back_and_out = np.array([-1.0, 0.35 * sign, 0.0])
        y = sign * rig.grip_half_m
        if rig.hands == "hang":
            place = _hanging(skeleton, posture, rig, trunk, shoulder, reach, y)
            found[side] = Grip(place, None, back_and_out, medial)
        elif rig.hands in ("swing", "reach"):
            arm = math.radians(posture.arm_deg)
            across = math.sqrt(max(0.01, reach**2 - (y - shoulder[1]) ** 2))
            place = np.array(
                [
                    shoulder[0] + across * math.sin(arm),
                    y,
                    shoulder[2] - across * math.cos(arm),
                ]
            )
            pole = np.array([-math.cos(arm), 0.6 * sign, -math.sin(arm)])
            found[side] = Grip(place, None, pole, medial)
        elif rig.hands == "rest":
            place = shoulder + np.array([0.04, sign * 0.10, -0.985 * reach])
            found[side] = Grip(place, None, np.array([-1.0, 0.0, 0.0]), np.array([1.0, 0.0, 0.0]))
        else:
            found[side] = _held_at_shoulders(skeleton, rig, trunk, chest, sign)
    return found


def _held_at_shoulders(
    skeleton: Skeleton, rig: Rig, trunk: Pose, chest: FloatArray, sign: float
) -> Grip:
    """Bar on the back, bar on the front of the shoulders, or bell at the chest."""
    scale = skeleton.length_m("upperarm01.L", "lowerarm01.L") / 0.29
    middle = middle_now(skeleton, trunk, "upperarm01")
    across = np.array([0.0, -sign, 0.0])
    if rig.hands == "back":
        place = middle + chest @ np.array([-0.095, 0.0, 0.030]) * scale
        place = place + np.array([0.0, sign * rig.grip_half_m, 0.0])
        return Grip(
            place,
            chest @ np.array([-0.25, 0.0, 1.0]),
            chest @ np.array([-0.8, 0.2 * sign, -1.0]),
            across,
        )
    if rig.hands == "rack":
        place = middle + chest @ np.array([0.105, 0.0, 0.045]) * scale
        place = place + np.array([0.0, sign * rig.grip_half_m, 0.0])
        return Grip(
            place,
            chest @ np.array([-0.7, 0.0, 0.8]),
            chest @ np.array([1.0, 0.3 * sign, -0.4]),
            across,
        )
    place = middle + chest @ np.array([0.25, 0.0, -0.03]) * scale
    place = place + np.array([0.0, sign * 0.075, 0.0])
    return Grip(
        place,
        chest @ np.array([0.4, 0.0, 1.0]),
        chest @ np.array([0.1, 0.5 * sign, -1.0]),
        chest @ np.array([-1.0, 0.0, 0.3]),
    )


def _hanging(
    skeleton: Skeleton,
    posture: Posture,
    rig: Rig,
    trunk: Pose,
    shoulder: FloatArray,
    reach: float,
    y: float,
) -> FloatArray:
    """Hang the load from the shoulder: over mid-foot, but never through the legs."""
    bar_x = 0.0
    z = shoulder[2] - reach
    for _ in range(4):
        legs_x = legs_front(skeleton, trunk, z)
        bar_x = 0.0 if rig.between_legs else _soft_max(0.0, legs_x, 0.008)
        bar_x += posture.bar_forward_m
        across = (shoulder[0] - bar_x) ** 2 + (shoulder[1] - y) ** 2
        z = shoulder[2] - math.sqrt(max(0.01, reach**2 - across))
    return np.array([bar_x, y, z])


def _soft_max(a: float, b: float, width: float) -> float:
    return (a + b + math.sqrt((a - b) ** 2 + width**2)) / 2


def legs_front(skeleton: Skeleton, pose: Pose, z: float) -> float:
    """Return how far forward the bar's centre must be at height z to clear the legs, m."""
    ankle, knee, hip = (
        middle_now(skeleton, pose, bone) for bone in ("foot", "lowerleg01", "upperleg01")
    )
    points = [ankle, knee, hip, hip + np.array([0.0, 0.0, 0.35])]
    fronts = LEG_FRONT_M
    heights = [float(p[2]) for p in points]
    if z <= heights[0]:
        return float(points[0][0]) + fronts[0]
    for low in range(3):
        if heights[low] <= z <= heights[low + 1]:
            share = (z - heights[low]) / max(1e-6, heights[low + 1] - heights[low])
            x = points[low][0] + share * (points[low + 1][0] - points[low][0])
            return float(x + fronts[low] + share * (fronts[low + 1] - fronts[low]))
    return float(hip[0])


def arm_turns(skeleton: Skeleton, side: str, trunk: Pose, grip: Grip) -> tuple[Turns, FloatArray]:
    """Turn the bones of one arm and close the hand; returns the grip reached."""
    names = {b: f"{b}.{side}" for b in ("upperarm01", "lowerarm01", "lowerarm02", "wrist")}
    rest = {b: skeleton.head(n) for b, n in names.items()}
    shoulder = joint_now(skeleton, trunk, names["upperarm01"])
    upper_m, lower_m, palm_m = _arm_lengths(skeleton, side)
    if grip.fingers is None:
        elbow, reached, _ = two_bones(shoulder, grip.place, upper_m, lower_m + palm_m, grip.pole)
        fingers = unit(reached - elbow)
        wrist = reached - palm_m * fingers
    else:
        fingers = unit(grip.fingers)
        wrist = grip.place - palm_m * fingers
        elbow, wrist, _ = two_bones(shoulder, wrist, upper_m, lower_m, grip.pole)
        reached = wrist + palm_m * fingers
    side_now = unit(grip.pole - (grip.pole @ unit(wrist - shoulder)) * unit(wrist - shoulder))
    hinge = cross(side_now, unit(wrist - shoulder))
    rest_hinge = cross(rest["lowerarm01"] - rest["upperarm01"], rest["wrist"] - rest["lowerarm01"])
    upper = frame_turn(
        (rest["lowerarm01"] - rest["upperarm01"], rest_hinge), (elbow - shoulder, hinge)
    )
    fore = frame_turn((rest["wrist"] - rest["lowerarm01"], rest_hinge), (wrist - elbow, hinge))
    knuckles = (
        skeleton.points[f"index_knuckle.{side}"][1] - skeleton.points[f"little_knuckle.{side}"][1]
    )
    rest_fingers = skeleton.head(f"finger3-1.{side}") - rest["wrist"]
    hand = frame_turn((rest_fingers, knuckles), (fingers, grip.medial))
    halfway = frame_turn(
        (rest["wrist"] - rest["lowerarm01"], rest_hinge),
        (wrist - elbow, fore @ rest_hinge / np.linalg.norm(rest_hinge) + hand @ fore.T @ hinge),
    )
    turns = {names["upperarm01"]: upper, names["lowerarm01"]: fore, names["wrist"]: hand}
    turns[names["lowerarm02"]] = halfway
    return turns | _fist(skeleton, side, hand, fingers, grip.medial), reached


def _fist(
    skeleton: Skeleton, side: str, hand: FloatArray, fingers: FloatArray, medial: FloatArray
) -> Turns:
    """Curl the fingers round what they hold."""
    sign = 1.0 if side == "L" else -1.0
    palm = sign * cross(fingers, medial)
    axis = unit(cross(fingers, palm))
    curled: Turns = {}
    for name in skeleton.names:
        if not (name.startswith("finger") and name.endswith(f".{side}")):
            continue
        finger, joint = int(name[6]), int(name[8])
        angle = {1: 65.0, 2: 145.0, 3: 200.0}[joint] if finger > 1 else 15.0 * joint
        curled[name] = about_axis(axis, angle) @ hand
    return curled

"""From a posture in plain angles to a posed skeleton with planted feet.

Angles are those of the sagittal convention (degrees from vertical, positive
when the upper end leans forward). Legs and arms are two-bone inverse
kinematics: feet don't move, hands reach the load.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from formcheck.data import FloatArray
from formcheck.synth.arms import arm_turns, grips
from formcheck.synth.posture import Posed, Posture, Rig, Stance
from formcheck.synth.skeleton import (
    SIDES,
    Pose,
    Skeleton,
    Turns,
    about,
    cross,
    forward_kinematics,
    frame_turn,
    joint_now,
    lean_deg,
    middle_now,
    two_bones,
    unit,
)

# Where the lumbar spine bends, as shares of its flexion: the joints at 18 %,
# 35 % and 50 % of hip to shoulder (S1 … T12 in docs/evidence.md §3).
LUMBAR_SHARE = {"spine04": 0.40, "spine03": 0.35, "spine02": 0.25}
NECK_SHARE = {"neck01": 0.50, "neck02": 0.15, "neck03": 0.15, "head": 0.20}
NOD_RANGE_DEG = (-100.0, 100.0)
# Mass of the parts as shares of the body's (de Leva 1996, men).
MASS = {"head": 0.0694, "trunk": 0.4346, "arms": 0.0988, "thighs": 0.2832, "shanks": 0.0866}
FEET_MASS = 0.0274
HANGING_AHEAD_M = 0.05  # legs keep a hanging load a little ahead of mid-foot
SHANK_RANGE_DEG = (-6.0, 38.0)


def pose_lifter(skeleton: Skeleton, posture: Posture, rig: Rig) -> Posed:
    """Pose the whole skeleton; see the module's first lines."""
    spine, shoulder, ear = _upper_body(skeleton, posture)
    feet = {side: _foot(skeleton, posture, rig.stance, side) for side in SIDES}
    root, pelvis = _pelvis(skeleton, posture, rig, shoulder, ear, feet)
    turns: Turns = {bone: pelvis @ turn for bone, turn in spine.items()}
    for side in SIDES:
        turns |= _leg(skeleton, posture, rig, side, root, turns, feet[side])
    trunk = forward_kinematics(skeleton, root, turns)
    targets = grips(skeleton, posture, rig, trunk)
    hands = []
    for side in SIDES:
        arm, grip = arm_turns(skeleton, side, trunk, targets[side])
        turns |= arm
        hands.append(grip)
    pose = forward_kinematics(skeleton, root, turns)
    return Posed(pose, np.mean(hands, axis=0), np.array(hands))


def shoulder_height(skeleton: Skeleton, posture: Posture, rig: Rig) -> float:
    """Height of the middle between the shoulders above the floor, in metres."""
    _, shoulder, ear = _upper_body(skeleton, posture)
    feet = {side: _foot(skeleton, posture, rig.stance, side) for side in SIDES}
    root, pelvis = _pelvis(skeleton, posture, rig, shoulder, ear, feet)
    hip_rest = (skeleton.head("upperleg01.L") + skeleton.head("upperleg01.R")) / 2
    hip = root + pelvis @ (hip_rest - skeleton.head("root"))
    return float(hip[2] + (pelvis @ shoulder)[2])


def _upper_body(skeleton: Skeleton, posture: Posture) -> tuple[Turns, FloatArray, FloatArray]:
    """Bend spine and neck on an upright pelvis; mid-shoulder and head from mid-hip."""
    turns: Turns = {"root": np.eye(3)}
    bent = 0.0
    for bone, share in LUMBAR_SHARE.items():
        bent += share * (posture.lumbar_deg + skeleton.standing_lumbar_deg)
        turns[bone] = about("y", bent)
    turns["spine01"] = (
        about("z", posture.twist_deg)
        @ about("x", -posture.side_lean_deg)
        @ about("y", bent + posture.thoracic_deg)
    )
    for side, sign in (("L", -1.0), ("R", 1.0)):
        turns[f"clavicle.{side}"] = turns["spine01"] @ about("z", sign * posture.protract_deg)
    pose = forward_kinematics(skeleton, np.zeros(3), turns)
    hip = middle_now(skeleton, pose, "upperleg01")
    shoulder = middle_now(skeleton, pose, "upperarm01") - hip
    nods = _nod(skeleton, posture.neck_deg, pose, turns["spine01"], hip + shoulder)
    turns |= nods
    pose = forward_kinematics(skeleton, np.zeros(3), turns)
    ear = joint_now(skeleton, pose, "head") - hip
    return turns, shoulder, ear


def _nod(
    skeleton: Skeleton, neck_deg: float, pose: Pose, chest: FloatArray, shoulder: FloatArray
) -> Turns:
    """Turn neck and head until shoulder-to-ear stands so against the trunk."""
    ears = (skeleton.points["ear.L"][1] + skeleton.points["ear.R"][1]) / 2
    joints = [skeleton.head(bone) for bone in NECK_SHARE] + [ears]
    rest_shoulder = (skeleton.head("upperarm01.L") + skeleton.head("upperarm01.R")) / 2
    rest_hip = (skeleton.head("upperleg01.L") + skeleton.head("upperleg01.R")) / 2
    at_rest = lean_deg(ears - rest_shoulder) - lean_deg(rest_shoulder - rest_hip)
    trunk = lean_deg(shoulder - middle_now(skeleton, pose, "upperleg01"))
    begin = joint_now(skeleton, pose, "neck01") - shoulder
    bones = [chest @ (joints[i + 1] - joints[i]) for i in range(len(NECK_SHARE))]

    def held_deg(nod_deg: float) -> float:
        ear, bent = begin, 0.0
        for bone, share in zip(bones, NECK_SHARE.values(), strict=True):
            bent += share * nod_deg
            ear = ear + about("y", bent) @ bone
        return lean_deg(ear) - trunk - at_rest

    low, high = NOD_RANGE_DEG
    for _ in range(14):
        middle = (low + high) / 2
        if held_deg(middle) < neck_deg:
            low = middle
        else:
            high = middle
    turns: Turns = {}
    bent = 0.0
    for name, share in NECK_SHARE.items():
        bent += share * (low + high) / 2
        turns[name] = about("y", bent) @ chest
    return turns


@dataclass(frozen=True)
class _Foot:
    """Where a foot stands: ankle in metres, turns of foot and toes, outward yaw."""

    ankle: FloatArray
    turn: FloatArray
    toes: FloatArray
    yaw_deg: float


def _foot(skeleton: Skeleton, posture: Posture, stance: Stance, side: str) -> _Foot:
    """Plant a foot: its middle at x = 0 (or ahead or behind), sole on the floor."""
    sign = 1.0 if side == "L" else -1.0
    heel, toe = skeleton.points[f"heel.{side}"][1], skeleton.points[f"toe.{side}"][1]
    ankle, ball = skeleton.head(f"foot.{side}"), skeleton.head(f"toe1-1.{side}")
    rest_yaw = math.degrees(math.atan2(toe[1] - heel[1], toe[0] - heel[0]))
    flat = about("z", sign * stance.toe_out_deg - rest_yaw)
    heel_up_m = posture.heel_up_m
    x = sign * stance.ahead_m
    if stance.rear == side and not stance.rear_in_air:
        heel_up_m = 0.6 * float(np.linalg.norm(ball - heel))
    behind = float(np.linalg.norm((ball - heel)[:2]))
    pitch = math.degrees(math.asin(min(0.95, heel_up_m / behind)))
    middle = (heel + toe) / 2
    planted = np.array([x, sign * stance.half_width_m, 0.0])
    down = flat @ (ball - middle)
    ball_now = planted + np.array([down[0], down[1], ball[2]])
    turn = flat @ about("y", pitch)
    return _Foot(ball_now + turn @ (ankle - ball), turn, flat, sign * stance.toe_out_deg)


def _pelvis(
    skeleton: Skeleton,
    posture: Posture,
    rig: Rig,
    shoulder: FloatArray,
    ear: FloatArray,
    feet: dict[str, _Foot],
) -> tuple[FloatArray, FloatArray]:
    """Place and tilt the pelvis: trunk as asked, knees as asked, weight over the feet."""
    tilt = about("y", posture.trunk_deg - lean_deg(shoulder))
    front = "L" if rig.stance.rear == "R" else "R"
    base = feet[front].ankle
    if rig.stance.rear == "none":
        base = (feet["L"].ankle + feet["R"].ankle) / 2
    thigh_m = skeleton.length_m("upperleg01.L", "lowerleg01.L")
    shank_m = skeleton.length_m("lowerleg01.L", "foot.L")
    shank_deg = posture.shank_deg
    if math.isnan(shank_deg):
        shank_deg = _balanced_shank(
            posture, rig, base, (thigh_m, shank_m), tilt @ shoulder, tilt @ ear
        )
    shin, thigh = math.radians(shank_deg), math.radians(shank_deg - posture.knee_deg)
    x = shank_m * math.sin(shin) + thigh_m * math.sin(thigh)
    z = shank_m * math.cos(shin) + thigh_m * math.cos(thigh)
    hip_rest = (skeleton.head("upperleg01.L") + skeleton.head("upperleg01.R")) / 2
    half_hips = abs(skeleton.head("upperleg01.L")[1])
    if rig.stance.rear == "none":
        y = posture.shift_m
        aside = abs(abs(feet["L"].ankle[1] - feet["R"].ankle[1]) / 2 - half_hips) + abs(y)
    else:
        y = 0.35 * base[1]
        aside = abs(y + math.copysign(half_hips, base[1]) - base[1])
    # The leg slants sideways, so its sagittal picture is a little shorter.
    scale = math.sqrt(max(0.2, 1 - (aside / math.hypot(x, z)) ** 2))
    x, z = x * scale, z * scale
    hip = np.array([base[0] + x, y, base[2] + z])
    root_rest = skeleton.head("root")
    return hip + tilt @ (root_rest - hip_rest), tilt


def _balanced_shank(
    posture: Posture,
    rig: Rig,
    ankle: FloatArray,
    leg_m: tuple[float, float],
    shoulder: FloatArray,
    ear: FloatArray,
) -> float:
    """Find the shank angle that puts the common centre of mass over mid-foot."""
    thigh_m, shank_m = leg_m
    total = sum(MASS.values()) + FEET_MASS + rig.load_share

    def mass_ahead(shank_deg: float) -> float:
        knee = ankle[0] + shank_m * math.sin(math.radians(shank_deg))
        hip = knee + thigh_m * math.sin(math.radians(shank_deg - posture.knee_deg))
        top = hip + shoulder[0]
        hand = load = HANGING_AHEAD_M + posture.bar_forward_m
        if rig.hands in ("back", "rest"):
            hand, load = top, top - 0.06
        elif rig.hands in ("rack", "goblet"):
            hand, load = top + 0.15, top + (0.08 if rig.hands == "rack" else 0.24)
        elif rig.hands in ("reach", "swing"):
            hand = load = top + 0.5 * math.sin(math.radians(posture.arm_deg))
        moments = (
            MASS["head"] * (hip + ear[0])
            + MASS["trunk"] * (top + 0.431 * (hip - top))
            + MASS["arms"] * (0.55 * top + 0.45 * hand)
            + MASS["thighs"] * (hip + 0.41 * (knee - hip))
            + MASS["shanks"] * (knee + 0.44 * (ankle[0] - knee))
            + rig.load_share * load
        )
        return float(moments / total - rig.balance_m)

    low, high = SHANK_RANGE_DEG
    if mass_ahead(low) >= 0:
        return low
    if mass_ahead(high) <= 0:
        return high
    for _ in range(24):
        middle = (low + high) / 2
        if mass_ahead(middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _leg(
    skeleton: Skeleton,
    posture: Posture,
    rig: Rig,
    side: str,
    root: FloatArray,
    turns: Turns,
    foot: _Foot,
) -> Turns:
    """Turn thigh, shank, foot and toes of one side."""
    rest = {b: skeleton.head(f"{b}.{side}") for b in ("upperleg01", "lowerleg01", "foot")}
    hip = root + turns["root"] @ (rest["upperleg01"] - skeleton.head("root"))
    sign = 1.0 if side == "L" else -1.0
    thigh_m = skeleton.length_m(f"upperleg01.{side}", f"lowerleg01.{side}")
    shank_m = skeleton.length_m(f"lowerleg01.{side}", f"foot.{side}")
    ankle = foot.ankle
    if rig.stance.rear == side and rig.stance.rear_in_air:
        # The free leg stays in line with the trunk, its knee softly bent.
        back = about("y", posture.trunk_deg * 0.97) @ np.array([0.0, 0.0, -1.0])
        ankle = hip + back * (thigh_m + shank_m) * 0.985
        foot = replace(foot, turn=about("y", posture.trunk_deg) @ foot.toes)
        foot = replace(foot, toes=foot.turn)
    # The leg behind isn't the one that carries.
    cave_deg = 0.0 if rig.stance.rear == side else posture.cave_deg
    yaw = math.radians(foot.yaw_deg - sign * cave_deg)
    pole = np.array([math.cos(yaw), math.sin(yaw), 0.0])
    if rig.stance.rear == side and rig.stance.rear_in_air:
        pole = about("y", posture.trunk_deg) @ np.array([1.0, 0.0, 0.0])
    knee, reached, bend = two_bones(hip, ankle, thigh_m, shank_m, pole)
    hinge = cross(bend, unit(ankle - hip)) * -1.0
    rest_hinge = np.array([0.0, 1.0, 0.0])
    thigh = frame_turn((rest["lowerleg01"] - rest["upperleg01"], rest_hinge), (knee - hip, hinge))
    shank = frame_turn((rest["foot"] - rest["lowerleg01"], rest_hinge), (reached - knee, hinge))
    out = {
        f"upperleg01.{side}": thigh,
        f"lowerleg01.{side}": shank,
        f"foot.{side}": foot.turn,
    }
    toes = [n for n in skeleton.names if n.startswith("toe") and n.endswith(f"-1.{side}")]
    return out | dict.fromkeys(toes, foot.toes)

"""From a posture in plain angles to a posed skeleton with planted feet.

Angles are those of the sagittal convention (degrees from vertical, positive
when the upper end leans forward). Legs and arms are two-bone inverse
kinematics: feet don't move, hands reach the load.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from formcheck.data import FloatArray
from formcheck.synth.skeleton import (
    SIDES,
    Pose,
    Skeleton,
    about,
    about_axis,
    forward_kinematics,
    frame_turn,
    joint_now,
    two_bones,
    unit,
)

Hands = Literal["hang", "back", "rack", "goblet", "reach", "swing", "rest"]

# Where the lumbar spine bends, as shares of its flexion: the joints at 18 %,
# 35 % and 50 % of hip to shoulder (S1 … T12 in evidence/biomechanics.md §3).
LUMBAR_SHARE = {"spine04": 0.40, "spine03": 0.35, "spine02": 0.25}
NECK_SHARE = {"neck01": 0.3, "neck02": 0.2, "neck03": 0.2, "head": 0.3}
# Mass of the parts as shares of the body's (de Leva 1996, men).
MASS = {"head": 0.0694, "trunk": 0.4346, "arms": 0.0988, "thighs": 0.2832, "shanks": 0.0866}
FEET_MASS = 0.0274
# How far ahead of ankle, knee and hip centre, and of the belly, a bar that touches is.
LEG_FRONT_M = (0.058, 0.080, 0.112, 0.125)
HANGING_AHEAD_M = 0.05  # legs keep a hanging load a little ahead of mid-foot
SHANK_RANGE_DEG = (-6.0, 38.0)


@dataclass(frozen=True)
class Stance:
    """Where the feet stand: metres and degrees, symmetric unless staggered.

    ``ahead_m`` puts the left foot forward and the right one back by so much.
    ``rear`` is the side whose leg is behind (split squat) or in the air.
    """

    half_width_m: float = 0.15
    toe_out_deg: float = 10.0
    ahead_m: float = 0.0
    rear: Literal["L", "R", "none"] = "none"
    rear_in_air: bool = False


@dataclass(frozen=True)
class Posture:
    """A moment of a lift, in the angles a coach would use.

    ``shank_deg`` NaN means: wherever the body is balanced over mid-foot.
    ``lumbar_deg`` and ``thoracic_deg`` are flexion from standing,
    ``neck_deg`` the turn of the head against the trunk (+ = chin to chest),
    ``arm_deg`` the arm from hanging (+ = forward), used by "reach" and
    "swing"; ``elbow_deg`` flexion of the elbow. ``cave_deg`` turns the knees
    inwards, ``twist_deg`` the shoulders to the left, ``side_lean_deg`` leans
    the trunk to the left.
    """

    knee_deg: float
    trunk_deg: float
    shank_deg: float = math.nan
    lumbar_deg: float = 0.0
    thoracic_deg: float = 0.0
    neck_deg: float = 0.0
    protract_deg: float = 0.0
    heel_up_m: float = 0.0
    bar_forward_m: float = 0.0
    elbow_deg: float = 4.0
    arm_deg: float = 0.0
    cave_deg: float = 0.0
    shift_m: float = 0.0
    twist_deg: float = 0.0
    side_lean_deg: float = 0.0


@dataclass(frozen=True)
class Rig:
    """What stays the same during a set: feet, hands, load.

    ``load_share`` is the load's mass divided by the body's. A load held
    ``between_legs`` doesn't have to stay in front of them.
    """

    stance: Stance = field(default_factory=Stance)
    hands: Hands = "hang"
    grip_half_m: float = 0.30
    load_share: float = 0.0
    between_legs: bool = False
    balance_m: float = -0.02


@dataclass(frozen=True)
class Posed:
    """A posed skeleton and the middle of the load in the hands, in metres."""

    pose: Pose
    grip_m: FloatArray
    hands_m: FloatArray


def pose_lifter(skeleton: Skeleton, posture: Posture, rig: Rig) -> Posed:
    """Pose the whole skeleton; see the module's first lines."""
    spine, shoulder, ear = _upper_body(skeleton, posture)
    feet = {side: _foot(skeleton, posture, rig.stance, side) for side in SIDES}
    root, pelvis = _pelvis(skeleton, posture, rig, spine, shoulder, ear, feet)
    turns = {bone: pelvis @ turn for bone, turn in spine.items()}
    for side in SIDES:
        turns |= _leg(skeleton, posture, rig, side, root, turns, feet[side])
    trunk = forward_kinematics(skeleton, root, turns)
    targets = _grips(skeleton, posture, rig, trunk)
    hands = []
    for side in SIDES:
        arm, grip = _arm(skeleton, rig, side, trunk, targets[side])
        turns |= arm
        hands.append(grip)
    pose = forward_kinematics(skeleton, root, turns)
    return Posed(pose, np.mean(hands, axis=0), np.array(hands))


def _upper_body(
    skeleton: Skeleton, posture: Posture
) -> tuple[dict[str, FloatArray], FloatArray, FloatArray]:
    """Bend spine and neck on an upright pelvis; mid-shoulder and head from mid-hip."""
    turns: dict[str, FloatArray] = {"root": np.eye(3)}
    bent = 0.0
    for bone, share in LUMBAR_SHARE.items():
        bent += share * posture.lumbar_deg
        turns[bone] = about("y", bent)
    turns["spine01"] = (
        about("z", posture.twist_deg)
        @ about("x", -posture.side_lean_deg)
        @ about("y", bent + posture.thoracic_deg)
    )
    for side, sign in (("L", -1.0), ("R", 1.0)):
        turns[f"clavicle.{side}"] = turns["spine01"] @ about("z", sign * posture.protract_deg)
    pose = forward_kinematics(skeleton, np.zeros(3), turns)
    hip = _middle(skeleton, pose, "upperleg01")
    shoulder = _middle(skeleton, pose, "upperarm01") - hip
    # The head is held against the hip-shoulder line, not against the upper back.
    upper_back_deg = bent + posture.thoracic_deg - lean_deg(shoulder)
    nod = 0.0
    for bone, share in NECK_SHARE.items():
        nod += share * (posture.neck_deg - upper_back_deg)
        turns[bone] = turns["spine01"] @ about("y", nod)
    pose = forward_kinematics(skeleton, np.zeros(3), turns)
    ear = joint_now(skeleton, pose, "head") - hip
    return turns, shoulder, ear


def lean_deg(upward: FloatArray) -> float:
    """Return how far an upward vector leans forward, in degrees from vertical."""
    return math.degrees(math.atan2(upward[0], upward[2]))


def _middle(skeleton: Skeleton, pose: Pose, bone: str) -> FloatArray:
    left, right = (joint_now(skeleton, pose, f"{bone}.{side}") for side in SIDES)
    return np.asarray((left + right) / 2)


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
    spine: dict[str, FloatArray],
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
    aside = (abs(feet["L"].ankle[1] - feet["R"].ankle[1]) / 2) - abs(
        skeleton.head("upperleg01.L")[1]
    )
    if rig.stance.rear == "none":
        # The leg slants outwards, so its sagittal picture is a little shorter.
        length = math.hypot(x, z)
        scale = math.sqrt(max(0.2, 1 - ((abs(aside) + abs(posture.shift_m)) / length) ** 2))
        x, z = x * scale, z * scale
    y = posture.shift_m + (0.0 if rig.stance.rear == "none" else 0.35 * base[1])
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
        return moments / total - rig.balance_m

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
    turns: dict[str, FloatArray],
    foot: _Foot,
) -> dict[str, FloatArray]:
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
    yaw = math.radians(foot.yaw_deg - sign * posture.cave_deg)
    pole = np.array([math.cos(yaw), math.sin(yaw), 0.0])
    if rig.stance.rear == side and rig.stance.rear_in_air:
        pole = about("y", posture.trunk_deg) @ np.array([1.0, 0.0, 0.0])
    knee, reached, bend = two_bones(hip, ankle, thigh_m, shank_m, pole)
    hinge = np.cross(bend, unit(ankle - hip)) * -1.0
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


@dataclass(frozen=True)
class _Grip:
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


def _grips(skeleton: Skeleton, posture: Posture, rig: Rig, trunk: Pose) -> dict[str, _Grip]:
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
            found[side] = _Grip(place, None, back_and_out, medial)
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
            found[side] = _Grip(place, None, pole, medial)
        elif rig.hands == "rest":
            place = shoulder + np.array([0.04, sign * 0.10, -0.985 * reach])
            found[side] = _Grip(place, None, np.array([-1.0, 0.0, 0.0]), np.array([1.0, 0.0, 0.0]))
        else:
            found[side] = _held_at_shoulders(rig, chest, shoulder, sign, skeleton, trunk)
    return found


def _held_at_shoulders(
    rig: Rig, chest: FloatArray, shoulder: FloatArray, sign: float, skeleton: Skeleton, trunk: Pose
) -> _Grip:
    """Bar on the back, bar on the front of the shoulders, or bell at the chest."""
    scale = skeleton.length_m("upperarm01.L", "lowerarm01.L") / 0.29
    middle = _middle(skeleton, trunk, "upperarm01")
    across = np.array([0.0, -sign, 0.0])
    if rig.hands == "back":
        place = middle + chest @ np.array([-0.085, 0.0, 0.062]) * scale
        place = place + np.array([0.0, sign * rig.grip_half_m, 0.0])
        return _Grip(
            place, chest @ np.array([-0.25, 0.0, 1.0]), chest @ np.array([-0.8, 0.2 * sign, -1.0]), across
        )
    if rig.hands == "rack":
        place = middle + chest @ np.array([0.105, 0.0, 0.045]) * scale
        place = place + np.array([0.0, sign * rig.grip_half_m, 0.0])
        return _Grip(
            place, chest @ np.array([-0.7, 0.0, 0.8]), chest @ np.array([1.0, 0.3 * sign, -0.4]), across
        )
    place = middle + chest @ np.array([0.24, 0.0, -0.10]) * scale
    place = place + np.array([0.0, sign * 0.075, 0.0])
    return _Grip(
        place, chest @ np.array([0.4, 0.0, 1.0]), chest @ np.array([0.1, 0.5 * sign, -1.0]),
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
        _middle(skeleton, pose, bone) for bone in ("foot", "lowerleg01", "upperleg01")
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


def _arm(
    skeleton: Skeleton, rig: Rig, side: str, trunk: Pose, grip: _Grip
) -> tuple[dict[str, FloatArray], FloatArray]:
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
    hinge = np.cross(side_now, unit(wrist - shoulder))
    rest_hinge = np.cross(rest["lowerarm01"] - rest["upperarm01"], rest["wrist"] - rest["lowerarm01"])
    upper = frame_turn((rest["lowerarm01"] - rest["upperarm01"], rest_hinge), (elbow - shoulder, hinge))
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
) -> dict[str, FloatArray]:
    """Curl the fingers round what they hold."""
    sign = 1.0 if side == "L" else -1.0
    palm = sign * np.cross(fingers, medial)
    axis = unit(np.cross(fingers, palm))
    curled = {}
    for name in skeleton.names:
        if not (name.startswith("finger") and name.endswith(f".{side}")):
            continue
        finger, joint = int(name[6]), int(name[8])
        angle = {1: 65.0, 2: 145.0, 3: 200.0}[joint] if finger > 1 else 15.0 * joint
        curled[name] = about_axis(axis, angle) @ hand
    return curled

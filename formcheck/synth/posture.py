"""What a posture is: the angles a coach would use, and what stays fixed in a set."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

from formcheck.data import FloatArray
from formcheck.synth.skeleton import Pose

Hands = Literal["hang", "back", "rack", "goblet", "reach", "swing", "rest"]


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
    ``neck_deg`` the turn of shoulder-to-ear against the trunk from standing
    (+ = chin to chest, - = looking up),
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

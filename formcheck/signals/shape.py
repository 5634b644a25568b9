"""The body's shape from the engine's 3-D points: coarse, the same from any view.

The depth of these points is a learned guess and the body an average one, so no
verdict is built on them. They tell a squat from a hinge from a walk, whichever
side the camera stands on.
"""

from __future__ import annotations

import numpy as np

from formcheck.data import Facing as Side
from formcheck.data import FloatArray, Guesses, Time
from formcheck.signals.angles import ANKLE, ELBOW, HIP, JOINTS, KNEE, SHOULDER, WRIST
from formcheck.signals.filtering import Stretch, fill_gaps, smooth


def guesses_of(time: Time, world_m: FloatArray, lean_deg: FloatArray) -> Guesses:
    """All that is guessed: from (T, 33, 3) metres, and the trunk's angle (T,) as it was read."""
    return Guesses(
        lean_deg=lean_deg,
        shape_deg=shape(time.time_s, world_m, time.stretch),
        gap_legs=gaps(time.time_s, world_m, time.stretch),
    )


def shape(
    time_s: FloatArray, world_m: FloatArray, stretch: Stretch | None = None
) -> dict[str, FloatArray]:
    """Flexion of knee and hip, elbow angle and trunk lean, (T,) degrees each.

    Left and right are averaged. Knee and hip: 0 straight, positive bent.
    Elbow: 180 straight. Trunk: angle from the picture's vertical, 0 upright.
    "hip_split" and "knee_split" are how much one is bent more than the other.
    """
    mid = {
        name: world_m[:, list(table.values())].mean(axis=1)
        for name, table in {"hip": HIP, "shoulder": SHOULDER}.items()
    }
    trunk = mid["shoulder"] - mid["hip"]
    knee = _joint_deg(world_m, HIP, KNEE, ANKLE)
    hip = _joint_deg(world_m, SHOULDER, HIP, KNEE)
    elbow = _joint_deg(world_m, SHOULDER, ELBOW, WRIST)
    raw = {
        "knee": 180.0 - (knee["left"] + knee["right"]) / 2,
        "hip": 180.0 - (hip["left"] + hip["right"]) / 2,
        "hip_split": np.abs(hip["left"] - hip["right"]),
        "knee_split": np.abs(knee["left"] - knee["right"]),
        "elbow": (elbow["left"] + elbow["right"]) / 2,
        "trunk": np.degrees(np.arctan2(np.hypot(trunk[:, 0], trunk[:, 2]), -trunk[:, 1])),
    }
    return {name: _whole(time_s, values, stretch) for name, values in raw.items()}


def _whole(time_s: FloatArray, values: FloatArray, stretch: Stretch | None) -> FloatArray:
    """Short gaps bridged, and smooth."""
    return smooth(time_s, fill_gaps(time_s, values, stretch=stretch), stretch=stretch)


def _joint_deg(
    world_m: FloatArray, one: dict[Side, int], joint: dict[Side, int], other: dict[Side, int]
) -> dict[Side, FloatArray]:
    """Angle at ``joint``, (T,) degrees per side, 180 straight."""
    out: dict[Side, FloatArray] = {}
    for side in joint:
        a = world_m[:, one[side]] - world_m[:, joint[side]]
        b = world_m[:, other[side]] - world_m[:, joint[side]]
        lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
        cosine = (a * b).sum(axis=1) / np.where(lengths > 0, lengths, np.nan)
        out[side] = np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))
    return out


def gaps(
    time_s: FloatArray, world_m: FloatArray, stretch: Stretch | None = None
) -> dict[str, FloatArray]:
    """How far hands and feet are apart, and where they are, (T,) leg lengths each.

    "wrists", "ankles": their distance. "ankles_aside", "ankles_ahead": that of the ankles
    sideways and along the way the lifter faces; "ankle_step": of their heights.
    "wrist_over_hip" and so on: heights, up positive. "wrist_ahead", "elbow_ahead":
    how far before the shoulders, along the way the lifter faces.
    """
    mid = {
        name: world_m[:, list(JOINTS[name].values())].mean(axis=1)
        for name in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
    }
    leg = np.linalg.norm(mid["hip"] - mid["knee"], axis=1)
    leg = leg + np.linalg.norm(mid["knee"] - mid["ankle"], axis=1)
    scale = np.nanpercentile(leg, 90) if np.isfinite(leg).any() else np.nan
    aside, ahead = _facing(world_m)
    feet = world_m[:, ANKLE["left"]] - world_m[:, ANKLE["right"]]
    hands = world_m[:, WRIST["left"]] - world_m[:, WRIST["right"]]

    def over(one: str, other: str) -> FloatArray:
        return np.asarray(mid[other][:, 1] - mid[one][:, 1])

    def before(one: str, other: str) -> FloatArray:
        return np.asarray(((mid[one] - mid[other]) * ahead).sum(axis=1))

    raw = {
        "wrists": np.linalg.norm(hands, axis=1),
        "ankles": np.linalg.norm(feet, axis=1),
        "ankles_aside": np.abs((feet * aside).sum(axis=1)),
        "ankles_ahead": np.abs((feet * ahead).sum(axis=1)),
        "ankle_step": np.abs(feet[:, 1]),
        "wrist_over_hip": over("wrist", "hip"),
        "wrist_over_shoulder": over("wrist", "shoulder"),
        "wrist_over_knee": over("wrist", "knee"),
        "wrist_over_ankle": over("wrist", "ankle"),
        "hip_over_knee": over("hip", "knee"),
        "elbow_over_shoulder": over("elbow", "shoulder"),
        "wrist_ahead": before("wrist", "shoulder"),
        "elbow_ahead": before("elbow", "shoulder"),
        "knee_ahead": before("knee", "ankle"),
        "shoulder_ahead": before("shoulder", "ankle"),
        "hip_ahead": before("hip", "ankle"),
    }
    return {name: _whole(time_s, values / scale, stretch) for name, values in raw.items()}


def _facing(world_m: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Level unit vectors, (T, 3) each: to the lifter's left, and the way they face."""
    hips, shoulders = (
        world_m[:, table["left"]] - world_m[:, table["right"]] for table in (HIP, SHOULDER)
    )
    left = hips + shoulders
    across = np.stack([left[:, 0], np.zeros(len(left)), left[:, 2]], axis=1)
    length = np.linalg.norm(across, axis=1, keepdims=True)
    aside = across / np.where(length > 0, length, np.nan)
    return aside, np.stack([aside[:, 2], np.zeros(len(left)), -aside[:, 0]], axis=1)

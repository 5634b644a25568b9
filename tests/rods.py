"""A body of rods before a camera: the drawing half of ``tests.skeleton``.

Angles are those of ``formcheck.signals.angles`` for the rods of the trunk and
of both legs ("thigh", "shank"; "rear_thigh", "rear_shank" away from the
camera), and degrees forward from hanging for "upper_arm" and "forearm".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from formcheck.data import Facing, FloatArray, PoseTrack, Source
from formcheck.poses.outline import STATIONS
from formcheck.poses.parts import UNSEEN
from tests.silhouette import (
    BACK_DEPTH,
    CHEST_DEPTH,
    Silhouette,
    behind_plate,
    edges,
    on_body,
    silhouette,
)

Angles = dict[str, FloatArray]

# Metres, of a person 1.7 m tall (Drillis and Contini 1966, rounded).
SHANK, THIGH, TRUNK, HEAD = 0.42, 0.42, 0.50, 0.22
UPPER_ARM, FOREARM = 0.29, 0.26
SHOULDER_WIDTH, HIP_WIDTH, FOOT = 0.36, 0.20, 0.24
MARGIN_PX = 100.0

FAR_VISIBILITY = 0.3
BEHIND_PLATE_VISIBILITY = 0.6  # the engine half sees what a plate hides
PLATE_SIGMA = 0.016  # radii by which a plate's circle is found off its place
SIDE_WITHIN_DEG = 25.0  # the trunk hides the far limbs

# How the engine's points lean less than the joint centres they stand for, and how much
# less its thigh does: what formcheck.signals.angles says of it, said once more, so that
# a lifter's true angles come out only where the two agree.
LEANS_LESS_DEG = {"trunk": 2.7, "thigh": 1.65, "shank": -1.5, "ear": -11.3}
THIGH_SHARE = 1.08


def film_of(
    time_s: FloatArray,
    shape: Angles,
    *,
    heading_deg: float = 0.0,
    scale_px: float = 400.0,
    shift_px: tuple[float, float] = (0.0, 0.0),
    hands_together: bool = False,
    hood: float = 0.0,
    along_m: FloatArray | float = 0.0,
    above_m: FloatArray | float = 0.0,
    shrug_m: FloatArray | float = 0.0,
    heel_m: FloatArray | float = 0.0,
    plate_m: float = 0.0,
    plate_taken_in: bool = False,
    plate_found: bool = True,
    picture: bool = True,
) -> PoseTrack:
    """Project a moving body.

    ``along_m`` and ``above_m`` move the feet, forward and up; ``shrug_m``
    lifts the shoulders alone, ``heel_m`` the heels, the toes staying down.
    With a ``picture`` the points are the engine's and the person has a mask, which
    leaves out a plate of ``plate_m`` across in the hands, or has it ``taken_in``, and
    the plate's circle is ``found``; without one they are joint centres, as of markers.
    The points in metres, which serve no verdict, are always the joint centres.
    """
    facing_right = abs((heading_deg + 180.0) % 360.0 - 180.0) < 90.0
    near: Facing = "right" if facing_right else "left"
    moved = {"along_m": along_m, "above_m": above_m, "shrug_m": shrug_m, "heel_m": heel_m}

    def before_camera(angles: Angles) -> FloatArray:
        body = _body(angles, near=near, hands_together=hands_together)
        return _turned(_moved(body, **moved), heading_deg)

    truly = before_camera(shape)
    camera = before_camera(as_the_engine_sees(shape)) if picture else truly
    hips = camera[:, [23, 24]].mean(axis=1, keepdims=True)
    corner = camera[..., :2].min(axis=(0, 1))
    pixels = camera.copy()
    pixels[..., 2] -= hips[..., 2]
    pixels *= scale_px
    pixels[..., :2] += MARGIN_PX + np.array(shift_px) - corner * scale_px
    width, height = (np.ceil(pixels[..., :2].max(axis=(0, 1))) + MARGIN_PX).astype(int).tolist()
    step_s = float(np.median(np.diff(time_s)))
    depths = _depths(shape["back_turn"], facing_right, hood)
    person = silhouette(pixels[..., :2], depths, scale_px, plate_m, plate_taken_in=plate_taken_in)
    visibility = _visibility(shape, heading_deg)
    hidden = behind_plate(person)
    visibility[hidden] = np.minimum(visibility[hidden], BEHIND_PLATE_VISIBILITY)
    track = PoseTrack(
        time_s=time_s,
        landmarks_px=pixels.astype(np.float32),
        visibility=visibility.astype(np.float32),
        world_m=(truly - truly[:, [23, 24]].mean(axis=1, keepdims=True)).astype(np.float32),
        frame_size=(width, height),
        shot=np.zeros(time_s.shape, dtype=np.int32),
        source=Source(
            file="skeleton.npz",
            sha256="0" * 64,
            width=width,
            height=height,
            rotation_deg=0,
            duration_s=float(time_s[-1] - time_s[0]) + step_s,
            frames=time_s.size,
            frame_rate_hz=1.0 / step_s,
            variable_rate=False,
            sampled_hz=1.0 / step_s,
        ),
    )
    if not picture:
        return track
    if plate_m and plate_found:
        track = replace(track, plate_px=_plate_px(person))
    return with_mask(track, person)


def _plate_px(person: Silhouette) -> FloatArray:
    """The plate's circle as it is found: its middle, radius and their σ, (T, 4) pixels."""
    radius = np.full((len(person.plate), 1), person.plate_radius)
    return np.hstack([person.plate, radius, PLATE_SIGMA * radius])


def _moved(
    body: FloatArray,
    along_m: FloatArray | float,
    above_m: FloatArray | float,
    shrug_m: FloatArray | float,
    heel_m: FloatArray | float,
) -> FloatArray:
    """The body (T, 33, 3) in another place, with its shoulders or heels raised."""
    body[:, :, 0] += np.reshape(along_m, (-1, 1))
    body[:, :, 1] += np.reshape(above_m, (-1, 1))
    body[:, :23, 1] += np.reshape(shrug_m, (-1, 1))
    # The foot turns about its ball: the ankle comes up half as far as the heel.
    body[:, :31, 1] += np.reshape(heel_m, (-1, 1)) / 2
    body[:, 29:31, 1] += np.reshape(heel_m, (-1, 1)) / 2
    return body


def _turned(body: FloatArray, heading_deg: float) -> FloatArray:
    """The body (T, 33, 3) as the camera has it: right, down, away, in metres."""
    turn = np.radians(heading_deg)
    forward, left = (np.cos(turn), -np.sin(turn)), (np.sin(turn), np.cos(turn))
    return np.stack(
        [
            forward[0] * body[..., 0] + left[0] * body[..., 2],
            -body[..., 1],
            forward[1] * body[..., 0] + left[1] * body[..., 2],
        ],
        axis=-1,
    )


def with_mask(track: PoseTrack, person: Silhouette) -> PoseTrack:
    """What the mask of a person says, beside the landmarks."""
    return replace(
        track,
        outline_px=edges(person, track.frame_size).astype(np.float32),
        on_body=on_body(person, track.frame_size).astype(np.float32),
    )


def as_the_engine_sees(shape: Angles) -> Angles:
    """The rods between the engine's points, of those between joint centres."""
    less = LEANS_LESS_DEG
    seen = {
        **shape,
        "trunk": shape["trunk"] - less["trunk"],
        "neck": shape["neck"] - less["ear"] + less["trunk"],
    }
    for leg in ("", "rear_"):
        seen[f"{leg}thigh"] = (shape[f"{leg}thigh"] - less["thigh"]) / THIGH_SHARE
        seen[f"{leg}shank"] = shape[f"{leg}shank"] - less["shank"]
    return seen


def _up(angle_deg: FloatArray, length: float) -> FloatArray:
    """A rod leaning forward by the angle, (T, 3) metres: forward, up, left."""
    angle = np.radians(angle_deg)
    return np.stack([np.sin(angle), np.cos(angle), np.zeros(angle.shape)], axis=-1) * length


def _body(shape: Angles, *, near: Facing, hands_together: bool) -> FloatArray:
    """All 33 points, (T, 33, 3) metres: forward, up, left. The near foot stands still.

    Optional in ``shape``, all 0 otherwise: "cave_m" moves each knee inwards
    ("rear_cave_m" that of the leg away from the camera, if it is another),
    "shift_m" everything above the knees to the left, "twist_deg" turns the
    shoulders to the left, "lean_left_deg" leans the trunk to the left and
    "drop_left_deg" lowers the left hip.
    """
    body = np.zeros((len(shape["trunk"]), 33, 3))
    hip = _up(shape["shank"], SHANK) + _up(shape["thigh"], THIGH)
    shoulder = hip + _up(shape["trunk"], TRUNK)
    ear = shoulder + _up(shape["trunk"] + shape["neck"], HEAD)
    face = _up(shape["trunk"] + shape["neck"] + 90.0, 0.10)
    elbow = shoulder - _up(-shape["upper_arm"], UPPER_ARM)
    wrist = elbow - _up(-shape["forearm"], FOREARM)
    body[:, 0:11] = (ear + face)[:, None]
    for side, sign in (("left", 0.5), ("right", -0.5)):
        odd = 0 if side == "left" else 1
        leg = "" if side == near else "rear_"
        knee = hip - _up(shape[f"{leg}thigh"], THIGH)
        ankle = knee - _up(shape[f"{leg}shank"], SHANK)
        grip = 0.04 if hands_together else SHOULDER_WIDTH
        places = {
            7: (ear, 0.15),
            11: (shoulder, SHOULDER_WIDTH),
            13: (elbow, SHOULDER_WIDTH + 0.05),
            **dict.fromkeys((15, 17, 19, 21), (wrist, grip)),
            23: (hip, HIP_WIDTH),
            25: (knee, HIP_WIDTH + 0.06),
            27: (ankle, HIP_WIDTH + 0.10),
            29: (ankle + np.array([-0.06, -0.06, 0.0]), HIP_WIDTH + 0.10),
            31: (ankle + np.array([FOOT - 0.06, -0.07, 0.0]), HIP_WIDTH + 0.12),
        }
        for point, (place, width) in places.items():
            body[:, point + odd] = place + np.array([0.0, 0.0, sign * width])
    return _sideways(body, shape, near)


def _sideways(body: FloatArray, shape: Angles, near: Facing) -> FloatArray:
    """Move the points to the sides, as the optional parts of a shape say."""

    def dial(name: str) -> FloatArray:
        return np.broadcast_to(shape.get(name, np.zeros(1)), (len(body),))[:, None]

    hips = body[:, [23, 24]].mean(axis=1, keepdims=True)
    up = body[:, :23] - hips
    lean, twist = np.radians(dial("lean_left_deg")), np.radians(dial("twist_deg"))
    # The shoulders turn about their own middle, then the trunk leans.
    ahead = up[..., 0] - up[..., 2] * np.sin(twist)
    left = up[..., 2] * np.cos(twist)
    turned = np.stack(
        [
            ahead,
            up[..., 1] * np.cos(lean) - left * np.sin(lean),
            left * np.cos(lean) + up[..., 1] * np.sin(lean),
        ],
        axis=-1,
    )
    body[:, :23] = hips + turned
    drop = HIP_WIDTH / 2 * np.tan(np.radians(dial("drop_left_deg")))
    body[:, [23]] -= np.stack([0 * drop, drop, 0 * drop], axis=-1)
    body[:, [24]] += np.stack([0 * drop, drop, 0 * drop], axis=-1)
    body[:, :25, 2] += dial("shift_m")
    rear = "rear_cave_m" if "rear_cave_m" in shape else "cave_m"
    body[:, 25, 2] -= dial("cave_m" if near == "left" else rear)[:, 0]
    body[:, 26, 2] += dial("cave_m" if near == "right" else rear)[:, 0]
    return body


def _visibility(shape: Angles, heading_deg: float) -> FloatArray:
    """The engine's belief: from the side the far limbs are covered, but for a
    rear leg that stands out behind.
    """
    seen = np.full((len(shape["trunk"]), 33), 0.98)
    facing_right = np.cos(np.radians(heading_deg)) > 0
    if abs(np.sin(np.radians(heading_deg))) <= np.sin(np.radians(SIDE_WITHIN_DEG)):
        apart = float(np.max(np.abs(shape["rear_thigh"] - shape["thigh"])))
        last = 25 if apart > 20.0 else 33
        seen[:, slice(11 if facing_right else 12, last, 2)] = FAR_VISIBILITY
    return seen


def _depths(turn_deg: FloatArray, facing_right: bool, hood: float) -> FloatArray:
    """How far skin is from the trunk's line on either side, (T, 2, S) trunk lengths."""
    back = BACK_DEPTH + np.array([arc(turn) for turn in turn_deg])
    back += np.where(STATIONS > 0.85, hood, 0.0)
    chest = np.full(back.shape, CHEST_DEPTH)
    return np.stack((back, chest) if facing_right else (chest, back), axis=1)


def arc(turn_deg: float) -> FloatArray:
    """Distance of a circle's arc from its chord at ``STATIONS``, in trunk lengths.

    The arc turns by ``turn_deg`` between 0.10 and 1.0 of the trunk; 0 is the
    chord through those two points, positive bulges outwards.
    """
    half = np.radians(turn_deg) / 2
    if abs(half) < 1e-6:
        return np.zeros(STATIONS.shape)
    radius = 0.45 / np.sin(half)
    from_middle = STATIONS - 0.55
    return np.asarray(np.sign(half) * np.sqrt(radius**2 - from_middle**2) - radius * np.cos(half))


def true_angles(shape: Angles) -> Angles:
    """The angles of ``Signals.angles_deg`` that the shape has, each (T,) degrees."""
    elbow, wrist = shape["upper_arm"], shape["forearm"]
    hand = -_up(-elbow, UPPER_ARM) - _up(-wrist, FOREARM)
    return {
        **{name: shape[name] for name in ("trunk", "thigh", "shank", "neck", "back_turn")},
        "knee": shape["shank"] - shape["thigh"],
        "hip": shape["trunk"] - shape["thigh"],
        "arm": np.degrees(np.arctan2(hand[:, 0], -hand[:, 1])),
        "elbow": 180.0 - np.abs((wrist - elbow + 180.0) % 360.0 - 180.0),
    }


# ---------------------------------------------------------------- what filming does


def mirrored(track: PoseTrack) -> PoseTrack:
    """The film flipped: right is left, and the engine believes it."""
    order = np.arange(33)
    pairs = [(1, 4), (2, 5), (3, 6), (7, 8), (9, 10), *((i, i + 1) for i in range(11, 33, 2))]
    for one, other in pairs:
        order[[one, other]] = order[[other, one]]
    landmarks, world = track.landmarks_px[:, order].copy(), track.world_m[:, order].copy()
    landmarks[..., 0] = track.frame_size[0] - landmarks[..., 0]
    world[..., 0] *= -1
    outline = None
    if track.outline_px is not None:
        outline = track.outline_px[:, ::-1].copy()
        outline[..., 0] = track.frame_size[0] - outline[..., 0]
    plate = track.plate_px
    if plate is not None:
        plate = np.hstack([track.frame_size[0] - plate[:, :1], plate[:, 1:]])
    return replace(
        track,
        landmarks_px=landmarks,
        world_m=world,
        visibility=track.visibility[:, order],
        plate_px=plate,
        outline_px=outline,
        on_body=None if track.on_body is None else track.on_body[:, order],
    )


def spoiled(
    track: PoseTrack, noise_px: float, seed: int, gaps: Sequence[tuple[float, float]]
) -> PoseTrack:
    """Shake the landmarks and lose the lifter for a while."""
    landmarks, world = track.landmarks_px.copy(), track.world_m.copy()
    rng = np.random.default_rng(seed)
    landmarks += rng.normal(0.0, noise_px, landmarks.shape).astype(landmarks.dtype)
    lost = np.zeros(track.time_s.shape, dtype=bool)
    for start_s, stop_s in gaps:
        lost |= (track.time_s >= start_s - 1e-9) & (track.time_s < stop_s - 1e-9)
    return lose(replace(track, landmarks_px=landmarks, world_m=world), lost)


def lose(track: PoseTrack, lost: NDArray[np.bool_]) -> PoseTrack:
    """The track with nobody found in the marked frames."""
    changed = {}
    for name in UNSEEN:
        if getattr(track, name) is not None:
            changed[name] = getattr(track, name).copy()
            changed[name][lost] = np.nan
    seen = track.visibility.copy()
    seen[lost] = 0.0
    return replace(track, visibility=seen, **changed)


def select(track: PoseTrack, frames: NDArray[np.bool_] | NDArray[np.intp]) -> PoseTrack:
    """The marked or numbered frames of a track."""
    names = (
        *("time_s", "landmarks_px", "visibility", "world_m"),
        *("outline_px", "on_body", "shot", "plate_px"),
    )
    kept = {name: getattr(track, name) for name in names}
    return replace(track, **{name: of[frames] for name, of in kept.items() if of is not None})

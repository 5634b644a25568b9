"""Labelled squats as 3-D joints, seen from the side and from the front.

``squat_faults.npz`` beside the labelled clips holds single squats of four
recording sessions, triangulated, each with the one fault it was acted with, or
none. They become tracks that the cues judge as shipped: nothing is learned from
them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.manifest import real_data
from formcheck.data import FloatArray, PoseTrack, Source
from formcheck.errors import BadRequest

CORRECT = ("olympic squat", "powerlifting squat")
RATE_HZ = 30.0
"""The file doesn't say. At 30 the squats take 2 to 7 s with their standing (our choice)."""

STANDING_FRAMES = 5
LEG_M = 0.85  # only a scale for the picture: nothing measured depends on it
PX_PER_M = 400.0
MARGIN_PX = 80.0

# Places of the file's 19 joints in BlazePose order.
UPPER_BODY = slice(0, 23)
PLACES = (0, 7, 8, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32)


@dataclass(frozen=True)
class SquatClip:
    """One squat: from its right side, from the front, what was acted, and when."""

    side: PoseTrack
    front: PoseTrack
    label: str
    session: str

    @property
    def is_correct(self) -> bool:
        """No fault was acted."""
        return self.label in CORRECT


def squat_faults() -> Path | None:
    """The file, or None when it isn't on this machine."""
    folder = real_data()
    path = folder / "real_poses" / "squat_faults.npz" if folder else None
    return path if path is not None and path.is_file() else None


def clips(path: Path | None = None) -> list[SquatClip]:
    """All squats of the file, as tracks from the side (facing right) and the front.

    The recording cameras were tilted, each session in its own way; the usual
    line from ankles to shoulders of those who stand at a clip's beginning is
    taken as a session's vertical.

    Raises
    ------
    BadRequest
        The file isn't here.
    """
    path = path or squat_faults()
    if path is None:
        raise BadRequest("squat_faults.npz isn't on this machine: see benchmarks/manifest.py.")
    with np.load(path) as kept:
        parts = np.split(kept["xyz"].astype(float), np.cumsum(kept["frames"])[:-1])
        labels, sessions = kept["label"].tolist(), kept["session"].tolist()
    points = [_in_our_order(part) for part in parts]
    up = {
        session: _vertical([p for p, one in zip(points, sessions, strict=True) if one == session])
        for session in set(sessions)
    }
    out = []
    for one, label, session in zip(points, labels, sessions, strict=True):
        forward, left = _axes(one, up[session])
        across = one @ np.stack([left, -up[session], -forward], axis=1)
        along = one @ np.stack([forward, -up[session], left], axis=1)
        name = f"{session} {label}"
        out.append(SquatClip(track_of(along, name), track_of(across, name), label, session))
    return out


def _in_our_order(joints: FloatArray) -> FloatArray:
    """The joints as (T, 33, 3) metres, the leg being 0.85 m long."""
    points = np.full((len(joints), 33, 3), np.nan)
    points[:, PLACES] = joints
    points[:, UPPER_BODY] += _stretch(points)[:, None]
    thigh = np.linalg.norm(points[:, [23, 24]] - points[:, [25, 26]], axis=-1)
    shank = np.linalg.norm(points[:, [25, 26]] - points[:, [27, 28]], axis=-1)
    return np.asarray(points * LEG_M / np.median(thigh + shank))


def _stretch(points: FloatArray) -> FloatArray:
    """What keeps the trunk at its length, (T, 3): along its own line.

    Depth is squeezed in this file: at the bottom the trunk is half as long as
    when standing, which we would take for a skeleton gone astray. Its lean
    stays as recorded.
    """
    trunk = points[:, [11, 12]].mean(axis=1) - points[:, [23, 24]].mean(axis=1)
    length = np.linalg.norm(trunk, axis=1, keepdims=True)
    return np.asarray(trunk * (np.percentile(length, 90) / length - 1.0))


def _vertical(session: list[FloatArray]) -> FloatArray:
    """Upwards, as those who stand at the beginning of their clips show it, (3,)."""
    standing = [
        np.median(
            one[:STANDING_FRAMES, [11, 12]].mean(axis=1)
            - one[:STANDING_FRAMES, [27, 28]].mean(axis=1),
            axis=0,
        )
        for one in session
    ]
    return _unit(np.median([_unit(line) for line in standing], axis=0))


def _axes(points: FloatArray, up: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Level ways forward and to the lifter's left, each (3,)."""
    right = (points[:, [12, 24]] - points[:, [11, 23]]).mean(axis=1)
    forward = np.median(_unit(np.cross(up, right)), axis=0)
    forward = _unit(forward - (forward @ up) * up)
    return forward, np.asarray(np.cross(up, forward))


def _unit(vectors: FloatArray) -> FloatArray:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True))


def track_of(picture_m: FloatArray, name: str) -> PoseTrack:
    """Points (T, 33, 3) metres, right, down and away, as filmed without perspective."""
    centre = picture_m[:, [23, 24]].mean(axis=1, keepdims=True)
    landmarks = picture_m * PX_PER_M
    landmarks[..., :2] -= np.nanmin(landmarks[..., :2], axis=(0, 1)) - MARGIN_PX
    landmarks[..., 2] -= centre[..., 2] * PX_PER_M
    width, height = np.ceil(np.nanmax(landmarks[..., :2], axis=(0, 1)) + MARGIN_PX).astype(int)
    time_s = np.arange(len(landmarks)) / RATE_HZ
    return PoseTrack(
        time_s=time_s,
        landmarks_px=landmarks.astype(np.float32),
        visibility=np.isfinite(landmarks[..., 0]).astype(np.float32),
        world_m=(picture_m - centre).astype(np.float32),
        frame_size=(int(width), int(height)),
        source=Source(
            file=f"{name}.npz",
            sha256="0" * 64,
            width=int(width),
            height=int(height),
            rotation_deg=0,
            duration_s=len(time_s) / RATE_HZ,
            frames=len(time_s),
            frame_rate_hz=RATE_HZ,
            variable_rate=False,
            sampled_hz=RATE_HZ,
        ),
    )

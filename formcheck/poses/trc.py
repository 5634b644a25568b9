"""Markers of motion capture (OpenSim ``.trc``) as if seen by a camera at the side.

The markers become the 33 points of our order by the table ``MARKERS``, and are
projected without perspective onto the lifter's own sagittal plane, facing
right: the median heading of the set is turned to the right of the picture.

Joint centres are as good as the markers allow. Where both the outer and the
inner marker of a joint are there, their mean is used. A single outer marker is
taken as it is: from the side it lies over the joint, and only its depth, which
no angle uses, is off. A hip without a marker of its own is placed from the
pelvis by the regression of Harrington et al. 2007, J Biomech 40:595.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from formcheck.data import FloatArray, PoseTrack
from formcheck.errors import BadRequest
from formcheck.intake import read_text
from formcheck.poses.archive import MOST_FRAMES
from formcheck.poses.saved import check_times, source_of

PX_PER_M = 400.0
MARGIN_PX = 80.0

MOST_M = 100.0
"""From the room's zero: no hall for capturing motion is larger."""

MOST_COLUMNS = 3000
"""A thousand markers; the fullest sets have a hundred."""

UNITS_M = {"m": 1.0, "cm": 0.01, "mm": 0.001}

LEFT, RIGHT = "l", "r"

# Names are compared in small letters without signs, subject ("Anna:RKNE"),
# "_study", and with left/right cut to one letter. {s} stands for the side.
# The first choice whose markers are all there is taken; several are averaged.
MARKERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "nose": (("nose",),),
    "{s}eye": (("{s}eye",),),
    "{s}ear": (("{s}ear",), ("{s}fhd", "{s}bhd")),
    "{s}shoulder": (("{s}sjc",), ("{s}shoulder",), ("{s}sho",), ("{s}acromium",), ("{s}acromion",)),
    "{s}elbow": (
        ("{s}ejc",),
        ("{s}elbowlat", "{s}elbowmed"),
        ("{s}lelbow", "{s}melbow"),
        ("{s}elb", "{s}elbm"),
        ("{s}elbow",),
        ("{s}elb",),
        ("{s}elbowlat",),
        ("{s}lelbow",),
    ),
    "{s}wrist": (
        ("{s}wjc",),
        ("{s}wristradius", "{s}wristulna"),
        ("{s}lwrist", "{s}mwrist"),
        ("{s}wra", "{s}wrb"),
        ("{s}wrist",),
        ("{s}wri",),
        ("{s}wristradius",),
        ("{s}wra",),
    ),
    "{s}pinky": (("{s}pinky",), ("{s}littlefinger",)),
    "{s}index": (("{s}index",), ("{s}indexfinger",), ("{s}fin",)),
    "{s}thumb": (("{s}thumb",),),
    "{s}hip": (("{s}hjc",), ("{s}hjcreg",), ("{s}hip",), ("{s}hipjointcenter",)),
    "{s}knee": (
        ("{s}kjc",),
        ("{s}knee", "{s}mknee"),
        ("{s}kneelat", "{s}kneemed"),
        ("{s}kne", "{s}knem"),
        ("{s}knee",),
        ("{s}kne",),
        ("{s}kneelat",),
    ),
    "{s}ankle": (
        ("{s}ajc",),
        ("{s}ankle", "{s}mankle"),
        ("{s}anklelat", "{s}anklemed"),
        ("{s}ank", "{s}ankm"),
        ("{s}ank", "{s}med"),
        ("{s}ankle",),
        ("{s}ank",),
        ("{s}anklelat",),
    ),
    "{s}heel": (("{s}calc",), ("{s}heel",), ("{s}hee",)),
    "{s}toe": (("{s}bigtoe",), ("{s}toe",), ("{s}toetip",), ("{s}5meta",)),
}

PLACES: dict[str, int] = {
    "nose": 0,
    **{"leye": 2, "reye": 5, "lear": 7, "rear": 8, "lshoulder": 11, "rshoulder": 12},
    **{"lelbow": 13, "relbow": 14, "lwrist": 15, "rwrist": 16, "lpinky": 17, "rpinky": 18},
    **{"lindex": 19, "rindex": 20, "lthumb": 21, "rthumb": 22, "lhip": 23, "rhip": 24},
    **{"lknee": 25, "rknee": 26, "lankle": 27, "rankle": 28, "lheel": 29, "rheel": 30},
    **{"ltoe": 31, "rtoe": 32},
}
"""Where each of them stands in BlazePose order."""

NEEDED = ("shoulder", "hip", "knee", "ankle")

Markers = dict[str, FloatArray]


@dataclass(frozen=True)
class _Recording:
    """Markers by tidied name, each (T, 3) metres, and their (T,) times."""

    time_s: FloatArray
    markers: Markers


def load_trc(path: Path) -> PoseTrack:
    """Read an OpenSim ``.trc`` as a track filmed straight from the side.

    Names of OpenSim and OpenCap marker sets, of Pose2Sim and Sports2D (HALPE)
    and of Vicon's Plug-in Gait are understood. Blank cells, and a marker at
    exactly (0, 0, 0), are missing. Depth in ``landmarks_px`` and ``world_m``
    grows away from the camera, as MediaPipe's does: facing right, the left
    shoulder has the larger z.

    Raises
    ------
    BadRequest
        It isn't a readable ``.trc``, or shoulders, hips, knees or ankles have
        no marker; the message names them.
    """
    recording = _read(path)
    points_m = _to_our_order(path, recording.markers)
    picture_m = _from_the_side(path, points_m)
    centre_m = picture_m[:, [23, 24]].mean(axis=1, keepdims=True)
    corner_m = np.nanmin(picture_m[..., :2], axis=(0, 1)) - MARGIN_PX / PX_PER_M
    landmarks = picture_m * PX_PER_M
    landmarks[..., :2] -= corner_m * PX_PER_M
    landmarks[..., 2] -= centre_m[..., 2] * PX_PER_M
    size = np.ceil(np.nanmax(landmarks[..., :2], axis=(0, 1)) + MARGIN_PX).astype(int)
    # Even numbers: what is drawn of it is encoded as 4:2:0.
    frame_size = (int(size[0] + size[0] % 2), int(size[1] + size[1] % 2))
    known = np.isfinite(landmarks[..., :2]).all(axis=-1)
    return PoseTrack(
        time_s=recording.time_s,
        landmarks_px=landmarks.astype(np.float32),
        visibility=known.astype(np.float32),
        world_m=(picture_m - centre_m).astype(np.float32),
        frame_size=frame_size,
        source=source_of(path, recording.time_s, frame_size),
    )


def _read(path: Path) -> _Recording:
    lines = read_text(path, "trc").splitlines()
    if len(lines) < 6 or not lines[0].startswith("PathFileType"):
        raise BadRequest(f"{path}: not a .trc file: it doesn't begin with PathFileType.")
    header = dict(zip(lines[1].split("\t"), lines[2].split("\t"), strict=False))
    unit = header.get("Units", "").strip().lower()
    if unit not in UNITS_M:
        raise BadRequest(f"{path}: Units is {unit!r}. Expected one of: {', '.join(UNITS_M)}.")
    names = lines[3].rstrip().split("\t")
    if [name.strip() for name in names[:2]] != ["Frame#", "Time"] or len(names) < 3:
        raise BadRequest(f"{path}: line 4: expected Frame#, Time and the markers' names.")
    if len(names) > MOST_COLUMNS or len(lines) > MOST_FRAMES:
        raise BadRequest(f"{path}: more markers or frames than any recording has.")
    table = _table(path, lines, columns=2 + 3 * len(names[2::3]))
    check_times(path, "Time", table[:, 1])
    markers: Markers = {}
    for at, name in enumerate(names[2::3]):
        place_m = table[:, 2 + 3 * at : 5 + 3 * at] * UNITS_M[unit]
        place_m[(place_m == 0.0).all(axis=1) | ~np.isfinite(place_m).all(axis=1)] = np.nan
        farthest_m = np.max(np.abs(place_m), initial=0.0, where=np.isfinite(place_m))
        if farthest_m > MOST_M:
            raise BadRequest(
                f"{path}: {name.strip()}: {farthest_m:g} m away. Expected up to {MOST_M:g} m: "
                f"are the Units ({unit}) right?"
            )
        markers.setdefault(_tidy(name), place_m)
    return _Recording(table[:, 1], markers)


def _table(path: Path, lines: list[str], columns: int) -> FloatArray:
    """The numbers below the header, (T, columns), NaN where a cell is blank."""
    rows = []
    for number, line in enumerate(lines[5:], start=6):
        if not line.strip():
            continue
        cells = line.rstrip("\r\n").split("\t")[:columns]
        try:
            values = [float(cell) if cell.strip() else np.nan for cell in cells]
        except ValueError as problem:
            said = f"{path}: line {number}: {problem}. Expected a number in each cell."
            raise BadRequest(said) from problem
        rows.append(values + [np.nan] * (columns - len(values)))
    return np.array(rows, dtype=float).reshape(-1, columns)


def _tidy(name: str) -> str:
    """A marker's name as ``MARKERS`` spells it: "Anna:R_knee_study" is "rknee"."""
    plain = re.sub(r"[^a-z0-9]", "", name.rsplit(":", maxsplit=1)[-1].lower()).removesuffix("study")
    for word, letter in (("left", LEFT), ("right", RIGHT)):
        if plain.startswith(word):
            return letter + plain.removeprefix(word)
    return plain


def _to_our_order(path: Path, markers: Markers) -> FloatArray:
    """The markers as (T, 33, 3) metres in BlazePose order, in the room's axes."""
    frames = len(next(iter(markers.values())))
    points = np.full((frames, 33, 3), np.nan)
    for pattern, choices in MARKERS.items():
        for side in (LEFT, RIGHT) if "{s}" in pattern else ("",):
            found = _first_choice(markers, choices, side)
            if found is not None:
                points[:, PLACES[pattern.format(s=side)]] = found
    for side in (LEFT, RIGHT):
        at = PLACES[f"{side}hip"]
        if not np.isfinite(points[:, at]).any():
            points[:, at] = _hip_from_pelvis(markers, side, points)
    absent = [
        f"{'left' if side == LEFT else 'right'} {joint}"
        for joint in NEEDED
        for side in (LEFT, RIGHT)
        if not np.isfinite(points[:, PLACES[side + joint]]).any()
    ]
    if absent:
        raise BadRequest(
            f"{path}: no marker for: {', '.join(absent)}. Name them as OpenCap (RKnee, "
            "r_knee_study), Pose2Sim (RKnee) or Plug-in Gait (RKNE) do."
        )
    return points


def _first_choice(
    markers: Markers, choices: tuple[tuple[str, ...], ...], side: str
) -> FloatArray | None:
    for choice in choices:
        names = [name.format(s=side) for name in choice]
        if all(name in markers for name in names):
            return np.asarray(np.mean([markers[name] for name in names], axis=0))
    return None


def _hip_from_pelvis(markers: Markers, side: str, points: FloatArray) -> FloatArray:
    """Hip joint centre, (T, 3) metres, from the spines of the pelvis; NaN without them.

    Harrington 2007, in millimetres: 0.24 PD + 9.9 behind, 0.30 PW + 10.9 below
    and 0.33 PW + 7.3 beside the middle of the front spines, PW and PD being
    the pelvis's width and depth.
    """
    front = {s: _first_choice(markers, (("{s}asis",), ("{s}asi",)), s) for s in (LEFT, RIGHT)}
    rear = _first_choice(
        markers, (("lpsis", "rpsis"), ("lpsi", "rpsi"), ("sacr",), ("sacrum",)), ""
    )
    left, right = front[LEFT], front[RIGHT]
    if left is None or right is None or rear is None:
        return np.full(points[:, 0].shape, np.nan)
    middle = (left + right) / 2
    width = np.linalg.norm(right - left, axis=1, keepdims=True)
    depth = np.linalg.norm(middle - rear, axis=1, keepdims=True)
    rightwards = _unit(right - left)
    upwards = _unit(np.cross(rightwards, middle - rear))
    forwards = np.cross(upwards, rightwards)
    sign = -1.0 if side == LEFT else 1.0
    return np.asarray(
        middle
        - (0.24 * depth + 0.0099) * forwards
        - (0.30 * width + 0.0109) * upwards
        + sign * (0.33 * width + 0.0073) * rightwards
    )


def _from_the_side(path: Path, points_m: FloatArray) -> FloatArray:
    """Turn the room so that x is the lifter's way forward, y down, z to their left.

    The room's axes are right-handed, as motion capture's are; up is the axis
    on which the shoulders are furthest over the ankles.
    """
    tall = np.nanmedian(points_m[:, [11, 12]].mean(axis=1) - points_m[:, [27, 28]].mean(axis=1), 0)
    right = (points_m[:, [12, 24]] - points_m[:, [11, 23]]).mean(axis=1)
    if not (np.isfinite(tall).all() and np.isfinite(right).all(axis=1).any()):
        raise BadRequest(
            f"{path}: shoulders, hips and ankles are never seen together. "
            "Fill the gaps of the markers first."
        )
    up = np.zeros(3)
    axis = int(np.argmax(np.abs(tall)))
    up[axis] = np.sign(tall[axis])
    # Right x up points backwards, up x right forwards.
    forwards = _unit(np.cross(up, right))
    forward = np.nanmedian(forwards, axis=0)
    forward = _unit(forward - (forward @ up) * up)
    left = np.cross(up, forward)
    return np.asarray(points_m @ np.stack([forward, -up, left], axis=1))


def _unit(vectors: FloatArray) -> FloatArray:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True))

"""Poses kept in a file, so that a set can be judged again without its video.

A ``poses.npz`` is a numpy archive without pickles:

| key          | shape          | what                                     | may be absent |
|--------------|----------------|------------------------------------------|---------------|
| time_s       | (T,)           | seconds, increasing                      | no            |
| landmarks_px | (T, 33, 2 / 3) | BlazePose order, y down, NaN missing     | no            |
| visibility   | (T, 33)        | 0..1                                     | 1 where known |
| world_m      | (T, 33, 3)     | metres; else made from landmarks_px      | yes           |
| frame_size   | (2,)           | width, height in pixels                  | from points   |
| outline_px   | (T, 2, S, 2)   | the person mask's edge, see ``outline``  | no back line  |
| on_body      | (T, 33)        | the mask's value at each landmark, 0..1  | all free      |
| shot         | (T,)           | number of the scene, -1 for none         | one scene     |
| stretch      | (T,)           | number of the stretch without a gap      | one stretch   |
| camera       | (T, 2, 3)      | affine maps to a steady picture          | a still one   |
| roll         | (T, 2)         | the steady picture's turn and σ, degrees | unknown       |
| meta         | text           | JSON: schema, source, pace, people, ...   | yes           |
"""

from __future__ import annotations

import hashlib
import json
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formcheck.data import Caution, FloatArray, Pace, Part, Person, PoseTrack, Source
from formcheck.errors import BadRequest
from formcheck.files import whole
from formcheck.poses.outline import STATIONS

SCHEMA = "formcheck.poses/1"

LEG_M = 0.83
"""Hip to ankle of a person 1.7 m tall: 0.491 of the height (Drillis and Contini
1966). Gives points without metres a plausible scale; no verdict depends on it."""

LEGS = ((23, 25, 27), (24, 26, 28))
HIPS = (23, 24)

LEAST_EXTENT_PX = 8.0
"""Points that spread less than this are shares of the picture, not pixels."""

UNEVEN = 0.25
"""Share of the usual interval by which others differ in an uneven film."""

MOST_S = 1e9
"""Seconds from zero that a recording may reach: thirty years. Gaps of days are none of
our business, but beyond it the fractions of a second are lost."""

USUAL_S = (1e-3, 5.0)
"""Usual intervals of a recording: a thousand frames a second to one in five seconds.
Others are in another unit."""

_BROKEN = (
    *(OSError, ValueError, EOFError, KeyError, RuntimeError, MemoryError, struct.error),
    *(zipfile.BadZipFile, zlib.error),
)
"""What numpy and zipfile raise over a file that is cut short or no archive."""


def save_poses(track: PoseTrack, path: Path) -> None:
    """Write a track to ``path``, whole or not at all.

    What ``load_poses`` reads back is the same to the last bit.

    Raises
    ------
    OutputError
        The file can't be written.
    """
    meta = {
        "schema": SCHEMA,
        "source": None if track.source is None else asdict(track.source),
        "pace": asdict(track.pace),
        "light": track.light,
        "face_covered": track.face_covered,
        "part": None if track.part is None else asdict(track.part),
        "people": [asdict(person) for person in track.people],
        "chosen": track.chosen,
        "cautions": [asdict(caution) for caution in track.cautions],
    }
    arrays: dict[str, NDArray[Any]] = {
        "time_s": track.time_s,
        "landmarks_px": track.landmarks_px,
        "visibility": track.visibility,
        "world_m": track.world_m,
        "frame_size": np.array(track.frame_size),
        "meta": np.array(json.dumps(meta)),
    }
    if track.outline_px is not None:
        arrays["outline_px"] = track.outline_px
    if track.on_body is not None:
        arrays["on_body"] = track.on_body
    if track.shot is not None:
        arrays["shot"] = track.shot
    if track.stretch is not None:
        arrays["stretch"] = track.stretch
    if track.camera is not None:
        arrays["camera"] = track.camera
    if track.roll is not None:
        arrays["roll"] = track.roll
    # An open file, as numpy adds ".npz" to names that lack it.
    with whole(path) as unfinished, unfinished.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)


def load_poses(path: Path) -> PoseTrack:
    """Read a track from a ``poses.npz``, ours or anybody's of the same form.

    Without ``world_m`` the depth of the landmarks is used, if they have any:
    hip-centred and scaled to an average leg. Without depth there is no 3-D
    and so no view: little can then be judged.

    Raises
    ------
    BadRequest
        It can't be read, or something in it has the wrong shape or values;
        the message names the file, the key and what was expected.
    """
    arrays = _read(path)
    time_s = _times(path, arrays)
    landmarks = _landmarks(path, arrays, time_s.size)
    frame_size = _frame_size(path, arrays, landmarks)
    meta = _meta(path, arrays)
    return PoseTrack(
        time_s=time_s,
        landmarks_px=landmarks,
        visibility=_visibility(path, arrays, landmarks),
        world_m=_world(path, arrays, landmarks),
        frame_size=frame_size,
        outline_px=_of_frames(path, arrays, "outline_px", (time_s.size, 2, STATIONS.size, 2)),
        on_body=_of_frames(path, arrays, "on_body", (time_s.size, 33)),
        shot=_number_of(path, arrays, "shot", time_s.size, least=-1),
        stretch=_number_of(path, arrays, "stretch", time_s.size, least=0),
        pace=meta["pace"],
        camera=_of_frames(path, arrays, "camera", (time_s.size, 2, 3)),
        roll=_of_frames(path, arrays, "roll", (time_s.size, 2)),
        light=meta["light"],
        face_covered=meta["face_covered"],
        part=meta["part"],
        people=meta["people"],
        chosen=meta["chosen"],
        source=meta["source"] or source_of(path, time_s, frame_size),
        cautions=meta["cautions"],
    )


def source_of(path: Path, time_s: FloatArray, frame_size: tuple[int, int]) -> Source:
    """Describe a file of poses the way a film is described.

    ``frame_rate_hz`` is that of the usual interval; ``duration_s`` holds the
    last frame too.

    Raises
    ------
    BadRequest
        The file can't be read.
    """
    steps_s = np.diff(time_s)
    usual_s = float(np.median(steps_s))
    try:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as problem:
        raise BadRequest(f"{path}: can't be read ({problem.strerror}).") from problem
    return Source(
        file=path.name,
        sha256=sha256,
        width=frame_size[0],
        height=frame_size[1],
        rotation_deg=0,
        duration_s=float(time_s[-1] - time_s[0]) + usual_s,
        frames=int(time_s.size),
        frame_rate_hz=1.0 / usual_s,
        variable_rate=bool((np.abs(steps_s - usual_s) > UNEVEN * usual_s).any()),
        sampled_hz=1.0 / usual_s,
    )


def check_times(path: Path, name: str, time_s: FloatArray) -> None:
    """Make sure that times can be used.

    Raises
    ------
    BadRequest
        Fewer than two, not finite, not increasing, beyond any recording, or in another
        unit than seconds.
    """
    if time_s.size < 2:
        raise BadRequest(f"{path}: {name}: {time_s.size} frame(s): nothing moves in it.")
    if not np.isfinite(time_s).all():
        at = int(np.argmin(np.isfinite(time_s)))
        raise BadRequest(f"{path}: {name}: frame {at} has no time. Expected finite seconds.")
    back = np.flatnonzero(np.diff(time_s) <= 0)
    if back.size:
        at = int(back[0]) + 1
        raise BadRequest(
            f"{path}: {name}: frame {at} is at {time_s[at]:g} s, the one before at "
            f"{time_s[at - 1]:g} s. Expected seconds that increase."
        )
    if np.abs(time_s).max() > MOST_S:
        raise BadRequest(
            f"{path}: {name}: up to {np.abs(time_s).max():g} s. Expected seconds of a recording."
        )
    usual_s = float(np.median(np.diff(time_s)))
    if not USUAL_S[0] <= usual_s <= USUAL_S[1]:
        raise BadRequest(
            f"{path}: {name}: usually {usual_s:g} s from frame to frame. Expected seconds "
            f"({USUAL_S[0]:g} to {USUAL_S[1]:g} from frame to frame); are these milliseconds?"
        )


def _read(path: Path) -> dict[str, NDArray[Any]]:
    try:
        # Our own open file: numpy leaves its own open when the archive is broken.
        with path.open("rb") as file:
            archive = np.load(file, allow_pickle=False)
            if isinstance(archive, np.lib.npyio.NpzFile):
                with archive:
                    return {name: archive[name] for name in archive.files}
    except (FileNotFoundError, IsADirectoryError, PermissionError) as problem:
        raise BadRequest(f"{path}: can't be read ({problem.strerror}).") from problem
    except _BROKEN as problem:
        raise BadRequest(
            f"{path}: not a whole poses.npz. Copy it once more, or analyse the video again."
        ) from problem
    raise BadRequest(f"{path}: one bare array. Expected a poses.npz with named arrays.")


def _wrong(path: Path, key: str, found: object, expected: str) -> BadRequest:
    return BadRequest(f"{path}: {key}: {found}. Expected {expected}.")


def _numbers(
    path: Path, arrays: Mapping[str, NDArray[Any]], key: str, shape: tuple[int | None, ...]
) -> FloatArray:
    """The named array as floats of the given shape, None standing for any length."""
    wanted = f"numbers of shape ({', '.join('T' if n is None else str(n) for n in shape)})"
    if key not in arrays:
        raise _wrong(path, key, "missing", wanted)
    values = np.asarray(arrays[key])
    if values.dtype.kind not in "fiub":
        raise _wrong(path, key, f"of type {values.dtype}", wanted)
    fits = values.ndim == len(shape) and all(
        want is None or have == want for have, want in zip(values.shape, shape, strict=True)
    )
    if not fits:
        raise _wrong(path, key, f"of shape {values.shape}", wanted)
    if values.dtype.kind != "f":
        return values.astype(float)
    if np.isinf(values).any():
        raise _wrong(path, key, "infinite somewhere", "finite numbers, or NaN where missing")
    return np.asarray(values)


def _times(path: Path, arrays: Mapping[str, NDArray[Any]]) -> FloatArray:
    time_s = _numbers(path, arrays, "time_s", (None,))
    check_times(path, "time_s", time_s)
    return time_s


def _landmarks(path: Path, arrays: Mapping[str, NDArray[Any]], frames: int) -> FloatArray:
    found = arrays.get("landmarks_px")
    axes = 2 if found is not None and np.shape(found)[-1:] == (2,) else 3
    points = _numbers(path, arrays, "landmarks_px", (frames, 33, axes))
    known = points[np.isfinite(points[..., :2]).all(axis=-1)]
    if known.size and np.ptp(known[:, :2], axis=0).max() < LEAST_EXTENT_PX:
        raise _wrong(
            path,
            "landmarks_px",
            "all within a few pixels, as if they were shares of the picture",
            "pixels: multiply x by the width and y by the height",
        )
    if axes == 2:
        unknown = np.full((frames, 33, 1), np.nan, dtype=points.dtype)
        points = np.concatenate([points, unknown], axis=-1)
    return points


def _visibility(
    path: Path, arrays: Mapping[str, NDArray[Any]], landmarks: FloatArray
) -> FloatArray:
    known = np.isfinite(landmarks[..., :2]).all(axis=-1)
    if "visibility" not in arrays:
        return np.asarray(known, dtype=landmarks.dtype)
    seen = _numbers(path, arrays, "visibility", known.shape).copy()
    seen[np.isnan(seen)] = 0.0
    if seen.min() < 0.0 or seen.max() > 1.0:
        raise _wrong(path, "visibility", f"{seen.min():g} to {seen.max():g}", "0 to 1")
    return np.asarray(seen)


def _world(path: Path, arrays: Mapping[str, NDArray[Any]], landmarks: FloatArray) -> FloatArray:
    if "world_m" in arrays:
        return _numbers(path, arrays, "world_m", landmarks.shape)
    depth = landmarks[..., 2]
    if not np.isfinite(depth).any() or np.nanmax(np.abs(depth)) == 0.0:
        return np.full(landmarks.shape, np.nan)
    legs = [
        np.linalg.norm(landmarks[:, hip] - landmarks[:, knee], axis=1)
        + np.linalg.norm(landmarks[:, knee] - landmarks[:, ankle], axis=1)
        for hip, knee, ankle in LEGS
    ]
    known = np.concatenate([leg[np.isfinite(leg)] for leg in legs])
    if known.size == 0:
        return np.full(landmarks.shape, np.nan)
    centre = landmarks[:, HIPS].mean(axis=1, keepdims=True)
    return np.asarray((landmarks - centre) * (LEG_M / float(np.percentile(known, 90))))


def _frame_size(
    path: Path, arrays: Mapping[str, NDArray[Any]], landmarks: FloatArray
) -> tuple[int, int]:
    if "frame_size" in arrays:
        size = _numbers(path, arrays, "frame_size", (2,))
        if not (np.isfinite(size).all() and (size >= 1).all()):
            raise _wrong(path, "frame_size", size.tolist(), "width and height in pixels")
        return round(float(size[0])), round(float(size[1]))
    known = landmarks[np.isfinite(landmarks[..., :2]).all(axis=-1)]
    if known.size == 0:
        raise _wrong(path, "landmarks_px", "missing in every frame", "a person in some frames")
    right, bottom = np.maximum(np.ceil(known[:, :2].max(axis=0)), 1.0).tolist()
    return int(right), int(bottom)


def _of_frames(
    path: Path, arrays: Mapping[str, NDArray[Any]], key: str, shape: tuple[int, ...]
) -> FloatArray | None:
    """Read what there may be for each frame."""
    return _numbers(path, arrays, key, shape) if key in arrays else None


def _number_of(
    path: Path, arrays: Mapping[str, NDArray[Any]], key: str, frames: int, *, least: int
) -> NDArray[np.integer] | None:
    """Read the number of each frame's scene or stretch, if there are any."""
    if key not in arrays:
        return None
    number = np.asarray(arrays[key])
    if number.shape != (frames,) or number.dtype.kind not in "iu" or number.min() < least:
        expected = f"whole numbers from {least}, of shape ({frames},)"
        raise _wrong(path, key, f"{number.dtype} of shape {number.shape}", expected)
    return number


def _meta(path: Path, arrays: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    """What ``save_poses`` noted beside the arrays; empty for files of others."""
    if "meta" not in arrays:
        unknown = {"pace": Pace(), "light": None, "face_covered": False, "part": None}
        return {"source": None, "people": (), "chosen": 0, "cautions": (), **unknown}
    expected = f"JSON text of {SCHEMA}"
    try:
        meta = json.loads(str(arrays["meta"][()]))
        schema = meta["schema"]
        if schema == SCHEMA:
            return {
                "source": None if meta["source"] is None else Source(**meta["source"]),
                "pace": Pace(**meta.get("pace", {})),
                "light": None if meta.get("light") is None else float(meta["light"]),
                "face_covered": bool(meta.get("face_covered", False)),
                "part": None if meta.get("part") is None else Part(**meta["part"]),
                "people": tuple(
                    Person(**{**one, "box_px": tuple(one["box_px"])}) for one in meta["people"]
                ),
                "chosen": int(meta["chosen"]),
                "cautions": tuple(Caution(**one) for one in meta["cautions"]),
            }
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as problem:
        raise _wrong(path, "meta", "can't be understood", expected) from problem
    raise _wrong(path, "meta", f"of the schema {schema!r}", expected)

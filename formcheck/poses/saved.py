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
| plate_px     | (T, 4)         | the bar's plate: x, y, radius, σ         | none seen     |
| looked       | (T,)           | the engine looked at the picture         | at all        |
| meta         | text           | JSON, see ``noted``: version, maker, ... | yes           |
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formcheck.data import BoolArray, Caution, FloatArray, PoseTrack, Source
from formcheck.errors import BadRequest
from formcheck.files import whole
from formcheck.intake import open_regular
from formcheck.poses.archive import Archive, Shape, opened
from formcheck.poses.noted import MOST_SIDE_PX, OLDER, Noted, note, read_note
from formcheck.poses.outline import STATIONS

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

MOST_M = 1000.0
"""From the hips: MediaPipe's metres are a person's."""

MOST_NUMBER = 2**31 - 1
"""Of scenes and stretches."""


def save_poses(track: PoseTrack, path: str | Path) -> None:
    """Write a track to ``path``, whole or not at all.

    What ``load_poses`` reads back is the same to the last bit.

    Raises
    ------
    OutputError
        The file can't be written.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import formcheck
    >>> track = formcheck.load_poses(Path("sample_videos/poses/deadlift_good.npz"))
    >>> with TemporaryDirectory() as folder:
    ...     formcheck.save_poses(track, Path(folder) / "poses.npz")
    ...     again = formcheck.load_poses(Path(folder) / "poses.npz")
    >>> bool((again.time_s == track.time_s).all())
    True
    """
    arrays: dict[str, NDArray[Any]] = {
        "time_s": track.time_s,
        "landmarks_px": track.landmarks_px,
        "visibility": track.visibility,
        "world_m": track.world_m,
        "frame_size": np.array(track.frame_size),
        "meta": np.array(note(track)),
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
    if track.plate_px is not None:
        arrays["plate_px"] = track.plate_px
    if track.looked is not None:
        arrays["looked"] = track.looked.astype(np.uint8)
    # An open file, as numpy adds ".npz" to names that lack it.
    with whole(Path(path)) as unfinished, unfinished.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)


def load_poses(path: str | Path) -> PoseTrack:
    """Read a track from a ``poses.npz``, ours or anybody's of the same form.

    Without ``world_m`` the depth of the landmarks is used, if they have any:
    hip-centred and scaled to an average leg. Without depth there is no 3-D
    and so no view: little can then be judged.

    Raises
    ------
    BadRequest
        It can't be read, or something in it has the wrong shape or values;
        the message names the file, the key and what was expected.

    Examples
    --------
    >>> from pathlib import Path
    >>> import formcheck
    >>> track = formcheck.load_poses(Path("sample_videos/poses/deadlift_good.npz"))
    >>> track.landmarks_px.shape, track.source.file
    ((295, 33, 3), 'deadlift_good.mp4')
    """
    path = Path(path)
    with opened(path) as archive:
        noted = read_note(archive)  # first: a version after ours may have other arrays
        time_s = archive.numbers("time_s", (None,))
        check_times(path, "time_s", time_s)
        landmarks = _landmarks(archive, time_s.size)
        frame_size = _frame_size(archive, landmarks)
        return PoseTrack(
            time_s=time_s,
            landmarks_px=landmarks,
            visibility=_visibility(archive, landmarks),
            world_m=_world(archive, landmarks),
            frame_size=frame_size,
            outline_px=_or_none(archive, "outline_px", (time_s.size, 2, STATIONS.size, 2)),
            on_body=_or_none(archive, "on_body", (time_s.size, 33)),
            shot=_number_of(archive, "shot", time_s.size, least=-1),
            stretch=_number_of(archive, "stretch", time_s.size, least=0),
            pace=noted.pace,
            camera=_or_none(archive, "camera", (time_s.size, 2, 3)),
            roll=_or_none(archive, "roll", (time_s.size, 2)),
            plate_px=_plate(archive, time_s.size),
            light=noted.light,
            face_covered=noted.face_covered,
            part=noted.part,
            people=noted.people,
            chosen=noted.chosen,
            source=noted.source or source_of(path, time_s, frame_size),
            cautions=noted.cautions + _of_its_age(archive, noted),
            made_by=noted.made_by,
            looked=_looked(archive, time_s.size),
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
        with open_regular(path) as file:
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


def _landmarks(archive: Archive, frames: int) -> FloatArray:
    flat = "landmarks_px" in archive and archive.header("landmarks_px").shape[-1:] == (2,)
    axes = 2 if flat else 3
    points = archive.numbers("landmarks_px", (frames, 33, axes))
    _need_within(archive, "landmarks_px", points, MOST_SIDE_PX, "pixels")
    known = points[np.isfinite(points[..., :2]).all(axis=-1)]
    if known.size and np.ptp(known[:, :2], axis=0).max() < LEAST_EXTENT_PX:
        raise archive.wrong(
            "landmarks_px",
            "all within a few pixels, as if they were shares of the picture",
            "pixels: multiply x by the width and y by the height",
        )
    if axes == 2:
        unknown = np.full((frames, 33, 1), np.nan, dtype=points.dtype)
        points = np.concatenate([points, unknown], axis=-1)
    return points


def _need_within(archive: Archive, key: str, values: FloatArray, most: float, unit: str) -> None:
    """No value is beyond what a picture or a body can have.

    Raises
    ------
    BadRequest
        One is.
    """
    farthest = np.max(np.abs(values), initial=0.0, where=np.isfinite(values))
    if farthest > most:
        raise archive.wrong(key, f"up to {farthest:g}", f"{unit}, at most {most:g}")


def _visibility(archive: Archive, landmarks: FloatArray) -> FloatArray:
    known = np.isfinite(landmarks[..., :2]).all(axis=-1)
    if "visibility" not in archive:
        return np.asarray(known, dtype=landmarks.dtype)
    seen = archive.numbers("visibility", known.shape).copy()
    seen[np.isnan(seen)] = 0.0
    if seen.min() < 0.0 or seen.max() > 1.0:
        raise archive.wrong("visibility", f"{seen.min():g} to {seen.max():g}", "0 to 1")
    return np.asarray(seen)


def _world(archive: Archive, landmarks: FloatArray) -> FloatArray:
    if "world_m" in archive:
        world = archive.numbers("world_m", landmarks.shape)
        _need_within(archive, "world_m", world, MOST_M, "metres")
        # A body in one point is no body: its directions aren't known.
        nowhere = (world == world[:, :1]).all(axis=(1, 2))
        return np.where(nowhere[:, None, None], np.nan, world) if nowhere.any() else world
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


def _frame_size(archive: Archive, landmarks: FloatArray) -> tuple[int, int]:
    if "frame_size" in archive:
        size = archive.numbers("frame_size", (2,))
        if not ((size >= 1) & (size <= MOST_SIDE_PX)).all():
            raise archive.wrong("frame_size", size.tolist(), "width and height in pixels")
        return round(float(size[0])), round(float(size[1]))
    known = landmarks[np.isfinite(landmarks[..., :2]).all(axis=-1)]
    if known.size == 0:
        raise archive.wrong("landmarks_px", "missing in every frame", "a person in some frames")
    right, bottom = np.maximum(np.ceil(known[:, :2].max(axis=0)), 1.0).tolist()
    return int(right), int(bottom)


def _or_none(archive: Archive, key: str, shape: Shape) -> FloatArray | None:
    """Read what there may be for each frame."""
    return archive.numbers(key, shape) if key in archive else None


def _plate(archive: Archive, frames: int) -> FloatArray | None:
    plate = _or_none(archive, "plate_px", (frames, 4))
    if plate is not None:
        _need_within(archive, "plate_px", plate, MOST_SIDE_PX, "pixels")
        least = np.min(plate[:, 2:], initial=1.0, where=np.isfinite(plate[:, 2:]))
        if least <= 0.0:
            raise archive.wrong("plate_px", f"a radius or σ of {least:g}", "more than 0")
    return plate


def _number_of(
    archive: Archive, key: str, frames: int, *, least: int
) -> NDArray[np.integer] | None:
    """Read the number of each frame's scene or stretch, if there are any."""
    return archive.whole_numbers(key, frames, least, MOST_NUMBER) if key in archive else None


def _looked(archive: Archive, frames: int) -> BoolArray | None:
    """Read which pictures were looked at."""
    if "looked" not in archive:
        return None
    return archive.whole_numbers("looked", frames, 0, 1).astype(bool)


def _of_its_age(archive: Archive, noted: Noted) -> tuple[Caution, ...]:
    """What a file of an early formcheck lacks, where it makes a difference."""
    lacks = noted.version == 1 and "outline_px" in archive and "on_body" not in archive
    return (OLDER,) if lacks and OLDER not in noted.cautions else ()

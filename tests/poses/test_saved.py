"""Poses kept in a file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import fields, replace
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from formcheck.data import Caution, Maker, Person, PoseTrack
from formcheck.errors import BadRequest, OutputError
from formcheck.poses.engine import MediaPipeEngine
from formcheck.poses.maker import made_by
from formcheck.poses.outline import STATIONS
from formcheck.poses.sampling import EVERY
from formcheck.poses.saved import load_poses, save_poses
from formcheck.signals import compute_signals
from formcheck.version import version
from tests.skeleton import skeleton

Arrays = dict[str, Any]


@pytest.fixture(scope="module")
def track() -> PoseTrack:
    plain = skeleton("deadlift", reps=1, gaps=[(1.0, 1.5)]).track
    return replace(
        plain,
        people=(Person(1, (1.5, 2.0, 30.0, 90.0), 0.25, 0.1), Person(2, (0, 1, 2, 3), 1.0, 0.9)),
        chosen=2,
        cautions=(Caution("cuts", "One cut – in the middle.", "Film in one take."),),
    )


def written(path: Path, track: PoseTrack, change: Callable[[Arrays], object]) -> Path:
    """A poses file made by somebody else: ours, but for a change."""
    save_poses(track, path)
    with np.load(path) as archive:
        arrays = {name: archive[name] for name in archive.files if name != "meta"}
    change(arrays)
    np.savez(path, **arrays)
    return path


def test_what_was_saved_is_loaded_to_the_last_bit(tmp_path: Path, track: PoseTrack) -> None:
    """Every field comes back: the arrays bit for bit and of the same kind."""
    save_poses(track, tmp_path / "poses.npz")
    back = load_poses(tmp_path / "poses.npz")
    for field in fields(PoseTrack):
        mine, theirs = getattr(track, field.name), getattr(back, field.name)
        if isinstance(mine, np.ndarray):
            assert mine.dtype == theirs.dtype
            assert mine.tobytes() == theirs.tobytes()
        else:
            assert mine == theirs


def test_the_cameras_motion_and_tilt_are_kept(tmp_path: Path, track: PoseTrack) -> None:
    """They come back to the last bit, unknown pictures too."""
    frames = len(track.time_s)
    camera = np.tile(np.eye(2, 3), (frames, 1, 1))
    camera[:, 0, 2] = np.linspace(0.0, 30.0, frames)
    camera[3] = np.nan
    path = tmp_path / "poses.npz"
    save_poses(replace(track, camera=camera, roll=np.tile([6.0, 1.0], (frames, 1))), path)
    back = load_poses(path)
    assert back.camera is not None and back.camera.tobytes() == camera.tobytes()
    assert back.roll is not None and (back.roll == [6.0, 1.0]).all()


def test_the_same_signals_from_saved_poses(tmp_path: Path, track: PoseTrack) -> None:
    """What is measured from the file is what was measured from the film."""
    save_poses(track, tmp_path / "poses.npz")
    one, other = compute_signals(track), compute_signals(load_poses(tmp_path / "poses.npz"))
    for name, angle in one.angles_deg.items():
        np.testing.assert_array_equal(angle.value, other.angles_deg[name].value)
        np.testing.assert_array_equal(angle.sigma, other.angles_deg[name].sigma)


def test_a_name_without_ending_is_kept(tmp_path: Path, track: PoseTrack) -> None:
    """The file has the name that was asked for, and nothing else is left behind."""
    save_poses(track, tmp_path / "kept.poses")
    assert [path.name for path in tmp_path.iterdir()] == ["kept.poses"]


def test_a_name_may_be_text(tmp_path: Path, track: PoseTrack) -> None:
    """As for ``analyze``."""
    kept = str(tmp_path / "poses.npz")
    save_poses(track, kept)
    assert load_poses(kept).time_s.tolist() == track.time_s.tolist()


def test_an_unwritable_place_is_said(tmp_path: Path, track: PoseTrack) -> None:
    """A file where the folder should be: one error, with what to do."""
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="--out"):
        save_poses(track, tmp_path / "file" / "poses.npz")


def test_the_least_file(tmp_path: Path) -> None:
    """Times and 3-D landmarks alone: seen where known, the size from the points, metres
    from the depth, and a source of its own.
    """

    track = skeleton("deadlift", reps=1, gaps=[(1.0, 1.5)], picture=False).track

    def only_two(arrays: Arrays) -> None:
        for name in set(arrays) - {"time_s", "landmarks_px"}:
            del arrays[name]

    back = load_poses(written(tmp_path / "least.npz", track, only_two))
    known = np.isfinite(track.landmarks_px[..., 0])
    np.testing.assert_array_equal(back.visibility, known)
    assert back.frame_size[0] <= track.frame_size[0]
    assert back.frame_size[1] <= track.frame_size[1]
    np.testing.assert_allclose(back.world_m, track.world_m, rtol=0.02, atol=0.01)
    assert back.source is not None
    assert back.source.file == "least.npz"
    assert len(back.source.sha256) == 64
    assert back.source.frame_rate_hz == pytest.approx(30.0)
    assert back.source.duration_s == pytest.approx(back.source.frames / 30.0)
    assert not back.source.variable_rate
    assert compute_signals(back).stance.view.name == "side"


@pytest.mark.parametrize("depth", [False, True])
def test_points_without_depth_have_no_metres(tmp_path: Path, track: PoseTrack, depth: bool) -> None:
    """Two coordinates, or three of which the third is 0: the 3-D is missing, not flat."""

    def flat(arrays: Arrays) -> None:
        del arrays["world_m"]
        arrays["landmarks_px"] = arrays["landmarks_px"][..., : 3 if depth else 2].copy()
        arrays["landmarks_px"][..., 2:] = 0.0

    back = load_poses(written(tmp_path / "flat.npz", track, flat))
    assert back.landmarks_px.shape == track.landmarks_px.shape
    assert np.isnan(back.world_m).all()


def test_uneven_times_are_told(tmp_path: Path, track: PoseTrack) -> None:
    """A film with a pause in it has a variable rate."""

    def pause(arrays: Arrays) -> None:
        arrays["time_s"][20:] += 0.5

    source = load_poses(written(tmp_path / "uneven.npz", track, pause)).source
    assert source is not None
    assert source.variable_rate


def put(key: str, value: object) -> Callable[[Arrays], object]:
    return lambda arrays: arrays.__setitem__(key, value)


def at(key: str, frame: int, value: float) -> Callable[[Arrays], object]:
    return lambda arrays: arrays[key].__setitem__(frame, value)


def noting(**said: object) -> Callable[[Arrays], object]:
    return put("meta", np.array(json.dumps(said)))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda arrays: arrays.pop("time_s"), r"time_s: missing. Expected .*\(T\)"),
        (lambda arrays: arrays.pop("landmarks_px"), r"landmarks_px: missing"),
        (at("time_s", 5, np.nan), "time_s: frame 5 has no time"),
        (at("time_s", 5, 0.0), "time_s: frame 5 is at 0 s.*increase"),
        (at("time_s", -1, 1e300), "time_s: up to 1e.300 s. Expected seconds"),
        (lambda arrays: arrays["time_s"].__imul__(1000.0), "time_s: usually .* milliseconds"),
        (lambda arrays: arrays["time_s"].__imul__(1e-6), "time_s: usually .* s from frame"),
        (put("time_s", np.zeros((3, 2))), r"time_s: of shape \(3, 2\)"),
        (put("time_s", np.zeros(1)), r"1 frame\(s\): nothing moves"),
        (put("landmarks_px", np.zeros((10, 17, 2))), r"landmarks_px: of shape \(10, 17, 2\)"),
        (put("landmarks_px", np.array(3.0)), r"landmarks_px: of shape \(\)"),
        (at("landmarks_px", 5, np.inf), "landmarks_px: infinite"),
        (put("visibility", np.zeros((2, 33))), r"visibility: of shape \(2, 33\)"),
        (at("visibility", 5, 7.0), "visibility: 0 to 7. Expected 0 to 1"),
        (put("world_m", np.zeros((2, 33, 3))), "world_m: of shape"),
        (put("frame_size", np.array([0, 5])), "frame_size.*width and height"),
        (put("outline_px", np.zeros((2, 2, 60, 2))), "outline_px: of shape"),
        (put("camera", np.zeros((2, 2, 3))), "camera: of shape"),
        (put("roll", np.zeros((2, 2))), "roll: of shape"),
        (put("shot", np.zeros(3)), "shot: float64"),
        (put("visibility", np.array([["a"]])), "visibility: of type"),
        (put("meta", np.array("no JSON")), "meta: can't be understood"),
        (put("meta", np.array('{"schema": "other/2"}')), "meta: of the schema 'other/2'"),
        (noting(schema="formcheck.poses/0"), "meta: of the schema 'formcheck.poses/0'"),
        (noting(schema="formcheck.poses/3", made_by={"engine": 7}), "meta: can't be understood"),
        (lambda a: put("landmarks_px", a["landmarks_px"] / 1000)(a), "shares of the picture"),
    ],
)
def test_what_is_wrong_is_named(
    tmp_path: Path, track: PoseTrack, change: Callable[[Arrays], object], said: str
) -> None:
    """The file, the key and what was expected are in the one-line message."""
    path = written(tmp_path / "theirs.npz", track, change)
    with pytest.raises(BadRequest, match=said) as problem:
        load_poses(path)
    assert "theirs.npz" in str(problem.value)
    assert "\n" not in str(problem.value)


MAKER = Maker(
    formcheck="0.1.0",
    engine="mediapipe 1.2.2",
    model="pose_landmarker_full.task",
    model_sha256="5" * 64,
    side_px=960,
    most_hz=62.0,
    step_ms=1_000_000,
)


def noted(path: Path) -> dict[str, Any]:
    with np.load(path) as archive:
        said: dict[str, Any] = json.loads(str(archive["meta"]))
    return said


def with_note(path: Path, track: PoseTrack, *leave_out: str, **said: object) -> Path:
    """Poses with something else noted, and without some arrays."""
    save_poses(track, path)
    with np.load(path) as archive:
        arrays = {name: archive[name] for name in archive.files if name not in leave_out}
    note = noted(path) | said
    note = {key: value for key, value in note.items() if value is not None}
    np.savez(path, **(arrays | {"meta": np.array(json.dumps(note))}))
    return path


def test_what_made_them_is_kept(tmp_path: Path, track: PoseTrack) -> None:
    """The version, and engine, model and settings to the last field."""
    for maker in (MAKER, replace(MAKER, most_hz=None, lifter=2)):
        save_poses(replace(track, made_by=maker), tmp_path / "poses.npz")
        assert noted(tmp_path / "poses.npz")["schema"] == "formcheck.poses/3"
        assert load_poses(tmp_path / "poses.npz").made_by == maker


def test_only_our_engine_is_named(model_path: Path) -> None:
    """MediaPipe with its version, its model by content; of a stand-in nothing is claimed."""
    with MediaPipeEngine(model_path) as engine:
        maker = made_by(engine, (540, 960), EVERY, lifter=1)
    assert maker is not None
    assert maker.engine == f"mediapipe {metadata.version('mediapipe')}"
    assert maker.model == model_path.name
    assert maker.model_sha256 == hashlib.sha256(model_path.read_bytes()).hexdigest()
    assert (maker.side_px, maker.most_hz, maker.lifter) == (960, 62.0, 1)

    class Other:
        def follow(self, rgb: NDArray[np.uint8]) -> None: ...
        def look(self, rgb: NDArray[np.uint8]) -> tuple[()]:
            return ()

    assert made_by(Other(), (540, 960)) is None


@pytest.mark.parametrize("theirs", [None, {"formcheck": "9.4.0"}, {"formcheck": "a\nb"}, "no"])
def test_a_newer_file_is_refused_with_what_to_do(
    tmp_path: Path, track: PoseTrack, theirs: object
) -> None:
    """Both versions are named, in one line, also where its arrays are of another form."""
    newer = {"schema": "formcheck.poses/4", "made_by": theirs}
    path = with_note(tmp_path / "newer.npz", track, "visibility", "world_m", "time_s", **newer)
    with pytest.raises(BadRequest, match=r"version 4.*version 3.*update formcheck") as problem:
        load_poses(path)
    assert ("formcheck 9.4.0" in str(problem.value)) == (theirs == {"formcheck": "9.4.0"})
    assert f"this formcheck {version()}" in str(problem.value)
    assert "newer.npz" in str(problem.value)
    assert "\n" not in str(problem.value)


def test_the_plate_is_kept_and_read_back(tmp_path: Path, track: PoseTrack) -> None:
    """NaN where it wasn't found; a file without it has none; one that can't be is refused."""
    frames = len(track.time_s)
    plate = np.tile([300.5, 400.25, 60.0, 1.0], (frames, 1))
    plate[: frames // 2] = np.nan
    save_poses(replace(track, plate_px=plate), tmp_path / "poses.npz")
    back = load_poses(tmp_path / "poses.npz").plate_px
    assert back is not None and back.tobytes() == plate.tobytes()
    save_poses(track, tmp_path / "poses.npz")
    assert load_poses(tmp_path / "poses.npz").plate_px is None
    plate[-1, 2] = 0.0
    save_poses(replace(track, plate_px=plate), tmp_path / "poses.npz")
    with pytest.raises(BadRequest, match=r"plate_px.*more than 0"):
        load_poses(tmp_path / "poses.npz")


def test_files_of_the_first_version_are_read_silently(tmp_path: Path, track: PoseTrack) -> None:
    """They lack only what made them: the same track, without a word."""
    older = {"schema": "formcheck.poses/1", "made_by": None}
    whole = replace(track, made_by=MAKER, on_body=np.ones((len(track.time_s), 33)))
    back = load_poses(with_note(tmp_path / "older.npz", whole, **older))
    assert back.made_by is None
    assert back.cautions == track.cautions
    assert back.landmarks_px.tobytes() == track.landmarks_px.tobytes()


def test_an_early_file_says_what_it_lacks(tmp_path: Path, track: PoseTrack) -> None:
    """With an outline but not what hides the lifter: one caution, however often it is kept."""
    frames = len(track.time_s)
    seen = replace(
        track,
        outline_px=np.zeros((frames, 2, STATIONS.size, 2)),
        on_body=np.ones((frames, 33)),
    )
    older = {"schema": "formcheck.poses/1", "made_by": None}
    path = tmp_path / "early.npz"
    for leave_out, told in (((), False), (("on_body",), True), (("on_body", "outline_px"), False)):
        back = load_poses(with_note(path, seen, *leave_out, **older))
        assert ("older_poses" in [one.code for one in back.cautions]) == told
    early = load_poses(with_note(path, seen, "on_body", **older))
    save_poses(early, path)
    assert load_poses(path).cautions == early.cautions


def test_pickles_are_never_opened(tmp_path: Path, track: PoseTrack) -> None:
    """An array of objects could run code when loaded: refused."""
    path = written(tmp_path / "objects.npz", track, put("time_s", np.array([{}, []], object)))
    with pytest.raises(BadRequest, match="not a whole poses"):
        load_poses(path)


def test_broken_files(tmp_path: Path, track: PoseTrack) -> None:
    """Cut at any place, text, an empty file, a folder, nothing: one line each."""
    good, bad = tmp_path / "good.npz", tmp_path / "bad.npz"
    save_poses(track, good)
    content = good.read_bytes()
    broken = [content[:size] for size in range(0, len(content), len(content) // 23)]
    for rest in [*broken, b"just some text\n", b"PK\x03\x04"]:
        bad.write_bytes(rest)
        with pytest.raises(BadRequest, match=r"bad\.npz: not a whole poses\.npz"):
            load_poses(bad)
    np.save(tmp_path / "array.npy", np.zeros(3))
    for path in (tmp_path / "absent.npz", tmp_path, tmp_path / "array.npy"):
        with pytest.raises(BadRequest):
            load_poses(path)

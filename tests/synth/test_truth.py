"""The truth is written as documented, and agrees with itself."""

from __future__ import annotations

import json
import math
from pathlib import Path

import av
import numpy as np
import pytest

from formcheck.data import FloatArray
from formcheck.errors import OutputError
from formcheck.synth import read_truth
from formcheck.synth.camera import camera_at
from formcheck.synth.motion import plan_motion
from formcheck.synth.skeleton import Skeleton
from formcheck.synth.spec import CameraSpec, parse_spec
from formcheck.synth.truth import ANGLES, Truth, truth_of

SAMPLES = Path(__file__).parents[2] / "sample_videos"
CLIPS = sorted(SAMPLES.glob("*.mp4"))


def truth(text: str) -> Truth:
    spec = parse_spec(text)
    return truth_of(spec, plan_motion(spec, Skeleton.standard(1.75), 75.0))


@pytest.fixture(scope="module")
def deadlift() -> Truth:
    return truth('lift = "deadlift"\nreps = 1\n[faults]\nneck_deg = 20\n')


def test_what_is_written_can_be_read(deadlift: Truth, tmp_path: Path) -> None:
    """Angles, joints, repetitions and faults survive the file, to its rounding."""
    deadlift.write(tmp_path / "a.truth.json")
    table = read_truth(tmp_path / "a.truth.json")
    assert table["schema"] == "formcheck.truth/1"
    assert table["lift"] == "deadlift"
    assert table["faults"] == {"neck_deg": 20.0}
    assert set(table["angles_deg"]) == set(ANGLES)
    for name in ANGLES:
        np.testing.assert_allclose(table["angles_deg"][name], deadlift.angles_deg[name], atol=0.006)
    for name, places in deadlift.joints_m.items():
        np.testing.assert_allclose(table["joints_m"][name], places, atol=0.0001)
        np.testing.assert_allclose(table["joints_px"][name], deadlift.joints_px[name], atol=0.06)
    assert table["body"] == {"height_m": 1.78, "mass_kg": 75.0, "load_kg": 60.0}
    assert set(ANGLES) <= set(", ".join(table["conventions"]).split(", "))
    rep = table["reps"][0]
    assert rep["start_s"] <= rep["bottom_s"] < rep["top_s"] < rep["end_s"]


def test_unwritable_place_is_an_output_error(deadlift: Truth, tmp_path: Path) -> None:
    """A folder that isn't there gives one plain error and leaves nothing behind."""
    with pytest.raises(OutputError, match="can't be written"):
        deadlift.write(tmp_path / "none" / "a.json")
    assert list(tmp_path.iterdir()) == []


def test_angles_are_those_of_the_joints(deadlift: Truth) -> None:
    """Trunk, thigh, shank, knee and hip follow from the joint centres as §1.1 defines them."""
    joints, angles = deadlift.joints_m, deadlift.angles_deg

    def lean(low: str, high: str) -> FloatArray:
        rise = joints[f"right_{high}"] - joints[f"right_{low}"]
        return np.degrees(np.arctan2(rise[:, 0], rise[:, 2]))

    trunk, thigh, shank = lean("hip", "shoulder"), lean("knee", "hip"), lean("ankle", "knee")
    np.testing.assert_allclose(angles["trunk"], trunk)
    np.testing.assert_allclose(angles["knee"], shank - thigh)
    np.testing.assert_allclose(angles["hip"], trunk - thigh)


def test_side_view_shows_the_true_angles() -> None:
    """From far away and side-on, the angles in the picture are the true ones."""
    clip = truth('lift = "back_squat"\nreps = 1\n[camera]\ndistance_m = 12\nfov_deg = 15\n')
    rise = clip.joints_px["right_shoulder"] - clip.joints_px["right_hip"]
    seen = np.degrees(np.arctan2(rise[:, 0], -rise[:, 1]))
    assert np.abs(seen - clip.angles_deg["trunk"]).max() < 1.5


@pytest.mark.parametrize(("facing", "sign"), [("right", 1), ("left", -1)])
def test_facing(facing: str, sign: int) -> None:
    """The toes are on the side of the picture that the lifter is said to face."""
    text = f'lift = "back_squat"\nreps = 1\n[camera]\nfacing = "{facing}"\n'
    clip = truth(text)
    side = clip.side
    gap = clip.joints_px[f"{side}_toe"] - clip.joints_px[f"{side}_heel"]
    assert (sign * gap[:, 0] > 0).all()
    assert side == facing  # the right side is seen when facing right


def test_camera_sees_what_it_aims_at_in_the_middle() -> None:
    """The target is the picture's centre, up is up, and nearer is larger."""
    camera = camera_at(CameraSpec(yaw_deg=30.0), 0.0, 0)
    middle = camera.project(camera.target_m)
    np.testing.assert_allclose(middle, [360, 640], atol=1e-6)
    assert camera.project(camera.target_m + np.array([0, 0, 0.5]))[1] < 640
    near = camera.target_m + 0.3 * (camera.place_m - camera.target_m)
    size = [
        np.ptp(camera.project(np.array([p, p + np.array([0, 0, 0.1])]))[:, 1])
        for p in (camera.target_m, near)
    ]
    assert size[1] > 1.3 * size[0]


def test_longer_side_covers_the_lens_angle() -> None:
    """A point at half the lens's angle lands on the edge of the longer side."""
    spec = CameraSpec(fov_deg=40.0, distance_m=4.0, height_m=0.9, aim_height_m=0.9)
    camera = camera_at(spec, 0.0, 0)
    edge = camera.target_m + np.array([0, 0, 4.0 * math.tan(math.radians(20))])
    assert camera.project(edge)[1] == pytest.approx(0, abs=0.01)


def test_there_are_sample_clips() -> None:
    """The clips that the demo and other tests need are in the repository."""
    assert "deadlift_good" in {clip.stem for clip in CLIPS}


@pytest.mark.parametrize("clip", CLIPS, ids=lambda p: p.stem)
def test_sample_clip_and_truth_fit(clip: Path) -> None:
    """Each sample has a spec, is small, and has one truth per frame, inside the picture."""
    truth_file = clip.with_name(f"{clip.stem}.truth.json")
    assert (SAMPLES / "specs" / f"{clip.stem}.toml").is_file()
    assert clip.stat().st_size < 1_500_000
    assert truth_file.stat().st_size < 330_000
    table = read_truth(truth_file)
    with av.open(str(clip)) as film:
        stream = film.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert [stream.width, stream.height] == table["frame_size"]
        assert stream.frames == len(table["time_s"])
    width, height = table["frame_size"]
    for places in table["joints_px"].values():
        assert places.min() > 0
        assert places[:, 0].max() < width
        assert places[:, 1].max() < height
    assert json.loads(truth_file.read_text())["reps"]

"""Motion capture read as a film from the side."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from formcheck.data import FloatArray, Lift
from formcheck.errors import BadRequest
from formcheck.poses.trc import load_trc
from formcheck.reps import segment
from formcheck.signals import compute_signals
from tests.skeleton import Lifter, skeleton

HALPE = {
    **{"Nose": 0, "LEar": 7, "REar": 8, "LShoulder": 11, "RShoulder": 12, "LElbow": 13},
    **{"RElbow": 14, "LWrist": 15, "RWrist": 16, "LHip": 23, "RHip": 24, "LKnee": 25},
    **{"RKnee": 26, "LAnkle": 27, "RAnkle": 28, "LHeel": 29, "RHeel": 30, "LBigToe": 31},
    "RBigToe": 32,
}
OPENCAP = {
    **{"L_shoulder_study": 11, "r_shoulder_study": 12, "LHJC_study": 23, "RHJC_study": 24},
    **{"L_knee_study": 25, "r_knee_study": 26, "L_mknee_study": 25, "r_mknee_study": 26},
    **{"L_ankle_study": 27, "r_ankle_study": 28, "L_calc_study": 29, "r_calc_study": 30},
}
PLUG_IN_GAIT = {
    **{"Anna:LSHO": 11, "Anna:RSHO": 12, "Anna:LELB": 13, "Anna:RELB": 14, "Anna:LWRA": 15},
    **{"Anna:RWRA": 16, "Anna:LWRB": 15, "Anna:RWRB": 16, "Anna:LKNE": 25, "Anna:RKNE": 26},
    **{"Anna:LANK": 27, "Anna:RANK": 28, "Anna:LHEE": 29, "Anna:RHEE": 30, "Anna:RTOE": 32},
}


def room_m(lifter: Lifter, *, up: str = "y", heading_deg: float = 0.0) -> FloatArray:
    """The lifter's points in a right-handed room, (T, 33, 3) metres."""
    x, down, left = np.moveaxis(lifter.track.world_m.astype(float), -1, 0)
    turn = np.radians(heading_deg)
    # Right-handed with y up: forward x, up y, right z.
    forward = np.cos(turn) * x - np.sin(turn) * left
    right = -np.sin(turn) * x - np.cos(turn) * left
    height = 2.0 - down
    axes = {"y": (forward, height, right), "z": (forward, -right, height)}[up]
    return np.asarray(np.stack(axes, axis=-1) + np.array([3.0, 0.0, -1.0]))


def write_trc(
    path: Path, time_s: FloatArray, markers: dict[str, FloatArray], unit: str = "m"
) -> Path:
    """A .trc as OpenSim writes it; NaN becomes a blank cell."""
    names = "".join(f"{name}\t\t\t" for name in markers)
    axes = "".join(f"X{n}\tY{n}\tZ{n}\t" for n in range(1, len(markers) + 1))
    lines = [
        f"PathFileType\t4\t(X/Y/Z)\t{path.name}",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate",
        f"30\t30\t{time_s.size}\t{len(markers)}\t{unit}\t30",
        f"Frame#\tTime\t{names}",
        f"\t\t{axes}",
        "",
    ]
    scale = {"m": 1.0, "mm": 1000.0}[unit]
    for at, second in enumerate(time_s.tolist()):
        cells = (f"{value * scale:.6f}" for place in markers.values() for value in place[at])
        cells = ("" if cell == "nan" else cell for cell in cells)
        lines.append("\t".join([str(at + 1), f"{second:.6f}", *cells]))
    path.write_text("\n".join(lines) + "\n")
    return path


def named(points: FloatArray, names: dict[str, int]) -> dict[str, FloatArray]:
    return {name: points[:, at] for name, at in names.items()}


@pytest.mark.parametrize("up", ["y", "z"])
@pytest.mark.parametrize("heading_deg", [0.0, 70.0, -130.0])
@pytest.mark.parametrize("unit", ["m", "mm"])
def test_the_lifter_is_turned_to_the_side(
    tmp_path: Path, up: str, heading_deg: float, unit: str
) -> None:
    """Whichever way they face in the room and whichever axis is up: a true side
    view facing right, and the angles are the true ones.
    """
    lifter = skeleton("back_squat", reps=1)
    markers = named(room_m(lifter, up=up, heading_deg=heading_deg), HALPE)
    signals = compute_signals(
        load_trc(write_trc(tmp_path / "a.trc", lifter.track.time_s, markers, unit))
    )
    assert (signals.stance.view.name, signals.stance.view.facing, signals.stance.side) == (
        "side",
        "right",
        "right",
    )
    assert signals.stance.view.yaw_deg == pytest.approx(0.0, abs=0.5)
    for name in ("trunk", "thigh", "shank", "knee", "hip", "neck", "arm"):
        error = np.abs(signals.angles_deg[name].value - lifter.angles_deg[name])
        assert error.max() < 1.0, name
    assert signals.body.leg_px == pytest.approx(336.0, rel=0.01)


def test_the_depth_is_mediapipes(tmp_path: Path) -> None:
    """Facing right the left shoulder is the far one: larger z, in metres and pixels."""
    lifter = skeleton("back_squat", reps=1)
    markers = named(room_m(lifter), HALPE)
    track = load_trc(write_trc(tmp_path / "a.trc", lifter.track.time_s, markers))
    np.testing.assert_allclose(track.world_m[:, [11, 12, 23, 26]],
                               lifter.track.world_m[:, [11, 12, 23, 26]], atol=0.001)  # fmt: skip
    assert (track.landmarks_px[:, 11, 2] > track.landmarks_px[:, 12, 2] + 100).all()
    inside = track.landmarks_px[..., :2][np.isfinite(track.landmarks_px[..., 0])]
    assert (inside > 0).all()
    assert (inside < np.array(track.frame_size)).all()


@pytest.mark.parametrize("names", [HALPE, OPENCAP])
def test_marker_sets_count_alike(tmp_path: Path, names: dict[str, int]) -> None:
    """Two namings of the same set: three squats each."""
    lifter = skeleton("back_squat")
    path = write_trc(tmp_path / "a.trc", lifter.track.time_s, named(room_m(lifter), names))
    reps, _ = segment(compute_signals(load_trc(path)), Lift("back_squat", "given", 1.0))
    assert len(reps) == 3


def test_hips_are_placed_from_the_pelvis(tmp_path: Path) -> None:
    """Plug-in Gait has no hip marker: with a pelvis 0.24 m wide and 0.16 m deep the
    regression's hip is 48 mm behind, 83 mm below and 87 mm beside the front's middle.
    """
    lifter = skeleton("back_squat", reps=1)
    points = room_m(lifter)
    markers = named(points, PLUG_IN_GAIT)
    # Forward x, up y, right z: a pelvis that stays upright around the true hips.
    middle = points[:, [23, 24]].mean(axis=1) + np.array([0.0483, 0.0829, 0.0])
    for name, offset in {
        "LASI": (0.0, 0.0, -0.12),
        "RASI": (0.0, 0.0, 0.12),
        "LPSI": (-0.16, 0.0, -0.04),
        "RPSI": (-0.16, 0.0, 0.04),
    }.items():
        markers[f"Anna:{name}"] = middle + np.array(offset)
    track = load_trc(write_trc(tmp_path / "a.trc", lifter.track.time_s, markers))
    np.testing.assert_allclose(
        np.abs(track.world_m[:, [23, 24]]), [[[0, 0, 0.0865]] * 2] * len(points), atol=0.001
    )
    shoulder = lifter.track.world_m[:, 12, :2]
    np.testing.assert_allclose(track.world_m[:, 12, :2], shoulder, atol=0.001)


def test_blank_cells_and_zeros_are_missing(tmp_path: Path) -> None:
    """A marker that was lost is missing, whether its cells are blank or 0."""
    lifter = skeleton("back_squat", reps=1)
    markers = named(room_m(lifter), HALPE)
    markers["RWrist"] = markers["RWrist"].copy()
    markers["RWrist"][10:20] = np.nan
    markers["RWrist"][30:40] = 0.0
    track = load_trc(write_trc(tmp_path / "a.trc", lifter.track.time_s, markers))
    lost = np.isnan(track.landmarks_px[:, 16, 0])
    np.testing.assert_array_equal(np.flatnonzero(lost), [*range(10, 20), *range(30, 40)])
    assert (track.visibility[lost, 16] == 0.0).all()


def test_missing_joints_are_named(tmp_path: Path) -> None:
    """Without knees on the left and any ankles nothing can be judged."""
    lifter = skeleton("back_squat", reps=1)
    kept = {n: at for n, at in HALPE.items() if n not in ("LKnee", "LAnkle", "RAnkle")}
    path = write_trc(tmp_path / "a.trc", lifter.track.time_s, named(room_m(lifter), kept))
    with pytest.raises(BadRequest, match=r"a\.trc: no marker for: left knee, left ankle, right"):
        load_trc(path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("PathFileType", "Something", "doesn't begin with PathFileType"),
        ("\tm\t", "\tfurlong\t", "Units is 'furlong'"),
        ("Frame#\tTime", "No\tSecond", "line 4"),
        ("\n3\t0.066667\t", "\n3\t0.066667\toops", "line 9"),
        ("\n3\t0.066667\t", "\n3\t0.000000\t", "Time: frame 2 is at 0 s"),
    ],
)
def test_bad_files_are_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    """What is wrong and where, on one line."""
    lifter = skeleton("back_squat", reps=1)
    path = write_trc(tmp_path / "a.trc", lifter.track.time_s, named(room_m(lifter), HALPE))
    content = path.read_text()
    assert old in content
    path.write_text(content.replace(old, new, 1))
    with pytest.raises(BadRequest, match=said) as problem:
        load_trc(path)
    assert "a.trc" in str(problem.value)


def test_what_is_no_trc(tmp_path: Path) -> None:
    """Binary, empty, absent."""
    (tmp_path / "binary.trc").write_bytes(b"\xff\xfe\x00\x81" * 50)
    (tmp_path / "empty.trc").write_text("")
    for name in ("binary.trc", "empty.trc", "absent.trc"):
        with pytest.raises(BadRequest, match=name):
            load_trc(tmp_path / name)

"""Five squats by motion capture: our angles against OpenSim's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from formcheck.data import FloatArray
from formcheck.poses.trc import load_trc
from formcheck.reps import recognise, segment
from formcheck.signals import compute_signals

pytestmark = pytest.mark.real


def joint_angles_deg(path: Path) -> dict[str, FloatArray]:
    """The columns of a .mot in radians, as degrees."""
    lines = path.read_text().splitlines()
    header = lines.index("endheader") + 1
    columns = np.array([line.split("\t") for line in lines[header + 1 :]], dtype=float).T
    return dict(zip(lines[header].split("\t"), np.degrees(columns), strict=True))


def rmse(one: FloatArray, other: FloatArray) -> float:
    return float(np.sqrt(np.mean((one - other) ** 2)))


@pytest.mark.parametrize("lift", ["bodyweight_squat", "auto"])
def test_five_squats_are_five(real_data: Path, lift: str) -> None:
    """Named or not: five bodyweight squats, all whole, nothing rejected."""
    signals = compute_signals(load_trc(real_data / "real_poses" / "squats1.trc"))
    found = recognise(signals, lift)
    reps, rejected = segment(signals, found)
    assert found.name == "bodyweight_squat"
    assert [rep.complete for rep in reps] == [True] * 5
    assert rejected == ()


def test_the_knee_is_opensims(real_data: Path) -> None:
    """The knee's flexion from markers seen from the side is within 2.5° of OpenSim's."""
    signals = compute_signals(load_trc(real_data / "real_poses" / "squats1.trc"))
    truth = joint_angles_deg(real_data / "real_poses" / "squats1_ik.mot")
    assert rmse(signals.angles_deg["knee"].value, truth["knee_angle_r"]) < 2.5
    assert np.corrcoef(signals.angles_deg["knee"].value, truth["knee_angle_r"])[0, 1] > 0.999


def test_the_hip_holds_the_bend_of_the_spine_too(real_data: Path) -> None:
    """Trunk chord to thigh: within 6° of the hip joint, and never out of step with it."""
    signals = compute_signals(load_trc(real_data / "real_poses" / "squats1.trc"))
    truth = joint_angles_deg(real_data / "real_poses" / "squats1_ik.mot")
    assert rmse(signals.angles_deg["hip"].value, truth["hip_flexion_r"]) < 6.0
    assert np.corrcoef(signals.angles_deg["hip"].value, truth["hip_flexion_r"])[0, 1] > 0.995

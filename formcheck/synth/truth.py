"""What is true in each frame of a rendered clip: ``formcheck.truth/1``."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np

from formcheck.data import BoolArray, Facing, FloatArray
from formcheck.errors import OutputError
from formcheck.synth.camera import camera_at
from formcheck.synth.lifts import PLANS
from formcheck.synth.motion import Motion, frame_times_s
from formcheck.synth.plates import Plates, plates_of
from formcheck.synth.posing import pose_lifter
from formcheck.synth.posture import Posed, Posture
from formcheck.synth.pressure import pressure_over_time
from formcheck.synth.skeleton import Skeleton, joint_now, point_now
from formcheck.synth.spec import FaultSpec, Spec
from formcheck.synth.timeline import RepTimes

SCHEMA = "formcheck.truth/1"
JOINT_BONES = {
    "shoulder": "upperarm01",
    "elbow": "lowerarm01",
    "wrist": "wrist",
    "hip": "upperleg01",
    "knee": "lowerleg01",
    "ankle": "foot",
}
ANGLES = (
    "trunk",
    "thigh",
    "shank",
    "knee",
    "hip",
    "arm",
    "elbow",
    "neck",
    "pelvic_tilt",
    "lumbar_flexion",
    "thoracic_flexion",
)

# For whoever opens the file without our documents.
CONVENTIONS = {
    "joints_m": "metres; x the way the lifter faces, y to their left, z up; the floor is z = 0",
    "joints_px": "pixels of the upright picture; x right, y down",
    "angles_deg": "in the lifter's sagittal plane, the limbs of view.side",
    "trunk, thigh, shank": "from the vertical, + the upper end leans forward",
    "knee, hip, elbow": "0 straight, + bent",
    "arm": "0 hanging, + forward",
    "neck": "shoulder-to-ear against the trunk, - chin up, + chin to chest",
    "pelvic_tilt, lumbar_flexion, thoracic_flexion": "from standing, + forward",
    "plates": "the outermost plate at each end of a barbell: the middle of its outer face",
    "plates.px_per_m": "pixels of a metre there, across the line of sight",
    "hidden": "the frames in which a plate hides a joint's centre, from, to (not included)",
    "pressure": "where the weight rests, 0 heel, 1 toe; null where not modelled",
    "faults": "the dials that were turned; see formcheck/synth/spec.py",
}


@dataclass(frozen=True)
class Truth:
    """Truth of a clip; T frames.

    time_s      (T,)
    joints_m    name -> (T, 3)  lifter frame: x forward, y left, z up, metres
    joints_px   name -> (T, 2)  upright picture, x right, y down
    angles_deg  name -> (T,)    sagittal convention of docs/evidence.md
                                §1.1 in the lifter's sagittal plane, limbs of
                                ``side``; elbow and knee 0 = straight; lumbar
                                and thoracic flexion and pelvic tilt from
                                standing, + forward
    grip_m      (T, 3)          middle between the hands' grips
    pressure    (T,)            where the weight rests, 0 heel … 1 toe, as long
                                as the movement is slow; NaN where not modelled
                                (swings, one-legged lifts)
    side        the limbs on the camera's side
    plates      a barbell's; None where there is none
    body        height and mass that the body model reached, and the load
    """

    lift: str
    seed: int
    yaw_deg: float
    facing: Facing
    side: Facing
    frame_size: tuple[int, int]
    frame_rate_hz: float
    faults: Mapping[str, float]
    time_s: FloatArray
    joints_m: Mapping[str, FloatArray]
    joints_px: Mapping[str, FloatArray]
    angles_deg: Mapping[str, FloatArray]
    grip_m: FloatArray
    pressure: FloatArray
    reps: tuple[RepTimes, ...]
    body: Mapping[str, float] = field(default_factory=dict)
    plates: Plates | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the ``formcheck.truth/1`` form; NaN becomes None."""
        return {
            "schema": SCHEMA,
            "lift": self.lift,
            "seed": self.seed,
            "view": {"yaw_deg": self.yaw_deg, "facing": self.facing, "side": self.side},
            "frame_size": list(self.frame_size),
            "frame_rate_hz": self.frame_rate_hz,
            "faults": dict(self.faults),
            "body": {name: _short(value, 3) for name, value in self.body.items()},
            "conventions": CONVENTIONS,
            "reps": [{k: _short(v, 4) for k, v in asdict(rep).items()} for rep in self.reps],
            "time_s": _short(self.time_s, 4),
            "angles_deg": {name: _short(values, 2) for name, values in self.angles_deg.items()},
            "grip_m": _short(self.grip_m, 4),
            "pressure": _short(self.pressure, 3),
            "joints_m": {name: _short(values, 4) for name, values in self.joints_m.items()},
            "joints_px": {name: _short(values, 1) for name, values in self.joints_px.items()},
            **self._bar(),
        }

    def _bar(self) -> dict[str, Any]:
        if self.plates is None:
            return {}
        faces = self.plates
        return {
            "plates": {
                side: {
                    "face_m": _short(faces.faces_m[side], 4),
                    "face_px": _short(faces.faces_px[side], 2),
                    "px_per_m": _short(faces.px_per_m[side], 2),
                }
                for side in faces.faces_m
            },
            "hidden": {name: _runs(values) for name, values in faces.hides.items() if values.any()},
        }

    def write(self, path: Path) -> None:
        """Write the JSON file, whole or not at all.

        Raises
        ------
        OutputError
            The file can't be written.
        """
        part = path.with_name(f".{path.name}.part")
        try:
            part.write_text(json.dumps(self.to_dict(), separators=(",", ":")) + "\n")
            part.replace(path)
        except OSError as problem:
            part.unlink(missing_ok=True)
            raise OutputError(f"{path}: can't be written: {problem.strerror}") from None


def read_truth(path: Path) -> dict[str, Any]:
    """Read a truth file; arrays become numpy arrays.

    ``plates`` is empty where there is no barbell; ``hidden`` tells of every joint in which
    frames (T,) a plate hides it.
    """
    table: dict[str, Any] = json.loads(path.read_text())
    for name in ("time_s", "grip_m", "pressure"):
        table[name] = np.array(table[name], dtype=float)
    for name in ("angles_deg", "joints_m", "joints_px"):
        table[name] = {k: np.array(v, dtype=float) for k, v in table[name].items()}
    table["plates"] = {
        side: {k: np.array(v, dtype=float) for k, v in one.items()}
        for side, one in table.get("plates", {}).items()
    }
    hidden = {name: np.zeros(table["time_s"].shape, dtype=bool) for name in table["joints_px"]}
    for name, runs in table.get("hidden", {}).items():
        for first, stop in runs:
            hidden[name][first:stop] = True
    table["hidden"] = hidden
    return table


def truth_of(spec: Spec, motion: Motion) -> Truth:
    """Work out the truth of every frame; needs no picture."""
    times = frame_times_s(motion, spec.camera.frame_rate_hz)
    side = camera_side(spec)
    posed = [motion.pose(float(t)) for t in times]
    joints = [joints_now(motion.skeleton, p) for p in posed]
    joints_m = {name: np.array([j[name] for j in joints]) for name in joints[0]}
    angles = [angles_now(motion.skeleton, p, side) for p in posed]
    upright = pose_lifter(motion.skeleton, Posture(knee_deg=4.0, trunk_deg=0.0), motion.rig)
    tilt_deg = angles_now(motion.skeleton, upright, side)["pelvic_tilt"]
    for found in angles:
        found["pelvic_tilt"] -= tilt_deg
    cameras = [camera_at(spec.camera, float(t), spec.seed) for t in times]
    joints_px = {
        name: np.array([c.project(p) for c, p in zip(cameras, places, strict=True)])
        for name, places in joints_m.items()
    }
    grip_m = np.array([p.grip_m for p in posed])
    pressure = np.full(len(times), math.nan)
    if motion.rig.hands != "swing" and motion.rig.stance.rear == "none":
        pressure = pressure_over_time(joints_m, grip_m, motion.rig.load_share)
    return Truth(
        lift=spec.lift,
        seed=spec.seed,
        yaw_deg=spec.camera.yaw_deg,
        facing=spec.camera.facing,
        side=side,
        frame_size=(spec.camera.width, spec.camera.height),
        frame_rate_hz=spec.camera.frame_rate_hz,
        faults=faults_put_in(spec.faults),
        time_s=times,
        joints_m=joints_m,
        joints_px=joints_px,
        angles_deg={name: np.array([a[name] for a in angles]) for name in ANGLES},
        grip_m=grip_m,
        pressure=pressure,
        reps=motion.reps,
        body={
            "height_m": spec.body.height_m,
            "mass_kg": motion.mass_kg,
            "load_kg": motion.rig.load_share * motion.mass_kg,
        },
        plates=(
            plates_of(posed, cameras, joints_m, spec.load_kg, spec.scene.plate_m)
            if PLANS[spec.lift].load == "barbell"
            else None
        ),
    )


def camera_side(spec: Spec) -> Facing:
    """Return the side of the body nearer to the camera."""
    return "right" if spec.camera.facing == "right" else "left"


def faults_put_in(faults: FaultSpec) -> dict[str, float]:
    """Return the dials that were turned."""
    turned = {}
    for dial in fields(FaultSpec):
        value = getattr(faults, dial.name)
        if not math.isnan(value) and value != dial.default:
            turned[dial.name] = float(value)
    return turned


def joints_now(skeleton: Skeleton, posed: Posed) -> dict[str, FloatArray]:
    """Return the BlazePose-like points of a posed skeleton, in metres."""
    found = {"nose": point_now(skeleton, posed.pose, "nose")}
    for side, letter in (("left", "L"), ("right", "R")):
        found[f"{side}_ear"] = point_now(skeleton, posed.pose, f"ear.{letter}")
        for joint, bone in JOINT_BONES.items():
            found[f"{side}_{joint}"] = joint_now(skeleton, posed.pose, f"{bone}.{letter}")
        found[f"{side}_heel"] = point_now(skeleton, posed.pose, f"heel.{letter}")
        found[f"{side}_toe"] = point_now(skeleton, posed.pose, f"toe.{letter}")
    return found


def angles_now(skeleton: Skeleton, posed: Posed, side: Facing) -> dict[str, float]:
    """Return the angles of a posed skeleton, limbs of one side; see ``Truth``.

    The pelvis's tilt is against the rest pose here.
    """
    at = {
        joint: place
        for joint, place in joints_now(skeleton, posed).items()
        if joint.startswith(side)
    }

    def lean(low: str, high: str) -> float:
        rise = at[f"{side}_{high}"] - at[f"{side}_{low}"]
        return math.degrees(math.atan2(rise[0], rise[2]))

    trunk, thigh, shank = lean("hip", "shoulder"), lean("knee", "hip"), lean("ankle", "knee")
    hang = at[f"{side}_shoulder"] - at[f"{side}_wrist"]
    upper = at[f"{side}_elbow"] - at[f"{side}_shoulder"]
    lower = at[f"{side}_wrist"] - at[f"{side}_elbow"]
    straight = upper @ lower / (np.linalg.norm(upper) * np.linalg.norm(lower))
    pitch = {bone: _pitch_deg(posed, skeleton, bone) for bone in ("root", "spine02", "spine01")}
    return {
        "trunk": trunk,
        "thigh": thigh,
        "shank": shank,
        "knee": shank - thigh,
        "hip": trunk - thigh,
        "arm": math.degrees(math.atan2(-hang[0], hang[2])),
        "elbow": math.degrees(math.acos(float(np.clip(straight, -1.0, 1.0)))),
        "neck": (lean("shoulder", "ear") - trunk + 180) % 360 - 180,
        "pelvic_tilt": pitch["root"],
        "lumbar_flexion": pitch["spine02"] - pitch["root"] - skeleton.standing_lumbar_deg,
        "thoracic_flexion": pitch["spine01"] - pitch["spine02"],
    }


def _pitch_deg(posed: Posed, skeleton: Skeleton, bone: str) -> float:
    """Forward turn of a bone from the rest pose, in the sagittal plane."""
    turn = posed.pose.turns[skeleton.index(bone)]
    return math.degrees(math.atan2(turn[0, 2], turn[2, 2]))


def _runs(flags: BoolArray) -> list[list[int]]:
    """Where flags (T,) are up: from, to (not included)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(int), [0]])))
    return [[int(first), int(stop)] for first, stop in edges.reshape(-1, 2)]


def _short(values: Any, digits: int) -> Any:
    """Round for JSON; NaN becomes None."""
    if isinstance(values, int):
        return values
    if isinstance(values, float):
        return None if math.isnan(values) else round(values, digits)
    return [_short(v, digits) for v in np.asarray(values, dtype=float).tolist()]

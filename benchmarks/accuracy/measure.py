"""Run the pipeline over the rendered clips and put what it says beside the truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.accuracy.agreement import Pairs
from benchmarks.accuracy.films import film_path
from benchmarks.accuracy.specs import Clip
from benchmarks.pose_cache import Kept
from formcheck.cues.judge import judge
from formcheck.cues.limits import load_limits
from formcheck.data import BoolArray, FloatArray, JudgedRep, Rep, Signals
from formcheck.errors import FormcheckError
from formcheck.pipeline import Analysis, Request, analyze, compute_signals
from formcheck.poses.saved import load_poses
from formcheck.reps import recognise
from formcheck.signals.angles import ANKLE, EAR, ELBOW, HEEL, HIP, KNEE, NOSE, SHOULDER, TOE, WRIST
from formcheck.synth import read_truth, truth_path

ANGLES = ("trunk", "thigh", "shank", "knee", "hip", "arm", "elbow", "neck")
QUANTITIES = (*ANGLES, "neck_change", "trunk_change", "hip_change", "yaw")
MOMENTS = ("start", "bottom", "top", "end")
UPRIGHT_DEG = 3.0  # of the straightest tenth: as signals.measure takes "standing"
NEAR_DEEPEST_DEG = 12.0  # as cues.lumbar_rounding
POINTS = {
    "ear": EAR,
    "shoulder": SHOULDER,
    "elbow": ELBOW,
    "wrist": WRIST,
    "hip": HIP,
    "knee": KNEE,
    "ankle": ANKLE,
    "heel": HEEL,
    "toe": TOE,
}


@dataclass(frozen=True)
class BackAt:
    """The back where the trunk leans furthest, in one repetition; degrees.

    turn, standing_turn   W there, and the lifter's own W standing
    lumbar, thoracic      true flexion there, from standing
    profile               (S,) distance of the dorsal edge, trunk lengths
    trunk, hip, yaw       measured
    """

    turn: float
    standing_turn: float
    lumbar: float
    thoracic: float
    profile: FloatArray
    standing_profile: FloatArray
    trunk: float
    hip: float
    yaw: float


@dataclass(frozen=True)
class CueValue:
    """One cue on one repetition: ours, and the same rule on the true joints.

    ``true`` is NaN where the rule needs the picture's outline (the back).
    """

    cue: str
    rep: int
    verdict: str
    value: float
    sigma: float
    true: float
    watch_limit: float
    fault_limit: float
    reason: str


@dataclass(frozen=True)
class ClipResult:
    """What was found on one clip.

    yaw_deg      of the camera, 0..90
    true_reps    repetitions put in
    reps         repetitions counted
    lift         recognised without being told; "" when none was
    said         the error's words when something wasn't found
    pairs        quantity -> values of the frames of the true repetitions
    times_s      moment -> measured minus true time, where the count is right
    """

    clip: Clip
    yaw_deg: float
    true_reps: int
    reps: int
    lift: str
    said: str
    pairs: Mapping[str, Pairs]
    times_s: Mapping[str, list[float]] = field(default_factory=dict)
    backs: tuple[BackAt, ...] = ()
    cues: tuple[CueValue, ...] = ()


def measure_clip(clip: Clip, kept: Kept) -> ClipResult:
    """Judge a rendered clip from its kept poses and compare with its truth."""
    return compare(clip, read_truth(truth_path(film_path(clip))), kept)


def compare(clip: Clip, truth: dict[str, Any], kept: Kept) -> ClipResult:
    """Judge kept poses and compare with ``truth`` (as ``read_truth`` gives it)."""
    yaw_deg = 90.0 - abs(90.0 - abs(truth["view"]["yaw_deg"]))
    wanted = len(truth["reps"])
    nothing = ClipResult(clip, yaw_deg, wanted, 0, "", "", {})
    try:
        kept.raise_problem()
        motion = compute_signals(load_poses(Path(kept.poses)))
    except FormcheckError as problem:
        return replace(nothing, said=_short(problem, kept))
    lift, analysis, said = "", None, ""
    try:
        lift = recognise(motion, "auto").name
    except FormcheckError as problem:
        said = f"left to itself: {_short(problem, kept)}"
    try:
        # The lift is given: where a repetition begins depends on it.
        analysis = analyze(kept.poses, Request(lift=truth["lift"]))
    except FormcheckError as problem:
        said = _short(problem, kept)
    true = true_signals(truth, motion)
    inside = in_reps(truth, motion.time_s)
    found = replace(nothing, lift=lift, said=said, pairs=pairs(motion, true, inside, truth["view"]))
    if analysis is None:
        return found
    judged = analysis.reps
    return replace(
        found,
        reps=len(judged),
        times_s=time_errors(truth, [one.rep for one in judged]),
        backs=tuple(_backs(truth, motion, true)),
        cues=tuple(_cue_values(analysis, true, judged)),
    )


def in_reps(truth: dict[str, Any], time_s: FloatArray) -> BoolArray:
    """Frames (T,) inside of a true repetition."""
    inside = np.zeros(time_s.shape, dtype=bool)
    for rep in truth["reps"]:
        inside |= (time_s >= rep["start_s"]) & (time_s <= rep["end_s"])
    return inside


def true_signals(truth: dict[str, Any], motion: Signals) -> Signals:
    """The signals of a perfect eye: the true joints and angles at the same frames.

    What only the picture has (the outline) stays as measured. Lumbar and
    thoracic flexion are added to the angles.
    """
    at = motion.time_s

    def sampled(values: FloatArray) -> FloatArray:
        return np.asarray(np.interp(at, truth["time_s"], values))

    points = np.full(motion.points_px.shape, np.nan)
    for joint, table in POINTS.items():
        for side, index in table.items():
            xy = truth["joints_px"][f"{side}_{joint}"]
            points[:, index] = np.stack([sampled(xy[:, 0]), sampled(xy[:, 1])], axis=1)
    nose = truth["joints_px"]["nose"]
    points[:, NOSE] = np.stack([sampled(nose[:, 0]), sampled(nose[:, 1])], axis=1)
    found = {name: sampled(values) for name, values in truth["angles_deg"].items()}
    # The truth counts the elbow's flexion, the signals its angle.
    found["elbow"] = 180.0 - found["elbow"]
    found["back_turn"] = motion.angles_deg["back_turn"]
    return replace(
        motion,
        points_px=points,
        angles_deg=found,
        standing_deg=_standing(found),
        hip_depth=np.full(at.shape, np.nan),
        side=truth["view"]["side"],
    )


def _standing(found: Mapping[str, FloatArray]) -> dict[str, float]:
    """Medians over the straightest tenth, as ``signals`` takes them."""
    bend = found["hip"]
    upright = bend <= np.percentile(bend, 10) + UPRIGHT_DEG
    return {
        name: float(np.nanmedian(values[upright]))
        for name, values in found.items()
        if np.isfinite(values[upright]).any()
    }


def pairs(
    motion: Signals, true: Signals, inside: BoolArray, view: dict[str, Any]
) -> dict[str, Pairs]:
    """Measured and true values at the frames ``inside``, by quantity.

    The yaw is signed, positive towards the front; a turned-round heading counts.
    """
    found = {}
    for name in ANGLES:
        ours, wanted = motion.angles_deg[name][inside], true.angles_deg[name][inside]
        sigma = motion.sigma_deg[name][inside]
        # Around the half turn an angle and its truth may lie on different sides.
        near = wanted + (ours - wanted + 180.0) % 360.0 - 180.0
        found[name] = Pairs(near, wanted, sigma)
        if f"{name}_change" in QUANTITIES:
            ours_at = motion.standing_deg.get(name, np.nan)
            true_at = true.standing_deg.get(name, np.nan)
            found[f"{name}_change"] = Pairs(near - ours_at, wanted - true_at, sigma)
    heading = motion.heading_deg[inside]
    turned = heading if view["facing"] == "right" else 180.0 - heading
    wanted = np.full(heading.shape, float(view["yaw_deg"]))
    near = wanted + (turned - wanted + 180.0) % 360.0 - 180.0
    found["yaw"] = Pairs(near, wanted, np.full(heading.shape, motion.view.yaw_sigma_deg))
    return found


def time_errors(truth: dict[str, Any], reps: list[Rep]) -> dict[str, list[float]]:
    """Measured minus true times, in seconds; empty when the count is wrong."""
    if len(reps) != len(truth["reps"]):
        return {}
    return {
        moment: [
            getattr(ours, f"{moment}_s") - wanted[f"{moment}_s"]
            for ours, wanted in zip(reps, truth["reps"], strict=True)
        ]
        for moment in MOMENTS
    }


def _backs(truth: dict[str, Any], motion: Signals, true: Signals) -> list[BackAt]:
    """The back at the deepest part of each true repetition."""
    found = []
    profile = dorsal_profile(motion)
    standing_bend = motion.angles_deg["hip"]
    upright = standing_bend <= np.nanpercentile(standing_bend, 10) + UPRIGHT_DEG
    for rep in truth["reps"]:
        trunk = true.angles_deg["trunk"]
        window = (motion.time_s >= rep["start_s"]) & (motion.time_s <= rep["end_s"])
        window &= trunk >= np.max(trunk[window]) - NEAR_DEEPEST_DEG
        found.append(
            BackAt(
                turn=_middle(motion.angles_deg["back_turn"][window]),
                standing_turn=motion.standing_deg.get("back_turn", float("nan")),
                lumbar=_middle(true.angles_deg["lumbar_flexion"][window]),
                thoracic=_middle(true.angles_deg["thoracic_flexion"][window]),
                profile=_middles(profile[window]),
                standing_profile=_middles(profile[upright]),
                trunk=_middle(motion.angles_deg["trunk"][window]),
                hip=_middle(motion.angles_deg["hip"][window]),
                yaw=motion.view.yaw_deg,
            )
        )
    return found


def dorsal_profile(motion: Signals) -> FloatArray:
    """Distance of the dorsal edge from the hip-to-shoulder line, (T, S) trunk lengths."""
    hip, shoulder = (
        motion.points_px[:, list(table.values())].mean(axis=1) for table in (HIP, SHOULDER)
    )
    axis = shoulder - hip
    length_px = np.hypot(*axis.T)
    away = motion.back_px - hip[:, None]
    if not motion.back_px.size:
        return np.full((len(motion.time_s), 60), np.nan)
    cross = axis[:, None, 0] * away[..., 1] - axis[:, None, 1] * away[..., 0]
    return np.asarray(np.abs(cross) / length_px[:, None] ** 2)


def _middle(values: FloatArray) -> float:
    return float(np.nanmedian(values)) if np.isfinite(values).any() else float("nan")


def _middles(values: FloatArray) -> FloatArray:
    out = np.full(values.shape[1], np.nan)
    known = np.isfinite(values).any(axis=0)
    out[known] = np.nanmedian(values[:, known], axis=0)
    return out


def _cue_values(analysis: Analysis, true: Signals, judged: tuple[JudgedRep, ...]) -> list[CueValue]:
    """Each finding beside what the same rule gives on the true joints."""
    reps = tuple(one.rep for one in judged)
    ideal = judge(reps, true, analysis.lift, load_limits(None)).reps
    found = []
    for ours, wanted in zip(judged, ideal, strict=True):
        for cue, finding in ours.findings.items():
            by_eye = wanted.findings[cue].value
            found.append(
                CueValue(
                    cue=cue,
                    rep=ours.rep.index,
                    verdict=finding.verdict,
                    value=finding.value,
                    sigma=finding.sigma,
                    true=float("nan") if cue == "lumbar_rounding" else by_eye,
                    watch_limit=finding.watch_limit,
                    fault_limit=finding.fault_limit,
                    reason=finding.reason,
                )
            )
    return found


def _short(problem: FormcheckError, kept: Kept) -> str:
    return f"{type(problem).__name__}: {str(problem).removeprefix(f'{kept.poses}: ')}"

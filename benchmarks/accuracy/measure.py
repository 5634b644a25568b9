"""Run the pipeline over the rendered clips and put what it says beside the truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.accuracy.agreement import Pairs
from benchmarks.accuracy.bar import BarErrors, bar_errors
from benchmarks.accuracy.films import film_path
from benchmarks.accuracy.specs import Clip
from benchmarks.pose_cache import Kept
from formcheck.cues.judging.judge import judge
from formcheck.cues.judging.limits import load_limits
from formcheck.cues.judging.seen import Seen
from formcheck.data import (
    BoolArray,
    Finding,
    FloatArray,
    JudgedRep,
    MeasuredSet,
    Rep,
    Series,
    Signals,
)
from formcheck.errors import FormcheckError
from formcheck.pipeline import Request, analyze
from formcheck.poses.saved import load_poses
from formcheck.report.record import Analysis
from formcheck.reps import recognise
from formcheck.signals import compute_signals
from formcheck.signals.angles import HIP, JOINTS, NOSE, SHOULDER
from formcheck.synth import read_truth, truth_path

ANGLES = ("trunk", "thigh", "shank", "knee", "hip", "arm", "elbow", "neck")
CHANGES = ("neck", "trunk", "hip")
QUANTITIES = (*ANGLES, "lumbar_flexion", *(f"{name}_change" for name in CHANGES), "yaw")
MOMENTS = ("start", "bottom", "top", "end")
ASTRAY = 0.5  # trunk lengths: our choice, the plates' own errors are below 0.3
NEAR_DEEPEST_DEG = 12.0  # as cues.lumbar_rounding
MADE_OF = {
    "trunk": ("hip", "shoulder"),
    "thigh": ("knee", "hip"),
    "shank": ("ankle", "knee"),
    "knee": ("ankle", "knee", "hip"),
    "hip": ("knee", "hip", "shoulder"),
    "arm": ("shoulder", "wrist"),
    "elbow": ("shoulder", "elbow", "wrist"),
    "neck": ("hip", "shoulder", "ear"),
    "lumbar_flexion": ("hip", "shoulder"),
}
"""The joints, those nearer to the camera, between which an angle lies."""


@dataclass(frozen=True)
class BackAt:
    """The back where the trunk leans furthest, in one repetition; degrees.

    turn, standing_turn   W there, and the lifter's own W standing
    lumbar                true flexion of the lower back there, from standing
    ours, sigma           that flexion as the pipeline estimates it, and its stated error
    """

    turn: float
    standing_turn: float
    lumbar: float
    ours: float
    sigma: float


@dataclass(frozen=True)
class CueValue:
    """One cue on one repetition: ours, and the same rule on the true joints.

    ``rep`` is 0 for a cue of the whole set. ``true`` is NaN where the rule needs the
    picture's outline (the back).
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
    frame_s      (N,) times of those frames
    true_spans   start and end of each true repetition, seconds
    times_s      moment -> measured minus true time, where the count is right
    bar          None where there is no barbell
    judged       share of the findings, among the cues that count, that say something
    has_score    enough of them for a score
    astray       share of the frames in which the hip or shoulder that is followed lies more
                 than ``ASTRAY`` trunks from the true one
    """

    clip: Clip
    yaw_deg: float
    true_reps: int
    reps: int
    lift: str
    said: str
    pairs: Mapping[str, Pairs]
    frame_s: FloatArray = field(default_factory=lambda: np.empty(0))
    true_spans: tuple[tuple[float, float], ...] = ()
    times_s: Mapping[str, list[float]] = field(default_factory=dict)
    backs: tuple[BackAt, ...] = ()
    cues: tuple[CueValue, ...] = ()
    bar: BarErrors | None = None
    judged: float = 0.0
    has_score: bool = False
    astray: float = 0.0


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
    standing = _standing(motion, analysis), _standing(true, analysis)
    judged = () if analysis is None else analysis.reps
    told = None if analysis is None else analysis.bar
    found = replace(
        nothing,
        lift=lift,
        said=said,
        pairs=pairs(motion, true, inside, truth, standing),
        frame_s=motion.time_s[inside],
        true_spans=tuple((rep["start_s"], rep["end_s"]) for rep in truth["reps"]),
        astray=astray_share(truth, motion, true, inside),
        bar=bar_errors(truth, inside, motion, told, [one.rep for one in judged]),
    )
    if analysis is None:
        return found
    return replace(
        found,
        reps=len(judged),
        times_s=time_errors(truth, [one.rep for one in judged]),
        backs=tuple(_backs(truth, motion, true, standing[0]["back_turn"])),
        cues=tuple(_cue_values(analysis, true, judged)),
        judged=analysis.summary.judged_share,
        has_score=bool(np.isfinite(analysis.summary.score)),
    )


def in_reps(truth: dict[str, Any], time_s: FloatArray) -> BoolArray:
    """Frames (T,) inside of a true repetition."""
    inside = np.zeros(time_s.shape, dtype=bool)
    for rep in truth["reps"]:
        inside |= (time_s >= rep["start_s"]) & (time_s <= rep["end_s"])
    return inside


def true_signals(truth: dict[str, Any], motion: Signals) -> Signals:
    """The signals of a perfect eye: the true joints and angles at the same frames.

    What only the picture has (the outline) stays as measured, and so do the σ. Lumbar and
    thoracic flexion are added to the angles.
    """
    at = motion.time_s

    def sampled(values: FloatArray) -> FloatArray:
        return np.asarray(np.interp(at, truth["time_s"], values))

    points = np.full(motion.body.points_px.shape, np.nan)
    for joint, table in JOINTS.items():
        for side, index in table.items():
            xy = truth["joints_px"][f"{side}_{joint}"]
            points[:, index] = np.stack([sampled(xy[:, 0]), sampled(xy[:, 1])], axis=1)
    nose = truth["joints_px"]["nose"]
    points[:, NOSE] = np.stack([sampled(nose[:, 0]), sampled(nose[:, 1])], axis=1)
    found = {name: sampled(values) for name, values in truth["angles_deg"].items()}
    # The truth counts the elbow's flexion, the signals its angle.
    found["elbow"] = 180.0 - found["elbow"]
    own = motion.angles_deg
    angles_deg = {
        name: replace(own[name], value=values) if name in own else Series(values, {})
        for name, values in found.items()
    }
    return replace(
        motion,
        body=replace(motion.body, points_px=points, of_engine=False),
        angles_deg={**angles_deg, "back_turn": own["back_turn"]},
        back=replace(motion.back, hip_depth=np.full(at.shape, np.nan)),
        stance=replace(motion.stance, side=truth["view"]["side"]),
    )


def _standing(motion: Signals, analysis: Analysis | None) -> dict[str, float]:
    """The lifter's own upright posture, as the cues take it; NaN where it isn't seen."""
    if analysis is None:
        return dict.fromkeys(motion.angles_deg, float("nan"))
    seen = Seen(MeasuredSet(motion, analysis.lift, tuple(one.rep for one in analysis.reps)))
    own = {name: seen.standing_deg(name) for name in motion.angles_deg}
    return {
        name: value if np.isfinite(value) else seen.at_the_tops_deg(name)
        for name, value in own.items()
    }


def pairs(
    motion: Signals,
    true: Signals,
    inside: BoolArray,
    truth: dict[str, Any],
    standing: tuple[dict[str, float], dict[str, float]],
) -> dict[str, Pairs]:
    """Measured and true values at the frames ``inside``, by quantity.

    ``standing`` is the measured and the true upright posture. The yaw is signed, positive
    towards the front; a turned-round heading counts.
    """
    found, view = {}, truth["view"]
    hidden = hidden_frames(truth, motion.time_s)
    for name in (*ANGLES, "lumbar_flexion"):
        ours, wanted = motion.angles_deg[name].value[inside], true.angles_deg[name].value[inside]
        sigma = motion.angles_deg[name].sigma[inside]
        # Around the half turn an angle and its truth may lie on different sides.
        near = wanted + (ours - wanted + 180.0) % 360.0 - 180.0
        behind = hidden[name][inside]
        found[name] = Pairs(near, wanted, sigma, behind)
        if name in CHANGES:
            ours_at, true_at = (posture[name] for posture in standing)
            found[f"{name}_change"] = Pairs(near - ours_at, wanted - true_at, sigma, behind)
    heading = motion.stance.heading_deg[inside]
    turned = heading if view["facing"] == "right" else 180.0 - heading
    wanted = np.full(heading.shape, float(view["yaw_deg"]))
    near = wanted + (turned - wanted + 180.0) % 360.0 - 180.0
    found["yaw"] = Pairs(near, wanted, np.full(heading.shape, motion.stance.view.yaw_sigma_deg))
    return found


def astray_share(truth: dict[str, Any], motion: Signals, true: Signals, inside: BoolArray) -> float:
    """Share of the frames ``inside`` in which somebody else is followed."""
    own, side = motion.stance.side, truth["view"]["side"]
    ours, wanted = (
        np.stack([points[inside][:, joint[of]] for joint in (HIP, SHOULDER)], axis=1)
        for points, of in ((motion.body.points_px, own), (true.body.points_px, side))
    )
    trunk_px = np.median(np.linalg.norm(wanted[:, 0] - wanted[:, 1], axis=-1))
    off = np.linalg.norm(ours - wanted, axis=-1)
    return float((np.nan_to_num(off).max(axis=1) > ASTRAY * trunk_px).mean())


def hidden_frames(truth: dict[str, Any], time_s: FloatArray) -> dict[str, BoolArray]:
    """Angle -> frames (T,) in which a plate hides one of the joints between which it lies."""
    side = truth["view"]["side"]
    nearest = np.abs(truth["time_s"][:, None] - time_s).argmin(axis=0)
    return {
        name: np.any([truth["hidden"][f"{side}_{joint}"][nearest] for joint in joints], axis=0)
        for name, joints in MADE_OF.items()
    }


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


def _backs(
    truth: dict[str, Any], motion: Signals, true: Signals, standing_turn: float
) -> list[BackAt]:
    """The back at the deepest part of each true repetition."""
    found = []
    for rep in truth["reps"]:
        trunk = true.angles_deg["trunk"].value
        window = (motion.time_s >= rep["start_s"]) & (motion.time_s <= rep["end_s"])
        window &= trunk >= np.max(trunk[window]) - NEAR_DEEPEST_DEG
        found.append(
            BackAt(
                turn=_middle(motion.angles_deg["back_turn"].value[window]),
                standing_turn=standing_turn,
                lumbar=_middle(true.angles_deg["lumbar_flexion"].value[window]),
                ours=_middle(motion.angles_deg["lumbar_flexion"].value[window]),
                sigma=_middle(motion.angles_deg["lumbar_flexion"].sigma[window]),
            )
        )
    return found


def _middle(values: FloatArray) -> float:
    return float(np.nanmedian(values)) if np.isfinite(values).any() else float("nan")


def _cue_values(analysis: Analysis, true: Signals, judged: tuple[JudgedRep, ...]) -> list[CueValue]:
    """Each finding beside what the same rule gives on the true joints."""
    reps = tuple(one.rep for one in judged)
    ideal = judge(MeasuredSet(true, analysis.lift, reps), load_limits(None)).reps
    found = [
        _cue_value(finding, ours.rep.index, wanted.findings[cue].value)
        for ours, wanted in zip(judged, ideal, strict=True)
        for cue, finding in ours.findings.items()
    ]
    of_reps = {cue for one in judged for cue in one.findings}
    of_set = analysis.summary.findings
    return found + [
        _cue_value(finding, 0, float("nan"))
        for cue, finding in of_set.items()
        if cue not in of_reps
    ]


def _cue_value(finding: Finding, rep: int, by_eye: float) -> CueValue:
    return CueValue(
        cue=finding.cue,
        rep=rep,
        verdict=finding.verdict,
        value=finding.value,
        sigma=finding.sigma,
        true=float("nan") if finding.cue == "lumbar_rounding" else by_eye,
        watch_limit=finding.watch_limit,
        fault_limit=finding.fault_limit,
        reason=finding.reason,
    )


def _short(problem: FormcheckError, kept: Kept) -> str:
    return f"{type(problem).__name__}: {str(problem).removeprefix(f'{kept.poses}: ')}"

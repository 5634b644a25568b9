"""A complete, plausible analysis of a set that never happened, and its video.

A stick-figure lifter seen from the side does five deadlifts: 0.6 s standing
over the bar, then five repetitions of 2.4 s. The third rounds the back, the
fourth tips the trunk a little, the fifth can't be judged for the head.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import av
import cv2
import numpy as np

from formcheck.data import (
    Back,
    BackReading,
    Bar,
    Body,
    Caution,
    CueInfo,
    Finding,
    FloatArray,
    Guesses,
    JudgedRep,
    Lift,
    Person,
    Picture,
    PoseTrack,
    Rejected,
    Rep,
    Series,
    SetSummary,
    Signals,
    Source,
    Stance,
    Time,
    View,
)
from formcheck.report.record import Analysis
from formcheck.reps.bar_speed import bar_speeds

REPS = 5
REP_S = 2.4
LEAD_S = 0.6
SEGMENTS = {"shank": 0.42, "thigh": 0.43, "trunk": 0.5, "arm": 0.3, "forearm": 0.27}
SKIN = (196, 160, 140)
SHIRT = (52, 92, 140)

CUES = {
    "neutral_head": CueInfo(
        "neutral_head",
        "Neutral head",
        "Does the head stay in line with the back?",
        "change of the ear-shoulder line against the trunk, from standing, in degrees",
        "our choice, from the coaching articles",
        ("001",),
    ),
    "ribs_over_hips": CueInfo(
        "ribs_over_hips",
        "Ribs over hips",
        "Do the ribs finish stacked over the hips?",
        "trunk lean behind vertical at the top, in degrees",
        "our choice, from the coaching articles",
        ("001",),
    ),
    "hip_drive": CueInfo(
        "hip_drive",
        "Hip drive",
        "Do hips and shoulders rise together?",
        "how far the trunk tips forward while the knees open, in degrees",
        "our choice, from van Dieën 1998",
        ("001", "002"),
    ),
    "lumbar_rounding": CueInfo(
        "lumbar_rounding",
        "Flat back",
        "Does the back keep its shape?",
        "turn of the dorsal edge from hip to shoulder, in degrees",
        "our choice, from 37 labelled clips",
        ("001", "002"),
    ),
    "depth": CueInfo(
        "depth",
        "Depth",
        "Does the movement go as far as the lift asks?",
        "largest hip flexion, in degrees",
        "our choice",
        ("002",),
    ),
    "lockout": CueInfo(
        "lockout",
        "Lockout",
        "Does the lift finish standing tall?",
        "hip flexion left at the top, in degrees",
        "our choice, from the coaching articles",
        ("001",),
    ),
}

GOOD = {
    "neutral_head": (6.0, 20.0, 30.0, "deg"),
    "ribs_over_hips": (2.0, 6.0, 12.0, "deg"),
    "hip_drive": (1.4, 3.0, 8.0, "deg"),
    "lumbar_rounding": (9.0, 16.0, 22.0, "deg"),
    "depth": (92.0, 75.0, 60.0, "deg"),
    "lockout": (4.0, 12.0, 20.0, "deg"),
}


def _height(time_s: FloatArray) -> FloatArray:
    """How far up the lifter stands: 0 hands at the floor, 1 standing."""
    phase = np.clip((time_s - LEAD_S) / REP_S, 0, REPS)
    share = np.where(phase >= REPS, 0.0, phase % 1.0)
    return np.asarray(0.5 - 0.5 * np.cos(2 * np.pi * share))


def _angles(time_s: FloatArray) -> dict[str, FloatArray]:
    up = _height(time_s)
    shank = 12.0 * (1 - up)
    thigh = -42.0 * (1 - up)
    rounding = 22.0 * np.exp(-(((time_s - LEAD_S - 2 * REP_S - 0.3) / 0.35) ** 2))
    trunk = 62.0 * (1 - up) - 2.0 * up
    return {
        "shank": shank,
        "thigh": thigh,
        "trunk": trunk,
        "knee": shank - thigh,
        "hip": trunk - thigh,
        "arm": np.zeros_like(up),
        "elbow": np.full_like(up, 4.0),
        "neck": 4.0 * np.sin(2 * np.pi * time_s / REP_S),
        "back_turn": 8.0 * (1 - up) + rounding,
    }


def _points(angles_deg: dict[str, FloatArray], width: int, height: int) -> FloatArray:
    """Put the 33 landmarks on a lifter who faces right; far side a little behind."""
    unit = 0.42 * height
    T = len(angles_deg["trunk"])
    points = np.full((T, 33, 2), np.nan)

    def step(start: FloatArray, length: float, lean_deg: FloatArray) -> FloatArray:
        lean = np.radians(lean_deg)
        return start + unit * length * np.stack([np.sin(lean), -np.cos(lean)], axis=1)

    ankle = np.tile([0.45 * width, 0.9 * height], (T, 1))
    knee = step(ankle, SEGMENTS["shank"], angles_deg["shank"])
    hip = step(knee, SEGMENTS["thigh"], angles_deg["thigh"])
    shoulder = step(hip, SEGMENTS["trunk"], angles_deg["trunk"])
    ear = step(shoulder, 0.2, angles_deg["trunk"] * 0.7)
    elbow = step(shoulder, -SEGMENTS["arm"], angles_deg["arm"])
    wrist = step(elbow, -SEGMENTS["forearm"], angles_deg["arm"])
    near = {8: ear, 12: shoulder, 14: elbow, 16: wrist, 24: hip, 26: knee, 28: ankle}
    for index, xy in near.items():
        points[:, index] = xy
        points[:, index - 1] = xy - np.array([0.03, 0.015]) * unit
    points[:, 0] = ear + np.array([0.09, 0.03]) * unit
    for side in (0, 1):
        points[:, 29 + side] = points[:, 27 + side] + [-0.06 * unit, 0.05 * unit]
        points[:, 31 + side] = points[:, 27 + side] + [0.14 * unit, 0.06 * unit]
        points[:, 17 + side] = points[:, 15 + side] + [0.02 * unit, 0.05 * unit]
    return points


def _back(points_px: FloatArray, back_turn_deg: FloatArray) -> FloatArray:
    """Bend a line behind the hip-to-shoulder chord by the back's turn."""
    share = np.linspace(0.0, 1.0, 21)
    hip, shoulder = points_px[:, 24, None], points_px[:, 12, None]
    chord = shoulder - hip
    length = np.linalg.norm(chord, axis=2, keepdims=True)
    behind = np.stack([chord[..., 1], -chord[..., 0]], axis=2) / length
    sagitta = np.tan(np.radians(back_turn_deg) / 4)[:, None, None] * length / 2
    bulge = (4 * share * (1 - share))[None, :, None]
    return np.asarray(
        hip + chord * share[None, :, None] + behind * (0.18 * length + sagitta * bulge)
    )


def _finding(cue: str, at_s: float, verdict: str = "good", value: float | None = None) -> Finding:
    typical, watch, fault, unit = GOOD[cue]
    value = typical if value is None else value
    title = CUES[cue].title
    reason = {
        "good": f"{title}: {value:.0f} ± 2, inside the limit of {watch:.0f}.",
        "watch": f"{title}: {value:.0f} ± 2, a little past {watch:.0f}.",
        "fault": f"{title}: {value:.0f} ± 2, past {fault:.0f}.",
        "cannot_judge": "The ear was hidden behind the plate for most of the rep.",
    }[verdict]
    advice = {
        "good": "",
        "watch": "Let hips and shoulders rise together off the floor.",
        "fault": "Lighten the bar and set the back flat before it leaves the floor.",
        "cannot_judge": "Put the camera at hip height, square to your side, head in the picture.",
    }[verdict]
    missing = verdict == "cannot_judge"
    return Finding(
        cue=cue,
        verdict=verdict,  # type: ignore[arg-type]  # one of the four
        value=np.nan if missing else value,
        unit=unit,
        sigma=np.nan if missing else 2.0,
        watch_limit=watch,
        fault_limit=fault,
        at_s=np.nan if missing else at_s,
        reason=reason,
        advice=advice,
    )


def _judged_rep(index: int) -> JudgedRep:
    start_s = LEAD_S + (index - 1) * REP_S
    top_s, end_s = start_s + REP_S / 2, start_s + REP_S
    findings = {cue: _finding(cue, start_s + 0.3) for cue in GOOD}
    findings["lockout"] = _finding("lockout", top_s)
    findings["ribs_over_hips"] = _finding("ribs_over_hips", top_s)
    if index == 3:
        findings["lumbar_rounding"] = _finding("lumbar_rounding", start_s + 0.3, "fault", 30.0)
    if index == 4:
        findings["hip_drive"] = _finding("hip_drive", start_s + 0.5, "watch", 4.6)
    if index == 5:
        findings["neutral_head"] = _finding("neutral_head", start_s, "cannot_judge")
    return JudgedRep(
        rep=Rep(index, start_s, start_s, top_s, end_s, index < REPS, 1.05, 0.3, 1.05),
        measures={
            "trunk_deg_at_bottom": 62.0,
            "hip_flexion_deg_max": 104.0,
            "knee_flexion_deg_max": 54.0,
            "back_turn_deg_at_bottom": 30.0 if index == 3 else 8.0,
            "bar_path_share": np.nan,
        },
        findings=findings,
        score=np.nan if index == 5 else 100.0 - 30.0 * (index == 3) - 8.0 * (index == 4),
    )


def _over_set() -> dict[str, Finding]:
    """The back is a fault on rep 3, the hips are to watch on rep 4, the rest is good."""
    found = {cue: _finding(cue, 0.9) for cue in GOOD}
    for index, cue in ((3, "lumbar_rounding"), (4, "hip_drive")):
        found[cue] = _judged_rep(index).findings[cue]
    return found


def _track(signals: Signals, source: Source) -> PoseTrack:
    T = len(signals.time_s)
    return PoseTrack(
        time_s=signals.time_s,
        landmarks_px=np.concatenate([signals.body.points_px, np.zeros((T, 33, 1))], axis=2),
        visibility=np.where(np.isnan(signals.body.points_px[..., 0]), 0.0, 0.95),
        world_m=np.full((T, 33, 3), np.nan),
        frame_size=(source.width, source.height),
        source=source,
    )


def sample_analysis(
    width: int = 360, height: int = 640, rate_hz: float = 30.0, file: str = "monday.mp4"
) -> Analysis:
    """Build the analysis; ``width`` and ``height`` are the picture's, in pixels."""
    duration_s = LEAD_S + REPS * REP_S + 0.4
    time_s = np.arange(int(duration_s * rate_hz)) / rate_hz
    angles_deg = _angles(time_s)
    points_px = _points(angles_deg, width, height)
    view = View("side", "right", 6.0, 5.0)
    T, leg_px = len(time_s), 0.85 * 0.42 * height
    unread = np.full(T, np.nan)
    signals = Signals(
        time=Time(time_s, np.zeros(T, dtype=np.int32)),
        stance=Stance(view, "right", unread),
        picture=Picture(),
        body=Body(points_px, np.ones(T, dtype=bool), leg_px, leg_px),
        angles_deg={
            name: Series(values, {"the points' places": np.full(T, 3.0)})
            for name, values in angles_deg.items()
        },
        back=Back(
            _back(points_px, angles_deg["back_turn"]),
            unread,
            BackReading(np.full((T, 5), np.nan), unread, unread),
        ),
        guesses=Guesses(angles_deg["trunk"], {}, {}),
    )
    source = Source(
        file, "ab" * 32, width, height, 0, duration_s, len(time_s), rate_hz, False, rate_hz
    )
    summary = SetSummary(
        findings=_over_set(),
        score=91.2,
        judged_share=29 / 30,
        headline="5 deadlifts: one rep rounded the back, the rest looked strong.",
        praise="You finished every rep standing tall.",
        main_advice="Set your back flat before the bar leaves the floor, and keep it so.",
        main_cue="lumbar_rounding",
    )
    left, right = 0.3 * width, 0.75 * width
    people = (
        Person(0, (0.02 * width, 0.3 * height, 0.14 * width, 0.7 * height), 0.6, 0.05),
        Person(1, (left, 0.25 * height, right, 0.95 * height), 1.0, 0.93),
    )
    cautions = (
        Caution(
            "low_camera",
            "The camera stood low, so the head left the picture at the top.",
            "Put the phone at hip height, three steps away.",
        ),
    )
    return Analysis(
        source=source,
        lift=Lift("deadlift", "detected", 0.82),
        view=view,
        reps=tuple(_judged_rep(index) for index in range(1, REPS + 1)),
        summary=summary,
        rejected=(Rejected(0.0, 0.4, "set-up"),),
        cautions=cautions,
        cues=CUES,
        people=people,
        chosen=1,
        limits_name="formcheck 0.1.0",
        signals=signals,
        track=_track(signals, source),
    )


def with_bar(analysis: Analysis, plate_m: float = 0.45) -> Analysis:
    """Give the lifter a bar whose plate is so wide, 0 for unknown, in the near hand."""
    signals = analysis.signals
    radius_px = 0.3 * signals.body.leg_px
    bar = Bar(
        centre_px=signals.body.points_px[:, 16],
        sigma_px=np.full(len(signals.time_s), 1.0),
        radius_px=radius_px,
        rests=np.zeros(len(signals.time_s), dtype=bool),
        m_per_px=plate_m / 2 / radius_px if plate_m else np.nan,
        scale_sigma=0.02,
    )
    signals = replace(signals, bar=bar)
    lifts = bar_speeds(signals, [one.rep for one in analysis.reps])
    assert lifts is not None  # there is a bar
    return replace(analysis, signals=signals, bar=lifts, reps=lifts.added_to(analysis.reps))


def poses_only(analysis: Analysis) -> Analysis:
    """Give the same analysis as if it came from a file of saved poses."""
    source = replace(analysis.source, file="monday.poses.npz")
    return replace(analysis, source=source)


def draw_lifter(analysis: Analysis, frame: int) -> np.ndarray:
    """Paint the lifter of one frame as a soft grey figure in a gym-like room."""
    width, height = analysis.source.width, analysis.source.height
    picture = np.empty((height, width, 3), np.uint8)
    picture[:] = (188, 192, 196)
    picture[int(0.9 * height) :] = (96, 92, 88)
    points = analysis.signals.body.points_px[frame]
    thick = max(3, height // 22)

    def limb(path: Sequence[int], colour: tuple[int, int, int], share: float) -> None:
        line = points[list(path)].round().astype(np.int32)
        cv2.polylines(picture, [line], False, colour, max(2, int(thick * share)), cv2.LINE_AA)

    limb((27, 25, 23), (110, 84, 70), 1.0)
    limb((28, 26, 24), SKIN, 1.1)
    back = analysis.signals.back.edge_px[frame]
    trunk = np.concatenate([back, points[[12, 24]]]).round().astype(np.int32)
    cv2.fillPoly(picture, [trunk], SHIRT, cv2.LINE_AA)
    limb((24, 12), SHIRT, 2.2)
    limb((12, 14, 16), SKIN, 0.8)
    head = tuple(int(v) for v in points[8].round())
    cv2.circle(picture, head, int(thick * 1.2), SKIN, -1, cv2.LINE_AA)
    bar = tuple(int(v) for v in points[16].round())
    cv2.circle(picture, bar, int(thick * 1.6), (40, 40, 44), -1, cv2.LINE_AA)
    return picture


def write_source_video(analysis: Analysis, path: Path) -> Path:
    """Encode the painted frames at the analysis' own times."""
    rate_hz = round(analysis.source.frame_rate_hz)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=rate_hz, options={"preset": "ultrafast"})
        stream.width, stream.height = analysis.source.width, analysis.source.height
        stream.pix_fmt = "yuv420p"
        for frame in range(len(analysis.signals.time_s)):
            picture = av.VideoFrame.from_ndarray(draw_lifter(analysis, frame), format="rgb24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
    return path

"""formcheck: a lift goes in; reps, verdicts and what to try next come out.

>>> import formcheck
>>> analysis = formcheck.analyze("sample_videos/poses/deadlift_hips_first.npz")
>>> len(analysis.reps), analysis.lift.name, analysis.summary.main_cue
(3, 'deadlift', 'hip_drive')

The stages can be used one by one::

    with formcheck.read_video(Path("deadlift.mp4")) as film:
        track = formcheck.estimate_poses(film)
    motion = formcheck.compute_signals(track)
    measured = formcheck.cut_set(motion)
    judged = formcheck.judge(measured, formcheck.load_limits())
"""

from typing import TYPE_CHECKING

from formcheck.later import later

if TYPE_CHECKING:
    from formcheck.cues import judge, load_limits
    from formcheck.data import (
        Caution,
        Finding,
        JudgedRep,
        Lift,
        MeasuredSet,
        Part,
        PoseTrack,
        Rep,
        Signals,
        View,
    )
    from formcheck.errors import FormcheckError
    from formcheck.pipeline import Request, analyze, analyze_sets
    from formcheck.poses import estimate_poses
    from formcheck.poses.saved import load_poses, save_poses
    from formcheck.report.record import Analysis
    from formcheck.reps.bar_speed import bar_speeds
    from formcheck.reps.recognise import recognise
    from formcheck.reps.segment import cut_set
    from formcheck.signals import compute_signals
    from formcheck.video import Span, read_video

__all__ = [
    "Analysis",
    "Caution",
    "Finding",
    "FormcheckError",
    "JudgedRep",
    "Lift",
    "MeasuredSet",
    "Part",
    "PoseTrack",
    "Rep",
    "Request",
    "Signals",
    "Span",
    "View",
    "analyze",
    "analyze_sets",
    "bar_speeds",
    "compute_signals",
    "cut_set",
    "estimate_poses",
    "judge",
    "load_limits",
    "load_poses",
    "read_video",
    "recognise",
    "save_poses",
]

__getattr__ = later(
    __name__,
    {
        "Analysis": "formcheck.report.record",
        "Caution": "formcheck.data",
        "Finding": "formcheck.data",
        "FormcheckError": "formcheck.errors",
        "JudgedRep": "formcheck.data",
        "Lift": "formcheck.data",
        "MeasuredSet": "formcheck.data",
        "Part": "formcheck.data",
        "PoseTrack": "formcheck.data",
        "Rep": "formcheck.data",
        "Request": "formcheck.pipeline",
        "Signals": "formcheck.data",
        "Span": "formcheck.video.span",
        "View": "formcheck.data",
        "analyze": "formcheck.pipeline",
        "analyze_sets": "formcheck.pipeline",
        "bar_speeds": "formcheck.reps.bar_speed",
        "compute_signals": "formcheck.signals",
        "cut_set": "formcheck.reps.segment",
        "estimate_poses": "formcheck.poses",
        "judge": "formcheck.cues",
        "load_limits": "formcheck.cues",
        "load_poses": "formcheck.poses.saved",
        "read_video": "formcheck.video.film",
        "recognise": "formcheck.reps.recognise",
        "save_poses": "formcheck.poses.saved",
    },
)

"""Sets in the form of ``analysis.json`` that are made up, number by number."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping, Sequence
from typing import Any

from formcheck.cues.judging.base import verdict
from formcheck.cues.judging.limits import Limit

LIMITS = {"hip_drive": (3.0, 8.0), "depth": (75.0, 60.0), "tempo": (0.3, 0.6)}
"""Watch and fault: of one cue larger values are worse, of another smaller ones."""

TITLES = {"hip_drive": "Chest up with hips", "depth": "Deep enough", "tempo": "In time"}


def finding(cue: str, value: float | None, sigma: float = 1.0) -> dict[str, Any]:
    """What a cue says of a value; None where it isn't judged."""
    watch, fault = LIMITS[cue]
    said = "cannot_judge"
    if value is not None:
        said = verdict(value, sigma, Limit(watch, fault, "deg", ""))
    return {
        "verdict": said,
        "value": value,
        "unit": "deg",
        "sigma": None if value is None else sigma,
        "watch_limit": watch,
        "fault_limit": fault,
        "at_s": 1.0,
        "reason": "Hidden by a plate." if value is None else "Seen.",
        "advice": "Film from the side." if value is None else "",
    }


def a_set(
    cues: Mapping[str, Sequence[float | None]],
    *,
    sigma: float = 1.0,
    yaw_deg: float = 5.0,
    view: str = "side",
    facing: str = "right",
    tempo: str | None = None,
    lowering_s: float = 1.2,
    lift: str = "deadlift",
) -> dict[str, Any]:
    """A set whose repetitions' cues have these values."""
    count = max(len(values) for values in cues.values())
    reps: list[dict[str, Any]] = [
        {
            "index": at + 1,
            "cues": {cue: finding(cue, values[at], sigma) for cue, values in cues.items()},
            "phases": {"eccentric_s": lowering_s, "pause_s": 0.1, "concentric_s": 1.0},
            "measures": {
                "hip_range_deg": 90.0,
                "hip_range_deg_sigma": 4.0,
                "bar_mean_m_s": 0.5,
                "bar_mean_m_s_sigma": 0.02,
            },
        }
        for at in range(count)
    ]
    return {
        "formcheck_version": "1",
        "limits": "standard",
        "tempo": tempo,
        "source": {"file": "monday.mp4", "sampled_hz": 30.0},
        "part": {"set": 1, "of": 1, "start_s": 0.0, "end_s": 9.0},
        "lift": {"name": lift, "how": "given", "confidence": 1.0, "candidates": []},
        "view": {"name": view, "facing": facing, "yaw_deg": yaw_deg, "yaw_sigma_deg": 4.0},
        "cues": {cue: {"title": TITLES[cue]} for cue in cues},
        "reps": reps,
        "set": {
            "score": 80.0,
            "cues": {
                cue: copy.deepcopy(max((rep["cues"][cue] for rep in reps), key=_most))
                for cue in cues
            },
        },
    }


def _most(one: Mapping[str, Any]) -> float:
    return -math.inf if one["value"] is None else float(one["value"])

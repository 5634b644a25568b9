"""Live against offline: the same clips played to the live stages frame by frame.

What a repetition's verdicts were when it was told is compared with what the recorded
set says of it in the end. No clock is involved: every frame is analysed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from benchmarks.manifest import read_manifest, real_data
from benchmarks.pose_cache import poses_of
from formcheck.cues import load_limits
from formcheck.data import PoseTrack
from formcheck.errors import FormcheckError
from formcheck.live.events import LiveEvent
from formcheck.live.session import AT_ONCE_EVERY_S, LOOK_FOR_S
from formcheck.live.stage import Stage
from formcheck.pipeline import Request, judge_poses
from formcheck.poses.plates import LEG_IN_TRUNKS, ROW
from formcheck.poses.rows import FRAME
from formcheck.poses.saved import load_poses
from formcheck.report.record import Analysis

SAME_REP_S = 0.5


@dataclass(frozen=True)
class Match:
    """One clip: what was told live and what the recorded set says.

    told     repetitions told live
    counted  repetitions of the recorded set
    changed  verdicts of repetitions that differ, by cue
    same     verdicts that don't
    faults   those of them that were told a fault, or are one in the end
    of_set   cues whose verdict of the whole set differs
    late_s   seconds of film from a repetition's end until it was told
    """

    name: str
    told: int
    counted: int
    changed: Counter[str]
    same: int
    faults: int
    of_set: tuple[str, ...]
    late_s: tuple[float, ...]


def rows_of(track: PoseTrack) -> NDArray[np.void]:
    """The frames of a track as the live stages take them."""
    rows = np.zeros(len(track.time_s), dtype=FRAME)
    rows["time_s"], rows["points_px"] = track.time_s, track.landmarks_px
    rows["visibility"], rows["world_m"] = track.visibility, track.world_m
    rows["outline_px"] = np.nan if track.outline_px is None else track.outline_px
    rows["on_body"] = 1.0 if track.on_body is None else track.on_body
    return rows


def discs_of(track: PoseTrack) -> list[NDArray[np.void] | None]:
    """The discs that each frame would have shown: the plate's, where one was found."""
    if track.plate_px is None:
        return [None] * len(track.time_s)
    shoulders, hips = (track.landmarks_px[:, at, :2].mean(axis=1) for at in ([11, 12], [23, 24]))
    leg_px = float(np.nanmax(np.hypot(*(shoulders - hips).T)) * LEG_IN_TRUNKS)
    rows: list[NDArray[np.void] | None] = []
    for x, y, radius_px, sigma_px in track.plate_px:
        found = np.zeros(int(np.isfinite(x)), dtype=ROW)
        found["centre_px"], found["radius_px"], found["sigma_px"] = (x, y), radius_px, sigma_px
        found["aspect"] = found["cover"] = 1.0
        found["leg_px"] = leg_px
        rows.append(found)
    return rows


def play(tracks: Iterable[PoseTrack], request: Request, *, close: bool = True) -> list[LiveEvent]:
    """Play tracks one after the other, judging as the session's judge thread does."""
    tracks = list(tracks)
    events: list[LiveEvent] = []
    stage = Stage(tracks[0].frame_size, request, load_limits(), events.append)
    look_until_s, glanced_s = -np.inf, -np.inf
    rows = np.concatenate([rows_of(track) for track in tracks])
    for row, discs in zip(rows, chain(*(discs_of(track) for track in tracks)), strict=True):
        time_s = float(row["time_s"])
        if stage.add(row, 120.0, discs):
            look_until_s = time_s + LOOK_FOR_S
        if time_s < look_until_s:
            look_until_s = -np.inf if stage.assess() else look_until_s
        elif time_s - glanced_s >= AT_ONCE_EVERY_S:
            glanced_s = time_s
            stage.at_once()
        stage.end_if_over()
    if close:
        stage.end_set()
    return events


def match(name: str, track: PoseTrack) -> Match | None:
    """Compare one clip; None where there is nothing to judge."""
    try:
        offline = judge_poses(track, Request(), load_limits())
    except FormcheckError:
        return None
    events = play([track], Request(lift=offline.lift.name))
    told = [one for one in events if one.kind == "rep"]
    ends = [one for one in events if one.kind == "set_end"]
    changed: Counter[str] = Counter()
    same = faults = 0
    for event in told:
        for cue, verdict in _final(offline, event.fields["bottom_s"]).items():
            now = event.fields["cues"].get(cue, {}).get("verdict")
            changed[cue] += now != verdict
            same += now == verdict
            faults += now != verdict and "fault" in (now, verdict)
    last: dict[str, str] = ends[-1].fields["cues"] if ends else {}
    of_set = tuple(
        cue for cue, one in offline.summary.findings.items() if last.get(cue) != one.verdict
    )
    late = tuple(one.time_s - one.fields["end_s"] for one in told)
    return Match(name, len(told), len(offline.reps), +changed, same, faults, of_set, late)


def _final(offline: Analysis, bottom_s: float) -> dict[str, str]:
    """The recorded set's verdicts of the repetition with its bottom there."""
    for one in offline.reps:
        if abs(one.rep.bottom_s - bottom_s) <= SAME_REP_S:
            return {cue: finding.verdict for cue, finding in one.findings.items()}
    return {}


def run(console: Console) -> dict[str, Any]:
    """Compare all labelled clips, print the table, and give the numbers."""
    folder = real_data()
    if folder is None:
        console.print("The labelled clips aren't here.")
        return {}
    clips = read_manifest(folder)
    kept = poses_of([clip.path for clip in clips.values()])
    found = [
        one
        for name, clip in clips.items()
        if kept[clip.path].problem is None
        and (one := match(name, load_poses(Path(kept[clip.path].poses)))) is not None
    ]
    changed = sum((one.changed for one in found), Counter[str]())
    same = sum(one.same for one in found)
    table = Table(title="Live against the recorded set", box=None, pad_edge=False)
    for column in ("clip", "told", "recorded", "verdicts told otherwise", "of the set"):
        table.add_column(column)
    for one in found:
        if one.told != one.counted or one.changed or one.of_set:
            said = ", ".join(f"{cue} {count}" for cue, count in one.changed.most_common())
            table.add_row(one.name, str(one.told), str(one.counted), said, ", ".join(one.of_set))
    console.print(table)
    faults = sum(one.faults for one in found)
    equal = sum(one.told == one.counted for one in found)
    total = changed.total()
    console.print(
        f"Counts equal on {equal} of {len(found)} clips; {same} of {same + total} verdicts as in "
        f"the recorded set ({', '.join(f'{c} {n}' for c, n in changed.most_common())}); "
        f"{faults} faults told and taken back, or missed."
    )
    return {
        "clips": len(found),
        "counts_equal": equal,
        "verdicts_same": same,
        "verdicts_changed": dict(changed),
        "faults_changed": faults,
        "set_verdicts_changed": {one.name: one.of_set for one in found if one.of_set},
    }

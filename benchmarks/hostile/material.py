"""What is damaged, undamaged: made once, with the answers that it gives."""

from __future__ import annotations

import json
import sqlite3
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.hostile import films
from formcheck.cues import load_limits
from formcheck.data import PoseTrack
from formcheck.history.store import open_store, sqlite_url
from formcheck.pipeline import Request, analyze, judge_poses
from formcheck.poses.saved import load_poses, save_poses
from formcheck.report.record import to_dict, write_json
from formcheck.video import read_video
from tests.skeleton import skeleton

LIST = "\n".join(
    [
        "client,file,lift,load_kg,target_reps,tempo,date,notes,side",
        *(f"Anna,a{n}.mp4,deadlift,{60 + n},5,3-1-3,2026-11-{n + 10},fine,left" for n in range(9)),
    ]
)
LOG = "\n".join(
    [
        "date,lift,load,reps,score,faults,side",
        *(f"2026-11-{n + 10},deadlift,{60 + n},5,{90 - n},hip_drive:3,left" for n in range(9)),
    ]
)
WATCHED = ("a.mp4", "a.mov", "a.webm")
"""Films that are also given to the pose engine."""

AS = Request(lift="deadlift")
"""A set between two lifts may else be named otherwise when pictures are lost."""

TRC_MARKERS = {
    **{"Nose": 0, "LShoulder": 11, "RShoulder": 12, "LElbow": 13, "RElbow": 14, "LWrist": 15},
    **{"RWrist": 16, "LHip": 23, "RHip": 24, "LKnee": 25, "RKnee": 26, "LAnkle": 27},
    **{"RAnkle": 28, "LHeel": 29, "RHeel": 30, "LBigToe": 31, "RBigToe": 32},
}


def make(folder: Path) -> None:
    """Write all that is damaged, and ``answers.json`` beside it."""
    films.draw(folder)
    np.save(folder / "previews.npy", _previews(folder / "a.mp4"))
    track = skeleton("deadlift", reps=3, hips_first_deg=20).track
    save_poses(track, folder / "poses.npz")
    analysis = judge_poses(load_poses(folder / "poses.npz"), AS, load_limits())
    write_json(analysis, folder / "analysis.json")
    (folder / "answers.json").write_text(json.dumps(to_dict(analysis)))
    _write_trc(track, folder / "markers.trc")
    (folder / "list.csv").write_text(LIST)
    (folder / "log.csv").write_text(LOG)
    standard = files("formcheck.cues").joinpath("limits.toml").read_text("utf-8")
    (folder / "limits.toml").write_text(standard, encoding="utf-8")
    _write_history(folder / "history.sqlite")


def _previews(path: Path) -> Any:
    with read_video(path) as film:
        return np.stack([films.preview(frame) for frame in film.frames()])


def _write_trc(track: PoseTrack, path: Path) -> None:
    names = "".join(f"{name}\t\t\t" for name in TRC_MARKERS)
    frames = len(track.time_s)
    lines = [
        "PathFileType\t4\t(X/Y/Z)\tmarkers.trc",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate",
        f"30\t30\t{frames}\t{len(TRC_MARKERS)}\tm\t30",
        f"Frame#\tTime\t{names}",
        "",
        "",
    ]
    for at, second in enumerate(track.time_s.tolist()):
        x, down, left = np.moveaxis(track.world_m[at, list(TRC_MARKERS.values())], -1, 0)
        cells = np.stack([x, 2.0 - down, -left], axis=-1).ravel()
        lines.append("\t".join([str(at + 1), f"{second:.6f}", *(f"{one:.6f}" for one in cells)]))
    path.write_text("\n".join(lines) + "\n")


def _write_history(path: Path) -> None:
    with open_store(sqlite_url(path)) as store:
        store.add_clients(["Anna", "Zoë"])
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def watch(folder: Path) -> None:
    """Judge the undamaged films with the pose engine."""
    for name in WATCHED:
        said = analyze(folder / name).to_dict()
        (folder / f"{name}.json").write_text(json.dumps(said))

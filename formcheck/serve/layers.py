"""The lines of a set for the browser, which draws them over the film as it was sent.

They are made of the saved poses by what the annotated video's are made of, and kept in
memory alone: nothing of a client's is left where it could be forgotten.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from fastapi import HTTPException, Request, Response

from formcheck import pipeline
from formcheck.batch.home import poses_of
from formcheck.data import BoolArray, FloatArray, PoseTrack
from formcheck.history.stored import StoredSet
from formcheck.poses.saved import load_poses
from formcheck.report.body_lines import BAR, JOINTS, LEG, LIMBS, RIM, SKELETON
from formcheck.report.lines import Lines, hidden_leg, lines_of, phases
from formcheck.report.overlay import COLOURS
from formcheck.version import version

MOST_KEPT = 24
"""Sets of which the lines are kept: some megabytes (our choice)."""

BACK_STEP = 2
"""Of the stations of the back's line each second is told: they are 1 % of it apart."""

TENTHS = 10.0
"""Places are told in tenths of a pixel."""


@dataclass(frozen=True)
class Layers:
    """JSON of a set's lines, packed with gzip, and a name of just this content."""

    packed: bytes
    tag: str


class KeptLayers:
    """Makes the lines of sets, and keeps the latest asked for."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Any, ...], Layers] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, out: Path, one: StoredSet) -> Layers | None:
        """Give a set's lines; None where no poses of it are kept.

        Raises
        ------
        FormcheckError
            The poses can't be read, or show nothing.
        """
        poses = poses_of(out, one)
        if poses is None or one.state != "analysed":
            return None
        told = poses.stat()
        key = (str(poses), told.st_mtime_ns, told.st_size, one.key, one.analysed_at)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            made = _made(poses, one)
            self._kept[key] = made
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return made


def layers_answer(request: Request, out: Path, one: StoredSet) -> Response:
    """Answer with a set's lines; a browser that has them is told so.

    Raises
    ------
    HTTPException
        404: there are none.
    """
    state = request.app.state
    if not hasattr(state, "layers"):
        state.layers = KeptLayers()
    kept: KeptLayers = state.layers
    made = kept.of(out, one)
    if made is None:
        raise HTTPException(404, "No lines are kept of this set.")
    headers = {
        "ETag": f'"{made.tag}"',
        "Cache-Control": "private, no-cache",
        "Vary": "Accept-Encoding",
    }
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(
            gzip.decompress(made.packed), media_type="application/json", headers=headers
        )
    headers["Content-Encoding"] = "gzip"
    return Response(made.packed, media_type="application/json", headers=headers)


def _made(poses: Path, one: StoredSet) -> Layers:
    text = json.dumps(layers(poses, one), separators=(",", ":"), allow_nan=False).encode()
    return Layers(gzip.compress(text, 6, mtime=0), hashlib.sha256(text).hexdigest()[:20])


def layers(poses: Path, one: StoredSet) -> dict[str, Any]:
    """Give what is drawn of a set, from its saved poses.

    Times are seconds of the film, places tenths of a pixel of the upright picture; what
    isn't seen is null. ``frames_s`` are the film's own frames, where it has more than were
    looked at. ``camera`` leads from where the bar's places are to each frame's own.
    """
    track = load_poses(poses)
    asked = pipeline.Request(lift=one.lift, plate_m=one.settings.get("plate_m"))
    signals = pipeline.film_signals(track, asked)
    lines = lines_of(signals, one.reps)
    drawn = sorted({end + side for limb in LIMBS for end in limb for side in (0, 1)})
    leg = hidden_leg(lines)
    width, height = (int(side) for side in track.frame_size)
    source = track.source
    between = 1 if source is None else _between(source.frame_rate_hz, source.sampled_hz)
    return {
        "version": version(),
        "size": [width, height],
        "turn_deg": _turn_deg(track),
        "near": lines.near,
        "gap_s": lines.gap_s,
        "times_s": _seconds(lines.time_s),
        "frames_s": _seconds(_frames(lines.time_s, between, lines.gap_s)) if between > 1 else None,
        "limbs": LIMBS,
        "joints": JOINTS,
        "leg": LEG,
        "points": {str(joint): _places(lines.points[:, joint], lines.seen) for joint in drawn},
        "hidden": [_bits(row) for row in leg] if leg.any() else None,
        "back": _places(_few(lines.back).reshape(len(lines.time_s), -1), lines.seen),
        "stations": _few(lines.back).shape[1],
        "on_back": list(lines.on_back) or None,
        "bar": None if lines.bar is None else _places(lines.bar, np.ones(len(lines.bar), bool)),
        "camera": _camera(lines),
        "reps": [
            {
                "rep": each.rep.index,
                "start_s": each.rep.start_s,
                "end_s": each.rep.end_s,
                "phases": [
                    [round(start_s, 3), round(end_s, 3), phase]
                    for start_s, end_s, phase in phases(each.rep, signals.time.pace.slowed)
                ],
            }
            for each in one.reps
        ],
        "colours": {
            "skeleton": SKELETON,
            "rim": RIM,
            "bar": BAR,
            **COLOURS,
        },
    }


def _turn_deg(track: PoseTrack) -> int:
    """How far a browser must turn the film: one that lay on its side, and didn't say so."""
    is_turned = any(one.code == "turned" for one in track.cautions)
    return track.source.rotation_deg if is_turned and track.source is not None else 0


def _between(rate_hz: float, sampled_hz: float) -> int:
    """How many of the film's frames pass for each that was looked at."""
    known = np.isfinite(rate_hz) and np.isfinite(sampled_hz) and sampled_hz > 0
    return max(1, round(rate_hz / sampled_hz)) if known else 1


def _frames(time_s: FloatArray, between: int, gap_s: float) -> FloatArray:
    """The film's own frames, evenly between those that were looked at."""
    shares = np.arange(between) / between
    steps = np.diff(time_s, append=time_s[-1:])
    frames = time_s[:, None] + shares * np.where(steps <= 2 * gap_s, steps, 0.0)[:, None]
    return np.asarray(np.unique(frames.ravel()))


def _few(back: FloatArray) -> FloatArray:
    return back[:, ::BACK_STEP]


def _seconds(time_s: FloatArray) -> list[float]:
    return [round(float(one), 4) for one in time_s]


def _places(values: FloatArray, seen: BoolArray) -> list[list[int | None] | None]:
    """Frame by frame its places in tenths of a pixel; null for a frame without any."""
    found: list[list[int | None] | None] = []
    for row, is_seen in zip(values, seen, strict=True):
        known = np.isfinite(row)
        if not is_seen or not known.any():
            found.append(None)
        else:
            found.append(
                [round(v * TENTHS) if k else None for v, k in zip(row.tolist(), known, strict=True)]
            )
    return found


def _bits(row: BoolArray) -> int:
    return int(sum(1 << at for at, one in enumerate(row) if one))


def _camera(lines: Lines) -> list[list[float] | None] | None:
    """Frame by frame the affine map from the steady picture to its own; None for a still one."""
    level = lines.picture.level
    if level is None:
        return None
    found: list[list[float] | None] = []
    for one in level:
        if not np.isfinite(one).all():
            found.append(None)
            continue
        turn = np.linalg.inv(one[:, :2])
        shift = -turn @ one[:, 2]
        found.append([round(float(v), 5) for v in (*turn[0], shift[0], *turn[1], shift[1])])
    return found

"""A filmed skeleton played to the live stages, frame by frame, without a clock."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from formcheck.cues import load_limits
from formcheck.data import PoseTrack
from formcheck.live.events import Event
from formcheck.live.stage import Stage
from formcheck.pipeline import Request
from formcheck.poses.rows import FRAME

LOOK_EVERY_S = 0.12


def rows_of(track: PoseTrack) -> NDArray[np.void]:
    """The frames of a track as the live stages take them."""
    rows = np.zeros(len(track.time_s), dtype=FRAME)
    rows["time_s"] = track.time_s
    rows["points_px"] = track.landmarks_px
    rows["visibility"] = track.visibility
    rows["world_m"] = track.world_m
    rows["outline_px"] = np.nan if track.outline_px is None else track.outline_px
    rows["on_body"] = 1.0 if track.on_body is None else track.on_body
    return rows


@dataclass
class Played:
    """What a played set told."""

    stage: Stage
    events: list[Event] = field(default_factory=list)

    def of(self, kind: str) -> list[Event]:
        return [one for one in self.events if one.kind == kind]


def play(*tracks: PoseTrack, lift: str = "auto", close: bool = True) -> Played:
    """Play tracks, one after the other, judging as the session's judge thread does."""
    events: list[Event] = []
    stage = Stage(tracks[0].frame_size, Request(lift=lift), load_limits(), events.append)
    looks, last_s = 0, -np.inf
    for row in np.concatenate([rows_of(track) for track in tracks]):
        time_s = float(row["time_s"])
        if stage.add(row, 120.0):
            looks = 4
        if time_s - last_s >= LOOK_EVERY_S:
            last_s = time_s
            if looks:
                looks = 0 if stage.assess() else looks - 1
            stage.at_once()
            stage.end_if_over()
    if close:
        stage.end_set()
    return Played(stage, events)

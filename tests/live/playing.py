"""A filmed skeleton played to the live stages, frame by frame, without a clock."""

from __future__ import annotations

from dataclasses import dataclass, field

from benchmarks.live_match import play as play_tracks
from formcheck.data import PoseTrack
from formcheck.live.events import LiveEvent
from formcheck.pipeline import Request


@dataclass
class Played:
    """What a played set told."""

    events: list[LiveEvent] = field(default_factory=list)

    def of(self, kind: str) -> list[LiveEvent]:
        return [one for one in self.events if one.kind == kind]


def play(*tracks: PoseTrack, lift: str = "auto", close: bool = True) -> Played:
    """Play tracks one after the other."""
    return Played(play_tracks(tracks, Request(lift=lift), close=close))

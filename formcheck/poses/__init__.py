"""Frames to a PoseTrack: landmarks, visibility, mask outline of one chosen lifter."""

from formcheck.poses.engine import MediaPipeEngine, PoseEngine
from formcheck.poses.track import track

__all__ = ["MediaPipeEngine", "PoseEngine", "track"]

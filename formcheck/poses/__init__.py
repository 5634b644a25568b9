"""Frames to a PoseTrack: landmarks, visibility, mask outline of one chosen lifter."""

from formcheck.poses.engine import MediaPipeEngine, PoseEngine
from formcheck.poses.track import estimate_poses, follow

__all__ = ["MediaPipeEngine", "PoseEngine", "estimate_poses", "follow"]

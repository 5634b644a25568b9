"""Frames to a PoseTrack: landmarks, visibility, mask outline of one chosen lifter."""

from typing import TYPE_CHECKING

from formcheck.later import later

if TYPE_CHECKING:
    from formcheck.poses.cache import watched_once
    from formcheck.poses.engine import MediaPipeEngine, PoseEngine
    from formcheck.poses.track import estimate_poses, follow

__all__ = ["MediaPipeEngine", "PoseEngine", "estimate_poses", "follow", "watched_once"]

__getattr__ = later(
    __name__,
    {
        "MediaPipeEngine": "formcheck.poses.engine",
        "PoseEngine": "formcheck.poses.engine",
        "estimate_poses": "formcheck.poses.track",
        "follow": "formcheck.poses.track",
        "watched_once": "formcheck.poses.cache",
    },
)

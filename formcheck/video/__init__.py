"""Files and cameras to upright RGB frames with true times."""

from formcheck.video.ahead import Ahead
from formcheck.video.film import Film, Frame, Span, read_video
from formcheck.video.writer import VideoWriter

__all__ = ["Ahead", "Film", "Frame", "Span", "VideoWriter", "read_video"]

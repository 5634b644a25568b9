"""Files and cameras to upright RGB frames with true times."""

from typing import TYPE_CHECKING

from formcheck.later import later

if TYPE_CHECKING:
    from formcheck.video.ahead import Ahead
    from formcheck.video.film import Film, Frame, read_video
    from formcheck.video.span import Span
    from formcheck.video.writer import VideoWriter

__all__ = ["Ahead", "Film", "Frame", "Span", "VideoWriter", "read_video"]

__getattr__ = later(
    __name__,
    {
        "Ahead": "formcheck.video.ahead",
        "Film": "formcheck.video.film",
        "Frame": "formcheck.video.film",
        "Span": "formcheck.video.span",
        "VideoWriter": "formcheck.video.writer",
        "read_video": "formcheck.video.film",
    },
)

"""One pass over the film: the annotated video, and the stills for the report."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.report import cards, pairs
from formcheck.report.lettering import Picture
from formcheck.report.overlay import Overlay
from formcheck.report.record import Analysis
from formcheck.video import Ahead, VideoWriter, read_video
from formcheck.video.span import WHOLE_FILM, Span

MAX_SIDE_PX = 960
"""Longer side of the annotated video: more than a phone shows in portrait, and
what was analysed has no more. 1280 would cost 1.7 times as much to draw and code."""

USUAL_HZ = 30.0
"""Of faster films as many frames are left out as bring them nearest to this."""

MOST_STILLS = 30

Touch = Callable[[Picture, float], None]
"""Changes a frame in place, given its time in seconds."""

_PACKED_QUALITY = 92
_COMING_S = 0.25  # a frame this long before a wanted time may be the nearest


@dataclass(frozen=True)
class Drawn:
    """What one pass gave.

    ``stills`` are upright RGB frames with the lifter's lines, no words, by the
    time they were asked for. ``zero_s`` is the source time at which the
    annotated video begins: its own clock starts there. ``written`` is False
    when no video was asked for. ``size`` is the annotated video's width and height,
    ``times_s`` are the source times of its pictures.
    """

    stills: Mapping[float, Picture] = field(default_factory=dict)
    zero_s: float = 0.0
    written: bool = False
    size: tuple[int, int] = (0, 0)
    times_s: Sequence[float] = ()

    def opens_s(self, start_s: float) -> float:
        """The first picture that shows a repetition, not the end of the one before it."""
        at = bisect_left(self.times_s, start_s)
        return self.times_s[at] if at < len(self.times_s) else start_s


def wanted_stills(analysis: Analysis) -> tuple[float, ...]:
    """Give the times of the stills a report shows, in seconds, ascending.

    One for each cue that isn't good, where it shows best, up to ``MOST_STILLS``, the same
    moment of its best repetition, and one that shows everybody: the bottom of the first.
    """
    times = cards.moments(analysis)[:MOST_STILLS] + pairs.moments(analysis)[:MOST_STILLS]
    return tuple(sorted({*times, overview_s(analysis)}))


def overview_s(analysis: Analysis) -> float:
    """Give a time that shows the lifter and whoever else is there."""
    if analysis.reps:
        return analysis.reps[0].rep.bottom_s
    time_s = analysis.signals.time_s
    return float(time_s[len(time_s) // 2]) if len(time_s) else 0.0


def drawn_every_s(rate_hz: float) -> float | None:
    """Give the seconds from one drawn frame to the next of a film; None for every frame.

    Whole frames are left out, so that the motion stays even: 60 Hz are drawn
    at 30, 50 at 25, 240 at 30. Those drawn keep their own times.
    """
    step = round(rate_hz / USUAL_HZ) if math.isfinite(rate_hz) else 1
    return step / rate_hz if step > 1 else None


def draw_video(
    analysis: Analysis,
    video_path: Path,
    out_path: Path | None,
    stills_at: Sequence[float] = (),
    *,
    span: Span = WHOLE_FILM,
    rotate_deg: int | None = None,
    progress: Callable[[float], None] | None = None,
    touch: Touch | None = None,
) -> Drawn:
    """Read the film once; write the annotated video and keep the stills.

    Parameters
    ----------
    analysis
        What to draw.
    video_path
        The film that was analysed.
    out_path
        Where the annotated video goes; None for stills only, then only what is near them is
        read.
    stills_at
        Times in seconds of the stills; the nearest drawn frame is taken.
    span, rotate_deg
        As they were for the analysis.
    progress
        Called with the time in seconds of each frame done.
    touch
        Changes every frame that is shown before anything is drawn on it; the frames come
        in the order of their times.

    Raises
    ------
    OutputError
        The video can't be written.
    VideoError
        The film can't be read.
    """
    nearest = _Nearest(stills_at)
    rate_hz = analysis.source.frame_rate_hz
    every_s = drawn_every_s(rate_hz)
    zero_s = math.nan
    with ExitStack() as stack:
        film = stack.enter_context(
            read_video(video_path, span=span, rotate_deg=rotate_deg, max_side_px=MAX_SIDE_PX)
        )
        overlay = Overlay(analysis, film.size, film.scale)
        writer = None
        if out_path is not None:
            drawn_hz = 1 / every_s if every_s else rate_hz
            writer = stack.enter_context(
                VideoWriter(out_path, size=overlay.size, source_rate_hz=drawn_hz)
            )
        times_s: list[float] = []
        # Times that were made up are only the same when all of the film is read.
        seeks = writer is None and all(
            one.code != "timestamps_repaired" for one in analysis.cautions
        )
        for frame in (
            film.frames_near(stills_at, _COMING_S)
            if seeks
            else stack.enter_context(Ahead(film, every_s))
        ):
            zero_s = frame.time_s if math.isnan(zero_s) and not seeks else zero_s
            if writer is None and nearest.is_done(frame.time_s):
                break
            if writer is not None or nearest.wants(frame.time_s):
                if touch is not None:
                    touch(frame.rgb, frame.time_s)
                overlay.draw_lifter(frame.rgb, frame.time_s)
            nearest.offer(frame.rgb, frame.time_s)
            if writer is not None:
                times_s.append(frame.time_s)
                writer.write(overlay.draw_words(frame.rgb, frame.time_s), frame.time_s)
            if progress is not None:
                progress(frame.time_s)
    begins_s = 0.0 if math.isnan(zero_s) else zero_s
    return Drawn(nearest, begins_s, writer is not None, overlay.size, times_s)


class _Nearest(Mapping[float, Picture]):
    """Keeps, for each wanted time, the nearest frame that came by; packed, as they may be many."""

    def __init__(self, times_s: Sequence[float]) -> None:
        self._packed: dict[float, NDArray[np.uint8]] = {}
        self._off_s = dict.fromkeys(times_s, math.inf)

    def __getitem__(self, at_s: float) -> Picture:
        bgr = cv2.imdecode(self._packed[at_s], cv2.IMREAD_COLOR)
        return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB))

    def __iter__(self) -> Iterator[float]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)

    def wants(self, time_s: float) -> bool:
        """Whether the frame may be the nearest to a wanted time."""
        return bool(self._nearer(time_s))

    def offer(self, rgb: Picture, time_s: float) -> None:
        """Keep the frame for the times it is nearest to."""
        nearer = self._nearer(time_s)
        if not nearer:
            return
        bgr = cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR)
        _, packed = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _PACKED_QUALITY])
        for at_s in nearer:
            self._off_s[at_s] = abs(at_s - time_s)
            self._packed[at_s] = packed

    def is_done(self, time_s: float) -> bool:
        """Whether no later frame can be nearer."""
        return all(time_s - at_s > off_s for at_s, off_s in self._off_s.items())

    def _nearer(self, time_s: float) -> list[float]:
        """Give the wanted times this frame is nearest to, of those that are about to come."""
        return [
            at_s
            for at_s, off_s in self._off_s.items()
            if abs(at_s - time_s) < off_s and time_s > at_s - _COMING_S
        ]

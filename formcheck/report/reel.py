"""The pictures of a stretch of a film, asked for by their time, going forward."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from formcheck.report.lettering import Picture
from formcheck.report.record import Analysis
from formcheck.video import Ahead, Film, Frame, read_video
from formcheck.video.span import Span

AROUND_S = 0.25
"""Read so much before and after, so that there is a picture at both ends."""


@dataclass(frozen=True)
class FilmOf:
    """Where the pictures of an analysis are.

    path        the film, or what was drawn of it
    is_drawn    the lines are on it already
    begins_s    when it begins, in seconds of what was analysed
    rotate_deg  the clockwise turn that makes it upright, where the file says otherwise
    """

    path: Path
    is_drawn: bool = False
    begins_s: float = 0.0
    rotate_deg: int | None = None


class Reel:
    """Reads a stretch of a film; a context manager.

    Parameters
    ----------
    film
        Where the pictures are.
    span_s
        From when to when, in seconds of what was analysed.
    side_px
        Longer side of the pictures, None for all there is.
    """

    def __init__(
        self, film: FilmOf, span_s: tuple[float, float], side_px: int | None = None
    ) -> None:
        self._film = film
        start_s, end_s = (one - film.begins_s for one in span_s)
        self._span = Span(max(start_s - AROUND_S, 0.0), max(end_s, 0.0) + AROUND_S)
        self._side_px = side_px
        self._stack = ExitStack()
        self._frames: Iterator[Frame]
        self._now: Frame
        self._next: Frame | None

    def __enter__(self) -> Self:
        try:
            film = self._stack.enter_context(self._opened())
            self._frames = self._stack.enter_context(Ahead(film))
            self._now, self._next = next(self._frames), next(self._frames, None)
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def at(self, time_s: float) -> tuple[Picture, float]:
        """The picture shown at a time, not before the last one asked for, and its own time."""
        own_s = time_s - self._film.begins_s
        while self._next is not None and self._next.time_s <= own_s:
            self._now, self._next = self._next, next(self._frames, None)
        return self._now.rgb, self._now.time_s + self._film.begins_s

    def _opened(self) -> Film:
        return read_video(
            self._film.path,
            span=self._span,
            rotate_deg=self._film.rotate_deg,
            max_side_px=self._side_px,
        )


def film_of(path: Path, analysis: Analysis) -> FilmOf:
    """The film of an analysis, turned as it was for it."""
    with read_video(path) as film:
        upright = film.source.rotation_deg == analysis.source.rotation_deg
    return FilmOf(path, rotate_deg=None if upright else analysis.source.rotation_deg)


def annotated_of(path: Path, analysis: Analysis) -> FilmOf:
    """The annotated film of an analysis: its own clock starts with the first picture."""
    return FilmOf(path, is_drawn=True, begins_s=float(analysis.signals.time_s[0]))

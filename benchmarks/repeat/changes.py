"""What shouldn't matter: changes of a film that nobody would judge a lifter by.

A changed film is read through ``ChangedFilm``: the pictures are changed one by one as they
are read, at the size at which they are watched, and nothing is written. Only a film that is
coded anew is written, into a folder that goes away again.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from inspect import signature
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from formcheck.data import Source
from formcheck.poses.sampling import Sampling, sampling_of
from formcheck.video import Film, Span, VideoWriter, read_video
from formcheck.video.clock import Tally
from formcheck.video.span import TIME_TOLERANCE_S

Picture = NDArray[np.uint8]

WATCHED_PX: int = signature(read_video).parameters["max_side_px"].default
"""The longer side at which films are watched."""

SHADE = 3
"""Steps of 255 that nobody sees."""

EDGE = 0.01
"""Share of width and height that is cut off each side: 2 % together."""

SMALLER = 0.99
"""Of a picture's size after it was made 1 % smaller."""

EARLY_S = 0.1
"""What is cut off the beginning: three pictures at 30 Hz, too short to cut a repetition
(our choice)."""


def _as_it_is(rgb: Picture) -> Picture:
    return rgb


def shifted(rgb: Picture, by_px: int) -> Picture:
    """Move a picture to the right and down; its edge is repeated."""
    padded = np.pad(rgb, ((by_px, 0), (by_px, 0), (0, 0)), mode="edge")
    return np.ascontiguousarray(padded[: rgb.shape[0], : rgb.shape[1]])


def brighter(rgb: Picture, by: int) -> Picture:
    """Add a shade, or take it away."""
    return np.clip(rgb.astype(np.int16) + by, 0, 255).astype(np.uint8)


def cropped(rgb: Picture) -> Picture:
    """Cut off a little on each side."""
    high, wide = rgb.shape[:2]
    y, x = max(round(EDGE * high), 1), max(round(EDGE * wide), 1)
    return np.ascontiguousarray(rgb[y : high - y, x : wide - x])


def mirrored(rgb: Picture) -> Picture:
    """Exchange left and right."""
    return np.ascontiguousarray(rgb[:, ::-1])


def smaller(rgb: Picture) -> Picture:
    """Make a picture a little smaller."""
    size = round(SMALLER * rgb.shape[1]), round(SMALLER * rgb.shape[0])
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


@dataclass(frozen=True)
class Change:
    """One change.

    what       it in words
    picture    what becomes of each picture
    late_s     seconds cut off the beginning
    every      of so many pictures one is kept
    recoded    the film is coded anew
    mirrored   left and right are exchanged, and so they must be in the answer
    watched    how it is watched: further arguments of ``estimate_poses``
    against    the change that it is compared with, "" for the film as it is
    """

    name: str
    what: str
    picture: Callable[[Picture], Picture] = _as_it_is
    late_s: float = 0.0
    every: int = 1
    recoded: bool = False
    mirrored: bool = False
    watched: tuple[tuple[str, Any], ...] = ()
    against: str = ""


def _litert(name: str, what: str, asked: Sampling, *, shift_px: int = 0) -> Change:
    """LiteRT, against itself from every picture with a mask of each."""
    picture = partial(shifted, by_px=shift_px) if shift_px else _as_it_is
    how = (("engine", "litert"), ("sampling", asked))
    return Change(name, what, picture, watched=how, against=ALL_OF_LITERT)


REFERENCE, ALL_OF_LITERT = "mediapipe", "litert"
_MEDIAPIPE = (("engine", "mediapipe"),)
_WHOLE = Sampling(mask_every_s=0.0)

CHANGES = {
    one.name: one
    for one in (
        *(
            Change(f"shift{px}", f"moved by {px} px, right and down", partial(shifted, by_px=px))
            for px in (1, 2, 3, 4)
        ),
        Change("brighter", f"brighter by {SHADE} of 255", partial(brighter, by=SHADE)),
        Change("darker", f"darker by {SHADE} of 255", partial(brighter, by=-SHADE)),
        Change("recoded", "coded anew (H.264, rate factor 26)", recoded=True),
        Change("cropped", f"{2 * EDGE:.0%} of width and height cut off", cropped),
        Change("mirrored", "mirrored", mirrored, mirrored=True),
        Change("smaller", f"{1 - SMALLER:.0%} smaller", smaller),
        Change("late", f"first {EARLY_S:g} s cut off", late_s=EARLY_S),
        Change("halved", "every second picture", every=2),
    )
}


SHORTCUTS = {
    one.name: one
    for one in (
        Change(REFERENCE, "mediapipe", watched=_MEDIAPIPE),
        replace(
            CHANGES["shift2"],
            name="moved",
            what="mediapipe, moved by 2 px",
            watched=_MEDIAPIPE,
            against=REFERENCE,
        ),
        replace(
            _litert(ALL_OF_LITERT, "litert, every picture and mask", _WHOLE), against=REFERENCE
        ),
        _litert("litert_moved", "litert so, moved by 2 px", _WHOLE, shift_px=2),
        _litert("litert_masks", "litert, a mask ten times a second", sampling_of("every")),
        _litert("litert_auto", "litert, sampling auto", sampling_of("auto")),
    )
}
"""Ways of watching that save work, beside what moving the film does. What litert leaves out is
compared with litert that leaves out nothing."""

EVERY_CHANGE = CHANGES | SHORTCUTS


class ChangedFilm(Film):
    """A film whose pictures and times are changed as they are read."""

    def __init__(self, path: Path, change: Change) -> None:
        self.change = change  # before the film's beginning is looked at
        super().__init__(path, Span(), None, WATCHED_PX, None)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the delivered pictures in pixels, after the change."""
        wide, high = super().size
        rgb = self.change.picture(np.zeros((high, wide, 3), np.uint8))
        return rgb.shape[1], rgb.shape[0]

    @property
    def source(self) -> Source:
        """The film as one of the new size would be described."""
        before, plain = super().source, super().size
        if self.size == plain:
            return before
        wide, high = (round(side / self.scale) for side in self.size)
        return replace(before, width=wide, height=high)

    def _upright_rgb(
        self, picture: VideoFrame, shrink: VideoReformatter, colour: VideoReformatter
    ) -> Picture:
        return self.change.picture(super()._upright_rgb(picture, shrink, colour))

    def _span_pictures(self, tally: Tally) -> Generator[tuple[float, VideoFrame], None, None]:
        kept, first_s = 0, 0.0
        with closing(super()._span_pictures(tally)) as timed:
            for time_s, picture in timed:
                if time_s < self.change.late_s - TIME_TOLERANCE_S:
                    continue
                if kept == 0:
                    first_s = time_s
                if kept % self.change.every == 0:
                    yield time_s - first_s, picture
                kept += 1


@contextmanager
def opened(path: Path, name: str) -> Iterator[Film]:
    """Open a film with the change of that name."""
    change = EVERY_CHANGE[name]
    if not change.recoded:
        with ChangedFilm(path, change) as film:
            yield film
        return
    with TemporaryDirectory(prefix="formcheck-repeat-") as folder:
        target = Path(folder) / f"{path.stem}.mp4"
        slowed = _coded_anew(path, target)
        with read_video(target, slowed=slowed) as film:
            yield film


def _coded_anew(path: Path, target: Path) -> float | None:
    """Write the film once more; give how many times slower than life it plays, by its tags.

    Those are lost on the way, and a lifter who sends a film on says so with --slow-motion.
    """
    with read_video(path, max_side_px=None) as film:
        rate_hz = film.source.frame_rate_hz
        with VideoWriter(target, size=film.size, source_rate_hz=rate_hz) as out:
            for frame in film.frames():
                out.write(frame.rgb, frame.time_s)
        slowed = film.pace.slowed
    return None if slowed == 1.0 else slowed

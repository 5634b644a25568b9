"""What lies between two masks, where an engine draws one now and then.

The network that draws the person mask is a third of an engine's work, and the outline of a
body hardly changes within a tenth of a second: what changes is where the body is, and that
the landmarks of each picture tell. So what the mask tells of a picture that has none is laid
between the masks before and after it: how far the back stands off the line from hips to
shoulders, in trunk lengths, put onto the picture's own hips and shoulders; and which
landmarks are on the body. Nothing is laid across a hole, a cut, or more than ``APART_S``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from formcheck.data import BoolArray, FloatArray, PoseTrack
from formcheck.poses.outline import STATIONS
from formcheck.signals.frame_times import FrameTimes
from formcheck.signals.numeric import windows
from formcheck.signals.repair import hip_px, shoulder_px

APART_S = 0.15
"""Masks that are further apart have nothing between them: a repetition's turn takes 0.1 s
and more (our choice)."""

FEW_MASKS = "few masks a second"
MASKS_DEG = 1.4
"""Name of a part of the back's σ, and how far its turn is off where masks are a tenth of a
second apart. Of single pictures it would be 2.2° between masks; but what is judged is the
middle of many, and that is 1.4° off (standard deviation over 34 repetitions of 14 real sets,
against a mask of every picture; 1.1° by the median)."""

AT_ONCE = 512
"""Frames whose outlines are laid out in memory together."""


@dataclass(frozen=True)
class _Between:
    """Frames (N,) without a mask, with those before and after, and how far to the later one."""

    frames: np.typing.NDArray[np.intp]
    before: np.typing.NDArray[np.intp]
    after: np.typing.NDArray[np.intp]
    share: FloatArray

    def part(self, which: slice) -> _Between:
        """Some of them."""
        return _Between(
            self.frames[which], self.before[which], self.after[which], self.share[which]
        )


def masked(track: PoseTrack) -> BoolArray:
    """Frames (T,) that have a mask of their own, or nobody in them."""
    if track.on_body is None:
        return np.ones(len(track.time_s), dtype=bool)
    return np.asarray(np.isfinite(track.on_body).all(axis=1) | ~_found(track))


def _found(track: PoseTrack) -> BoolArray:
    return np.isfinite(track.landmarks_px[:, 0, 0])


def with_masks(track: PoseTrack) -> PoseTrack:
    """Give the track with what the masks tell laid into the frames between them.

    ``on_body`` of a frame that has no mask is NaN; where none is near enough it becomes 0:
    nothing says there that the lifter is in the open. The track itself where every frame has
    its own, and without both where none has.
    """
    own = masked(track)
    if own.all() or track.on_body is None:
        return track
    if not (own & _found(track)).any():
        return replace(track, on_body=None, outline_px=None)
    between = _between(track, own)
    on_body = _of_the_nearest(track, own)
    beside = track.on_body[np.stack([between.before, between.after])]
    on_body[between.frames] = beside.min(axis=0)
    outline = track.outline_px
    if outline is not None:
        outline = outline.copy()
        for start in range(0, len(between.frames), AT_ONCE):
            one = between.part(slice(start, start + AT_ONCE))
            outline[one.frames] = _laid(track, one)
    return replace(track, on_body=on_body, outline_px=outline)


def few_masks_deg(time_s: FloatArray, own: BoolArray) -> FloatArray:
    """Error of the back's turn (T,) from masks that aren't each picture's ``own``, one σ."""
    width = FrameTimes(time_s).around(APART_S)
    return np.where(windows(~own, width).any(axis=-1), MASKS_DEG, 0.0)


def laid_between(track: PoseTrack, values: FloatArray) -> FloatArray:
    """Values (T, ...) of the frames that weren't looked at, on the line between those beside."""
    if track.looked is None or track.looked.all():
        return values
    known = track.looked & np.isfinite(values.reshape(len(values), -1)).all(axis=1)
    between = _gaps(track, np.flatnonzero(known), np.inf)
    share = between.share.reshape(-1, *[1] * (values.ndim - 1))
    out = values.copy()
    out[between.frames] = (1 - share) * values[between.before] + share * values[between.after]
    return out


def _of_the_nearest(track: PoseTrack, own: BoolArray) -> FloatArray:
    """``on_body`` of frames without a mask as the nearest has it; 0 where none is near."""
    assert track.on_body is not None
    time_s, piece = track.time_s, _pieces(track)
    known = np.flatnonzero(own & _found(track))
    after = np.clip(np.searchsorted(known, np.arange(len(time_s))), 0, len(known) - 1)
    both = np.stack([known[np.maximum(after - 1, 0)], known[after]])
    off_s = np.where(piece[both] == piece, np.abs(time_s[both] - time_s), np.inf)
    nearest = np.take_along_axis(both, off_s.argmin(axis=0)[None], axis=0)[0]
    near = off_s.min(axis=0) <= APART_S
    told = np.where(near[:, None], track.on_body[nearest], 0.0)
    return np.where(own[:, None], track.on_body, told).astype(track.on_body.dtype)


def _pieces(track: PoseTrack) -> np.typing.NDArray[np.intp]:
    """Number (T,) of the piece without a cut in which somebody or nobody is followed."""
    ends = np.zeros(len(track.time_s), dtype=bool)
    for number in (track.shot, track.stretch, _found(track)):
        if number is not None:
            ends[1:] |= np.diff(number.astype(int)) != 0
    return np.cumsum(ends)


def _between(track: PoseTrack, own: BoolArray) -> _Between:
    """The frames that lie between two masks of the same lifter in the same stretch."""
    return _gaps(track, np.flatnonzero(own & _found(track)), APART_S)


def _gaps(track: PoseTrack, known: np.typing.NDArray[np.intp], apart_s: float) -> _Between:
    """Frames between two ``known`` ones of one piece that are no further apart."""
    time_s, piece = track.time_s, _pieces(track)
    first, last = known[:-1], known[1:]
    near = time_s[last] - time_s[first] <= apart_s + 1e-6  # stamps are rounded
    apart = np.where(near & (piece[first] == piece[last]), last - first - 1, 0)
    before, after = np.repeat(first, apart), np.repeat(last, apart)
    starts = np.repeat(np.cumsum(apart) - apart, apart)
    frames = before + 1 + np.arange(len(before)) - starts
    share = (time_s[frames] - time_s[before]) / (time_s[after] - time_s[before])
    return _Between(frames, before, after, share)


def _laid(track: PoseTrack, between: _Between) -> FloatArray:
    """Outlines (N, 2, S, 2) between those of other frames, on the hips and shoulders of these."""
    assert track.outline_px is not None
    off = [
        _standing_off(track.outline_px[frames], *_line(track, frames))
        for frames in (between.before, between.after)
    ]
    share = between.share[:, None, None]
    away = (1 - share) * off[0] + share * off[1]
    base, left, length_px = _line(track, between.frames)
    sides = np.array([1.0, -1.0])
    along = away * length_px[:, None, None] * sides[:, None]
    return np.asarray(base[:, None] + along[..., None] * left[:, None, None])


def _line(
    track: PoseTrack, frames: np.typing.NDArray[np.intp]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Stations (N, S, 2) from hips to shoulders, what is left of them (N, 2), its length (N,)."""
    points = track.landmarks_px[frames, :, :2].astype(float)
    hip, axis = hip_px(points), shoulder_px(points) - hip_px(points)
    length_px = np.hypot(*axis.T)
    along = axis / np.where(length_px > 0, length_px, np.nan)[:, None]
    left = np.stack([along[:, 1], -along[:, 0]], axis=1)
    return hip[:, None] + STATIONS[None, :, None] * axis[:, None], left, length_px


def _standing_off(
    outline_px: FloatArray, base: FloatArray, left: FloatArray, length_px: FloatArray
) -> FloatArray:
    """How far outlines (N, 2, S, 2) stand off the stations, (N, 2, S) trunk lengths."""
    del left  # an outline lies at right angles to the line by how it was made
    away_px = np.linalg.norm(outline_px - base[:, None], axis=-1)
    return np.asarray(away_px / np.where(length_px > 0, length_px, np.nan)[:, None, None])

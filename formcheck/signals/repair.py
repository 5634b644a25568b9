"""Mend what the pose engine got wrong, and drop what can't be mended.

In order: other scenes, left/right swaps, unseen points, a skeleton that
collapsed onto something else, single-frame jumps, short gaps. What is dropped
is NaN; nothing is guessed.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formcheck.data import BoolArray, FloatArray, PoseTrack
from formcheck.signals.angles import (
    ANKLE,
    EAR,
    ELBOW,
    HEEL,
    HIP,
    KNEE,
    SHOULDER,
    TOE,
    WRIST,
)
from formcheck.signals.filtering import Stretch, fill_gaps, hampel, pieces, runs, smooth
from formcheck.signals.frame_times import FrameTimes
from formcheck.signals.numeric import windows

MIN_VISIBILITY = 0.5
"""Below it a point counts as unseen (evidence: MediaPipe's own scale, §5)."""

DOUBT_S = 0.1
LEAST_ON_BODY = 0.5
"""A mid-limb point where the mask is less isn't on the lifter: on the real clips
it is 1.0 on free limbs and under 0.3 behind a plate (our choice)."""

ARMS = (SHOULDER, ELBOW, WRIST)
LEGS = (HIP, KNEE, ANKLE, HEEL, TOE)

MID_LIMB = frozenset(
    joint for table in (SHOULDER, ELBOW, WRIST, HIP, KNEE, ANKLE) for joint in table.values()
)
"""Points inside a limb; nose, ears, heels and toes lie at the mask's edge."""

SWAP_COST = 0.5
"""Trunk lengths of travel, over all joints of a group, that a swap of sides must
save: legs a tenth of a trunk apart save twice that, and the engine's jitter of
legs that cover each other saves a fifth (our choice)."""

USUAL_S = 6.0
"""Over which the usual trunk length is taken: a repetition or two (our choice)."""

MOST_LEAN_DEG = 115.0
"""No lift we know tips the trunk further; a skeleton on a plate may stand on
its head (our choice: the deepest real hinge reaches 86°)."""

JUMP = 0.06
"""Trunk lengths a point may stray from its running median before it counts as
a jump: three times the engine's usual jitter (our choice, measured on the real
side-view clips: 0.01..0.02)."""

TRUNK_GATE = (0.65, 1.35)
"""Allowed trunk length relative to the set's own, from the side. A rounded back
shortens the chord by up to 20 % (evidence §3.2); a skeleton that collapses onto
a plate halves it."""


LONG_STEP_S = 0.5
"""No picture stands for more of the film's time (our choice)."""


def trunk_px(points_px: FloatArray) -> FloatArray:
    """Mid-hip to mid-shoulder distance, (T,) pixels."""
    return np.asarray(np.hypot(*(shoulder_px(points_px) - hip_px(points_px)).T))


def shoulder_px(points_px: FloatArray) -> FloatArray:
    """Mid-shoulder, (T, 2) pixels."""
    return np.asarray(points_px[:, list(SHOULDER.values())].mean(axis=1))


def hip_px(points_px: FloatArray) -> FloatArray:
    """Mid-hip, (T, 2) pixels."""
    return np.asarray(points_px[:, list(HIP.values())].mean(axis=1))


def best_scene(track: PoseTrack) -> BoolArray:
    """Frames of the scene that shows the lifter longest, all its visits.

    Where knees show, or a bar is followed, whose plates may hide them.
    """
    if track.shot is None or track.time_s.size < 2 or not (track.shot >= 0).any():
        return np.ones(track.time_s.shape, dtype=bool)
    shown = track.visibility[:, list(KNEE.values())].max(axis=1) >= MIN_VISIBILITY
    if track.plate_px is not None:
        shown |= np.isfinite(track.plate_px[:, 0])
    of_scene = track.shot >= 0
    # Where pictures are missing the lifter isn't shown.
    step_s = np.minimum(np.gradient(track.time_s), LONG_STEP_S)
    length_s = np.bincount(track.shot[of_scene], weights=(shown * step_s)[of_scene])
    return np.asarray(track.shot == int(np.argmax(length_s)))


def only(track: PoseTrack, in_scene: BoolArray) -> PoseTrack:
    """The track with lifter and bar missing outside the frames ``in_scene`` (T,)."""
    shown, plate = in_scene[:, None, None], track.plate_px
    return replace(
        track,
        landmarks_px=np.where(shown, track.landmarks_px, np.nan),
        world_m=np.where(shown, track.world_m, np.nan),
        plate_px=None if plate is None else np.where(in_scene[:, None], plate, np.nan),
    )


def unswap(points_px: FloatArray, visibility: FloatArray) -> tuple[FloatArray, FloatArray, int]:
    """Undo left/right exchanges of the arms and of the legs.

    For each group the labelling with the least total travel between frames is
    found (a two-state shortest path, a change of state costing ``SWAP_COST``);
    the state that holds for most frames is taken as the right one. Returns the
    repaired points, the visibility that goes with them and the number of
    stretches that were swapped back.
    """
    points, seen = points_px.copy(), visibility.copy()
    trunk = float(np.nanmedian(trunk_px(points_px)))
    repaired = 0
    for group in (ARMS, LEGS):
        left = [table["left"] for table in group]
        right = [table["right"] for table in group]
        swapped = _swapped_frames(points_px[:, left], points_px[:, right], SWAP_COST * trunk)
        if swapped.any():
            both, mirrored = left + right, right + left
            frames = np.flatnonzero(swapped)[:, None]
            points[frames, both] = points_px[frames, mirrored]
            seen[frames, both] = visibility[frames, mirrored]
            repaired += len(runs(swapped))
    return points, seen, repaired


def _swapped_frames(left: FloatArray, right: FloatArray, cost_px: float) -> BoolArray:
    """Frames (T,) in which (T, J, 2) left and right points have changed places."""
    swapped = np.zeros(len(left), dtype=bool)
    known = np.flatnonzero(np.isfinite(left).all(axis=(1, 2)) & np.isfinite(right).all(axis=(1, 2)))
    if known.size < 3 or not np.isfinite(cost_px):
        return swapped
    a, b = left[known], right[known]
    travel = np.linalg.norm
    stay = (travel(np.diff(a, axis=0), axis=-1) + travel(np.diff(b, axis=0), axis=-1)).sum(axis=1)
    cross = (travel(b[1:] - a[:-1], axis=-1) + travel(a[1:] - b[:-1], axis=-1)).sum(axis=1)
    cross = cross + cost_px
    # Two states a frame: the cheaper way to be in each, and the one it came from.
    as_is = crossed = 0.0
    came_from = np.zeros((known.size, 2), dtype=np.int8)
    for k, (same, change) in enumerate(zip(stay.tolist(), cross.tolist(), strict=True), start=1):
        came_from[k] = as_is + same > crossed + change, crossed + same <= as_is + change
        as_is, crossed = (
            min(as_is + same, crossed + change),
            min(crossed + same, as_is + change),
        )
    state = np.zeros(known.size, dtype=np.int8)
    state[-1] = crossed < as_is
    for k in range(known.size - 1, 0, -1):
        state[k - 1] = came_from[k, state[k]]
    if state.mean() > 0.5:
        state = 1 - state
    swapped[known] = state.astype(bool)
    return swapped


def believed(time_s: FloatArray, visibility: FloatArray, on_body: FloatArray | None) -> FloatArray:
    """The engine's visibility (T, 33), 0 for limbs that the mask says are covered.

    A limb that was covered within 0.1 s is still doubted: at the edge of a plate
    it flickers between the limb and the plate.
    """
    if on_body is None:
        return visibility
    width = FrameTimes(time_s).around(DOUBT_S)
    covered = windows(on_body, width).min(axis=-1) < LEAST_ON_BODY
    out = visibility.copy()
    for joint in MID_LIMB:
        out[covered[:, joint], joint] = 0.0
    return out


def drop_unreliable(
    time_s: FloatArray,
    points_px: FloatArray,
    visibility: FloatArray,
    *,
    from_side: BoolArray,
    stretch: Stretch | None = None,
    looked: BoolArray | None = None,
) -> FloatArray:
    """Set unseen points, collapsed skeletons and single-frame jumps to NaN.

    And the frames that the engine didn't look at, where that is known (T,): what lies
    between others is neither a jump nor does it tell of one.

    The trunk gate holds only for frames ``from_side`` (T,): seen from the
    front a bending trunk shortens by itself.
    """
    points = points_px.copy()
    points[visibility < MIN_VISIBILITY] = np.nan
    if from_side.any():
        length = trunk_px(points_px)
        ratio = length / _usual_length(time_s, np.where(from_side, length, np.nan))
        across, down = (shoulder_px(points_px) - hip_px(points_px)).T
        upside_down = np.degrees(np.arctan2(np.abs(across), -down)) > MOST_LEAN_DEG
        collapsed = (ratio < TRUNK_GATE[0]) | (ratio > TRUNK_GATE[1]) | upside_down
        points[collapsed & from_side] = np.nan
    floor_px = JUMP * float(np.nanmedian(trunk_px(points_px)))
    if looked is not None:
        points[~looked] = np.nan
    for start, stop in pieces(time_s, stretch):
        own = slice(None) if looked is None else np.flatnonzero(looked[start:stop])
        for table in (*ARMS, *LEGS, EAR):
            for joint in table.values():
                one = points[start:stop, joint][own]
                jumps = hampel(one[:, 0], floor_px) | hampel(one[:, 1], floor_px)
                one[jumps] = np.nan
                points[start:stop, joint][own] = one
    return points


def _usual_length(time_s: FloatArray, length: FloatArray) -> FloatArray:
    """The trunk's length around each frame, (T,): lifters may come nearer."""
    out = np.full(length.shape, np.nan)
    # Once a second, where there are frames: times may leap by days.
    seconds = np.floor(time_s - time_s[0])
    grid_s = time_s[0] + np.unique(np.concatenate([seconds, seconds + 1.0]))
    found = np.full(grid_s.shape, np.nan)
    first = np.searchsorted(time_s, grid_s - USUAL_S / 2, side="left")
    last = np.searchsorted(time_s, grid_s + USUAL_S / 2, side="right")
    for at in range(grid_s.size):
        near = length[first[at] : last[at]]
        if np.isfinite(near).any():
            found[at] = np.nanpercentile(near, 70)
    known = np.isfinite(found)
    if known.any():
        out = np.interp(time_s, grid_s[known], found[known])
    return out


def inside(points_px: FloatArray, frame_size: tuple[int, int]) -> BoolArray:
    """Which points (T, J, 2) lie in the picture; NaN doesn't.

    The engine guesses points beyond the picture's edge. They serve to count
    repetitions, never to judge one.
    """
    width, height = frame_size
    x, y = points_px[..., 0], points_px[..., 1]
    return np.asarray((x >= 0) & (x < width) & (y >= 0) & (y < height))


def bridge_and_smooth(
    time_s: FloatArray, points_px: FloatArray, stretch: Stretch | None = None
) -> FloatArray:
    """Fill short gaps and low-pass every coordinate, without delay."""
    flat = points_px.reshape(len(points_px), -1)
    whole = fill_gaps(time_s, flat, stretch=stretch)
    return smooth(time_s, whole, stretch=stretch).reshape(points_px.shape)

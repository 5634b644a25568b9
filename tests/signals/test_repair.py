"""What the engine got wrong is mended or missing, never guessed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from formcheck.data import FloatArray, PoseTrack
from formcheck.errors import NoLifter
from formcheck.signals import compute_signals
from formcheck.signals.angles import KNEE
from formcheck.signals.repair import (
    _usual_length,
    believed,
    best_scene,
    drop_unreliable,
    unswap,
)
from tests.rods import lose, select
from tests.skeleton import Lifter, skeleton

LEFT_LEG, RIGHT_LEG = [23, 25, 27, 29, 31], [24, 26, 28, 30, 32]


def between(track: PoseTrack, start_s: float, stop_s: float) -> NDArray[np.bool_]:
    return (track.time_s >= start_s - 1e-9) & (track.time_s < stop_s - 1e-9)


def with_legs_swapped(track: PoseTrack, frames: NDArray[np.bool_]) -> PoseTrack:
    """The engine took the left leg for the right one in some frames."""
    landmarks, seen = track.landmarks_px.copy(), track.visibility.copy()
    at = np.flatnonzero(frames)[:, None]
    landmarks[at, LEFT_LEG + RIGHT_LEG] = track.landmarks_px[at, RIGHT_LEG + LEFT_LEG]
    seen[at, LEFT_LEG + RIGHT_LEG] = track.visibility[at, RIGHT_LEG + LEFT_LEG]
    return replace(track, landmarks_px=landmarks, visibility=seen)


def furthest_deg(lifter: Lifter, track: PoseTrack, name: str) -> float:
    error = np.abs(compute_signals(track).angles_deg[name].value - lifter.angles_deg[name])
    return float(np.nanmax(error))


@pytest.mark.parametrize("stretches", [[(1.0, 1.5)], [(0.7, 0.8), (1.4, 1.9), (3.0, 3.1)]])
def test_swapped_legs_are_put_back_and_counted(stretches: list[tuple[float, float]]) -> None:
    """Each stretch of exchanged legs is undone; the answer is as without it."""
    lifter = skeleton("split_squat", yaw_deg=15.0)
    seen = replace(lifter.track, visibility=np.ones_like(lifter.track.visibility))
    frames = np.any([between(seen, *stretch) for stretch in stretches], axis=0)
    plain, mended = compute_signals(seen), compute_signals(with_legs_swapped(seen, frames))
    assert mended.body.side_swaps_repaired == len(stretches)
    assert plain.body.side_swaps_repaired == 0
    np.testing.assert_allclose(mended.body.points_px, plain.body.points_px, atol=0.5)


@pytest.mark.parametrize("seed", range(5))
def test_jitter_is_not_a_swap(seed: int) -> None:
    """From the side the legs cover each other; the engine's jitter (0.02 trunk
    lengths) must not pass for an exchange and hand the hidden leg over.
    """
    lifter = skeleton("deadlift", reps=5, noise_px=4.0, seed=seed)
    signals = compute_signals(lifter.track)
    assert signals.body.side_swaps_repaired == 0
    assert np.isfinite(signals.angles_deg["knee"].value).mean() > 0.95


def test_short_gaps_are_bridged() -> None:
    """Lost for 0.13 s in mid-movement: filled, and still within 1.5° of the truth."""
    lifter = skeleton("back_squat")
    lost = lose(lifter.track, between(lifter.track, 0.9, 1.03))
    knee = compute_signals(lost).angles_deg["knee"].value
    assert np.isfinite(knee).all()
    assert furthest_deg(lifter, lost, "knee") < 1.5


def test_long_gaps_stay_missing() -> None:
    """Lost for 0.5 s: missing for as long, known on both sides."""
    lifter = skeleton("back_squat")
    away = between(lifter.track, 0.9, 1.4)
    signals = compute_signals(lose(lifter.track, away))
    assert np.isnan(signals.angles_deg["knee"].value[away]).all()
    assert np.isfinite(signals.angles_deg["knee"].value[~away]).all()
    np.testing.assert_array_equal(signals.body.seen, ~away)
    assert signals.body.lifter_coverage == pytest.approx(1.0 - away.mean())


def test_a_collapsed_skeleton_is_dropped() -> None:
    """Shoulders that jump half-way to the hips (behind a plate) give no angle."""
    lifter = skeleton("deadlift")
    collapsed = between(lifter.track, 2.0, 2.5)
    landmarks = lifter.track.landmarks_px.copy()
    hips = landmarks[:, [23, 24]].mean(axis=1, keepdims=True)
    upper = landmarks[:, :23]
    landmarks[:, :23] = np.where(collapsed[:, None, None], (upper + hips) / 2, upper)
    signals = compute_signals(replace(lifter.track, landmarks_px=landmarks))
    assert np.isnan(signals.angles_deg["trunk"].value[collapsed]).all()
    assert np.isfinite(signals.angles_deg["trunk"].value[~collapsed]).all()


def test_a_rounded_back_is_not_a_collapsed_skeleton() -> None:
    """A chord shortened by a fifth, as strong rounding does it, is kept."""
    lifter = skeleton("deadlift")
    low = lifter.angles_deg["trunk"] > 45.0
    landmarks = lifter.track.landmarks_px.copy()
    hips = landmarks[:, [23, 24]].mean(axis=1, keepdims=True)
    landmarks[low, :23] = (hips + 0.8 * (landmarks[:, :23] - hips))[low]
    assert np.isfinite(
        compute_signals(replace(lifter.track, landmarks_px=landmarks)).body.points_px[:, 12]
    ).all()


def test_a_point_that_jumps_for_one_frame_is_taken_out() -> None:
    """A knee 200 px off in one frame moves the knee angle by less than 1°."""
    lifter = skeleton("back_squat")
    landmarks = lifter.track.landmarks_px.copy()
    landmarks[40, 26, 0] += 200.0
    assert furthest_deg(lifter, replace(lifter.track, landmarks_px=landmarks), "knee") < 1.0


def test_unseen_points_are_missing() -> None:
    """A wrist below visibility 0.5 is no wrist, wherever the engine puts it."""
    lifter = skeleton("deadlift")
    seen = lifter.track.visibility.copy()
    seen[:, 16] = 0.4
    signals = compute_signals(replace(lifter.track, visibility=seen))
    assert np.isnan(signals.angles_deg["arm"].value).all()
    assert np.isfinite(signals.angles_deg["knee"].value).all()


def test_the_shot_that_shows_the_lifter_longest_is_judged() -> None:
    """Of three shots the longest counts; the others are missing, and it is said."""
    lifter = skeleton("deadlift")
    time_s = lifter.track.time_s
    shot = np.digitize(time_s, [1.5, 7.0]).astype(np.int32)
    signals = compute_signals(replace(lifter.track, shot=shot))
    np.testing.assert_array_equal(signals.body.seen, shot == 1)
    assert np.isnan(signals.body.points_px[shot != 1]).all()
    assert [one.code for one in signals.cautions if one.code == "cuts"] == ["cuts"]


def test_a_shot_without_knees_is_not_the_lift() -> None:
    """A longer shot that shows the upper body only (the talk before) is passed over."""
    lifter = skeleton("deadlift")
    shot = (lifter.track.time_s > 5.0).astype(np.int32)
    seen = lifter.track.visibility.copy()
    seen[shot == 0, 25:] = 0.1
    signals = compute_signals(replace(lifter.track, shot=shot, visibility=seen))
    np.testing.assert_array_equal(signals.body.seen, shot == 1)


def test_nobody_for_long_enough_is_said_with_the_file() -> None:
    """Half a second of lifter is the least; below it the file is named."""
    lifter = skeleton("deadlift")
    with pytest.raises(NoLifter, match=r"skeleton\.npz.*Film the whole body"):
        compute_signals(lose(lifter.track, between(lifter.track, 0.4, 100.0)))


def test_a_lifter_mostly_out_of_the_picture_is_a_caution() -> None:
    """Followed in less than 80 % of the film: said, with what to do."""
    lifter = skeleton("deadlift", gaps=[(0.0, 3.0)])
    assert "lifter_missing" in {one.code for one in compute_signals(lifter.track).cautions}


FRAMES_S = np.arange(0.0, 4.0, 0.02)


def still(trunk_px: FloatArray | float = 100.0, lean_deg: FloatArray | float = 0.0) -> FloatArray:
    """Points (T, 33, 2) of a body whose hips keep still, its trunk so long and leaning so."""
    points = np.zeros((FRAMES_S.size, 33, 2))
    lean = np.radians(np.broadcast_to(lean_deg, FRAMES_S.shape))
    points[:, :23] = (np.array([np.sin(lean), -np.cos(lean)]) * trunk_px).T[:, None]
    points[:, list(KNEE.values()), 1] = 80.0
    return points


def kept(points: FloatArray, visibility: float = 1.0) -> FloatArray:
    """The points with what can't be relied on missing."""
    seen = np.full(points.shape[:2], visibility)
    from_side = np.ones(FRAMES_S.shape, dtype=bool)
    return drop_unreliable(FRAMES_S, points, seen, from_side=from_side)


AT_TWO = np.abs(FRAMES_S - 2.0) < 0.25


@pytest.mark.parametrize(
    ("share", "missing"), [(0.7, False), (0.6, True), (1.3, False), (1.4, True)]
)
def test_a_trunk_that_shrinks_or_grows_by_a_third_is_no_trunk(share: float, missing: bool) -> None:
    """A rounded back shortens it by a fifth; a skeleton on a plate halves it."""
    points = kept(still(np.where(AT_TWO, 100.0 * share, 100.0)))
    assert np.isnan(points[AT_TWO, 11]).all() == missing


@pytest.mark.parametrize(("lean_deg", "missing"), [(108.0, False), (122.0, True)])
def test_nobody_stands_on_their_head(lean_deg: float, missing: bool) -> None:
    """The deepest hinge tips the trunk a little beyond level, never half-way down."""
    points = kept(still(lean_deg=np.where(AT_TWO, lean_deg, 60.0)))
    assert np.isnan(points[AT_TWO, 11]).all() == missing


@pytest.mark.parametrize(("strays", "missing"), [(0.05, False), (0.08, True)])
def test_a_knee_that_strays_for_one_picture_jumped(strays: float, missing: bool) -> None:
    """By 0.05 of the trunk it may be jitter, by 0.08 it was elsewhere."""
    points = still()
    points[100, KNEE["left"], 0] += strays * 100.0
    assert np.isnan(kept(points)[100, KNEE["left"]]).all() == missing


@pytest.mark.parametrize(("visibility", "missing"), [(0.55, False), (0.45, True)])
def test_half_seen_is_the_engines_line(visibility: float, missing: bool) -> None:
    """Its own scale: above a half it has seen the point."""
    assert np.isnan(kept(still(), visibility)).all() == missing


@pytest.mark.parametrize(("on_body", "off_s", "doubted"), [
    (0.45, 0.0, True),
    (0.55, 0.0, False),  # the mask's own edge
    (0.0, 0.08, True),
    (0.0, 0.12, False),
])  # fmt: skip
def test_a_limb_off_the_mask_is_doubted_for_a_moment(
    on_body: float, off_s: float, doubted: bool
) -> None:
    """A point that the mask leaves out in one picture is doubted a tenth of a second around."""
    mask, seen = np.ones((FRAMES_S.size, 33)), np.ones((FRAMES_S.size, 33))
    mask[100, KNEE["left"]] = on_body
    found = believed(FRAMES_S, seen, mask)
    assert (found[100 + round(off_s / 0.02), KNEE["left"]] == 0.0) == doubted


def exchanged(points: FloatArray, left: list[int], right: list[int]) -> FloatArray:
    """The points as an engine sees them that takes left for right for half a second."""
    wrong = points.copy()
    frames = np.flatnonzero(AT_TWO)[:, None]
    wrong[frames, left + right] = points[frames, right + left]
    return wrong


@pytest.mark.parametrize(("apart", "repaired"), [(0.06, 1), (0.04, 0)])
def test_legs_that_cover_each_other_change_places_unseen(apart: float, repaired: int) -> None:
    """Exchanged for half a second: put back where the five points of a leg jump by 0.06 trunks."""
    points = still()
    points[:, LEFT_LEG, 0] += apart * 100.0
    wrong = exchanged(points, LEFT_LEG, RIGHT_LEG)
    assert unswap(wrong, np.ones((FRAMES_S.size, 33)))[2] == repaired


@pytest.mark.parametrize(("after_s", "usual"), [(1.0, 100.0), (1.4, 50.0)])
def test_a_lifter_who_goes_further_away_is_known_by_the_seconds_around(
    after_s: float, usual: float
) -> None:
    """The trunk's usual length is that of six seconds, of a repetition or two.

    Its long third counts: a trunk looks shorter as it leans.
    """
    time_s = np.arange(0.0, 30.0, 0.05)
    length = np.where(time_s < 16.0 - after_s, 100.0, 50.0)
    found = _usual_length(time_s, length)
    at = int(np.argmin(np.abs(time_s - 16.0)))
    assert found[at] == pytest.approx(usual, abs=1.0)


@pytest.mark.parametrize(("other_s", "best"), [(4.0, 0), (6.0, 1)])
def test_few_pictures_of_a_place_show_it_for_half_a_second_each(other_s: float, best: int) -> None:
    """Ten pictures two seconds apart are 5 s of a scene, not 20: the other may be longer."""
    track = skeleton("deadlift", reps=4).track
    few, many = 10, round(other_s * 30)
    frames = np.arange(track.time_s.size) < few + many
    steps_s = np.concatenate([np.full(few, 2.0), np.full(many, 1 / 30)])
    shot = np.repeat([0, 1], [few, many]).astype(np.int32)
    film = replace(select(track, frames), time_s=np.cumsum(steps_s), shot=shot)
    assert (shot[best_scene(film)] == best).all()


@pytest.mark.parametrize(("apart", "repaired"), [(0.1, 1), (0.07, 0)])
def test_arms_change_places_too(apart: float, repaired: int) -> None:
    """Shoulder, elbow and wrist of both sides exchanged for half a second, and nothing else."""
    points = still()
    points[:, 11:17:2, 0] += apart * 100.0
    wrong = exchanged(points, [11, 13, 15], [12, 14, 16])
    found, _, count = unswap(wrong, np.ones((FRAMES_S.size, 33)))
    assert count == repaired
    assert (found == points).all() == bool(repaired)

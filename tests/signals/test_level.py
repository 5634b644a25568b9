"""A camera that is tilted or moves, before a lifter whose angles are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck import cues, reps
from formcheck.data import FloatArray, PoseTrack
from formcheck.signals import compute_signals, level
from tests.skeleton import Lifter, skeleton

ROOM_PX = (300.0, 300.0)
LIFTS = ("deadlift", "bodyweight_squat", "romanian_deadlift")


def seen_through(track: PoseTrack, maps: FloatArray) -> PoseTrack:
    """The track as a camera films it whose pictures lie so, (T, 2, 3), to the true one."""

    def through(points: FloatArray) -> FloatArray:
        flat = points.reshape(len(points), -1, 2)
        there = np.einsum("tij,tnj->tni", maps[:, :, :2], flat) + maps[:, None, :, 2]
        return np.asarray(there.reshape(points.shape))

    landmarks = track.landmarks_px.copy()
    landmarks[..., :2] = through(landmarks[..., :2])
    world = track.world_m.copy()
    world[..., :2] = np.einsum("tij,tnj->tni", maps[:, :, :2], world[..., :2])
    outline = None if track.outline_px is None else through(track.outline_px)
    plate = track.plate_px
    if plate is not None:
        plate = np.hstack([through(plate[:, None, :2])[:, 0], plate[:, 2:]])
    return replace(track, landmarks_px=landmarks, world_m=world, outline_px=outline, plate_px=plate)


def turned(deg: FloatArray, shift_px: FloatArray, size: tuple[int, int]) -> FloatArray:
    """Clockwise turns (T,) about the picture's middle, and shifts (T, 2)."""
    cos, sin = np.cos(np.radians(deg)), np.sin(np.radians(deg))
    turn = np.stack([np.stack([cos, -sin], -1), np.stack([sin, cos], -1)], axis=1)
    middle = np.array(size) / 2
    shift = middle - turn @ middle + shift_px
    return np.concatenate([turn, shift[:, :, None]], axis=2)


def tilted(lifter: Lifter, roll_deg: float, *, known: bool) -> PoseTrack:
    track = lifter.track
    frames = len(track.time_s)
    maps = turned(np.full(frames, roll_deg), np.zeros((frames, 2)), track.frame_size)
    roll = np.tile([roll_deg, 1.0], (frames, 1)) if known else None
    return replace(seen_through(track, maps), roll=roll)


def swayed(lifter: Lifter, share: float, hz: float, turn_deg: float) -> PoseTrack:
    """A hand that sways by a share of the picture, and turns, with its motion known."""
    track = lifter.track
    wave = np.sin(2 * np.pi * hz * track.time_s)
    shift = share * max(track.frame_size) * np.stack([wave, np.roll(wave, 7)], axis=1)
    maps = turned(turn_deg * wave, shift, track.frame_size)
    whole = np.concatenate([maps, np.tile([[[0.0, 0.0, 1.0]]], (len(maps), 1, 1))], axis=1)
    return replace(seen_through(track, maps), camera=np.linalg.inv(whole)[:, :2])


def lift_of(name: str) -> Lifter:
    # Deep enough: a usual squat lies so near the line of depth that 1° crosses it.
    pose = {"thigh": -97.0} if name == "bodyweight_squat" else None
    return skeleton(name, reps=3, shift_px=ROOM_PX, tempo=(1.2, 0.4, 1.0), pose=pose)


def judged(
    track: PoseTrack, name: str
) -> tuple[list[tuple[float, float, float, float]], dict[str, str]]:
    """Times of the repetitions, and every fault and watch by repetition and cue."""
    measured = reps.cut_set(compute_signals(track), name)
    result = cues.judge(measured, cues.load_limits(None))
    times = [(one.start_s, one.bottom_s, one.top_s, one.end_s) for one in measured.reps]
    wrong: dict[str, str] = {
        f"{one.rep.index} {cue}": finding.verdict
        for one in result.reps
        for cue, finding in one.findings.items()
        if finding.verdict in ("watch", "fault")
    }
    return times, wrong


def test_nothing_to_do_leaves_the_numbers_alone() -> None:
    """A still, level camera's landmarks are measured as they are, to the last bit."""
    track = lift_of("deadlift").track
    frames = len(track.time_s)
    plain = compute_signals(track)
    told = compute_signals(replace(track, roll=np.tile([1.5, 1.0], (frames, 1))))
    assert told.picture.level is None and told.picture.roll_sigma_deg == 0.0
    np.testing.assert_array_equal(told.body.points_px, plain.body.points_px)
    for name, one in plain.angles_deg.items():
        np.testing.assert_array_equal(told.angles_deg[name].value, one.value)
        np.testing.assert_array_equal(told.angles_deg[name].sigma, one.sigma)


@given(roll_deg=st.floats(-10.0, 10.0), name=st.sampled_from(LIFTS))
@settings(max_examples=15, deadline=None)
def test_known_tilt_changes_no_answer(roll_deg: float, name: str) -> None:
    """Count, faults and times of a lifter stay when the phone leans by up to 10°."""
    lifter = lift_of(name)
    times, wrong = judged(lifter.track, name)
    leaning_times, leaning_wrong = judged(tilted(lifter, roll_deg, known=True), name)
    assert leaning_wrong.items() <= wrong.items()
    np.testing.assert_allclose(leaning_times, times, atol=0.15)


@given(
    share=st.floats(0.0, 0.05),
    hz=st.floats(0.2, 1.5),
    turn_deg=st.floats(-3.0, 3.0),
    name=st.sampled_from(LIFTS),
)
@settings(max_examples=15, deadline=None)
def test_known_sway_changes_no_answer(share: float, hz: float, turn_deg: float, name: str) -> None:
    """Count, faults and times of a lifter stay when the hand sways by up to 5 %."""
    lifter = lift_of(name)
    times, wrong = judged(lifter.track, name)
    swaying_times, swaying_wrong = judged(swayed(lifter, share, hz, turn_deg), name)
    assert swaying_wrong.items() <= wrong.items()
    np.testing.assert_allclose(swaying_times, times, atol=0.15)


@pytest.mark.parametrize("roll_deg", [-10.0, 10.0])
def test_tilt_is_taken_out_of_angles(roll_deg: float) -> None:
    """The trunk of a leaning picture is read as in the level one, and it is said."""
    lifter = lift_of("deadlift")
    level, leaning = (
        compute_signals(lifter.track),
        compute_signals(tilted(lifter, roll_deg, known=True)),
    )
    for name in ("trunk", "thigh", "shank", "arm"):
        off = leaning.angles_deg[name].value - level.angles_deg[name].value
        assert np.nanmax(np.abs(off)) < 1.5
    assert "camera_tilted" in {one.code for one in leaning.cautions}


@given(roll_deg=st.floats(-10.0, 10.0), name=st.sampled_from(LIFTS))
@settings(max_examples=15, deadline=None)
def test_unknown_tilt_makes_no_fault(roll_deg: float, name: str) -> None:
    """Without a background the standing lifter gives the tilt away: σ carries it."""
    lifter = lift_of(name)
    _, wrong = judged(lifter.track, name)
    _, leaning_wrong = judged(tilted(lifter, roll_deg, known=False), name)
    assert leaning_wrong.items() <= wrong.items()


def test_unknown_tilt_widens_inclinations_alone() -> None:
    """Trunk and shin are doubted by as much as the picture seems to lean, the knee isn't."""
    lifter = lift_of("bodyweight_squat")
    level, leaning = (
        compute_signals(lifter.track),
        compute_signals(tilted(lifter, 10.0, known=False)),
    )
    assert leaning.picture.level is None and 7.0 < leaning.picture.roll_sigma_deg < 11.0
    assert np.nanmin(leaning.angles_deg["trunk"].sigma) > 7.0
    knee = leaning.angles_deg["knee"].sigma - level.angles_deg["knee"].sigma
    assert np.nanmax(np.abs(knee)) < 2.0


def test_edges_that_the_lifter_contradicts_arent_followed() -> None:
    """Leaning things behind somebody who stands straight don't turn the picture."""
    track = lift_of("deadlift").track
    leaning = replace(track, roll=np.tile([9.0, 1.0], (len(track.time_s), 1)))
    assert compute_signals(leaning).picture.level is None


def test_motion_is_undone_and_said() -> None:
    """Feet that stand still stand still, though the picture sways; drawing stays on the body."""
    lifter = lift_of("deadlift")
    track = swayed(lifter, 0.05, 0.5, 2.0)
    still, swaying = compute_signals(lifter.track), compute_signals(track)
    assert np.nanmax(np.abs(swaying.body.points_px - still.body.points_px)) < 2.0
    drawn = swaying.picture.own_px(swaying.body.points_px)
    assert np.nanmax(np.abs(drawn - track.landmarks_px[..., :2])) < 8.0
    assert swaying.picture.place_sigma_px > 0
    assert "camera_moved" in {one.code for one in swaying.cautions}


def rolled(
    monkeypatch: pytest.MonkeyPatch,
    edges: tuple[float, float],
    posture: tuple[float, float],
) -> tuple[float, float]:
    """What is taken out, and σ, of a turn and its σ as edges and as the lifter tell it."""
    monkeypatch.setattr(level, "_edges", lambda *_: edges)
    monkeypatch.setattr(level, "_posture", lambda *_: (*posture, 0.0))
    track = skeleton("deadlift", reps=1).track
    return level._roll(track, np.ones(track.time_s.shape, dtype=bool))


NOBODY_STANDS = (np.nan, np.nan)


@pytest.mark.parametrize(("edges_deg", "followed"), [(5.5, True), (4.5, False)])
def test_edges_alone_are_followed_if_they_turn_by_five(
    monkeypatch: pytest.MonkeyPatch, edges_deg: float, followed: bool
) -> None:
    """A row of leaning things looks like uprights: alone they are never surer than 2.5°."""
    turn_deg, _ = rolled(monkeypatch, (edges_deg, 0.3), NOBODY_STANDS)
    assert turn_deg == (edges_deg if followed else 0.0)


@pytest.mark.parametrize(("both_deg", "followed"), [(4.5, True), (3.5, False)])
def test_a_small_turn_is_left_in_however_sure(
    monkeypatch: pytest.MonkeyPatch, both_deg: float, followed: bool
) -> None:
    """Edges and lifter agree on 4.5°: taken out; on 3.5°: what phones usually have."""
    turn_deg, _ = rolled(monkeypatch, (both_deg, 0.3), (both_deg, 2.5))
    assert turn_deg == pytest.approx(both_deg if followed else 0.0)


@pytest.mark.parametrize(("posture_deg", "followed"), [(4.2, True), (3.2, False)])
def test_what_contradicts_isnt_followed(
    monkeypatch: pytest.MonkeyPatch, posture_deg: float, followed: bool
) -> None:
    """Two turns of σ 1° and 2.5° that are 4.8° apart may be one, 5.8° apart not."""
    turn_deg, _ = rolled(monkeypatch, (9.0, 1.0), (posture_deg, 2.5))
    assert (turn_deg != 0.0) is followed


def test_edges_and_a_lifter_together_know_the_vertical_better(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However sharp the edges: 1.5° at best, with somebody who stands to 2.5°, are 1.3°."""
    _, sigma_deg = rolled(monkeypatch, (8.0, 0.1), (8.0, 2.5))
    assert sigma_deg == pytest.approx(1.3, abs=0.1)


@pytest.mark.parametrize(("turn_deg", "adds_deg"), [(2.5, 0.0), (5.0, 4.0)])
def test_a_usual_tilt_is_in_the_angles_own_sigma(turn_deg: float, adds_deg: float) -> None:
    """2.5° add nothing; of 5° what is beyond the usual 3°, as independent errors add."""
    assert level._beyond_usual(turn_deg) == pytest.approx(adds_deg)


@pytest.mark.parametrize(("stands_s", "told"), [(0.4, True), (0.23, False)])
def test_the_vertical_takes_somebody_who_stands_for_a_moment(stands_s: float, told: bool) -> None:
    """For 0.4 s their line is the vertical, within 2 to 3°; a quarter second may be a swing."""
    lifter = lift_of("bodyweight_squat")
    turn_deg, sigma_deg, _ = level._posture(lifter.track, lifter.track.time_s < stands_s)
    assert np.isfinite(turn_deg) == told
    assert not told or 2.0 < sigma_deg < 3.0


@pytest.mark.parametrize(("share", "told"), [(0.013, True), (0.008, False)])
def test_a_camera_that_moves_by_a_hundredth_is_told(share: float, told: bool) -> None:
    """A shift of one moment against another; a tenth of it stays in what places are worth."""
    track = lift_of("deadlift").track
    shift_px = share * max(track.frame_size)
    # From one place to the other: their root mean square difference is 0.71 of the way.
    maps = np.tile(np.eye(2, 3), (track.time_s.size, 1, 1))
    maps[::2, 0, 2] = shift_px * np.sqrt(2.0)
    found = level.levelled(replace(track, camera=maps), np.ones(track.time_s.shape, dtype=bool))
    assert ("camera_moved" in {one.code for one in found.cautions}) is told
    assert 0.08 * shift_px < found.picture.place_sigma_px < 0.13 * shift_px


@pytest.mark.parametrize(("sigma_deg", "told"), [(4.5, True), (3.5, False)])
def test_a_tilt_is_told_from_four_degrees(
    monkeypatch: pytest.MonkeyPatch, sigma_deg: float, told: bool
) -> None:
    """What the numbers carry and nobody sees needn't be said."""
    monkeypatch.setattr(level, "_roll", lambda *_: (0.0, sigma_deg))
    track = skeleton("deadlift", reps=1).track
    found = level.levelled(track, np.ones(track.time_s.shape, dtype=bool))
    assert ("camera_tilted" in {one.code for one in found.cautions}) is told

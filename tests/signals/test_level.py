"""A camera that is tilted or moves, before a lifter whose angles are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck import cues, reps
from formcheck.data import FloatArray, PoseTrack
from formcheck.signals import measure
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
    return replace(track, landmarks_px=landmarks, world_m=world, outline_px=outline)


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
    measured = reps.cut_set(measure(track), name)
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
    plain = measure(track)
    told = measure(replace(track, roll=np.tile([1.5, 1.0], (frames, 1))))
    assert told.level is None and told.roll_sigma_deg == 0.0
    np.testing.assert_array_equal(told.points_px, plain.points_px)
    for name, values in plain.angles_deg.items():
        np.testing.assert_array_equal(told.angles_deg[name], values)
        np.testing.assert_array_equal(told.sigma_deg[name], plain.sigma_deg[name])


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
    level, leaning = measure(lifter.track), measure(tilted(lifter, roll_deg, known=True))
    for name in ("trunk", "thigh", "shank", "arm"):
        off = leaning.angles_deg[name] - level.angles_deg[name]
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
    level, leaning = measure(lifter.track), measure(tilted(lifter, 10.0, known=False))
    assert leaning.level is None and 7.0 < leaning.roll_sigma_deg < 11.0
    assert np.nanmin(leaning.sigma_deg["trunk"]) > 7.0
    knee = leaning.sigma_deg["knee"] - level.sigma_deg["knee"]
    assert np.nanmax(np.abs(knee)) < 2.0


def test_edges_that_the_lifter_contradicts_arent_followed() -> None:
    """Leaning things behind somebody who stands straight don't turn the picture."""
    track = lift_of("deadlift").track
    leaning = replace(track, roll=np.tile([9.0, 1.0], (len(track.time_s), 1)))
    assert measure(leaning).level is None


def test_motion_is_undone_and_said() -> None:
    """Feet that stand still stand still, though the picture sways; drawing stays on the body."""
    lifter = lift_of("deadlift")
    track = swayed(lifter, 0.05, 0.5, 2.0)
    still, swaying = measure(lifter.track), measure(track)
    assert np.nanmax(np.abs(swaying.points_px - still.points_px)) < 2.0
    drawn = swaying.in_picture(swaying.points_px)
    assert np.nanmax(np.abs(drawn - track.landmarks_px[..., :2])) < 8.0
    assert swaying.place_sigma_px > 0
    assert "camera_moved" in {one.code for one in swaying.cautions}

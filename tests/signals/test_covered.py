"""What something stands before, on a lifter whose picture is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.data import Facing, FloatArray, Stance, View
from formcheck.signals import compute_signals
from formcheck.signals.angles import ANKLE, HIP, KNEE, WRIST
from formcheck.signals.covered import _hands_low, covered
from tests.skeleton import skeleton


@pytest.fixture(autouse=True)
def _nothing_fitted(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is covered is tried alone: else the body fitted to the rest holds much of it."""
    monkeypatch.setattr("formcheck.signals.measure.fitted_angles", lambda *_: None)


LEG = ("thigh", "shank", "knee", "hip")


@pytest.fixture
def no_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    """No body is fitted to the set, as to a lifter of whom hardly a frame is hidden."""
    monkeypatch.setattr("formcheck.signals.measure.fitted_angles", lambda *_: None)


def test_a_free_lifter_misses_nothing() -> None:
    """With every limb seen no angle of a deadlift is missing."""
    signals = compute_signals(skeleton("deadlift").track)
    assert all(
        np.isfinite(signals.angles_deg[name].value).all() for name in (*LEG, "trunk", "neck")
    )


@pytest.mark.usefixtures("no_fit")
@pytest.mark.parametrize(("joint", "visibility"), [(KNEE, 0.75), (ANKLE, 0.6)])
def test_a_leg_half_hidden_for_a_moment_is_missing_around_it(
    joint: dict[Facing, int], visibility: float
) -> None:
    """A knee or ankle that the engine half sees at 2 s: no leg angles within half a second."""
    track = skeleton("back_squat").track
    half_seen = track.visibility.copy()
    frame = int(np.argmin(np.abs(track.time_s - 2.0)))
    half_seen[frame, joint["left"]] = half_seen[frame, joint["right"]] = visibility
    signals = compute_signals(replace(track, visibility=half_seen))
    near, far = np.abs(track.time_s - 2.0) < 0.45, np.abs(track.time_s - 2.0) > 0.6
    for name in LEG:
        assert np.isnan(signals.angles_deg[name].value[near]).all(), name
        assert np.isfinite(signals.angles_deg[name].value[far]).all(), name


@pytest.mark.usefixtures("no_fit")
def test_a_plate_at_the_hips_of_someone_upright_takes_the_trunk() -> None:
    """A mask that ends half a trunk behind upright hips: the trunk is missing there only."""
    track = skeleton("deadlift").track
    assert track.outline_px is not None
    free = compute_signals(track)
    outline = track.outline_px.copy()
    trunk_px = np.hypot(*np.diff(track.landmarks_px[0, [12, 24], :2], axis=0)[0])
    outline[:, 0, :, 0] -= 0.4 * trunk_px
    signals = compute_signals(replace(track, outline_px=outline))
    upright, bent = free.angles_deg["hip"].value < 35.0, free.angles_deg["hip"].value > 80.0
    assert np.isnan(signals.angles_deg["trunk"].value[upright]).all()
    assert np.isfinite(signals.angles_deg["trunk"].value[bent]).all()
    assert np.isfinite(signals.guesses.lean_deg).all()


@pytest.mark.usefixtures("no_fit")
def test_beside_a_hidden_leg_the_trunk_is_less_sure() -> None:
    """The trunk of someone bent over a hidden leg is still read, with a wider σ."""
    track = skeleton("deadlift").track
    hidden = track.visibility.copy()
    hidden[:, [*KNEE.values(), *ANKLE.values()]] = 0.6
    free, covered = compute_signals(track), compute_signals(replace(track, visibility=hidden))
    bent = free.angles_deg["trunk"].value > 50.0
    assert np.isfinite(covered.angles_deg["trunk"].value[bent]).all()
    wider = covered.angles_deg["trunk"].sigma[bent] / free.angles_deg["trunk"].sigma[bent]
    assert wider.min() > 2.0


def test_without_a_picture_nothing_is_covered_or_corrected() -> None:
    """Markers without a picture are taken as they are: the knee is the true one."""
    lifter = skeleton("back_squat", picture=False)
    assert np.allclose(
        compute_signals(lifter.track).angles_deg["knee"].value, lifter.angles_deg["knee"], atol=1.0
    )


def test_from_the_front_no_angle_is_measured() -> None:
    """The sagittal plane isn't in the picture: missing, not wrong."""
    signals = compute_signals(skeleton("back_squat", yaw_deg=90.0).track)
    assert all(np.isnan(signals.angles_deg[name].value).all() for name in (*LEG, "trunk"))


@pytest.mark.usefixtures("no_fit")
@pytest.mark.parametrize("taken_in", [False, True])
def test_what_a_plate_hides_is_missing_and_the_rest_is_right(taken_in: bool) -> None:
    """A 45 cm plate before knees and hips, left out of the mask or taken for the lifter.

    While it stands before the knee no angle of the leg is told, and upright, when it
    is at the hips, none of the trunk; what is told is within a σ of 9° or less.
    """
    lifter = skeleton("deadlift", plate_m=0.45, plate_taken_in=taken_in)
    signals, points = compute_signals(lifter.track), lifter.track.landmarks_px[..., :2]
    plate = points[:, [15, 16]].mean(axis=1)
    before_knee = np.linalg.norm(points[:, KNEE["right"]] - plate, axis=1) < 0.225 * 400
    before_hip = np.linalg.norm(points[:, HIP["right"]] - plate, axis=1) < 0.225 * 400
    assert before_knee.any() and before_hip.any()
    for name in LEG:
        assert np.isnan(signals.angles_deg[name].value[before_knee]).all(), name
    assert np.isnan(signals.angles_deg["trunk"].value[before_hip]).all()
    bent = lifter.angles_deg["trunk"] > 50.0
    assert np.isfinite(signals.angles_deg["trunk"].value[bent]).all()
    for name in (*LEG, "trunk", "neck"):
        error = np.abs(signals.angles_deg[name].value - lifter.angles_deg[name])
        told = np.isfinite(error)
        assert (error <= signals.angles_deg[name].sigma)[told].all(), name
    assert signals.angles_deg["trunk"].sigma[bent].max() < 9.0


def test_hands_behind_a_plate_are_not_seen() -> None:
    """The engine half sees wrists behind a plate; the mask, which ends there, doubts them."""
    hidden = compute_signals(skeleton("deadlift", plate_m=0.45).track)
    assert np.isnan(hidden.angles_deg["arm"].value).all()
    assert np.isnan(hidden.body.points_px[:, WRIST["right"]]).all()
    free = compute_signals(skeleton("deadlift").track)
    assert np.isfinite(free.angles_deg["arm"].value).all()


@pytest.mark.usefixtures("no_fit")
@pytest.mark.parametrize(("visibility", "missing"), [(0.83, True), (0.87, False)])
def test_a_knee_off_the_mask_is_doubted_unless_the_engine_is_sure(
    visibility: float, missing: bool
) -> None:
    """The mask leaves a knee out at 2 s: so seen it is hidden, or only at the mask's edge."""
    track = skeleton("back_squat").track
    assert track.on_body is not None
    seen, on_body = track.visibility.copy(), track.on_body.copy()
    frame = int(np.argmin(np.abs(track.time_s - 2.0)))
    seen[frame, KNEE["right"]], on_body[frame, KNEE["right"]] = visibility, 0.0
    knee = (
        compute_signals(replace(track, visibility=seen, on_body=on_body)).angles_deg["knee"].value
    )
    around = (np.abs(track.time_s - 2.0) > 0.3) & (np.abs(track.time_s - 2.0) < 0.45)
    assert np.isnan(knee[around]).all() == missing


@pytest.mark.parametrize(("off_s", "missing"), [(0.08, True), (0.13, False)])
def test_an_edge_that_flickers_at_the_hips_hides_them_for_a_moment(
    off_s: float, missing: bool
) -> None:
    """The mask takes a plate in for one picture: the hips are doubted for 0.1 s around."""
    track = skeleton("deadlift", reps=1, rate_hz=100.0, end_pad_s=1.0).track
    assert track.outline_px is not None
    at = int(np.argmin(np.abs(track.time_s - 1.1)))  # standing
    outline = track.outline_px.copy()
    outline[at, 0, :, 0] -= 100.0
    upright: FloatArray = np.zeros(track.time_s.shape)
    hips = covered(
        replace(track, outline_px=outline),
        track.landmarks_px[..., :2],
        {"hip": upright, "trunk": upright},
        Stance(View("side", "right", 0.0, 0.0), "right", upright),
        from_side=True,
    ).hips
    assert hips[at]
    assert hips[at + round(off_s * 100.0)] == missing


def test_hands_at_the_shoulders_hold_no_plate_before_the_hips() -> None:
    """Nearer to the hip's height than to the shoulder's is low."""
    points = np.zeros((3, 33, 2))
    points[:, HIP["right"], 1] = 100.0  # y down; the shoulder is at 0
    points[:, WRIST["right"], 1] = [10.0, 45.0, 55.0]
    assert _hands_low(points, "right").tolist() == [False, False, True]

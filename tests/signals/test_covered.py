"""What something stands before, on a lifter whose picture is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.data import Facing, PoseTrack
from formcheck.signals import measure
from formcheck.signals.angles import ANKLE, KNEE
from tests.skeleton import skeleton

LEG = ("thigh", "shank", "knee", "hip")


def seen_by_the_engine(track: PoseTrack) -> PoseTrack:
    """The track as our engine gives it: with the mask's word for each point."""
    return replace(track, on_body=np.ones(track.visibility.shape))


def test_a_free_lifter_misses_nothing() -> None:
    """With every limb seen no angle of a deadlift is missing."""
    signals = measure(seen_by_the_engine(skeleton("deadlift").track))
    assert all(np.isfinite(signals.angles_deg[name]).all() for name in (*LEG, "trunk", "neck"))


@pytest.mark.parametrize(("joint", "visibility"), [(KNEE, 0.75), (ANKLE, 0.6)])
def test_a_leg_half_hidden_for_a_moment_is_missing_around_it(
    joint: dict[Facing, int], visibility: float
) -> None:
    """A knee or ankle that the engine half sees at 2 s: no leg angles within half a second."""
    track = seen_by_the_engine(skeleton("back_squat").track)
    half_seen = track.visibility.copy()
    frame = int(np.argmin(np.abs(track.time_s - 2.0)))
    half_seen[frame, joint["left"]] = half_seen[frame, joint["right"]] = visibility
    signals = measure(replace(track, visibility=half_seen))
    near, far = np.abs(track.time_s - 2.0) < 0.45, np.abs(track.time_s - 2.0) > 0.6
    for name in LEG:
        assert np.isnan(signals.angles_deg[name][near]).all(), name
        assert np.isfinite(signals.angles_deg[name][far]).all(), name


def test_a_plate_at_the_hips_of_someone_upright_takes_the_trunk() -> None:
    """A mask that ends half a trunk behind upright hips: the trunk is missing there only."""
    track = seen_by_the_engine(skeleton("deadlift").track)
    assert track.outline_px is not None
    free = measure(track)
    outline = track.outline_px.copy()
    trunk_px = np.hypot(*np.diff(track.landmarks_px[0, [12, 24], :2], axis=0)[0])
    outline[:, 0, :, 0] -= 0.4 * trunk_px
    signals = measure(replace(track, outline_px=outline))
    upright, bent = free.angles_deg["hip"] < 35.0, free.angles_deg["hip"] > 80.0
    assert np.isnan(signals.angles_deg["trunk"][upright]).all()
    assert np.isfinite(signals.angles_deg["trunk"][bent]).all()
    assert np.isfinite(signals.lean_deg).all()


def test_beside_a_hidden_leg_the_trunk_is_less_sure() -> None:
    """The trunk of someone bent over a hidden leg is still read, with a wider σ."""
    track = seen_by_the_engine(skeleton("deadlift").track)
    hidden = track.visibility.copy()
    hidden[:, [*KNEE.values(), *ANKLE.values()]] = 0.6
    free, covered = measure(track), measure(replace(track, visibility=hidden))
    bent = free.angles_deg["trunk"] > 50.0
    assert np.isfinite(covered.angles_deg["trunk"][bent]).all()
    wider = covered.sigma_deg["trunk"][bent] / free.sigma_deg["trunk"][bent]
    assert wider.min() > 2.0


def test_without_a_picture_nothing_is_covered_or_corrected() -> None:
    """Markers without a picture are taken as they are: the knee is the true one."""
    lifter = skeleton("back_squat")
    track = replace(lifter.track, outline_px=None, on_body=None)
    assert np.allclose(measure(track).angles_deg["knee"], lifter.angles_deg["knee"], atol=1.0)


def test_from_the_front_no_angle_is_measured() -> None:
    """The sagittal plane isn't in the picture: missing, not wrong."""
    signals = measure(skeleton("back_squat", yaw_deg=90.0).track)
    assert all(np.isnan(signals.angles_deg[name]).all() for name in (*LEG, "trunk"))

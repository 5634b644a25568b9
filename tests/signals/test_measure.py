"""How signals are put together: what is believed, and what a poor picture costs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.data import PoseTrack, Signals
from formcheck.errors import NoLifter
from formcheck.signals import compute_signals
from tests.rods import lose
from tests.signals.test_picture import smaller
from tests.skeleton import skeleton


def back_sigma_deg(signals: Signals) -> float:
    """Usual σ of the back's turn."""
    return float(np.nanmedian(signals.angles_deg["back_turn"].sigma))


def costs_deg(worse: PoseTrack, plain: PoseTrack) -> float:
    """What a worse picture adds to the σ of the back's turn, as independent errors add."""
    sigma_deg, least_deg = (back_sigma_deg(compute_signals(one)) for one in (worse, plain))
    return float(np.sqrt(sigma_deg**2 - least_deg**2))


@pytest.mark.parametrize(("seen_s", "enough"), [(0.6, True), (0.4, False)])
def test_nobody_is_a_lifter_for_less_than_half_a_second(seen_s: float, enough: bool) -> None:
    """Who is seen for 0.6 s may have moved, in 0.4 s nobody has."""
    track = skeleton("deadlift", reps=1).track
    gone = lose(track, track.time_s >= seen_s - 1e-6)
    if enough:
        assert compute_signals(gone).body.seen.any()
    else:
        with pytest.raises(NoLifter):
            compute_signals(gone)


@pytest.mark.parametrize(("yaw_deg", "dropped"), [(38.0, True), (52.0, False)])
def test_a_short_trunk_is_a_collapsed_skeleton_only_from_the_side(
    yaw_deg: float, dropped: bool
) -> None:
    """Turned by 52° a bending trunk shortens by itself; by 38° it keeps most of its length."""
    track = skeleton("deadlift", reps=1, yaw_deg=yaw_deg).track
    points = track.landmarks_px.copy()
    short = np.abs(track.time_s - 1.5) < 0.25
    hips = points[:, [23, 24]].mean(axis=1, keepdims=True)
    points[short, :23] = (hips + 0.5 * (points[:, :23] - hips))[short]
    signals = compute_signals(replace(track, landmarks_px=points))
    shoulders = signals.body.points_px[short, 11:13]
    assert np.isnan(shoulders).all() == dropped


def test_a_camera_behind_the_lifter_sees_the_shoulder_blade() -> None:
    """From 18° behind, rendered backs turn by 15 to 17° too far: σ says so."""
    side, behind = (skeleton("deadlift", reps=1, yaw_deg=yaw_deg).track for yaw_deg in (0.0, -10.0))
    # The shoulders' places tell 14° of 10°: half of a turn away shows in them.
    assert costs_deg(behind, side) == pytest.approx(13.6 * 16.0 / 18.0, rel=0.15)


def test_a_back_is_read_worse_than_a_trunk_in_small_and_dark_pictures() -> None:
    """Of a body 125 pixels tall by 3°; of a squat darkened to a grey of 20 by 7 to 12°."""
    track = skeleton("deadlift", reps=1).track
    tall_px = float(np.ptp(track.landmarks_px[..., 1], axis=1).max()) * 1.7 / 1.56
    assert 2.3 < costs_deg(smaller(track, 125.0 / tall_px), track) < 3.7
    assert 6.0 < costs_deg(replace(track, light=20.0), replace(track, light=90.0)) < 11.0

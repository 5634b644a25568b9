"""The bar's speed, travel and drift, from plates whose way is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.data import Lift, Pace, PoseTrack
from formcheck.errors import BadRequest
from formcheck.pipeline import Request
from formcheck.reps import cut_set
from formcheck.reps.bar_speed import Amount, BarSet, bar_speeds
from formcheck.signals import compute_signals
from formcheck.signals.bar import sized
from tests.plates import HANDS, SHOULDERS, UP_S, lifting, travel_m, with_plate

FULL_M = 0.45


def bar_of(track: PoseTrack, lift: str = "deadlift", plate_m: float | None = FULL_M) -> BarSet:
    """What is said of the bar of a track whose lift is known."""
    motion = compute_signals(track)
    motion = replace(motion, bar=sized(motion.bar, plate_m))
    bar = bar_speeds(motion, cut_set(motion, Lift(lift, "given", 1.0)).reps)
    assert bar is not None
    return bar


@pytest.mark.parametrize(("lift", "at"), [("deadlift", HANDS), ("back_squat", SHOULDERS)])
def test_speed_and_travel_of_a_known_way(lift: str, at: list[int]) -> None:
    """Mean and greatest speed are within 4 % of truth, the travel within 2 %."""
    lifter = lifting(lift=lift)
    bar = bar_of(with_plate(lifter, at=at), lift)
    assert bar.length == "m"
    assert list(bar.lifts) == [1, 2, 3]
    far_m = travel_m(lifter, at)
    for one in bar.lifts.values():
        assert one.travel.value == pytest.approx(far_m, rel=0.02)
        assert one.mean.value == pytest.approx(far_m / UP_S, rel=0.04)
        if lift == "back_squat":  # shoulders follow half a cosine, hands nearly
            assert one.peak.value == pytest.approx(np.pi / 2 * far_m / UP_S, rel=0.04)
        assert 0.01 < one.mean.sigma / one.mean.value < 0.08
        assert abs(one.mean.value - far_m / UP_S) < 2 * one.mean.sigma


@settings(max_examples=15, deadline=None)
@given(
    mirror=st.booleans(),
    facing=st.sampled_from(["left", "right"]),
    rate_hz=st.floats(24.0, 90.0),
    yaw_deg=st.floats(-12.0, 12.0),
)
def test_speed_survives_filming(mirror: bool, facing: str, rate_hz: float, yaw_deg: float) -> None:
    """Flipped, turned a little, or at another frame rate, the bar is as fast."""
    lifter = lifting(reps=2, mirror=mirror, facing=facing, rate_hz=rate_hz, yaw_deg=yaw_deg)
    bar = bar_of(with_plate(lifter))
    truth = travel_m(lifter) / UP_S
    assert [one.mean.value for one in bar.lifts.values()] == pytest.approx([truth] * 2, rel=0.04)


def test_drift_is_how_far_the_hands_stray() -> None:
    """The way from side to side is that of the plate, on either side of the picture."""
    drifts = []
    for mirror in (False, True):
        lifter = lifting(bar_forward_m=(0.0, 0.0, 0.1), mirror=mirror)
        x = lifter.track.landmarks_px[:, HANDS, 0].mean(axis=1) / 400.0
        rep = lifter.reps[0]
        up = (lifter.track.time_s >= rep.bottom_s) & (lifter.track.time_s <= rep.top_s)
        bar = bar_of(with_plate(lifter))
        assert bar.lifts[1].drift.value == pytest.approx(np.ptp(x[up]), abs=0.01)
        assert bar.lifts[1].drift.sigma < 0.02
        drifts.append(bar.lifts[1].drift.value)
    assert drifts[0] == pytest.approx(drifts[1], abs=0.005)


def test_a_plate_of_unknown_size_gives_no_metres() -> None:
    """Small plates are told by the leg; speeds are then leg lengths a second."""
    bar = bar_of(with_plate(lifting(), plate_m=0.30), plate_m=None)
    assert bar.length == "leg"
    named = bar.measures(1)
    assert named
    assert not [name for name in named if "_m_s" in name or "_m" in name.split("_") or "cm" in name]
    told = bar_of(with_plate(lifting(), plate_m=FULL_M), plate_m=0.0)
    assert told.length == "leg"
    metres = bar_of(with_plate(lifting(), plate_m=0.30), plate_m=0.30)
    assert metres.lifts[1].mean.value == pytest.approx(travel_m(lifting()) / UP_S, rel=0.04)


def test_a_gap_in_the_track_widens_the_sigma_or_gives_nothing() -> None:
    """A bridged gap costs certainty; one that is too long to bridge costs the repetition."""
    lifter = lifting()
    at_s = (lifter.reps[1].bottom_s + lifter.reps[1].top_s) / 2
    whole = bar_of(with_plate(lifter))
    bridged = bar_of(with_plate(lifter, gaps=((at_s, at_s + 0.12),)))
    torn = bar_of(with_plate(lifter, gaps=((at_s, at_s + 0.5),)))
    for name in ("mean", "peak", "travel", "drift"):
        before, after = (getattr(one.lifts[2], name) for one in (whole, bridged))
        assert after.sigma > before.sigma
        assert abs(after.value - before.value) < 2 * after.sigma
    assert list(torn.lifts) == [1, 3]
    assert torn.measures(2) == {}


def test_what_the_film_cuts_off_has_no_speed() -> None:
    """A film that begins in the middle of a way up says nothing of it."""
    lifter = lifting()
    cut = lifter.part(lifter.reps[0].bottom_s + 0.4, 99.0)
    assert 1 not in {
        index
        for index, one in bar_of(with_plate(cut)).lifts.items()
        if cut.track.time_s[one.first] < lifter.reps[0].top_s
    }


def test_loss_of_speed_is_told_only_above_what_measuring_makes() -> None:
    """A bar a third slower has lost; the same again, or a little slower, tells nothing."""
    slower = bar_of(with_plate(lifting(tempo=[(1.0, 0.3, up) for up in (0.9, 1.0, 1.4)])))
    assert slower.loss.value == pytest.approx(1 - 0.9 / 1.4, abs=0.04)
    assert slower.has_lost
    same = bar_of(with_plate(lifting()))
    assert abs(same.loss.value) < 2 * same.loss.sigma
    assert not same.has_lost
    little = bar_of(with_plate(lifting(tempo=[(1.0, 0.3, up) for up in (1.0, 1.0, 1.15)])))
    assert not little.has_lost
    alone = bar_of(with_plate(lifting(reps=1)))
    assert np.isnan(alone.loss.value)
    assert not alone.has_lost


def test_a_loss_of_the_mean_alone_is_not_told() -> None:
    """A lockout that creeps makes a way up longer, not the lifter slower."""
    same = bar_of(with_plate(lifting()))
    assert not replace(same, loss=Amount(0.4, 0.02)).has_lost


def test_no_speed_where_the_clock_is_not_lifes() -> None:
    """A film whose pace isn't known has a way, and no speed."""
    track = replace(with_plate(lifting()), pace=Pace(1.0, "pace_unknown"))
    bar = bar_of(track)
    assert np.isnan(bar.lifts[1].mean.value)
    assert np.isnan(bar.lifts[1].peak.value)
    assert np.isnan(bar.loss.value)
    assert bar.lifts[1].travel.value == pytest.approx(travel_m(lifting()), rel=0.02)


def test_whether_the_bar_starts_from_the_floor() -> None:
    """A deadlift's bar rests before it goes up; a squat's is never down."""
    assert bar_of(with_plate(lifting(start_pad_s=1.0))).from_floor
    squat = lifting(lift="back_squat", tempo=(1.0, 0.0, UP_S))
    assert not bar_of(with_plate(squat, at=SHOULDERS), "back_squat").from_floor


@pytest.mark.parametrize("plate_m", [-0.45, 0.1, 2.0, float("nan")])
def test_no_plate_is_so_wide(plate_m: float) -> None:
    """A width that no plate has is refused before any film is read."""
    with pytest.raises(BadRequest, match="--plate-m"):
        Request(plate_m=plate_m)


@pytest.mark.parametrize("seen_from_s", [-0.2, 0.0, 0.05, 0.1, 0.2])
def test_a_way_up_is_told_whole_or_not_at_all(seen_from_s: float) -> None:
    """A plate that is first found around the moment it leaves the floor: no number is NaN."""
    lifter = lifting()
    begins_s = lifter.reps[0].top_s - UP_S
    bar = bar_of(with_plate(lifter, gaps=((-1.0, begins_s + seen_from_s),)))
    assert {2, 3} <= set(bar.lifts)
    for one in bar.lifts.values():
        assert np.isfinite([one.mean.value, one.travel.value, one.drift.value]).all()

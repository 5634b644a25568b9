"""The bar, of the circle of its plate: how large a pixel is, and when it stands."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.data import Bar, Body, BoolArray, FloatArray, Stance, Time, View
from formcheck.signals import compute_signals
from formcheck.signals.bar import bar_of
from tests.joined import joined
from tests.signals.test_level import ROOM_PX, swayed, tilted
from tests.skeleton import skeleton

LEG_PX = 400.0
RADIUS_PX = 130.0
RATE_HZ = 50.0
NEAR_M = 0.49
"""How large a full plate looks that is nearer to the camera than the legs."""


def bar_at(
    centre_px: FloatArray,
    radius_px: float = RADIUS_PX,
    *,
    yaw_deg: float = 0.0,
    lost: BoolArray | None = None,
    rate_hz: float = RATE_HZ,
) -> Bar | None:
    """The bar of a plate at these places (T, 2), unfound where ``lost`` (T,)."""
    count = len(centre_px)
    sizes = np.tile([radius_px, 0.016 * radius_px], (count, 1))
    plate = np.hstack([centre_px, sizes])
    if lost is not None:
        plate[np.asarray(lost, dtype=bool)] = np.nan
    time = Time(np.arange(count) / rate_hz, np.zeros(count, dtype=np.int32))
    stance = Stance(View("side", "right", yaw_deg, 3.0), "right", np.zeros(count))
    body = Body(np.zeros((count, 33, 2)), np.ones(count, dtype=bool), LEG_PX, LEG_PX)
    return bar_of(time, plate, stance, body)


def held(*steps: tuple[float, float]) -> FloatArray:
    """A plate's places (T, 2): for so many seconds so high above the floor, in radii."""
    up = np.concatenate([np.full(round(lasts_s * RATE_HZ), high) for lasts_s, high in steps])
    return np.stack([np.full(up.shape, 300.0), 900.0 - up * RADIUS_PX], axis=1)


def lifted(low_s: float, up_s: float, high: float = 2.0, *, low: float = 0.0) -> FloatArray:
    """A plate that stands, is lifted within ``up_s`` and stays up for a moment."""
    count = round(up_s * RATE_HZ)
    way = low + (high - low) * (1 - np.cos(np.linspace(0, np.pi, count))) / 2
    return np.concatenate([held((low_s, low)), *[held((1 / RATE_HZ, one)) for one in way]])


def known(bar: Bar | None) -> Bar:
    assert bar is not None
    return bar


# ---------------------------------------------------------------- its size


@pytest.mark.parametrize(
    ("legs", "full"), [(0.24, False), (0.28, True), (0.42, True), (0.48, True), (0.55, False)]
)
def test_a_plate_as_large_as_a_full_one_tells_the_scale(legs: float, full: bool) -> None:
    """Of a radius of 0.28 to 0.43 leg lengths it is 45 cm across; of others nobody knows."""
    bar = known(bar_at(held((2.0, 0.0)), legs * LEG_PX))
    assert bar.radius_px == pytest.approx(legs * LEG_PX)
    assert np.isfinite(bar.m_per_px) == full
    if full:
        assert 2 * bar.radius_px * bar.m_per_px == pytest.approx(0.45)
        assert bar.scale_sigma == pytest.approx(0.02)


@pytest.mark.parametrize(("yaw_deg", "full"), [(25.0, True), (35.0, False)])
def test_seen_obliquely_legs_and_plates_do_not_compare(yaw_deg: float, full: bool) -> None:
    """Beyond 30° off the side the size isn't told."""
    assert np.isfinite(known(bar_at(held((2.0, 0.0)), yaw_deg=yaw_deg)).m_per_px) == full


def test_a_lifters_plate_has_its_place_and_size() -> None:
    """The wrists hold it: the circle goes where they go, and 45 cm give the scale there."""
    lifter = skeleton("deadlift", plate_m=NEAR_M, plate_taken_in=True)
    bar = known(compute_signals(lifter.track).bar)
    wrists = lifter.track.landmarks_px[:, [15, 16], :2].mean(axis=1)
    assert np.abs(bar.centre_px - wrists).max() < 0.02 * bar.radius_px
    assert bar.radius_px == pytest.approx(NEAR_M / 2 * 400.0)
    assert bar.m_per_px * 400.0 == pytest.approx(0.45 / NEAR_M)
    assert bar.sigma_px == pytest.approx(0.016 * bar.radius_px)
    small = known(compute_signals(skeleton("deadlift", plate_m=0.35).track).bar)
    assert np.isnan(small.m_per_px)


# ---------------------------------------------------------------- gaps


def test_a_bar_is_spoken_of_when_it_is_found_now_and_then() -> None:
    """In a fifteenth of the frames it may be something else; in an eighth it is a bar."""
    path, frames = held((4.0, 0.0)), np.arange(200)
    assert bar_at(path, lost=frames % 15 != 0) is None
    assert bar_at(path, lost=frames % 8 != 0) is not None
    time = Time(frames / RATE_HZ, np.zeros(200, dtype=np.int32))
    stance = Stance(View("side", "right", 0.0, 3.0), "right", np.zeros(200))
    body = Body(np.zeros((200, 33, 2)), np.ones(200, dtype=bool), LEG_PX, LEG_PX)
    assert bar_of(time, None, stance, body) is None


def test_short_gaps_are_bridged_and_long_ones_are_not() -> None:
    """A tenth of a second in mid-air lies between; of a whole second nothing is known."""
    path = lifted(1.0, 1.0)
    frames = np.arange(len(path))
    short, long = (frames >= 70) & (frames < 75), (frames >= 20) & (frames < 70)
    bridged = known(bar_at(path, lost=short))
    assert np.abs(bridged.centre_px - path)[short].max() < 0.05 * RADIUS_PX
    assert np.isnan(bridged.sigma_px[short]).all()
    assert np.isnan(known(bar_at(path, lost=long)).centre_px[30:60]).all()


def test_a_gap_in_the_film_is_not_bridged() -> None:
    """After a cut the bar may be anywhere."""
    path, count = held((2.0, 0.0)), 100
    plate = np.hstack([path, np.tile([RADIUS_PX, 2.0], (count, 1))])
    plate[48:52] = np.nan
    time_s = np.arange(count) / RATE_HZ
    stance = Stance(View("side", "right", 0.0, 3.0), "right", np.zeros(count))
    body = Body(np.zeros((count, 33, 2)), np.ones(count, dtype=bool), LEG_PX, LEG_PX)
    cut = Time(time_s, np.repeat([0, 1], 50).astype(np.int32))
    bar = known(bar_of(cut, plate, stance, body))
    assert np.isnan(bar.centre_px[48:52]).all()


# ---------------------------------------------------------------- the floor


@pytest.mark.parametrize(("low_s", "rests"), [(0.24, False), (0.45, True), (0.7, True)])
def test_a_plate_that_keeps_its_place_stands(low_s: float, rests: bool) -> None:
    """Four tenths of a second in one place, with nothing lower, is the floor."""
    path = np.concatenate([lifted(0.0, 0.5)[::-1], held((low_s, 0.0)), lifted(0.0, 0.5)])
    assert known(bar_at(path)).rests.any() == rests


def test_it_rests_on_the_floor_and_not_in_the_hands() -> None:
    """Held still at the top for a second, it hangs."""
    path = np.concatenate([lifted(1.0, 0.8), held((1.0, 2.0))])
    rests = known(bar_at(path)).rests
    assert rests[5:45].all()
    assert not rests[90:].any()


def test_a_bar_that_never_stands_has_no_floor() -> None:
    """In a Romanian deadlift it turns in the air."""
    t = np.arange(0.0, 6.0, 1 / RATE_HZ)
    path = np.stack([0 * t, 500.0 + 1.5 * RADIUS_PX * np.cos(2 * np.pi * t / 2.0)], axis=1)
    assert not known(bar_at(path)).rests.any()


def test_held_still_above_a_lower_place_it_hangs() -> None:
    """Before a Romanian set the bar is held in the hands: it goes lower later, so it isn't
    on the floor, though nothing else stands still."""
    path = np.concatenate([held((1.0, 2.0)), lifted(0.0, 0.8)[::-1], lifted(0.0, 0.8)])
    assert not known(bar_at(path)).rests.any()


@pytest.mark.parametrize(("higher", "floor"), [(0.08, True), (0.13, False)])
def test_the_edge_of_a_mat_is_the_floor_too(higher: float, floor: bool) -> None:
    """Set down a little higher than before it stands; by three centimetres it is held."""
    path = np.concatenate(
        [lifted(1.0, 0.6), lifted(0.0, 0.6, low=higher)[::-1], held((1.0, higher))]
    )
    rests = known(bar_at(path)).rests
    assert rests[5:45].all()
    assert rests[-40:-10].any() == floor


@pytest.mark.parametrize(("creeps", "rests"), [(0.032, True), (0.05, False)])
def test_a_plate_that_creeps_does_not_stand(creeps: float, rests: bool) -> None:
    """It may shake by less than a centimetre in 0.4 s."""
    count = 150
    path = held((count / RATE_HZ, 0.0))
    path[:, 0] += np.arange(count) / RATE_HZ / 0.4 * creeps * RADIUS_PX
    assert known(bar_at(path)).rests[10:-40].any() == rests


@pytest.mark.parametrize("rate_hz", [15.0, 30.0, 60.0])
def test_a_deadlift_from_the_floor_rests_between_its_repetitions(rate_hz: float) -> None:
    """Whatever the frame rate; while it is on its way it doesn't."""
    lifter = skeleton("deadlift", plate_m=NEAR_M, rate_hz=rate_hz, rest_s=1.0)
    signals = compute_signals(lifter.track)
    rests, time_s = known(signals.bar).rests, signals.time_s
    for rep in lifter.reps:
        assert rests[(time_s > rep.start_s - 0.45) & (time_s < rep.start_s - 0.05)].all()
        assert not rests[(time_s > rep.start_s + 0.4) & (time_s < rep.end_s - 0.4)].any()


# ---------------------------------------------------------------- other pictures


def test_a_tilted_camera_has_its_bar_upright() -> None:
    """Turned by 8°, the picture is levelled and the plate with it."""
    lifter = skeleton("deadlift", plate_m=NEAR_M, plate_taken_in=True, shift_px=ROOM_PX)
    bar = known(compute_signals(tilted(lifter, 8.0, known=True)).bar)
    usual = known(compute_signals(lifter.track).bar)
    assert np.abs(bar.centre_px - usual.centre_px).max() < 2.0
    assert bar.radius_px == pytest.approx(usual.radius_px)


def test_a_camera_that_sways_has_its_bar_steady() -> None:
    """The hand's motion is taken out of the plate's place as out of the lifter's."""
    lifter = skeleton("deadlift", plate_m=NEAR_M, plate_taken_in=True, shift_px=ROOM_PX)
    bar = known(compute_signals(swayed(lifter, 0.03, 0.5, 1.0)).bar)
    usual = known(compute_signals(lifter.track).bar)
    apart = bar.centre_px - usual.centre_px
    assert np.ptp(apart, axis=0).max() < 4.0
    assert (bar.rests == usual.rests).mean() > 0.95


def test_a_mirrored_film_has_the_same_bar() -> None:
    """Its heights are the same, and it goes the other way."""
    dials = {"plate_m": NEAR_M, "plate_taken_in": True, "bar_forward_m": 0.1}
    usual = known(compute_signals(skeleton("deadlift", **dials).track).bar)  # type: ignore[arg-type]
    mirror = known(compute_signals(skeleton("deadlift", **dials, mirror=True).track).bar)  # type: ignore[arg-type]
    assert mirror.centre_px[:, 1] == pytest.approx(usual.centre_px[:, 1])
    assert np.diff(mirror.centre_px[:, 0]) == pytest.approx(-np.diff(usual.centre_px[:, 0]))
    assert mirror.m_per_px == pytest.approx(usual.m_per_px)


def test_a_plate_of_another_scene_is_none_of_this_set() -> None:
    """A short shot of a bar that lies lower moves neither the floor nor the size."""
    track = skeleton("deadlift", plate_m=NEAR_M, plate_taken_in=True).track
    usual = known(compute_signals(track).bar)
    other = skeleton("deadlift", reps=1, plate_m=0.3, shift_px=(0.0, 200.0)).track
    bar = known(compute_signals(joined(track, other, scenes=(0, 1))).bar)
    assert bar.radius_px == pytest.approx(usual.radius_px)
    assert (bar.rests[: usual.rests.size] == usual.rests).mean() > 0.95
    assert not bar.rests[usual.rests.size + 5 :].any()

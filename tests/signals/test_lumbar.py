"""The estimate of the lower back's flexion, and what it does to the verdict on W."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest

from formcheck.data import BackReading, Facing, FloatArray
from formcheck.poses.outline import STATIONS
from formcheck.signals import compute_signals
from formcheck.signals.back import WINDOW
from formcheck.signals.lumbar import (
    FROM_STANDING,
    HERE,
    LOWER_HALF,
    NATURAL_DEG,
    _lower_turn_deg,
    contradiction_deg,
    here,
    learned,
    lumbar_flexion,
    shapes,
    standing,
)
from tests.cues.judging import judged_set
from tests.rods import arc, select
from tests.silhouette import BACK_DEPTH
from tests.skeleton import skeleton

NEVER_STANDING = np.zeros(1, dtype=bool)


def reading(profile: FloatArray, lean_deg: float = 60.0) -> BackReading:
    return BackReading(shapes(profile[None]), np.array([lean_deg]), np.array([120.0]))


def estimate_deg(turn_deg: float) -> float:
    found = lumbar_flexion(reading(BACK_DEPTH + arc(turn_deg)), NEVER_STANDING, 0.0)
    return float(found.value[0])


def hollow_below_broad_above(by: float = 0.07) -> FloatArray:
    """A lower back that goes in and shoulder blades that come out: an S."""
    wave: FloatArray = by * np.sin(2 * np.pi * (STATIONS - 0.1) / 0.9 + np.pi)
    return BACK_DEPTH + arc(40.0) + wave


def test_a_rounder_back_is_more_flexion() -> None:
    """From hollow to round the estimate grows, by 10° and more over the whole."""
    found = [estimate_deg(turn) for turn in (-10.0, 5.0, 20.0, 35.0)]
    assert found == sorted(found)
    assert found[-1] - found[0] > 10.0


def test_a_bent_rod_is_read_within_its_sigma() -> None:
    """A back that looks flat reads as the 33° that looks flat, within two σ."""
    found = lumbar_flexion(reading(BACK_DEPTH + arc(9.0)), NEVER_STANDING, 0.0)
    assert abs(found.value[0] - 33.0) < 2 * found.sigma[0]


@pytest.mark.parametrize("facing", ["right", "left"])
@pytest.mark.parametrize(("mirror", "scale_px"), [(True, 400.0), (False, 130.0), (False, 900.0)])
def test_estimate_survives_filming(facing: Facing, mirror: bool, scale_px: float) -> None:
    """Mirrored, near or far, the same back is read the same, within half a degree."""
    plain, other = (
        compute_signals(lifter.track).angles_deg["lumbar_flexion"].value
        for lifter in (
            skeleton("deadlift", lumbar_deg=30.0),
            skeleton("deadlift", lumbar_deg=30.0, facing=facing, mirror=mirror, scale_px=scale_px),
        )
    )
    np.testing.assert_allclose(other, plain, atol=0.5)


def test_estimate_survives_half_the_frame_rate() -> None:
    """Every other frame gives the same estimate at the frames it has, within 1°."""
    lifter = skeleton("romanian_deadlift", lumbar_deg=25.0)
    half = np.arange(len(lifter.track.time_s)) % 2 == 0
    every = compute_signals(lifter.track).angles_deg["lumbar_flexion"].value[half]
    other = compute_signals(select(lifter.track, half)).angles_deg["lumbar_flexion"].value
    known = np.isfinite(every) & np.isfinite(other)
    assert known.any()
    np.testing.assert_allclose(other[known], every[known], atol=1.0)


def test_nothing_is_estimated_of_what_is_not_seen() -> None:
    """No picture, half of the edge hidden, or an upright trunk: missing, not zero."""
    bare = replace(skeleton("deadlift").track, outline_px=None)
    assert np.isnan(compute_signals(bare).angles_deg["lumbar_flexion"].value).all()
    profile = BACK_DEPTH + arc(20.0)
    profile[:30] = np.nan
    assert np.isnan(lumbar_flexion(reading(profile), NEVER_STANDING, 0.0).value).all()
    upright = lumbar_flexion(reading(BACK_DEPTH + arc(0.0), 5.0), NEVER_STANDING, 0.0)
    assert np.isnan(upright.value).all()


def test_sigma_grows_with_the_view_and_with_what_is_strange() -> None:
    """From 25° and for an odd shape the estimate is less sure; of no back it says nothing."""
    usual = BACK_DEPTH + arc(15.0)
    side = lumbar_flexion(reading(usual), NEVER_STANDING, 0.0).sigma[0]
    assert lumbar_flexion(reading(usual), NEVER_STANDING, 25.0).sigma[0] > side
    wave = np.sin(2 * np.pi * STATIONS)
    sigmas = [
        lumbar_flexion(reading(usual + size * wave), NEVER_STANDING, 0.0).sigma[0]
        for size in (0.03, 0.05, 0.40)
    ]
    assert side <= sigmas[0] < sigmas[1]
    assert np.isnan(sigmas[2])


def test_a_plate_behind_the_hips_is_no_standing() -> None:
    """Straight hips count as standing only where the mask is as deep as a body."""
    hip, depth = np.array([3.0, 3.0, 60.0]), np.array([0.4, 0.9, 0.4])
    assert standing(hip, depth).tolist() == [True, False, False]
    assert not standing(np.full(3, 40.0), np.full(3, 0.4)).any()


def test_an_s_is_doubted_and_a_bow_is_not() -> None:
    """A hollow lower back under a broad upper one contradicts its W; a bow doesn't."""
    turn = np.array([40.0])
    assert contradiction_deg(turn, reading(hollow_below_broad_above()))[0] > 10.0
    assert contradiction_deg(turn, reading(BACK_DEPTH + arc(40.0)))[0] == 0.0


def test_a_round_back_stays_a_fault() -> None:
    """The estimate takes nothing away from a back that is round all along."""
    assert judged_set("deadlift", lumbar_deg=35.0).verdicts("lumbar_rounding") == ["fault"] * 3


def test_what_was_learned_is_written_down() -> None:
    """The parameters name their recipe, their features and their errors on strangers."""
    text = (files("formcheck.signals") / "lumbar.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    assert {"date", "clips", "bodies", "clothes", "lifts", "method"} <= table["recipe"].keys()
    assert tuple(table["here"]["features"]) == HERE
    assert tuple(table["from_standing"]["features"]) == FROM_STANDING
    assert {"man", "woman", "heavier"}.isdisjoint(table["recipe"]["bodies"])
    assert table["tested"]["strangers"]["deepest_deg"] <= 6.0
    assert learned().turn_spread_deg == table["turn"]["spread_deg"]


@pytest.mark.parametrize(("lean_deg", "told"), [(17.0, True), (13.0, False)])
def test_of_a_trunk_that_hardly_leans_nothing_is_told(lean_deg: float, told: bool) -> None:
    """Standing is what flexion is counted from: from 15° on a trunk isn't standing."""
    found = lumbar_flexion(reading(BACK_DEPTH + arc(5.0), lean_deg), NEVER_STANDING, 0.0)
    assert np.isfinite(found.value[0]) == told


@pytest.mark.parametrize(("hip_deg", "stands"), [(22.0, True), (28.0, False)])
def test_who_never_straightens_never_stands(hip_deg: float, stands: bool) -> None:
    """Hips bent by 22° at their straightest are somebody's standing, by 28° they aren't."""
    assert standing(np.full(20, hip_deg), np.full(20, 0.4)).all() == stands


def test_standing_is_near_the_lifters_own_straightest() -> None:
    """Of somebody who straightens to 4°, 6.5° is standing too, 8° is on the way."""
    hip = np.array([*[4.0] * 20, 6.5, 8.0])
    assert standing(hip, np.full(hip.shape, 0.4))[-3:].tolist() == [True, True, False]


def test_no_spine_goes_further_than_spines_go() -> None:
    """However strange an edge: no more than 60 to 90° rounded, or 20 to 35° hollow."""
    usual = here(reading(BACK_DEPTH + arc(15.0)))
    model = learned().here
    round_deg, hollow_deg = (
        float(model.flexion_deg(usual + sign * 100.0 * np.sign(model.weight) * model.spread)[0])
        for sign in (1.0, -1.0)
    )
    assert 60.0 < round_deg < 90.0
    assert -35.0 < hollow_deg < -20.0


def test_sigma_grows_with_the_lean_until_the_trunk_is_well_down() -> None:
    """Halfway between 15° and 60° it is halfway; from 60° on it is that of a leaning trunk."""
    flat = replace(learned().here, inverse=0 * learned().here.inverse)  # nothing is strange
    sigmas = []
    for lean_deg in (15.0, 37.5, 60.0, 80.0):
        features = here(reading(BACK_DEPTH + arc(15.0), lean_deg))
        sigmas.append(float(flat.sigma_deg(features, 0.0)[0]))
    middle = (flat.upright_deg + flat.leaning_deg) / 2
    assert sigmas == pytest.approx([flat.upright_deg, middle, flat.leaning_deg, flat.leaning_deg])


@pytest.mark.parametrize(("yaw_deg", "wider"), [(13.0, False), (18.0, True)])
def test_a_usual_side_view_costs_the_estimate_nothing(yaw_deg: float, wider: bool) -> None:
    """Its errors were taken on views up to 15° from the side."""
    usual = reading(BACK_DEPTH + arc(15.0))
    side, turned = (lumbar_flexion(usual, NEVER_STANDING, yaw).sigma[0] for yaw in (0.0, yaw_deg))
    assert (turned > side) == wider


@pytest.mark.parametrize(("spreads", "doubted"), [(0.8, False), (1.3, True)])
def test_only_a_turn_well_beyond_the_estimates_is_doubted(spreads: float, doubted: bool) -> None:
    """An even bow was 0.2 spreads above it at most on real clips; broad backs 0.6 and more."""
    usual, known = reading(BACK_DEPTH + arc(20.0)), learned()
    expected = known.turn_slope * known.here.flexion_deg(here(usual)) + known.turn_constant
    turn = expected + spreads * known.turn_spread_deg
    assert (contradiction_deg(turn, usual)[0] > 0.0) == doubted


@pytest.mark.parametrize(("spreads", "doubted"), [(0.4, False), (0.7, True)])
def test_over_a_hollow_lower_half_less_is_enough(spreads: float, doubted: bool) -> None:
    """A flat back under broad shoulders is hollow below; a rounded one isn't."""
    usual, known = reading(hollow_below_broad_above(0.05)), learned()
    expected = known.turn_slope * known.here.flexion_deg(here(usual)) + known.turn_constant
    turn = expected + spreads * known.turn_spread_deg
    assert turn[0] > NATURAL_DEG
    assert (contradiction_deg(turn, usual)[0] > 0.0) == doubted


@pytest.mark.parametrize("turn_deg", [-30.0, 0.0, 40.0])
def test_the_lower_half_of_an_arc(turn_deg: float) -> None:
    """An even bow turns by its share of the whole there."""
    share = (LOWER_HALF[1] - LOWER_HALF[0]) / (WINDOW[1] - WINDOW[0])
    shape = reading(BACK_DEPTH + arc(turn_deg)).shape
    assert _lower_turn_deg(shape)[0] == pytest.approx(share * turn_deg, abs=1.5)


@pytest.mark.parametrize(("turn_deg", "doubted"), [(14.0, False), (16.0, True)])
def test_what_claims_no_rounding_isnt_doubted(turn_deg: float, doubted: bool) -> None:
    """Up to the upper back's natural bend a turn far beyond the estimate does no harm."""
    hollow = reading(BACK_DEPTH + arc(-35.0))
    assert (contradiction_deg(np.array([turn_deg]), hollow)[0] > 0.0) == doubted

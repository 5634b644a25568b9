"""The estimate of the lower back's flexion, and what it does to the verdict on W."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest

from formcheck.data import Facing, FloatArray
from formcheck.poses.outline import STATIONS
from formcheck.signals import measure
from formcheck.signals.back_line import (
    FROM_STANDING,
    HERE,
    Reading,
    contradiction_deg,
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


def reading(profile: FloatArray, lean_deg: float = 60.0) -> Reading:
    return Reading(shapes(profile[None]), np.array([lean_deg]), np.array([120.0]))


def estimate_deg(turn_deg: float) -> float:
    found, _ = lumbar_flexion(reading(BACK_DEPTH + arc(turn_deg)), NEVER_STANDING, 0.0)
    return float(found[0])


def hollow_below_broad_above() -> FloatArray:
    """A lower back that goes in and shoulder blades that come out: an S."""
    wave: FloatArray = 0.07 * np.sin(2 * np.pi * (STATIONS - 0.1) / 0.9 + np.pi)
    return BACK_DEPTH + arc(40.0) + wave


def test_a_rounder_back_is_more_flexion() -> None:
    """From hollow to round the estimate grows, by 10° and more over the whole."""
    found = [estimate_deg(turn) for turn in (-10.0, 5.0, 20.0, 35.0)]
    assert found == sorted(found)
    assert found[-1] - found[0] > 10.0


def test_a_bent_rod_is_read_within_its_sigma() -> None:
    """A back that looks flat reads as the 33° that looks flat, within two σ."""
    found, sigma = lumbar_flexion(reading(BACK_DEPTH + arc(9.0)), NEVER_STANDING, 0.0)
    assert abs(found[0] - 33.0) < 2 * sigma[0]


@pytest.mark.parametrize("facing", ["right", "left"])
@pytest.mark.parametrize(("mirror", "scale_px"), [(True, 400.0), (False, 130.0), (False, 900.0)])
def test_estimate_survives_filming(facing: Facing, mirror: bool, scale_px: float) -> None:
    """Mirrored, near or far, the same back is read the same, within half a degree."""
    plain, other = (
        measure(lifter.track).angles_deg["lumbar_flexion"]
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
    every = measure(lifter.track).angles_deg["lumbar_flexion"][half]
    other = measure(select(lifter.track, half)).angles_deg["lumbar_flexion"]
    known = np.isfinite(every) & np.isfinite(other)
    assert known.any()
    np.testing.assert_allclose(other[known], every[known], atol=1.0)


def test_nothing_is_estimated_of_what_is_not_seen() -> None:
    """No picture, half of the edge hidden, or an upright trunk: missing, not zero."""
    bare = replace(skeleton("deadlift").track, outline_px=None)
    assert np.isnan(measure(bare).angles_deg["lumbar_flexion"]).all()
    profile = BACK_DEPTH + arc(20.0)
    profile[:30] = np.nan
    assert np.isnan(lumbar_flexion(reading(profile), NEVER_STANDING, 0.0)[0]).all()
    upright = lumbar_flexion(reading(BACK_DEPTH + arc(0.0), 5.0), NEVER_STANDING, 0.0)
    assert np.isnan(upright).all()


def test_sigma_grows_with_the_view_and_with_what_is_strange() -> None:
    """From 25° and for an odd shape the estimate is less sure; of no back it says nothing."""
    usual = BACK_DEPTH + arc(15.0)
    side = lumbar_flexion(reading(usual), NEVER_STANDING, 0.0)[1][0]
    assert lumbar_flexion(reading(usual), NEVER_STANDING, 25.0)[1][0] > side
    wave = np.sin(2 * np.pi * STATIONS)
    sigmas = [
        lumbar_flexion(reading(usual + size * wave), NEVER_STANDING, 0.0)[1][0]
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
    text = (files("formcheck.signals") / "back_line.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    assert {"date", "clips", "bodies", "clothes", "lifts", "method"} <= table["recipe"].keys()
    assert tuple(table["here"]["features"]) == HERE
    assert tuple(table["from_standing"]["features"]) == FROM_STANDING
    assert {"man", "woman", "heavier"}.isdisjoint(table["recipe"]["bodies"])
    assert table["tested"]["strangers"]["deepest_deg"] <= 6.0
    assert learned().turn_spread_deg == table["turn"]["spread_deg"]

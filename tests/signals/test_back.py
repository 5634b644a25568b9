"""The turn of the back's line, on arcs of known turn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.data import Facing, FloatArray
from formcheck.poses.outline import STATIONS
from formcheck.signals import compute_signals
from formcheck.signals.back import whole_turn
from tests.rods import arc
from tests.silhouette import BACK_DEPTH
from tests.skeleton import Lifter, skeleton

WITHIN_DEG = 1.5


@pytest.mark.parametrize("turn_deg", [-30.0, -10.0, 0.0, 10.0, 20.0, 40.0])
def test_an_arc_turns_by_what_it_turns(turn_deg: float) -> None:
    """From hollow to strongly rounded W is the arc's own turn, within 1.5°."""
    assert whole_turn((BACK_DEPTH + arc(turn_deg))[None])[0] == pytest.approx(
        turn_deg, abs=WITHIN_DEG
    )


@pytest.mark.parametrize("facing", ["right", "left"])
@pytest.mark.parametrize("mirror", [False, True])
def test_the_back_is_found_on_its_side(facing: Facing, mirror: bool) -> None:
    """Facing either way and mirrored, W follows the back through the set, not the chest."""
    lifter = skeleton("deadlift", lumbar_deg=35.0, facing=facing, mirror=mirror)
    turn = compute_signals(lifter.track).angles_deg["back_turn"].value
    np.testing.assert_allclose(turn, lifter.angles_deg["back_turn"], atol=WITHIN_DEG)


def test_a_hollow_back_is_negative() -> None:
    """Arching by 20° at the bottom is -20°."""
    lifter = skeleton("deadlift", lumbar_deg=-20.0)
    assert compute_signals(lifter.track).angles_deg["back_turn"].value[0] == pytest.approx(
        -20.0, abs=WITHIN_DEG
    )


@pytest.mark.parametrize("turn_deg", [0.0, 20.0])
def test_a_hood_is_not_a_rounded_back(turn_deg: float) -> None:
    """A hood 0.08 trunks thick changes W by less than 2.5°, at a larger σ."""
    plain = whole_turn((BACK_DEPTH + arc(turn_deg))[None])
    hooded = whole_turn((BACK_DEPTH + arc(turn_deg) + np.where(STATIONS > 0.85, 0.08, 0.0))[None])
    assert hooded[0] == pytest.approx(plain[0], abs=2.5)
    assert hooded[1] > plain[1]


def test_a_loose_belt_is_an_outlier() -> None:
    """A few stations that stand out by a tenth of the trunk don't turn the back."""
    profile = BACK_DEPTH + arc(15.0)
    profile[20:24] += 0.10
    assert whole_turn((profile)[None])[0] == pytest.approx(15.0, abs=2.5)


HALF = STATIONS > 0.5


@pytest.mark.parametrize(
    "something",
    [
        np.where(HALF, 0.12, 0.0),  # a pony tail, or a plate on the rack behind
        np.where(np.abs(STATIONS - 0.45) < 0.12, -0.12, 0.0),  # a picture drawn before it
        0.04 * np.sin(12.0 * STATIONS),  # a post that it comes and goes behind
    ],
)
def test_what_is_no_bow_is_no_back(something: FloatArray) -> None:
    """An edge that jumps or waves is something else's in part: no turn rather than a wrong one."""
    profile = BACK_DEPTH + arc(10.0) + something
    assert np.isnan(whole_turn(profile[None])[0])


@pytest.mark.parametrize(("wave", "is_back"), [(0.023, True), (0.030, False)])
def test_how_far_a_back_may_stray_from_a_bow(wave: float, is_back: bool) -> None:
    """Waves of 0.016 trunk lengths (RMS) are folds of a shirt, of 0.02 they aren't a back's."""
    profile = BACK_DEPTH + arc(10.0) + wave * np.sin(25.0 * STATIONS)
    assert np.isfinite(whole_turn(profile[None])[0])[0] == is_back


@pytest.mark.parametrize("turn_deg", [-25.0, 8.0, 30.0, 45.0])
def test_a_creased_shirt_is_still_a_back(turn_deg: float) -> None:
    """Creases of a hundredth of the trunk (2 cm from top to bottom) hide no line."""
    profile = BACK_DEPTH + arc(turn_deg) + 0.01 * np.sin(40.0 * STATIONS)
    assert whole_turn(profile[None])[0] == pytest.approx(turn_deg, abs=4.0)


def without_edge(lifter: Lifter, stations: slice, start_s: float, stop_s: float) -> Lifter:
    outline, time_s = lifter.track.outline_px, lifter.track.time_s
    assert outline is not None
    outline = outline.copy()
    hidden = (time_s >= start_s) & (time_s <= stop_s)
    outline[np.flatnonzero(hidden)[:, None], :, np.arange(STATIONS.size)[stations]] = np.nan
    return replace(lifter, track=replace(lifter.track, outline_px=outline))


def test_an_edge_that_is_half_hidden_gives_no_turn() -> None:
    """A plate before the lower back for a second: missing there, known elsewhere."""
    lifter = without_edge(skeleton("deadlift"), slice(0, 25), 2.0, 3.0)
    time_s, turn = lifter.track.time_s, compute_signals(lifter.track).angles_deg["back_turn"].value
    assert np.isnan(turn[(time_s > 2.1) & (time_s < 2.9)]).all()
    assert np.isfinite(turn[(time_s < 1.9) | (time_s > 3.1)]).all()


def test_a_few_hidden_stations_do_no_harm() -> None:
    """A hand on the back hides a tenth of the edge: W stays right."""
    lifter = without_edge(skeleton("deadlift", lumbar_deg=30.0), slice(28, 34), 0.0, 99.0)
    turn = compute_signals(lifter.track).angles_deg["back_turn"].value
    np.testing.assert_allclose(turn, lifter.angles_deg["back_turn"], atol=WITHIN_DEG)


def test_the_view_adds_to_the_uncertainty_of_the_back() -> None:
    """σ of W is 5° from the side and more from 40°."""
    side, oblique = (
        compute_signals(skeleton("deadlift", reps=1, yaw_deg=yaw).track)
        .angles_deg["back_turn"]
        .sigma
        for yaw in (0.0, 40.0)
    )
    assert np.median(side) == pytest.approx(5.0, abs=0.1)
    assert np.median(oblique) > np.median(side)

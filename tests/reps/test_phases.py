"""When a phase begins and ends: just this and just that side of each line."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from formcheck.data import FloatArray, Signals
from formcheck.reps.phases import STILL_PER_S, Phases
from formcheck.signals import compute_signals
from tests.reps.laid import laid, path, some_set
from tests.retouch import but
from tests.skeleton import skeleton

NEAR_S = 0.06
"""Corners are rounded by the speeds' own window."""


def last(phases: Phases) -> int:
    """The last frame."""
    return phases.height.size - 1


# ---------------------------------------------------------------- where a phase begins


@pytest.mark.parametrize(("sway", "begins"), [(0.04, 30), (0.06, 8)])
def test_sway_at_a_turn_is_no_way(sway: float, begins: int) -> None:
    """Who is off the lowest point by 0.04 of the way is still there, by 0.06 on the way."""
    phases = laid((0.0, 0.0), (0.1, sway), (0.3, sway), (1.0, 1.0))
    assert phases._left(0, last(phases)) == pytest.approx(begins, abs=4)


@pytest.mark.parametrize(("sags", "begins_s"), [(0.1, 1.2), (0.15, 0.0)])
def test_who_unlocks_and_breathes_still_stands(sags: float, begins_s: float) -> None:
    """Knees unlocked, a tenth of the way down for a second, then down: begun after it."""
    phases = laid((0.0, 1.0), (0.2, 1.0 - sags), (1.2, 1.0 - sags), (1.9, 0.0))
    assert phases.leaves_top_s(0, last(phases)) == pytest.approx(begins_s, abs=NEAR_S)


@pytest.mark.parametrize(("holds_s", "at", "bent_deg", "waits"), [
    (2.9, 0.25, 30.0, True),
    (2.1, 0.25, 30.0, False),  # a stop on the way down
    (2.9, 0.31, 30.0, True),
    (2.9, 0.39, 30.0, False),  # too low to stand
    (2.9, 0.25, 41.0, True),
    (2.9, 0.25, 50.0, False),  # too bent to stand
])  # fmt: skip
def test_who_holds_still_for_long_and_nearly_upright_stands(
    holds_s: float, at: float, bent_deg: float, waits: bool
) -> None:
    """High up, hardly bent and for two and a half seconds: then it hasn't begun before."""
    over_s = 0.5 + holds_s
    corners = [(0.0, 1.0), (0.5, 1.0 - at), (over_s, 1.0 - at), (over_s + 0.8, 0.0)]
    time_s, _ = path(*corners)
    # Deeper bent from there on: those frames are no standing.
    phases = laid(*corners, bend=np.where(time_s > over_s + 0.1, 90.0, bent_deg))
    assert (phases.leaves_top_s(0, last(phases)) > over_s - 0.2) == waits


@pytest.mark.parametrize(("holds_s", "at", "is_set_up"), [
    (1.25, 0.25, True),
    (0.75, 0.25, False),
    (0.4, 0.08, True),
    (0.4, 0.13, False),
])  # fmt: skip
def test_unseen_hands_hold_in_the_set_up_if_long_or_low(
    holds_s: float, at: float, is_set_up: bool
) -> None:
    """Hips raised and slack taken out for a second, or hardly off the floor: not begun."""
    over_s = 0.4 + holds_s
    phases = laid((0.0, 0.0), (0.4, at), (over_s, at), (over_s + 0.8, 1.0))
    begins_s = phases.leaves_floor_s(0, last(phases), 0)
    assert begins_s == pytest.approx(over_s if is_set_up else 0.0, abs=NEAR_S)


@pytest.mark.parametrize(("raised", "is_set_up"), [(0.16, True), (0.25, False)])
def test_seen_hands_tell_the_set_up_from_a_lift_that_sticks(raised: float, is_set_up: bool) -> None:
    """A hold of half a second at 0.3 of the way: the bar still lies, or has left the floor."""
    corners = [(0.0, 0.0), (0.4, 0.3), (0.9, 0.3), (1.6, 1.0)]
    hands = np.interp(path(*corners)[0], [0.0, 0.4, 0.9, 1.6], [0.0, raised, raised, 1.0])
    phases = laid(*corners, hands=hands)
    begins_s = phases.leaves_floor_s(0, last(phases), 0)
    assert begins_s == pytest.approx(0.9 if is_set_up else 0.0, abs=NEAR_S)


@pytest.mark.parametrize(("waits_s", "begins_s"), [(0.25, 1.0), (0.38, 1.68)])
def test_hips_that_shot_up_wait_for_the_shoulders(waits_s: float, begins_s: float) -> None:
    """A quarter second between hips and shoulders is one lift; over a third is a set-up."""
    over_s = 1.3 + waits_s
    phases = laid((0.0, 0.0), (over_s, 0.0), (over_s + 0.7, 1.0))
    hips_up = (phases.time_s >= 1.0) & (phases.time_s <= 1.3)
    phases.lift_off = np.where(hips_up, 0.8, phases.rise)
    assert phases.leaves_floor_s(0, last(phases), 0) == pytest.approx(begins_s, abs=NEAR_S)


# ---------------------------------------------------------------- where it ends


@pytest.mark.parametrize(("up_s", "creeps_per_s", "goes_on"), [
    (0.3, 0.13, False),  # under a twentieth of the speed before
    (0.3, 0.19, True),
    (1.2, 0.05, False),  # as slow as breath and jitter
    (1.2, 0.075, True),
])  # fmt: skip
def test_what_hardly_moves_any_more_is_over(
    up_s: float, creeps_per_s: float, goes_on: bool
) -> None:
    """The end is where the speed falls under a twentieth of its peak, or to that of breath."""
    creeps_s = 0.04 / creeps_per_s
    phases = laid((0.0, 0.0), (up_s, 0.96), (up_s + creeps_s, 1.0), (up_s + creeps_s + 0.3, 1.0))
    ends_s = up_s + (creeps_s if goes_on else 0.0)
    found_s = phases.stands_s(0, last(phases) - 15, last(phases))
    assert found_s == pytest.approx(ends_s, abs=0.04)


@pytest.mark.parametrize(("bent_deg", "stands_s"), [(8.0, 1.0), (12.0, 2.0)])
def test_straight_legs_and_hips_stand_however_the_shoulders_go_on(
    bent_deg: float, stands_s: float
) -> None:
    """Who is straight but for 8° stands, though a shrug or a step nearer lifts the shoulders."""
    corners = [(0.0, 0.0), (1.0, 0.9), (3.0, 1.0)]
    bend = np.interp(path(*corners)[0], [0.0, 1.0], [100.0, bent_deg])
    phases = laid(*corners, bend=bend)
    found_s = phases.stands_s(0, last(phases), last(phases))
    assert found_s == pytest.approx(stands_s, abs=NEAR_S)


@pytest.mark.parametrize(("speed", "under_way"), [(0.7, True), (0.5, False)])
def test_a_film_that_begins_at_speed_begins_in_the_phase(speed: float, under_way: bool) -> None:
    """At 0.7 of its top speed in the first picture a good part is made, at a half it isn't."""
    phases = laid((0.0, 0.0), (0.3, 0.3 * speed), (0.8, 0.3 * speed + 0.5))
    assert phases.under_way(0, 0, last(phases)) is under_way


@pytest.mark.parametrize(("fast_s", "under_way"), [(0.13, True), (0.08, False)])
def test_a_jerk_at_the_films_edge_is_no_phase(fast_s: float, under_way: bool) -> None:
    """As fast as it gets for over a tenth of a second, not for less."""
    phases = laid((0.0, 0.0), (fast_s, fast_s), (0.5, fast_s), (1.0, fast_s + 0.5))
    assert phases.under_way(0, 0, last(phases)) is under_way


# ---------------------------------------------------------------- slow phases


def slow(core_s: float, creep_s: float = 0.1) -> tuple[FloatArray, FloatArray]:
    """Times and share of a way whose middle half takes so long, from 0.03 to 0.12 creeping."""
    marks = [0.0, 0.03, 0.12, 0.25, 0.75, 1.0]
    steps_s = [0.0, 0.05, creep_s, 0.1, core_s, 0.1]
    at_s = np.cumsum(steps_s)
    time_s = np.arange(0.0, at_s[-1] + 1e-9, 0.005)
    return time_s, np.interp(time_s, at_s, marks)


@pytest.mark.parametrize(("core_s", "is_slow"), [(0.9, True), (0.7, False)])
def test_only_a_slow_phase_begins_slower_than_breath(core_s: float, is_slow: bool) -> None:
    """One whose middle half takes 0.9 s does, of 0.7 s not: its speed tells its end."""
    time_s, share = slow(core_s)
    assert np.isfinite(Phases._level_s(share, time_s)) == is_slow


@pytest.mark.parametrize(("per_s", "is_slow"), [(0.13, True), (0.08, False)])
def test_a_stop_makes_no_phase_slow(per_s: float, is_slow: bool) -> None:
    """A phase of 12 s goes through its middle at 0.13 of its way a second; slower stands."""
    time_s, share = slow(0.5 / per_s)
    assert np.isfinite(Phases._level_s(share, time_s)) == is_slow


@pytest.mark.parametrize(("shape", "late"), [("cosine", 0.03), ("even", -0.03), ("jerk", 0.08)])
def test_a_slow_phase_is_read_back_to_its_beginning(shape: str, late: float) -> None:
    """Of 4 s of rest and 4 s of movement the beginning is found to 0.03 of the phase, or 0.08."""
    time_s = np.arange(-4.0, 4.0, 0.01)
    x = np.clip(time_s / 4.0, 0.0, 1.0)
    ways = {
        "cosine": (1.0 - np.cos(np.pi * x)) / 2,
        "even": x,
        "jerk": 10 * x**3 - 15 * x**4 + 6 * x**5,
    }
    assert Phases._level_s(ways[shape], time_s) / 4.0 == pytest.approx(late, abs=0.006)


@pytest.mark.parametrize(("creep_s", "is_cut"), [(0.71, False), (1.14, True)])
def test_a_creep_isnt_read_back_for_ever(creep_s: float, is_cut: bool) -> None:
    """Half of the middle half's time may lie before the first level, four fifths may not.

    Read back by 0.7 of the creep, as where no bound is reached.
    """
    time_s, share = slow(1.0, creep_s)
    back_s = 0.05 - Phases._level_s(share, time_s)
    assert (back_s < 0.7 * creep_s - 0.05) == is_cut


# ---------------------------------------------------------------- what tells the speed


@pytest.mark.parametrize(("per_s", "moves"), [(4.5, True), (3.0, False)])
def test_a_trunk_that_still_straightens_isnt_up(per_s: float, moves: bool) -> None:
    """A hinge's 60° are a way: 4.5° a second are movement, 3° a second are sway."""
    signals = some_set()
    straightens = Phases(but(signals, lean_deg=-per_s * signals.time_s))
    rests = straightens.time_s < 0.3  # the shoulders don't rise yet
    assert (straightens.standing_up[rests] > STILL_PER_S).all() == moves


@cache
def legs_unseen() -> Signals:
    """A set whose knees aren't shown: only the engine's guess tells how they bend."""
    signals = compute_signals(skeleton("deadlift", reps=1).track)
    missing = np.full(signals.time_s.shape, np.nan)
    return but(signals, angles_deg={"hip": missing, "knee": missing})


@pytest.mark.parametrize(("per_s", "opens"), [(15.0, True), (10.0, False)])
def test_guessed_legs_that_open_slowly_stand(per_s: float, opens: bool) -> None:
    """A squat's 100° at hip and knee are a way: 15° a second of both are movement, 10° aren't."""
    signals = legs_unseen()
    half = -per_s / 2 * signals.time_s
    guessed = but(signals, shape_deg={**signals.guesses.shape_deg, "hip": half, "knee": half})
    assert (Phases(guessed).opening > STILL_PER_S).all() == opens


@pytest.mark.parametrize(("yaw_deg", "shows"), [(40.0, True), (50.0, False)])
def test_legs_tell_nothing_from_the_front(yaw_deg: float, shows: bool) -> None:
    """Up to 45° the picture shows how far they bend, beyond it the trunk alone tells."""
    signals = some_set()
    turned = Phases(but(signals, view=replace(signals.stance.view, yaw_deg=yaw_deg)))
    assert np.isfinite(turned.bend).any() == shows


@pytest.mark.parametrize(("bends_deg", "tells"), [(35.0, False), (45.0, True)])
def test_legs_and_hips_that_hardly_bend_tell_no_end(bends_deg: float, tells: bool) -> None:
    """A hinge bends them by 70° and more together; of 35° the jitter is too large a part."""
    bend = np.interp(path((0.0, 0.0), (2.0, 1.0))[0], [0.5, 1.5], [bends_deg, 0.0])
    phases = laid((0.0, 0.0), (2.0, 1.0), bend=bend)
    found = phases._bent_share(0, last(phases), last(phases), 0)
    assert (found is not None) == tells


@pytest.mark.parametrize(("lasts_s", "standing_deg"), [(0.25, 10.0), (0.16, 0.0)])
def test_a_jolt_at_the_top_is_no_standing(lasts_s: float, standing_deg: float) -> None:
    """Bent by 10° for a quarter second is how they stand, for less it is jitter."""
    corners = [(0.0, 0.0), (2.0, 1.0), (4.0, 1.0)]
    time_s, _ = path(*corners)
    bend = np.interp(time_s, [0.0, 2.0], [100.0, 0.0])
    bend[np.abs(time_s - 3.0) < lasts_s / 2] = 10.0
    found = laid(*corners, bend=bend)._bent_share(0, time_s.size - 1, 300, 0)
    assert found is not None
    assert found[100] == pytest.approx((50.0 - standing_deg) / (100.0 - standing_deg))

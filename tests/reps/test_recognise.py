"""Which lift it is."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from formcheck.data import PoseTrack
from formcheck.errors import BadRequest
from formcheck.reps import recognise
from formcheck.reps.cycles import find_cycles
from formcheck.reps.lifts import LIFTS
from formcheck.reps.recognise import (
    HIGH_HIPS,
    SINK,
    SINK_SHARE,
    _around,
    _tree,
    features_of,
)
from formcheck.signals import compute_signals
from tests.retouch import but
from tests.skeleton import skeleton

# A bell, a wide stance and a bar can't be told apart by joints alone.
PLAIN = {"sumo_deadlift": "deadlift", "kettlebell_deadlift": "deadlift"}


@pytest.mark.parametrize("lift", LIFTS)
@pytest.mark.parametrize("yaw_deg", [0.0, 30.0])
def test_each_lift_is_told(lift: str, yaw_deg: float) -> None:
    """From the side and at 30° each lift is named, or its plain form."""
    found = recognise(compute_signals(skeleton(lift, yaw_deg=yaw_deg).track))
    assert found.name == PLAIN.get(lift, lift)
    assert found.how == "detected"
    assert 0.5 <= found.confidence <= 1.0


@pytest.mark.parametrize("lift", LIFTS)
@pytest.mark.parametrize("yaw_deg", [90.0, -90.0])
def test_the_family_is_told_from_front_and_back(lift: str, yaw_deg: float) -> None:
    """Hinge or squat, even where the exact lift can't be seen."""
    found = recognise(compute_signals(skeleton(lift, yaw_deg=yaw_deg).track))
    assert LIFTS[found.name].family == LIFTS[lift].family


def test_the_users_word_counts() -> None:
    """A given lift is taken as given, written with spaces or dashes too."""
    signals = compute_signals(skeleton("deadlift", reps=1).track)
    for name in ("back_squat", "Back Squat", "back-squat"):
        found = recognise(signals, name)
        assert (found.name, found.how, found.confidence) == ("back_squat", "given", 1.0)


def test_an_unknown_lift_is_refused_with_the_list() -> None:
    """The message names what was asked and what there is."""
    signals = compute_signals(skeleton("deadlift", reps=1).track)
    with pytest.raises(BadRequest, match=r"unknown lift 'bench_press'.*deadlift.*split_squat"):
        recognise(signals, "bench_press")


def test_a_gap_at_the_bottom_gives_no_warning() -> None:
    """Frames without the lifter are normal: nothing is printed, the lift is told."""
    lifter = skeleton("deadlift", gaps=[(4.0, 4.5)])
    assert recognise(compute_signals(lifter.track)).name == "deadlift"


def seen_as(lift: str, **changed: Any) -> str:
    """What a lift is called when the picture shows it with something changed."""
    signals = compute_signals(skeleton(lift).track)
    return _tree(replace(features_of(signals, find_cycles(signals)[0]), **changed))[0]


def test_a_bell_shows_from_an_angle() -> None:
    """Both hands on one handle: seen at 50°, only suspected from the side."""
    oblique = recognise(compute_signals(skeleton("kettlebell_deadlift", yaw_deg=50.0).track))
    assert oblique.name == "kettlebell_deadlift"
    side = recognise(compute_signals(skeleton("kettlebell_deadlift").track))
    assert (side.name, side.confidence <= 0.7) == ("deadlift", True)


def test_a_wide_stance_shows_from_an_angle() -> None:
    """Feet 0.75 leg lengths apart are a sumo deadlift, if the view shows them."""
    assert seen_as("deadlift", ankle_gap=0.75, yaw_deg=50.0) == "sumo_deadlift"
    assert seen_as("deadlift", ankle_gap=0.75, yaw_deg=5.0) == "deadlift"


def test_plates_before_the_knees_dont_hide_a_romanian_deadlift() -> None:
    """Hips that hardly sink tell it, whatever the knees behind the plates seem to do."""
    assert seen_as("romanian_deadlift", knee_over_hip=0.75) == "romanian_deadlift"
    assert seen_as("deadlift", knee_over_hip=0.45, hip_over_ankle=0.76) == "deadlift"


def test_a_rise_cut_short_is_no_romanian_deadlift() -> None:
    """A film that begins in mid-pull shows little of the hips' way up."""
    lifter = skeleton("deadlift", reps=1)
    cut = lifter.part(lifter.reps[0].start_s + 0.4, 99.0)
    assert recognise(compute_signals(cut.track)).name == "deadlift"


def test_hands_that_jump_behind_a_plate_swing_no_bell() -> None:
    """A wrist 0.37 above the hips is a swing's when it is seen, not when it is guessed."""
    high = {"wrist_over_hip_max": 0.37}
    assert seen_as("deadlift", **high, wrists_seen=1.0) == "kettlebell_swing"
    assert seen_as("deadlift", **high, wrists_seen=0.4) == "deadlift"


def test_an_ankle_that_jumps_is_no_leg_behind() -> None:
    """On one leg the other hip is straight."""
    assert seen_as("single_leg_deadlift") == "single_leg_deadlift"
    assert seen_as("romanian_deadlift", ankle_step=0.4) == "romanian_deadlift"


def test_bent_arms_hold_a_bell_before_the_chest() -> None:
    """Hands under the hips' height in a deep squat still hold a bell, no barbell."""
    low = {"wrist_over_hip": -0.05, "wrist_over_hip_max": 0.5}
    assert seen_as("goblet_squat", **low, wrist_over_shoulder_top=-0.23) == "goblet_squat"
    assert seen_as("goblet_squat", wrist_over_shoulder_top=-0.25) == "goblet_squat"


def test_hands_behind_plates_hold_a_barbell() -> None:
    """Wrists never seen seem close together: the engine's guess, no bell."""
    assert seen_as("back_squat", wrist_gap=0.2, wrists_seen=0.0) == "back_squat"


@pytest.mark.parametrize(("lasts_s", "told"), [(0.18, 1.0), (0.12, 0.0)])
def test_a_jolt_at_the_bottom_tells_nothing(lasts_s: float, told: float) -> None:
    """What is read at a turn is the middle of 0.3 s: what lasts 0.18 s of it, not 0.12 s."""
    time_s = np.arange(0.0, 2.0, 0.005)
    values = np.where(np.abs(time_s - 1.0) < lasts_s / 2, 1.0, 0.0)
    signals = SimpleNamespace(time_s=time_s)
    assert _around(signals, values, 200) == told  # type: ignore[arg-type]


@pytest.mark.parametrize(("seen", "lift"), [(0.17, "back_squat"), (0.25, "goblet_squat")])
def test_wrists_seen_for_a_moment_hold_a_barbell(seen: float, lift: str) -> None:
    """A sixth of the frames is a glimpse past a plate; a quarter shows hands on one bell."""
    assert seen_as("goblet_squat", wrists_seen=seen, elbow_ahead=-0.3) == lift


@pytest.mark.parametrize(("height", "lift"), [(0.7, "deadlift"), (0.82, "kettlebell_swing")])
def test_hands_that_are_never_seen_may_jump_by_half_a_leg(height: float, lift: str) -> None:
    """Behind plates a guess of 0.7 above the hips is no swing, one of 0.82 is."""
    assert seen_as("deadlift", wrist_over_hip_max=height, wrists_seen=0.0) == lift


@pytest.mark.parametrize(("rise", "more"), [(0.5, 1.0), (0.36, 1.25)])
def test_of_a_rise_cut_short_the_hips_part_counts(rise: float, more: float) -> None:
    """Shoulders that rise by half a leg made a whole hinge; of less, the hips' way is scaled."""
    signals = compute_signals(skeleton("deadlift", reps=1).track)
    (cycle,) = find_cycles(signals)[0]
    top = replace(cycle.top, value=cycle.bottom.value + rise)
    seen = features_of(signals, [replace(cycle, top=top)])
    assert seen.hip_sink / (seen.sink_share * rise) == pytest.approx(more)


@pytest.mark.parametrize(("spreads", "lift"), [(2.0, "deadlift"), (1.2, "romanian_deadlift")])
def test_one_quantity_never_decides_against_two_sure_ones(spreads: float, lift: str) -> None:
    """Hips that don't sink at all are outvoted where two others each say otherwise by 2 σ."""
    votes = {
        "hip_sink": SINK.value - 10.0 * SINK.spread,
        "sink_share": SINK_SHARE.value + spreads * SINK_SHARE.spread,
        "hip_over_ankle": HIGH_HIPS.value - spreads * HIGH_HIPS.spread,
    }
    assert seen_as("deadlift", **votes, yaw_deg=0.0) == lift


def test_a_load_that_cant_be_told_leaves_most_of_the_certainty() -> None:
    """From the side a bar and a bell look alike: surer than 0.6 of a deadlift, never of 0.8."""
    assert 0.6 < recognise(compute_signals(skeleton("deadlift").track)).confidence < 0.8


# ---------------------------------------------------------------- by the plates


def with_plates(lift: str, *, lower_m: float = 0.0, **dials: Any) -> PoseTrack:
    """A lift with full plates that hang lower than the hands by so much, as nearer ones look."""
    track = skeleton(lift, plate_m=0.49, plate_taken_in=True, **dials).track
    assert track.plate_px is not None
    lower_px = np.array([0.0, lower_m * 400.0, 0.0, 0.0])
    return replace(track, plate_px=track.plate_px + lower_px)


@pytest.mark.parametrize(("lower_m", "lift"), [(0.0, "romanian_deadlift"), (0.40, "deadlift")])
@pytest.mark.parametrize("mirror", [False, True])
def test_plates_on_the_floor_are_no_romanian_deadlift(
    lower_m: float, lift: str, mirror: bool
) -> None:
    """The very same movement, hips high: with plates in the air Romanian, from the floor not."""
    track = with_plates("romanian_deadlift", lower_m=lower_m, mirror=mirror)
    assert recognise(compute_signals(track)).name == lift


@pytest.mark.parametrize("lower_m", [0.0, 0.25])
def test_a_deadlift_stays_one_wherever_its_plates_are(lower_m: float) -> None:
    """Hips that sink are a deadlift's, from blocks too."""
    assert recognise(compute_signals(with_plates("deadlift", lower_m=lower_m))).name == "deadlift"


@pytest.mark.parametrize(("radii", "lift"), [(0.40, "deadlift"), (0.52, "romanian_deadlift")])
def test_from_where_a_plate_is_on_the_floor(radii: float, lift: str) -> None:
    """Half a radius over the ankle it still hangs; unknown, the hips alone tell."""
    assert seen_as("romanian_deadlift", bar_over_ankle=radii) == lift
    assert seen_as("romanian_deadlift", bar_over_ankle=np.nan) == "romanian_deadlift"


def test_a_plate_nearly_on_the_floor_leaves_a_doubt() -> None:
    """0.2 radii above the line one in eight is from the floor after all; far above none is."""
    signals = compute_signals(skeleton("romanian_deadlift").track)
    seen = features_of(signals, find_cycles(signals)[0])
    usual = _tree(seen)[1]
    nearly = _tree(replace(seen, bar_over_ankle=0.65))[1]
    assert nearly / usual == pytest.approx(0.88, abs=0.02)
    assert _tree(replace(seen, bar_over_ankle=1.7))[1] == pytest.approx(usual, abs=0.001)


@pytest.mark.parametrize(("yaw_deg", "told"), [(27.0, True), (33.0, False)])
def test_seen_obliquely_plates_and_feet_do_not_compare(yaw_deg: float, told: bool) -> None:
    """The near end of the bar is nearer to the camera than the feet, and looks lower."""
    signals = compute_signals(with_plates("romanian_deadlift"))
    turned = but(signals, view=replace(signals.stance.view, yaw_deg=yaw_deg))
    seen = features_of(turned, find_cycles(turned)[0])
    assert np.isfinite(seen.bar_over_ankle) == told


def test_how_high_the_plate_is_over_the_ankle() -> None:
    """In its own radii, at the bottoms; lowered by a radius it is one less."""
    over = []
    for lower_m in (0.0, 0.245):
        signals = compute_signals(with_plates("romanian_deadlift", lower_m=lower_m))
        over.append(features_of(signals, find_cycles(signals)[0]).bar_over_ankle)
    assert over[0] - over[1] == pytest.approx(1.0, abs=0.01)
    assert 1.5 < over[0] < 2.0
    signals = compute_signals(skeleton("romanian_deadlift").track)
    assert np.isnan(features_of(signals, find_cycles(signals)[0]).bar_over_ankle)


@pytest.mark.parametrize(
    ("sought", "yaw_deg", "name"),
    [
        (True, 0.0, "bodyweight_squat"),
        (False, 0.0, "front_squat"),
        (True, 33.0, "front_squat"),
    ],
)
def test_arms_held_out_hold_no_bar_where_none_is_seen(
    sought: bool, yaw_deg: float, name: str
) -> None:
    """From aside a bar's plate would be seen; nobody looked, or obliquely, it says nothing."""
    track = skeleton("front_squat", yaw_deg=yaw_deg).track
    if sought:
        track = replace(track, plate_px=np.full((len(track.time_s), 4), np.nan))
    lift = recognise(compute_signals(track))
    assert lift.name == name
    assert (lift.confidence < 0.75) == (name == "bodyweight_squat")

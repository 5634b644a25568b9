"""Which lift it is, and how sure that is said to be."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.data import PoseTrack
from formcheck.errors import BadRequest, NoReps
from formcheck.reps import recognise
from formcheck.reps.cycles import find_cycles
from formcheck.reps.drive import around
from formcheck.reps.facts import facts_of
from formcheck.reps.lifts import LIFTS
from formcheck.reps.naming import naming
from formcheck.reps.recognise import SURE
from formcheck.signals import compute_signals
from tests.retouch import but
from tests.skeleton import ARMS, Arms, skeleton

HANGING: Arms = ((0, 0), (0, 0), False)
OVERHEAD: Arms = ((175, 180), (175, 180), False)
HELD_OUT: Arms = ((85, 85), (85, 85), False)
CROSSED: Arms = ((30, 110), (30, 110), True)

# A bell, a wide stance and a bar can't be told apart by joints alone.
PLAIN = {"sumo_deadlift": "deadlift", "kettlebell_deadlift": "deadlift"}
FILMED = [lift for lift in LIFTS if lift != "squat"]


def told(lift: str, **dials: Any) -> list[str]:
    """What a set is called: its name, or both where it isn't sure."""
    found = recognise(compute_signals(skeleton(lift, **dials).track))
    return [one.name for one in found.candidates] or [found.name]


@pytest.mark.parametrize("lift", FILMED)
@pytest.mark.parametrize("yaw_deg", [0.0, 30.0])
def test_each_lift_is_among_those_named(lift: str, yaw_deg: float) -> None:
    """From the side and at 30° the name, or one of both, is right, or the plain form."""
    assert {lift, PLAIN.get(lift, lift)} & set(told(lift, yaw_deg=yaw_deg))


@pytest.mark.parametrize("lift", FILMED)
@pytest.mark.parametrize("yaw_deg", [0.0, 30.0, 90.0, -90.0])
def test_the_family_is_told_from_all_round(lift: str, yaw_deg: float) -> None:
    """Hinge, squat or split, even where the exact lift can't be seen."""
    found = recognise(compute_signals(skeleton(lift, yaw_deg=yaw_deg).track)).name
    assert LIFTS[found].family == LIFTS[lift].family
    assert (LIFTS[found].stance == "split") == (lift == "split_squat")


@given(
    lift=st.sampled_from(("deadlift", "romanian_deadlift", "back_squat", "split_squat")),
    mirror=st.booleans(),
    scale_px=st.floats(200.0, 900.0),
    rate_hz=st.floats(20.0, 90.0),
)
@settings(max_examples=12, deadline=None)
def test_the_name_survives_filming(
    lift: str, mirror: bool, scale_px: float, rate_hz: float
) -> None:
    """Mirrored, nearer or with other frames: the same name, as sure within 0.1."""
    usual = recognise(compute_signals(skeleton(lift, reps=2).track))
    track = skeleton(lift, reps=2, mirror=mirror, scale_px=scale_px, rate_hz=rate_hz).track
    filmed = recognise(compute_signals(track))
    assert filmed.name == usual.name
    assert filmed.confidence == pytest.approx(usual.confidence, abs=0.1)


@pytest.mark.parametrize("lift", FILMED)
def test_both_names_are_said_where_it_isnt_sure(lift: str) -> None:
    """Below 0.8 the two likeliest, the name first; else none."""
    found = recognise(compute_signals(skeleton(lift, yaw_deg=60.0).track))
    assert found.how == "detected"
    if found.confidence >= SURE:
        assert found.candidates == ()
    else:
        first, second = found.candidates
        assert (first.name, first.confidence) == (found.name, found.confidence)
        assert second.confidence <= first.confidence


def test_the_users_word_counts() -> None:
    """A given lift is taken as given, written with spaces or dashes too; nothing is left open."""
    signals = compute_signals(skeleton("deadlift", reps=1).track)
    for name in ("back_squat", "Back Squat", "back-squat"):
        found = recognise(signals, name)
        assert (found.name, found.how, found.confidence) == ("back_squat", "given", 1.0)
        assert found.candidates == ()


def test_an_unknown_lift_is_refused_with_the_list() -> None:
    """The message names what was asked and what there is."""
    signals = compute_signals(skeleton("deadlift", reps=1).track)
    with pytest.raises(BadRequest, match=r"unknown lift 'bench_press'.*deadlift.*split_squat"):
        recognise(signals, "bench_press")


def test_a_gap_at_the_bottom_gives_no_warning() -> None:
    """Frames without the lifter are normal: nothing is printed, the lift is told."""
    lifter = skeleton("deadlift", gaps=[(4.0, 4.5)])
    assert recognise(compute_signals(lifter.track)).name == "deadlift"


# ---------------------------------------------------------------- arms and feet


@pytest.mark.parametrize("arms", [HANGING, ARMS["split_squat"], ARMS["back_squat"]])
@pytest.mark.parametrize("yaw_deg", [0.0, 30.0])
def test_a_split_stance_is_told_whatever_the_hands_hold(arms: Arms, yaw_deg: float) -> None:
    """Dumbbells that hang, hands on the hips, a bar on the back: never a deadlift."""
    assert told("split_squat", arms=arms, yaw_deg=yaw_deg) == ["split_squat"]


@pytest.mark.parametrize("arms", [HELD_OUT, CROSSED, ARMS["bodyweight_squat"]])
@pytest.mark.parametrize("yaw_deg", [0.0, 45.0])
def test_arms_without_a_load_are_a_bodyweight_squat(arms: Arms, yaw_deg: float) -> None:
    """Held out all the time, crossed, or swung up: no front squat."""
    assert "bodyweight_squat" in told("bodyweight_squat", arms=arms, yaw_deg=yaw_deg)


def test_a_squat_to_a_chair_is_no_good_morning() -> None:
    """Shins upright and the trunk far forward: the knees still bend a lot."""
    chair = {"trunk": 50, "thigh": -75, "shank": 8}
    found = recognise(compute_signals(skeleton("bodyweight_squat", pose=chair).track))
    assert LIFTS[found.name].family == "squat"


def test_a_bar_overhead_is_a_squat() -> None:
    """None of our squats: the name of all of them."""
    assert told("back_squat", arms=OVERHEAD)[0] == "squat"


@pytest.mark.parametrize(("highest", "refused"), [(1.3, True), (1.1, False)])
def test_a_weight_thrown_overhead_is_none_of_ours(
    highest: float, refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Swung higher than any bell: refused, with how to count it all the same."""
    signals = compute_signals(skeleton("kettlebell_swing").track)
    module = import_module("formcheck.reps.recognise")
    monkeypatch.setattr(module, "held", lambda *_: {"highest": highest})
    if refused:
        with pytest.raises(NoReps, match="the weight goes overhead"):
            recognise(signals)
    else:
        assert recognise(signals).name == "kettlebell_swing"


# ---------------------------------------------------------------- what is measured


def test_the_facts_have_their_names() -> None:
    """Every quantity that a question asks is measured."""
    signals = compute_signals(skeleton("deadlift").track)
    facts = facts_of(signals, find_cycles(signals)[0])
    asked = {name for one in naming().questions.values() for name in one.quantities}
    assert asked <= set(facts)


def test_feet_hands_and_knees_are_measured() -> None:
    """A split stance is a leg long; clasped hands touch; a deadlift starts and ends low."""

    def facts(lift: str, **dials: Any) -> dict[str, float]:
        signals = compute_signals(skeleton(lift, **dials).track)
        return facts_of(signals, find_cycles(signals)[0])

    assert facts("split_squat")["feet_ahead"] > 0.9
    assert facts("back_squat")["feet_ahead"] < 0.1
    assert facts("goblet_squat")["hands_together"] > 0.5
    assert facts("back_squat")["hands_together"] < 0.5
    floor, standing = facts("deadlift"), facts("romanian_deadlift")
    assert (floor["starts_low"], floor["ends_low"]) == (1.0, 1.0)
    assert (standing["starts_low"], standing["ends_low"]) == (0.0, 0.0)
    assert floor["knee_deg"] == pytest.approx(80.0, abs=6.0)


@pytest.mark.parametrize(("lasts_s", "seen"), [(0.18, 1.0), (0.12, 0.0)])
def test_a_jolt_at_the_bottom_tells_nothing(lasts_s: float, seen: float) -> None:
    """What is read at a turn is the middle of 0.3 s: what lasts 0.18 s of it, not 0.12 s."""
    time_s = np.arange(0.0, 2.0, 0.005)
    values = np.where(np.abs(time_s - 1.0) < lasts_s / 2, 1.0, 0.0)
    signals = SimpleNamespace(time_s=time_s)
    assert around(signals, values, 200) == seen  # type: ignore[arg-type]


def with_plates(lift: str, *, lower_m: float = 0.0, **dials: Any) -> PoseTrack:
    """A lift with full plates that hang lower than the hands by so much, as nearer ones look."""
    track = skeleton(lift, plate_m=0.49, plate_taken_in=True, **dials).track
    assert track.plate_px is not None
    lower_px = np.array([0.0, lower_m * 400.0, 0.0, 0.0])
    return replace(track, plate_px=track.plate_px + lower_px)


@pytest.mark.parametrize("mirror", [False, True])
def test_plates_on_the_floor_speak_against_a_romanian_deadlift(mirror: bool) -> None:
    """The very same movement, hips high: with plates that come down to the floor less likely."""
    chances = []
    for lower_m in (0.0, 0.45):
        track = with_plates("romanian_deadlift", lower_m=lower_m, mirror=mirror)
        signals = compute_signals(track)
        facts = facts_of(signals, find_cycles(signals)[0])
        chances.append(naming().chances(facts)["romanian_deadlift"])
    assert chances[0] > 0.5
    assert chances[1] < chances[0] - 0.1


@pytest.mark.parametrize(("yaw_deg", "known"), [(27.0, True), (33.0, False)])
def test_seen_obliquely_plates_and_feet_do_not_compare(yaw_deg: float, known: bool) -> None:
    """The near end of the bar is nearer to the camera than the feet, and looks lower."""
    signals = compute_signals(with_plates("romanian_deadlift"))
    turned = but(signals, view=replace(signals.stance.view, yaw_deg=yaw_deg))
    seen = facts_of(turned, find_cycles(turned)[0])
    assert np.isfinite(seen["plate_up"]) == known


@pytest.mark.parametrize(
    ("sought", "yaw_deg", "plate"), [(True, 0.0, -1.0), (False, 0.0, 0.0), (True, 33.0, 0.0)]
)
def test_no_plate_is_told_only_where_one_would_show(
    sought: bool, yaw_deg: float, plate: float
) -> None:
    """From the side a bar's plate would be seen; nobody looked, or obliquely, it says nothing."""
    track = skeleton("front_squat", yaw_deg=yaw_deg).track
    if sought:
        track = replace(track, plate_px=np.full((len(track.time_s), 4), np.nan))
    signals = compute_signals(track)
    assert facts_of(signals, find_cycles(signals)[0])["plate"] == plate

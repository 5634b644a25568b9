"""Other movements are named and not counted; lifts that resemble them are."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from formcheck.data import Rejected
from formcheck.errors import NoReps
from formcheck.reps import cut_set, others
from formcheck.reps.cycles import find_cycles
from formcheck.reps.drive import around
from formcheck.reps.lifts import LIFTS
from formcheck.signals import compute_signals
from tests import movements
from tests.movements import Movement
from tests.rods import select
from tests.skeleton import skeleton

NAMED = {
    movements.row: others.ROW,
    movements.row_off_the_floor: others.ROW,
    movements.clean_and_press: others.CLEAN,
    movements.step_up: others.STEP_UP,
    movements.burpee: others.TO_THE_FLOOR,
    movements.wall_sit: others.HOLD,
    movements.sit_down: others.HOLD,
    movements.box_jump: others.UP_ON,
}


@pytest.mark.parametrize("yaw_deg", [0.0, 35.0, 90.0])
@pytest.mark.parametrize("movement", NAMED)
def test_other_movements_are_named(movement: Callable[[], Movement], yaw_deg: float) -> None:
    """From the side, obliquely and from the front: nothing counted, and what it is."""
    signals = compute_signals(movement().filmed(yaw_deg))
    found, rejected = find_cycles(signals)
    assert found == []
    assert {one.reason for one in rejected} == {NAMED[movement]}
    with pytest.raises(NoReps, match=NAMED[movement][:20]):
        cut_set(signals)


@pytest.mark.parametrize("yaw_deg", [0.0, 35.0, 90.0])
@pytest.mark.parametrize("movement", [
    movements.leg_swing, movements.press, movements.sprint_start,
])  # fmt: skip
def test_movements_without_a_name_of_their_own_arent_counted(
    movement: Callable[[], Movement], yaw_deg: float
) -> None:
    """A leg swung, a weight pressed overhead, a start: no repetition."""
    assert find_cycles(compute_signals(movement().filmed(yaw_deg)))[0] == []


@pytest.mark.parametrize(("movement", "yaw_deg", "reason"), [
    (movements.walking_lunge, 0.0, others.WALKS_ON),
    (movements.walking_lunge, 35.0, others.WALKS_ON),
    (movements.pick_up, 35.0, others.ONE_HAND),
    (movements.pick_up, 90.0, others.ONE_HAND),
    (movements.sprint_start, 90.0, others.CROUCH),
])  # fmt: skip
def test_what_only_some_views_show(
    movement: Callable[[], Movement], yaw_deg: float, reason: str
) -> None:
    """Steps across the picture aren't seen from the front, nor the far hand from the side."""
    found, rejected = find_cycles(compute_signals(movement().filmed(yaw_deg)))
    assert found == []
    assert reason in {one.reason for one in rejected}


@pytest.mark.parametrize("yaw_deg", [0.0, 40.0, 90.0])
@pytest.mark.parametrize("lift", LIFTS)
def test_every_lift_is_counted_with_few_pictures(lift: str, yaw_deg: float) -> None:
    """Three of each of our lifts at 12 pictures a second, from all sides."""
    lifter = skeleton(lift, rate_hz=12.0, yaw_deg=yaw_deg, noise_px=2.0)
    found, rejected = find_cycles(compute_signals(lifter.track))
    assert (len(found), rejected) == (3, [])


@pytest.mark.parametrize(("lift", "how"), [
    ("deadlift", {"rest_s": 0.0, "tempo": (0.8, 0.0, 0.8)}),
    ("deadlift", {"rest_s": 4.0, "plate_m": 0.45}),
    ("kettlebell_deadlift", {"depth": 0.6}),
    ("romanian_deadlift", {"depth": 0.7, "rest_s": 0.0}),
    ("back_squat", {"tempo": (2.0, 4.0, 1.5)}),
    ("split_squat", {"rest_s": 0.2}),
])  # fmt: skip
def test_lifts_that_resemble_others_stay(lift: str, how: dict[str, float]) -> None:
    """Touch and go, put down between, a short way, a pause of 4 s in the squat."""
    found, _ = find_cycles(compute_signals(skeleton(lift, reps=4, **how).track))  # type: ignore[arg-type]
    assert len(found) == 4


def test_a_movement_is_counted_if_the_user_names_a_lift() -> None:
    """Who says that rows are deadlifts gets them counted."""
    signals = compute_signals(movements.step_up().filmed())
    assert find_cycles(signals)[0] == []
    assert len(find_cycles(signals, insisted=True)[0]) == 4
    assert len(cut_set(signals, "split_squat").reps) == 4


@pytest.mark.parametrize(("held_s", "counted"), [(5.0, 1), (6.5, 0)])
def test_a_squat_may_pause(held_s: float, counted: int) -> None:
    """At the bottom for five seconds is a repetition, for six and a half a hold."""
    lifter = skeleton("bodyweight_squat", reps=1, tempo=(1.0, held_s, 1.0))
    assert len(find_cycles(compute_signals(lifter.track))[0]) == counted


def test_bent_over_a_bar_people_may_wait() -> None:
    """Ten seconds of getting set before a deadlift are no hold."""
    lifter = skeleton("deadlift", reps=1, start_pad_s=10.0)
    assert len(find_cycles(compute_signals(lifter.track))[0]) == 1


def test_a_start_that_is_cut_short_is_still_none() -> None:
    """Of step-ups one alone is told as well."""
    track = movements.step_up().filmed()
    once = select(track, (track.time_s > 3.0) & (track.time_s < 6.2))
    found, rejected = find_cycles(compute_signals(once))
    assert found == []
    assert [one.reason for one in rejected] == [others.STEP_UP]


def test_the_commonest_reason_is_told() -> None:
    """Of several that weren't counted; the first of equals; none of none."""
    why = [Rejected(float(at), at + 1.0, reason) for at, reason in enumerate("abbc")]
    first = others.telling(why)
    assert first is not None
    assert (first.reason, first.start_s) == ("b", 1.0)
    assert others.telling(why[:2]) == why[0]
    assert others.telling([]) is None


def test_a_posture_is_that_around_a_turn() -> None:
    """The median of what is known near a frame; NaN where nothing is."""
    signals = compute_signals(skeleton("deadlift", reps=1).track)
    values = np.full(signals.time_s.shape, np.nan)
    assert np.isnan(around(signals, values, 20))
    values[18:23] = [1.0, np.nan, 2.0, 9.0, np.nan]
    assert around(signals, values, 20) == 2.0

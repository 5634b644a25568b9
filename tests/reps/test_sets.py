"""The sets of a film: split by rest, scene and lift, never by one odd repetition."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from formcheck.cues import load_limits
from formcheck.data import PoseTrack
from formcheck.pipeline import Request, judge_sets
from formcheck.poses.saved import load_poses, save_poses
from formcheck.reps import find_sets
from tests.joined import joined, nobody, standing
from tests.skeleton import skeleton

HZ = 15.0
MINUTE_S = 60.0


def lifted(lift: str = "deadlift", reps: int = 3, **how: Any) -> PoseTrack:
    """A set alone."""
    return skeleton(lift, reps=reps, rate_hz=HZ, **how).track


def judged(track: PoseTrack) -> list[tuple[str, int]]:
    """Every set: its lift and how many repetitions."""
    found = judge_sets(track, Request(), load_limits())
    return [(one.lift.name, len(one.reps)) for one in found]


def test_one_set_is_the_film_itself() -> None:
    """Nothing is cut out of a film of one set, which is set 1 of 1."""
    track = lifted()
    (one,) = find_sets(track)
    assert one is track
    (analysis,) = judge_sets(track, Request(), load_limits())
    assert (analysis.part.number, analysis.part.of) == (1, 1)
    assert analysis.part.end_s == pytest.approx(track.time_s[-1])


def test_a_long_rest_parts_two_sets_of_the_same_lift() -> None:
    """Three repetitions, two minutes of standing, four more: two sets."""
    first, second = lifted(reps=3), lifted(reps=4)
    film = joined(first, standing(first, 2 * MINUTE_S), second)
    one, two = judge_sets(film, Request(), load_limits())
    assert (len(one.reps), len(two.reps)) == (3, 4)
    assert (one.part.number, two.part.number, two.part.of) == (1, 2, 2)
    assert one.part.end_s < two.part.start_s
    assert two.part.start_s <= two.reps[0].rep.start_s
    assert two.reps[-1].rep.end_s <= two.part.end_s


def test_heavy_singles_with_minutes_between_are_sets() -> None:
    """One repetition each, as alike as those of one set."""
    one = lifted(reps=1)
    rest = standing(one, 2 * MINUTE_S)
    assert judged(joined(one, rest, one, rest, one)) == [("deadlift", 1)] * 3


def test_repetitions_half_a_minute_apart_may_be_one_set() -> None:
    """Who takes 20 s between heavy repetitions all the time doesn't rest in between."""
    one = lifted(reps=1)
    rest = standing(one, 20.0)
    assert judged(joined(one, rest, one, rest, one)) == [("deadlift", 3)]


def test_another_lift_is_another_set() -> None:
    """Deadlifts, and at once swings: each is judged as what it is."""
    film = joined(lifted(reps=3), lifted("kettlebell_swing", reps=5))
    assert judged(film) == [("deadlift", 3), ("kettlebell_swing", 5)]


def test_another_lift_of_the_same_hands_is_another_set_by_its_size_and_name() -> None:
    """Deadlifts, and Romanian ones at once: hands hang in both, but the rises differ."""
    film = joined(lifted(reps=3), lifted("romanian_deadlift", reps=3, depth=0.8))
    assert judged(film) == [("deadlift", 3), ("romanian_deadlift", 3)]


@pytest.mark.parametrize("odd", [0, 1, 2, 3])
def test_one_odd_repetition_is_no_set(odd: int) -> None:
    """A half repetition among whole ones, wherever it is, stays in its set."""
    efforts = [1.0, 1.0, 1.0, 1.0]
    efforts[odd] = 0.55
    assert len(find_sets(lifted(reps=4, efforts=efforts))) == 1


def test_one_swing_among_deadlifts_is_no_set() -> None:
    """Another lift needs two repetitions to be one."""
    film = joined(lifted(reps=2), lifted("kettlebell_swing", reps=1), lifted(reps=2))
    assert len(find_sets(film)) == 1


def test_two_scenes_are_two_sets() -> None:
    """The same lift filmed in two places."""
    film = joined(lifted(reps=3), lifted(reps=4, shift_px=(150.0, 0.0)), scenes=(0, 1))
    one, two = judge_sets(film, Request(), load_limits())
    assert (len(one.reps), len(two.reps)) == (3, 4)
    assert "cuts" not in {caution.code for caution in (*one.cautions, *two.cautions)}


def test_a_scene_that_comes_back_is_one_set() -> None:
    """A cut to something else and back, with the set going on: its repetitions count."""
    part, other = lifted(reps=2), nobody(lifted(), 3.0)
    film = joined(part, other, part, scenes=(0, 1, 0))
    assert judged(film) == [("deadlift", 4)]


def test_a_set_in_the_shorter_scene_is_found() -> None:
    """Somebody stands and talks for longer than the set takes, in another place."""
    film = joined(standing(lifted(), MINUTE_S), lifted(reps=3), scenes=(0, 1))
    assert judged(film) == [("deadlift", 3)]


def test_what_lies_apart_and_is_alike_to_nothing_is_named() -> None:
    """A small bend a minute after the set is no set and no repetition of it."""
    whole, small = lifted(reps=3), lifted(reps=1, depth=0.6)
    film = joined(whole, standing(whole, MINUTE_S), small)
    (one,) = judge_sets(film, Request(), load_limits())
    assert len(one.reps) == 3
    assert "left_out" in {caution.code for caution in one.cautions}


def test_a_gap_of_the_clock_is_no_rest() -> None:
    """A film whose clock leaps by a day in the middle of a set shows no rest."""
    track = lifted(reps=4)
    leaps = track.time_s + np.where(track.time_s > track.time_s[-1] / 2, 24 * 3600.0, 0.0)
    stretch = (np.diff(leaps, prepend=leaps[0]) > 1.0).cumsum().astype(np.int32)
    assert len(find_sets(replace(track, time_s=leaps, stretch=stretch))) == 1


def test_a_sets_own_poses_give_the_same_set(tmp_path: Path) -> None:
    """What was cut out, kept and judged again is the same set of the same film."""
    film = joined(lifted(reps=3), lifted("kettlebell_swing", reps=5))
    for one in judge_sets(film, Request(), load_limits()):
        save_poses(one.track, tmp_path / "poses.npz")
        (again,) = judge_sets(load_poses(tmp_path / "poses.npz"), Request(), load_limits())
        assert again.to_dict() == one.to_dict()


@settings(max_examples=5, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(
    before_s=st.floats(0.2, 120.0),
    after_s=st.floats(0.2, 120.0),
    empty=st.booleans(),
)
def test_minutes_around_the_sets_change_no_count(
    before_s: float, after_s: float, empty: bool
) -> None:
    """Standing about, or an empty room, before and after."""
    first, second = lifted(reps=3), lifted("kettlebell_swing", reps=4)
    around = nobody if empty else standing
    film = joined(around(first, before_s), first, second, around(second, after_s))
    assert judged(film) == [("deadlift", 3), ("kettlebell_swing", 4)]
    alone = joined(around(first, before_s), first, around(first, after_s))
    assert judged(alone) == [("deadlift", 3)]

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
from formcheck.data import PoseTrack, Signals
from formcheck.errors import NoLifter
from formcheck.pipeline import Request, judge_sets
from formcheck.poses.saved import load_poses, save_poses
from formcheck.reps import find_sets, sets
from formcheck.reps.cycles import Cycle, find_cycles
from formcheck.reps.turning import Turn
from formcheck.signals import compute_signals
from tests.joined import joined, nobody, standing
from tests.rods import select
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


@pytest.mark.parametrize(("rest_s", "many"), [(31.0, 1), (46.0, 2)])
def test_a_rest_is_long_beside_the_sets_own_rhythm(rest_s: float, many: int) -> None:
    """Who lifts every ten seconds and then stands for 31 goes on; after 46 it is another set."""
    slow = lifted(reps=3, rest_s=7.8, start_pad_s=0.0, end_pad_s=0.0)
    film = joined(slow, standing(slow, rest_s), slow)
    assert len(find_sets(film)) == many


def test_a_rest_shown_by_few_pictures_is_a_rest() -> None:
    """A picture in 1.25 s while the lifter stands for 42 s: hardly less than all of it."""
    one = lifted(reps=3)
    stands = standing(one, 42.0)
    rest = select(stands, np.arange(stands.time_s.size) % round(1.25 * HZ) == 0)
    assert len(find_sets(joined(one, rest, one))) == 2


@pytest.mark.parametrize(("sure", "told"), [(0.75, ""), (0.85, "swung")])
def test_only_surely_seen_hands_tell_another_lift(
    monkeypatch: pytest.MonkeyPatch, sure: float, told: str
) -> None:
    """Of one set the hands are told by 0.75 now and then where they are hardly seen."""
    signals = compute_signals(lifted(reps=1))
    monkeypatch.setattr(sets, "load_held", lambda _signals, _cycle: ("swung", sure))
    (cycle,) = find_cycles(signals)[0]
    assert sets._rise(signals, cycle).load == told


def rises(motion: Signals, *sizes: float) -> sets._Group:
    """Rises of these sizes, whatever the hands do."""
    found = [
        Cycle(None, Turn(at, 0.0, high=False), Turn(at + 1, size, high=True), None)
        for at, size in enumerate(sizes)
    ]
    return sets._Group(
        0, motion, tuple(sets._Rise(one, at, at + 0.5, "", False) for at, one in enumerate(found))
    )


@pytest.mark.parametrize(("sure", "splits_at"), [(0.65, 3), (0.55, 0)])
def test_another_size_and_name_are_another_lift_where_the_names_are_sure(
    monkeypatch: pytest.MonkeyPatch, sure: float, splits_at: int
) -> None:
    """From the side a deadlift is told by 0.7: that is enough, 0.55 is a guess."""
    names = {1.0: "deadlift", 0.6: "romanian_deadlift"}
    monkeypatch.setattr(sets, "named", lambda _motion, some: (names[some[0].rise], sure))
    group = rises(compute_signals(lifted(reps=1)), 1.0, 1.0, 1.0, 0.6, 0.6)
    assert sets._change_of_size(group) == splits_at


def test_a_set_keeps_the_slowest_lowering_and_no_minute_of_an_empty_room() -> None:
    """Of a minute before the first rise, and of one after the last, 8 to 12 s are left."""
    first, second = lifted("back_squat", reps=2), lifted("back_squat", reps=3)
    around = nobody(first, MINUTE_S)
    one, other = find_sets(joined(around, first, around, second, around))
    begins, ends = (find_cycles(compute_signals(part))[0] for part in (one, other))
    assert 8.0 < one.time_s[begins[0].bottom.at] - one.time_s[0] < 12.0
    assert 8.0 < other.time_s[-1] - other.time_s[ends[-1].top.at] < 12.0


@pytest.mark.parametrize(("lasts_s", "looked_at"), [(0.8, 1), (1.2, 2)])
def test_a_glimpse_of_another_place_holds_no_set(
    monkeypatch: pytest.MonkeyPatch, lasts_s: float, looked_at: int
) -> None:
    """A scene of less than a second isn't measured: no repetition is as fast."""
    film = joined(lifted(reps=1), standing(lifted(reps=1), lasts_s + 1 / HZ), scenes=(0, 1))
    seen = []

    def nobody_there(track: PoseTrack) -> Signals:
        seen.append(track)
        raise NoLifter("nobody")

    monkeypatch.setattr("formcheck.signals.compute_signals", nobody_there)
    find_sets(film)
    assert len(seen) == looked_at

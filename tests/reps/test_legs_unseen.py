"""A set is counted by shoulders and bar: legs that an engine calls unseen change nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from formcheck.data import PoseTrack, Rep
from formcheck.reps import cut_set
from formcheck.reps.cycles import find_cycles
from formcheck.signals import compute_signals
from tests.skeleton import Lifter, skeleton

# No shrinking: each example measures a set twice.
FEW = settings(max_examples=12, phases=[Phase.explicit, Phase.reuse, Phase.generate], deadline=None)
HIPS, LEGS = [23, 24], [25, 26, 27, 28, 29, 30, 31, 32]
UNSEEN = 0.05


def hidden(track: PoseTrack, joints: list[int], share: float, seed: int = 0) -> PoseTrack:
    """The engine doesn't see the joints in a share of the frames, each for itself."""
    seen = track.visibility.copy()
    unseen = np.random.default_rng(seed).random((len(seen), len(joints))) < share
    seen[:, joints] = np.where(unseen, UNSEEN, seen[:, joints])
    return replace(track, visibility=seen)


def reps_of(track: PoseTrack) -> tuple[Rep, ...]:
    return cut_set(compute_signals(track)).reps


def behind_plates(lift: str = "deadlift", yaw_deg: float = 0.0, mirror: bool = False) -> Lifter:
    return skeleton(lift, reps=2, plate_m=0.45, yaw_deg=yaw_deg, mirror=mirror)


@FEW
@given(
    lift=st.sampled_from(["deadlift", "romanian_deadlift", "sumo_deadlift"]),
    yaw_deg=st.floats(-15, 25),
    mirror=st.booleans(),
    joints=st.sampled_from([LEGS, HIPS + LEGS]),
    share=st.sampled_from([0.5, 0.9, 1.0]),
    seed=st.integers(0, 99),
)
def test_hiding_the_legs_leaves_count_and_times(
    lift: str, yaw_deg: float, mirror: bool, joints: list[int], share: float, seed: int
) -> None:
    """However much of the legs isn't seen: as many repetitions, standing at the same moments."""
    track = behind_plates(lift, yaw_deg, mirror).track
    shown, unseen = reps_of(track), reps_of(hidden(track, joints, share, seed))
    assert len(unseen) == len(shown) == 2
    for one, other in zip(shown, unseen, strict=True):
        assert other.top_s == pytest.approx(one.top_s, abs=0.15)


def test_a_scale_is_found_whatever_is_hidden() -> None:
    """Leg, else trunk, else the trunk as it is guessed: within a fifth of the leg's length."""
    track = behind_plates().track
    length_px = compute_signals(track).body.leg_px
    for joints in (LEGS, HIPS + LEGS):
        unseen_px = compute_signals(hidden(track, joints, 1.0)).body.leg_px
        assert unseen_px == pytest.approx(length_px, rel=0.2)


@pytest.mark.parametrize(("bar_from", "counted"), [(0.5, True), (0.8, False)])
def test_a_knee_in_one_half_and_a_bar_in_the_other_are_enough(
    bar_from: float, counted: bool
) -> None:
    """Seen in a fifth of the time, the knees, and followed later, the bar: half makes a lift."""
    track = behind_plates().track
    seen, plate = track.visibility.copy(), track.plate_px
    assert plate is not None
    frames = np.arange(len(seen)) / len(seen)
    seen[:, LEGS] = np.where(frames[:, None] < 0.2, 0.98, UNSEEN)
    plate = np.where(frames[:, None] < bar_from, np.nan, plate)
    track = replace(track, visibility=seen, plate_px=plate, on_body=np.ones_like(seen))
    assert bool(find_cycles(compute_signals(track))[0]) == counted


def test_the_scene_with_the_bar_is_judged_though_its_legs_are_hidden() -> None:
    """A short scene that shows knees isn't taken before a long one with a bar and no legs."""
    track = hidden(behind_plates().track, LEGS, 1.0)
    last = track.time_s > track.time_s[-1] - 0.8
    seen, plate = track.visibility.copy(), track.plate_px
    assert plate is not None
    seen[last] = 0.98
    film = replace(
        track,
        shot=last.astype(np.int32),
        visibility=seen,
        plate_px=np.where(last[:, None], np.nan, plate),
    )
    assert len(reps_of(film)) == 2


@pytest.mark.parametrize("lift", ["deadlift", "romanian_deadlift"])
def test_hips_that_are_never_seen_leave_the_name_to_the_bar(lift: str) -> None:
    """How far hips sink tells a Romanian deadlift: unseen, the bar on the floor tells a
    deadlift, and one that stays above it leaves both names."""
    track = hidden(behind_plates(lift).track, HIPS + LEGS, 1.0)
    named = cut_set(compute_signals(track)).lift
    assert lift in {named.name, *(one.name for one in named.candidates)}
    assert bool(named.candidates) == (lift == "romanian_deadlift")

"""Whether a film's seconds can be life's, by its pictures and bodies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.data import FloatArray, Pace, PoseTrack
from formcheck.signals import compute_signals
from formcheck.signals.filtering import nan_median
from formcheck.signals.pace import at_usual_pace, changes_speed, cycle_s, scatter, too_fast
from tests.rods import select
from tests.skeleton import skeleton


def codes(track: PoseTrack) -> set[str]:
    return {caution.code for caution in compute_signals(track).cautions}


def slowed_between(track: PoseTrack, begin: int, end: int, times: int) -> PoseTrack:
    """Show each picture from ``begin`` to ``end`` so many times, at the film's own rate."""
    count = np.ones(len(track.time_s), dtype=int)
    count[begin:end] = times
    out = select(track, np.repeat(np.arange(len(track.time_s)), count))
    return replace(out, time_s=np.arange(len(out.time_s)) / 30.0)


@pytest.fixture(scope="module")
def deadlifts() -> PoseTrack:
    return skeleton("deadlift", reps=3, noise_px=0.5).track


@pytest.mark.parametrize("times", [2, 4, 8])
def test_repeated_pictures_are_a_ramp(deadlifts: PoseTrack, times: int) -> None:
    """A part in slow motion, each picture shown 2 to 8 times, makes the film's speed change."""
    found = compute_signals(slowed_between(deadlifts, 90, 160, times))
    assert found.time.pace == Pace(doubt="pace_changes")
    assert "pace_changes" in {caution.code for caution in found.cautions}


def test_pictures_further_apart_are_a_ramp(deadlifts: PoseTrack) -> None:
    """So does a part whose pictures lie four times as far apart."""
    steps_s = np.full(len(deadlifts.time_s), 1 / 30)
    steps_s[90:160] *= 4
    assert (
        compute_signals(replace(deadlifts, time_s=np.cumsum(steps_s))).time.pace.doubt
        == "pace_changes"
    )


def test_the_rate_of_poor_light_is_no_ramp(deadlifts: PoseTrack) -> None:
    """Half of the pictures in a part, at true times, are only fewer pictures."""
    keep = np.ones(len(deadlifts.time_s), dtype=bool)
    keep[91:160:2] = False
    assert compute_signals(select(deadlifts, np.flatnonzero(keep))).time.pace == Pace()


def test_doubled_throughout_is_no_ramp(deadlifts: PoseTrack) -> None:
    """A film at 15 pictures a second, stored at 30, doesn't change its speed."""
    few = select(deadlifts, np.arange(0, len(deadlifts.time_s), 2))
    doubled = select(few, np.repeat(np.arange(len(few.time_s)), 2))
    film = replace(doubled, time_s=np.arange(len(doubled.time_s)) / 30.0)
    assert compute_signals(film).time.pace == Pace()


@pytest.mark.parametrize("lift", ["deadlift", "kettlebell_swing", "bodyweight_squat"])
def test_lifts_at_their_own_pace_are_believed(lift: str) -> None:
    """A plain film isn't doubted."""
    tempo = (0.7, 0.05, 0.65) if lift == "kettlebell_swing" else (1.0, 0.3, 0.9)
    assert not codes(skeleton(lift, reps=4, tempo=tempo).track) & {"pace_unknown", "pace_changes"}


def test_a_sped_up_swing_is_doubted() -> None:
    """Arms can't swing in 0.7 s: the film plays faster than life, and it is said."""
    swing = skeleton("kettlebell_swing", reps=6, tempo=(0.65, 0.05, 0.65), rest_s=0.1).track
    assert compute_signals(swing).time.pace == Pace()
    fast = replace(swing, time_s=swing.time_s / 2)
    found = compute_signals(fast)
    assert found.time.pace.doubt == "pace_unknown"
    assert 0.4 < found.time.pace.slowed < 0.6
    np.testing.assert_allclose(found.time_s * found.time.pace.slowed, fast.time_s)
    assert "perhaps 2" in next(one.message for one in found.cautions if one.code == "pace_unknown")


LEG_PX = 100.0


def goes(steps_px: list[float], intervals_s: FloatArray | float = 1 / 30) -> bool:
    """Whether a film's speed changes in which all of a body goes so far from picture to picture."""
    landmarks = np.zeros((len(steps_px) + 1, 33, 2))
    landmarks[1:, :, 0] = np.cumsum(steps_px)[:, None]
    time_s = np.cumsum(np.concatenate([[0.0], np.broadcast_to(intervals_s, len(steps_px))]))
    return changes_speed(time_s, landmarks, LEG_PX)


PLAINLY = [3.0] * 90
SLOWED = [3.0, 0.0, 0.0, 0.0]  # each picture shown four times


@pytest.mark.parametrize(("pictures", "changes"), [(56, True), (44, False)])
def test_a_part_in_slow_motion_lasts(pictures: int, changes: bool) -> None:
    """Pictures repeated for just under 2 s are a part in slow motion, for 1.5 s they aren't sure.

    It takes a second of windows that are mostly inside it.
    """
    assert goes(PLAINLY + SLOWED * (pictures // 4) + PLAINLY) is changes


@pytest.mark.parametrize(("share", "changes"), [(0.45, True), (0.6, False)])
def test_a_repeated_picture_hardly_moves(share: float, changes: bool) -> None:
    """Blended with its neighbour it moves by half of a step; more is uneven movement."""
    assert goes(PLAINLY + [3.0, 3.0 * share] * 45 + PLAINLY) is changes


@pytest.mark.parametrize(("repeated", "changes"), [(5, True), (2, False)])
def test_most_pictures_of_a_slowed_part_are_repeated(repeated: int, changes: bool) -> None:
    """Five of seven are a part in slow motion; every other one is a film of uneven steps."""
    pattern = [3.0, 0.0] * repeated + [3.0, 3.0, 0.0]
    assert goes(PLAINLY + pattern * 10 + PLAINLY) is changes


@pytest.mark.parametrize(("every", "changes"), [(8, True), (5, False)])
def test_a_plain_part_repeats_next_to_no_picture(every: int, changes: bool) -> None:
    """A picture doubled in eight beside slow motion is plain; one in five may be slow as well."""
    assert goes(SLOWED * 40 + ([3.0] * (every - 1) + [0.0, 3.0, 0.0]) * 20) is changes


@pytest.mark.parametrize(("times", "changes"), [(3.5, True), (2.5, False)])
def test_pictures_two_and_a_half_times_apart_are_poor_light(times: float, changes: bool) -> None:
    """A phone's rate halves in poor light; over three times as far apart they are slowed down."""
    intervals_s = np.repeat([1.0, times], 100) / 30
    assert goes([3.0] * 200, intervals_s) is changes


@pytest.mark.parametrize(("pull_m_s2", "for_s", "faster"), [
    (13.0, 0.4, False),  # free fall, shorter legs and jitter
    (16.0, 0.4, True),
    (16.0, 0.2, True),
    (16.0, 0.15, False),  # a jolt
])  # fmt: skip
def test_nobody_drops_faster_than_things_fall(pull_m_s2: float, for_s: float, faster: bool) -> None:
    """A trunk of usual legs pulled down by 16 m/s² for a fifth of a second: played too fast."""
    time_s = np.arange(0.0, 8.0, 1 / 60)
    part_s = time_s % (for_s + 1.0)
    deep_m = pull_m_s2 * for_s**2 / 2
    back = np.clip(part_s - for_s, 0.0, 1.0)
    rises_m = deep_m * (1.0 - 3 * back**2 + 2 * back**3)
    down_m = np.where(part_s < for_s, pull_m_s2 * part_s**2 / 2, rises_m)
    points = np.zeros((time_s.size, 33, 2))
    points[:, :, 1] = (down_m * LEG_PX / 0.83)[:, None]  # a leg of somebody 1.7 m tall
    assert too_fast(time_s, points, LEG_PX) is faster


def hands(cycle_lasts_s: float, swings: float, high: float = 1.0) -> tuple[FloatArray, FloatArray]:
    """Times and height of hands that go up and down, ``high`` leg lengths in all."""
    time_s = np.arange(0.0, swings * cycle_lasts_s, 1 / 60)
    return time_s, -high / 2 * np.cos(2 * np.pi * time_s / cycle_lasts_s)


def test_hands_swing_if_they_go_up_and_down_by_half_a_leg_and_more_than_thrice() -> None:
    """By 0.53 of a leg, five times; not by 0.42, and of four swings three lie between."""
    assert cycle_s(*hands(1.5, 5.0, 0.53)) == pytest.approx(1.5, abs=0.02)
    assert np.isnan(cycle_s(*hands(1.5, 5.0, 0.42)))
    assert cycle_s(*hands(1.5, 4.0)) == pytest.approx(1.5, abs=0.02)
    assert np.isnan(cycle_s(*hands(1.5, 3.0)))


@pytest.mark.parametrize(("swing_s", "believed"), [(1.2, True), (1.0, False)])
def test_no_arm_swings_in_a_second(deadlifts: PoseTrack, swing_s: float, believed: bool) -> None:
    """Real swings take 1.4 to 1.8 s, quick ones 1.2; a faster film is slowed to a usual one."""
    time_s, height = hands(swing_s, 8.0)
    track = replace(deadlifts, time_s=time_s)
    slower = at_usual_pace(track, height)
    assert (slower is None) is believed
    if slower is not None:
        assert 1.4 < cycle_s(slower.time_s, height) < 1.8


def test_scatter_is_how_far_medians_of_a_swings_bottom_lie_apart() -> None:
    """Of pure noise, a hundred pictures a second: the spread of its medians over 0.3 s."""
    noise = np.random.default_rng(4).normal(size=20000)
    told = float(np.median(scatter(np.arange(noise.size) / 100, noise)))
    medians = nan_median(noise[: noise.size // 31 * 31].reshape(-1, 31))
    assert told == pytest.approx(float(np.std(medians)), rel=0.1)

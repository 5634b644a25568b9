"""A set played to the live stages: counted, judged and ended by itself."""

from __future__ import annotations

import functools
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.live_match import rows_of
from formcheck.cues import load_limits
from formcheck.data import PoseTrack
from formcheck.live.events import LiveEvent
from formcheck.live.online import COMPARED_S
from formcheck.live.stage import SHOW_CUE_S, Scene, Stage
from formcheck.live.still import SLOW_HZ
from formcheck.pipeline import Request, judge_poses
from tests.live.playing import Played, play
from tests.rods import select
from tests.skeleton import Lifter, skeleton

LATEST_S = 0.15
"""Of film; engine and judge come on top."""


@functools.cache
def filmed(lift: str) -> Lifter:
    return skeleton(lift, rate_hz=25.0, start_pad_s=2.0)


@functools.cache
def played(lift: str) -> Played:
    return play(filmed(lift).track, lift=lift)


@pytest.mark.parametrize("lift", ["deadlift", "goblet_squat", "romanian_deadlift"])
def test_live_counts_and_judges_as_offline(lift: str) -> None:
    """The same repetitions with the same verdicts as the recorded set."""
    offline = judge_poses(filmed(lift).track, Request(lift=lift), load_limits())
    live = played(lift)
    assert [one.fields["index"] for one in live.of("rep")] == [1, 2, 3]
    (end,) = live.of("set_end")
    assert end.fields["reps"] == len(offline.reps)
    assert end.fields["cues"] == {cue: one.verdict for cue, one in offline.summary.findings.items()}


def test_a_repetition_is_told_soon_after_its_end() -> None:
    """With the third picture, but for the last one, which the end of the film tells."""
    reps = played("goblet_squat").of("rep")
    late_s = [one.time_s - one.fields["end_s"] for one in reps[:-1]]
    assert 0 <= min(late_s) <= max(late_s) <= LATEST_S


def test_a_long_set_is_counted_and_told_as_soon() -> None:
    """A minute of squats: more than a repetition is compared with when it is told."""
    reps = 20
    lifter = skeleton("goblet_squat", rate_hz=20.0, start_pad_s=2.0, reps=reps)
    live = play(lifter.track)
    told = live.of("rep")
    assert lifter.reps[-1].end_s > COMPARED_S + 10.0
    assert [one.fields["index"] for one in told] == list(range(1, reps + 1))
    late_s = [one.time_s - one.fields["end_s"] for one in told[:-1]]
    assert max(late_s) <= LATEST_S
    assert [one.fields["reps"] for one in live.of("set_end")] == [reps]


def test_a_cue_stays_while_its_fault_goes_on() -> None:
    """Shown all the time, told not more often than every few seconds."""
    lifter = skeleton("deadlift", rate_hz=25.0, hips_first_deg=25.0, start_pad_s=2.0, reps=4)
    stage = Stage(lifter.track.frame_size, Request(lift="deadlift"), load_limits(), lambda _: None)
    first_s, hidden_s = None, []
    for row in rows_of(lifter.track):
        time_s = float(row["time_s"])
        if stage.add(row, 120.0):
            stage.assess()
        stage.at_once()
        if stage.scene().cue is not None:
            first_s = first_s or time_s
        elif first_s is not None:
            hidden_s.append(time_s)
    assert first_s is not None
    apart_s = np.diff([rep.bottom_s for rep in lifter.reps]).max()
    assert apart_s < SHOW_CUE_S
    assert not [time_s for time_s in hidden_s if time_s < lifter.reps[-1].end_s]


def test_the_set_ends_when_the_lifter_rests() -> None:
    """Six seconds of standing still end it, and the summary shows."""
    lifter = skeleton("goblet_squat", rate_hz=25.0, start_pad_s=2.0, end_pad_s=8.0)
    live = play(lifter.track, close=False)
    (end,) = live.of("set_end")
    assert end.fields["reps"] == 3
    assert end.time_s - live.of("rep")[-1].fields["end_s"] == pytest.approx(6.0, abs=0.6)


def test_two_sets_are_two_sets() -> None:
    """After a rest counting starts at one again."""
    first = skeleton("goblet_squat", rate_hz=25.0, start_pad_s=2.0, end_pad_s=8.0, reps=2)
    second = skeleton("goblet_squat", rate_hz=25.0, start_pad_s=2.0, end_pad_s=1.0, reps=3)
    later_s = second.track.time_s + first.track.time_s[-1] + 0.04
    live = play(first.track, replace(second.track, time_s=later_s))
    assert [one.fields["reps"] for one in live.of("set_end")] == [2, 3]
    assert [one.fields["index"] for one in live.of("rep")] == [1, 2, 1, 2, 3]


def test_a_fault_is_told_while_it_happens() -> None:
    """Hips that shoot up are told before the repetition is over."""
    lifter = skeleton("deadlift", rate_hz=25.0, hips_first_deg=25.0, start_pad_s=2.0, reps=3)
    live = play(lifter.track, lift="deadlift")
    told = [one for one in live.of("cue") if one.fields["cue"] == "hip_drive"]
    assert told
    in_time = [
        any(rep.bottom_s < one.time_s < rep.end_s + LATEST_S for rep in lifter.reps) for one in told
    ]
    assert all(in_time)


def test_at_most_one_cue_at_a_time() -> None:
    """Whatever is wrong, the scene shows one cue."""
    lifter = skeleton("deadlift", rate_hz=25.0, hips_first_deg=25.0, lean_back_deg=20.0)
    live = play(lifter.track, lift="deadlift")
    times_s = [one.time_s for one in live.of("cue")]
    assert np.diff(times_s).min(initial=1.0) >= 0.0
    assert len(live.of("cue")) <= 2 * len(live.of("rep"))


def test_a_rep_hardly_seen_is_not_called_good() -> None:
    """From in front hardly a cue of a squat can be judged: counted, not praised."""
    in_front = skeleton("goblet_squat", rate_hz=25.0, start_pad_s=2.0, yaw_deg=88.0)
    told = play(in_front.track, lift="goblet_squat").of("rep")
    assert len(told) == 3
    assert not any(one.fields["good"] for one in told)
    deep = skeleton("goblet_squat", rate_hz=25.0, start_pad_s=2.0, depth=1.1)
    assert all(one.fields["good"] for one in play(deep.track, lift="goblet_squat").of("rep"))


def test_nobody_there_counts_nothing() -> None:
    """An empty room tells how to begin, and nothing else."""
    lifter = skeleton("goblet_squat", rate_hz=25.0, gaps=[(0.0, 60.0)])
    live = play(lifter.track)
    assert {one.kind for one in live.events} <= {"framing"}
    assert not live.of("rep")


def test_a_bad_row_costs_one_picture() -> None:
    """Rows whose time stands still, goes back, or is none: left out, the set goes on."""
    lifter = filmed("goblet_squat")
    rows = rows_of(lifter.track)
    bad = rows[::7].copy()
    bad["time_s"][::3] = np.nan
    bad["time_s"][1::3] -= 2.0
    bad["time_s"][2::3] = np.inf
    mixed = np.insert(rows, np.arange(len(bad)) * 7 + 1, bad)
    events: list[LiveEvent] = []
    stage = Stage(
        lifter.track.frame_size, Request(lift="goblet_squat"), load_limits(), events.append
    )
    for row in mixed:
        if stage.add(row, 120.0):
            stage.assess()
        stage.at_once()
    stage.end_set()
    assert next(one for one in events if one.kind == "set_end").fields == (
        played("goblet_squat").of("set_end")[0].fields
    )


def test_a_gap_of_pictures_in_a_repetition_leaves_it_unjudged() -> None:
    """Half a second without pictures hides a turning point: counted, no verdict."""
    lifter = filmed("goblet_squat")
    low_s = lifter.reps[1].bottom_s
    kept = np.abs(lifter.track.time_s - low_s) > 0.2
    track = select(lifter.track, kept)
    request = Request(lift="goblet_squat", least_hz=SLOW_HZ)
    judged = judge_poses(track, request, load_limits())
    told = [{one.verdict for one in rep.findings.values()} for rep in judged.reps]
    assert told[1] == {"cannot_judge"}
    assert "good" in told[0] & told[2]


def rested(stage: Stage, track: PoseTrack, seconds: float, begin_s: float) -> float:
    """Let the lifter stand as in the first frame; gives the time after it."""
    standing = rows_of(track)[:1].repeat(round(seconds * 25))
    for row in standing:
        begin_s += 0.04
        row["time_s"] = begin_s
        stage.add(row, 120.0)
        stage.end_if_over()
    return begin_s


def lifted(stage: Stage, track: PoseTrack, begin_s: float = 0.0) -> list[Scene]:
    """Lift a set, judged once in a while; gives the scenes."""
    scenes = []
    for number, row in enumerate(rows_of(track)):
        row["time_s"] += begin_s
        if stage.add(row, 120.0) or number % 25 == 0:
            stage.assess()
        scenes.append(stage.scene())
    return scenes


def squats() -> tuple[Stage, PoseTrack]:
    track = skeleton("goblet_squat", rate_hz=25.0, start_pad_s=2.0, end_pad_s=0.8, reps=2).track
    request = Request(lift="goblet_squat")
    return Stage(track.frame_size, request, load_limits(), lambda _: None), track


def test_the_rest_runs_from_the_last_repetition_until_the_next_set() -> None:
    """Nothing before the first set; its end starts the clock, the next set's first rep ends it."""
    stage, track = squats()
    scenes = lifted(stage, track)
    assert all(np.isnan(scene.rested_since_s) for scene in scenes)
    now_s = rested(stage, track, 8.0, float(track.time_s[-1]))
    scene = stage.scene()
    assert scene.where == "summary"
    assert scene.shown_again is not None
    assert scene.shown_again.number == 2
    assert scene.rested_since_s == scene.shown_again.judged.rep.end_s
    assert 6.0 <= now_s - scene.rested_since_s <= 10.0
    scenes = lifted(stage, track, now_s)
    assert scenes[-1].where == "lifting"
    assert np.isnan(scenes[-1].rested_since_s)
    assert scenes[-1].shown_again is None


def test_the_last_repetition_goes_the_moment_the_next_begins() -> None:
    """Shown while the lifter stands; away before the shoulders are a quarter down."""
    stage, track = squats()
    lifted(stage, track)
    now_s = rested(stage, track, 8.0, float(track.time_s[-1]))
    assert stage.scene().resting
    scenes = lifted(stage, track, now_s)
    high_px = track.landmarks_px[:, 11, 1]
    gone = next(at for at, scene in enumerate(scenes) if not scene.resting)
    down = (high_px[gone] - high_px[0]) / (high_px.max() - high_px[0])
    assert 0.0 < down < 0.25
    assert not any(scene.resting for scene in scenes[gone:])


def test_nothing_is_shown_again_to_nobody() -> None:
    """Who leaves takes it away; it comes back with them."""
    stage, track = squats()
    lifted(stage, track)
    now_s = rested(stage, track, 8.0, float(track.time_s[-1]))
    away = rows_of(track)[:1]
    away["points_px"] = np.nan
    away["time_s"] = now_s + 0.6
    stage.add(away[0], 120.0)
    assert not stage.scene().resting
    rested(stage, track, 3.0, now_s + 0.6)
    assert stage.scene().resting

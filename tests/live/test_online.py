"""Repetitions and cues while the set goes on: each told once, by the recorded set's rules."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.live_match import rows_of
from formcheck.cues import judge, load_limits
from formcheck.data import PoseTrack
from formcheck.live.online import STOPPED_S, FreshRep, Online, _bar_px
from formcheck.pipeline import Request
from formcheck.reps import cut_set
from formcheck.signals import compute_signals
from tests.cues.judging import without_picture
from tests.skeleton import skeleton


def filmed(track: PoseTrack, lift: str = "auto") -> tuple[Online, list[tuple[float, FreshRep]]]:
    """Play a track, looking whenever a repetition may have ended; when each was told."""
    online = Online(track.frame_size, Request(lift=lift), load_limits())
    told: list[tuple[float, FreshRep]] = []
    look_until_s = -np.inf
    for row in rows_of(track):
        time_s = float(row["time_s"])
        if online.add(row):
            look_until_s = time_s + 1.0
        if time_s < look_until_s:
            told += [(time_s, one) for one in online.assess()]
    return online, told


@pytest.mark.parametrize("lift", ["deadlift", "back_squat", "romanian_deadlift"])
def test_each_repetition_is_told_once_soon_after_its_end(lift: str) -> None:
    """Three repetitions, numbered, none before it ended, none later than half a second."""
    _, told = filmed(skeleton(lift, end_pad_s=1.5).track)
    assert [one.number for _, one in told] == [1, 2, 3]
    for time_s, one in told:
        assert STOPPED_S <= time_s - one.judged.rep.end_s <= 0.5


def test_what_is_told_is_what_the_recorded_set_says() -> None:
    """Hips that shoot up are a fault at once, as they are in the end."""
    track = skeleton("deadlift", hips_first_deg=20.0, end_pad_s=1.5).track
    _, told = filmed(track, "deadlift")
    recorded = judge(cut_set(compute_signals(track), "deadlift"), load_limits()).reps
    for (_, one), whole in zip(told, recorded, strict=True):
        assert one.worst is not None
        assert one.worst.cue == "hip_drive"
        assert not one.good
        live, offline = one.judged.findings, whole.findings
        for cue in ("hip_drive", "hinge_pattern", "arms_straight", "lockout"):
            assert live[cue].verdict == offline[cue].verdict


def test_a_repetition_of_which_little_is_seen_is_not_called_good() -> None:
    """Nothing to change isn't praise where next to nothing could be judged."""
    track = without_picture(skeleton("deadlift", yaw_deg=90.0, end_pad_s=1.5).track)
    _, told = filmed(track, "deadlift")
    assert told
    assert not any(one.good for _, one in told if not np.isfinite(one.judged.score))


def test_hips_that_shoot_up_are_told_in_mid_repetition_and_once() -> None:
    """The fault is told while the lifter still rises, and not again in that repetition."""
    lifter = skeleton("deadlift", hips_first_deg=30.0, end_pad_s=1.5)
    online = Online(lifter.track.frame_size, Request(lift="deadlift"), load_limits())
    at_once: list[float] = []
    for row in rows_of(lifter.track):
        if online.add(row):
            online.assess()
        at_once += [float(row["time_s"]) for one in online.at_once() if one.cue == "hip_drive"]
    later = [rep for rep in lifter.reps[1:] if any(rep.start_s < s < rep.top_s for s in at_once)]
    assert len(later) == len(at_once) > 0


def test_the_whole_set_is_judged_with_what_was_not_told_yet() -> None:
    """At the end the set has all its repetitions; those told before aren't told again."""
    online, told = filmed(skeleton("deadlift", end_pad_s=0.3).track, "deadlift")
    ended = online.whole()
    assert ended is not None
    analysis, fresh = ended
    assert len(analysis.reps) == 3
    assert len(told) + len(fresh) == 3 == online.count
    assert online.whole() is not None
    assert online.count == 3


def test_what_lies_before_the_set_is_forgotten() -> None:
    """After a set frames from before are let go, and nothing of them is told."""
    track = skeleton("deadlift", end_pad_s=1.5).track
    online, _ = filmed(track, "deadlift")
    online.forget_before(float(track.time_s[-1]) - 0.5)
    assert len(online.recent(60.0).time_s) <= 16
    assert online.whole() is None
    assert online.assess() == []


def test_the_way_of_the_bar_is_that_of_its_repetition() -> None:
    """In the camera's picture, from the floor to the floor; none where no plate was found."""
    lifter = skeleton("deadlift", plate_m=0.45)
    signals = compute_signals(lifter.track)
    rep = cut_set(signals, "deadlift").reps[1]
    way = _bar_px(signals, rep)
    assert lifter.track.plate_px is not None
    of_rep = (lifter.track.time_s >= rep.start_s) & (lifter.track.time_s < rep.end_s)
    seen = lifter.track.plate_px[of_rep, :2]
    assert way.shape == seen.shape
    assert np.abs(way - seen).max() < 8.0
    assert np.ptp(way[:, 1]) > 0.9 * np.ptp(seen[:, 1])
    bare = compute_signals(skeleton("deadlift").track)
    assert _bar_px(bare, rep).shape == (0, 2)

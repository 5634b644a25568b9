"""What single numbers of this stage are for: just under and just over each."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from formcheck.data import Guesses, Signals
from formcheck.reps import cycles
from formcheck.reps.cycles import find_cycles, find_rises
from formcheck.reps.drive import height
from formcheck.reps.hidden import Hidden
from formcheck.reps.phases import Phases
from formcheck.signals import compute_signals
from tests.retouch import but
from tests.skeleton import skeleton


@pytest.fixture(scope="module")
def set_of_three() -> Signals:
    """Three plain deadlifts."""
    return compute_signals(skeleton("deadlift").track)


def reasons(signals: Signals) -> set[str]:
    """Why rises aren't counted; empty where all are."""
    return {one.reason for one in find_cycles(signals)[1]}


def test_nobody_stands_up_in_a_sixth_of_a_second(set_of_three: Signals) -> None:
    """A rise of 0.17 s is too fast for a lift, one of a quarter second isn't."""
    time_s = set_of_three.time_s
    rises_s = [time_s[one.top.at] - time_s[one.bottom.at] for one in find_rises(set_of_three)[0]]
    for lasts_s, told in ((0.17, {cycles.TOO_FAST}), (0.25, set())):
        again = but(set_of_three, time_s=time_s * lasts_s / float(np.median(rises_s)))
        assert reasons(again) == told


def test_who_is_still_bent_tried_to_lift(set_of_three: Signals) -> None:
    """Hips that don't open: bent by 65° it is a failed attempt, by 55° some movement."""
    for bent_deg, told in ((65.0, cycles.FAILED), (55.0, cycles.HARDLY_BENT)):
        hip = np.full(set_of_three.time_s.shape, bent_deg)
        still = but(set_of_three, shape_deg={**set_of_three.guesses.shape_deg, "hip": hip})
        assert reasons(still) == {told}


@pytest.mark.parametrize(("seen", "told"), [(0.25, {cycles.UNSEEN}), (0.37, set())])
def test_a_rise_in_a_gap_is_seen_by_a_third(
    set_of_three: Signals, seen: float, told: set[str]
) -> None:
    """Of each way up a quarter isn't enough to know how it went, a third is."""
    stretch = np.zeros(set_of_three.time_s.shape, dtype=int)
    drive = height(set_of_three)
    for one in find_rises(set_of_three)[0]:
        way = (drive[one.bottom.at : one.top.at + 1] - one.bottom.value) / one.rise
        lost = one.bottom.at + np.flatnonzero((way > seen / 2) & (way < 1 - seen / 2))
        stretch[lost[0] :] += 1
        stretch[lost] += np.arange(lost.size)
        stretch[lost[-1] + 1 :] += lost.size
    assert reasons(but(set_of_three, stretch=stretch)) == told


def test_a_blink_is_not_out_of_sight() -> None:
    """Lost for 0.25 s the lifter left the picture, for 0.17 s not; nor at the film's end."""
    time_s = np.arange(0.0, 2.0, 0.01)
    for lost, gone in ((25, True), (17, False), (150, False)):
        known = np.flatnonzero((time_s < 0.505) | (np.arange(time_s.size) >= 50 + lost))
        assert cycles._out_of_sight(time_s, known, 50) is gone


def test_a_set_is_of_one_size(set_of_three: Signals) -> None:
    """Six tenths of the usual rise count, four don't; half as much again does, double not."""
    found = find_rises(set_of_three)[0]
    for size, told in ((0.6, None), (0.4, cycles.FAILED), (1.5, None), (2.0, "set-up")):
        turn = found[0].top
        top = replace(turn, value=found[0].bottom.value + size * found[1].rise)
        odd = [replace(found[0], top=top), *found[1:]]
        rejected = cycles._of_one_size(set_of_three, odd, [])[1]
        assert [one.reason.split(",")[0] for one in rejected] == ([told] if told else [])


@pytest.mark.parametrize(("moves", "told"), [(0.5, False), (0.75, True)])
def test_a_lifter_stays_where_they_lift(
    set_of_three: Signals, monkeypatch: pytest.MonkeyPatch, moves: float, told: bool
) -> None:
    """Hips that travel half a leg's length may be a hinge's; three quarters is a walk."""
    first = find_rises(set_of_three)[0][0]
    place = np.where(np.arange(set_of_three.time_s.size) > first.bottom.at, moves, 0.0)
    monkeypatch.setattr(cycles, "across", lambda _: place)
    assert any("moves about" in reason for reason in reasons(set_of_three)) is told


def hidden(lost_s: float) -> Hidden:
    """A squat of 2 s down and 2 s up whose shoulders are lost from 3 s on, standing."""
    time_s = np.arange(0.0, 6.0, 0.01)
    bend = 180.0 * np.cos(np.pi * np.clip(time_s, 0.0, 4.0) / 4.0 - np.pi / 2) ** 2
    guesses = Guesses(bend, {"hip": bend / 2, "knee": bend / 2}, {})
    signals = SimpleNamespace(time_s=time_s, guesses=guesses)
    shown = (time_s < 3.0) | (time_s > 3.0 + lost_s)
    return Hidden(signals, shown)  # type: ignore[arg-type]  # all it asks of them


def test_short_gaps_hide_nothing() -> None:
    """Where the shoulders are lost for 0.25 s the legs tell when, for 0.17 s they needn't."""
    assert hidden(0.25).stands_s(2.0, 3.1) != 3.1
    assert hidden(0.17).stands_s(2.0, 3.1) == 3.1


def test_a_moment_near_a_gap_may_lie_in_it() -> None:
    """0.17 s before the gap is near, a quarter of a second isn't."""
    assert hidden(1.5).stands_s(2.0, 2.83) != 2.83
    assert hidden(1.5).stands_s(2.0, 2.75) == 2.75


def test_a_few_lost_pictures_are_no_gap(set_of_three: Signals) -> None:
    """Two and a half usual steps are seen, three and a half are time out of sight."""
    phases = Phases(set_of_three)
    phases.usual_s = 0.1
    for steps, unseen_s in ((2.5, 0.0), (3.5, 0.35)):
        phases.time_s = np.cumsum([0.0, *[0.1] * 9, 0.1 * steps, *[0.1] * 9])
        assert phases.unseen_s(0.0, 9.0) == pytest.approx(unseen_s)

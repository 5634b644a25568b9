"""What the judge asks of a film before a cue measures: each gate shut, and with its word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from formcheck.cues.judging.judge import TURNED_DEG, judge
from formcheck.cues.judging.limits import changed_limits, load_limits
from formcheck.cues.judging.words import not_seen
from formcheck.data import FloatArray, LimitChange, Pace, Signals
from formcheck.signals.uncertainty import LEAST_LEG_PX
from tests.cues.judging import between, judged, judged_set, rejudged
from tests.retouch import but
from tests.skeleton import skeleton


def small(motion: Signals) -> Signals:
    return but(motion, looked_at_px=LEAST_LEG_PX - 1.0)


def slowed(motion: Signals) -> Signals:
    return but(motion, pace=Pace(doubt="pace_unknown"))


def turned(motion: Signals) -> Signals:
    """The second of three repetitions faces a little further away than the judge compares."""
    second = judged_set("deadlift").reps[1]
    away = (motion.time_s >= second.start_s) & (motion.time_s <= second.end_s)
    return but(motion, heading_deg=np.where(away, TURNED_DEG + 1.0, 0.0))


def test_a_small_lifter_is_not_judged() -> None:
    """Too few pixels: no cue of any repetition speaks, and the reason is the size."""
    found = judged(skeleton("deadlift"), "deadlift", retouch=small).finding("lockout")
    assert found.verdict == "cannot_judge"
    assert (found.reason, found.advice) == not_seen("too_small")


def test_doubtful_seconds_shut_only_what_needs_them() -> None:
    """A film whose clock is in doubt: its tempo isn't judged, its angles are."""
    found = judged(skeleton("back_squat"), "back_squat", retouch=slowed)
    assert found.finding("smoothness").verdict == "cannot_judge"
    assert found.finding("depth").verdict != "cannot_judge"


def test_few_pictures_a_second_are_named() -> None:
    """At five pictures a second nothing is judged, on a repetition or on the set."""
    found = judged(skeleton("deadlift", rate_hz=5.0), "deadlift")
    every = [*found.said.reps[0].findings.values(), *found.said.summary.findings.values()]
    assert {one.verdict for one in every} == {"cannot_judge"}
    assert "5" in found.finding("lockout").reason


def test_repetitions_below_the_asked_rate_are_counted_not_judged() -> None:
    """Where more pictures a second are asked for than there are: few pictures, and no verdict."""
    filmed = judged_set("deadlift")
    said = judge(replace(filmed.measured, least_hz=1000.0), load_limits())
    assert len(said.reps) == 3
    assert {one.findings["lockout"].reason for one in said.reps} == {not_seen("few_pictures")[0]}


def test_a_repetition_turned_away_is_not_compared() -> None:
    """31° away from the others: that repetition alone isn't judged."""
    found = judged(skeleton("deadlift"), "deadlift", retouch=turned)
    assert found.verdicts("lockout") == ["good", "cannot_judge", "good"]
    assert found.finding("lockout", 2).reason == not_seen("turned")[0]


@pytest.mark.parametrize(
    "heading",
    [lambda motion: np.empty(0), lambda motion: np.full(motion.time_s.size, np.nan)],
    ids=["none", "all hidden"],
)
def test_an_unknown_heading_shuts_nothing(heading: Callable[[Signals], FloatArray]) -> None:
    """Where the chest's direction isn't known, nobody is said to have turned."""
    found = judged(
        skeleton("deadlift"),
        "deadlift",
        retouch=lambda motion: but(motion, heading_deg=heading(motion)),
    )
    assert found.verdicts("lockout") == ["good"] * 3


def test_a_change_of_an_unknown_key_changes_nothing() -> None:
    """What a limit has no place for is kept in the words and moves no number."""
    odd = LimitChange("depth", "any", "colour", 1.0, 2.0, "deg")
    assert changed_limits("old.toml", [odd]).table == load_limits().table


@pytest.mark.parametrize(("away_deg", "shut"), [(25.0, False), (35.0, True)])
def test_who_turns_a_little_is_still_compared(away_deg: float, shut: bool) -> None:
    """A repetition seen from 25° elsewhere than the others is judged; from 35° it isn't."""
    one_set = judged_set("deadlift")
    second = one_set.reps[1]
    heading_deg = np.where(between(one_set, second.start_s, second.end_s), away_deg, 0.0)
    verdicts = rejudged(one_set, heading_deg=heading_deg).verdicts("lockout")
    assert (verdicts == ["good", "cannot_judge", "good"]) == shut
    assert (verdicts == ["good"] * 3) != shut


@pytest.mark.parametrize(("rate_hz", "shut"), [(9.6, False), (9.3, True)])
def test_a_rate_that_is_nearly_enough_is_enough(rate_hz: float, shut: bool) -> None:
    """Phones take 9.98 pictures a second for 10, and a few late ones make it 9.6; 9.3 is less."""
    found = judged_set("deadlift", rate_hz=rate_hz).finding("hip_drive")
    assert (found.reason == not_seen("low_rate", rate=f"{rate_hz:.2g}", least="10")[0]) == shut

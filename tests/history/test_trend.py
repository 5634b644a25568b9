"""Where form goes from session to session, and what needs a look."""

from __future__ import annotations

import datetime
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from formcheck.batch.overview import lines
from formcheck.data import Verdict
from formcheck.history.stored import StoredSet
from formcheck.history.trend import (
    FormTrend,
    by_lift,
    form_in_words,
    form_trend,
    record_of_set,
    sessions_of,
)
from tests.history.made_history import made_set

DAY = datetime.date(2026, 11, 1)


def a_set(number: int = 0, score: float = 80.0, share: float = 0.9, **changes: Any) -> StoredSet:
    """A set of deadlifts, a week after the one before."""
    one = made_set("Ana", number, number, "deadlift", 0.0, random.Random(3))
    assert one.summary is not None
    summary = replace(one.summary, score=score, judged_share=share)
    return replace(one, date=DAY + datetime.timedelta(weeks=number), summary=summary, **changes)


def trend_of(*scores: float) -> FormTrend:
    return form_trend(sessions_of([a_set(at, score) for at, score in enumerate(scores)]))


@pytest.mark.parametrize(
    ("scores", "arrow"),
    [
        ((70, 75, 79, 86), "up"),
        ((86, 79, 75, 70), "down"),
        ((80, 70, 90, 80), "level"),
        ((80, 80.5, 81, 81.5), "level"),
        ((70, 75, 79), ""),
        ((70, 75, math.nan, 79), ""),
    ],
)
def test_an_arrow_needs_sessions_and_a_clear_change(scores: tuple[float, ...], arrow: str) -> None:
    """Rising or falling is said of four scored sessions or more, past scatter and five points."""
    assert trend_of(*scores).arrow == arrow


def test_only_the_latest_sessions_count() -> None:
    """A rise of long ago isn't a trend of today."""
    trend = trend_of(20, 30, 40, 50, *[80] * 8)
    assert (trend.arrow, trend.points, trend.sessions) == ("level", 0.0, 8)


def test_the_trend_is_said_with_its_error() -> None:
    """A number in words has its ±, and too few sessions have none."""
    assert form_in_words(trend_of(70, 75, 79, 86)) == (
        "Form is rising: +5.2 ± 0.4 points a session over the last 4 sessions."
    )
    assert "±" not in form_in_words(trend_of(70))


def test_a_session_is_a_day() -> None:
    """Two sets of a day are one session: the middle score, the heaviest load."""
    sets = [
        a_set(0, 70, load_kg=100.0),
        a_set(0, 90, load_kg=110.0),
        a_set(0, math.nan, load_kg=math.nan),
    ]
    (session,) = sessions_of(sets)
    assert (session.score, session.load_kg, len(session.sets)) == (80, 110, 3)


def test_sides_and_lifts_are_apart() -> None:
    """A left set is never averaged with a right one; what wasn't analysed isn't there."""
    sets = [a_set(0, side="left"), a_set(1, side="right"), a_set(2, state="failed")]
    assert list(by_lift(sets)) == [("deadlift", "right"), ("deadlift", "left")]


def test_a_set_without_a_load_is_in_no_log() -> None:
    """An unknown load isn't zero, but for a lift that has none."""
    assert record_of_set(a_set(load_kg=math.nan), {}) is None
    squat = a_set(lift="bodyweight_squat", load_kg=math.nan)
    record = record_of_set(squat, {"depth": 0.5}, ("tempo",))
    assert record is not None
    assert (record.load_kg, record.faults, record.watches) == (0.0, {"depth": 0.5}, ("tempo",))


def look_of(
    sets: Sequence[StoredSet], main: Mapping[tuple[str, str], Verdict], content: str
) -> tuple[int, str]:
    found = lines(sets, main, Path("nowhere"))
    return next((one.look, one.why) for one in found if one.one.content == content)


def test_what_needs_a_look_comes_first() -> None:
    """New sets, the worst first, whatever their day; what was looked at comes last."""
    failed = StoredSet(
        key="", client="Bea", content="f", file="x.mp4", date=DAY, state="failed", message="empty"
    )
    sets = [
        failed,
        a_set(0, content="old"),
        a_set(1, content="fault"),
        replace(a_set(1, share=0.3, content="dark"), client="Cai"),
        replace(a_set(1, content="fine"), client="Dan"),
    ]
    sets = [replace(one, analysed_at=datetime.datetime(2026, 11, 9)) for one in sets]
    main: dict[tuple[str, str], Verdict] = {("Ana", "fault"): "fault", ("Ana", "old"): "fault"}
    found = [one.one.content for one in lines(sets, main, Path("nowhere"))]
    assert found == ["f", "fault", "old", "dark", "fine"]
    assert look_of(sets, main, "old") == (6, "new, a fault")
    assert look_of(sets, main, "fine") == (1, "new")
    sets[2] = replace(sets[2], looked=True)
    assert [one.one.content for one in lines(sets, main, Path("nowhere"))][-1] == "fault"
    assert look_of(sets, main, "fault") == (0, "")


def test_among_new_sets_with_a_fault_the_lowest_score_comes_first() -> None:
    """Worst first: the score decides where the kind of trouble is the same."""
    sets = [a_set(1, 80.0, content="b"), a_set(1, 55.0, content="a"), a_set(3, 90.0, content="c")]
    main: dict[tuple[str, str], Verdict] = {("Ana", name): "fault" for name in "abc"}
    assert [one.one.content for one in lines(sets, main, Path("nowhere"))] == ["a", "b", "c"]

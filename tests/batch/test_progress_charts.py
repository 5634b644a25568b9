"""Form and load over the days: every set a dot, a load that stays until the next."""

from __future__ import annotations

import datetime
import math
import random
from dataclasses import replace

from formcheck.batch.progress_charts import form_and_load
from formcheck.history.trend import Session, sessions_of
from tests.history.made_history import FIRST_DAY, made_set


def sessions(*loads_kg: float) -> tuple[Session, ...]:
    sets = [
        replace(
            made_set("Ana", n, n, "deadlift", 0.0, random.Random(5), 3),
            date=FIRST_DAY + datetime.timedelta(days=10 * n),
            load_kg=load_kg,
        )
        for n, load_kg in enumerate(loads_kg)
    ]
    return sessions_of(sets)


def test_one_session_has_no_course() -> None:
    """A single day is no line."""
    assert form_and_load(sessions(60.0)) == []


def test_form_stands_above_the_load_by_the_same_days() -> None:
    """Two charts of one width; the dates stand below the lower one alone."""
    form, load = form_and_load(sessions(60.0, 65.0, 65.0))
    assert (form.frame.left, form.frame.right) == (load.frame.left, load.frame.right)
    assert not form.across
    assert load.across
    assert form.shapes.count("h0") == 3
    assert all(one.text.endswith(" kg") for one in load.up)


def test_a_load_stays_until_the_next_session() -> None:
    """The line goes on at the height it had and steps on the day."""
    _, load = form_and_load(sessions(60.0, 65.0))
    assert 'points="0,60 10,60 10,65"' in load.shapes


def test_no_load_no_chart_of_it() -> None:
    """Where no load is known the form stands alone, with the dates."""
    (form,) = form_and_load(sessions(math.nan, math.nan))
    assert form.across

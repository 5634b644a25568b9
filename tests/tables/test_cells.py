"""Dates, numbers and lifts in a cell, each as people write them."""

from __future__ import annotations

import datetime

import pytest

from formcheck.errors import BadRequest
from formcheck.tables.dates import read_date, readings, settled_order
from formcheck.tables.grid import Value
from formcheck.tables.lifts import UnclearLift, read_lift
from formcheck.tables.numbers import decimal_sign, read_load, read_number, read_reps

TODAY = datetime.date(2026, 11, 25)
DAY = datetime.date(2026, 11, 20)
FIFTH = datetime.date(2026, 11, 5)


@pytest.mark.parametrize(
    "value",
    [
        *("2026-11-20", "2026-11-20T18:30", "2026-11-20 18:30:05", "2026-11-20T18:30:05.123Z"),
        *("2026-11-20T18:30:00+01:00", "20261120", "2026/11/20", "20.11.2026", "20. 11. 2026"),
        *("20.11.26", "20/11/2026", "11/20/2026", "20-11-2026", "20/11/2026 6:30 pm", "46346"),
        *("46346.77", "Fri, 20 Nov 2026", "Freitag, 20. November 2026", "20 novembre 2026"),
        *(
            "November 20th, 2026",
            "20 de noviembre de 2026",
            "20-Nov-2026",
            "20-Nov-26",
            "Fri 20.11.2026",
        ),
        *(46346.0, datetime.datetime(2026, 11, 20, 18, 30), datetime.date(2026, 11, 20)),
    ],
)
def test_days(value: Value) -> None:
    """One day, as programs, spreadsheets and four languages write it."""
    assert read_date(value, "", today=TODAY) == DAY


@pytest.mark.parametrize(
    "value",
    [
        *("05/11/2026", "5-11-26", "26-11-20", "2026-13-01", "31/02/2026", "20.11.", "yesterday"),
        *("2062-11-20", "1900-01-20", "20/11/2026 or so", "2026-11-20 60kg", "99999", "1e5", True),
        *(datetime.datetime(1900, 1, 20), datetime.time(3, 1), "3-1-3", "2026", "1 1 1", "٢٠"),
    ],
)
def test_what_is_no_day_or_two_is_asked(value: Value) -> None:
    """Two ways to read it, no such day, a year that can't be, other things."""
    with pytest.raises(BadRequest, match="date"):
        read_date(value, "", today=TODAY)


def test_the_column_settles_the_order() -> None:
    """One cell that can be read in one way decides for all; a contradiction decides nothing."""
    assert settled_order(["05/11/2026", "20/11/2026", "2026-11-20", None, 3.0]) == "dmy"
    assert settled_order(["05/11/2026", "11/20/2026"]) == "mdy"
    assert settled_order(["05/11/2026"]) == settled_order(["20/11/2026", "11/20/2026"]) == ""
    assert read_date("05/11/2026", "dmy", today=TODAY) == FIFTH
    assert readings("05.11.2026") == {"": FIFTH}
    assert read_date("11/11/2026", "", today=TODAY) == datetime.date(2026, 11, 11)


@pytest.mark.parametrize(
    ("value", "unit", "kg"),
    [
        *(("60", "", 60), ("60,5", "", 60.5), ("60.5 kg", "lb", 60.5), ("135 lbs", "kg", 61.23)),
        *(("135", "lb", 61.23), ("1,000", "", 1000), ("1.000", "", 1000), ("62.500", "", 62.5)),
        *(("1\u202f000 lb", "", 453.59), ("1,234.5lb", "", 559.96), ("0,125", "", 0.125)),
        *(
            (60.5, "", 60.5),
            ("'60", "", 60),
            ("BW", "lb", 0),
            ("body weight", "", 0),
            ("45#", "", 20.41),
        ),
        *(("1.000,5 lb", "", 453.82), ("100.", "", 100)),
    ],
)
def test_loads(value: Value, unit: str, kg: float) -> None:
    """Decimals, thousands and units of either kind; the unit beside it counts."""
    assert read_load("load", value, unit).value == pytest.approx(kg)


@pytest.mark.parametrize(
    "value",
    [
        *(
            "heavy",
            "60 reps",
            "2x60",
            "60-65",
            "-5",
            "1200 kg",
            "1,0,0",
            "1.2.3,4,5",
            "80 %",
            "nan",
        ),
        *(datetime.datetime(2026, 8, 10), "1e3", "--5", "6 0 kg?", "inf"),
    ],
)
def test_what_is_no_load(value: Value) -> None:
    """Ranges, shares, sets by loads, dates: asked, never guessed."""
    with pytest.raises(BadRequest, match="load"):
        read_load("load", value, "")


def test_the_column_shows_its_decimal_sign() -> None:
    """Where 62.5 stands, 1.000 is one; where both signs stand, nothing is shown."""
    assert decimal_sign(["62.5", "1.000", 60.0, None, "60 kg"]) == "."
    assert decimal_sign(["62,5 kg"]) == ","
    assert decimal_sign(["62,5", "62.5"]) == decimal_sign(["1.000"]) == ""
    assert read_number("reps", "1.000", 1, 1000, ".").value == 1
    assert read_number("reps", "1.000", 1, 1000).doubt


def test_repetitions() -> None:
    """A number, with its word or without; sets by repetitions and ranges are asked."""
    assert [read_reps("reps", one) for one in ("5", 5.0, "5 reps", "8x", "12 Wdh.")] == [
        5,
        5,
        5,
        8,
        12,
    ]
    for several in ("3x5", "8-10", "5.5", "5 kg", "0", "AMRAP", datetime.datetime(2026, 8, 10)):
        with pytest.raises(BadRequest, match="reps"):
            read_reps("reps", several)


@pytest.mark.parametrize(
    ("text", "lift"),
    [
        *(
            ("RDL", "romanian_deadlift"),
            ("KB Swings", "kettlebell_swing"),
            ("swing", "kettlebell_swing"),
        ),
        *(("Conventional Deadlift", "deadlift"), ("Squats (Back)", "back_squat"), ("Auto", "auto")),
        *(("BSS", "split_squat"), ("Walking lunges", "split_squat"), ("goblet", "goblet_squat")),
        *(("Rumänisches Kreuzheben", "romanian_deadlift"), ("Soulevé de terre", "deadlift")),
        *(("single-leg RDL", "single_leg_deadlift"), ("barbell good-mornings", "good_morning")),
    ],
)
def test_lifts(text: str, lift: str) -> None:
    """By the names in use, in whatever order, number and case."""
    assert read_lift(text) == lift


@pytest.mark.parametrize(
    "text", ["bench press", "trap bar deadlift", "leg curl", "Schulterdrücken", "…"]
)
def test_lifts_that_we_do_not_know(text: str) -> None:
    """Another lift is not taken for one of ours."""
    with pytest.raises(BadRequest, match="unknown lift"):
        read_lift(text)


@pytest.mark.parametrize("text", ["Squat", "Kniebeugen", "barbell squat", "SLDL"])
def test_words_for_several_lifts(text: str) -> None:
    """They are asked, with what they may be."""
    with pytest.raises(UnclearLift, match="may be"):
        read_lift(text)

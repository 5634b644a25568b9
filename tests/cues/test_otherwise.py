"""What it would need to be another verdict is the decision rule itself, read backwards."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.cues.judging.base import Measurement, Working, verdict
from formcheck.cues.judging.limits import Limit
from formcheck.cues.judging.otherwise import edges, exactly, otherwise

UP = Limit(10.0, 20.0, "deg", "")
DOWN = Limit(0.8, 0.6, "ratio", "")
WEAK = Limit(10.0, 20.0, "deg", "", most="watch")
NUMBERS = st.floats(-50, 50).map(lambda number: round(number, 3))


@given(value=NUMBERS, sigma=NUMBERS.map(abs), limit=st.sampled_from([UP, DOWN, WEAK]), near=NUMBERS)
def test_the_edges_are_those_of_the_rule(
    value: float, sigma: float, limit: Limit, near: float
) -> None:
    """For any value and σ the edges give the verdict that the rule gives, near them too."""
    at = edges(limit, sigma)
    for tried in (value, at.good + near / 1e4, at.fault + near / 1e4):
        if math.isfinite(tried) and min(abs(tried - at.good), abs(tried - at.fault)) > 1e-9:
            assert at.verdict(tried, sigma) == verdict(tried, sigma, limit)


def said(value: float, sigma: float, limit: Limit) -> tuple[str, ...]:
    working = Working(lines=(), span_s=(0.0, 1.0), steps=("read",), parts=(("all", sigma),))
    measured = Measurement(value, limit.unit, 0.5, working)
    return otherwise(verdict(value, sigma, limit), measured, limit)


def test_the_other_verdicts_are_named_with_their_numbers() -> None:
    """A fault says what good and watch would have been; the σ that allows no verdict is named."""
    lines = said(30.0, 3.5, UP)
    assert [line.split(":")[0] for line in lines] == ["Good", "Watch", "Can't judge"]
    assert "10° or less" in lines[0]
    assert "more than 10°, up to 23.5°" in lines[1]
    assert "more than 10°" in lines[2]
    assert "more than 23.5°" in said(5.0, 3.5, UP)[1]
    assert "less than 0.55" in said(0.9, 0.05, DOWN)[1]


def test_a_weak_cue_is_never_a_fault() -> None:
    """Where the evidence is weak the watch limit has to be cleared, and there is no fault."""
    lines = said(5.0, 3.0, WEAK)
    assert "more than 13°" in lines[0]
    assert lines[1].startswith("Fault: never")


def test_too_uncertain_says_which_sigma_it_needs() -> None:
    """A σ wider than the band says how narrow it has to be."""
    needed, clear = said(5.0, 12.0, UP)
    assert "10° or less" in needed
    assert "12° here" in needed
    assert "less than -2°" in clear
    (alone,) = said(5.0, 15.5, UP)
    assert "15.5° here" in alone
    (lost,) = said(-5.0, 12.0, UP)
    assert lost.startswith("Can't judge: -2° or more")
    assert "more than 1.1" in said(0.7, 0.3, DOWN)[1]


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (16.64, "deg", "16.6°"),
        (-0.01, "deg", "0°"),
        (0.1234, "thigh lengths", "0.123 thigh lengths"),
    ],
)
def test_numbers_are_exact_enough_to_follow(value: float, unit: str, expected: str) -> None:
    """One digit more than in the report, so that the comparison can be redone."""
    assert exactly(value, unit) == expected

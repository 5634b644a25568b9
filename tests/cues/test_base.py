"""The one rule that turns a number into a verdict."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.cues.judging.base import verdict
from formcheck.cues.judging.limits import Limit

UP = Limit(watch=10.0, fault=20.0, unit="deg", source="test")
DOWN = Limit(watch=-10.0, fault=-20.0, unit="deg", source="test")
CAPPED = Limit(watch=10.0, fault=20.0, unit="deg", source="test", most="watch")
NAN = math.nan


def decide(value: float, sigma: float, limit: Limit = UP) -> str:
    return verdict(value, sigma, limit)


@pytest.mark.parametrize(
    ("value", "sigma", "expected"),
    [
        (-50.0, 3.0, "good"),
        (9.99, 3.0, "good"),
        (10.0, 3.0, "good"),  # the limit itself is still good
        (10.01, 3.0, "watch"),
        (20.0, 3.0, "watch"),
        (23.0, 3.0, "watch"),  # clears the limit by just its sigma: not yet
        (23.01, 3.0, "fault"),
        (20.0, 0.0, "watch"),
        (20.01, 0.0, "fault"),
        (99.0, 10.0, "fault"),  # sigma as wide as the band still tells
        (99.0, 10.01, "cannot_judge"),  # wider doesn't, whatever the value
        (5.0, 10.01, "cannot_judge"),
        (-0.02, 10.01, "good"),  # but what stays clear of the limit by its sigma is good
        (0.0, 10.01, "cannot_judge"),
        (-5.01, 15.0, "good"),
        (-50.0, 15.01, "cannot_judge"),  # half as wide again tells nothing at all
        (NAN, 3.0, "cannot_judge"),
        (30.0, NAN, "cannot_judge"),
        (math.inf, 3.0, "cannot_judge"),
        (30.0, math.inf, "cannot_judge"),
    ],
)
def test_the_rule_at_its_edges(value: float, sigma: float, expected: str) -> None:
    """A fault clears its limit by σ, a watch by anything; with a wide σ only what is clear of the
    watch limit by it has a verdict; NaN has none."""
    assert decide(value, sigma) == expected
    assert decide(-value, sigma, DOWN) == expected


@pytest.mark.parametrize(("value", "expected"), [(9.0, "good"), (15.0, "watch"), (90.0, "watch")])
def test_weak_evidence_stops_at_watch(value: float, expected: str) -> None:
    """A cue capped at "watch" never makes a fault."""
    assert decide(value, 3.0, CAPPED) == expected


@given(
    value=st.floats(-100, 100),
    more=st.floats(0, 100),
    sigma=st.floats(0, 10),
    limit=st.sampled_from([UP, CAPPED]),
)
def test_a_worse_value_never_gets_a_better_verdict(
    value: float, more: float, sigma: float, limit: Limit
) -> None:
    """For the same σ the verdict only gets worse as the value does."""
    order = ["good", "watch", "fault"]
    better, worse = decide(value, sigma, limit), decide(value + more, sigma, limit)
    assert order.index(better) <= order.index(worse)


@given(value=st.floats(-100, 100), sigma=st.floats(0, 10), more=st.floats(0, 10))
def test_more_doubt_never_makes_a_fault(value: float, sigma: float, more: float) -> None:
    """A larger σ can take a fault away, and never adds one."""
    if decide(value, sigma + more) == "fault":
        assert decide(value, sigma) == "fault"

from dataclasses import replace
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.cues.judging import words
from formcheck.cues.judging.base import verdict
from formcheck.cues.judging.limits import Limit
from formcheck.report import wording
from formcheck.report.bullets import bullet
from tests.report.sample import sample_analysis

FINDING = sample_analysis().reps[2].findings["lumbar_rounding"]


@pytest.mark.parametrize(
    ("value", "sigma", "unit", "expected"),
    [
        (30.2, 2.4, "deg", "30 ± 2°"),
        (-3.4, 1.1, "deg", "−3 ± 1°"),
        (-0.2, 2.0, "deg", "0 ± 2°"),
        (1.234, 0.04, "", "1.23 ± 0.04"),
        (0.42, 0.05, "share", "42 ± 5 %"),
        (1.25, 0.1, "s", "1.2 ± 0.1 s"),
        (12.0, np.nan, "deg", "12°"),
        (np.nan, 2.0, "deg", ""),
    ],
)
def test_numbers_are_as_precise_as_their_uncertainty(
    value: float, sigma: float, unit: str, expected: str
) -> None:
    """Value and σ share their decimals; no number is written without its σ if there is one."""
    finding = replace(FINDING, value=value, sigma=sigma, unit=unit)
    assert wording.amount(finding) == expected


def test_severity_works_both_ways() -> None:
    """0 at the watch limit, 1 at the fault limit, whichever side is worse."""
    assert wording.severity(replace(FINDING, value=16.0)) == 0.0
    assert wording.severity(replace(FINDING, value=22.0)) == 1.0
    small = replace(FINDING, watch_limit=75.0, fault_limit=60.0)
    assert wording.severity(replace(small, value=45.0)) == 2.0


@pytest.mark.parametrize("mirrored", [False, True])
def test_bullet_puts_the_value_into_the_zone_of_its_verdict(mirrored: bool) -> None:
    """A value past the fault limit lies in the fault zone, for large- and small-is-worse cues."""
    limits = (75.0, 60.0) if mirrored else (16.0, 22.0)
    value = 50.0 if mirrored else 30.0
    bar = bullet(replace(FINDING, value=value, watch_limit=limits[0], fault_limit=limits[1]))
    assert bar is not None
    (zone,) = [z for z in bar.zones if z.start <= bar.value < z.start + z.width]
    assert zone.verdict == "fault"
    assert 0 <= bar.low < bar.value < bar.high <= 100


@given(
    value=st.floats(-40, 80),
    sigma=st.floats(0.1, 20),
    most=st.sampled_from(["fault", "watch"]),
    mirrored=st.booleans(),
)
def test_the_dot_stands_in_the_colour_of_the_verdict(
    value: float, sigma: float, most: Literal["fault", "watch"], mirrored: bool
) -> None:
    """In the red is a fault, in the amber a watch: for every value, sigma and kind of cue."""
    limits = (22.0, 16.0) if mirrored else (16.0, 22.0)
    decided = verdict(value, sigma, Limit(*limits, "deg", "", most))
    found = replace(
        FINDING,
        verdict=decided,
        value=value,
        sigma=sigma,
        watch_limit=limits[0],
        fault_limit=limits[1],
        most=most,
    )
    bar = bullet(found)
    assert bar is not None
    on = [z.verdict for z in bar.zones if z.start - 0.02 <= bar.value <= z.start + z.width + 0.02]
    assert decided in on
    assert len(on) == 1 or any(abs(at - bar.value) < 0.05 for at, _ in bar.ticks)


def test_a_bar_says_where_its_verdict_changes() -> None:
    """A fault begins at the limit and σ; a weak cue's watch too, and it has no red."""
    strong = bullet(replace(FINDING, value=30.0, sigma=3.0, verdict="fault"))
    weak = bullet(replace(FINDING, value=30.0, sigma=3.0, verdict="watch", most="watch"))
    assert strong is not None
    assert weak is not None
    assert [text for _, text in strong.ticks] == ["16°", "25°"]
    assert [text for _, text in weak.ticks] == ["19°"]
    assert [zone.verdict for zone in weak.zones] == ["good", "watch"]


def test_a_sets_bar_isnt_drawn_for_another_verdict() -> None:
    """A single fault makes a set worth watching: its number stands in the red, so no bar."""
    assert bullet(replace(FINDING, value=30.0, sigma=2.0, verdict="watch")) is None


@pytest.mark.parametrize(
    ("unit", "unit_cm", "expected"),
    [
        ("foot lengths", None, "70 ± 15 % of your foot"),
        ("foot lengths", 26.0, "18 ± 4 cm"),
        ("thigh lengths", None, "70 ± 15 % of your thigh"),
        ("deg", None, "0.7 ± 0.1°"),
    ],
)
def test_lengths_are_told_as_people_know_them(
    unit: str, unit_cm: float | None, expected: str
) -> None:
    """A share of the own body, or centimetres where they are known; in reasons and numbers."""
    found = replace(FINDING, value=0.7, sigma=0.15, unit=unit, unit_cm=unit_cm)
    assert wording.amount(found) == expected
    if unit != "deg":
        assert words.amount(0.7, 0.15, unit, unit_cm) == expected


def test_bullet_needs_a_number_and_limits() -> None:
    """No bar is drawn for what wasn't measured or has no limit."""
    assert bullet(replace(FINDING, value=np.nan)) is None
    assert bullet(replace(FINDING, fault_limit=np.nan)) is None


def test_tempo_follows_the_order_of_the_lift() -> None:
    """A deadlift goes up first, a squat down first; what is unknown is left out."""
    judged = sample_analysis().reps[0]
    assert wording.tempo(judged, starts_low=True) == "0.3 s pause, 1.1 s up, 1.1 s down"
    assert wording.tempo(judged, starts_low=False) == "1.1 s down, 0.3 s pause, 1.1 s up"
    unknown = replace(judged, rep=replace(judged.rep, eccentric_s=np.nan, pause_s=np.nan))
    assert wording.tempo(unknown, starts_low=True) == "1.1 s up"


def test_a_repetition_of_which_little_was_judged_is_not_called_good() -> None:
    """Nothing wrong in a tenth of a lift isn't praise; a fault in it is a fault."""
    rep = sample_analysis().reps[0]
    good = {name: replace(one, verdict="good") for name, one in rep.findings.items()}
    assert wording.worst(replace(rep, findings=good, score=100.0)) == "good"
    assert wording.worst(replace(rep, findings=good, score=np.nan)) == "cannot_judge"
    first = next(iter(good))
    one_fault = good | {first: replace(good[first], verdict="fault")}
    assert wording.worst(replace(rep, findings=one_fault, score=np.nan)) == "fault"


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        (["fault", "watch", "watch", *["good"] * 8], "1 thing to fix · 2 to watch · 8 good"),
        (["fault", "fault"], "2 things to fix"),
        (["good", "cannot_judge"], "1 good"),
        (["cannot_judge"], ""),
    ],
)
def test_the_set_in_numbers_leads_with_what_to_fix(verdicts: list[str], expected: str) -> None:
    """Counts that the eye can check, and nothing where nothing was judged."""
    analysis = sample_analysis()
    findings = {
        str(number): replace(FINDING, verdict=one)  # type: ignore[arg-type]
        for number, one in enumerate(verdicts)
    }
    summary = replace(analysis.summary, findings=findings)
    assert wording.tally(replace(analysis, summary=summary)) == expected

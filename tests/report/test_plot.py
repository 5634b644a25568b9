"""Charts in the numbers' own units: nothing seen is left out, labels are round and few."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.report.charts import SIZE_PX, draw_charts
from formcheck.report.plot import OFF_PX, Frame, number, runs, simplified, spanned, ticks
from tests.report.sample import sample_analysis
from tests.retouch import but

ANALYSIS = sample_analysis(96, 160)


@given(
    seed=st.integers(0, 2**32 - 1),
    frames=st.integers(2, 2000),
    start_s=st.floats(0, 3600),
    rate_hz=st.floats(10, 120),
    speed=st.floats(0, 400),
)
def test_a_thinned_line_is_where_the_whole_one_is(
    seed: int, frames: int, start_s: float, rate_hz: float, speed: float
) -> None:
    """At every moment the drawn line is within a third of a pixel's height of the angle."""
    steps = np.random.default_rng(seed).normal(0, speed / rate_hz, frames)
    time_s, value = start_s + np.arange(frames) / rate_hz, np.cumsum(steps)
    frame = Frame(time_s[0], time_s[-1], *spanned(value))
    drawn = simplified(np.stack([time_s, value], axis=1), frame, SIZE_PX)
    off = np.abs(np.interp(time_s, *drawn.T) - value) / frame.tall * SIZE_PX[1]
    assert off.max() < max(OFF_PX * 1.7, 0.34)
    assert len(drawn) <= frames


@given(low=st.floats(-1000, 1000), span=st.floats(0.5, 5000), most=st.integers(3, 10))
def test_labels_are_round_few_and_inside(low: float, span: float, most: int) -> None:
    """At least one label wherever an axis begins, at 1, 2 or 5 of some power of ten."""
    places = ticks(low, low + span, most)
    assert 1 <= len(places) <= most + 1
    assert all(low - 1e-6 <= one <= low + span + 1e-6 for one in places)
    if len(places) > 1:
        assert f"{places[1] - places[0]:.0e}"[0] in "125"


def test_numbers_are_short() -> None:
    """No trailing zeros, no minus before nothing."""
    assert [number(one) for one in (1.0, 1.25, -0.001, 100.0, 0.1)] == [
        "1", "1.25", "0", "100", "0.1",
    ]  # fmt: skip


def test_stretches_of_what_is_known() -> None:
    """Every stretch from its first to behind its last."""
    known = np.array([True, False, True, True, False])
    assert runs(known) == [slice(0, 1), slice(2, 4)]
    assert runs(~np.zeros(0, dtype=bool)) == []


def test_what_was_not_seen_is_a_gap_in_line_and_band() -> None:
    """A stretch unseen parts the line in two; where only its error is unknown, the band."""
    trunk = ANALYSIS.signals.angles_deg["trunk"]
    value, part = trunk.value.copy(), np.full(trunk.value.shape, 3.0)
    value[100:140] = np.nan
    part[200:210] = np.nan
    hurt = replace(trunk, value=value, parts={"the points' places": part})
    angles = {**ANALYSIS.signals.angles_deg, "trunk": hurt}
    (chart, *_) = draw_charts(
        replace(ANALYSIS, signals=replace(ANALYSIS.signals, angles_deg=angles))
    )
    assert chart.quantity.name == "trunk"
    assert chart.plot.shapes.count('class="line"') == 2
    assert chart.plot.shapes.count('class="band"') == 3
    assert not re.search("nan|inf", chart.plot.shapes)


def test_a_chart_has_units_repetitions_and_what_was_found() -> None:
    """Seconds across, degrees up, each repetition by its number, the watch on the fourth."""
    (trunk, *_) = draw_charts(ANALYSIS)
    assert all(one.text.endswith(" s") for one in trunk.plot.across)
    assert all(one.text.endswith("°") for one in trunk.plot.up)
    assert [one.text for one in trunk.plot.above] == ["1", "2", "3", "4", "5"]
    assert [one.says for one in trunk.plot.notes] == ["Rep 4, Hip drive: Watch"]
    assert trunk.plot.shapes.count('class="rep"') == 5


@pytest.mark.parametrize("frames", [0, 1])
def test_a_moment_has_no_chart(frames: int) -> None:
    """Of no frame or one nothing is drawn, and nothing fails."""
    few = but(
        ANALYSIS.signals,
        time_s=ANALYSIS.signals.time_s[:frames],
        angles_deg={n: s.value[:frames] for n, s in ANALYSIS.signals.angles_deg.items()},
    )
    assert draw_charts(replace(ANALYSIS, reps=(), signals=few)) == []

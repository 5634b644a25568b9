"""Every cue shows its working: points, stretch, arithmetic, and the parts of its σ.

Over the registry: a new cue is tested here as soon as its set is named in ``SHOWN_ON``.
"""

from __future__ import annotations

import functools
import math
import re
from dataclasses import MISSING, fields
from typing import Any

import pytest

from formcheck.cues import CUES, SET_CUES, load_limits
from formcheck.cues.judging.base import Measurement, Working
from formcheck.cues.judging.judge import judge_rep, judge_set
from formcheck.cues.judging.seen import Seen
from formcheck.report.why import POINTS
from tests.cues.judging import judged_set

DEADLIFT: tuple[str, dict[str, Any]] = ("deadlift", {"end_pad_s": 1.5})
SQUAT: tuple[str, dict[str, Any]] = ("bodyweight_squat", {"end_pad_s": 1.5})
FRONT: tuple[str, dict[str, Any]] = ("bodyweight_squat", {"yaw_deg": 90.0})
FIVE: tuple[str, dict[str, Any]] = ("deadlift", {"reps": 5, "end_pad_s": 1.5})

SHOWN_ON = {
    **{"ribs_over_hips": DEADLIFT, "hip_drive": DEADLIFT, "hinge_pattern": DEADLIFT},
    **{"bar_close": DEADLIFT, "arms_straight": DEADLIFT, "lockout": DEADLIFT},
    **{"neutral_head": DEADLIFT, "lumbar_rounding": DEADLIFT, "range_of_motion": DEADLIFT},
    **{"smoothness": DEADLIFT, "heels_down": SQUAT, "depth": SQUAT, "trunk_lean": SQUAT},
    **{"tempo": SQUAT, "knees_track": FRONT, "no_twist": FRONT, "symmetry": FRONT},
    "swing_timing": ("kettlebell_swing", {}),
    **{"rounding_drift": FIVE, "fatigue": FIVE},
}
"""A set on which the cue speaks: a lift, and the skeleton's dials."""

WITHOUT_LINES = {"tempo": "a duration lies on no line"}

ROUND_THE_REP_S = 0.5
"""Knees may open before the shoulders rise, and a lockout is held after the top."""

EVERY = sorted({*CUES, *SET_CUES})


@functools.cache
def measured(cue: str) -> tuple[float, float, Measurement]:
    """Start and end of what was judged, a repetition or the set, and what was measured."""
    lift, dials = SHOWN_ON[cue]
    one_set = judged_set(lift, **dials)
    seen, limits = Seen(one_set.measured), load_limits()
    if cue in SET_CUES:
        found = judge_set(SET_CUES[cue], one_set.said.reps, seen, limits)[1]
        start_s, end_s = one_set.reps[0].start_s, one_set.reps[-1].end_s
    else:
        rep = one_set.reps[1]
        found = judge_rep(CUES[cue], rep, seen, limits)[1]
        start_s, end_s = rep.start_s, rep.end_s
    assert found is not None, f"{cue} isn't seen in its set: {one_set.said}"
    return start_s, end_s, found


def test_nothing_of_a_working_can_be_left_out() -> None:
    """Lines, stretch, steps and parts have no default, nor has a measurement's working."""
    needed = {one.name for one in fields(Working) if one.default is MISSING}
    assert needed == {"lines", "span_s", "steps", "parts"}
    with pytest.raises(TypeError, match="working"):
        Measurement(1.0, "deg", 0.5)  # type: ignore[call-arg]  # that is it
    with pytest.raises(TypeError, match="parts"):
        Working(lines=(), span_s=(0.0, 1.0), steps=("read",))  # type: ignore[call-arg]  # that is it


@pytest.mark.parametrize("cue", EVERY)
def test_lines_can_be_drawn(cue: str) -> None:
    """Each line joins two points the report knows by name; none is left out without a reason."""
    _, _, found = measured(cue)
    assert bool(found.working.lines) != (cue in WITHOUT_LINES)
    for ends in found.working.lines:
        assert {re.sub("^(left|right) ", "", end) for end in ends} <= POINTS.keys()


@pytest.mark.parametrize("cue", EVERY)
def test_the_moment_lies_in_the_stretch(cue: str) -> None:
    """The value's moment lies in the stretch that was looked at, and that round the rep."""
    first_s, last_s, found = measured(cue)
    start_s, stop_s = found.working.span_s
    assert start_s - 0.05 <= found.at_s <= stop_s + 0.05
    assert first_s - ROUND_THE_REP_S <= start_s < stop_s <= last_s + ROUND_THE_REP_S


@pytest.mark.parametrize("cue", EVERY)
def test_the_arithmetic_ends_in_the_value(cue: str) -> None:
    """The steps hold the value as a number, as exact as they say it, and nothing that isn't one."""
    _, _, found = measured(cue)
    text = " ".join(found.working.told())
    numbers = re.findall(r"\d+(?:\.\d+)?", text)
    digits = {one: len(one.partition(".")[2]) for one in numbers}
    assert any(abs(abs(found.value) - float(one)) <= 0.51 * 10**-n for one, n in digits.items()), (
        found.value,
        text,
    )
    assert "nan" not in text


@pytest.mark.parametrize("cue", EVERY)
def test_the_uncertainty_is_what_its_parts_make(cue: str) -> None:
    """Parts have names, each its own, and finite sizes; σ is the root of their squares' sum."""
    _, _, found = measured(cue)
    names, sizes = zip(*found.working.parts, strict=True)
    assert all(names)
    assert len(set(names)) == len(names)
    assert all(math.isfinite(size) and size >= 0 for size in sizes)
    assert sum(size**2 for size in sizes) ** 0.5 == pytest.approx(found.sigma, abs=1e-9)
    assert found.sigma > 0


@pytest.mark.parametrize("name", ["trunk", "hip", "knee", "elbow", "neck", "back_turn"])
@pytest.mark.parametrize("dials", [{}, {"yaw_deg": 25.0}, {"scale_px": 90.0}, {"rate_hz": 12.0}])
def test_the_parts_of_an_angle_make_its_sigma(name: str, dials: dict[str, Any]) -> None:
    """Over a window the named parts make the median σ of it, whatever the film is like."""
    one_set = judged_set("deadlift", **dials)
    seen, rep = Seen(one_set.measured), one_set.reps[1]
    window = seen.during(rep.start_s, rep.end_s)
    parts = dict(seen.sigma_parts(name, window))
    assert math.hypot(*parts.values()) == pytest.approx(seen.noise_deg(name, window), abs=1e-9)
    assert all(parts.values())
    if name == "trunk":
        assert ("few pictures a second" in parts) == ("rate_hz" in dials)
        assert ("a small picture" in parts) == ("scale_px" in dials)

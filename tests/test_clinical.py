"""poseaudit's figures on known errors, and that ours are the same where both have one."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.accuracy import clinical
from benchmarks.accuracy.agreement import Pairs
from benchmarks.accuracy.clinical import Row, audit, audited
from benchmarks.accuracy.measure import ClipResult
from benchmarks.accuracy.page_clinical import section
from benchmarks.accuracy.specs import make_clip
from formcheck.data import FloatArray

FRAME_S = np.arange(0.0, 2.5, 0.04)
SPANS = ((0.0, 1.2), (1.3, 2.5))
BENDS_DEG = 80.0 * np.abs(np.sin(np.pi * FRAME_S / 1.25))  # two repetitions


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Intervals from fewer draws."""
    monkeypatch.setattr(clinical, "RESAMPLES", 50)


def filmed(error_deg: FloatArray | float, body: str = "man", yaw_deg: float = 0.0) -> ClipResult:
    """A clip of a lifter whose knee is measured with this error."""
    clip = make_clip("bodyweight_squat", "none", body, "fitted", yaw_deg)
    at = FRAME_S
    inside = np.any([(at >= start) & (at <= end) for start, end in SPANS], axis=0)
    ours = (BENDS_DEG + error_deg)[inside]
    knee = Pairs(ours, BENDS_DEG[inside], np.full(ours.shape, 3.0))
    none = ClipResult(clip, abs(yaw_deg), 2, 2, clip.spec.lift, "", {"knee": knee})
    return replace(none, frame_s=FRAME_S[inside], true_spans=SPANS)


def knee(*clips: ClipResult) -> Row:
    found = audit(clips, "knee")
    assert found is not None
    return found


def test_an_offset_is_a_bias_and_nothing_else() -> None:
    """3° too much in each frame: bias, limits, peak and RMSE are 3°, the range is right.

    ICC(A,1) of values with variance s² and an offset d is s² / (s² + d²/2).
    """
    clips = filmed(3.0), filmed(3.0, "woman")
    found = knee(*clips)
    assert (found.bias, found.rmse, *found.limits) == pytest.approx((3.0,) * 4)
    assert found.between == pytest.approx((3.0, 3.0))
    variance = np.concatenate([one.pairs["knee"].truth for one in clips]).var(ddof=1)
    assert found.icc == pytest.approx(variance / (variance + 3.0**2 / 2))
    assert (found.clips, found.lifters, found.reps, found.of_reps) == (2, 2, 4, 4)
    assert found.peak is not None
    assert found.span is not None
    assert (found.peak.bias, found.span.bias, found.rep_rmse) == pytest.approx((3.0, 0.0, 3.0))
    assert found.large == 0.0


def test_ours_and_theirs_are_the_same_number() -> None:
    """Bias, RMSE and limits of frames with chance errors, some of them unseen.

    poseaudit takes 1.95996 standard deviations where we, as Bland and Altman, take 1.96.
    """
    chance = np.random.default_rng(3)
    errors = [chance.normal(bias, 4.0, FRAME_S.shape) for bias in (-2.0, 0.5, 3.0)]
    errors[1][5:9] = np.nan
    found = knee(
        *(filmed(e, body) for e, body in zip(errors, ("man", "tall", "older"), strict=True))
    )
    ours = found.ours
    assert (found.bias, found.rmse) == pytest.approx((ours.bias, ours.rmse), abs=1e-9)
    assert found.limits == pytest.approx((ours.low, ours.high), abs=5e-5 * (ours.high - ours.low))
    assert found.apart == pytest.approx(0.0, abs=1e-3)
    assert ours.count == 179


def test_lifters_who_differ_widen_the_limits_by_lifter() -> None:
    """Two lifters of whom one is read 6° high and one 6° low: more is to be expected of a third."""
    chance = np.random.default_rng(4)
    high, low = (bias + chance.normal(0.0, 1.0, FRAME_S.shape) for bias in (6.0, -6.0))
    found = knee(filmed(high), filmed(low, "woman"))
    assert found.between[1] > found.limits[1] + 3.0
    assert found.large > 0.7


def test_a_repetition_with_a_gap_is_not_one_of_those_measured_throughout() -> None:
    """Its frames count among the frames; its peak may have been in the gap."""
    error = np.zeros(FRAME_S.shape)
    error[10:20] = np.nan
    found = knee(filmed(error), filmed(1.0, "woman"))
    assert (found.reps, found.of_reps) == (3, 4)


def test_what_was_never_measured_has_no_row() -> None:
    """No trunk in these clips, and no knee in a clip that saw none."""
    nothing = filmed(np.full(FRAME_S.shape, np.nan))
    assert audit([nothing], "knee") is None
    assert list(audited([filmed(1.0), filmed(2.0, "woman")])) == ["knee"]


def test_views_stand_apart_on_the_page() -> None:
    """A row a view, who computed it, and neither interval nor ICC of repetitions of one lifter."""
    side = [filmed(bias, body) for bias, body in ((1.0, "man"), (-2.0, "woman"), (2.0, "older"))]
    rows = audited([*side, filmed(4.0, "tall", 45.0)])
    text = section(rows)
    assert [line.split(" | ")[0] for line in text.splitlines() if line.startswith("| knee")] == [
        "| knee, 0–18°, no barbell",
        "| knee, 45°",
    ] * 2
    assert clinical.by_whom() in text
    oblique = next(line for line in text.splitlines()[::-1] if line.startswith("| knee, 45°"))
    assert oblique.endswith(" | 2 of 2 | +4.0 | +4.0 to +4.0 | – | +0.0 | +0.0 to +0.0 | – | 4.0 |")
    assert re.search(r"\| \+0\.3 \[-\d\.\d to \+\d\.\d\] \|", text)
    assert "nan" not in text
    assert math.isfinite(rows["knee"]["45°"].bias)
    assert section({}) == ""

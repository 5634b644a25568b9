"""The score: one number that never rewards a worse lift."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.cues.score import score
from formcheck.data import Finding, Verdict

CLEAN = Finding("a", "good", 1.0, "deg", 1.0, 5.0, 9.0, 0.5, "It looks good.", "")
WORSE: dict[str, tuple[Verdict, ...]] = {
    "good": ("watch", "fault"),
    "watch": ("fault",),
    "fault": (),
    "cannot_judge": (),
}


def of(*verdicts: Verdict, weights: tuple[float, ...] | None = None) -> float:
    weights = weights or (1.0,) * len(verdicts)
    found = {str(n): replace(CLEAN, verdict=one) for n, one in enumerate(verdicts)}
    return score(found, {str(n): weight for n, weight in enumerate(weights)})


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        (("good", "good"), 100.0),
        (("fault", "fault"), 0.0),
        (("watch", "watch"), 60.0),
        (("good", "fault"), 50.0),
        (("good", "cannot_judge"), 100.0),  # what isn't seen counts neither way
        (("fault", "cannot_judge"), 0.0),
    ],
)
def test_known_scores(verdicts, expected):
    """Good counts whole, watch 60 %, a fault nothing, unseen neither way."""
    assert of(*verdicts) == pytest.approx(expected)


@pytest.mark.parametrize("verdicts", [(), ("cannot_judge",), ("good", *["cannot_judge"] * 2)])
def test_too_little_judged_is_no_score(verdicts):
    """Below half of the weight judged the score is missing, not 0 and not 100."""
    assert math.isnan(of(*verdicts))


def test_weights_count():
    """A fault in a heavy cue costs more than in a light one."""
    assert of("fault", "good", weights=(3.0, 1.0)) == pytest.approx(25.0)
    assert of("good", "fault", weights=(3.0, 1.0)) == pytest.approx(75.0)


@given(data=st.data())
def test_a_worse_cue_never_raises_the_score(data):
    """Whatever the findings and weights: one cue made worse leaves the score or lowers it."""
    verdicts = data.draw(
        st.lists(st.sampled_from(sorted(WORSE)), min_size=1, max_size=8).filter(
            lambda drawn: any(WORSE[one] for one in drawn)
        )
    )
    weights = tuple(data.draw(st.floats(0.1, 5.0)) for _ in verdicts)
    at = data.draw(st.sampled_from([n for n, one in enumerate(verdicts) if WORSE[one]]))
    worse = list(verdicts)
    worse[at] = data.draw(st.sampled_from(WORSE[verdicts[at]]))
    before, after = of(*verdicts, weights=weights), of(*worse, weights=weights)
    assert math.isnan(before) == math.isnan(after)
    assert math.isnan(after) or after <= before
    assert math.isnan(after) or 0.0 <= after <= 100.0

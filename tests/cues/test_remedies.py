"""The remedy that lets most be judged comes first, by weight."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.cues.judging.remedies import remedies
from formcheck.cues.judging.score import judged_share
from formcheck.data import Finding, Verdict
from tests.cues.judging import judged
from tests.skeleton import skeleton

WEIGHTS = {"light": 1.0, "heavy": 3.0, "middle": 2.0, "frontal": 5.0}
COUNTED = {"light", "heavy", "middle"}


def finding(cue: str, verdict: Verdict, advice: str = "", *, applies: bool = True) -> Finding:
    nan = math.nan
    return Finding(cue, verdict, nan, "deg", nan, 1.0, 2.0, nan, "", advice, applies)


def test_the_weightiest_comes_first_whatever_comes_first_in_the_set() -> None:
    """By weight over all repetitions, not by the order of the cues; what does not count is last."""
    found = [
        finding("light", "cannot_judge", "stand still"),
        finding("middle", "cannot_judge", "step back"),
        finding("light", "cannot_judge", "step back"),
        finding("heavy", "cannot_judge", "light"),
        finding("heavy", "good"),
        finding("heavy", "cannot_judge", "light"),
        finding("frontal", "cannot_judge", "film from in front"),
    ]
    said = remedies(found, WEIGHTS, COUNTED)
    assert [one.how for one in said] == ["light", "step back", "stand still", "film from in front"]
    assert [one.unlocks for one in said] == pytest.approx([6 / 13, 3 / 13, 1 / 13, 0.0])


@given(
    st.lists(
        st.builds(
            finding,
            st.sampled_from(sorted(WEIGHTS)),
            st.sampled_from(["good", "watch", "fault", "cannot_judge"]),
            st.sampled_from(["a", "b", "c"]),
            applies=st.booleans(),
        ),
        max_size=30,
    )
)
def test_with_what_is_judged_the_remedies_make_the_whole(found: list[Finding]) -> None:
    """Judged and unlockable shares make one where anything counts; the order is by share."""
    said = remedies(found, WEIGHTS, COUNTED)
    shares = [one.unlocks for one in said]
    assert shares == sorted(shares, reverse=True)
    assert len({one.how for one in said}) == len(said)
    of_count = [(WEIGHTS[one.cue], one) for one in found if one.cue in COUNTED]
    whole = 1.0 if any(one.applies for _, one in of_count) else 0.0
    assert sum(shares) + judged_share(of_count) == pytest.approx(whole)


def test_a_set_that_is_hardly_judged_leads_with_its_first_remedy() -> None:
    """Filmed from in front, the one thing to do is what unlocks most, and it is the first."""
    said = judged(skeleton("deadlift", yaw_deg=90.0), "deadlift").said.summary
    shares = [one.unlocks for one in said.remedies]
    assert said.judged_share < 0.5 < sum(shares) + said.judged_share
    assert shares == sorted(shares, reverse=True)
    assert said.main_advice.endswith(said.remedies[0].how)

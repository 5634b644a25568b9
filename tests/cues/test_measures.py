"""Plain numbers of a repetition: which moment they are of."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.cues.judging.measures import range_over
from formcheck.cues.judging.seen import Seen
from tests.cues.judging import between, judged_set, with_angle


@pytest.mark.parametrize(("lasts_s", "counts"), [(0.12, True), (0.08, False)])
@pytest.mark.parametrize("moment", ["bottom", "top"])
def test_what_is_at_an_end_lasts_there(moment: str, lasts_s: float, counts: bool) -> None:
    """A trunk that nods for 0.08 s about the lowest or highest moment doesn't change how it
    leans there; one that stays for longer than half of a fifth of a second does."""
    one_set = judged_set("back_squat", rate_hz=100.0)
    at_s = getattr(one_set.reps[1], f"{moment}_s")
    about = between(one_set, at_s - lasts_s / 2, at_s + lasts_s / 2)
    usual_deg = one_set.said.reps[1].measures[f"trunk_deg_at_{moment}"]
    nodded = with_angle(one_set, "trunk", usual_deg + 20.0, about)
    changed_deg = nodded.said.reps[1].measures[f"trunk_deg_at_{moment}"] - usual_deg
    assert (changed_deg > 10.0) == counts
    assert np.isfinite(changed_deg)


@pytest.mark.parametrize(("hidden_s", "known"), [(0.42, True), (0.65, False)])
def test_a_joint_out_of_sight_may_have_turned(hidden_s: float, known: bool) -> None:
    """Knees unseen for 0.4 s round the bottom have the range that is seen; who is out of sight
    for 0.65 s may have gone further meanwhile, and nothing is said."""
    one_set = judged_set("back_squat", rate_hz=100.0, tempo=(1.5, 0.3, 1.5))
    rep = one_set.reps[1]
    hidden = between(one_set, rep.bottom_s - hidden_s / 2, rep.bottom_s + hidden_s / 2)
    unseen = with_angle(one_set, "knee", np.nan, hidden)
    range_deg = range_over(unseen.motion.angles_deg["knee"].value, rep, Seen(unseen.measured))
    assert np.isfinite(range_deg) == known

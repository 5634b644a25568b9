"""Where the foot is, and how far ahead of it the hands hang."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.cues.judging.feet import hands_ahead, standing
from formcheck.cues.judging.seen import Seen
from formcheck.signals.angles import HEEL, TOE, WRIST
from tests.cues.judging import between, judged_set, rejudged
from tests.rods import FOOT


@pytest.mark.parametrize(("shown_s", "verdict"), [(0.10, "cannot_judge"), (0.15, "good")])
def test_the_foot_is_looked_at_just_round_the_standing(shown_s: float, verdict: str) -> None:
    """A plate hides the foot but for a moment: 0.15 s before and after the top are enough to
    know where it stands, 0.1 s are not."""
    one_set = judged_set("deadlift", rate_hz=100.0)
    top_s, side = one_set.reps[1].top_s, one_set.motion.stance.side
    points = one_set.motion.body.points_px.copy()
    hidden = ~between(one_set, top_s - shown_s, top_s + shown_s)
    for joint in (HEEL[side], TOE[side]):
        points[hidden, joint] = np.nan
    assert rejudged(one_set, points_px=points).verdicts("bar_close")[1] == verdict


def test_a_foot_ahead_is_about_one() -> None:
    """Hands that hang a foot of the lifter's own ahead of midfoot read about 1, whatever the
    foot looks like."""
    one_set = judged_set("deadlift")
    seen, side = Seen(one_set.measured), one_set.motion.stance.side
    points = one_set.motion.body.points_px.copy()
    middle_px = (points[:, HEEL[side], 0] + points[:, TOE[side], 0]) / 2
    points[:, WRIST[side], 0] = middle_px + FOOT * 400.0
    seen = Seen(rejudged(one_set, points_px=points).measured)
    ahead = hands_ahead(seen, standing(one_set.reps[1], seen))
    assert np.median(ahead) == pytest.approx(1.0, abs=0.15)

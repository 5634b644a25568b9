"""What a camera in front shows: when the lifter stands, when they are bent, on which leg."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.cues.judging.base import NotSeen
from formcheck.cues.judging.frontal import Frames, feet_px, frames_of, working_leg
from formcheck.cues.judging.seen import Seen
from formcheck.signals.angles import ANKLE, KNEE
from tests.cues.judging import Judged, between, judged_set, rejudged, with_point


def squat() -> Judged:
    return judged_set("back_squat", yaw_deg=90.0, rate_hz=100.0)


def frames(one_set: Judged) -> Frames:
    return frames_of(one_set.reps[1], Seen(one_set.measured))


def test_knees_a_little_bent_still_stand() -> None:
    """Knees bent by 30° stand and by 38° don't; bent by 65° they are bent and by 54° not yet."""
    one_set = squat()
    rep, knee_deg = one_set.reps[1], one_set.lifter.angles_deg["knee"]
    inside, found = between(one_set, rep.start_s, rep.end_s), frames(one_set)
    assert found.standing[inside & (knee_deg < 30.0)].all()
    assert not found.standing[knee_deg > 38.0].any()
    assert found.bent[inside & (knee_deg > 65.0)].all()
    assert not found.bent[knee_deg < 54.0].any()


def test_the_standing_just_before_and_after_counts() -> None:
    """How they stand 0.15 s before the repetition and after it is how they stand; a quarter of
    a second off they may still be stepping."""
    one_set = squat()
    rep, found = one_set.reps[1], frames(one_set)
    assert found.standing[between(one_set, rep.start_s - 0.15, rep.start_s)].all()
    assert found.standing[between(one_set, rep.end_s, rep.end_s + 0.15)].all()
    time_s = one_set.motion.time_s
    assert not found.standing[(time_s < rep.start_s - 0.25) | (time_s > rep.end_s + 0.25)].any()


@pytest.mark.parametrize(("step", "counts"), [(0.16, True), (-0.16, True), (0.25, False)])
def test_a_foot_that_steps_tells_nothing(step: float, counts: bool) -> None:
    """Feet that seem a sixth wider or narrower apart stand where they stood, as points aren't
    surer; a quarter of the stance is a step, and what follows isn't compared."""
    one_set = squat()
    late = between(one_set, one_set.reps[1].top_s - 0.1, np.inf)
    left, right = (one_set.motion.body.points_px[:, ANKLE[side], 0] for side in ("left", "right"))
    by_px = float(step * np.median(left - right))
    stepped = with_point(one_set, [ANKLE["left"]], (by_px, 0.0), late)
    assert frames(stepped).standing[late].any() == counts


@pytest.mark.parametrize(("rolled_deg", "counts"), [(6.5, True), (9.5, False)])
def test_a_picture_that_rolls_tells_nothing(rolled_deg: float, counts: bool) -> None:
    """The ankles' line may slope by 6° more than before; 9° is a picture that rolls."""
    one_set = squat()
    late = between(one_set, one_set.reps[1].top_s - 0.1, np.inf)
    left, right = (one_set.motion.body.points_px[:, ANKLE[side], 0] for side in ("left", "right"))
    down_px = float(np.median(left - right) * np.tan(np.radians(rolled_deg)))
    rolled = with_point(one_set, [ANKLE["left"]], (0.0, down_px), late)
    assert frames(rolled).standing[late].any() == counts


@pytest.mark.parametrize(("apart_leg", "told"), [(0.10, False), (0.14, True)])
def test_feet_too_close_together(apart_leg: float, told: bool) -> None:
    """Feet 12 cm apart (of a leg of 84) are a stance to compare with; 8 cm are none, as a
    centimetre of error is then an eighth."""
    one_set = squat()
    points = one_set.motion.body.points_px.copy()
    half_px = apart_leg * one_set.motion.body.leg_px / 2
    middle_px = points[:, list(ANKLE.values()), 0].mean(axis=1)
    points[:, ANKLE["left"], 0] = middle_px + half_px
    points[:, ANKLE["right"], 0] = middle_px - half_px
    close = rejudged(one_set, points_px=points)
    assert (close.verdicts("symmetry")[1] != "cannot_judge") == told
    if not told:
        with pytest.raises(NotSeen, match="feet_close"):
            feet_px(Seen(close.measured), frames(close).standing)


@pytest.mark.parametrize(("apart_leg", "told"), [(0.08, False), (0.12, True)])
def test_which_leg_works(apart_leg: float, told: bool) -> None:
    """In a split squat the knee that stands 10 cm higher is the working one's; 7 cm don't
    tell the legs apart, and nothing is guessed."""
    one_set = judged_set("split_squat", yaw_deg=-90.0)
    rep, points = one_set.reps[0], one_set.motion.body.points_px.copy()
    points[:, KNEE["right"], 1] = (
        points[:, KNEE["left"], 1] + apart_leg * one_set.motion.body.leg_px
    )
    seen = Seen(rejudged(one_set, points_px=points).measured)
    low = seen.during(rep.bottom_s - 0.15, rep.bottom_s + 0.15)
    if told:
        assert working_leg(seen, low) == "left"
    else:
        with pytest.raises(NotSeen, match="which_leg"):
            working_leg(seen, low)

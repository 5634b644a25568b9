"""bar_close: does the load hang over the middle of the foot?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from formcheck.cues.judging.bar import AT_THE_TOP_SIGMA
from formcheck.cues.judging.feet import FOOT_OVER_LEG
from formcheck.signals.angles import ANKLE, HEEL, SHOULDER, TOE, WRIST
from tests.cues.judging import (
    Judged,
    assert_right,
    between,
    hide,
    judged,
    judged_set,
    parts_of,
    rejudged,
    with_point,
)
from tests.rods import SHANK, THIGH
from tests.skeleton import skeleton

LEG = SHANK + THIGH
HANGING_M = {
    "deadlift": 0.0,
    "sumo_deadlift": 0.0,
    "romanian_deadlift": -0.15,  # the lats hold it back under so long a lean
    "kettlebell_deadlift": 0.0,
}


def true_ahead(one_set: Judged, rep: int) -> float:
    """The hands' furthest distance ahead of midfoot near the bottom, foot lengths."""
    track, moment = one_set.lifter.track, one_set.reps[rep]
    points = track.landmarks_px[:, :, 0]
    scale = 400.0
    low = np.abs(track.time_s - one_set.lifter.reps[rep].bottom_s) < 0.2
    assert moment.start_s <= one_set.lifter.reps[rep].bottom_s + 0.2
    ahead = points[:, 16] - points[:, [30, 32]].mean(axis=1)
    return float(np.max(ahead[low])) / (FOOT_OVER_LEG * LEG * scale)


@pytest.mark.parametrize("lift", HANGING_M)
def test_a_load_over_the_foot_is_good(lift: str) -> None:
    """Hands over the lifter's feet are good in each lift."""
    one_set = judged_set(lift, bar_forward_m=HANGING_M[lift])
    assert one_set.verdicts("bar_close") == ["good"] * 3


@pytest.mark.parametrize(("ahead_m", "verdict"), [(0.0, "good"), (0.16, "watch"), (0.26, "fault")])
def test_close_further_and_far(ahead_m: float, verdict: str) -> None:
    """Over midfoot is good, at the toes is to watch, well ahead of them a fault."""
    one_set = judged_set("deadlift", bar_forward_m=ahead_m)
    assert one_set.verdicts("bar_close") == [verdict] * 3


@pytest.mark.parametrize("lift", HANGING_M)
@pytest.mark.parametrize("ahead_m", [0.0, 0.1, 0.2])
def test_value_is_the_true_distance(lift: str, ahead_m: float) -> None:
    """The value is the wrist's true distance ahead of midfoot, within its σ."""
    one_set = judged_set(lift, bar_forward_m=ahead_m)
    found = one_set.finding("bar_close", 2)
    assert_right(found, true_ahead(one_set, 1))
    assert found.unit == "foot lengths"


def test_at_the_top_it_may_hang_before_the_thighs() -> None:
    """Hands are ahead of midfoot when standing; only the way near the floor counts."""
    one_set = judged_set("deadlift", lean_back_deg=-25.0)
    assert one_set.verdicts("bar_close") == ["good"] * 3


def test_hidden_hands() -> None:
    """Hands behind a plate: not judged, with how to film it."""
    found = judged(hide(skeleton("deadlift"), (15, 16)), "deadlift").finding("bar_close")
    assert found.verdict == "cannot_judge"
    assert "plate" in found.reason
    assert "feet" in found.advice


def test_says_what_to_try() -> None:
    """The fault says what was seen with ±, and what to try."""
    found = judged_set("deadlift", bar_forward_m=0.26).finding("bar_close")
    assert "far out" in found.reason
    assert "±" in found.reason
    assert "lats" in found.advice


def test_not_from_the_front() -> None:
    """There nothing tells how far ahead the hands are."""
    found = judged_set("deadlift", yaw_deg=90.0).finding("bar_close")
    assert found.verdict == "cannot_judge"
    assert "side" in found.advice


@pytest.mark.parametrize("yaw_deg", [35.0, -50.0])
def test_obliquely_the_middle_of_both_hands_tells(yaw_deg: float) -> None:
    """Seen at an angle a hand hangs nearer or further than its foot; between both it cancels."""
    for ahead_m in (0.0, 0.26):
        straight = judged_set("deadlift", bar_forward_m=ahead_m).finding("bar_close")
        turned = judged_set("deadlift", bar_forward_m=ahead_m, yaw_deg=yaw_deg)
        found = turned.finding("bar_close")
        assert found.value == pytest.approx(straight.value, abs=0.03)
        assert found.sigma > straight.sigma


def test_obliquely_one_hand_alone_tells_nothing() -> None:
    """Where the far hand is hidden, the near one hangs beside the body by who knows how much."""
    lifter = skeleton("deadlift", yaw_deg=40.0)
    seen = lifter.track.visibility.copy()
    seen[:, WRIST["left"]] = 0.1
    hidden = replace(lifter, track=replace(lifter.track, visibility=seen))
    assert judged(hidden, "deadlift").finding("bar_close").verdict == "cannot_judge"


def test_who_steps_holds_nothing_over_the_foot_that_stood() -> None:
    """A lunge taken for a lift: hands and feet are a stride from where the feet were."""
    lifter = skeleton("deadlift", yaw_deg=40.0)
    points = lifter.track.landmarks_px.copy()
    low = lifter.track.time_s < lifter.reps[0].top_s - 0.5
    for joint in [one for table in (HEEL, TOE, ANKLE, WRIST) for one in table.values()]:
        points[low, joint, 0] += 300.0
    stepped = replace(lifter, track=replace(lifter.track, landmarks_px=points))
    assert judged(stepped, "deadlift").finding("bar_close").verdict == "cannot_judge"


@pytest.mark.parametrize(
    "filming",
    [
        *({"mirror": True}, {"facing": "left"}, {"scale_px": 150.0}, {"rate_hz": 24.0}),
        *({"rate_hz": 100.0}, {"shift_px": (300.0, 80.0)}, {"yaw_deg": 10.0}),
    ],
)
def test_filming_changes_nothing(filming: dict[str, Any]) -> None:
    """Mirrored, far, slow, fast, elsewhere, a little turned: the same verdicts."""
    for ahead_m, expected in ((0.0, "good"), (0.25, "fault")):
        filmed = judged_set("deadlift", bar_forward_m=ahead_m, **filming)
        assert filmed.verdicts("bar_close") == [expected] * 3


@pytest.mark.parametrize("lift", ["kettlebell_swing", "goblet_squat", "good_morning"])
def test_only_where_the_load_hangs(lift: str) -> None:
    """Lifts whose load swings, or lies on the body, aren't asked."""
    assert "bar_close" not in judged_set(lift).said.cues


def moved(one_set: Judged, feet: float, frames: NDArray[np.bool_]) -> Judged:
    """The set with its hands so many foot lengths further ahead in some frames."""
    wrist = WRIST[one_set.motion.stance.side]
    return with_point(
        one_set, [wrist], (feet * FOOT_OVER_LEG * one_set.motion.body.leg_px, 0.0), frames
    )


def test_hands_that_swing_out_near_the_deepest_lean_count() -> None:
    """In a hinge that stays above the knees, hands that swing out within 12° of the furthest
    lean are far out; those that do higher up, on the way past the thighs, are not."""
    one_set = judged_set("romanian_deadlift", bar_forward_m=-0.15, rate_hz=100.0)
    rep, trunk_deg = one_set.reps[1], one_set.motion.angles_deg["trunk"].value
    inside = between(one_set, rep.start_s, rep.end_s)
    short_deg = np.max(trunk_deg[inside]) - trunk_deg
    near = moved(one_set, 0.9, inside & (short_deg > 5.0) & (short_deg < 12.0))
    higher = moved(one_set, 0.9, inside & (short_deg > 13.0) & (short_deg < 24.0))
    assert near.verdicts("bar_close") == ["good", "fault", "good"]
    assert higher.verdicts("bar_close") == ["good"] * 3


def test_a_turned_camera_may_have_hands_wider_than_feet() -> None:
    """Hands 8 cm wider than the feet look nearer or further, seen from 20° off the side: by
    what the camera's part of σ says, which a camera at the side hasn't."""
    one_set = judged_set("deadlift", yaw_deg=20.0)
    looks_m = 0.08 * np.sin(np.radians(20.0))
    part = parts_of(one_set, "bar_close")["the camera's angle"]
    assert part == pytest.approx(looks_m / (FOOT_OVER_LEG * LEG), rel=0.1)
    assert parts_of(judged_set("deadlift"), "bar_close")["the camera's angle"] < 0.01


def test_a_lifter_out_of_sight_on_the_way_up_may_let_it_swing() -> None:
    """Somebody walks by: a fifth of a second hides no swing of the load, 0.3 s may."""
    one_set = judged_set("deadlift", rate_hz=100.0)
    from_s = one_set.reps[1].bottom_s + 0.3
    verdicts = [
        with_point(
            one_set, SHOULDER.values(), (np.nan, np.nan), between(one_set, from_s, from_s + hidden)
        ).verdicts("bar_close")[1]
        for hidden in (0.2, 0.3)
    ]
    assert verdicts == ["good", "cannot_judge"]


def test_hands_inside_the_shins_are_guessed() -> None:
    """Hands a third of a foot behind midfoot hang by the shins; further back is no place for
    a load, so the point was guessed behind a plate, and nothing is said."""
    one_set = judged_set("deadlift")
    rep, value = one_set.reps[1], one_set.finding("bar_close", 2).value
    inside = between(one_set, rep.start_s, rep.end_s)
    close = moved(one_set, -0.31 - value, inside).finding("bar_close", 2)
    assert close.verdict == "good"
    assert close.value == pytest.approx(-0.31, abs=0.01)
    assert moved(one_set, -0.40 - value, inside).verdicts("bar_close")[1] == "cannot_judge"


# ---------------------------------------------------------------- behind a plate

FULL_M = 0.49
"""How large a full plate looks that is nearer to the camera than the legs."""


@pytest.fixture(scope="module")
def hidden_hands() -> Judged:
    """A deadlift with full plates, which hide the hands."""
    lifter = skeleton("deadlift", plate_m=FULL_M, plate_taken_in=True)
    return judged(hide(lifter, (15, 16)), "deadlift")


def swung(one_set: Judged, ahead_m: float, *, until: float = 0.45) -> Judged:
    """The set whose bar hangs so far ahead of its place at the top, up to a share of the way."""
    bar = one_set.motion.bar
    assert bar is not None
    down = bar.centre_px[:, 1]
    share = (down.max() - down) / np.ptp(down)
    # Over a twentieth of the way it swings back, a bar has no corners.
    swing = np.clip((until + 0.05 - share) / 0.05, 0.0, 1.0) * ahead_m / bar.m_per_px
    straight = np.median(bar.centre_px[share > 0.9, 0])
    across = straight + one_set.motion.stance.forward * swing
    return rejudged(one_set, centre_px=np.stack([across, down], axis=1))


@pytest.mark.parametrize(
    ("ahead_m", "value", "verdict"),
    [(0.0, 0.10, "good"), (0.10, 0.48, "good"), (0.25, 1.06, "fault")],
)
def test_behind_a_plate_the_bar_tells(
    hidden_hands: Judged, ahead_m: float, value: float, verdict: str
) -> None:
    """10 cm ahead of where it rests against the thighs is close, 25 cm are beyond the toes."""
    one_set = swung(hidden_hands, ahead_m)
    assert one_set.verdicts("bar_close") == [verdict] * 3
    found = one_set.finding("bar_close", 2)
    assert found.value == pytest.approx(value, abs=0.03)
    assert 0.12 < found.sigma < 0.17


def test_between_close_and_far_it_is_to_watch_or_not_sure(hidden_hands: Judged) -> None:
    """18 cm are 0.79 foot lengths: over what is to watch, by less than its σ."""
    found = swung(hidden_hands, 0.18).finding("bar_close", 2)
    assert found.value == pytest.approx(0.79, abs=0.03)
    assert found.verdict in ("watch", "cannot_judge")


def test_a_bar_may_swing_ahead_above_the_knee(hidden_hands: Judged) -> None:
    """Only the lower half of its way counts: at the thighs it is pushed ahead by them."""
    bar = hidden_hands.motion.bar
    assert bar is not None
    down = bar.centre_px[:, 1]
    share = (down.max() - down) / np.ptp(down)
    values = []
    for middle in (0.35, 0.65):
        bump = np.clip((0.14 - np.abs(share - middle)) / 0.02, 0.0, 1.0) * 0.25 / bar.m_per_px
        across = 500.0 + hidden_hands.motion.stance.forward * bump
        moved_bar = rejudged(hidden_hands, centre_px=np.stack([across, down], axis=1))
        values.append(moved_bar.finding("bar_close", 2).value)
    assert values[0] > 0.8
    assert values[1] < 0.3


def test_what_the_bars_place_may_be_off(hidden_hands: Judged) -> None:
    """The parts of σ: where a bar rests, the circle's own, a moving and a tilted camera."""
    bar = hidden_hands.motion.bar
    assert bar is not None
    parts = parts_of(swung(hidden_hands, 0.1), "bar_close")
    assert parts["where a bar rests at the top"] == AT_THE_TOP_SIGMA == pytest.approx(0.15)
    assert parts["the plate's place"] == pytest.approx(0.016 * 0.225 / 0.26, rel=0.01)
    assert parts["the camera's motion"] == 0.0
    shaky = parts_of(rejudged(hidden_hands, place_sigma_px=0.02 / bar.m_per_px), "bar_close")
    assert shaky["the camera's motion"] == pytest.approx(0.02 / 0.26)
    leant = parts_of(rejudged(hidden_hands, roll_sigma_deg=2.0), "bar_close")
    way_m = np.ptp(bar.centre_px[:, 1]) * bar.m_per_px
    assert 0.5 < leant["the picture's tilt"] / (np.radians(2.0) * way_m / 0.26) <= 1.0


def test_a_plate_of_unknown_size_tells_nothing() -> None:
    """Of small plates nobody knows how far ten centimetres are."""
    lifter = hide(skeleton("deadlift", plate_m=0.35, plate_taken_in=True), (15, 16))
    found = judged(lifter, "deadlift").finding("bar_close")
    assert found.verdict == "cannot_judge"
    assert "plate" in found.reason


@pytest.mark.parametrize("kept", ["all but the top", "half"])
def test_a_bar_whose_top_is_not_seen_tells_nothing(hidden_hands: Judged, kept: str) -> None:
    """What it is compared with is missing, or most of its way is."""
    bar, rep = hidden_hands.motion.bar, hidden_hands.reps[1]
    assert bar is not None
    span = (rep.top_s - 0.1, rep.top_s + 0.1)
    if kept == "half":
        span = (rep.start_s, (rep.start_s + rep.end_s) / 2)
    centre = bar.centre_px.copy()
    centre[between(hidden_hands, *span)] = np.nan
    verdicts = rejudged(hidden_hands, centre_px=centre).verdicts("bar_close")
    assert verdicts[1] == "cannot_judge"
    assert verdicts[0] != "cannot_judge"


def test_a_film_that_ends_before_the_top_tells_nothing() -> None:
    """Nobody knows where the bar would have rested."""
    lifter = hide(skeleton("deadlift", plate_m=FULL_M, plate_taken_in=True), (15, 16))
    cut = lifter.part(0.0, lifter.reps[2].top_s - 0.25)
    one_set = judged(cut, "deadlift")
    assert not one_set.reps[-1].top_seen
    assert one_set.verdicts("bar_close")[-1] == "cannot_judge"


@pytest.mark.parametrize("filming", [{"mirror": True}, {"facing": "left"}, {"scale_px": 200.0}])
def test_filming_changes_nothing_behind_plates(
    hidden_hands: Judged, filming: dict[str, Any]
) -> None:
    """Mirrored or from afar, the bar hangs as close."""
    lifter = skeleton("deadlift", plate_m=FULL_M, plate_taken_in=True, **filming)
    filmed = judged(hide(lifter, (15, 16)), "deadlift")
    for ahead_m in (0.0, 0.25):
        ours, theirs = swung(filmed, ahead_m), swung(hidden_hands, ahead_m)
        assert ours.verdicts("bar_close") == theirs.verdicts("bar_close")
        value = theirs.finding("bar_close", 2).value
        assert ours.finding("bar_close", 2).value == pytest.approx(value, abs=0.02)

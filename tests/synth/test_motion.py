"""The rendered lifter moves as asked: planted feet, bar path, dials, times."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable

import numpy as np
import pytest

from formcheck.data import FloatArray
from formcheck.synth.lifts import PLANS
from formcheck.synth.motion import Motion, frame_times_s, plan_motion
from formcheck.synth.skeleton import Skeleton, joint_now, point_now
from formcheck.synth.spec import DIAL_LIFTS, parse_spec
from formcheck.synth.truth import Truth, truth_of

BODY = Skeleton.standard(1.78)
MASS_KG = 78.0


def motion_of(lift: str, faults: str = "", reps: int = 1, tempo: str = "variation = 0.0") -> Motion:
    text = f'lift = "{lift}"\nreps = {reps}\nseed = 4\n[tempo]\n{tempo}\n[faults]\n{faults}\n'
    return plan_motion(parse_spec(text), BODY, MASS_KG)


@functools.cache
def truth(lift: str, faults: str = "", reps: int = 1, tempo: str = "variation = 0.0") -> Truth:
    text = (
        f'lift = "{lift}"\nreps = {reps}\nseed = 4\n[tempo]\n{tempo}\n[faults]\n{faults}\n'
        "[camera]\nframe_rate_hz = 15\n"
    )
    spec = parse_spec(text)
    return truth_of(spec, plan_motion(spec, BODY, MASS_KG))


def at(clip: Truth, angle: str, time_s: float) -> float:
    return float(np.interp(time_s, clip.time_s, clip.angles_deg[angle]))


@pytest.mark.parametrize("lift", PLANS)
def test_feet_stay_planted(lift: str) -> None:
    """Ankles, heels and toes of the standing feet move less than a millimetre."""
    clip = truth(lift)
    sides = {"single_leg_deadlift": ["right"]}.get(lift, ["left", "right"])
    for side in sides:
        for joint in ("ankle", "heel", "toe"):
            path = clip.joints_m[f"{side}_{joint}"]
            assert np.ptp(path, axis=0).max() < 0.001, (side, joint)


@pytest.mark.parametrize("lift", PLANS)
def test_bones_keep_their_length(lift: str) -> None:
    """Thigh, shank, upper arm and forearm are as long in every frame as at rest."""
    clip = truth(lift)
    for side, letter in (("left", "L"), ("right", "R")):
        for upper, lower, bone, end in (
            ("hip", "knee", "upperleg01", "lowerleg01"),
            ("knee", "ankle", "lowerleg01", "foot"),
            ("shoulder", "elbow", "upperarm01", "lowerarm01"),
            ("elbow", "wrist", "lowerarm01", "wrist"),
        ):
            gap = clip.joints_m[f"{side}_{upper}"] - clip.joints_m[f"{side}_{lower}"]
            length_m = BODY.length_m(f"{bone}.{letter}", f"{end}.{letter}")
            assert np.linalg.norm(gap, axis=1) == pytest.approx(length_m, abs=0.002)


@pytest.mark.parametrize("lift", PLANS)
def test_motion_is_smooth(lift: str) -> None:
    """No joint jumps: between frames 1/40 s apart none goes faster than 6 m/s or kinks."""
    motion = motion_of(lift)
    times = frame_times_s(motion, 40)
    times = times[times <= motion.reps[0].end_s + 0.3]
    places = np.array([motion.pose(float(t)).pose.positions for t in times])
    moved = [BODY.index(b) for b in ("root", "lowerleg01.L", "spine01", "wrist.L", "head")]
    speed = np.linalg.norm(np.diff(places[:, moved], axis=0), axis=2) * 40
    assert speed.max() < 6.0
    assert np.abs(np.diff(speed, axis=0)).max() < 1.2


@pytest.mark.parametrize("lift", ["deadlift", "sumo_deadlift", "romanian_deadlift"])
def test_bar_goes_straight_up_over_the_foot(lift: str) -> None:
    """A good pull keeps the bar within 5 cm of one vertical line over the foot."""
    clip = truth(lift)
    assert np.ptp(clip.grip_m[:, 0]) < 0.06
    heel, toe = clip.joints_m["right_heel"][0, 0], clip.joints_m["right_toe"][0, 0]
    share = (clip.grip_m[:, 0] - heel) / (toe - heel)
    assert share.min() > 0.3
    assert share.max() < 0.9


@pytest.mark.parametrize("lift", ["deadlift", "sumo_deadlift"])
def test_bar_starts_and_ends_on_the_floor(lift: str) -> None:
    """Each repetition begins and ends with the bar at the plates' radius."""
    clip = truth(lift, reps=3, tempo="variation = 0.04")
    for rep in clip.reps:
        for time_s in (rep.start_s, rep.end_s):
            height = np.interp(time_s, clip.time_s, clip.grip_m[:, 2])
            assert height == pytest.approx(0.225, abs=0.012)


@pytest.mark.parametrize("lift", PLANS)
def test_angles_at_the_bottom_are_those_of_the_plan(lift: str) -> None:
    """Trunk and lumbar flexion at the bottom are what the lift asks for."""
    clip = truth(lift)
    bottom = PLANS[lift].bottom
    for rep in clip.reps:
        assert at(clip, "trunk", rep.bottom_s) == pytest.approx(bottom.trunk_deg, abs=1.5)
        assert at(clip, "lumbar_flexion", rep.bottom_s) == pytest.approx(bottom.lumbar_deg, abs=1)


@pytest.mark.parametrize("lift", ["back_squat", "front_squat", "goblet_squat", "bodyweight_squat"])
def test_squats_go_below_parallel(lift: str) -> None:
    """A good squat has the hip joint no higher than the knee, give or take 2 cm."""
    clip = truth(lift)
    for rep in clip.reps:
        hip = np.interp(rep.bottom_s, clip.time_s, clip.joints_m["right_hip"][:, 2])
        knee = np.interp(rep.bottom_s, clip.time_s, clip.joints_m["right_knee"][:, 2])
        assert hip < knee + 0.02


@pytest.mark.parametrize("lift", PLANS)
def test_lifter_is_upright_at_the_top(lift: str) -> None:
    """At the top the trunk is within 8° of vertical."""
    clip = truth(lift)
    for rep in clip.reps:
        assert abs(at(clip, "trunk", rep.top_s)) < 8


@pytest.mark.parametrize("asked", [0, 20, 40, 60])
def test_lumbar_dial(asked: int) -> None:
    """Lumbar flexion at the bottom is the dial's; the trunk leans no differently."""
    clip = truth("deadlift", f"lumbar_flexion_deg = {asked}")
    bottom_s = clip.reps[0].bottom_s
    assert at(clip, "lumbar_flexion", bottom_s) == pytest.approx(asked, abs=1)
    assert at(clip, "trunk", bottom_s) == pytest.approx(67, abs=1)


@pytest.mark.parametrize("lift", ["deadlift", "back_squat", "romanian_deadlift"])
@pytest.mark.parametrize("asked", [0, 10, 20])
def test_hips_first_dial(lift: str, asked: int) -> None:
    """The trunk tips forward on the way up by the dial's angle, knees opening meanwhile."""
    clip = truth(lift, f"hips_first_deg = {asked}")
    rep = clip.reps[0]
    up = (clip.time_s >= rep.bottom_s) & (clip.time_s <= rep.top_s)
    trunk, knee = clip.angles_deg["trunk"][up], clip.angles_deg["knee"][up]
    assert trunk.max() - trunk[0] == pytest.approx(asked, abs=1.5)
    if asked == 20 and lift != "romanian_deadlift":
        assert knee[0] - knee[trunk.argmax()] > 15


def test_hips_first_leaves_the_bar_alone() -> None:
    """Hips that shoot up don't push the bar down: it never sinks below the floor."""
    clip = truth("deadlift", "hips_first_deg = 20")
    assert clip.grip_m[:, 2].min() > 0.21


def height(clip: Truth, joint: str, time_s: float) -> float:
    return float(np.interp(time_s, clip.time_s, clip.joints_m[joint][:, 2]))


def ahead(clip: Truth, time_s: float) -> float:
    return float(np.interp(time_s, clip.time_s, clip.grip_m[:, 0]))


def sideways(clip: Truth, time_s: float) -> float:
    middle = (clip.joints_m["left_hip"] + clip.joints_m["right_hip"])[:, 1] / 2
    return float(np.interp(time_s, clip.time_s, middle))


DIALS = [
    ("back_squat", "heels_up_m = 0.05", lambda c, t: height(c, "right_heel", t), 0.05, 0.012),
    ("deadlift", "bar_forward_m = 0.12", ahead, 0.12, 0.03),
    ("deadlift", "bent_arms_deg = 30", lambda c, t: at(c, "elbow", t), 30, 8),
    ("back_squat", "hip_shift_m = 0.06", sideways, 0.06, 0.005),
    ("deadlift", "thoracic_flexion_deg = 25", lambda c, t: at(c, "thoracic_flexion", t), 25, 1),
    ("deadlift", "neck_deg = -40", lambda c, t: at(c, "neck", t), -30, 2),
    ("back_squat", "butt_wink_deg = 20", lambda c, t: at(c, "lumbar_flexion", t), 20, 1),
]


@pytest.mark.parametrize(("lift", "dial", "measure", "change", "within"), DIALS)
def test_dial_changes_its_own_quantity(
    lift: str, dial: str, measure: Callable[[Truth, float], float], change: float, within: float
) -> None:
    """Each dial moves the quantity it is named after by the amount asked."""
    good, bad = truth(lift), truth(lift, dial)
    moved = measure(bad, bad.reps[0].bottom_s) - measure(good, good.reps[0].bottom_s)
    assert moved == pytest.approx(change, abs=within)


def test_lean_back_and_soft_lockout() -> None:
    """Leaning back and a soft lockout show at the top, with opposite signs."""
    top = {}
    for fault in ("", "lean_back_deg = 12", "soft_lockout_deg = 25"):
        clip = truth("deadlift", fault)
        rep = clip.reps[0]
        top[fault] = at(clip, "trunk", rep.top_s), at(clip, "hip", rep.top_s)
    assert top["lean_back_deg = 12"][0] - top[""][0] == pytest.approx(-12, abs=1)
    assert top["soft_lockout_deg = 25"][1] - top[""][1] == pytest.approx(25, abs=3)


def test_shallow_squat_is_higher() -> None:
    """Leaving out 30 % of the depth leaves the hip clearly above the knee."""
    clip = truth("back_squat", "shallow = 0.3")
    gap = clip.joints_m["right_hip"] - clip.joints_m["right_knee"]
    assert np.interp(clip.reps[0].bottom_s, clip.time_s, gap[:, 2]) > 0.08


def test_knees_cave_on_the_way_up_only() -> None:
    """Caving knees come nearer to each other while rising, not while sinking."""
    clip = truth("back_squat", "knees_cave_deg = 25")
    good = truth("back_squat")

    def narrowest(c: Truth, start_s: float, end_s: float) -> float:
        while_there = (c.time_s >= start_s) & (c.time_s <= end_s)
        gap = c.joints_m["left_knee"] - c.joints_m["right_knee"]
        return float(gap[while_there, 1].min())

    rep = clip.reps[0]
    assert narrowest(clip, rep.bottom_s, rep.top_s) < 0.85 * narrowest(
        good, rep.bottom_s, rep.top_s
    )
    assert narrowest(clip, rep.start_s, rep.bottom_s) == pytest.approx(
        narrowest(good, rep.start_s, rep.bottom_s), abs=0.01
    )


def test_twist_turns_the_shoulders_against_the_hips() -> None:
    """A twist of 20° turns the shoulder line by about 20° against the hip line."""
    clip = truth("deadlift", "twist_deg = 20")

    def yaw(joint: str) -> FloatArray:
        line = clip.joints_m[f"left_{joint}"] - clip.joints_m[f"right_{joint}"]
        return np.degrees(np.arctan2(-line[:, 0], line[:, 1]))

    turned = yaw("shoulder") - yaw("hip")
    assert np.abs(turned).max() == pytest.approx(20, abs=6)


def test_fatigue_slows_and_rounds() -> None:
    """The last tired repetition is slower and rounder than the first."""
    clip = truth("deadlift", "fatigue = 1.0", reps=4)
    first, last = clip.reps[0], clip.reps[-1]
    assert (last.top_s - last.start_s) > 1.4 * (first.top_s - first.start_s)
    assert at(clip, "lumbar_flexion", last.bottom_s) > 8 + at(
        clip, "lumbar_flexion", first.bottom_s
    )


def test_lumbar_growth_is_of_the_set() -> None:
    """The last repetition's back is rounder by the dial, the first one's is the lift's own."""
    clip = truth("deadlift", "lumbar_growth_deg = 20", reps=3)
    first, _, last = (at(clip, "lumbar_flexion", rep.bottom_s) for rep in clip.reps)
    assert first == pytest.approx(PLANS["deadlift"].bottom.lumbar_deg, abs=1)
    assert last - first == pytest.approx(20, abs=1.5)


def test_uneven_tempo_is_of_time_only() -> None:
    """Uneven repetitions differ in seconds far more than even ones, not in depth."""
    spread, depth = {}, {}
    for dial in ("", "uneven_tempo = 1.0"):
        clip = truth("back_squat", dial, reps=5, tempo="variation = 0.02")
        spread[dial] = np.std([rep.end_s - rep.start_s for rep in clip.reps])
        depth[dial] = np.ptp([at(clip, "knee", rep.bottom_s) for rep in clip.reps])
    assert spread["uneven_tempo = 1.0"] > 4 * spread[""]
    assert depth["uneven_tempo = 1.0"] < 4


@pytest.mark.parametrize(
    ("lift", "asked"), [("back_squat", 80), ("romanian_deadlift", 60), ("split_squat", 70)]
)
def test_knee_flexion_dial(lift: str, asked: int) -> None:
    """The carrying knee bends at the bottom as far as asked, measured in space."""
    clip = truth(lift, f"knee_flexion_deg = {asked}")
    side = "left" if lift == "split_squat" else "right"
    hip, knee, ankle = (
        np.array(
            [
                np.interp(
                    clip.reps[0].bottom_s, clip.time_s, clip.joints_m[f"{side}_{joint}"][:, i]
                )
                for i in range(3)
            ]
        )
        for joint in ("hip", "knee", "ankle")
    )
    thigh, shank = hip - knee, ankle - knee
    cosine = thigh @ shank / np.linalg.norm(thigh) / np.linalg.norm(shank)
    assert 180 - math.degrees(math.acos(cosine)) == pytest.approx(asked, abs=1)


@pytest.mark.parametrize("lift", PLANS)
def test_every_dial_that_fits_leaves_the_feet(lift: str) -> None:
    """With all dials of a lift turned up together, toes still don't skate."""
    dials = {
        "thoracic_flexion_deg": 20,
        "hips_first_deg": 15,
        "knee_dominant": 0.5,
        "lean_back_deg": 10,
        "shallow": 0.3,
        "heels_up_m": 0.04,
        "bar_forward_m": 0.1,
        "bent_arms_deg": 20,
        "knees_cave_deg": 20,
        "hip_shift_m": 0.05,
        "twist_deg": 15,
        "jerk": 0.8,
    }
    fitting = [
        f"{name} = {value}"
        for name, value in dials.items()
        if name not in DIAL_LIFTS or lift in DIAL_LIFTS[name][0]
    ]
    clip = truth(lift, "\n".join(fitting))
    for side in ("right",) if lift == "single_leg_deadlift" else ("left", "right"):
        assert np.ptp(clip.joints_m[f"{side}_toe"], axis=0).max() < 0.001


def test_jerk_is_uneven_in_speed() -> None:
    """A jerked pull stops part of the way: its slowest mid-speed is far below a smooth one's."""

    def slowest(faults: str) -> float:
        clip = truth("deadlift", faults)
        rep = clip.reps[0]
        times = np.linspace(rep.start_s, rep.top_s, 40)
        rise = np.gradient(np.interp(times, clip.time_s, clip.grip_m[:, 2]), times)
        return float(rise[10:28].min() / rise.max())

    assert slowest("jerk = 1.0") < 0.5 * slowest("")


def test_tempo_is_kept() -> None:
    """Times of a 3-1-2-1 tempo are the true phase times."""
    clip = truth("back_squat", reps=2, tempo="down_s=3\nbottom_s=1\nup_s=2\ntop_s=1\nvariation=0.0")
    rep, after = clip.reps
    assert rep.bottom_s - rep.start_s == pytest.approx(3.5)
    assert rep.top_s - rep.bottom_s == pytest.approx(2.5)
    assert after.start_s - rep.end_s == pytest.approx(1.0)


def test_same_seed_same_motion() -> None:
    """The same spec gives the same joints; another seed another set."""
    one, two = (truth.__wrapped__("deadlift", reps=2, tempo="lead_s=1") for _ in range(2))
    np.testing.assert_array_equal(one.joints_m["right_knee"], two.joints_m["right_knee"])
    spec = parse_spec('lift = "deadlift"\nseed = 5\nreps = 2\n')
    other = truth_of(spec, plan_motion(spec, BODY, MASS_KG))
    assert other.reps[0].top_s != one.reps[0].top_s


def test_reps_differ_a_little() -> None:
    """Repetitions vary as a person's do: not identical, not by more than 6°."""
    clip = truth("romanian_deadlift", reps=4, tempo="variation = 0.04")
    deepest = [at(clip, "trunk", rep.bottom_s) for rep in clip.reps]
    assert 0.1 < np.ptp(deepest) < 6


@pytest.mark.parametrize("lift", ["deadlift", "back_squat", "bodyweight_squat", "good_morning"])
def test_weight_rests_on_the_feet(lift: str) -> None:
    """A good lifter is balanced: the weight stays between heel and ball of the foot."""
    clip = truth(lift)
    assert clip.pressure.min() > 0.2
    assert clip.pressure.max() < 0.75


def test_swing_has_no_pressure_truth() -> None:
    """A swing is too fast for the slow model: its pressure is missing, not guessed."""
    assert np.isnan(truth("kettlebell_swing").pressure).all()


def test_load_off_the_floor_needs_no_float() -> None:
    """Heel and toe of the standard skeleton stand on the floor."""
    posed = motion_of("deadlift").pose(0.0)
    for side in "LR":
        assert 0 <= point_now(BODY, posed.pose, f"heel.{side}")[2] < 0.05
        assert 0 <= point_now(BODY, posed.pose, f"toe.{side}")[2] < 0.05
    assert math.isfinite(float(joint_now(BODY, posed.pose, "head")[2]))

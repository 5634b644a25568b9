"""Angles of a lifter behind something: what the fitted body knows of them, and how well."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.data import Body, BoolArray, Facing, FloatArray, Signals, Stance, View
from formcheck.signals import angles, compute_signals
from formcheck.signals.at_plate import _at_plate
from formcheck.signals.behind import BEHIND, FittedAngles, fitted_angles
from formcheck.signals.body import Landmarks
from formcheck.signals.covered import Covered
from formcheck.signals.fitted import ANKLE, HIP, KNEE, SHOULDER
from tests.joined import joined
from tests.signals.jointed import NAMES, points, pull
from tests.skeleton import skeleton

LEG_PX = 400.0
TABLES = {
    SHOULDER: angles.SHOULDER,
    HIP: angles.HIP,
    KNEE: angles.KNEE,
    ANKLE: angles.ANKLE,
}
LEG = ("thigh", "shank", "knee", "hip")
LASTING_S = 0.12
"""For how long the errors of these tests are alike, as an engine's are."""

OPEN_DEG = {"trunk": 3.5, "thigh": 3.6, "shank": 2.4, "knee": 4.8, "hip": 5.2}
"""σ of a test lifter's angles with nothing before them."""


def seen_from(yaw_deg: float = 0.0, facing: Facing = "right") -> Stance:
    """The stance of a lifter who is filmed so."""
    return Stance(View("side", facing, yaw_deg, 3.0), facing, np.zeros(1))


def nothing(frames: int) -> BoolArray:
    return np.zeros(frames, dtype=bool)


def fit(
    time_s: FloatArray,
    places: FloatArray,
    *,
    hips: BoolArray | None = None,
    knee: BoolArray | None = None,
    ankle: BoolArray | None = None,
    visibility: FloatArray | float = 1.0,
    plate_px: FloatArray | None = None,
    stance: Stance | None = None,
    leg_px: float = LEG_PX,
    both_sides: bool = False,
) -> FittedAngles | None:
    """What is fitted to joints (T, 4, 2) in leg lengths, parts of which are hidden.

    ``visibility`` is that of the knees.
    """
    count, how = len(time_s), stance or seen_from()
    stretch = np.cos(np.radians(how.view.yaw_deg)) if both_sides else 1.0
    px, visible = np.zeros((count, 33, 2)), np.ones((count, 33))
    for joint, table in TABLES.items():
        for point in table.values():
            px[:, point] = places[:, joint] * [how.forward * stretch, -1.0] * leg_px
    visible[:, list(angles.KNEE.values())] = np.reshape(visibility, (-1, 1))
    hidden = Covered(*(nothing(count) if one is None else one for one in (knee, ankle, hips)))
    found = Landmarks(px, visible, ~nothing(count), 0)
    body = Body(px, found.seen, leg_px, leg_px, both_sides=both_sides)
    return fitted_angles(time_s, found, hidden, plate_px, None, how, body)


def fitted(time_s: FloatArray, places: FloatArray, **how: object) -> FittedAngles:
    """The same of a set that is fitted."""
    found = fit(time_s, places, **how)  # type: ignore[arg-type]  # passed on as they are
    assert found is not None
    return found


def at_the_joints(truth: dict[str, FloatArray]) -> dict[str, FloatArray]:
    """Angles between joint centres of those between the engine's points."""
    return angles.at_joints({**truth, "neck": np.zeros(len(truth["trunk"]))})


def errors_like_the_engines(count: int, sigma: FloatArray, seed: int) -> FloatArray:
    """Errors (T, 4, 2) of that σ (T, 4) at 30 Hz that last for ``LASTING_S``."""
    keeps, usual = np.exp(-1 / (30.0 * LASTING_S)), 100
    fresh = np.random.default_rng(seed).normal(0.0, 1.0, (usual + count, 4, 2))
    for at in range(1, len(fresh)):
        fresh[at] = keeps * fresh[at - 1] + np.sqrt(1.0 - keeps**2) * fresh[at]
    return np.asarray(fresh[usual:] * sigma[..., None])


def three_parts(truth: dict[str, FloatArray]) -> dict[str, BoolArray]:
    """What a plate hides of a pull: the ankles on the floor, then the knees, then the hips."""
    low, high = truth["hip"] > 60.0, truth["hip"] <= 15.0
    return {"ankle": low, "knee": ~low & ~high, "hips": high}


# ---------------------------------------------------------------- when it is fitted


@pytest.mark.parametrize(("hidden", "is_fitted"), [(4, False), (6, True)])
def test_a_set_with_hardly_a_hidden_frame_is_read_as_before(hidden: int, is_fitted: bool) -> None:
    """Of a hundred frames four with a hidden knee change nothing, six do."""
    time_s, truth = pull(rate_hz=25.0, seconds=4.0)
    knee = nothing(100)
    knee[40 : 40 + hidden] = True
    assert (fit(time_s, points(truth), knee=knee) is not None) == is_fitted


@pytest.mark.parametrize(("frames", "is_fitted"), [(9, False), (10, True), (14, True)])
def test_a_few_frames_tell_no_movement(frames: int, is_fitted: bool) -> None:
    """Nine pictures are not a set."""
    time_s, truth = pull()
    places, hidden = points(truth)[:frames], ~nothing(frames)
    assert (fit(time_s[:frames], places, knee=hidden) is not None) == is_fitted


@pytest.mark.parametrize("lift", ["deadlift", "back_squat"])
def test_with_nothing_before_them_no_angle_changes(
    lift: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The very same numbers as with no fit in the program at all, and no part of σ for it."""
    track = skeleton(lift, reps=1).track
    signals = compute_signals(track)
    monkeypatch.setattr("formcheck.signals.measure.fitted_angles", lambda *_: None)
    plain = compute_signals(track)
    for name, one in signals.angles_deg.items():
        assert np.array_equal(one.value, plain.angles_deg[name].value, equal_nan=True), name
        assert np.array_equal(one.sigma, plain.angles_deg[name].sigma, equal_nan=True), name
        assert BEHIND not in one.parts, name


def test_what_is_behind_a_plate_and_what_beside_it() -> None:
    """Within its radius a joint is behind it, up to a third of it further beside."""
    away = np.array([[[0.97, 0.0], [0.0, 1.03], [1.3, 0.0], [0.0, -1.4]]]) * 90.0
    behind, beside = _at_plate(away + 500.0, np.array([[500.0, 500.0, 90.0, 1.5]]))
    assert behind.tolist() == [[True, False, False, False]]
    assert beside.tolist() == [[True, True, True, False]]


def test_a_plate_that_is_not_found_hides_nothing() -> None:
    """Frames without a circle, and films without one, say nothing of what is behind it."""
    time_s, truth = pull()
    places = points(truth)
    lost = np.full((len(time_s), 4), np.nan)
    assert fit(time_s, places, plate_px=lost) is None
    assert fit(time_s, places) is None
    at_knee = np.hstack([places[:, KNEE] * [LEG_PX, -LEG_PX], np.full((len(time_s), 2), 80.0)])
    assert fit(time_s, places, plate_px=at_knee) is not None


# ---------------------------------------------------------------- what it knows


def test_a_knee_that_is_hardly_seen_tells_nothing() -> None:
    """Knees read a fifth of a leg ahead: at a visibility of 0.27 they are left alone, at 0.33
    they pull."""
    time_s, truth = pull()
    places, knee = points(truth), nothing(len(time_s))
    places[:, KNEE, 0] += 0.2
    knee[:30] = True
    off = {
        seen: float(
            np.nanmedian(
                fitted(time_s, places, knee=knee, visibility=seen).value_deg["knee"]
                - at_the_joints(truth)["knee"]
            )
        )
        for seen in (0.0, 0.27, 0.33)
    }
    assert off[0.27] == off[0.0]
    assert abs(off[0.0]) < 5.0
    assert off[0.33] > 15.0


def test_errors_are_as_large_as_they_are_said_to_be() -> None:
    """Landmarks off as much as those beside and behind plates are: two thirds of the angles
    are within their σ, those of hips, knees and ankles that are hidden in turn."""
    within: dict[str, list[BoolArray]] = {name: [] for name in NAMES}
    time_s, truth = pull(seconds=4.0)
    parts, true_deg = three_parts(truth), at_the_joints(truth)
    sigma = np.tile([0.03, 0.08, 0.08, 0.10], (len(time_s), 1))
    for joint, name, its in ((HIP, "hips", 0.10), (KNEE, "knee", 0.15), (ANKLE, "ankle", 0.3)):
        sigma[parts[name], joint] = its
    for seed in range(8):
        off = errors_like_the_engines(len(time_s), sigma, seed)
        found = fitted(time_s, points(truth) + off, **parts)
        for name in NAMES:
            sigma_deg = np.hypot(found.further_deg[name], OPEN_DEG[name])
            within[name].append(np.abs(found.value_deg[name] - true_deg[name]) < sigma_deg)
    shares = {name: float(np.mean(ones)) for name, ones in within.items()}
    assert 0.60 < np.mean(list(shares.values())) < 0.74
    assert all(0.5 < share < 0.85 for share in shares.values()), shares


def test_how_well_each_part_of_a_pull_is_known() -> None:
    """On the floor the shank stands where it stood, the trunk is known; a knee half-way is
    known to sixteen degrees, and so is a hip behind the plate at the top."""
    time_s, truth = pull(seconds=4.0)
    parts = three_parts(truth)
    found = fitted(time_s, points(truth), **parts)
    stated = {
        ("ankle", "trunk"): 2.5,
        ("ankle", "shank"): 6.1,
        ("ankle", "knee"): 7.6,
        ("knee", "shank"): 8.9,
        ("knee", "knee"): 15.8,
        ("hips", "trunk"): 6.5,
        ("hips", "thigh"): 11.0,
        ("hips", "hip"): 16.9,
    }
    for (hidden, name), deg in stated.items():
        part = np.median(found.further_deg[name][parts[hidden]])
        assert part == pytest.approx(deg, rel=0.1), (hidden, name)
    for name in NAMES:
        off = found.value_deg[name] - at_the_joints(truth)[name]
        assert np.max(np.abs(off)) < 6.0, name


def test_away_from_what_hides_a_part_angles_are_nearly_as_sure_as_ever() -> None:
    """A knee is hidden for a fifth of the set: a second from there nothing is added to σ."""
    time_s, truth = pull(seconds=4.0)
    knee = nothing(len(time_s))
    knee[20:44] = True
    found = fitted(time_s, points(truth), knee=knee)
    for name in NAMES:
        assert np.median(found.further_deg[name][80:110]) < 0.6, name
    assert np.median(found.further_deg["knee"][knee]) > 5.0


@pytest.mark.parametrize("joint", ["thigh", "knee"])
def test_what_nothing_holds_is_missing(joint: str) -> None:
    """A leg that is out of sight is told while its σ is below 40°, and then no more."""
    time_s, truth = pull()
    found = fitted(time_s, points(truth), knee=~nothing(len(time_s)), visibility=0.0)
    told = np.isfinite(found.value_deg[joint])
    assert 0.2 < told.mean() < 0.9
    assert 33.0 < found.further_deg[joint][told].max() <= 40.0
    assert 40.0 < found.further_deg[joint][~told].min() < 47.0


def test_a_hidden_joint_is_drawn_where_its_place_is_known() -> None:
    """The fit has a hidden knee within a twentieth of a leg where both its segments are
    known to 12°; elsewhere, and where nothing hides anything, nothing is to be drawn dashed."""
    time_s, truth = pull(seconds=4.0)
    parts = three_parts(truth)
    places = points(truth)
    found = fitted(time_s, places, **parts)
    knee = angles.KNEE["right"]
    assert (found.hidden[:, knee] == parts["knee"]).all()
    assert (found.hidden[:, angles.TOE["right"]] == parts["ankle"]).all()
    assert not found.hidden[:, angles.KNEE["left"]].any()
    off = found.held_px[:, knee] / [LEG_PX, -LEG_PX] - places[:, KNEE]
    known = np.isfinite(off).all(axis=1)
    assert known.mean() > 0.9
    assert np.abs(off[known]).max() < 0.05
    half_seen = fitted(time_s, places, knee=~nothing(len(time_s)), visibility=0.4)
    sure_deg = np.maximum(half_seen.further_deg["thigh"], half_seen.further_deg["shank"])
    assert sure_deg.max() > 20.0
    assert (np.isfinite(half_seen.held_px[:, knee, 0]) == (sure_deg <= 12.0)).all()
    both = fitted(time_s, places, **parts, stance=seen_from(40.0), both_sides=True)
    assert np.isnan(both.held_px).all()
    assert not both.hidden.any()


def test_beside_a_plate_joints_count_less() -> None:
    """A plate before the shins: the knees beside it are less sure than in the open."""
    time_s, truth = pull()
    places, plate = points(truth), np.zeros((len(time_s), 4))
    shin = (places[:, KNEE] + places[:, ANKLE]) / 2
    plate[:, :2], plate[:, 2] = shin * [LEG_PX, -LEG_PX], 0.21 * LEG_PX  # 1.19 radii to the knee
    plate[:9, 2] = 0.28 * LEG_PX
    beside = fitted(time_s, places, plate_px=plate)
    plate[9:, :2] -= [2 * LEG_PX, 0.0]
    away = fitted(time_s, places, plate_px=plate)
    last = time_s > 1.5
    assert np.median(beside.further_deg["knee"][last]) == pytest.approx(11.0, rel=0.1)
    assert np.median(away.further_deg["knee"][last]) < 1.0


def test_the_neck_is_told_against_the_trunk_that_was_fitted() -> None:
    """But not with the hips hidden; its σ has the trunk's part."""
    time_s, truth = pull(seconds=4.0)
    parts = three_parts(truth)
    found = fitted(time_s, points(truth), **parts)
    read = {"trunk": found.value_deg["trunk"] - 7.0, "neck": np.full(len(time_s), 12.0)}
    neck_deg = found.into(read)["neck"]
    assert np.isnan(neck_deg[parts["hips"]]).all()
    assert neck_deg[~parts["hips"]] == pytest.approx(5.0)


# ---------------------------------------------------------------- however it is filmed


@given(
    facing=st.sampled_from(["left", "right"]),
    leg_px=st.floats(80.0, 900.0),
    rate_hz=st.sampled_from([15.0, 24.0, 30.0, 60.0]),
)
def test_mirror_scale_and_frame_rate_keep_the_angles(
    facing: Facing, leg_px: float, rate_hz: float
) -> None:
    """The same pull filmed otherwise reads the same, hidden parts too."""
    time_s, truth = pull(rate_hz=rate_hz, seconds=4.0)
    parts = three_parts(truth)
    found = fitted(time_s, points(truth), **parts, stance=seen_from(facing=facing), leg_px=leg_px)
    usual_s, usual_truth = pull(seconds=4.0)
    usual = fitted(usual_s, points(usual_truth), **three_parts(usual_truth))
    for name in NAMES:
        as_usual_deg = np.interp(time_s, usual_s, usual.value_deg[name])
        assert found.value_deg[name] == pytest.approx(as_usual_deg, abs=3.0), name


def test_seen_obliquely_widths_are_stretched_back() -> None:
    """At 40° the middle of both sides is narrower by a quarter; the angles are the same."""
    time_s, truth = pull()
    knee = nothing(len(time_s))
    knee[:20] = True
    oblique = fitted(time_s, points(truth), knee=knee, stance=seen_from(40.0), both_sides=True)
    side = fitted(time_s, points(truth), knee=knee)
    for name in NAMES:
        assert oblique.value_deg[name] == pytest.approx(side.value_deg[name]), name


# ---------------------------------------------------------------- films


@pytest.fixture(scope="module")
def behind_plates() -> tuple[Signals, dict[str, FloatArray]]:
    """A deadlift with full plates from straight aside, and its truth."""
    lifter = skeleton("deadlift", plate_m=0.45, plate_taken_in=True)
    return compute_signals(lifter.track), lifter.angles_deg


def test_behind_full_plates_every_angle_is_told(
    behind_plates: tuple[Signals, dict[str, FloatArray]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Knee, thigh, shank, trunk and hip in every frame, where most were missing before:
    within 3° on the whole, σ at least as wide as the errors and no wider than 25°. Hips are
    laid as people's backs ask, and this lifter's is thinner: 5° there."""
    signals, truth = behind_plates
    for name in (*LEG, "trunk"):
        one = signals.angles_deg[name]
        off = np.abs(one.value - truth[name])
        assert np.sqrt(np.mean(off**2)) < (5.0 if name in {"hip", "trunk"} else 3.0), name
        assert np.mean(off < one.sigma) > 0.95, name
        assert 4.0 < np.median(one.sigma) < 11.0, name
        assert one.sigma.max() < 25.0, name
    monkeypatch.setattr("formcheck.signals.measure.fitted_angles", lambda *_: None)
    lifter = skeleton("deadlift", plate_m=0.45, plate_taken_in=True)
    before = compute_signals(lifter.track)
    for name in LEG:
        assert np.isnan(before.angles_deg[name].value).mean() > 0.4, name


@pytest.mark.parametrize("how", [{"mirror": True}, {"scale_px": 180.0}, {"facing": "left"}])
def test_the_film_of_it_mirrored_or_from_afar(
    how: dict[str, object], behind_plates: tuple[Signals, dict[str, FloatArray]]
) -> None:
    """The same angles, and the same σ."""
    usual, _ = behind_plates
    lifter = skeleton("deadlift", plate_m=0.45, plate_taken_in=True, **how)  # type: ignore[arg-type]
    filmed = compute_signals(lifter.track)
    for name in (*LEG, "trunk"):
        ours, theirs = filmed.angles_deg[name], usual.angles_deg[name]
        assert ours.value == pytest.approx(theirs.value, abs=0.5), name
        assert ours.sigma == pytest.approx(theirs.sigma, rel=0.1), name


def test_an_unfound_lifter_has_no_angles() -> None:
    """The fit bridges what is hidden, not frames without anybody."""
    lifter = skeleton("deadlift", plate_m=0.45, plate_taken_in=True, gaps=[(3.0, 4.2)])
    signals = compute_signals(lifter.track)
    gone = (signals.time_s > 3.05) & (signals.time_s < 4.15)
    for name in (*LEG, "trunk"):
        assert np.isnan(signals.angles_deg[name].value[gone]).all(), name


def test_a_plate_that_no_finder_sees_still_hides() -> None:
    """Without its circle the engine's visibility tells most of what is hidden."""
    track = skeleton("deadlift", plate_m=0.45, plate_found=False).track
    signals = compute_signals(track)
    found = compute_signals(skeleton("deadlift", plate_m=0.45).track)
    assert track.plate_px is None
    assert signals.bar is None
    for name in (*LEG, "trunk"):
        assert BEHIND in signals.angles_deg[name].parts
        off = signals.angles_deg[name].value - found.angles_deg[name].value
        assert np.median(np.abs(off)) < 1.0, name


def test_over_a_jump_cut_nothing_is_held() -> None:
    """Half-way up a pull the film jumps to the floor: what was before tells nothing after."""
    lifter = skeleton("deadlift", plate_m=0.45, plate_taken_in=True)
    first = lifter.part(0.0, lifter.reps[1].start_s + 0.45)
    second = lifter.part(lifter.reps[2].start_s - 0.3, 99.0)
    signals = compute_signals(joined(first.track, second.track))
    cut = first.track.time_s.size
    for name in (*LEG, "trunk"):
        one = signals.angles_deg[name]
        truth = np.concatenate([first.angles_deg[name], second.angles_deg[name]])
        off = np.abs(one.value - truth)[cut - 10 : cut + 10]
        assert np.max(off / one.sigma[cut - 10 : cut + 10]) < 1.5, name

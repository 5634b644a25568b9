"""The body that is fitted to a set: what is seen holds what is hidden."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.data import BoolArray, FloatArray
from formcheck.signals.fitted import ANKLE, HIP, KNEE, SHOULDER, FittedBody, fit_body
from tests.signals.jointed import LENGTHS, NAMES, points, pull

NOISE = 0.02  # leg lengths


def fitted(
    hidden: BoolArray, joints: tuple[int, ...], seed: int = 0, rate_hz: float = 30.0
) -> tuple[FittedBody, dict[str, FloatArray]]:
    """The body of that pull with those joints hidden in those frames, and the truth."""
    time_s, truth = pull(rate_hz)
    rng = np.random.default_rng(seed)
    seen = points(truth) + rng.normal(0, NOISE, (len(time_s), 4, 2))
    for joint in joints:
        seen[hidden[: len(time_s)], joint] = np.nan
    return fit_body(time_s, seen, np.full(seen.shape, NOISE)), truth


def nothing_hidden() -> BoolArray:
    """No frame of any length of that pull."""
    return np.zeros(300, dtype=bool)


def test_a_body_that_is_seen_whole_is_read_within_two_degrees() -> None:
    body, truth = fitted(nothing_hidden(), ())
    for name in NAMES:
        off = body.angles_deg[name] - truth[name]
        assert np.sqrt(np.mean(off**2)) < 2.5, name
        assert np.max(body.sigma_deg[name]) < 6.0, name
    assert body.lengths == pytest.approx(LENGTHS, rel=0.03)


def test_a_knee_behind_a_plate_is_held_by_hip_and_ankle() -> None:
    hidden = nothing_hidden()
    hidden[15:40] = True
    body, truth = fitted(hidden, (KNEE,))
    away = hidden[: len(truth["knee"])]
    off = (body.angles_deg["knee"] - truth["knee"])[away]
    assert np.sqrt(np.mean(off**2)) < 6.0
    assert 1.0 < np.median(body.sigma_deg["knee"][away]) < 12.0


def test_an_ankle_behind_a_plate_stands_where_it_stood() -> None:
    """On the floor the plate hides the feet; standing they are seen."""
    hidden = nothing_hidden()
    hidden[:30] = hidden[60:] = True
    body, truth = fitted(hidden, (ANKLE,))
    off = body.angles_deg["shank"] - truth["shank"]
    assert np.sqrt(np.mean(off**2)) < 4.0
    assert np.median(body.sigma_deg["shank"]) < 5.0


def test_a_leg_that_is_never_seen_is_not_known() -> None:
    hidden = np.ones(300, dtype=bool)
    body, _ = fitted(hidden, (KNEE, ANKLE))
    assert np.min(body.sigma_deg["shank"]) > 25.0
    assert np.median(body.sigma_deg["trunk"]) < 3.0


def test_the_errors_it_states_are_those_it_makes() -> None:
    hidden = nothing_hidden()
    hidden[10:30] = hidden[50:75] = True
    off: dict[str, list[FloatArray]] = {name: [] for name in NAMES}
    for seed in range(12):
        body, truth = fitted(hidden, (KNEE, ANKLE), seed)
        for name in NAMES:
            off[name].append((body.angles_deg[name] - truth[name]) / body.sigma_deg[name])
    for name in NAMES:
        share = np.mean(np.abs(np.concatenate(off[name])) < 1.0)
        assert 0.5 < share < 0.97, name


def test_a_landmark_on_the_plate_hardly_pulls() -> None:
    time_s, truth = pull()
    seen = points(truth)
    seen[20:26, KNEE] += [0.35, 0.1]
    body = fit_body(time_s, seen, np.full(seen.shape, NOISE))
    off = body.angles_deg["knee"] - truth["knee"]
    assert np.max(np.abs(off)) < 8.0


def test_a_step_is_followed() -> None:
    time_s, truth = pull(seconds=6.0)
    foot = np.where(time_s[:, None] < 3.0, 0.0, np.array([0.4, 0.0]))
    body = fit_body(time_s, points(truth, foot), np.full((len(time_s), 4, 2), NOISE))
    settled = np.abs(time_s - 3.0) > 0.3
    assert np.max(np.abs(body.joints[settled, ANKLE] - foot[settled])) < 0.05


def test_knees_bend_one_way() -> None:
    time_s = np.arange(0.0, 2.0, 1 / 30)
    straight: dict[str, FloatArray] = {name: np.zeros(time_s.shape) for name in NAMES}
    seen = points(straight)
    seen[:, KNEE, 0] -= 0.08  # read behind the line of a straight leg
    body = fit_body(time_s, seen, np.full(seen.shape, 0.05))
    assert np.min(body.angles_deg["knee"]) > -6.0


def test_it_is_less_sure_where_the_lifter_is_out_of_sight() -> None:
    hidden = nothing_hidden()
    hidden[30:60] = True
    body, _ = fitted(hidden, (SHOULDER, HIP, KNEE, ANKLE))
    away, near = body.sigma_deg["trunk"][45], np.median(body.sigma_deg["trunk"][:25])
    assert away > 5 * near


@given(rate_hz=st.sampled_from([12.0, 24.0, 48.0, 60.0]), seed=st.integers(0, 50))
def test_the_frame_rate_does_not_matter(rate_hz: float, seed: int) -> None:
    body, truth = fitted(nothing_hidden(), (), seed, rate_hz)
    off = body.angles_deg["hip"] - truth["hip"]
    assert np.sqrt(np.mean(off**2)) < 4.0


@given(size=st.floats(0.8, 1.25), across=st.floats(-3.0, 3.0))
def test_size_and_place_do_not_matter(size: float, across: float) -> None:
    time_s, truth = pull()
    seen = points(truth)
    seen[10:30, KNEE] = np.nan
    sigma = np.full(seen.shape, NOISE)
    one = fit_body(time_s, seen, sigma)
    other = fit_body(time_s, seen * size + [across, 0.0], sigma * size)
    for name in NAMES:
        assert other.angles_deg[name] == pytest.approx(one.angles_deg[name], abs=1.5), name


# ---------------------------------------------------------------- what people are like


def of(places: FloatArray, time_s: FloatArray, sigma: float) -> FittedBody:
    """The body of joints that are all seen, with that σ each."""
    return fit_body(time_s, places, np.full(places.shape, sigma))


def test_a_long_trunk_that_is_seen_badly_is_believed_in_part() -> None:
    """0.78 leg lengths against the usual 0.65: seen well it is that, seen badly 0.75."""
    time_s, truth = pull()
    places = points(truth, lengths=(0.78, 0.5, 0.5))
    assert of(places, time_s, 0.02).lengths[0] == pytest.approx(0.78, abs=0.01)
    assert 0.740 < of(places, time_s, 0.2).lengths[0] < 0.754


def test_a_lifter_of_another_size_is_believed_soon() -> None:
    """The leg length that scales a set may be off by half: a dozen bad pictures tell it nearly."""
    time_s, truth = pull(rate_hz=4.0)
    places = 1.6 * points(truth)
    assert of(places, time_s, 0.02).lengths[0] == pytest.approx(1.6 * 0.65, rel=0.02)
    assert 1.40 < of(places, time_s, 1.0).lengths[0] / 0.65 < 1.47


def test_a_trunk_gives_a_little() -> None:
    """A back that rounds makes the chord a fifth shorter: seen well, more than half of it is
    followed."""
    time_s, truth = pull()
    short = np.where((time_s < 0.8) | (time_s > 2.2), 0.8, 1.0)
    body = of(points(truth, lengths=(0.65 * short, 0.5, 0.5)), time_s, 0.05)
    chord = np.hypot(*(body.joints[:, SHOULDER] - body.joints[:, HIP]).T)
    assert 0.570 < chord[5] < 0.580
    assert chord[45] > 0.6


@pytest.mark.parametrize(("sigma", "knee_deg"), [(0.02, -2.9), (0.4, -1.7)])
def test_how_far_a_knee_may_be_overstretched(sigma: float, knee_deg: float) -> None:
    """1.7° are usual; landmarks behind a straight leg that are trusted bring it to 2.9°."""
    time_s = np.arange(0.0, 2.0, 1 / 30)
    straight: dict[str, FloatArray] = {name: np.zeros(time_s.shape) for name in NAMES}
    places = points(straight)
    places[:, KNEE, 0] -= 0.08
    assert np.median(of(places, time_s, sigma).angles_deg["knee"]) == pytest.approx(
        knee_deg, abs=0.3
    )


@given(
    seed=st.integers(0, 1000),
    share=st.floats(0.0, 1.0),
    gone=st.sets(st.sampled_from([SHOULDER, HIP, KNEE, ANKLE])),
)
def test_whatever_is_hidden_there_is_an_answer_with_its_doubt(
    seed: int, share: float, gone: set[int]
) -> None:
    """Joints that are never seen, or here and there: all finite, and less sure the less is seen."""
    time_s, truth = pull()
    rng = np.random.default_rng(seed)
    seen = points(truth) + rng.normal(0, NOISE, (len(time_s), 4, 2))
    seen[rng.random(seen.shape[:2]) < share] = np.nan
    seen[:, list(gone)] = np.nan
    body = fit_body(time_s, seen, np.full(seen.shape, NOISE))
    for name in NAMES:
        assert np.isfinite(body.angles_deg[name]).all()
        assert (body.sigma_deg[name] > 0.5).all(), name
    if {HIP, KNEE, ANKLE} <= gone:
        assert np.median(body.sigma_deg["shank"]) > 20.0

"""The accuracy page: its statistics, its sets, and a small one run through."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from benchmarks.accuracy import films, measure, specs, summary
from benchmarks.accuracy.agreement import Pairs, agreement, line
from benchmarks.accuracy.checks import checks
from benchmarks.accuracy.dials import BARBELL_LIFTS, DIALS, Strength
from benchmarks.accuracy.figures import draw_figures
from benchmarks.accuracy.measure import ClipResult, CueValue, compare
from benchmarks.accuracy.page import Run, page
from benchmarks.accuracy.specs import BODIES, Clip, large_set, make_clip, small_set
from benchmarks.pose_cache import Kept
from formcheck.data import FloatArray, PoseTrack, Source
from formcheck.poses import estimate_poses
from formcheck.poses.saved import save_poses
from formcheck.signals.angles import JOINTS, NOSE
from formcheck.synth import load_spec, read_truth, truth_path
from formcheck.synth.spec import Spec
from formcheck.video import read_video

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

SAMPLES = Path(__file__).parents[1] / "sample_videos"
NAN = math.nan
CLEAN = make_clip("romanian_deadlift", "none", "man", "tshirt", 0.0)


def pairs(
    ours: FloatArray | list[float], truth: FloatArray | list[int], sigma: FloatArray | list[int]
) -> Pairs:
    return Pairs(*(np.asarray(values, dtype=float) for values in (ours, truth, sigma)))


def clip_result(
    fault: str = "none",
    reps: int = 2,
    cues: Sequence[CueValue] = (),
    strength: Strength = "strong",
    shows: bool = True,
) -> ClipResult:
    clip = CLEAN if fault == "none" else replace(CLEAN, fault=fault, strength=strength, shows=shows)
    said = {"trunk": pairs([1, 3], [0, 0], [2, 2])}
    return ClipResult(clip, 0.0, 2, reps, "", "", said, cues=tuple(cues))


def cue_value(cue: str, verdict: str, value: float = 0.0, true: float = 0.0) -> CueValue:
    return CueValue(cue, 1, verdict, value, 1.0, true, 1.0, 2.0, "")


# ------------------------------------------------------------ the statistics


def test_agreement_of_known_errors() -> None:
    """Errors of 1 and 3 have bias 2, RMSE √5, deviation √2 and limits 2 ± 1.96 √2."""
    found = agreement([pairs([11, 13], [10, 10], [2, 2])])
    assert (found.count, found.clips, found.bias) == (2, 1, 2.0)
    assert found.rmse == pytest.approx(math.sqrt(5))
    assert (found.low, found.high) == pytest.approx(
        (2 - 1.96 * math.sqrt(2), 2 + 1.96 * math.sqrt(2))
    )
    assert found.covered == 0.5


def test_unseen_values_lower_the_share_seen_and_nothing_else() -> None:
    """Three values of four are measured; the fourth isn't an error of any size."""
    found = agreement([pairs([1, 1, 1, NAN], [0, 0, 0, 0], [1, 1, 1, 1])])
    assert (found.seen, found.rmse, found.covered) == (0.75, 1.0, 1.0)


def test_nothing_measured_is_not_zero_error() -> None:
    """Without a single value there is no bias and no RMSE, and the share seen is 0."""
    found = agreement([pairs([NAN], [5], [1])])
    assert math.isnan(found.bias)
    assert math.isnan(found.rmse)
    assert (found.count, found.seen) == (0, 0.0)


@pytest.mark.parametrize(("stated", "covered"), [(3.0, 0.68), (1.5, 0.38), (6.0, 0.95)])
def test_coverage_tells_an_honest_sigma(stated: float, covered: float) -> None:
    """Errors of σ = 3: stating 3 covers 68 %, half of it 38 %, twice 95 %; 3 is proposed."""
    error = np.random.default_rng(1).normal(0.0, 3.0, 20_000)
    found = agreement([pairs(error, np.zeros_like(error), np.full_like(error, stated))])
    assert found.covered == pytest.approx(covered, abs=0.01)
    assert found.honest == pytest.approx(3.0, abs=0.1)


def test_spread_is_between_clips() -> None:
    """Two clips, one 2° high and one 2° low: no bias, but a spread of 2.8°."""
    found = agreement([pairs([2, 2], [0, 0], [1, 1]), pairs([-2, -2], [0, 0], [1, 1])])
    assert found.bias == 0.0
    assert found.spread == pytest.approx(2 * math.sqrt(2))


def test_one_clip_astray_does_not_move_the_median_clip() -> None:
    """Two clips 2° off and one 60°: the median clip is 2° off, whatever the RMSE says."""
    clips = [pairs([off, -off], [0, 0], [1, 1]) for off in (2.0, 60.0, 2.0)]
    found = agreement(clips)
    assert found.typical == 2.0
    assert found.rmse > 30.0


def test_line_reads_the_truth_back_from_other_clips() -> None:
    """W = 0.5 × flexion + 3 without scatter is read back without error."""
    groups = {name: [(x, 0.5 * x + 3) for x in (0.0, 20.0, 60.0)] for name in "abc"}
    found = line(groups)
    assert (found.slope, found.offset) == pytest.approx((0.5, 3.0))
    assert (found.residual, found.mae) == pytest.approx((0.0, 0.0), abs=1e-9)


def test_line_is_judged_on_clips_it_has_not_seen() -> None:
    """A clip that is off by its own 10° shows in the error, though a fit could bend to it."""
    groups = {name: [(x, x) for x in (0.0, 30.0)] for name in "ab"}
    groups["c"] = [(x, x + 10.0) for x in (0.0, 30.0)]
    assert line(groups).mae > 4.0


@pytest.mark.parametrize(
    ("yaw_deg", "view"), [(0, "0–18°"), (18, "0–18°"), (30, "30°"), (44, "45°"), (90, "90°")]
)
def test_views_by_yaw(yaw_deg: float, view: str) -> None:
    """Every yaw has its bin."""
    assert summary.view_of(yaw_deg) == view


# ------------------------------------------------------------ cues and counts


def test_confusion_parts_own_fault_other_faults_and_none() -> None:
    """A rounding verdict counts by what was put in, how strong, and whether the view shows it."""
    one = cue_value("lumbar_rounding", "fault")
    unsure = replace(one, verdict="cannot_judge")
    results = [
        clip_result("lumbar", cues=[one]),
        clip_result("lumbar", cues=[replace(one, verdict="watch")], strength="weak"),
        clip_result("lumbar", cues=[unsure], shows=False),
        clip_result("lean_back", cues=[one]),
        clip_result("none", cues=[unsure]),
    ]
    rows = summary.confusion(results, "lumbar_rounding")
    assert {row: dict(one.counts) for row, one in rows.items()} == {
        "strong": {"fault": 1},
        "weak": {"watch": 1},
        "wrong view": {"cannot_judge": 1},
        "another": {"fault": 1},
        "none": {"cannot_judge": 1},
    }
    assert rows["none"].unjudged == 1.0


def test_a_fault_missed_and_one_claimed_from_the_wrong_view_are_told() -> None:
    """A strong fault called good misses its target, as does a verdict where nothing shows."""
    good = cue_value("lumbar_rounding", "good")
    told = {
        one.what: one.is_met
        for one in checks(
            [clip_result("lumbar", cues=[good]), clip_result("lumbar", cues=[good], shows=False)]
        )
    }
    assert told["strong lumbar, full plates"] is False
    assert told["lumbar_rounding says nothing from where its fault can't be seen"] is False


def test_false_faults_are_those_on_clean_clips() -> None:
    """A fault where none was put in is false; where one was put in it isn't."""
    one = cue_value("lumbar_rounding", "fault")
    clean, faulty = clip_result("none", cues=[one]), clip_result("lumbar", cues=[one])
    assert summary.false_faults([clean, faulty]) == [(clean, one)]
    assert summary.clean_reps([clean, faulty]) == 2


def test_time_errors_need_the_right_count() -> None:
    """With a repetition too many nobody knows which belongs to which."""
    truth = {"reps": [{"start_s": 1.0, "bottom_s": 1.5, "top_s": 2.0, "end_s": 2.5}]}
    assert measure.time_errors(truth, []) == {}


def test_a_wrong_count_is_told() -> None:
    """The target of exact counts fails when one clip has a repetition too many."""
    told = next(one for one in checks([clip_result(), clip_result(reps=3)]))
    assert (told.is_met, told.reached) == (False, "exact on 1 of 2 clips")


# ------------------------------------------------------------ sets and films


def test_sets_are_fixed() -> None:
    """Names and seeds occur once, the small set is part of the large one, twice the same."""
    every = large_set()
    assert every == large_set()
    assert len({clip.name for clip in every}) == len({clip.spec.seed for clip in every})
    assert len(small_set()) == 12
    assert all(clip in every for clip in small_set())


def test_full_plates_from_the_side_are_the_main_case() -> None:
    """Each barbell lift, clean, by each body; each dial that goes with one, strong, by each."""
    main = [
        clip
        for clip in large_set()
        if clip.has_full_plates and abs(clip.spec.camera.yaw_deg) <= 15 and clip.shows
    ]
    clean = {(clip.spec.lift, clip.body) for clip in main if clip.is_clean}
    assert clean == {(lift, body) for lift in BARBELL_LIFTS for body in BODIES}
    faulty = [clip for clip in main if clip.strength == "strong"]
    for name, dial in DIALS.items():
        own = [clip for clip in faulty if clip.fault == name]
        assert {clip.body for clip in own} == (set(BODIES) if dial.plated else set()), name
        assert {clip.spec.lift for clip in own} == set(dial.plated), name
    assert {clip.name for clip in large_set()[:6]} <= {clip.name for clip in main}


def test_a_set_that_grows_draws_nothing_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clip's seed is that of its name: without half of the set the rest is what it was."""
    every = large_set()
    monkeypatch.setattr(specs, "_plated", lambda: iter(()))
    assert set(film_keys(large_set())) < set(film_keys(every))


def film_keys(clips: list[Clip]) -> list[str]:
    return [films.film_path(clip).name for clip in clips]


def test_specs_stay_inside_their_fields() -> None:
    """No clip asks for what a spec file couldn't."""

    def inside(part: DataclassInstance, name: str) -> None:
        for one in fields(part):
            value = getattr(part, one.name)
            if is_dataclass(value) and not isinstance(value, type):
                inside(value, name)
            elif "low" in one.metadata and not (isinstance(value, float) and math.isnan(value)):
                assert one.metadata["low"] <= value <= one.metadata["high"], (name, one.name)

    for clip in large_set():
        inside(clip.spec, clip.name)


def test_a_clip_is_drawn_once_and_again_when_the_renderer_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is kept is taken, until the renderer's code is another."""
    drawn: list[Path] = []

    def render(_spec: Spec, film: Path) -> None:
        drawn.append(film)
        film.touch()
        truth_path(film).touch()

    monkeypatch.setattr(films, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(films, "render", render)
    clip = small_set()[0]
    films.draw([clip])
    films.draw([clip])
    assert len(drawn) == 1
    monkeypatch.setattr(films, "renderer_sha256", lambda: "another")
    films.draw([clip], any_renderer=True)
    assert len(drawn) == 1
    films.draw([clip])
    assert len(drawn) == 2


# ------------------------------------------------------------ through the whole


def perfect_eye(truth: dict[str, Any], path: Path) -> Kept:
    """Poses whose landmarks are the true joints, as a file."""
    frames = len(truth["time_s"])
    points = np.full((frames, 33, 3), np.nan)
    for joint, table in JOINTS.items():
        for side, index in table.items():
            points[:, index, :2] = truth["joints_px"][f"{side}_{joint}"]
    points[:, NOSE, :2] = truth["joints_px"]["nose"]
    points[..., 2] = 0.0
    world = np.full((frames, 33, 3), np.nan)
    yaw_deg = truth["view"]["yaw_deg"]
    heading = math.radians(yaw_deg if truth["view"]["facing"] == "right" else 180.0 - yaw_deg)
    for joint, table in JOINTS.items():
        for side, index in table.items():
            ahead, left, up = truth["joints_m"][f"{side}_{joint}"].T
            across = ahead * math.cos(heading) + left * math.sin(heading)
            away = left * math.cos(heading) - ahead * math.sin(heading)
            world[:, index] = np.stack([across, -up, away], axis=1)
    rate = float(truth["frame_rate_hz"])
    width, height = truth["frame_size"]
    source = Source("true.npz", "", width, height, 0, frames / rate, frames, rate, False, rate)
    visible = np.isfinite(points[..., 0]).astype(float)
    save_poses(
        PoseTrack(truth["time_s"], points, visible, world, (width, height), source=source), path
    )
    return Kept(str(path), 0.0)


def sample(name: str) -> tuple[Clip, dict[str, Any]]:
    """One of the shipped clips, and its truth."""
    spec = load_spec(SAMPLES / "specs" / f"{name}.toml")
    turned = any(not math.isnan(v) and v for v in vars(spec.faults).values())
    clip = Clip(name, "some" if turned else "none", "own", spec.clothes.top, spec)
    return clip, read_truth(SAMPLES / f"{name}.truth.json")


def test_perfect_eye_has_no_error(tmp_path: Path) -> None:
    """True joints as landmarks give the true angles but for perspective, the count and times."""
    clip, truth = sample("squat_good")
    found = compare(clip, truth, perfect_eye(truth, tmp_path / "true.npz"))
    assert found.reps == found.true_reps == 3
    assert found.astray == 0.0
    for quantity in ("trunk", "hip", "knee", "neck_change"):
        assert agreement([found.pairs[quantity]]).rmse < 2.5, quantity
    assert max(abs(error) for error in found.times_s["bottom"]) < 0.1


def test_following_somebody_else_is_told(tmp_path: Path) -> None:
    """A body that stands beside the true one is somebody else's."""
    clip, truth = sample("squat_good")
    aside_px = np.array([300.0, 0.0])
    elsewhere = {**truth, "joints_px": {k: v + aside_px for k, v in truth["joints_px"].items()}}
    assert compare(clip, truth, perfect_eye(elsewhere, tmp_path / "a.npz")).astray == 1.0


@pytest.fixture(scope="module")
def shipped(model_path: Path, tmp_path_factory: pytest.TempPathFactory) -> list[ClipResult]:
    """A clean and a faulty shipped clip, watched and compared."""
    found = []
    for name in ("squat_good", "deadlift_rounded"):
        kept = tmp_path_factory.mktemp("poses") / f"{name}.npz"
        with read_video(SAMPLES / f"{name}.mp4") as film:
            save_poses(estimate_poses(film), kept)
        found.append(compare(*sample(name), Kept(str(kept), 0.0)))
    return found


def test_shipped_clips_are_counted_and_timed(shipped: list[ClipResult]) -> None:
    """Counts are exact, and bottoms and tops within a quarter of a second."""
    assert [one.reps for one in shipped] == [one.true_reps for one in shipped]
    errors = summary.time_errors(shipped)
    assert errors["top"].worst < 0.25
    assert errors["bottom"].median < 0.25


def test_shipped_clips_are_measured_within_bounds(shipped: list[ClipResult]) -> None:
    """From the side, 68 % of trunk, knee and hip lie within 5, 7 and 7° of the truth."""
    for quantity, limit_deg in {"trunk": 5.0, "knee": 7.0, "hip": 7.0}.items():
        found = summary.agreements(shipped, quantity)[summary.SIDE]
        assert found.honest < limit_deg, quantity
        # Plates hide the deadlift's legs; its trunk they hide at the top alone.
        assert found.seen > (0.6 if quantity == "trunk" else 0.4), quantity


def test_shipped_good_squat_has_no_fault(shipped: list[ClipResult]) -> None:
    """Nothing was put in, nothing is found."""
    assert summary.false_faults(shipped) == []


def test_page_says_what_was_run(shipped: list[ClipResult], tmp_path: Path) -> None:
    """The page names its command, its set and each clip, and shows no NaN."""
    figures = draw_figures(shipped, tmp_path)
    run = Run(
        "python -m benchmarks accuracy",
        "small",
        12,
        dt.date(2026, 1, 2),
        figures,
        any_renderer=False,
        eye="litert 2.3.0, sampling auto",
    )
    text = page(run, shipped, checks(shipped), {})
    assert "2 of the 12 clips of the small set" in text
    assert "02 January 2026" in text
    assert "litert 2.3.0, sampling auto" in text
    assert all(one.clip.name in text for one in shipped)
    assert "nan" not in text.replace("nant", "")
    assert all((tmp_path / name).stat().st_size > 5000 for name in figures)

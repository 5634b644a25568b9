"""A slowed film: durations are life's, moments are the film's, in everything that is told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from formcheck import reconsider
from formcheck.data import Pace
from formcheck.errors import BadRequest
from formcheck.pipeline import Request, analyze
from formcheck.poses import follow
from formcheck.poses.engine import Detection
from formcheck.poses.sampling import MOST_HZ
from formcheck.poses.saved import save_poses
from formcheck.report.annotate import draw_video
from formcheck.report.overlay import Overlay
from formcheck.report.record import Analysis
from formcheck.report.write import ANALYSIS_JSON, POSES_NPZ
from formcheck.video import read_video
from formcheck.video.pace import CAPTURE_TAG
from tests.skeleton import Lifter, skeleton
from tests.video.films import make_film
from tests.video.test_pace import tagged

TIMES = 4


@pytest.fixture(scope="module")
def lifter() -> Lifter:
    return skeleton("deadlift", reps=2, hips_first_deg=20, rate_hz=60.0, picture=False)


@pytest.fixture(scope="module")
def plain(lifter: Lifter, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plain") / POSES_NPZ
    save_poses(lifter.track, path)
    return path


@pytest.fixture(scope="module")
def slowed(lifter: Lifter, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("slowed") / POSES_NPZ
    save_poses(replace(lifter.track, time_s=lifter.track.time_s * TIMES), path)
    return path


def durations(analysis: Analysis) -> list[tuple[float, float, float]]:
    reps = [one.rep for one in analysis.reps]
    return [(rep.eccentric_s, rep.pause_s, rep.concentric_s) for rep in reps]


def moments(analysis: Analysis) -> list[float]:
    out = []
    for one in analysis.reps:
        rep = one.rep
        out += [rep.start_s, rep.bottom_s, rep.top_s, rep.end_s]
        out += [finding.at_s for finding in one.findings.values()]
    return out


def verdicts(analysis: Analysis) -> list[dict[str, str]]:
    return [{cue: f.verdict for cue, f in one.findings.items()} for one in analysis.reps]


def test_slow_motion_gives_the_plain_films_answer(plain: Path, slowed: Path) -> None:
    """Slowed four times and said so: the same durations and verdicts, moments as late as shown."""
    real, told = analyze(plain), analyze(slowed, Request(slow_motion=TIMES))
    np.testing.assert_allclose(durations(told), durations(real), atol=1e-6)
    np.testing.assert_allclose(moments(told), np.array(moments(real)) * TIMES, atol=1e-6)
    assert verdicts(told) == verdicts(real)
    assert "slow_motion" in {caution.code for caution in told.cautions}
    assert told.signals.time_s[-1] == pytest.approx(real.signals.time_s[-1] * TIMES)


def test_a_time_lapse_too(plain: Path, lifter: Lifter, tmp_path: Path) -> None:
    """Played twice as fast, 0.5 gives life's durations."""
    fast = tmp_path / POSES_NPZ
    save_poses(replace(lifter.track, time_s=lifter.track.time_s / 2), fast)
    told = analyze(fast, Request(slow_motion=0.5))
    np.testing.assert_allclose(durations(told), durations(analyze(plain)), atol=1e-6)


def test_saved_poses_keep_the_pace(slowed: Path, tmp_path: Path) -> None:
    """Judged again from its poses, and asked why, a slowed film answers the same."""
    told = analyze(slowed, Request(slow_motion=TIMES))
    save_poses(told.track, tmp_path / POSES_NPZ)
    (tmp_path / ANALYSIS_JSON).write_text(json.dumps(told.to_dict()))
    assert moments(analyze(tmp_path / POSES_NPZ)) == pytest.approx(moments(told), nan_ok=True)
    why = reconsider.reconsider(reconsider.read_kept(tmp_path), 2, "hip_drive")
    finding = told.reps[1].findings["hip_drive"]
    assert why.finding.at_s == pytest.approx(finding.at_s, abs=1e-3)
    assert why.shown_s == pytest.approx(finding.at_s, abs=1e-3)
    assert why.measurement is not None and why.measurement.working.span_s is not None
    start_s, end_s = why.measurement.working.span_s
    assert start_s <= finding.at_s <= end_s


def test_the_drawing_names_the_phases_where_they_are(slowed: Path) -> None:
    """The annotated film says "up" while the lifter rises, in the film's time."""
    told = analyze(slowed, Request(slow_motion=TIMES))
    overlay = Overlay(told, told.track.frame_size, 1.0)
    for one in told.reps:
        rep = one.rep
        rising_s = rep.top_s - 0.5 * rep.concentric_s * TIMES
        assert overlay._phase(one, rising_s) == "up"
        assert overlay._phase(one, rep.top_s + 0.7 * rep.eccentric_s * TIMES) == "down"


@dataclass
class Seer:
    """An engine that sees a skeleton as it is at each moment of life, (T,) seconds."""

    lifter: Lifter
    scale: float
    life_s: list[float]
    at: int = -1

    def follow(self, _rgb: NDArray[np.uint8]) -> Detection:
        self.at += 1
        track = self.lifter.track
        frame = int(np.abs(track.time_s - self.life_s[self.at]).argmin())
        points = track.landmarks_px[frame] * self.scale
        return Detection(points, track.visibility[frame], track.world_m[frame], None)

    def look(self, _rgb: NDArray[np.uint8]) -> Sequence[Detection]:
        track = self.lifter.track
        points = track.landmarks_px[0] * self.scale
        return [Detection(points, track.visibility[0], track.world_m[0], None)]


def test_a_tagged_film_is_told_and_drawn_in_its_own_time(lifter: Lifter, tmp_path: Path) -> None:
    """120 pictures a second played at 30: speeds are life's, the drawing lies where the film is."""
    width, height = lifter.track.frame_size
    size = (width // 8 * 2, height // 8 * 2)
    frames = len(lifter.track.time_s)  # 60 a second of life, so 15 of the film
    plain = make_film(tmp_path / "a.mp4", [n / 30 for n in range(2 * frames)], size=size)
    path = tagged(tmp_path / "b.mp4", plain, {CAPTURE_TAG: "120"})
    with read_video(path) as film:
        assert film.pace == Pace(TIMES)
        life_s = [frame.time_s / TIMES for frame in film.frames(TIMES / MOST_HZ)]
        scale = film.size[0] / width
        found = follow(film, Seer(lifter, scale, life_s))
    assert found.time_s == pytest.approx(life_s)
    save_poses(replace(found, frame_size=size), tmp_path / POSES_NPZ)
    told = analyze(tmp_path / POSES_NPZ)
    for one, true in zip(told.reps, lifter.reps, strict=True):
        assert one.rep.concentric_s == pytest.approx(true.top_s - true.bottom_s, abs=0.1)
        assert one.rep.top_s == pytest.approx(true.top_s * TIMES, abs=0.3)
    draw_video(told, path, tmp_path / "annotated.mp4")
    with av.open(str(tmp_path / "annotated.mp4")) as drawn:
        times_s = [frame.time for frame in drawn.decode(video=0)]
    assert times_s == pytest.approx([n / 30 for n in range(2 * frames)], abs=1e-3)


@pytest.mark.parametrize("slowed", [0.0, 0.01, 100.0, float("nan")])
def test_impossible_factors_are_refused(slowed: float) -> None:
    """Before anything is read."""
    with pytest.raises(BadRequest, match="--slow-motion"):
        Request(slow_motion=slowed)

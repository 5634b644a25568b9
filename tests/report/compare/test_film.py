"""Both lifters in step beside each other, and the clip to be sent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from formcheck.errors import NothingToJudge
from formcheck.report.clip import MOST_BYTES, shown, write_clip
from formcheck.report.compare.film import HEIGHT_PX, Part, draw_film
from formcheck.report.compare.sets import compare_sets
from formcheck.report.panel import Panel, lifter_box
from formcheck.report.record import Analysis, to_dict
from formcheck.report.reel import FilmOf, Reel, film_of
from tests.report.sample import draw_lifter, sample_analysis, write_source_video
from tests.retouch import but

ANALYSIS = sample_analysis(width=180, height=320)
WIDE = sample_analysis(width=320, height=180)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_source_video(ANALYSIS, tmp_path_factory.mktemp("film") / "monday.mp4")


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_source_video(WIDE, tmp_path_factory.mktemp("film") / "wide.mp4")


def first_reps(analysis: Analysis, count: int) -> Analysis:
    return replace(analysis, reps=analysis.reps[:count])


def pictures(path: Path) -> tuple[list[NDArray[np.uint8]], list[float]]:
    with av.open(str(path)) as opened:
        stream = opened.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
        frames = list(opened.decode(stream))
    times = [one.time or 0.0 for one in frames]
    return [np.asarray(one.to_ndarray(format="rgb24"), np.uint8) for one in frames], times


def is_faststart(path: Path) -> bool:
    data = path.read_bytes()
    return 0 < data.find(b"moov") < data.find(b"mdat")


def test_both_stand_beside_each_other_of_one_height(film: Path, tmp_path: Path) -> None:
    """A portrait and a slower film of it: one picture, both halves move as one."""
    one = first_reps(ANALYSIS, 1)
    found = compare_sets(to_dict(one), to_dict(one))
    parts = (Part(one, film_of(film, one), "A"), Part(one, film_of(film, one), "B"))
    out = tmp_path / "compare.mp4"
    told: list[float] = []
    draw_film(parts, found, out, lambda done, whole: told.append(done / whole))
    frames, times = pictures(out)
    height, width, _ = frames[0].shape
    assert height > HEIGHT_PX
    assert is_faststart(out)
    rep = one.reps[0].rep
    assert times[-1] == pytest.approx(rep.end_s - rep.start_s + 0.5, abs=0.2)
    assert 0.9 < told[-1] <= 1.0
    middle = frames[len(frames) // 2][-HEIGHT_PX:].astype(int)
    half = (width - 4) // 2
    assert np.abs(middle[:, :half] - middle[:, -half:]).mean() < 6  # the same lifter twice


def test_nobody_seen_whole_is_no_film(film: Path, tmp_path: Path) -> None:
    """Where no way up is known in both there is nothing to show in step, and no file."""
    one = first_reps(ANALYSIS, 1)
    rep = one.reps[0].rep
    from_top = replace(rep, bottom_s=rep.start_s + 1.0, concentric_s=np.nan, top_s=np.nan)
    one = replace(one, reps=(replace(one.reps[0], rep=from_top),))
    found = compare_sets(to_dict(ANALYSIS), to_dict(ANALYSIS))
    found = replace(found, pairs=((1, 1),))
    part = Part(one, FilmOf(film), "A")
    with pytest.raises(NothingToJudge, match="in step"):
        draw_film((part, part), found, tmp_path / "compare.mp4")
    assert list(tmp_path.iterdir()) == []


def test_a_mirrored_panel_shows_the_mirror_image(film: Path) -> None:
    """Who faces the other way is turned round, lines and all."""
    box = lifter_box(ANALYSIS, [(1.0, 2.0)])
    at_s = float(ANALYSIS.signals.time_s[40])
    rgb = draw_lifter(ANALYSIS, 40)
    plain = Panel(ANALYSIS, box, (120, 200)).draw(rgb, at_s).astype(int)
    turned = Panel(ANALYSIS, box, (120, 200), mirrored=True).draw(rgb, at_s).astype(int)
    assert np.abs(plain - turned[:, ::-1]).mean() < 5
    assert np.abs(plain - turned).mean() > 12


def test_what_is_hidden_is_not_drawn() -> None:
    """A joint behind a plate has no line: large and alone, a guess would mislead."""
    box, at_s = lifter_box(ANALYSIS, [(1.0, 2.0)]), float(ANALYSIS.signals.time_s[40])
    signals = ANALYSIS.signals
    hidden = np.ones((len(signals.time_s), 33), dtype=bool)
    spoiled = but(signals, hidden=hidden, held_px=signals.body.points_px)
    covered = replace(ANALYSIS, signals=spoiled)
    rgb = draw_lifter(ANALYSIS, 40)
    bare = Panel(ANALYSIS, box, (120, 200), drawn=False).draw(rgb, at_s)
    unmarked = replace(covered, reps=())
    assert (Panel(unmarked, box, (120, 200)).draw(rgb, at_s) == bare).all()


def test_a_reel_gives_the_picture_of_a_time(film: Path) -> None:
    """Asked forward, each picture is the one shown then, with its own time."""
    with Reel(FilmOf(film), (2.0, 3.0), 160) as reel:
        for wanted_s in (2.0, 2.01, 2.4, 3.0):
            _, at_s = reel.at(wanted_s)
            assert wanted_s - 0.04 < at_s <= wanted_s + 1e-3


def test_a_drawn_film_has_its_own_clock(film: Path) -> None:
    """An annotated film begins where what was analysed began."""
    with Reel(FilmOf(film, is_drawn=True, begins_s=10.0), (12.0, 13.0)) as reel:
        assert reel.at(12.5)[1] == pytest.approx(12.5, abs=0.04)


def test_the_clip_shows_the_main_finding(film: Path, tmp_path: Path) -> None:
    """The repetition that rounds, then its moment slowly: portrait, short, small, to be sent."""
    what = shown(ANALYSIS)
    assert what is not None
    assert what.rep.rep.index == 3  # the sample's third repetition rounds
    out = tmp_path / "clip.mp4"
    assert write_clip(ANALYSIS, film_of(film, ANALYSIS), out)
    frames, times = pictures(out)
    height, width, _ = frames[0].shape
    assert height > width
    assert what.end_s - what.start_s + 3.5 < times[-1] <= 10.0
    assert out.stat().st_size < MOST_BYTES
    assert is_faststart(out)


def test_a_wide_clip_is_cut_to_the_lifter(wide: Path, tmp_path: Path) -> None:
    """A landscape film is no wider than it is high: on a phone the lifter is larger so."""
    out = tmp_path / "clip.mp4"
    assert write_clip(WIDE, film_of(wide, WIDE), out)
    height, width, _ = pictures(out)[0][0].shape
    assert width <= height


def test_a_set_without_fault_shows_a_repetition_of_it() -> None:
    """Where all is well a repetition in the middle is shown; without one there is no clip."""
    good = replace(ANALYSIS, summary=replace(ANALYSIS.summary, main_cue=None))
    what = shown(good)
    assert what is not None and what.finding is None
    assert what.rep.rep.index == 3
    assert shown(replace(ANALYSIS, reps=())) is None

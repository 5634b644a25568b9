from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from formcheck.data import BoolArray, FloatArray, Series, Signals, Verdict
from formcheck.errors import OutputError
from formcheck.report.annotate import draw_video, drawn_every_s, overview_s, wanted_stills
from formcheck.report.body_lines import BAR, SKELETON
from formcheck.report.overlay import COLOURS, Overlay
from formcheck.report.record import Analysis
from formcheck.video import Span
from tests.report.sample import draw_lifter, sample_analysis, with_bar, write_source_video
from tests.retouch import but

ANALYSIS = sample_analysis()


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_source_video(ANALYSIS, tmp_path_factory.mktemp("film") / "source.mp4")


def times_of(path: Path) -> list[float]:
    with av.open(str(path)) as film:
        return [frame.time for frame in film.decode(video=0)]


def near(
    rgb: NDArray[np.uint8],
    colour: tuple[int, ...],
    point: FloatArray,
    radius: int = 3,
    tolerance: int = 60,
) -> bool:
    """Whether some pixel near a point has about that colour."""
    x, y = (round(float(v)) for v in point)
    patch = rgb[y - radius : y + radius + 1, x - radius : x + radius + 1].astype(int)
    return bool((np.abs(patch - colour).max(axis=2) < tolerance).any())


def drawn(analysis: Analysis, frame: int) -> NDArray[np.uint8]:
    rgb = draw_lifter(ANALYSIS, frame)
    size = (rgb.shape[1], rgb.shape[0])
    Overlay(analysis, size, 1.0).draw_lifter(rgb, float(analysis.signals.time_s[frame]))
    return rgb


def test_annotated_video_keeps_the_times_of_the_source(source: Path, tmp_path: Path) -> None:
    """Frame for frame the same presentation times, upright, H.264 yuv420p."""
    result = draw_video(ANALYSIS, source, tmp_path / "annotated.mp4")
    assert result.written
    assert result.zero_s == 0.0
    np.testing.assert_allclose(times_of(tmp_path / "annotated.mp4"), times_of(source), atol=1e-3)
    with av.open(str(tmp_path / "annotated.mp4")) as film:
        stream = film.streams.video[0]
        assert (stream.codec_context.name, stream.pix_fmt) == ("h264", "yuv420p")
        assert (stream.width, stream.height) == (360, 640)


def test_of_a_fast_film_every_second_frame_is_drawn_at_its_own_time(tmp_path: Path) -> None:
    """60 Hz become 30, shown without judder; the times drawn are times of the source."""
    fast = replace(ANALYSIS, source=replace(ANALYSIS.source, frame_rate_hz=60.0))
    source = write_source_video(fast, tmp_path / "source.mp4")
    draw_video(fast, source, tmp_path / "annotated.mp4")
    expected = times_of(source)[::2]
    np.testing.assert_allclose(times_of(tmp_path / "annotated.mp4"), expected, atol=1e-3)


@pytest.mark.parametrize(
    ("rate_hz", "drawn_hz"), [(24, 24), (29.97, 29.97), (50, 25), (59.94, 29.97), (240, 30)]
)
def test_drawn_rate_is_the_nearest_to_thirty(rate_hz: float, drawn_hz: float) -> None:
    """Usual rates of phones: whole frames are left out, never some now and then."""
    assert 1 / (drawn_every_s(rate_hz) or 1 / rate_hz) == pytest.approx(drawn_hz)


def test_joints_and_back_are_drawn_where_they_are(source: Path, tmp_path: Path) -> None:
    """White joints at knee and hip, the back line in the verdict's colour where it is judged,
    grey elsewhere, in the film itself.
    """
    draw_video(ANALYSIS, source, tmp_path / "annotated.mp4")
    moments: tuple[tuple[int, Verdict], ...] = (
        (92, "good"),  # near the furthest lean, where the back is judged
        (60, "cannot_judge"),  # half-way up
        (170, "fault"),
        (200, "cannot_judge"),
    )
    for frame, verdict in moments:
        with av.open(str(tmp_path / "annotated.mp4")) as film:
            pictures = list(film.decode(video=0))
        rgb = pictures[frame].to_ndarray(format="rgb24").astype(np.uint8)
        signals = ANALYSIS.signals
        assert near(rgb, (255, 255, 255), signals.body.points_px[frame, 26])
        assert near(rgb, (255, 255, 255), signals.body.points_px[frame, 24])
        assert near(rgb, COLOURS[verdict], signals.back.edge_px[frame, 10])


def test_points_scale_with_the_frame() -> None:
    """On a half-size frame the knee is drawn at half its coordinates."""
    rgb = np.zeros((320, 180, 3), np.uint8)
    Overlay(ANALYSIS, (180, 320), 0.5).draw_lifter(rgb, float(ANALYSIS.signals.time_s[60]))
    assert near(rgb, (255, 255, 255), ANALYSIS.signals.body.points_px[60, 26] / 2, radius=2)


def test_unseen_points_are_not_drawn() -> None:
    """A shank whose ankle is unseen isn't drawn; the thigh still is."""
    points = ANALYSIS.signals.body.points_px.copy()
    points[:, 27:33] = np.nan
    hidden = replace(ANALYSIS, signals=but(ANALYSIS.signals, points_px=points))
    whole = ANALYSIS.signals.body.points_px[60]
    shank, thigh = (whole[26] + whole[28]) / 2, (whole[24] + whole[26]) / 2
    assert near(drawn(ANALYSIS, 60), SKELETON, shank, tolerance=20)
    assert not near(drawn(hidden, 60), SKELETON, shank, tolerance=20)
    assert near(drawn(hidden, 60), SKELETON, thigh, tolerance=20)


def cut(signals: Signals, keep: BoolArray | slice) -> Signals:
    """What is drawn of the signals, at these frames alone."""
    drawn = but(
        signals,
        time_s=signals.time_s[keep],
        points_px=signals.body.points_px[keep],
        edge_px=signals.back.edge_px[keep],
        seen=signals.body.seen[keep],
        lean_deg=signals.guesses.lean_deg[keep],
    )
    angles = {
        name: Series(one.value[keep], {what: part[keep] for what, part in one.parts.items()})
        for name, one in signals.angles_deg.items()
    }
    return replace(drawn, angles_deg=angles)


def test_the_way_of_the_bar_is_drawn_since_the_rep_began() -> None:
    """Where the bar was a moment ago in this repetition there is a line; elsewhere none."""
    lifted = with_bar(ANALYSIS)
    bar = lifted.signals.bar
    assert bar is not None
    now, earlier, later = 45, 30, 54  # the first repetition begins at frame 18
    aside = np.array([120.0, 0.0])  # clear of the arm
    bar = replace(bar, centre_px=bar.centre_px + aside)
    rgb = drawn(replace(lifted, signals=replace(lifted.signals, bar=bar)), now)
    assert near(rgb, BAR, bar.centre_px[now])
    assert near(rgb, BAR, bar.centre_px[earlier], tolerance=40)
    assert not near(rgb, BAR, bar.centre_px[later], tolerance=40)


def test_the_way_of_the_bar_follows_a_camera_that_moves() -> None:
    """What was measured in the steady picture is drawn where this frame has it."""
    lifted = with_bar(ANALYSIS)
    count = len(lifted.signals.time_s)
    level = np.tile(np.eye(2, 3), (count, 1, 1))
    level[:, 0, 2] = np.linspace(0.0, 60.0, count)  # steady is so much to the right
    moved = replace(lifted.signals, picture=replace(lifted.signals.picture, level=level))
    assert moved.bar is not None
    rgb = drawn(replace(lifted, signals=moved), 45)
    assert near(rgb, BAR, moved.bar.centre_px[45] - level[45, :, 2])
    assert near(rgb, BAR, moved.bar.centre_px[30] - level[45, :, 2], tolerance=40)


def test_nothing_is_drawn_far_from_an_analysed_frame() -> None:
    """Where the analysis has a hole of a second the frame stays as filmed."""
    keep = np.abs(ANALYSIS.signals.time_s - 3.0) > 0.5
    signals = ANALYSIS.signals
    sparse = cut(signals, keep)
    rgb = np.zeros((640, 360, 3), np.uint8)
    Overlay(replace(ANALYSIS, signals=sparse), (360, 640), 1.0).draw_lifter(rgb, 3.0)
    assert not rgb.any()


def test_between_two_analysed_frames_points_are_interpolated() -> None:
    """A clip analysed at every second frame is drawn smoothly on all of them."""
    signals = ANALYSIS.signals
    half = cut(signals, slice(None, None, 2))
    rgb = np.zeros((640, 360, 3), np.uint8)
    moving = 35  # mid-pull: odd, so not among the analysed ones
    Overlay(replace(ANALYSIS, signals=half), (360, 640), 1.0).draw_lifter(
        rgb, float(signals.time_s[moving])
    )
    assert near(rgb, (255, 255, 255), signals.body.points_px[moving, 12], radius=2)


@pytest.mark.parametrize("size", [(360, 640), (1280, 720), (96, 64), (33, 201)])
def test_words_fit_into_any_picture(size: tuple[int, int]) -> None:
    """Counter and cue are drawn inside the frame, however small or long it is."""
    analysis = sample_analysis(*size)
    rgb = np.full((size[1], size[0], 3), 128, np.uint8)
    overlay = Overlay(analysis, size, 1.0)
    drawn = overlay.draw_words(rgb, 5.7)
    assert drawn.shape == (overlay.size[1], overlay.size[0], 3)
    assert (drawn != 128).any()


def test_cue_shows_only_around_its_moment() -> None:
    """The rounded back is named at its moment and gone two seconds later."""
    overlay = Overlay(ANALYSIS, (360, 640), 1.0)
    red = np.array(COLOURS["fault"])

    def has_red(time_s: float) -> bool:
        rgb = overlay.draw_words(np.zeros((640, 360, 3), np.uint8), time_s)
        return bool((np.abs(rgb.astype(int) - red).max(axis=2) < 8).any())

    assert has_red(5.7)
    assert not has_red(5.0)
    assert not has_red(7.7)


def test_stills_come_from_the_same_pass(source: Path) -> None:
    """Each wanted time gets the nearest frame; without a video reading stops early."""
    wanted = wanted_stills(ANALYSIS)
    assert overview_s(ANALYSIS) in wanted
    seen: list[float] = []
    result = draw_video(ANALYSIS, source, None, wanted, progress=seen.append)
    assert not result.written
    assert sorted(result.stills) == sorted(wanted)
    assert seen[-1] < 8.5
    rgb = result.stills[wanted[1]]
    frame = round(wanted[1] * 30)
    assert near(rgb, (255, 255, 255), ANALYSIS.signals.body.points_px[frame, 26])


def test_span_moves_the_videos_zero(source: Path, tmp_path: Path) -> None:
    """With --start the annotated video's own clock begins at the span's first frame."""
    result = draw_video(ANALYSIS, source, tmp_path / "a.mp4", span=Span(5.0, 7.0))
    assert result.zero_s == pytest.approx(5.0)
    times = times_of(tmp_path / "a.mp4")
    assert times[0] == 0.0
    assert len(times) == 60


def test_a_film_that_cant_be_written_leaves_nothing(source: Path, tmp_path: Path) -> None:
    """No folder, no film: one clear error and no half file."""
    with pytest.raises(OutputError):
        draw_video(ANALYSIS, source, tmp_path / "missing" / "annotated.mp4")
    assert list(tmp_path.iterdir()) == []

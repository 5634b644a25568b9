"""Faces are unrecognisable: in the annotated video, the stills, the report's pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from formcheck.batch.blur import TILES, FaceBlur, Head, cover, head_of
from formcheck.data import FloatArray, Signals
from formcheck.poses.engine import Detection
from formcheck.report.write import write_results
from tests.report.sample import sample_analysis, write_source_video

ANALYSIS = sample_analysis()


def noise(height: int = 400, width: int = 300) -> NDArray[np.uint8]:
    return np.random.default_rng(1).integers(0, 255, (height, width, 3), dtype=np.uint8)


def person(x: float = 80.0, y: float = 80.0) -> Detection:
    """Somebody who stands, head at x, y, with a trunk of 50 pixels."""
    points = np.full((33, 3), np.nan)
    points[:11, :2] = [x, y] + 6 * np.random.default_rng(2).uniform(-1, 1, (11, 2))
    points[[11, 12], :2] = [x, y + 25]
    points[[23, 24], :2] = [x, y + 75]
    return Detection(points, np.ones(33), points, None)


class Eyes:
    """An engine that sees whom it is told to, in the whole picture alone."""

    def __init__(self, *people: Detection, size: tuple[int, int] = (400, 300)) -> None:
        self.people, self.size, self.looks = people, size, 0

    def follow(self, rgb: NDArray[np.uint8]) -> None:
        raise AssertionError("it only looks")

    def look(self, rgb: NDArray[np.uint8]) -> Sequence[Detection]:
        self.looks += 1
        return self.people if rgb.shape[:2] == self.size else ()


def head_px(motion: Signals, width_px: int, time_s: float, shape: tuple[int, ...]) -> FloatArray:
    """Where the head is painted in a frame."""
    frame = int(np.argmin(np.abs(motion.time_s - time_s)))
    scale = shape[1] / width_px
    head: FloatArray = motion.body.points_px[frame, 8] * scale
    return head


def detail(rgb: NDArray[np.uint8], centre: Sequence[float] | FloatArray, radius: float) -> float:
    """How much neighbouring pixels differ within a disc."""
    y, x = np.mgrid[: rgb.shape[0], : rgb.shape[1]]
    inside = np.hypot(x - centre[0], y - centre[1]) < radius
    steps = np.abs(np.diff(rgb.astype(float).mean(axis=2), axis=1, prepend=0))
    return float(steps[inside].mean())


def test_no_detail_is_left_inside_and_all_outside() -> None:
    """A disc loses its detail; the picture around stays as it is to the last bit."""
    rgb = noise()
    before = rgb.copy()
    cover(rgb, Head(np.array([150.0, 200.0]), 60.0))
    assert detail(rgb, (150, 200), 50) < 0.1 * detail(before, (150, 200), 50)
    y, x = np.mgrid[:400, :300]
    outside = np.hypot(x - 150, y - 200) > 61
    assert (rgb[outside] == before[outside]).all()
    assert TILES <= 6


@pytest.mark.parametrize("centre", [(-20.0, 10.0), (299.0, 399.0), (-500.0, -500.0)])
def test_a_head_at_the_edge_is_covered_as_far_as_seen(centre: tuple[float, float]) -> None:
    """A head half outside the picture, or wholly, is no trouble."""
    rgb = noise()
    before = rgb.copy()
    cover(rgb, Head(np.array(centre), 40.0))
    assert (rgb != before).any() == (centre[0] > -100)


def test_the_lifter_is_covered_in_every_frame() -> None:
    """The lifter's head loses its detail, whatever the frame's scale; their feet don't."""
    for scale in (1, 2):
        blur = FaceBlur(ANALYSIS.track, None)
        for time_s in (0.0, 1.3, 5.51, 10.0):
            rgb = noise(640 * scale, 360 * scale)
            before = rgb.copy()
            blur(rgb, time_s)
            head = head_px(ANALYSIS.signals, ANALYSIS.source.width, time_s, rgb.shape)
            assert detail(rgb, head, 8 * scale) < 0.3 * detail(before, head, 8 * scale)
            assert (rgb[600 * scale :] == before[600 * scale :]).all()


def test_others_are_found_and_followed() -> None:
    """Somebody else is covered from the frame they are seen in, and a moment after."""
    track = replace(ANALYSIS.track, frame_size=(300, 400))
    eyes = Eyes(person())
    blur = FaceBlur(track, eyes)
    first, later, gone = noise(), noise(), noise()
    before = first.copy()
    blur(first, 0.0)
    eyes.people = ()
    blur(later, 0.1)
    blur(gone, 5.0)
    assert detail(first, (80, 80), 12) < 0.3 * detail(before, (80, 80), 12)
    assert detail(later, (80, 80), 12) < 0.3 * detail(before, (80, 80), 12)
    assert detail(gone, (80, 80), 12) == detail(before, (80, 80), 12)


def test_nobody_looks_at_every_frame() -> None:
    """Others are looked for some times a second, not in each frame of a fast film."""
    eyes = Eyes()
    blur = FaceBlur(ANALYSIS.track, eyes)
    for at in range(120):
        blur(noise(64, 36), at / 240)
    assert eyes.looks <= 4 * 10


def test_a_head_bowed_from_the_camera_keeps_its_size() -> None:
    """A foreshortened trunk doesn't shrink the disc; no landmarks, no disc."""
    points = person().points_px[:, :2]
    head = head_of(points, 120.0)
    assert head is not None
    assert head.radius_px == pytest.approx(0.4 * 120)
    assert head_of(np.full((33, 2), np.nan)) is None


def test_video_stills_and_pictures_show_no_face(tmp_path: Path) -> None:
    """What is written with the blur differs at the head, in the film and in each picture."""
    analysis = sample_analysis(width=180, height=320)
    film = write_source_video(analysis, tmp_path / "film.mp4")
    names: tuple[Path, ...] = ()
    for name, touch in (("open", None), ("blurred", FaceBlur(analysis.track, None))):
        names = write_results(analysis, tmp_path / name, film, touch=touch, pictures=True)
    assert {"rep_1.jpg", "rep_3.jpg"} <= {path.name for path in names}
    frames = {}
    for name in ("open", "blurred"):
        with av.open(str(tmp_path / name / "annotated.mp4")) as container:
            frames[name] = [
                frame.to_ndarray(format="rgb24").astype(int) for frame in container.decode(video=0)
            ]
    assert len(frames["open"]) == len(frames["blurred"])
    for at in range(0, len(frames["open"]), 60):
        x, y = head_px(analysis.signals, 180, at / 30, (320, 180)).round().astype(int)
        y += frames["open"][at].shape[0] - 320  # the band for words, above the picture
        one, other = (frames[name][at][y - 4 : y + 5, x - 4 : x + 5] for name in frames)
        assert np.abs(one - other).mean() > 2
    for name in ("report.html", "rep_1.jpg", "rep_3.jpg"):
        assert (tmp_path / "open" / name).read_bytes() != (tmp_path / "blurred" / name).read_bytes()

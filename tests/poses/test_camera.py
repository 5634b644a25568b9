"""How a camera moved and tilted, read off the background of rendered pictures."""

from __future__ import annotations

from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from formcheck.data import FloatArray
from formcheck.poses.camera import CameraWatch
from formcheck.poses.level import Spirit
from formcheck.video import read_video

SAMPLES = Path(__file__).parents[2] / "sample_videos"
Rgb = NDArray[np.uint8]
STEP_S = 0.1


@cache
def pictures(clip: str = "squat_good", count: int = 20) -> tuple[Rgb, ...]:
    """Some pictures of a sample, 640 pixels high, ten a second."""
    with read_video(SAMPLES / f"{clip}.mp4") as film:
        every = islice(film.frames(every_s=STEP_S), count)
        return tuple(cv2.resize(one.rgb, (360, 640), interpolation=cv2.INTER_AREA) for one in every)


def placed(turn_deg: float = 0.0, shift_px: tuple[float, float] = (0.0, 0.0)) -> FloatArray:
    """The map (2, 3) from a still camera's picture to that of one that moved.

    The picture turns clockwise about its middle, and its content goes right and down.
    """
    out = cv2.getRotationMatrix2D((180.0, 320.0), -turn_deg, 1.0)
    out[:, 2] += shift_px
    return np.asarray(out)


def filmed(rgb: Rgb, place: FloatArray) -> Rgb:
    """What a camera that moved so films: the sample as seen through a smaller window."""
    edge = 90
    wide = cv2.copyMakeBorder(rgb, edge, edge, edge, edge, cv2.BORDER_REFLECT)
    inner = place.copy()
    inner[:, 2] -= place[:, :2] @ [edge, edge]
    out = cv2.warpAffine(wide, inner, (360, 640), flags=cv2.INTER_LINEAR)
    return np.asarray(out)


def lifter(place: FloatArray) -> FloatArray:
    """Landmarks (33, 3) about where the lifter of the samples is."""
    rows = {7: 130, 8: 130, 11: 180, 12: 180, 13: 240, 14: 240, 15: 300, 16: 300, 23: 330, 24: 330}
    points = np.array([[190.0 + 8 * (at % 2), rows.get(at, 440.0), 1.0] for at in range(33)])
    points[27:, 1] = 530.0
    points[:, :2] = points @ place.T
    return points


def watched(places: list[FloatArray], step_s: float = STEP_S) -> CameraWatch:
    watch = CameraWatch()
    for at, (rgb, place) in enumerate(zip(pictures(), places, strict=False)):
        watch.add(filmed(rgb, place), at * step_s, lifter(place))
    return watch


def undone(found: FloatArray, places: list[FloatArray]) -> float:
    """The furthest that corners of the picture stay off their place in the first, pixels."""
    corners = np.array([[0, 0, 1], [360, 0, 1], [0, 640, 1], [360, 640, 1]], dtype=float).T
    where = [
        one[:, :2] @ (place @ corners) + one[:, 2:]
        for one, place in zip(found, places, strict=True)
    ]
    return float(np.abs(np.array(where) - places[0] @ corners).max())


def test_still_camera_has_no_motion() -> None:
    """A lifter moves, the camera doesn't: nothing is to be undone, to the last bit."""
    assert watched([placed()] * 20).motion(1.0) is None


@given(
    across=st.floats(-0.05, 0.05),
    down=st.floats(-0.05, 0.05),
    turn_deg=st.floats(-4.0, 4.0),
    hz=st.floats(0.2, 1.0),
)
@settings(max_examples=6, deadline=None, phases=[Phase.explicit, Phase.generate])
def test_sway_is_undone(across: float, down: float, turn_deg: float, hz: float) -> None:
    """What a hand does to the picture is found within half a percent of its side."""
    wave = np.sin(2 * np.pi * hz * np.arange(20) * STEP_S)
    places = [placed(turn_deg * one, (640 * across * one, 640 * down * one)) for one in wave]
    found = watched(places).motion(1.0)
    if found is None:
        found = np.tile(np.eye(2, 3), (20, 1, 1))
        assert undone(found, places) < 0.035 * 640  # it hardly moved: a corner, from end to end
    else:
        assert undone(found, places) < 0.005 * 640


def test_pictures_between_two_looks_lie_between() -> None:
    """Not every picture of a fast film is looked at; those passed over are placed as well."""
    places = [placed(0.0, (2.0 * max(at - 9, 0), 0.0)) for at in range(20)]
    watch = watched(places, step_s=1 / 60)
    found = watch.motion(1.0)
    assert found is not None and len(found) == len(watch.scenes) == 20
    assert undone(found, places) < 0.005 * 640


def test_a_camera_that_stands_is_looked_at_ten_times_a_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Following the background is the dearest part beside the network."""
    follow: Any = cv2.calcOpticalFlowPyrLK
    compared = []

    def counted(*pictures: NDArray[np.uint8], **options: Any) -> Any:
        compared.append(len(pictures))
        return follow(*pictures, **options)

    monkeypatch.setattr(cv2, "calcOpticalFlowPyrLK", counted)
    watched([placed()] * 20, step_s=1 / 60)
    assert len(compared) == 3  # with the first, which there was nothing to compare with


def test_nudge_is_one_scene() -> None:
    """A camera that is knocked goes on filming the same place."""
    watch = watched([placed()] * 8 + [placed(1.0, (40.0, -50.0))] * 12)
    found = watch.motion(1.0)
    assert found is not None and (watch.scenes == 0).all()
    np.testing.assert_allclose(
        found[-1, :, 2], cv2.invertAffineTransform(placed(1.0, (40.0, -50.0)))[:, 2], atol=1.5
    )


def test_full_size_pixels() -> None:
    """The maps are those of the full-size picture, however small the given one is."""
    places = [placed(0.0, (3.0 * at, 0.0)) for at in range(12)]
    watch = watched(places)
    half, whole = watch.motion(0.5), watch.motion(1.0)
    assert half is not None and whole is not None
    np.testing.assert_allclose(half[:, :, 2], 2 * whole[:, :, 2])
    np.testing.assert_allclose(whole[:, 0, 2], -3.0 * np.arange(12), atol=0.5)


def test_bare_wall_says_nothing() -> None:
    """Without anything behind the lifter the camera's motion is unknown, not nought."""
    watch = CameraWatch()
    for at in range(12):
        watch.add(np.full((640, 360, 3), 128, np.uint8), at * STEP_S, None)
    assert watch.motion(1.0) is None
    assert not watch.is_placed


@pytest.mark.parametrize("clip", ["squat_good", "kettlebell_swing", "squat_front_knees_caving"])
@pytest.mark.parametrize("turn_deg", [-10.0, -6.0, -3.0, 0.0, 3.0, 6.0, 10.0])
def test_turn_is_read_off_the_rack(clip: str, turn_deg: float) -> None:
    """Uprights behind the lifter tell how far a picture is turned, within a degree."""
    spirit = Spirit()
    for at, rgb in enumerate(pictures(clip)[::10]):
        spirit.add(filmed(rgb, placed(turn_deg)), float(at), None, 0, 0.0)
    turn, sigma = spirit.roll(np.zeros(1, dtype=np.int32))[0]
    assert turn == pytest.approx(turn_deg, abs=1.0)
    assert sigma <= 1.5


def test_no_edges_no_turn() -> None:
    """A bare wall doesn't tell where up is."""
    spirit = Spirit()
    spirit.add(np.full((640, 360, 3), 128, np.uint8), 0.0, None, 0, 0.0)
    assert np.isnan(spirit.roll(np.zeros(3, dtype=np.int32))).all()

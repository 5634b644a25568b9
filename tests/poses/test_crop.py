"""The square that a network looks at: there and back, and what is drawn of it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.poses.crop import AROUND, Crop

PICTURE = (96, 72)

crops = st.builds(
    Crop,
    middle_px=st.tuples(st.floats(-50, 150), st.floats(-50, 150)),
    side_px=st.floats(1, 500),
    turn=st.floats(-math.pi, math.pi),
    pixels=st.sampled_from([16, 224, 256]),
    picture=st.just(PICTURE),
)


def shades() -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    """A picture whose red says how far right, whose green says how far down."""
    down, across = np.indices((PICTURE[1], PICTURE[0]))
    return np.stack([across, down, 0 * down], axis=-1).astype(np.uint8)


@given(crops, st.tuples(st.floats(-500, 500), st.floats(-500, 500)))
def test_there_and_back_is_the_same_place(crop: Crop, place: tuple[float, float]) -> None:
    """Whatever its size, place and turn, a point comes back to where it was."""
    at = np.array(place)
    assert crop.outside(crop.inside(at)) == pytest.approx(at, abs=1e-6)


@given(st.floats(0, math.tau), st.floats(5, 400), st.floats(-math.pi / 2, math.pi / 2))
def test_a_body_stands_upright_in_its_square(at: float, length: float, lean: float) -> None:
    """The upper point is straight above the middle, 1 / (2 · 1.25) of the side away."""
    middle = np.array([40.0 + 10 * math.cos(at), 30.0 + 10 * math.sin(at)])
    upper = middle + length * np.array([math.sin(lean), -math.cos(lean)])
    crop = Crop.around(middle, upper, 256, PICTURE)
    assert crop.inside(middle) == pytest.approx([128.0, 128.0])
    assert crop.inside(upper) == pytest.approx([128.0, 128.0 - 256 / (2 * AROUND)])
    assert crop.turned(np.array([0.0, -1.0])) == pytest.approx((upper - middle) / length, abs=1e-9)


@pytest.mark.parametrize("turn", [0.0, 0.4, -2.0])
def test_what_is_drawn_is_what_lies_there(turn: float) -> None:
    """Each pixel of the square shows the place of the picture that it stands for."""
    crop = Crop((50.0, 36.0), 40.0, turn, 32, PICTURE)
    cut = crop.cut_out(shades())
    down, across = np.indices((32, 32))
    places = crop.outside(np.stack([across, down], axis=-1).astype(float))
    assert np.abs(cut[..., :2] - places).max() <= 0.6


def test_beyond_the_picture_its_edge_goes_on() -> None:
    """As MediaPipe has it for landmarks: the border's colours, not black."""
    crop = Crop((0.0, 36.0), 40.0, 0.0, 40, PICTURE)
    assert (crop.cut_out(shades())[:, :15, 0] == 0).all()
    assert crop.cut_out(shades())[20, 5, 1] == 36


def test_a_mask_is_spread_over_the_picture() -> None:
    """Full in the square, nothing beyond it."""
    crop = Crop((48.0, 36.0), 30.0, 0.0, 60, PICTURE)
    spread = crop.spread(np.ones((60, 60), np.float32))
    assert spread.shape == (PICTURE[1], PICTURE[0])
    assert (spread[25:47, 37:59] == 1).all()
    assert spread[:20].sum() == spread[:, :32].sum() == 0

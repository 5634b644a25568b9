"""Cuts are told from lamps, knocks and flashes by the place behind the lifter."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from formcheck.poses.shots import NONE, Scenes, ShotCounter

RATE_HZ = 30.0
SIZE = (216, 120)  # height, width
FRAMES = 40
MARGIN = 30

Picture = NDArray[np.uint8]


@lru_cache
def room(seed: int) -> Picture:
    """A wall with things on it, larger than the picture on all sides."""
    random = np.random.default_rng(seed)
    high, wide = SIZE[0] + 2 * MARGIN, SIZE[1] + 2 * MARGIN
    wall = np.full((high, wide, 3), random.integers(70, 150, 3), np.uint8)
    for _ in range(30):
        corner, extent = random.integers(0, (wide, high)), random.integers(8, 60, 2)
        colour = tuple(int(one) for one in random.integers(0, 255, 3))
        cv2.rectangle(wall, corner.tolist(), (corner + extent).tolist(), colour, -1)
    return wall


def picture(seed: int = 1, at: int = 0, shift: tuple[int, int] = (0, 0)) -> Picture:
    """The room with a body that goes up and down, by a camera moved by ``shift``."""
    left, top = MARGIN + shift[0], MARGIN + shift[1]
    seen = room(seed)[top : top + SIZE[0], left : left + SIZE[1]].copy()
    middle = (60 - shift[0], 120 - shift[1] + int(25 * np.sin(at / 6)))
    cv2.ellipse(seen, middle, (14, 45), 0, 0, 360, (40, 60, 130), -1)
    return seen


def scenes(pictures: Sequence[Picture]) -> Scenes:
    counter = ShotCounter()
    for at, one in enumerate(pictures):
        counter.add(one, at / RATE_HZ)
    return counter.scenes()


def odd(kind: str) -> Picture:
    if kind == "noise":
        return np.random.default_rng(7).integers(0, 255, (*SIZE, 3)).astype(np.uint8)
    return np.full((*SIZE, 3), 255 if kind == "white" else 0, np.uint8)


@settings(max_examples=30, deadline=None)
@given(
    at=st.integers(0, FRAMES),
    number=st.integers(1, 5),
    kind=st.sampled_from(["white", "black", "noise"]),
    seed=st.integers(1, 4),
)
def test_odd_pictures_cut_nothing(at: int, number: int, kind: str, seed: int) -> None:
    """One to five odd pictures anywhere: all others are of one scene, and in time."""
    film = [picture(seed, frame) for frame in range(FRAMES)]
    found = scenes([*film[:at], *[odd(kind)] * number, *film[at:]])
    rest = np.delete(found.shot, np.s_[at : at + number])
    assert (rest == 0).all()
    assert set(found.shot[at : at + number].tolist()) <= {NONE, 0}
    assert not found.broken.any()
    assert not found.knocks_s


@settings(max_examples=30, deadline=None)
@given(
    at=st.integers(1, FRAMES - 1),
    gain=st.sampled_from([0.3, 0.5, 0.7, 1.4, 1.8]),
    seed=st.integers(1, 4),
)
def test_a_lamp_is_no_cut(at: int, gain: float, seed: int) -> None:
    """Whatever the light does from one picture on, the place is the same."""

    def lit(frame: int) -> Picture:
        one = picture(seed, frame).astype(float) * (gain if frame >= at else 1.0)
        return np.asarray(np.clip(one, 0, 255), np.uint8)

    found = scenes([lit(frame) for frame in range(FRAMES)])
    assert (found.shot[found.shot != NONE] == 0).all()
    assert (found.shot == 0).mean() > 0.7
    assert not found.broken.any()


@settings(max_examples=30, deadline=None)
@given(
    at=st.integers(12, FRAMES - 12),
    across=st.integers(-6, 6),
    down=st.integers(-10, 10),
    seed=st.integers(1, 4),
)
def test_a_knock_is_no_cut(at: int, across: int, down: int, seed: int) -> None:
    """A camera moved by up to 5 % of the picture stays in its scene."""
    film = [
        picture(seed, frame, (across, down) if frame >= at else (0, 0)) for frame in range(FRAMES)
    ]
    found = scenes(film)
    assert (found.shot == 0).all()
    assert not found.broken.any()


def test_a_hard_knock_is_told() -> None:
    """Moved by a sixth of the picture: one scene, and when it was is known."""
    film = [picture(2, frame, (22, 28) if frame >= 20 else (0, 0)) for frame in range(FRAMES)]
    found = scenes(film)
    assert (found.shot == 0).all()
    assert found.knocks_s == pytest.approx([20 / RATE_HZ])


def test_a_film_that_comes_back_shows_two_scenes() -> None:
    """Here, there, here again: the first and the third part are one scene, with a break."""
    here, there = ([picture(seed, frame) for frame in range(FRAMES)] for seed in (1, 2))
    found = scenes([*here, *there, *here])
    assert found.shot.tolist() == [0] * FRAMES + [1] * FRAMES + [0] * FRAMES
    assert np.flatnonzero(found.broken).tolist() == [FRAMES, 2 * FRAMES]


def test_a_film_of_nothing_but_flashes_has_scenes() -> None:
    """Where every shot is short none is odd."""
    film = [odd("white" if frame // 6 % 2 else "black") for frame in range(FRAMES)]
    assert (scenes(film).shot != NONE).all()

"""Slow replays are found by their pictures; repetitions never are."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from formcheck.poses.replays import Replay, ReplayFinder

RATE_HZ = 30.0
SIZE = (96, 128)


def scene(height: float, sway: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Draw somebody before a wall, ``height`` (0..1) up and ``sway`` pixels aside, with noise."""
    rows, columns = np.mgrid[: SIZE[0], : SIZE[1]]
    picture = np.full(SIZE, 90.0) + 20 * np.sin(columns / 9)
    top = 20 + 40 * (1 - height)
    figure = 1 / (1 + np.exp(-(rows - top))) / (1 + np.exp(np.abs(columns - 64 - sway) - 14))
    picture = picture * (1 - figure) + 220 * figure + rng.normal(0, 1.0, SIZE)
    return np.repeat(np.clip(picture, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def film(
    reps: int, rng: np.random.Generator, unlike: float = 1.5
) -> tuple[list[float], list[float]]:
    """Heights and sways of a set: no two repetitions take the same way."""
    heights, sways = [], []
    for _ in range(reps):
        frames = int(rng.uniform(50, 80))
        phase = np.linspace(0, 2 * np.pi, frames, endpoint=False)
        heights += (0.5 + 0.5 * np.cos(phase) * rng.uniform(0.9, 1.0)).tolist()
        sways += (rng.normal(0, unlike) + unlike * np.sin(phase + rng.uniform(0, 6))).tolist()
    return heights, sways


def found(heights: list[float], sways: list[float], rng: np.random.Generator) -> tuple[Replay, ...]:
    finder = ReplayFinder()
    for height, sway in zip(heights, sways, strict=True):
        finder.add(scene(height, sway, rng))
    return finder.found(np.arange(len(heights)) / RATE_HZ)


@pytest.mark.parametrize("times", [2, 3, 4])
def test_the_last_repetition_shown_again_slower(times: int) -> None:
    """It is found where it is, with what it shows again."""
    rng = np.random.default_rng(times)
    heights, sways = film(4, rng)
    begin = len(heights) - 60
    again = np.repeat(np.arange(begin, len(heights)), times)
    (replay,) = found(
        heights + [heights[at] for at in again], sways + [sways[at] for at in again], rng
    )
    assert replay.start_s == pytest.approx(len(heights) / RATE_HZ, abs=0.3)
    assert replay.end_s == pytest.approx((len(heights) + again.size) / RATE_HZ, abs=0.3)
    assert replay.of_start_s == pytest.approx(begin / RATE_HZ, abs=0.3)
    assert "shows again, slower" in replay.caution().message


@pytest.mark.parametrize("seed", range(4))
def test_repetitions_are_no_replays(seed: int) -> None:
    """Nor is a slower last one, that goes nearly the same way."""
    rng = np.random.default_rng(seed)
    heights, sways = film(3, rng)
    slow_h, slow_s = film(1, rng)
    at = np.linspace(0, len(slow_h) - 1, 2 * len(slow_h))
    slow = (np.interp(at, range(len(slow_h)), one).tolist() for one in (slow_h, slow_s))
    slower_h, slower_s = slow
    assert not found(heights + slower_h, sways + slower_s, rng)


def test_standing_still_is_no_replay() -> None:
    """A minute of the same picture shows nothing again."""
    rng = np.random.default_rng(0)
    heights, sways = film(1, rng)
    assert not found(heights + [1.0] * 300, sways + [0.0] * 300, rng)

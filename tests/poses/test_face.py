"""A head that was covered before the film was shared is told from one that wasn't."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from formcheck.poses.face import is_covered

TRUNK_PX = 100.0
HEAD = (60, 60)


def filmed(hair: int = 60) -> tuple[NDArray[np.uint8], NDArray[np.floating]]:
    """A head of skin and hair with the light from one side, and where the body is."""
    random = np.random.default_rng(3)
    down, across = np.mgrid[0:240, 0:120]
    skin = np.clip(150 + 0.8 * (across - 60) + random.normal(0, 6, down.shape), 0, 255)
    head = np.where(down + 0.5 * across < 88, hair + random.normal(0, 4, down.shape), skin)
    rgb = np.stack([head, 0.8 * head, 0.7 * head], axis=-1).astype(np.uint8)
    points = np.zeros((33, 2))
    points[0], points[[7, 8]] = (68, 60), (52, 60)
    points[[11, 12]], points[[23, 24]] = (60, 95), (60, 95 + TRUNK_PX)
    return rgb, points


def test_a_plain_head_is_not_covered() -> None:
    """Skin and hair in a side light."""
    assert is_covered(*filmed()) is False


def test_a_sticker_is_seen() -> None:
    """A yellow disc with two eyes."""
    rgb, points = filmed()
    cv2.circle(rgb, HEAD, 24, (250, 210, 30), -1)
    cv2.circle(rgb, (55, 56), 2, (0, 0, 0), -1)
    cv2.circle(rgb, (65, 56), 2, (0, 0, 0), -1)
    assert is_covered(rgb, points) is True


def test_a_blurred_head_is_seen() -> None:
    """Blurred so that nobody is known by it."""
    rgb, points = filmed()
    rgb[30:90, 30:90] = cv2.GaussianBlur(rgb, (0, 0), 10)[30:90, 30:90]
    assert is_covered(rgb, points) is True


def test_a_head_in_blocks_is_seen() -> None:
    """Blocks of ten pixels."""
    rgb, points = filmed()
    small = cv2.resize(rgb, (12, 24), interpolation=cv2.INTER_AREA)
    rgb[30:90, 30:90] = cv2.resize(small, (120, 240), interpolation=cv2.INTER_NEAREST)[30:90, 30:90]
    assert is_covered(rgb, points) is True


@pytest.mark.parametrize("beyond", ["out", "small"])
def test_what_isnt_seen_tells_nothing(beyond: str) -> None:
    """A head at the picture's edge, or of a few pixels: no answer."""
    rgb, points = filmed()
    if beyond == "out":
        points[:, 1] -= 50.0
    else:
        points[[23, 24]] = points[[11, 12]] + (0, 20.0)
    assert is_covered(rgb, points) is None
